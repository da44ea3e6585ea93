//! A case, and what one does with it.

use axum::http::StatusCode;
use enquiries::{
    commands,
    model::{CaseState, Entry, EntryKind, Outcome},
    store,
};
use ledger::{PromiseKind, PromiseState};
use storage::Attachment;

use crate::town::{Town, each_engine, each_engine_at_once, key};

#[tokio::test]
async fn a_reply_keeps_the_first_promise_and_the_answer_the_second() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(page.says("Ingen har taget henvendelsen endnu"), "{}", page.text());
        let sent = line.fill(&page, &format!("{path}/svar"), &[("text", "Vi ser på det.")]).await;
        assert_eq!(
            (sent.status, sent.location.as_str()),
            (StatusCode::SEE_OTHER, path.as_str()),
            "{}",
            sent.text()
        );
        let page = line.get(&path).await;
        assert!(
            page.says("Beskeden er sendt. Svarfristen løber stadig.") && page.says("Du har henvendelsen."),
            "{}",
            page.text()
        );
        let open = async |kind: PromiseKind| {
            let promises = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
            promises.iter().any(|one| one.kind == kind && one.state == PromiseState::Open)
        };
        assert!(!open(PromiseKind::FIRST_REPLY).await && open(PromiseKind::ANSWER).await);
        line.fill(&page, &format!("{path}/svar"), &[("text", "I skal søge."), ("answer", "yes")]).await;
        assert!(!open(PromiseKind::ANSWER).await);
        let page = line.get(&path).await;
        assert!(page.says("Svaret er sendt.") && page.says("mangler at blive afsluttet"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_without_saying_that_it_is_the_answer_can_be_made_the_answer_with_one_button() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(
            page.html.contains("name=\"answer\" value=\"yes\"")
                && page.html.contains("name=\"answer\" value=\"no\"")
        );
        let early = line.post(&format!("{path}/var-svaret"), &[("version", "1")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing was sent yet");
        line.fill(&page, &format!("{path}/svar"), &[("text", "I skal søge."), ("answer", "no")]).await;
        let page = line.get(&path).await;
        assert!(
            page.says("Beskeden er sendt. Svarfristen løber stadig.")
                && page.says("I har skrevet til afsenderen, men svarfristen løber stadig. Det var svaret"),
            "{}",
            page.text()
        );
        line.fill(&page, &format!("{path}/var-svaret"), &[]).await;
        let promises = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
        assert!(promises.iter().all(|one| matches!(one.state, PromiseState::Kept { .. })), "{promises:?}");
        let page = line.get(&path).await;
        assert!(!page.says("men svarfristen løber stadig"), "{}", page.text());
        assert!(!page.says("Send en besked, ikke svaret") && page.says("Send besked"), "nothing is owed");
    })
    .await;
}

#[tokio::test]
async fn a_company_that_writes_after_its_answer_is_owed_an_answer_that_follows_the_first() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let case = sent.case.id;
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, case, 1, "I skal søge.", true, &[]).await.unwrap();
        let words = async |text: &str| {
            let words = commands::CompanyWords {
                text: text.into(),
                files: Vec::new(),
                draft: None,
                form_key: town.bench.id(),
            };
            commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        };
        let answers = async || {
            let all = ledger::of_subjects(&town.bench.read(), &[case.uuid()]).await.unwrap();
            all.into_iter().filter(|one| one.kind == PromiseKind::ANSWER).collect::<Vec<_>>()
        };
        town.bench.later(chrono::Duration::days(1));
        words("Hvor højt må det være?").await;
        let now = answers().await;
        assert_eq!(now.len(), 2, "{now:?}");
        let open = now.iter().find(|one| one.state == PromiseState::Open).unwrap();
        let kept = now.iter().find(|one| one.state != PromiseState::Open).unwrap();
        assert!(matches!(kept.state, PromiseState::Kept { .. }), "what was kept stays kept");
        assert_eq!(open.follows, Some(kept.id));
        assert!(open.due_on > kept.due_on);
        words("Og hvor bredt?").await;
        assert_eq!(answers().await.len(), 2, "while it is owed it is owed once");
        assert!(town.browser("Line Krog").get("/intern/indbakke").await.says("Nordvang El"));
    })
    .await;
}

