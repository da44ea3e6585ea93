//! The guide's topics, edited in the browser.

use axum::http::StatusCode;
use enquiries::{
    GuideState,
    commands::{self, ContentOutcome},
    guide::Content,
    model::{Decision, NewGoal},
    store,
};
use kernel::{CaseId, Code, Language};
use storage::{LineFilter, lines, seal, sealed_position};
use testkit::TENANT;

use super::town::{Answer, Browser, Town, each_engine};

const SIGNAGE: &str = "/intern/emner/signage";

/// Every field of the form that leads to `action`, as a browser would send it.
fn fields(page: &Answer, action: &str) -> Vec<(String, String)> {
    let form = page.html.split_once(&format!("action=\"{action}\"")).expect("the form").1;
    let form = form.split_once("</form>").unwrap().0;
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!(" {name}=\""))?.1;
        Some(plain(value.split_once('"')?.0))
    };
    let mut fields = Vec::new();
    let mut list = None;
    for piece in form.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        let name = attribute(tag, "name");
        match (tag.split(' ').next().unwrap(), name) {
            ("input", Some(name)) => {
                let is_box = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
                if !is_box || tag.contains(" checked") {
                    fields.push((name, attribute(tag, "value").unwrap_or_default()));
                }
            }
            ("textarea", Some(name)) => fields.push((name, plain(text))),
            ("select", name) => list = name.filter(|_| !tag.contains(" disabled")),
            ("option", _) if tag.ends_with(" selected") => {
                let value = attribute(tag, "value").unwrap_or_default();
                fields.extend(list.clone().map(|name| (name, value)));
            }
            _ => {}
        }
    }
    fields
}

