//! The company page: what one needs before a call in ten seconds, then what happened, then what the register says.

mod contacts;
mod places;
mod timeline;

use std::collections::BTreeMap;

use ::web::{App, Auth, FormErrors, MapView, Page, PageError, PromiseInline, page, take_flash};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, NaiveDate, Utc};
use contacts::Contact;
use kernel::{CvrNumber, Language, format, uuid::Uuid};
use ledger::{Holder, Promise};
use places::Place;
use ports::{CompanyDeed, Memory, Said, SubjectCard};
use timeline::{Chosen, TIMELINE_MAX, Timeline};

use crate::{
    contact::Means,
    geography::AreaMap,
    memory::events,
    model::{Dated, Employment, Headcount, Industry, Span, Unit},
    register::Register,
    store::{self, CompanyRecord},
    web::words::RegisterWords,
};

pub(super) use contacts::{confirm, withdraw};

/// Establishments shown at once; the rest is folded.
const PLACES_MAX: usize = 8;

/// A value with the days on which it held, in words.
struct Since<T = String> {
    value: T,
    days: String,
}

/// An owed answer.
struct Owed {
    promise: PromiseInline,
    /// Which of the promises it is.
    what: String,
    name: String,
    link: String,
}

#[derive(Template)]
#[template(path = "registry/company.html")]
struct CompanyPage {
    page: Page,
    errors: FormErrors,
    cvr: CvrNumber,
    name: String,
    place: String,
    form: RegisterWords,
    industry: RegisterWords,
    employed_here: String,
    areas: String,
    founded: String,
    status: Option<RegisterWords>,
    ceased: Option<String>,
    is_local: bool,
    is_person: bool,
    protected: bool,
    loaded_with_errors: bool,
    secondary: Vec<String>,
    we_owe: Vec<Owed>,
    they_owe: Vec<Owed>,
    contacts: Vec<Contact>,
    deeds: Vec<CompanyDeed>,
    register_contacts: Vec<(String, Option<String>)>,
    places: Vec<Place>,
    more_places: Vec<Place>,
    former_places: Vec<Place>,
    places_here: usize,
    has_approximate_area: bool,
    map: Option<MapView>,
    timeline: Timeline,
    names: Vec<Since>,
    addresses: Vec<Since>,
    industries: Vec<Since<RegisterWords>>,
    employment: Vec<(String, String)>,
    updated: DateTime<Utc>,
    as_of: Option<DateTime<Utc>>,
}

/// `GET /intern/virksomheder/{cvr}`.
pub(super) async fn company_page(
    auth: Auth,
    State(app): State<App>,
    Path(cvr): Path<String>,
    Query(chosen): Query<Chosen>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let cvr: CvrNumber = cvr.parse().map_err(|_| PageError::NotFound)?;
    let mut main = load(&app, &auth, cvr, &chosen, None).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.name.clone();
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// The whole page; `refused` is the address of a contact whose confirmation was refused.
async fn load(
    app: &App,
    auth: &Auth,
    cvr: CvrNumber,
    chosen: &Chosen,
    refused: Option<&str>,
) -> Result<CompanyPage, PageError> {
    let register = app.kept::<Register>();
    let record = store::company(app.db.raw(), cvr).await?.ok_or(PageError::NotFound)?;
    let areas = register.areas(auth).await?;
    let mut shown = Page::new(app, auth);
    let promises = ledger::open_of_company(&app.db.read(auth), cvr).await?;
    let known = remember(app, auth, cvr, &promises).await?;
    let contacts = contacts::contacts(app, auth, &shown, cvr, (known.contacts, refused)).await?;
    if contacts.iter().any(|contact| contact.may_confirm || contact.withdraw.is_some()) {
        shown = shown.with_form();
    }
    let view =
        View { page: &shown, areas: &areas, today: register.today(), municipality: municipality(auth) };
    let (we_owe, they_owe) = owed(&shown, &promises, &known.subjects);
    let mut entries = events(&record, &app.calendar, register.today());
    entries.extend(known.timeline);
    let as_of = register.last_run().await?.and_then(|run| run.finished_at);
    let timeline = Timeline::of(&shown, entries, chosen);
    let deeds = known.deeds;
    Ok(CompanyPage { we_owe, they_owe, contacts, deeds, timeline, as_of, ..view.facts(cvr, &record) })
}

fn municipality(auth: &Auth) -> u16 {
    u16::try_from(auth.tenant().code()).unwrap_or_default()
}

/// What all capabilities remember of the company, each asked once.
async fn remember(app: &App, auth: &Auth, cvr: CvrNumber, promises: &[Promise]) -> Result<Memory, PageError> {
    let subjects: Vec<Uuid> = promises.iter().map(|promise| promise.subject).collect();
    let mut all = Memory::default();
    for memory in &app.ports.memories {
        let more = memory.remember(auth, cvr, &subjects, TIMELINE_MAX).await?;
        all.timeline.extend(more.timeline);
        all.contacts.extend(more.contacts);
        all.subjects.extend(more.subjects);
        all.deeds.extend(more.deeds);
    }
    Ok(all)
}

/// Open promises in both directions, as far as some capability names what they are about for this asker.
fn owed(page: &Page, promises: &[Promise], cards: &BTreeMap<Uuid, SubjectCard>) -> (Vec<Owed>, Vec<Owed>) {
    let show = |promise: &Promise| {
        let card = cards.get(&promise.subject)?;
        let key = match promise.kind.as_str() {
            "first_reply" => "registry-owed-first-reply",
            "call_back" => "registry-owed-call-back",
            "part_answer" => "registry-owed-part-answer",
            _ => "registry-owed-answer",
        };
        let promise = page.promise_inline(promise, page.auth().now());
        Some(Owed { promise, what: page.t(key), name: card.name.clone(), link: card.link.clone() })
    };
    let (ours, theirs): (Vec<_>, Vec<_>) =
        promises.iter().partition(|promise| !matches!(promise.debtor, Holder::Party(_)));
    (ours.into_iter().filter_map(show).collect(), theirs.into_iter().filter_map(show).collect())
}

/// "12 ansatte", "10-19 ansatte".
pub(super) fn employed(page: &Page, headcount: Headcount) -> String {
    match (headcount.exact, headcount.high) {
        (Some(exact), _) => page.t1("registry-employed", "count", u64::from(exact)),
        (None, Some(high)) if high == headcount.low => page.t1("registry-employed", "count", u64::from(high)),
        (None, Some(high)) => {
            page.t2("registry-employed-range", ("low", u64::from(headcount.low)), ("high", u64::from(high)))
        }
        (None, None) => page.t1("registry-employed-more", "low", u64::from(headcount.low)),
    }
}

/// How the register's values are said on this page.
struct View<'a> {
    page: &'a Page,
    areas: &'a AreaMap,
    today: NaiveDate,
    municipality: u16,
}