#[tokio::test]
async fn the_key_r_puts_the_cursor_in_the_text_and_not_in_the_list_of_saved_replies() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await.case;
        let team = town.team("building");
        let fields = [("team", &*team), ("title", "Goddag"), ("text_da", "Goddag"), ("text_en", "Hello")];
        let mut line = town.browser("Line Krog");
        let replies = line.get("/intern/svarskabeloner").await;
        line.fill(&replies, "/intern/svarskabeloner", &fields).await;
        let page = line.get(&format!("/intern/henvendelser/{}", case.id)).await;
        let reply = page.html.split_once("id=\"reply\"").unwrap().1.split_once("</details>").unwrap().0;
        let place = |what: &str| reply.find(what).unwrap_or(usize::MAX);
        assert!(place("id=\"reply-text\"") < place("<select") && place("<select") < usize::MAX, "{reply}");
        assert!(!reply[..place("id=\"reply-text\"")].contains("<button"));
    })
    .await;
}

#[tokio::test]
async fn a_stale_save_is_refused_without_losing_the_text() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut jonas) = (town.browser("Line Krog"), town.browser("Jonas Birk"));
        let page = line.get(&path).await;
        town.bench.later(chrono::Duration::minutes(3));
        let other = jonas.get(&path).await;
        assert!(
            other.says("Line Krog åbnede henvendelsen kl. 09.00 og er måske ved at svare"),
            "{}",
            other.text()
        );
        jonas.fill(&other, &format!("{path}/svar"), &[("text", "Ja, det skal I.")]).await;
        let mine = "Et langt svar, som det tog en time at skrive.";
        let refused = line.fill(&page, &format!("{path}/svar"), &[("text", mine), ("answer", "yes")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains(mine), "the text is still there");
        assert!(refused.says("Det her skete, mens du skrev Jonas Birk skrev"), "{}", refused.text());
        assert!(!town.texts(case.id).await.contains(&mine.to_owned()), "nothing was sent");
        let again = line.fill(&refused, &format!("{path}/svar"), &[("text", mine)]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "knowing what happened, it may be sent");
    })
    .await;
}

#[tokio::test]
async fn a_button_pressed_twice_sends_one_reply_and_loses_none() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        for _ in 0..2 {
            let sent = line.fill(&page, &format!("{path}/svar"), &[("text", "Ja.")]).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(town.texts(case.id).await, ["Skal vi søge?", "Ja."]);
        let page = line.get(&path).await;
        for _ in 0..2 {
            line.fill(&page, &format!("{path}/notat"), &[("text", "Se lokalplanen.")]).await;
        }
        assert_eq!(town.texts(case.id).await.len(), 3, "one note");
        let other = line.fill(&page, &format!("{path}/notat"), &[("text", "Noget andet.")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "the same form with other content");
        assert!(other.html.contains("Noget andet."), "is not lost");
    })
    .await;
}

#[tokio::test]
async fn an_officer_of_another_team_is_not_told_that_there_is_a_case() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut karen = town.browser("Karen Dahl");
        for address in [path.clone(), format!("/intern/indbakke/{}/uddrag", case.id)] {
            assert_eq!(karen.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        for what in ["tag", "notat", "luk", "spam", "modtag", "afvis"] {
            let fields = [("version", "1"), ("text", "x"), ("outcome", "answered"), ("avoidable", "no")];
            let answer = karen.post(&format!("{path}/{what}"), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
        }
        assert_eq!(town.texts(case.id).await.len(), 1);
        assert_eq!(town.stranger().get(&path).await.status, StatusCode::SEE_OTHER, "nobody: sign in first");
        let mut consultant = town.browser("Mette Holm");
        let page = consultant.get(&path).await;
        assert!(
            page.says("Byggesagsteamet ejer henvendelsen. Du kan læse den og skrive et notat."),
            "{}",
            page.text()
        );
        let closed = [("version", "1"), ("text", "x"), ("outcome", "answered"), ("avoidable", "no")];
        assert_eq!(consultant.post(&format!("{path}/luk"), &closed).await.status, StatusCode::FORBIDDEN);
        let auditor = town.browser("Ebbe Revisor").get(&path).await;
        assert_eq!(auditor.status, StatusCode::OK, "an auditor reads");
        assert!(!auditor.html.contains("action=\"/intern/henvendelser/"), "and does nothing");
    })
    .await;
}

