//! Lists as they are in the world, brought on both engines.

use kernel::Failure;
use relations::{
    commands,
    model::{Decision, Fate, ImportRefusal, ImportState, ListKind},
    store,
};
use testkit::each_engine_alone;

use crate::scene::{Town, cvr, migrations};

fn contacts() -> String {
    let number = |n| cvr(n).to_string();
    let cpr = format!("{:02}{:02}{:02}-{:04}", 1, 2, 70, 7);
    let (smith, baker, closed) = (number(1), number(2), number(4));
    [
        "\u{feff}Kontakter i erhvervsafdelingen;;;;;",
        "",
        "CVR;Firma;Navn;Mail;Telefon;Bemærkning;;",
        &format!("{smith};;Åse Bøgh;aase@example.dk;43 68 68 68;;;"),
        &format!("{smith};;Åse Bøgh igen;AASE@example.dk;;;;"),
        ";Trane Bageri;Bo Rugbrød;bo@example.dk;;;;",
        ";Ukendt Virksomhed;Ib Ingen;ib@example.dk;;;;",
        ";;;;;;;",
        &format!("{closed};;Per Værft;per@example.dk;;;;"),
        &format!("{baker};;Siv Privat;siv@gmail.com;;;;"),
        &format!("{baker};;Tal Kode;tal@example.dk;;{cpr};;"),
        "12345678;;Ole Forkert;ole hos example;12;;;",
    ]
    .join("\r\n")
}

#[tokio::test]
async fn a_list_as_excel_saves_it_is_looked_at_row_by_row_and_only_what_is_new_is_taken() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let id = town.tried(ListKind::Contacts, contacts().as_bytes()).await;
        let fates = town.fates(id).await;
        let expected = [
            ("new", 2),
            ("duplicate", 1),
            ("by-name", 1),
            ("no-company", 1),
            ("ceased", 1),
            ("private", 1),
            ("invalid", 1),
        ];
        assert_eq!(fates, expected.into());
        assert_eq!(town.take(id).await, (2, 2));
        let known = store::contacts_of(&town.read(), cvr(1)).await.unwrap();
        assert_eq!(known.len(), 1);
        let source = known[0].source.as_ref().unwrap();
        assert_eq!(
            (known[0].name.as_str(), source.file_name.as_str(), source.row),
            ("Åse Bøgh", "liste.csv", 4)
        );
        // Nothing that looks like a CPR number was kept, not even in the row.
        let cpr = format!("{:02}{:02}{:02}-{:04}", 1, 2, 70, 7);
        assert!(bench.columns_with(migrations, &[&cpr]).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_brings_nothing_new() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let first = town.tried(ListKind::Contacts, contacts().as_bytes()).await;
        town.take(first).await;
        let second = town.tried(ListKind::Contacts, contacts().as_bytes()).await;
        let fates = town.fates(second).await;
        assert_eq!((fates.get("new"), fates.get("same")), (None, Some(&2)));
        let refused = commands::start(&town.server.app, &town.ctx(), second).await;
        assert!(matches!(refused, Err(Failure::Refused(ImportRefusal::NothingToTake))));
    })
    .await;
}

#[tokio::test]
async fn what_differs_is_shown_and_only_changed_when_it_was_chosen_and_can_be_taken_back() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let (app, ctx) = (&town.server.app, town.ctx());
        let list = |title: &str| format!("CVR;Navn;Mail;Titel\n{};Åse;aase@example.dk;{title}\n", cvr(1));
        let first = town.tried(ListKind::Contacts, list("Smed").as_bytes()).await;
        town.take(first).await;
        let second = town.tried(ListKind::Contacts, list("Direktør").as_bytes()).await;
        assert_eq!(town.fates(second).await, [("differs", 1)].into());
        let rows = store::rows_of(&town.read(), second, None, 0, 10).await.unwrap();
        let difference = &rows[0].judged.differences[0];
        assert_eq!((difference.ours.as_str(), difference.theirs.as_str()), ("Smed", "Direktør"));
        commands::decide_fate(app, &ctx, second, Fate::Differs, Decision::Take).await.unwrap();
        bench.later(chrono::Duration::minutes(1));
        town.take(second).await;
        let title = async || store::contacts_of(&town.read(), cvr(1)).await.unwrap()[0].title.clone();
        assert_eq!(title().await, "Direktør");
        // Something stands on the first list now; the second can go.
        let refused = commands::take_back(app, &ctx, first).await;
        assert!(matches!(refused, Err(Failure::Refused(ImportRefusal::StandsOnIt))));
        commands::take_back(app, &ctx, second).await.unwrap();
        assert_eq!(title().await, "Smed");
    })
    .await;
}

