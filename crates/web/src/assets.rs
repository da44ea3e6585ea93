//! Styles, scripts, fonts: embedded in the binary, the municipality's colours put in at start, served for ever under a
//! name that changes with the content.

use std::{borrow::Cow, collections::HashMap, path::Path, sync::Arc};

use axum::{
    extract::{Path as UrlPath, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::{App, accent::Accent};

#[derive(RustEmbed)]
#[folder = "../../assets/dist"]
#[allow_missing = true]
struct Embedded;

/// Content and media type, by name.
type Files = HashMap<String, (Cow<'static, [u8]>, String)>;

/// The static files as they are served.
#[derive(Clone)]
pub struct Assets {
    files: Arc<Files>,
    version: String,
}

impl Assets {
    /// Reads the embedded files and puts the accent into the stylesheet.
    pub fn load(accent: &Accent) -> Self {
        let mut files = HashMap::new();
        let mut hasher = Sha256::new();
        let mut names: Vec<String> = Embedded::iter().map(Cow::into_owned).collect();
        names.sort();
        for name in names {
            let Some(file) = Embedded::get(&name) else { continue };
            let is_style = Path::new(&name).extension().is_some_and(|end| end == "css");
            let data = if is_style { accent.dress(&file.data) } else { file.data };
            hasher.update(name.as_bytes());
            hasher.update(&data);
            let kind = mime_guess::from_path(&name).first_or_octet_stream();
            files.insert(name, (data, kind.to_string()));
        }
        let version = hex::encode(hasher.finalize());
        let version = version.get(..16).unwrap_or_default().to_owned();
        Self { files: Arc::new(files), version }
    }

    /// Where a file is served.
    pub fn path(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.version)
    }
}

/// Serves a file. An old version's name gets the newest content, without the promise that it stays.
pub(crate) async fn serve(
    State(app): State<App>,
    UrlPath((version, name)): UrlPath<(String, String)>,
) -> Response {
    let Some((data, kind)) = app.assets.files.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_current = version == app.assets.version;
    let cache = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind.as_str()), (header::CACHE_CONTROL, cache)], data.to_vec()).into_response()
}