#[tokio::test]
async fn a_confidential_case_is_seen_by_its_team_alone() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await.case;
        assert!(case.confidential);
        let path = format!("/intern/henvendelser/{}", case.id);
        assert_eq!(town.browser("Sofie Lind").get(&path).await.status, StatusCode::OK);
        for name in ["Mette Holm", "Ebbe Revisor", "Line Krog"] {
            assert_eq!(town.browser(name).get(&path).await.status, StatusCode::NOT_FOUND, "{name}");
        }
        let list = town.browser("Mette Holm").get("/intern/indbakke?hold=secretariat").await;
        assert!(!list.says("Nordvang El") && list.says("I skylder ingen svar"), "{}", list.text());
        // Nor does another case of the same company tell of it.
        let other = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", other.id)).await;
        assert!(page.says("Ingen, som du kan se.") && !page.says(&case.number), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_case_cannot_close_while_a_part_is_owed_and_the_page_says_so() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi grave og bygge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut karen) = (town.browser("Line Krog"), town.browser("Karen Dahl"));
        let page = line.get(&path).await;
        let fields = [("team", &*town.team("roads")), ("text", "Må de grave i fortovet?")];
        let asked = line.fill(&page, &format!("{path}/delsvar"), &fields).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
        let page = line.get(&path).await;
        assert!(page.says("Henvendelsen kan ikke afsluttes, før delsvaret er her"), "{}", page.text());
        let closing = [("version", "1"), ("text", "Ja."), ("outcome", "answered"), ("avoidable", "no")];
        let closing: Vec<_> =
            closing.into_iter().chain([("form_key", "018f6e2a-7b1c-7def-8123-456789abcdef")]).collect();
        let refused = line.post(&format!("{path}/luk"), &closing).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let list = karen.get("/intern/indbakke?vis=dele").await;
        assert!(list.says("Nordvang El") && list.says("Må de grave i fortovet?"), "{}", list.text());
        let page = karen.get(&path).await;
        let part = store::parts(&town.bench.read(), &[case.id]).await.unwrap().remove(0).id;
        let given = karen
            .fill(&page, &format!("{path}/delsvar/{part}/svar"), &[("text", "Ja, med tilladelse.")])
            .await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
        let page = line.get(&path).await;
        assert!(
            page.says("Ja, med tilladelse.") && page.says("delsvar, afsenderen ser det ikke"),
            "{}",
            page.text()
        );
        let fields =
            [("text", "I må begge dele."), ("outcome", "answered"), ("avoidable", "missing-guidance")];
        assert_eq!(line.fill(&page, &format!("{path}/luk"), &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(town.case(case.id).await.state, CaseState::Closed(Outcome::Answered));
    })
    .await;
}

#[tokio::test]
async fn only_a_leader_of_the_team_may_release_a_part() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case;
        let roads = town.teams["roads"];
        commands::ask_part(&town.app, &town.ctx("Line Krog"), case.id, 1, roads, "Må de grave?")
            .await
            .unwrap();
        let part = store::parts(&town.bench.read(), &[case.id]).await.unwrap().remove(0).id;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (release, part) = (format!("{path}/fritag"), part.to_string());
        let answer =
            town.browser("Line Krog").post(&release, &[("part", &*part), ("text", "Ikke nødvendigt.")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let mut leader = town.browser("Lars Holt");
        let page = leader.get(&path).await;
        assert_eq!(
            leader.fill(&page, &release, &[("part", &*part), ("text", "De graver ikke.")]).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(leader.get(&path).await.says("Lars Holt fritog Vejteamet for delsvaret: De graver ikke."));
    })
    .await;
}

