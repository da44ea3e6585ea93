//! What companies and staff do at the program, as requests: they type names, send enquiries, look at pages.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use crate::{
    client::{Connection, get, post},
    load::fresh_address,
    program::Server,
};

/// What is typed has a seed, so that each run types the same.
const SEED: u64 = 2620;

/// The form of an enquiry as it was shown, without what a company types into it.
#[derive(Debug, Clone)]
pub struct ShownForm {
    cookie: String,
    csrf: String,
    shown: String,
}

impl ShownForm {
    /// Asks for the form.
    pub async fn on(server: &Server) -> Result<Self> {
        let mut connection = Connection::open(server.address, fresh_address()).await?;
        let page = connection.ask(&get("/henvendelse/ny?emne=signage", &[])).await?;
        ensure!(page.status == 200, "the form answers {}", page.status);
        let text = page.text().into_owned();
        let hidden = |name: &str| {
            let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let cookie =
            page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap_or_default();
        Ok(Self {
            cookie: cookie.to_owned(),
            csrf: hidden("csrf").context("the form has no token")?,
            shown: hidden("shown").context("the form says not when it was shown")?,
        })
    }

    /// The form filled in by the company: one enquiry for each number.
    pub fn filled(&self, number: u64, cvr: i64) -> Vec<u8> {
        // Each form has a key of its own, as if it had been shown anew.
        let key = Uuid::from_u64_pair(SEED, number).to_string();
        let email = format!("bench{number}@example.dk");
        let text = format!(
            "Må vi sætte et skilt op på facaden? Det er spørgsmål {number}. Skiltet er to meter bredt og lyser ikke, og \
             det hænger over døren ud mod gaden."
        );
        let cvr = cvr.to_string();
        let fields = [
            ("csrf", self.csrf.as_str()),
            ("form_key", &key),
            ("shown", &self.shown),
            ("emne", "signage"),
            ("text", &text),
            ("asker", "company"),
            ("cvr", &cvr),
            ("name", "Aksel Mosevang"),
            ("email", &email),
        ];
        post("/henvendelse/ny", &self.cookie, &fields)
    }

    /// The body alone.
    pub fn body(&self, number: u64, cvr: i64) -> Vec<u8> {
        let request = self.filled(number, cvr);
        let start = request.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4);
        request.get(start..).unwrap_or_default().to_vec()
    }
}

/// Requests that send one enquiry each, numbered from `first`, by these companies in turn.
pub fn enquiries(
    form: &ShownForm,
    first: u64,
    companies: &[(i64, String)],
) -> Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync> {
    let (form, numbers) = (form.clone(), companies.iter().map(|company| company.0).collect::<Vec<_>>());
    Arc::new(move |at| {
        let turn = usize::try_from(at).unwrap_or_default() % numbers.len().max(1);
        form.filled(first + at, numbers.get(turn).copied().unwrap_or_default())
    })
}

/// What people type into the field of the company: the beginning of a name, growing; two words; a number; now and then with
/// a letter too few.
pub fn typed(companies: &[(i64, String)], count: usize) -> Vec<String> {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let mut typed = Vec::with_capacity(count);
    while typed.len() < count {
        let at = dice.random_range(0..companies.len().max(1));
        let Some((number, name)) = companies.get(at) else { return typed };
        let letters: Vec<char> = name.chars().collect();
        match dice.random_range(0..20) {
            0 => typed.push(number.to_string()),
            1..3 if letters.len() > 6 => {
                let missing = dice.random_range(2..6);
                let kept =
                    letters.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, letter)| letter);
                typed.push(kept.take(9).collect());
            }
            _ => {
                let end = dice.random_range(3..=letters.len().clamp(3, 16));
                typed.push(letters.iter().take(end).collect());
            }
        }
    }
    typed
}

/// The requests of the field of the company.
pub fn typeahead(typed: &[String]) -> Vec<Vec<u8>> {
    typed
        .iter()
        .map(|text| get(&format!("/api/v1/companies/typeahead?q={}", web::url_encode(text)), &[]))
        .collect()
}
