//! What comes in wrong or with ill will gets a clear sentence or another try; nothing is lost and nothing leaks. Over real
//! connections, on both engines.

mod files;
mod full_disk;
mod links;
mod mail;
mod refusals;
mod twice;
mod viruses;
mod words;

use chrono::Duration;
use enquiries::{
    model::{Case, Entry},
    store::{self, CaseFilter},
};
use ledger::Promise;
use samspil::{background, capabilities};
use storage::Token;
use testkit::{Bench, TENANT};

use crate::{
    scene::{Answer, ONE, Town, cookie, town},
    wire::{Browser, Form},
};

/// Where enquiries are sent to.
const NEW: &str = "/henvendelse/ny";

/// A town with people in it, and what is looked at behind its pages.
struct Scene {
    bench: Bench,
    town: Town,
}

impl Scene {
    async fn new(bench: Bench) -> Self {
        let town = town(&bench, ONE).await;
        Self::of(bench, town).await
    }

    async fn of(bench: Bench, town: Town) -> Self {
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        Self { bench, town }
    }

    async fn get(&self, browser: &Browser, path: &str) -> Answer {
        browser.get(self.town.address, path).await.unwrap()
    }

    /// Sends a form with files, as the enquiry's and the tracking page's are.
    async fn send(&self, browser: &Browser, path: &str, form: &Form) -> Answer {
        browser.send(self.town.address, path, form).await.unwrap()
    }

    /// Sends a form without.
    async fn post(&self, browser: &Browser, path: &str, form: &Form) -> Answer {
        browser.post(self.town.address, path, form).await.unwrap()
    }

    /// The enquiry form as it is shown, filled in by a company of this name; half a minute goes by.
    async fn filled(&self, browser: &Browser, who: &str) -> Form {
        let page = self.get(browser, "/henvendelse/ny?emne=signage").await;
        self.bench.later(Duration::seconds(30));
        typed(Form::on(&page, NEW), who)
    }

    /// What a person does: opens the form, fills it in, sends it. Gives the path of the tracking page.
    async fn enquiry(&self, who: &str) -> String {
        let browser = Browser::default();
        let form = self.filled(&browser, who).await;
        tracking(&self.send(&browser, NEW, &form).await)
    }

    async fn cases(&self) -> Vec<Case> {
        let mut cases = store::newest(&self.bench.read(), &CaseFilter::default(), 1_000).await.unwrap();
        cases.sort_by(|a, b| a.number.cmp(&b.number));
        cases
    }

    /// The only case there is.
    async fn case(&self) -> Case {
        let cases = self.cases().await;
        let [case] = cases.as_slice() else { panic!("one enquiry, not {}", cases.len()) };
        case.clone()
    }

    async fn entries(&self, case: &Case) -> Vec<Entry> {
        store::entries(&self.bench.read(), case.id, false).await.unwrap()
    }

    async fn promises(&self, case: &Case) -> Vec<Promise> {
        ledger::of_subjects(&self.bench.read(), &[case.id.uuid()]).await.unwrap()
    }

    /// The purposes of the mails about a case, in order.
    async fn purposes(&self, case: &Case) -> Vec<String> {
        let messages = outreach::messages_of(&self.bench.read(), &[case.id.uuid()]).await.unwrap();
        let mut purposes: Vec<String> = messages.iter().map(|message| message.purpose.to_string()).collect();
        purposes.sort();
        purposes
    }

    /// Does what is to be done after commit.
    async fn work(&self) {
        while background::run_due(&self.town.app, &self.town.jobs).await.unwrap() > 0 {}
    }

    /// A browser in which one of the demo's people has signed in.
    async fn officer(&self, mailbox: &str) -> Browser {
        let operator = self.town.operator(TENANT);
        let staff = capabilities::staff(&self.town.app, &operator).await.unwrap();
        let email = format!("{mailbox}@example.dk");
        let person = staff.people.values().find(|person| person.email.as_str() == email).unwrap();
        self.town.set_up_second_step(TENANT, person.id).await;
        let session: Token = self.town.sign_in(TENANT, person.id).await;
        Browser { cookie: cookie(&session), ..Browser::default() }
    }

    fn case_page(case: &Case) -> String {
        format!("/intern/henvendelser/{}", case.id)
    }
}

fn typed(form: Form, who: &str) -> Form {
    form.with("emne", "signage")
        .with("text", format!("Må vi sætte et skilt op? Hilsen {who}"))
        .with("asker", "company")
        .with("cvr", "99000023")
        .with("company", who)
        .with("name", "Aksel Mosevang")
        .with("email", format!("{}@example.dk", who.to_lowercase()))
}

/// The path of the tracking page that a receipt leads to.
fn tracking(answer: &Answer) -> String {
    let link = answer.header("location").strip_suffix("?kvittering=1");
    let link = link.filter(|link| link.len() == "/henvendelse/".len() + 26);
    link.unwrap_or_else(|| {
        panic!("no receipt: {} {:?}\n{}", answer.status, answer.header("location"), answer.text())
    })
    .to_owned()
}

/// A refused form says what is wrong beside the field, in a summary, and does not pass for success.
fn check_refused(answer: &Answer, field: &str) {
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "nothing at {field}: {}", answer.text());
    assert!(answer.body.contains(&format!("href=\"#{field}\"")), "no way from the summary to {field}");
    check_private(answer);
}

/// Kept by nobody, followed by nobody.
fn check_private(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "no-store", "{:?}", answer.headers);
    assert!(answer.header("x-robots-tag").contains("noindex"), "{:?}", answer.headers);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}

/// An error is a page like any other, in the reader's language.
fn check_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.body.contains("<html lang=\"da\""), "no page: {:?} {}", answer.headers, answer.text());
    assert!(answer.body.contains("</html>"));
    check_private(answer);
}