impl View<'_> {
    fn facts(&self, cvr: CvrNumber, record: &CompanyRecord) -> CompanyPage {
        let company = &record.company;
        let unit = &company.unit;
        let ceased = unit.is_ceased(self.today);
        let (mut places, former_places) = self.places(&record.establishments);
        let is_local =
            places.iter().any(|place| place.is_local) || unit.is_local(self.municipality, self.today);
        let here = record
            .establishments
            .iter()
            .filter(|placed| placed.establishment.unit.is_local(self.municipality, self.today));
        let headcounts =
            here.filter_map(|placed| placed.establishment.unit.latest_employment()).map(|e| e.headcount);
        let mut areas: Vec<String> = places
            .iter()
            .filter(|place| place.is_local && !place.area.is_empty())
            .map(|place| place.area.clone())
            .collect();
        areas.sort();
        areas.dedup();
        let places_here = places.iter().filter(|place| place.is_local).count();
        // What is to be read before a call must not stand below a long list.
        let more_places = places.split_off(places.len().min(PLACES_MAX));
        CompanyPage {
            page: self.page.clone(),
            errors: FormErrors::none(),
            cvr,
            name: unit.name(self.today).to_owned(),
            place: self.address(unit),
            form: company
                .form(self.today)
                .map(|form| if form.long.is_empty() { form.short.clone() } else { form.long.clone() })
                .map(|form| RegisterWords::danish(self.page, form))
                .unwrap_or_default(),
            industry: self.industry(unit),
            employed_here: self.sum(headcounts),
            areas: areas.join(", "),
            founded: unit.founded_on().map(|day| self.page.short_day(&day)).unwrap_or_default(),
            status: Self::warning(&unit.status, ceased).map(|words| RegisterWords::danish(self.page, words)),
            ceased: ceased.then(|| self.ceased(unit)),
            is_local,
            is_person: company.is_sole_trader(self.today),
            protected: unit.advertising_protected,
            loaded_with_errors: unit.loaded_with_errors,
            secondary: company.secondary_names.all_current(self.today).cloned().collect(),
            we_owe: Vec::new(),
            they_owe: Vec::new(),
            contacts: Vec::new(),
            deeds: Vec::new(),
            register_contacts: register_contacts(unit),
            has_approximate_area: self
                .areas
                .areas()
                .iter()
                .any(|area| area.approximate && areas.contains(&area.name)),
            places_here,
            map: self.map(&record.establishments),
            places,
            more_places,
            former_places,
            timeline: Timeline::of(self.page, Vec::new(), &Chosen::default()),
            names: unit.names.iter().rev().map(|dated| self.since(dated, Clone::clone)).collect(),
            addresses: unit
                .addresses
                .iter()
                .rev()
                .map(|dated| self.since(dated, ToString::to_string))
                .collect(),
            industries: unit
                .industries
                .iter()
                .rev()
                .map(|dated| {
                    let words = |industry: &Industry| {
                        format!("{} {} ({})", industry.code, industry.title, industry.edition.name())
                    };
                    self.since(dated, |industry| RegisterWords::danish(self.page, words(industry)))
                })
                .collect(),
            employment: unit.employment.iter().rev().map(|figure| self.figure(figure)).collect(),
            updated: unit.updated_at,
            as_of: None,
        }
    }

    fn address(&self, unit: &Unit) -> String {
        unit.addresses.latest(self.today).map(|latest| latest.value.to_string()).unwrap_or_default()
    }

    fn industry(&self, unit: &Unit) -> RegisterWords {
        let Some(latest) = unit.industries.latest(self.today) else { return RegisterWords::default() };
        if latest.value.is_unstated() {
            RegisterWords::ours(self.page.t("registry-industry-unstated"))
        } else {
            RegisterWords::danish(self.page, latest.value.title.clone())
        }
    }

    /// The sum over workplaces here: exact where all are, else from the lowest to the highest it can be.
    fn sum(&self, headcounts: impl Iterator<Item = Headcount>) -> String {
        let (mut low, mut high, mut some) = (0, Some(0), false);
        for headcount in headcounts {
            some = true;
            low += headcount.exact.unwrap_or(headcount.low);
            high = high.zip(headcount.exact.or(headcount.high)).map(|(sum, more)| sum + more);
        }
        if some { employed(self.page, Headcount { exact: None, low, high }) } else { String::new() }
    }

    /// A state worth a warning, in words.
    fn warning(status: &str, ceased: bool) -> Option<String> {
        let is_plain = ceased || status.is_empty() || status == "NORMAL" || status == "Aktiv";
        (!is_plain).then(|| {
            let mut words = status.to_lowercase();
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words
        })
    }

    fn ceased(&self, unit: &Unit) -> String {
        match unit.ceased_on(self.today) {
            Some(day) => self.page.t1("registry-ceased-on", "date", self.page.short_day(&day)),
            None => self.page.t("registry-ceased"),
        }
    }

    fn since<T, W>(&self, dated: &Dated<T>, words: impl Fn(&T) -> W) -> Since<W> {
        Since { value: words(&dated.value), days: self.days(dated.span) }
    }

    fn days(&self, span: Span) -> String {
        let day = |day: NaiveDate| self.page.short_day(&day);
        match (span.from, span.to) {
            (Some(from), Some(to)) => {
                self.page.t2("registry-days-both", ("from", day(from)), ("to", day(to)))
            }
            (Some(from), None) => self.page.t1("registry-days-from", "from", day(from)),
            (None, Some(to)) => self.page.t1("registry-days-to", "to", day(to)),
            (None, None) => String::new(),
        }
    }

    fn figure(&self, figure: &Employment) -> (String, String) {
        let day = NaiveDate::from_ymd_opt(i32::from(figure.year), u32::from(figure.month), 1);
        let month = day.map(|day| format::month(day, self.page.language())).unwrap_or_default();
        (format!("{month} {}", figure.year), employed(self.page, figure.headcount))
    }
}