#[tokio::test]
async fn closing_asks_how_it_ended_and_whether_it_could_have_been_avoided() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Hvor langt er min sag?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let refused = line.fill(&page, &format!("{path}/luk"), &[("text", "Den er hos Skat.")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["Vælg, hvordan det endte.", "Vælg, om henvendelsen kunne være undgået."] {
            assert!(refused.says(words), "{}", refused.text());
        }
        let fields = [("text", "Den er hos Skat."), ("outcome", "forwarded"), ("avoidable", "chaser")];
        let refused = line.fill(&refused, &format!("{path}/luk"), &fields).await;
        assert!(
            refused.says("Vælg, hvor henvendelsen er sendt hen.")
                && refused.html.contains("Den er hos Skat.")
        );
        let fields = [fields[0], fields[1], fields[2], ("authority", "tax-agency")];
        let closed = line.fill(&refused, &format!("{path}/luk"), &fields).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
        let page = line.get(&path).await;
        assert!(
            page.says("sendte henvendelsen videre uden for kommunen: Skattestyrelsen"),
            "{}",
            page.text()
        );
        assert!(page.says("Kunne den være undgået? Ja, den rykkede for noget."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_very_long_thread_is_shown_to_staff_from_its_beginning() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Det allerførste spørgsmål").await;
        town.bench.at("2026-11-25T10:00");
        let tx = town.bench.tx().await;
        for count in 0..=store::ENTRIES_MAX {
            let note = Entry {
                id: tx.ctx().new_id(),
                case: sent.case.id,
                kind: EntryKind::FromCompany,
                author: None,
                at: tx.ctx().now(),
                text: format!("Besked {count}"),
                redacted: None,
            };
            store::insert_entry(&tx, &note).await.unwrap();
        }
        tx.commit().await.unwrap();
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let page = town.browser("Line Krog").get(&path).await;
        assert!(page.says("Det allerførste spørgsmål"));
        assert!(page.says("Besked 0") && page.says(&format!("Besked {}", store::ENTRIES_MAX)));
    })
    .await;
}

#[tokio::test]
async fn asking_for_more_stops_the_clock_until_the_company_writes() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/spoerg"), &[("text", "Hvor stort er skiltet?")]).await;
        let page = line.get(&path).await;
        assert!(page.says("Vi venter på svar fra Nordvang El. Svarfristen står stille."), "{}", page.text());
        assert!(line.get("/intern/indbakke?vis=venter").await.says("Nordvang El"));
        assert!(!line.get("/intern/indbakke").await.says("Skal vi søge?"));
        town.bench.at("2026-11-25T10:00");
        let words = commands::CompanyWords {
            text: "3 meter.".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        assert!(line.get("/intern/indbakke").await.says("Nordvang El"));
        let page = line.get(&path).await;
        assert!(page.says("Svarfristen løber igen. Pausen varede 2 arbejdsdage."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_redacted_text_and_file_are_gone_for_everyone() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Mit cpr-nummer er hemmeligt.").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let version = page.hidden(&format!("{path}/svar"), "version");
        let form_key = key(&town);
        let fields = [("version", &*version), ("form_key", &*form_key), ("text", "Her er tegningen.")];
        let sent =
            line.upload(&format!("{path}/svar"), &fields, &[("plan.pdf", b"%PDF-1.7\nhemmelig")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let entries = store::entries(&town.bench.read(), case.id, false).await.unwrap();
        let owners: Vec<_> = entries.iter().map(|entry| entry.id.uuid()).collect();
        let file =
            Attachment::of(&town.bench.read(), commands::FILES_OF_ENTRY, &owners).await.unwrap().remove(0);
        let download = line.get(&format!("{path}/fil/{}", file.id)).await;
        assert_eq!(download.html, "%PDF-1.7\nhemmelig");
        let header = |name: &str| download.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert!(header("content-disposition").starts_with("attachment;"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").contains("sandbox"));
        let page = line.get(&path).await;
        assert!(page.says("ikke scannet for virus"), "{}", page.text());
        let (text, one_file) = (format!("text:{}", entries[0].id), format!("file:{}", file.id));
        let remove = format!("{path}/fjern");
        let nonsense = line.fill(&page, &remove, &[("what", &*text), ("why", "because")]).await;
        assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
        let asked = line.fill(&page, &remove, &[("what", &*text), ("why", "personal-data")]).await;
        assert!(
            asked.status == StatusCode::OK
                && asked.says("Skal det fjernes for altid?")
                && asked.says("Grund: Personoplysninger, vi ikke skal have")
                && asked.html.contains("<blockquote class=\"s-thread__text\">"),
            "{}",
            asked.text()
        );
        assert!(line.get(&path).await.says("hemmeligt"), "the first step takes nothing out");
        let sure = ("sure", "yes");
        line.fill(&asked, &remove, &[("what", &*text), ("why", "personal-data"), sure]).await;
        let page = line.get(&path).await;
        line.fill(&page, &remove, &[("what", &*one_file), ("why", "trade-secret"), sure]).await;
        town.work().await;
        let page = line.get(&path).await;
        assert!(
            !page.says("hemmeligt")
                && page.says("Teksten er fjernet. Line Krog fjernede det mandag den 23. november 2026"),
            "{}",
            page.text()
        );
        assert!(
            page.says("Filen er fjernet. Line Krog fjernede det")
                && page.says(": Forretningshemmeligheder")
                && !page.html.contains("plan.pdf")
        );
        assert_eq!(line.get(&format!("{path}/fil/{}", file.id)).await.status, StatusCode::NOT_FOUND);
        assert!(town.app.attachments.content(file.id).await.is_err(), "the content is gone from the disk");
        let preview = line.get(&format!("/intern/indbakke/{}/uddrag", case.id)).await;
        assert!(!preview.html.contains("hemmeligt"));
    })
    .await;
}

#[tokio::test]
async fn a_file_of_one_case_is_not_to_be_had_through_another() {
    each_engine(async |town: Town| {
        let (first, second) = (
            town.ask("Nordvang El", "building-permit", "Et.").await.case,
            town.ask("Tømrer Bo", "building-permit", "To.").await.case,
        );
        let file = town
            .app
            .attachments
            .keep(town.bench.id(), "plan.pdf", "application/pdf", b"%PDF-")
            .await
            .unwrap();
        let id = file.id;
        commands::reply(&town.app, &town.ctx("Line Krog"), first.id, 1, "Se her.", false, &[file])
            .await
            .unwrap();
        let mut line = town.browser("Line Krog");
        assert_eq!(
            line.get(&format!("/intern/henvendelser/{}/fil/{id}", first.id)).await.status,
            StatusCode::OK
        );
        let through = line.get(&format!("/intern/henvendelser/{}/fil/{id}", second.id)).await;
        assert_eq!(through.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_is_offered_and_raises_the_first_case() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let second = town.ask("Nordvang El", "building-permit", "Skal vi søge? Igen.").await.case;
        let path = format!("/intern/henvendelser/{}", second.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(page.says("Har spurgt om det samme før"), "{}", page.text());
        assert!(page.html.contains(&format!("value=\"{}\"", first.number)), "its number is filled in");
        let wrong = line.fill(&page, &format!("{path}/dublet"), &[("number", "2026-99999")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        line.fill(&wrong, &format!("{path}/dublet"), &[("number", &first.number)]).await;
        assert_eq!(town.case(second.id).await.state, CaseState::Duplicate(first.id));
        assert_eq!(town.case(first.id).await.repeats, 1);
        assert!(line.get("/intern/indbakke").await.says("spurgt igen"));
    })
    .await;
}

#[tokio::test]
async fn spam_is_marked_and_owed_by_nobody() {
    each_engine(async |town: Town| {
        let case = town.ask("Billige Ure", "other", "Køb nu!").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut mette = town.browser("Mette Holm");
        let page = mette.get(&path).await;
        let spam = format!("{path}/spam");
        let refused = mette.fill(&page, &spam, &[]).await;
        assert!(refused.says("Vælg, hvorfor det ikke er en henvendelse."), "{}", refused.text());
        assert_eq!(mette.fill(&page, &spam, &[("why", "advertising")]).await.status, StatusCode::SEE_OTHER);
        let page = mette.get(&path).await;
        assert!(page.says("Mærket som spam. Den tælles for sig."), "{}", page.text());
        assert!(page.says("Mette Holm mærkede henvendelsen som spam: Reklame."), "{}", page.text());
        assert!(mette.get("/intern/indbakke").await.says("I skylder ingen svar"));
    })
    .await;
}

#[tokio::test]
async fn words_written_while_the_case_went_to_another_team_are_handed_back() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi grave?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let (jonas, roads) = (town.ctx("Jonas Birk"), town.teams["roads"]);
        commands::hand_over(&town.app, &jonas, case.id, case.version, roads, "Jeres vej.").await.unwrap();
        commands::accept(&town.app, &town.ctx("Karen Dahl"), case.id, None).await.unwrap();
        let words = "Et langt svar om <b>gravetilladelse</b>, som tog en halv time.";
        for what in ["svar", "spoerg", "notat"] {
            let lost = line.fill(&page, &format!("{path}/{what}"), &[("text", words)]).await;
            assert_eq!(lost.status, StatusCode::NOT_FOUND, "{what}");
            let escaped = words.replace('<', "&#60;").replace('>', "&#62;");
            assert!(lost.html.contains(&escaped) && lost.says("Det blev ikke gemt"), "{what}: {}", lost.html);
            assert!(!lost.html.contains(&case.number), "{what}: it tells of a case that is not ours");
        }
        assert!(!town.texts(case.id).await.iter().any(|text| text.contains("halv time")));
    })
    .await;
}

#[tokio::test]
async fn a_corrected_topic_keeps_team_and_dates() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Et skilt.").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/emne"), &[("topic", "signage")]).await;
        let page = line.get(&path).await;
        assert!(
            page.says("Emnet er rettet.") && page.says("rettede emnet fra Byggetilladelse til"),
            "{}",
            page.text()
        );
        assert_eq!(town.case(case.id).await.team, case.team);
    })
    .await;
}

#[tokio::test]
async fn a_company_that_was_not_content_is_called_and_the_call_is_owed_until_then() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let fields = [("text", "Nej."), ("outcome", "answered"), ("avoidable", "no")];
        line.fill(&page, &format!("{path}/luk"), &fields).await;
        assert!(line.get("/intern/indbakke").await.says("I skylder ingen svar"));
        commands::rate(&town.app, &town.company(), &sent.link, 1, "Jeg fik ikke svar.").await.unwrap();
        assert!(line.get("/intern/indbakke").await.says("Nordvang El"), "the call stands among what is owed");
        let page = line.get(&path).await;
        assert!(page.says("Sara Lund vurderede forløbet til 1 af 5. Jeg fik ikke svar."), "{}", page.text());
        let called = line.fill(&page, &format!("{path}/ringet"), &[("text", "Vi har talt sammen.")]).await;
        assert_eq!(called.status, StatusCode::SEE_OTHER, "{}", called.text());
        assert!(line.get("/intern/indbakke").await.says("I skylder ingen svar"));
    })
    .await;
}