fn plain(html: &str) -> String {
    let html = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    html.replace("&#34;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// Sends the form of a page with some fields changed.
pub async fn send(
    browser: &mut Browser<'_>,
    page: &Answer,
    action: &str,
    changed: &[(&str, &str)],
) -> Answer {
    let mut fields = fields(page, action);
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &fields).await
}

fn topic(key: &str) -> Code {
    key.parse().unwrap()
}

async fn versions(town: &Town, key: &str) -> Vec<i64> {
    let versions = store::topic_versions(&town.bench.read(), &topic(key)).await.unwrap();
    versions.into_iter().map(|version| version.version).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_changes_what_the_guide_says_and_a_company_reads_it_at_once() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let list = editor.get("/intern/emner").await;
        assert!(list.says("Skilte og reklamer") && list.says("Ikke verificeret"), "{}", list.text());
        let page = editor.get(SIGNAGE).await;
        let changed = [
            ("title-da", "Skilte, flag og facader"),
            ("title-en", "Signs, flags and fronts"),
            ("help-1-da", "Mål skiltet, før I skriver."),
            ("synonyms-da", "skilt\nknaldhylster"),
        ];
        let saved = send(&mut editor, &page, SIGNAGE, &changed).await;
        assert_eq!(saved.location, SIGNAGE, "{}", saved.text());

        let mut company = town.stranger();
        let found = company.get("/vejviser?q=knaldhylster").await;
        assert!(found.says("Skilte, flag og facader") && found.says("Mål skiltet, før I skriver."));
        let english = town.stranger().in_language("en").get("/vejviser?emne=signage").await;
        assert!(english.says("Signs, flags and fronts"));
        let list = editor.get("/intern/emner").await;
        assert!(list.text().contains("af Mette Holm"), "{}", list.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_enquiries_does_not_thereby_edit_the_guide() {
    each_engine(|town| async move {
        for name in ["Karen Dahl", "Ebbe Revisor"] {
            let mut browser = town.browser(name);
            for path in
                ["/intern/emner", SIGNAGE, "/intern/emner/signage/maal", "/intern/emner/signage/historik"]
            {
                assert_eq!(browser.get(path).await.status, 403, "{name} {path}");
            }
            let sent = browser.post(SIGNAGE, &[("version", "0"), ("title-da", "Nyt")]).await;
            assert_eq!(sent.status, 403);
        }
        assert_eq!(versions(&town, "signage").await, [0_i64; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_at_its_field_and_in_a_summary_and_nothing_typed_is_lost() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        let long = "a".repeat(401);
        let wrong = [
            ("title-en", ""),
            ("title-da", "Mit eget <b>navn</b>"),
            ("examples-da", long.as_str()),
            ("kle", "2.34"),
            ("service-1-name", "Et sted"),
            ("service-1-url", "http://example.dk"),
            ("help-1-en", ""),
            ("synonyms-en", ""),
        ];
        let refused = send(&mut editor, &page, SIGNAGE, &wrong).await;
        assert_eq!(refused.status, 422);
        for field in ["title-en", "examples-da", "kle", "services", "self-help", "synonyms-en"] {
            assert!(refused.html.contains(&format!("href=\"#{field}\"")), "{field} in the summary");
            assert!(refused.html.contains(&format!("id=\"{field}\"")), "{field} on the page");
        }
        assert!(refused.html.contains("value=\"Mit eget &#60;b&#62;navn&#60;/b&#62;\""), "typed and escaped");
        assert!(refused.html.contains(&long) && refused.html.contains("http://example.dk"));
        assert_eq!(versions(&town, "signage").await, [0_i64; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_tried_on_words_that_are_not_saved() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        let asked = [
            ("do", "try"),
            ("question", "knaldhylster"),
            ("synonyms-da", "skilt\nknaldhylster"),
            ("title-en", ""),
        ];
        let tried = send(&mut editor, &page, SIGNAGE, &asked).await;
        assert_eq!(tried.status, 200);
        let text = tried.text();
        let (with, saved) = text.split_once("Som vejviseren er nu").unwrap();
        let with = with.split_once("Med ordene i felterne").unwrap().1;
        assert!(with.contains("Dette emne") && with.contains("knaldhylster"), "{with}");
        assert!(!saved.split_once("Gem emnet").unwrap().0.contains("Dette emne"), "{saved}");
        assert!(tried.html.contains("skilt\nknaldhylster") && tried.html.contains("id=\"title-en-error\""));
        assert_eq!(versions(&town, "signage").await, [0_i64; 0]);
        let company = town.stranger().get("/vejviser?q=knaldhylster").await;
        assert!(!company.says("Skilte og reklamer"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_edit_the_same_topic_lose_nothing_and_see_both_texts() {
    each_engine(|town| async move {
        let (mut mette, mut lars) = (town.browser("Mette Holm"), town.browser("Lars Holt"));
        let (first, second) = (mette.get(SIGNAGE).await, lars.get(SIGNAGE).await);
        let saved = send(&mut mette, &first, SIGNAGE, &[("title-da", "Mettes titel")]).await;
        assert_eq!(saved.location, SIGNAGE);
        let stale = send(&mut lars, &second, SIGNAGE, &[("summary-da", "Lars har skrevet.")]).await;
        assert_eq!(stale.status, 422);
        assert!(
            stale.says("En anden har gemt noget her")
                && stale.says("Mettes titel")
                && stale.says("Lars har skrevet.")
        );
        assert_eq!(versions(&town, "signage").await, [1]);
        // Seen and meant: the second save takes the place of the first, which stays in the history.
        let again = send(&mut lars, &stale, SIGNAGE, &[]).await;
        assert_eq!(again.location, SIGNAGE, "{}", again.text());
        assert_eq!(versions(&town, "signage").await, [2, 1]);
        let guide = town.guide().guide(TENANT);
        assert_eq!(guide.topic("signage").unwrap().summary.da, "Lars har skrevet.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_makes_one_version_and_one_that_changes_nothing_none() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        for _ in 0..2 {
            let saved = send(&mut editor, &page, SIGNAGE, &[("title-da", "Skilte")]).await;
            assert_eq!(saved.location, SIGNAGE);
        }
        let page = editor.get(SIGNAGE).await;
        assert_eq!(send(&mut editor, &page, SIGNAGE, &[]).await.location, SIGNAGE);
        assert_eq!(versions(&town, "signage").await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_who_changed_what_and_any_version_comes_back() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        for title in ["Første titel", "Anden titel"] {
            let page = editor.get(SIGNAGE).await;
            send(&mut editor, &page, SIGNAGE, &[("title-da", title)]).await;
        }
        let path = "/intern/emner/signage/historik";
        let history = editor.get(path).await;
        assert!(
            history.says("Version 2: ændret titel")
                && history.says("Mette Holm")
                && history.says("Første titel")
        );
        let restored =
            editor.post("/intern/emner/signage/gendan", &[("version", "2"), ("restore", "1")]).await;
        assert_eq!(restored.location, SIGNAGE);
        let title = |town: &Town| town.guide().guide(TENANT).topic("signage").unwrap().title.da.clone();
        assert_eq!(title(&town), "Første titel");
        editor.post("/intern/emner/signage/gendan", &[("version", "3"), ("restore", "0")]).await;
        assert_eq!(title(&town), "Skilte og reklamer");
        assert_eq!(versions(&town, "signage").await, [4, 3, 2, 1]);
        let stale = editor.post("/intern/emner/signage/gendan", &[("version", "1"), ("restore", "2")]).await;
        assert_eq!(stale.status, 422);
        let unknown =
            editor.post("/intern/emner/signage/gendan", &[("version", "4"), ("restore", "9")]).await;
        assert_eq!(unknown.status, 422);
        // The journal knows that, by whom and in which fields; the words are in rows.
        let filter = LineFilter { words: vec!["content_edited".into()], ..LineFilter::default() };
        let told = lines(&town.bench.read(), &filter, 10).await.unwrap();
        assert_eq!(told.len(), 4);
        for line in told {
            assert!(line.actor_id.is_some() && line.payload["topic"] == "signage");
            assert!(!line.payload.to_string().contains("titel\""), "{}", line.payload);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_says_the_new_words_as_soon_as_the_journal_is_sealed() {
    each_engine(|town| async move {
        let other = town.guide().of_another_node();
        let read = town.bench.read();
        other.refresh(&read).await.unwrap();
        let position = sealed_position(&read).await.unwrap();
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        send(&mut editor, &page, SIGNAGE, &[("synonyms-da", "knaldhylster"), ("title-da", "Skilte")]).await;
        adopt(&town, "redevelopment", 3, 15).await.unwrap();
        seal(&town.app.db, &town.app.system("seal", TENANT)).await.unwrap();
        let after = other.catch_up(&read, position).await.unwrap();
        assert!(after > position);
        let guide = other.guide(TENANT);
        let found = guide.suggest("knaldhylster", Language::Da);
        assert_eq!(found.topics[0].key, topic("signage"));
        assert_eq!(guide.topic("signage").unwrap().title.da, "Skilte");
        let today = town.app.calendar.local_date(town.app.clock.now());
        assert!(guide.topic("redevelopment").unwrap().goal_on(today).adopted);
        // Nothing new: nothing is read again.
        assert_eq!(other.catch_up(&read, after).await.unwrap(), after);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_release_overwrites_no_words_and_shows_both_texts() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        send(&mut editor, &page, SIGNAGE, &[("title-da", "Vores titel")]).await;

        // The same database under the next release.
        let mut content: Content = town.guide().shipped().clone();
        let shipped = content.topics.iter_mut().find(|topic| topic.key.as_str() == "signage").unwrap();
        shipped.title.da = "Udgivelsens titel".into();
        shipped.summary.da = "Udgivelsens sætning.".into();
        let town = Town::under(town.bench, GuideState::of(content));
        town.guide().refresh(&town.bench.read()).await.unwrap();

        let public = town.stranger().get("/vejviser?emne=signage").await;
        assert!(public.says("Vores titel") && public.says("Udgivelsens sætning."), "{}", public.text());
        let mut editor = town.browser("Mette Holm");
        assert!(editor.get("/intern/emner").await.says("Den medfølgende tekst er ændret"));
        let page = editor.get(SIGNAGE).await;
        assert!(page.says("Vores titel") && page.says("Udgivelsens titel"));
        let choice = "/intern/emner/signage/valg";
        let chosen =
            editor.post(choice, &[("version", "1"), ("field", "title"), ("choose", "shipped")]).await;
        assert_eq!(chosen.location, SIGNAGE);
        assert!(town.stranger().get("/vejviser?emne=signage").await.says("Udgivelsens titel"));
        assert!(!editor.get(SIGNAGE).await.says("Den nye medfølgende tekst"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_in_confidence_stays_so_whatever_the_form_says() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get("/intern/emner/sick-leave").await;
        assert!(page.says("Det ligger fast og kan ikke slås fra."));
        let changed = [("team", "business"), ("confidential", ""), ("title-da", "Fravær")];
        let saved = send(&mut editor, &page, "/intern/emner/sick-leave", &changed).await;
        assert_eq!(saved.location, "/intern/emner/sick-leave", "{}", saved.text());
        let guide = town.guide().guide(TENANT);
        assert!(guide.topic("sick-leave").unwrap().confidential);

        let page = editor.get("/intern/emner/tenders").await;
        let changed = [("team", "roads"), ("title-da", "Udbud her")];
        let saved = send(&mut editor, &page, "/intern/emner/tenders", &changed).await;
        assert_eq!(saved.location, "/intern/emner/tenders", "{}", saved.text());
        let guide = town.guide().guide(TENANT);
        let tenders = guide.topic("tenders").unwrap();
        assert_eq!((tenders.team.as_str(), tenders.title.da.as_str()), ("procurement", "Udbud her"));
        assert!(tenders.is_walled());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_texts_on_tenders_are_saved_though_a_list_that_cannot_be_changed_sends_no_team() {
    each_engine(|town| async move {
        const TENDERS: &str = "/intern/emner/tenders";
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(TENDERS).await;
        let saved = send(&mut editor, &page, TENDERS, &[("title-da", "Udbud her")]).await;
        assert_eq!(saved.location, TENDERS, "{}", saved.text());
        assert!(editor.get(TENDERS).await.says("Udbud her"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kle_number_is_unverified_until_someone_says_where_and_when_it_was_looked_up() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        assert!(page.says("Slået op den") && !page.says("Ikke verificeret"), "looked up before it shipped");
        let unticked = send(&mut editor, &page, SIGNAGE, &[("kle-verified", "")]).await;
        assert_eq!(unticked.location, SIGNAGE, "{}", unticked.text());
        let page = editor.get(SIGNAGE).await;
        assert!(page.says("Ikke verificeret"), "and no source stands where nobody looked it up");
        let undated = send(&mut editor, &page, SIGNAGE, &[("kle-verified", "yes")]).await;
        assert_eq!(undated.status, 422);
        for field in ["kle-title", "kle-edition", "kle-verified-on"] {
            assert!(undated.html.contains(&format!("href=\"#{field}\"")), "{field}: {}", undated.text());
        }
        let today = town.app.calendar.local_date(town.app.clock.now()).to_string();
        let dated = [
            ("kle-verified", "yes"),
            ("kle-verified-on", today.as_str()),
            ("kle-title", "Et emne i planen"),
            ("kle-edition", today.as_str()),
        ];
        assert_eq!(send(&mut editor, &page, SIGNAGE, &dated).await.location, SIGNAGE);
        assert!(!editor.get(SIGNAGE).await.says("Ikke verificeret"));
        assert!(editor.get("/intern/emner").await.says("Et emne i planen"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_way_in_is_called_and_rings_and_leads_where_the_town_says() {
    each_engine(|town| async move {
        const WAY: &str = "/intern/emner/building-case-status";
        const ASKED: &str = "/vejviser?q=Hvor%20langt%20er%20I%20med%20vores%20byggesag%3F";
        let mut editor = town.browser("Mette Holm");
        let list = editor.get("/intern/emner").await;
        assert!(list.says("Korte veje") && list.html.contains(WAY), "{}", list.text());
        let page = editor.get(WAY).await;
        assert!(page.says("Hvor er min byggesag?") && !page.says("Servicemål"), "{}", page.text());
        let wrong = [("phone", "ring bare"), ("title-en", "")];
        let refused = send(&mut editor, &page, WAY, &wrong).await;
        assert!(refused.says("Skriv et telefonnummer") && refused.html.contains("value=\"ring bare\""));
        let refused = send(&mut editor, &page, WAY, &[("title-en", "")]).await;
        assert!(refused.html.contains("title-en-error"), "{}", refused.text());
        let changed = [
            ("title-da", "Følg din byggesag"),
            ("title-en", "Follow your building case"),
            ("team", "secretariat"),
            ("phone", "43 68 68 68"),
        ];
        assert_eq!(send(&mut editor, &page, WAY, &changed).await.location, WAY);
        let found = town.stranger().get(ASKED).await;
        assert!(found.says("Følg din byggesag") && found.says("Sekretariatet"), "{}", found.text());
        assert!(found.html.contains("tel:+4543686868"), "{}", found.text());
        let english = town.stranger().in_language("en").get(ASKED).await;
        assert!(english.says("Follow your building case"), "{}", english.text());
        // A page that was shown before overwrites nothing.
        let stale = send(&mut editor, &page, WAY, &[("title-da", "Noget tredje")]).await;
        assert!(stale.says("Følg din byggesag") && stale.html.contains("Noget tredje"), "{}", stale.text());
        let history = editor.get(&format!("{WAY}/historik")).await;
        assert!(history.says("Mette Holm") && history.says("telefon"), "{}", history.text());
        let back = send(&mut editor, &history, &format!("{WAY}/gendan"), &[("restore", "0")]).await;
        assert_eq!(back.location, WAY, "{}", back.text());
        assert!(town.stranger().get(ASKED).await.says("Hvor er min byggesag?"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_to_documents_goes_to_the_team_that_the_town_names_within_the_days_of_the_law() {
    each_engine(|town| async move {
        const WAY: &str = "/intern/emner/access-to-documents";
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(WAY).await;
        assert_eq!(send(&mut editor, &page, WAY, &[("team", "building")]).await.location, WAY);
        let case = town.ask("Nordvang El", "access-to-documents", "Vi vil have aktindsigt").await.case;
        assert_eq!(case.team, town.teams["building"]);
        let officer = town.browser("Line Krog").get(WAY).await;
        assert_eq!(officer.status, StatusCode::FORBIDDEN);
    })
    .await;
}

/// The council adopts a goal from today on.
pub async fn adopt(town: &Town, key: &str, first_reply: u8, answer: u8) -> ContentOutcome {
    let ctx = town.ctx("Mette Holm");
    let today = town.app.calendar.local_date(ctx.now());
    let decision = Decision { on: today, reference: "Kommunalbestyrelsen, punkt 12".into() };
    let goal = NewGoal { first_reply, answer, valid_from: today, decision: Some(decision) };
    commands::set_goal(&town.app, town.guide(), &ctx, &topic(key), goal).await
}

async fn due(town: &Town, case: CaseId) -> Vec<chrono::NaiveDate> {
    let promises = ledger::of_subjects(&town.bench.read(), &[case.uuid()]).await.unwrap();
    promises.into_iter().map(|promise| promise.due_on).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_that_no_council_has_adopted_promises_no_date_and_rings() {
    each_engine(|town| async move {
        let mut company = town.stranger();
        let before = company.get("/vejviser?emne=redevelopment").await;
        assert!(before.html.contains("tel:") && !before.says("senest"), "{}", before.text());

        let mut editor = town.browser("Lars Holt");
        let path = "/intern/emner/redevelopment/maal";
        let page = editor.get(path).await;
        assert!(page.says("Programmets forslag. Ingen kommune har vedtaget det."));
        let undecided = send(&mut editor, &page, path, &[("adopted", "yes")]).await;
        assert_eq!(undecided.status, 422);
        assert!(undecided.html.contains("href=\"#decided-on\""));
        let today = town.app.calendar.local_date(town.app.clock.now()).to_string();
        let decided = [
            ("adopted", "yes"),
            ("decided-on", today.as_str()),
            ("reference", "Kommunalbestyrelsen, punkt 12"),
            ("answer", "8"),
        ];
        let set = send(&mut editor, &undecided, path, &decided).await;
        assert_eq!(set.location, path, "{}", set.text());
        assert!(editor.get(path).await.says("Kommunalbestyrelsen, punkt 12"));
        let after = company.get("/vejviser?emne=redevelopment").await;
        assert!(after.says("senest"), "{}", after.text());
        let history = editor.get("/intern/emner/redevelopment/historik").await;
        assert!(history.says("Vedtaget") && history.says("Lars Holt"), "{}", history.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_goal_moves_no_date_that_a_company_was_given() {
    each_engine(|town| async move {
        let first = town.ask("Nordvangel ApS", "signage", "Må vi sætte et skilt op?").await;
        let promised = due(&town, first.case.id).await;
        adopt(&town, "signage", 1, 3).await.unwrap();
        assert_eq!(due(&town, first.case.id).await, promised);
        let second = town.ask("Smedjen ApS", "signage", "Hvad koster et skilt?").await;
        let sooner = due(&town, second.case.id).await;
        assert!(sooner.iter().max() < promised.iter().max(), "{sooner:?} {promised:?}");
        assert_eq!(due(&town, first.case.id).await, promised);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_holds_from_its_day_on_and_never_from_a_day_that_has_passed() {
    each_engine(|town| async move {
        let ctx = town.ctx("Mette Holm");
        let today = town.app.calendar.local_date(ctx.now());
        let from = |days: i64| NewGoal {
            first_reply: 1,
            answer: 2,
            valid_from: today + chrono::Duration::days(days),
            decision: None,
        };
        let key = topic("signage");
        let set = |goal| commands::set_goal(&town.app, town.guide(), &ctx, &key, goal);
        assert!(set(from(-1)).await.is_err());
        set(from(30)).await.unwrap();
        let signage = town.guide().topic(TENANT, &key).unwrap();
        assert!(signage.goal_on(today).adopted && signage.goal_on(today).answer == 10);
        let later = signage.goal_on(today + chrono::Duration::days(30));
        assert_eq!((later.answer, later.adopted), (2, false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_to_documents_is_asked_for_under_its_own_name_and_answered_within_the_days_of_the_law() {
    each_engine(|town| async move {
        let rules = kernel::RuleBook::denmark();
        let today = town.bench.calendar.local_date(town.bench.now());
        let law = rules.at("access-to-documents.answer", today).unwrap();
        let own = town.guide().guide(TENANT).topic("access-to-documents").unwrap().clone();
        assert_eq!(
            law.value,
            kernel::RuleValue::WorkingDays(own.goal.answer.into()),
            "the guide says the law's days"
        );

        let found = town.stranger().get("/vejviser?q=Vi+vil+have+aktindsigt+i+sagen").await;
        assert!(found.html.contains("/henvendelse/ny?emne=access-to-documents"), "{}", found.text());
        let form = town.stranger().get("/henvendelse/ny?emne=access-to-documents").await;
        assert!(form.html.contains("<h1>Aktindsigt</h1>"), "its own name");
        assert!(
            form.says("I får svar inden for 7 arbejdsdage") && form.says("§ 36, stk. 2"),
            "{}",
            form.text()
        );
        assert!(form.says("Sekretariatet"), "{}", form.text());

        let asked = town.ask("Nordvangel", "access-to-documents", "Vi vil se sagen om vores skilt.").await;
        let again = town.ask("Nordvangel", "access-to-documents", "Og sagen om vejen.").await;
        assert_ne!(asked.case.id, again.case.id, "two sets of documents are two requests");
        town.ask("Nordvangel", "alcohol-licence", "Vi har et spørgsmål.").await;
        assert_eq!(asked.case.team.to_string(), town.team("secretariat"));
        let promises = ledger::of_subjects(&town.bench.read(), &[asked.case.id.uuid()]).await.unwrap();
        let answer = promises.iter().find(|one| one.kind == ledger::PromiseKind::ANSWER).unwrap();
        assert_eq!(answer.due_on, town.bench.calendar.due_on(town.bench.now(), 7));

        let mut sofie = town.browser("Sofie Lind");
        let all = sofie.get("/intern/indbakke").await;
        assert!(all.says("Vi har et spørgsmål."));
        let only = sofie.get("/intern/indbakke?emne=access-to-documents").await;
        assert!(only.says("Vi vil se sagen om vores skilt.") && only.says("Og sagen om vejen."));
        assert!(!only.says("Vi har et spørgsmål."), "the others are not among them");
        let case = sofie.get(&format!("/intern/henvendelser/{}", asked.case.id)).await;
        assert!(case.html.contains("<h1>Aktindsigt: "), "{}", case.text());
    })
    .await;
}
