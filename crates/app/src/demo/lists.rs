//! The lists that the demo's consultant has brought, and the visits ahead of her: through the commands, with a few rows of
//! every fate. All people are invented.

use anyhow::{Context, Result};
use chrono::{Days, NaiveDate, NaiveTime};
use kernel::{Actor, Ctx, CvrNumber, Language, Role, TenantId};
use relations::{
    commands::{self, Given, NewList},
    model::{ListKind, VisitDetails, VisitKind, VisitState},
    store,
};
use web::App;

/// Rows of the list of contacts that are as they should be.
const CONTACTS: usize = 30;
/// First and last names of people who are not.
const FIRST: [&str; 6] = ["Åse", "Bo", "Dorte", "Emil", "Freja", "Gorm"];
const LAST: [&str; 5] = ["Prøvesen", "Mønster", "Attrup", "Eksempel", "Skabelon"];

/// Brings them.
pub(super) async fn bring(
    app: &App,
    tenant: TenantId,
    numbers: &[CvrNumber],
    today: NaiveDate,
) -> Result<()> {
    let system = app.system("demo", tenant);
    let read = app.db.read(&system);
    let consultants = app.ports.people.with_role(&read, Role::BusinessConsultant).await?;
    let consultant = *consultants.first().context("the demo has a business consultant")?;
    let reach = app.ports.people.reach(&read, consultant, today).await?.context("who works here")?;
    let (now, ids) = (app.clock.now(), app.ids.clone());
    let ctx = Ctx::new(tenant, Actor::Staff(consultant), reach, Language::Da, now, ids);
    let numbers = numbers.get(..CONTACTS.min(numbers.len())).unwrap_or_default();
    take(app, &ctx, ListKind::Contacts, "kontakter-2025.csv", contacts(numbers)).await?;
    take(app, &ctx, ListKind::Visits, "besoeg-2025.csv", visits(numbers, today)).await?;
    take(app, &ctx, ListKind::Newsletter, "nyhedsbrev.csv", newsletter(numbers)).await?;
    for (number, days) in numbers.iter().zip([1_u64, 3, 8]) {
        let details = VisitDetails {
            cvr: *number,
            kind: VisitKind::Visit,
            on: today.checked_add_days(Days::new(days)).unwrap_or(today),
            at: NaiveTime::from_hms_opt(10, 0, 0),
            minutes: 60,
            place: String::new(),
            contact_name: String::new(),
            note: "Rundvisning og plads til en lærling".to_owned(),
        };
        let noted = commands::note_visit(app, &ctx, ctx.new_id(), VisitState::Planned, details).await;
        noted.map_err(|failure| anyhow::anyhow!("a visit cannot be planned: {failure}"))?;
    }
    Ok(())
}

fn person(place: usize) -> String {
    let (first, last) = (FIRST.get(place % FIRST.len()), LAST.get(place % LAST.len()));
    format!("{} {}", first.unwrap_or(&"Ida"), last.unwrap_or(&"Prøvesen"))
}

fn contacts(numbers: &[CvrNumber]) -> String {
    let mut list = String::from("CVR-nr.;Virksomhed;Kontaktperson;Titel;E-mail;Telefon\n");
    for (place, number) in numbers.iter().enumerate() {
        let name = person(place);
        list.push_str(&format!(
            "{number};;{name};Ejer;kontakt{place}@example.dk;43 00 00 {:02}\n",
            place % 90 + 10
        ));
    }
    if let [first, second, ..] = numbers {
        list.push_str(&format!("{first};;Åse Prøvesen;Ejer;kontakt0@example.dk;\n"));
        list.push_str(&format!("{second};;Privat Person;;privat.person@gmail.com;\n"));
        list.push_str(&format!("{second};;Uden Adresse;;uden adresse;\n"));
    }
    list.push_str(
        ";En Virksomhed Der Ikke Findes;Ib Ingen;;ib@example.dk;\n99999999;;Forkert Nummer;;nr@example.dk;\n",
    );
    list
}

fn visits(numbers: &[CvrNumber], today: NaiveDate) -> String {
    let mut list = String::from("Dato;CVR;Besøgt af;Type;Note\n");
    for (number, weeks) in numbers.iter().take(12).zip(4_u64..) {
        let day = today.checked_sub_days(Days::new(weeks * 7)).unwrap_or(today);
        list.push_str(&format!(
            "{};{number};Erhvervsafdelingen;Besøg;Årligt besøg\n",
            day.format("%d-%m-%Y")
        ));
    }
    list
}

fn newsletter(numbers: &[CvrNumber]) -> String {
    let mut list = String::from("E-mail;Navn;CVR;Samtykkedato;Samtykke\n");
    for (place, number) in numbers.iter().take(14).enumerate() {
        let consent = if place % 3 == 0 { ";" } else { "01-05-2025;Skema på erhvervsmessen" };
        list.push_str(&format!("nyhed{place}@example.dk;{};{number};{consent}\n", person(place)));
    }
    list
}

/// Through every step, with what was guessed.
async fn take(app: &App, ctx: &Ctx, kind: ListKind, name: &str, content: String) -> Result<()> {
    let new =
        NewList { kind, name: name.to_owned(), given: Given::Bytes(content.into_bytes()), key: ctx.new_id() };
    let refused =
        |failure: kernel::Failure<relations::model::ImportRefusal>| anyhow::anyhow!("{name}: {failure}");
    let id = commands::bring(app, ctx, new).await.map_err(refused)?;
    let found =
        async || store::find_import(&app.db.read(ctx), id).await?.context("a list that was brought is there");
    let list = found().await?;
    commands::choose_sheet(app, ctx, id, &list.sheet, list.header).await.map_err(refused)?;
    let list = found().await?;
    commands::choose_columns(app, ctx, id, list.columns).await.map_err(refused)?;
    commands::start(app, ctx, id).await.map_err(refused)
}
