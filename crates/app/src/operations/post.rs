//! `/drift/post`: the mailbox of a demo, where every mail ends. There is no such page anywhere else.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::MessageId;
use outreach::CapturedMail;
use web::{App, Auth, Page, PageError, page};

/// Where links of a demo begin: it is served on this machine only.
const HERE: &str = "http://127.0.0.1:";
/// Mails in the list.
const MAILS_MAX: u64 = 100;

#[derive(Template)]
#[template(path = "operations/mailbox.html")]
struct Mailbox {
    page: Page,
    mails: Vec<CapturedMail>,
}

#[derive(Template)]
#[template(path = "operations/mail.html")]
struct Mail {
    page: Page,
    captured: CapturedMail,
    /// The text, cut where links to this site stand.
    parts: Vec<Part>,
}

/// A piece of a mail's text.
enum Part {
    Words(String),
    /// A link to a path of this site.
    Link {
        shown: String,
        path: String,
    },
}

fn only_in_the_demo(app: &App, auth: &Auth) -> Result<(), PageError> {
    if app.site(auth.tenant()).demo { Ok(()) } else { Err(PageError::NotFound) }
}

pub async fn mailbox(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    only_in_the_demo(&app, &auth)?;
    let mails = outreach::captured(&app.db.read(&auth), MAILS_MAX).await?;
    let shown = Page::new(&app, &auth);
    let title = shown.t("operations-post-title");
    Ok(page(&shown, &title, &Mailbox { page: shown.clone(), mails }))
}

pub async fn mail(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<MessageId>,
) -> Result<Response, PageError> {
    only_in_the_demo(&app, &auth)?;
    let mail = outreach::captured_one(&app.db.read(&auth), id).await?.ok_or(PageError::NotFound)?;
    let shown = Page::new(&app, &auth);
    let parts = parts(&mail.text);
    let title = mail.subject.clone();
    Ok(page(&shown, &title, &Mail { page: shown.clone(), captured: mail, parts }))
}

/// Finds the links to this demo, so that they can be followed, whatever port it was made on. Others stay words: nothing
/// leads out of it.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(HERE) {
        let (words, from) = rest.split_at(at);
        let end = from.find(char::is_whitespace).unwrap_or(from.len());
        let (link, after) = from.split_at(end);
        parts.push(Part::Words(words.to_owned()));
        match own_path(link) {
            Some(path) => parts.push(Part::Link { shown: link.to_owned(), path: path.to_owned() }),
            None => parts.push(Part::Words(link.to_owned())),
        }
        rest = after;
    }
    parts.push(Part::Words(rest.to_owned()));
    parts
}

/// The path of a link to this machine, after its port.
fn own_path(link: &str) -> Option<&str> {
    let (port, _) = link.strip_prefix(HERE)?.split_once('/')?;
    let path = link.get(HERE.len() + port.len()..)?;
    (port.bytes().all(|b| b.is_ascii_digit()) && web::is_own_path(path)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_this_site_can_be_followed() {
        let text = "Se\nhttp://127.0.0.1:8165/henvendelse/abc\nog http://127.0.0.1:8165.evil.example/x og http://127.0.0.1:8165//evil.example eller https://virk.dk";
        let links: Vec<String> = parts(text)
            .into_iter()
            .filter_map(|part| match part {
                Part::Link { path, .. } => Some(path),
                Part::Words(_) => None,
            })
            .collect();
        assert_eq!(links, ["/henvendelse/abc"]);
        let whole: String = parts(text)
            .into_iter()
            .map(|part| match part {
                Part::Link { shown, .. } => shown,
                Part::Words(words) => words,
            })
            .collect();
        assert_eq!(whole, text);
    }
}
