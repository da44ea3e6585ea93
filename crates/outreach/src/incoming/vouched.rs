//! What the receiving mail server says of a sender: `Authentication-Results` (RFC 8601). Read from the topmost header of the
//! one server that the operator has named; what stands below it, anybody may have written.
//!
//! The header's grammar, as far as it matters here (RFC 8601, 2.2), comments in parentheses anywhere between the words:
//! `server [version] 1*( ";" method ["/" version] "=" result [reason] *( ptype "." property "=" value ) )`, or
//! `server [version] "; none"`. A server that signs its own name as Exchange does writes the same.

use kernel::Email;

/// Whether the receiving server vouches for the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// It does: DMARC holds, or a signature or the sending server is of the sender's own domain.
    Yes,
    /// It says that it cannot.
    No,
    /// It says nothing: the mail did not come through it, or it was not asked to look.
    Silent,
}

/// One finding: a method, its result, and what it is about.
#[derive(Debug, Default, PartialEq, Eq)]
struct Finding {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// What `server` says, in `headers` as they stand, the topmost first, of a mail that says it comes from `from`.
pub(super) fn vouched(headers: &[String], server: &str, from: &Email) -> Vouched {
    let mut read = headers.iter().filter_map(|header| findings(header));
    let Some((_, found)) = read.find(|(name, _)| name.eq_ignore_ascii_case(server.trim())) else {
        return Vouched::Silent;
    };
    let domain = from.domain().to_ascii_lowercase();
    let of_dmarc: Vec<&Finding> = found.iter().filter(|finding| finding.method == "dmarc").collect();
    if of_dmarc.iter().any(|finding| finding.result == "fail") {
        return Vouched::No;
    }
    let is_aligned = |finding: &Finding, names: &[&str]| {
        let mut said =
            finding.properties.iter().filter(|(name, _)| names.contains(&name.as_str())).peekable();
        said.peek().is_some() && said.all(|(_, value)| domain_of(value) == domain)
    };
    let holds = found.iter().filter(|finding| finding.result == "pass").any(|finding| {
        match finding.method.as_str() {
            "dmarc" => is_aligned(finding, &["header.from"]),
            // Stricter than DMARC, which takes a domain for its parent too: without a policy nobody says that it may.
            "dkim" => is_aligned(finding, &["header.d", "header.i"]),
            "spf" => is_aligned(finding, &["smtp.mailfrom"]),
            _ => false,
        }
    });
    if holds { Vouched::Yes } else { Vouched::No }
}

/// The domain of an address, of `@domain`, or the domain itself.
fn domain_of(value: &str) -> String {
    let domain = value.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('.').to_ascii_lowercase()
}

/// The server's name and what it found; `None` for what is no such header.
fn findings(header: &str) -> Option<(String, Vec<Finding>)> {
    let mut parts = split(header).into_iter();
    let name = parts.next()?.into_iter().next()?;
    Some((name, parts.filter_map(finding).collect()))
}

fn finding(words: Vec<String>) -> Option<Finding> {
    let mut words = words.into_iter();
    let (method, result) = words.next().as_deref().and_then(pair)?;
    let method = method.split('/').next().unwrap_or_default().to_owned();
    Some(Finding {
        method,
        result: result.to_ascii_lowercase(),
        properties: words.filter_map(|word| pair(&word)).collect(),
    })
}

fn pair(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
}

/// The header's words, in the parts between semicolons; without comments, what is quoted in one piece, and `=` glued to what
/// stands around it.
fn split(header: &str) -> Vec<Vec<String>> {
    let (mut plain, mut depth, mut is_quoted) = (String::with_capacity(header.len()), 0_u32, false);
    let mut parts = vec![String::new()];
    let mut characters = header.chars();
    while let Some(character) = characters.next() {
        plain.clear();
        match character {
            '\\' if is_quoted || depth > 0 => plain.extend(characters.next()),
            '"' if depth == 0 => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            ';' if !is_quoted && depth == 0 => parts.push(String::new()),
            // A blank inside quotes is no end of a word.
            ' ' | '\t' | '\r' | '\n' if is_quoted => plain.push('_'),
            other => plain.push(other),
        }
        if depth == 0
            && let Some(part) = parts.last_mut()
        {
            part.push_str(&plain);
        }
    }
    let glued = |part: &String| part.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    let words = |part: &String| glued(part).split_whitespace().map(str::to_owned).collect();
    parts.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SERVER: &str = "mx.example.dk";

    #[track_caller]
    fn says(header: &str, expected: Vouched) {
        let from = "line@kommune.example".parse().unwrap();
        assert_eq!(vouched(&[header.to_owned()], SERVER, &from), expected, "{header}");
    }

    #[test]
    fn a_sender_holds_by_dmarc_or_by_its_own_domain() {
        says("mx.example.dk; dmarc=pass (p=reject dis=none) header.from=kommune.example", Vouched::Yes);
        says("mx.example.dk 1; dkim=pass reason=\"good; enough\" header.d=kommune.example", Vouched::Yes);
        says("mx.example.dk; dkim = pass header.i=@Kommune.example header.s=a", Vouched::Yes);
        says("MX.example.dk;spf=pass smtp.mailfrom=line@kommune.example;dkim=none", Vouched::Yes);
        says(
            "mx.example.dk (a (nested) comment); spf=fail smtp.mailfrom=x.example; dmarc/1=pass header.from=kommune.example",
            Vouched::Yes,
        );
    }

    #[test]
    fn another_domain_a_failure_and_silence_hold_nothing() {
        says(
            "mx.example.dk; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example",
            Vouched::No,
        );
        says("mx.example.dk; dkim=pass", Vouched::No);
        says(
            "mx.example.dk; dmarc=fail header.from=kommune.example; dkim=pass header.d=kommune.example",
            Vouched::No,
        );
        says("mx.example.dk; dmarc=pass header.from=evil.example", Vouched::No);
        says("mx.example.dk; none", Vouched::No);
        says("mx.example.dk; x=\"; dmarc=pass header.from=kommune.example\"", Vouched::No);
        says("mx.example.dk; x=y (; dmarc=pass header.from=kommune.example)", Vouched::No);
        says("mx.other.dk; dmarc=pass header.from=kommune.example", Vouched::Silent);
        says("", Vouched::Silent);
    }

    #[test]
    fn what_stands_below_the_servers_own_header_says_nothing() {
        let from = "line@kommune.example".parse().unwrap();
        let own = "mx.example.dk; dmarc=fail header.from=kommune.example".to_owned();
        let forged = "mx.example.dk; dmarc=pass header.from=kommune.example".to_owned();
        assert_eq!(vouched(&[own, forged], SERVER, &from), Vouched::No);
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_and_none_of_another_server_counts(header in any::<String>()) {
            let from = "line@kommune.example".parse().unwrap();
            let said = vouched(&[format!("mx.other.dk; {header}")], SERVER, &from);
            prop_assert_eq!(said, Vouched::Silent);
        }
    }
}
