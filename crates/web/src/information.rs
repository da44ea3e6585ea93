//! What a public site must tell about itself: how personal data is used, and how accessible it is.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Ctx, Language, RuleValue};

use crate::{
    Access, App, Argument, Auth, LANGUAGE_COOKIE, Page, PageError, PersonalData, Routes, SESSION_COOKIE,
    auth::VISITOR_COOKIE, flash::FLASH_COOKIE, page,
};

/// `/privatliv` and `/was`.
pub fn routes() -> Routes {
    Routes::new().get("/privatliv", Access::Public, privacy).get("/was", Access::Public, accessibility)
}

/// Something that the site keeps in a reader's browser.
#[derive(Debug, Clone, Copy)]
pub struct KeptInBrowser {
    /// The cookie's name, or what the names in `sessionStorage` begin with.
    pub name: &'static str,
    /// The message key of what it is for; for how long stands under the same key with `-until`.
    pub what: &'static str,
}

/// Set by `identity` while a provider of identities is asked who somebody is.
pub const PROVIDER_COOKIE: &str = "samspil_udbyder";
/// What `assets/js/keep.js` begins its names with.
const DRAFT_PREFIX: &str = "samspil-keep:";

/// All that the site keeps in a browser: cookies, and what is typed in a form (cookiebekendtgørelsen, § 3). All of it is
/// needed for what the reader asked for, so that nobody is asked (§ 4).
pub const KEPT_IN_BROWSER: [KeptInBrowser; 6] = [
    KeptInBrowser { name: SESSION_COOKIE, what: "web-kept-session" },
    KeptInBrowser { name: PROVIDER_COOKIE, what: "web-kept-provider" },
    KeptInBrowser { name: LANGUAGE_COOKIE, what: "web-kept-language" },
    KeptInBrowser { name: VISITOR_COOKIE, what: "web-kept-visitor" },
    KeptInBrowser { name: FLASH_COOKIE, what: "web-kept-flash" },
    KeptInBrowser { name: DRAFT_PREFIX, what: "web-kept-draft" },
];

#[derive(Template)]
#[template(path = "web/privacy.html")]
struct PrivacyPage {
    page: Page,
}

impl PrivacyPage {
    fn kept(&self) -> [KeptInBrowser; 6] {
        KEPT_IN_BROWSER
    }

    fn retention(&self, data: &PersonalData) -> String {
        kept_for(self.page.app(), self.page.auth(), data)
    }
}

/// What whoever gives data about people is told when it is given (GDPR article 13), in a few sentences: the same at a form, in
/// a receipt and read aloud on the telephone. `part` is the capability whose data it is, as its message keys begin.
pub fn told_on_collection(app: &App, ctx: &Ctx, language: Language, part: &str) -> Vec<String> {
    let ctx = ctx.in_language(language);
    let site = app.site(ctx.tenant());
    let own = app.personal_data.iter().find(|data| data.what.split('-').next() == Some(part));
    let kept = own.map(|data| kept_for(app, &ctx, data)).unwrap_or_default();
    let basis = own.map_or("6(1)(e)", |data| data.basis);
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    vec![
        say("web-told-who", &[("municipality", site.name.as_str().into()), ("basis", basis.into())]),
        say("web-told-kept", &[("kept", kept.into())]),
        say("web-told-rights", &[]),
        say("web-told-dpo", &[("contact", site.dpo().into())]),
        say("web-told-complain", &[]),
    ]
}

/// For how long something is kept, in the reader's language: as the rule says, where there is one.
pub fn kept_for(app: &App, ctx: &Ctx, data: &PersonalData) -> String {
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(ctx.language(), key, arguments);
    let today = app.calendar.local_date(ctx.now());
    let rule = data.rule.and_then(|key| app.rules().at(key, today));
    let period = rule.and_then(|rule| match rule.value {
        RuleValue::Months(count) => Some(("web-period-months", count)),
        RuleValue::Days(count) => Some(("web-period-days", count)),
        RuleValue::WorkingDays(count) => Some(("web-period-working-days", count)),
        _ => None,
    });
    match period {
        Some((unit, count)) => {
            let period = say(unit, &[("count", i64::from(count).into())]);
            say(data.retention, &[("period", period.into())])
        }
        None => say(data.retention, &[]),
    }
}

/// What is held about people, on what basis, for how long: made from the manifests (GDPR articles 13 and 30).
async fn privacy(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    Ok(page(&shown, &shown.t("web-privacy-title"), &PrivacyPage { page: shown.clone() }))
}

#[derive(Template)]
#[template(path = "web/accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

/// The accessibility statement (lov om tilgængelighed af offentlige organers websteder).
async fn accessibility(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    Ok(page(&shown, &shown.t("web-was-title"), &AccessibilityPage { page: shown.clone() }))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every file of these kinds below a folder, but what is built or brought in.
    fn files(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && !["node_modules", "dist", "tests", "target"].contains(&name.as_str()) {
                files(&path, ends, found);
            } else if ends.iter().any(|end| name.ends_with(end)) {
                found.push(path);
            }
        }
    }

    fn texts(folder: &str, end: &str) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &[end], &mut found);
        found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
    }

    #[test]
    fn every_cookie_that_the_program_can_set_is_told_of_at_privatliv() {
        let told = |name: &str| KEPT_IN_BROWSER.iter().any(|kept| kept.name == name);
        let mut cookies = 0;
        for (path, text) in texts("..", ".rs") {
            for (before, _) in text.match_indices("_COOKIE: &str = \"") {
                let rest = &text[before + "_COOKIE: &str = \"".len()..];
                let name = rest.split('"').next().unwrap();
                assert!(told(name), "{} sets {name}", path.display());
                cookies += 1;
            }
            // Nobody sets one by another name: only the one place that knows the flags, and what takes a cookie away.
            let own = path.ends_with("web/src/security.rs") || path.ends_with("web/src/information.rs");
            for line in text.lines().filter(|line| line.contains("Cookie::build(") && !own) {
                assert!(line.contains("_COOKIE"), "{}: {line}", path.display());
            }
        }
        assert_eq!(cookies, KEPT_IN_BROWSER.len() - 1, "told of a cookie that there is none of");
    }

    #[test]
    fn what_scripts_keep_is_told_of_at_privatliv() {
        let scripts = texts("../../assets/js", ".js");
        assert!(scripts.len() > 5, "the scripts are not where they were");
        for (path, text) in scripts {
            for other in ["localStorage", "document.cookie", "indexedDB", "caches.", "serviceWorker"] {
                assert!(!text.contains(other), "{} uses {other}", path.display());
            }
            let keeps = text.contains("sessionStorage.setItem(");
            assert_eq!(keeps, path.ends_with("keep.js"), "{}", path.display());
            if keeps {
                assert_eq!(text.matches("sessionStorage.setItem(").count(), 1);
                assert!(text.contains(&format!("const PREFIX = \"{DRAFT_PREFIX}\"")));
                assert!(text.contains("sessionStorage.setItem(PREFIX + "));
            }
        }
    }
}