#[tokio::test]
async fn html_in_every_field_stays_text() {
    each_engine(async |town: Town| {
        let case = town.ask("<b>Ond</b>", "building-permit", "<script>alert(1)</script>").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/notat"), &[("text", "<img src=x onerror=alert(2)>")]).await;
        for address in [path, "/intern/indbakke".into(), format!("/intern/indbakke/{}/uddrag", case.id)] {
            let html = line.get(&address).await.html;
            assert!(
                !html.contains("<b>Ond") && !html.contains("<script>alert") && !html.contains("<img src=x"),
                "{address}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_cpr_number_in_a_reply_is_pointed_at_and_masked_when_asked_for() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let text = "Ejeren er 010190-1234.";
        let refused = line.fill(&page, &format!("{path}/svar"), &[("text", text)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains(text) && refused.html.contains("id=\"reply-text-mask\""),
            "{}",
            refused.text()
        );
        line.fill(&refused, &format!("{path}/svar"), &[("text", text), ("mask", "yes")]).await;
        let texts = town.texts(case.id).await;
        assert!(texts.len() == 2 && !texts[1].contains("1234"), "{texts:?}");
    })
    .await;
}

#[tokio::test]
async fn two_presses_at_the_same_moment_send_one_reply() {
    each_engine_at_once(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut first, mut second) = (town.browser("Line Krog"), town.browser("Line Krog"));
        let page = first.get(&path).await;
        let reply = format!("{path}/svar");
        let fields = [("text", "Ja.")];
        let (one, two) =
            tokio::join!(first.fill(&page, &reply, &fields), second.fill(&page, &reply, &fields));
        assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        assert_eq!(town.texts(case.id).await, ["Skal vi søge?", "Ja."]);
    })
    .await;
}

#[tokio::test]
async fn a_redacted_reply_is_gone_from_the_mail_that_carried_it_too() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, case.id, 1, "Jens Madsen på nr. 7 klagede.", false, &[])
            .await
            .unwrap();
        town.bench.later(chrono::Duration::minutes(5));
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, case.id, 2, "Og her er svaret.", true, &[]).await.unwrap();
        town.work().await;
        let mails = async || {
            let mails = outreach::captured(&town.bench.read(), 100).await.unwrap();
            mails.into_iter().map(|mail| mail.text).collect::<Vec<_>>().join("\n")
        };
        assert!(mails().await.contains("Jens Madsen"));
        let entries = store::entries(&town.bench.read(), case.id, false).await.unwrap();
        let why = "personal-data".parse().unwrap();
        commands::redact_entry(&town.app, &line, case.id, entries[1].id, &why, None).await.unwrap();
        let left = mails().await;
        assert!(!left.contains("Jens Madsen") && left.contains("Og her er svaret."), "{left}");
        // A backup from before is emptied again: both stand among what was erased for good.
        let read = town.bench.read();
        let messages = outreach::messages_of(&read, &[case.id.uuid()]).await.unwrap();
        let messages: Vec<_> = messages.iter().map(|message| message.id.uuid()).collect();
        assert_eq!(storage::erased_rows(&read, "outreach_content", &messages).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_colleague_was_asked_can_be_taken_out_and_stays_owed() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case;
        let roads = town.teams["roads"];
        let question = "Ejeren hedder Jens Madsen. Må han grave?";
        commands::ask_part(&town.app, &town.ctx("Line Krog"), case.id, 1, roads, question).await.unwrap();
        let part = store::parts(&town.bench.read(), &[case.id]).await.unwrap().remove(0);
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let what = format!("part:{}", part.id);
        let removed = line
            .fill(
                &page,
                &format!("{path}/fjern"),
                &[("what", &*what), ("why", "personal-data"), ("sure", "yes")],
            )
            .await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text());
        for (name, address) in [
            ("Line Krog", path.as_str()),
            ("Karen Dahl", path.as_str()),
            ("Karen Dahl", "/intern/indbakke?vis=dele"),
        ] {
            let page = town.browser(name).get(address).await;
            assert!(page.status == StatusCode::OK && !page.html.contains("Jens Madsen"), "{name} {address}");
        }
        assert!(line.get(&path).await.says("Teksten er fjernet."));
        assert_eq!(store::parts_owed(&town.bench.read(), &[roads]).await.unwrap().len(), 1, "still owed");
    })
    .await;
}