#[tokio::test]
async fn a_company_found_by_name_is_chosen_among_those_that_are_offered() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let (app, ctx) = (&town.server.app, town.ctx());
        let id = town.tried(ListKind::Contacts, b"Firma;Navn;Mail\nTrane Bageri;Bo;bo@example.dk\n").await;
        let row = store::rows_of(&town.read(), id, Some(Fate::ByName), 0, 10).await.unwrap().remove(0);
        assert_eq!(row.judged.candidates.len(), 2);
        let other = commands::decide(app, &ctx, id, row.number, (Decision::Take, Some(cvr(1)))).await;
        assert!(matches!(other, Err(Failure::NotFound)), "one that was not offered is not taken");
        commands::decide(app, &ctx, id, row.number, (Decision::Take, Some(cvr(3)))).await.unwrap();
        assert_eq!(town.take(id).await, (1, 1));
        assert_eq!(store::contacts_of(&town.read(), cvr(3)).await.unwrap().len(), 1);
        commands::take_back(app, &ctx, id).await.unwrap();
        assert!(store::contacts_of(&town.read(), cvr(3)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn twenty_thousand_rows_that_are_cut_off_in_the_middle_are_all_there_after_each_once() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let (app, ctx) = (&town.server.app, town.ctx());
        let rows = (0..20_000).map(|n| format!("{};Person {n};person{n}@example.dk", cvr(1)));
        let list = std::iter::once("CVR;Navn;Mail".to_owned()).chain(rows).collect::<Vec<_>>().join("\n");
        let id = town.tried(ListKind::Contacts, list.as_bytes()).await;
        assert_eq!(town.fates(id).await, [("new", 20_000)].into());
        commands::start(app, &ctx, id).await.unwrap();
        // Some of it, and then the process dies: the job comes again.
        assert!(!commands::take_rows(app, &ctx, id, 10).await.unwrap());
        let (done, all) = store::count_taken(&town.read(), id).await.unwrap();
        assert_eq!((done, all), (3_000, 20_000));
        town.server.work().await;
        assert_eq!(store::count_taken(&town.read(), id).await.unwrap(), (20_000, 20_000));
        let state = store::find_import(&town.read(), id).await.unwrap().unwrap().state;
        assert_eq!(state, ImportState::Done);
        let again =
            store::known_contacts(&town.read(), &[format!("{}|person7@example.dk", cvr(1))]).await.unwrap();
        assert_eq!(again.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn visits_of_a_list_keep_who_and_when_and_a_day_ahead_is_refused() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let list = format!(
            "Dato;CVR;Besøgt af;Type;Note\n3.2.2025;{0};Mette Prøve;Besøg;Talte om lærlinge\n04-02-25;{0};Ib;Teams;\n1.1.2030;{0};Ib;;\n",
            cvr(1)
        );
        let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(&list);
        let id = town.tried(ListKind::Visits, &bytes).await;
        assert_eq!(town.fates(id).await, [("new", 2), ("invalid", 1)].into());
        town.take(id).await;
        let visits = store::visits_of(&town.read(), cvr(1), 10).await.unwrap();
        assert_eq!(visits[1].visitor, Some(crate::scene::consultant()));
        assert_eq!((visits[0].visitor_name.as_str(), visits[0].details.kind.code()), ("Ib", "online"));
        assert_eq!(visits[1].details.note, "Talte om lærlinge");
    })
    .await;
}

#[tokio::test]
async fn a_spreadsheet_with_a_title_above_its_headings_is_read_and_what_is_left_out_is_a_file_that_can_be_mended()
 {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let title = rust_xlsxwriter::Format::new();
        sheet.merge_range(0, 0, 0, 3, "Kontakter 2025", &title).unwrap();
        for (column, heading) in (0..).zip(["CVR", "Navn", "E-mail", "Titel"]) {
            sheet.write_string(2, column, heading).unwrap();
        }
        sheet.write_number(3, 0, f64::from(cvr(1).number())).unwrap();
        sheet.write_string(3, 1, "Åse Bøgh").unwrap();
        sheet.write_string(4, 1, "=1+1").unwrap();
        let content = book.save_to_buffer().unwrap();
        let id = town.tried(ListKind::Contacts, &content).await;
        assert_eq!(town.fates(id).await, [("new", 1), ("invalid", 1)].into());
        town.take(id).await;
        let mut browser = town.server.browser().with_session(&town.session);
        let answer = browser.get(&format!("/intern/kontakter/hent/{id}/ikke-taget.csv")).await;
        assert!(
            answer.html.contains("'=1+1") && answer.html.contains("Virksomheden mangler."),
            "{}",
            answer.html
        );
    })
    .await;
}
