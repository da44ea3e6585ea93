//! A page as it is reviewed: without what changes from one rendering to the next.

/// The hidden fields of a form begin with its token.
const FORM: &str = "<input type=\"hidden\" name=\"csrf\"";
/// An id as text, in bytes.
const ID_BYTES: usize = 36;
/// The secret of a link, in bytes.
const TOKEN_BYTES: usize = 26;
/// In front of the version of static files, which changes with any of them.
const ASSETS: &str = "/assets/";

/// What stands between a page's frame.
pub(crate) fn main_of(html: &str) -> &str {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    main.split_once("</main>").map_or(main, |(main, _)| main)
}

/// The capability's own part of a page, as it is reviewed: without empty lines, and [`masked`].
pub fn reviewed(html: &str) -> String {
    let lines = main_of(html).lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
    masked(&lines.collect::<Vec<_>>().join("\n"))
}

/// A text without what changes with every rendering, or with a change elsewhere: the hidden fields of a form, ids, secrets of
/// links, the version of static files.
pub fn masked(text: &str) -> String {
    let text = text.split('\n').map(without_form).collect::<Vec<_>>().join("\n");
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        let id = rest.get(..ID_BYTES).filter(|word| is_id(word));
        let is_token = rest.starts_with('/') && is_token(rest);
        let version = rest.strip_prefix(ASSETS).and_then(|after| after.find('/'));
        let (mask, taken) = match (id, version) {
            (Some(id), _) => ("[id]", id.len()),
            (None, Some(end)) => ("/assets/[version]", ASSETS.len() + end),
            (None, None) if is_token => ("/[token]", 1 + TOKEN_BYTES),
            (None, None) => ("", character.len_utf8()),
        };
        if mask.is_empty() {
            shown.push(character);
        } else {
            shown.push_str(mask);
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    shown
}

/// Ids follow from the order in which they were asked for: a change elsewhere would change them all.
fn is_id(word: &str) -> bool {
    word.as_bytes().get(8) == Some(&b'-') && uuid::Uuid::try_parse(word).is_ok()
}

/// Whether a path goes on with the secret of a link.
fn is_token(path: &str) -> bool {
    let secret = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    path.as_bytes().iter().skip(1).take_while(|byte| secret(byte)).count() == TOKEN_BYTES
}

fn without_form(line: &str) -> String {
    let Some((before, rest)) = line.split_once(FORM) else { return line.to_owned() };
    let after = rest.split_once("name=\"shown\"").and_then(|(_, rest)| rest.split_once('>'));
    let after = after.map_or("", |(_, after)| after);
    format!("{before}[form]{}", without_form(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_with_every_rendering_is_masked_and_nothing_else() {
        let form = "<input type=\"hidden\" name=\"csrf\" value=\"ab\"><input name=\"form_key\">\
                    <input name=\"shown\" value=\"1.ab\">";
        let page = format!(
            "<p>Blåbær</p>  \n\n<form>{form}x</form><form>{form}y</form>\n<a \
             href=\"/a/018f6e2a-7b1c-7def-8123-456789abcdef\"><a \
             href=\"/adgang/aaaaaaaaaaaaaaaaaaaaaaaaaa/nyt\"><use href=\"/assets/0f3a/icons.svg#lock\">"
        );
        let expected = "<p>Blåbær</p>\n<form>[form]x</form><form>[form]y</form>\n<a \
                        href=\"/a/[id]\"><a href=\"/adgang/[token]/nyt\"><use href=\"/assets/[version]/icons.svg#lock\">";
        assert_eq!(reviewed(&page), expected);
    }
}