#[tokio::test]
async fn a_refused_reply_keeps_its_text_and_its_files() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut jonas) = (town.browser("Line Krog"), town.browser("Jonas Birk"));
        let reply = format!("{path}/svar");
        let page = line.get(&path).await;
        let hidden = |page: &crate::town::Answer, name: &str| page.hidden(&reply, name);
        let send = async |line: &mut crate::town::Browser<'_>,
                          page: &crate::town::Answer,
                          text: &str,
                          files: &[(&str, &[u8])]| {
            let all: Vec<(&str, String)> =
                ["form_key", "shown", "version", "draft"].map(|name| (name, hidden(page, name))).into();
            let mut fields: Vec<(&str, &str)> =
                all.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fields.push(("text", text));
            line.upload(&reply, &fields, files).await
        };
        // Someone else was quicker; then the words were missing. The plan was chosen once.
        jonas.fill(&page, &reply, &[("text", "Jeg ser på det.")]).await;
        let stale = send(&mut line, &page, "Her er planen.", &[("plan.pdf", b"%PDF-1.7 plan")]).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.html.contains("Her er planen.") && stale.says("plan.pdf"), "{}", stale.text());
        let empty = send(&mut line, &stale, "", &[]).await;
        assert!(
            empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.says("plan.pdf"),
            "{}",
            empty.text()
        );
        let sent = send(&mut line, &empty, "Her er planen.", &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let page = line.get(&path).await;
        assert!(page.html.contains(">plan.pdf</a>"), "{}", page.text());
        assert_eq!(page.html.matches(">plan.pdf</a>").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_has_answered_and_looks_at_the_case_warns_nobody() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut jonas) = (town.browser("Line Krog"), town.browser("Jonas Birk"));
        let page = line.get(&path).await;
        assert!(jonas.get(&path).await.says("Line Krog åbnede henvendelsen"));
        line.fill(&page, &format!("{path}/svar"), &[("text", "Ja.")]).await;
        assert!(line.get(&path).await.says("Beskeden er sendt."), "the page after it");
        assert!(!jonas.get(&path).await.says("Line Krog åbnede henvendelsen"), "she has answered");
        // Whoever only reads warns nobody either.
        town.browser("Mette Holm").get(&path).await;
        assert!(!jonas.get(&path).await.says("Mette Holm åbnede"));
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/notat"), &[("text", "Husk planen.")]).await;
        line.get(&path).await;
        assert!(
            jonas.get(&path).await.says("Line Krog åbnede henvendelsen"),
            "a note is no answer: she may go on"
        );
    })
    .await;
}

