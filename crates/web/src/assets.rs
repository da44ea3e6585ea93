//! Styles, scripts, fonts: embedded in the binary, each municipality's colours put in at start, served for ever under a
//! name that changes with the content.

use std::{borrow::Cow, collections::HashMap, path::Path, sync::Arc};

use axum::{
    extract::{Path as UrlPath, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::{App, accent::Accent, auth};

#[derive(RustEmbed)]
#[folder = "../../assets/dist"]
#[allow_missing = true]
struct Embedded;

/// Content and media type, by name.
type Files = HashMap<String, (Cow<'static, [u8]>, String)>;

/// The static files as they are served.
#[derive(Clone)]
pub struct Assets(Arc<Vec<Wardrobe>>);

/// The files in one accent.
struct Wardrobe {
    accent: Accent,
    /// What differs from one accent to the next: the stylesheets.
    styles: Files,
    /// What does not.
    others: Arc<Files>,
    /// A hash of all of it.
    version: String,
}

impl Assets {
    /// Reads the embedded files and puts the accent into the stylesheet.
    pub fn load(accent: &Accent) -> Self {
        Self::of_all(std::slice::from_ref(accent))
    }

    /// The same for several municipalities, each with its own accent. An unknown one gets the first.
    pub fn of_all(accents: &[Accent]) -> Self {
        let (mut plain, mut others) = (Vec::new(), Files::new());
        let mut names: Vec<String> = Embedded::iter().map(Cow::into_owned).collect();
        names.sort();
        let mut hasher = Sha256::new();
        for name in names {
            let Some(file) = Embedded::get(&name) else { continue };
            let kind = mime_guess::from_path(&name).first_or_octet_stream().to_string();
            hasher.update(name.as_bytes());
            hasher.update(&file.data);
            if Path::new(&name).extension().is_some_and(|end| end == "css") {
                plain.push((name, file.data, kind));
            } else {
                others.insert(name, (file.data, kind));
            }
        }
        let others = Arc::new(others);
        let mut wardrobes: Vec<Wardrobe> = Vec::new();
        for accent in accents {
            if wardrobes.iter().any(|one| one.accent == *accent) {
                continue;
            }
            let dressed = |(name, data, kind): &(String, Cow<'static, [u8]>, String)| {
                (name.clone(), (accent.dress(data), kind.clone()))
            };
            let version = hex::encode(hasher.clone().chain_update(accent.hex()).finalize());
            let version = version.get(..16).unwrap_or_default().to_owned();
            let styles = plain.iter().map(dressed).collect();
            wardrobes.push(Wardrobe { accent: *accent, styles, others: others.clone(), version });
        }
        Self(Arc::new(wardrobes))
    }

    /// Where a file is served, in the accent `#rrggbb`.
    pub fn path(&self, accent: &str, name: &str) -> String {
        let version = self.of(accent).map_or("none", |one| one.version.as_str());
        format!("/assets/{version}/{name}")
    }

    fn of(&self, accent: &str) -> Option<&Wardrobe> {
        let known = self.0.iter().find(|one| one.accent.hex().eq_ignore_ascii_case(accent));
        known.or_else(|| self.0.first())
    }
}

impl Wardrobe {
    fn file(&self, name: &str) -> Option<&(Cow<'static, [u8]>, String)> {
        self.styles.get(name).or_else(|| self.others.get(name))
    }
}

/// Serves a file. An old version's name gets the newest content of the municipality that is asked, without the promise that
/// it stays.
pub(crate) async fn serve(
    State(app): State<App>,
    UrlPath((version, name)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let current = app.assets.0.iter().find(|one| one.version == version);
    let accent = || auth::site(&app, &headers).map_or("", |site| site.accent.as_str());
    let file = current.or_else(|| app.assets.of(accent())).and_then(|one| one.file(&name));
    let Some((data, kind)) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if current.is_some() { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind.as_str()), (header::CACHE_CONTROL, cache)], data.to_vec()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_municipalities_have_stylesheets_of_their_own_and_share_the_rest() {
        let accents = ["#1f5c4d", "#0059b3", "#1F5C4D"].map(|colour| Accent::parse(colour).unwrap());
        let assets = Assets::of_all(&accents);
        let (green, blue) = (assets.path("#1F5C4D", "samspil.css"), assets.path("#0059b3", "samspil.css"));
        assert_ne!(green, blue);
        assert_eq!(assets.path("#1f5c4d", "samspil.css"), green);
        assert_eq!(assets.0.len(), 2, "the same colour twice is one");
        assert!(Arc::ptr_eq(&assets.0[0].others, &assets.0[1].others));
    }
}