/// What the register says of telephone, mail and web, each with its link.
fn register_contacts(unit: &Unit) -> Vec<(String, Option<String>)> {
    let contacts = &unit.contacts;
    let phones = contacts.phones.iter().map(|phone| match phone.parse::<kernel::Phone>() {
        Ok(known) => (known.to_string(), Some(format!("tel:{}", known.e164()))),
        Err(_) => (phone.clone(), None),
    });
    let emails = contacts.emails.iter().map(|email| match email.parse::<kernel::Email>() {
        Ok(known) => (known.to_string(), Some(format!("mailto:{known}"))),
        Err(_) => (email.clone(), None),
    });
    let websites = contacts.websites.iter().map(|address| {
        // Only addresses that a browser opens as a page; everything else is shown as text.
        let is_page = address.starts_with("https://") || address.starts_with("http://");
        (address.clone(), is_page.then(|| address.clone()))
    });
    phones.chain(emails).chain(websites).collect()
}

impl CompanyPage {
    /// When anybody there was last in touch with anybody here.
    fn last_contact(&self) -> Option<String> {
        let latest = self.contacts.iter().map(|contact| contact.known.last_seen).max()?;
        let day = self.page.app().calendar.local_date(latest);
        Some(self.page.short_day(&day))
    }

    fn said(&self, said: &Said) -> String {
        let arguments: Vec<_> =
            said.arguments.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        self.page.tn(said.key, &arguments)
    }

    fn means() -> [Means; 4] {
        Means::ALL
    }

    fn source(&self) -> String {
        let language: Language = self.page.language();
        let changed = format::date(self.page.app().calendar.local_date(self.updated), language);
        match self.as_of {
            Some(at) => {
                let fetched = format::date(self.page.app().calendar.local_date(at), language);
                self.page.t2("registry-source", ("fetched", fetched), ("changed", changed))
            }
            None => self.page.t1("registry-source-changed", "changed", changed),
        }
    }
}