#[tokio::test]
async fn the_link_to_close_leads_to_why_it_cannot_be_closed_and_what_to_do() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let page = town.browser("Line Krog").get(&path).await;
        assert!(page.html.contains("href=\"#close-text\"") && page.html.contains("id=\"close-text\""));
        let roads = town.teams["roads"];
        commands::ask_part(&town.app, &town.ctx("Line Krog"), case.id, 1, roads, "Må de grave?")
            .await
            .unwrap();
        for (name, way) in [
            ("Line Krog", "Er der ikke brug for delsvaret, kan jeres leder fritage teamet for det."),
            ("Lars Holt", "Fritag et team for delsvaret"),
        ] {
            let page = town.browser(name).get(&path).await;
            assert!(
                page.html.contains("href=\"#close-why\"") && page.html.contains("id=\"close-why\""),
                "{name}"
            );
            assert!(!page.html.contains("#close-text"), "{name}: a link to nowhere");
            assert!(page.says("Ryk Vejteamet: 43 00 00 00") && page.says(way), "{name}: {}", page.text());
        }
    })
    .await;
}

#[tokio::test]
async fn the_topic_of_an_ended_case_stays() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Et skilt.").await.case;
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: enquiries::model::Avoidable::No,
            text: "Ja.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), case.id, 1, closing).await.unwrap();
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let fields =
            [("version", "2"), ("topic", "signage"), ("form_key", "018f6e2a-7b1c-7def-8123-456789abcdef")];
        let refused = line.post(&format!("{path}/emne"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Henvendelsen er afsluttet"), "{}", refused.text());
        assert_eq!(town.case(case.id).await.topic.as_str(), "building-permit");
    })
    .await;
}

#[tokio::test]
async fn no_form_loses_its_text_to_a_stale_save() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        town.bench.later(chrono::Duration::minutes(2));
        commands::reply(&town.app, &town.ctx("Jonas Birk"), case.id, 1, "Jeg ser på det.", false, &[])
            .await
            .unwrap();
        let roads = town.team("roads");
        let mine = "Noget, som det tog en time at skrive.";
        let forms = [
            ("spoerg", vec![("text", mine)]),
            ("luk", vec![("text", mine), ("outcome", "answered"), ("avoidable", "no")]),
            ("delsvar", vec![("text", mine), ("team", roads.as_str())]),
            ("videregiv", vec![("text", mine), ("team", roads.as_str())]),
        ];
        for (form, fields) in forms {
            let refused = line.fill(&page, &format!("{path}/{form}"), &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(
                refused.html.contains(mine) && refused.says("Det her skete, mens du skrev"),
                "{form}: {}",
                refused.text()
            );
        }
        assert_eq!(town.texts(case.id).await.len(), 2, "nothing was sent");
    })
    .await;
}
