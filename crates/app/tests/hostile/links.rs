//! Links are keys: forged ones open nothing, one's own opens nothing else, and looking changes nothing.

use enquiries::model::CaseState;
use storage::sea_orm::ConnectionTrait;
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, check_private, tracking};
use crate::wire::{Browser, Form};

#[tokio::test(flavor = "multi_thread")]
async fn forged_link_opens_nothing_whatever_one_does_with_it() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let link = scene.enquiry("Smeden").await;
        let before = scene.case().await;
        let browser = Browser::default();
        let form = Form::default().with("text", "Slet alt").with("score", "1");
        let last = if link.ends_with('a') { "b" } else { "a" };
        let near = format!("{}{last}", &link[..link.len() - 1]);
        let forged =
            [near.as_str(), "/henvendelse/%ff%fe", "/henvendelse/%00", "/henvendelse/..%2f..%2fetc%2fpasswd"];
        for link in forged {
            check_page(&scene.get(&browser, link).await, 404);
            check_page(&scene.get(&browser, &format!("{link}/bekraeft")).await, 404);
            check_page(
                &scene.get(&browser, &format!("{link}/fil/018f6e2a-7b1c-7def-8123-456789abcdef")).await,
                404,
            );
            check_page(&scene.get(&browser, &format!("{link}/fil/x")).await, 404);
            check_page(&scene.send(&browser, &format!("{link}/skriv"), &form).await, 404);
            for what in ["traek-tilbage", "vurder", "bekraeft"] {
                check_page(&scene.post(&browser, &format!("{link}/{what}"), &form).await, 404);
            }
        }
        assert_eq!(scene.case().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_link_opens_no_other_case_and_no_file_of_it() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (own, browser) = (scene.enquiry("Smeden").await, Browser::default());
        let form = scene.filled(&browser, "Bageren").await.with_file("plan.pdf", "%PDF-1.7\nhemmelig");
        let other = tracking(&scene.send(&browser, NEW, &form).await);
        let page = scene.get(&browser, &other).await;
        let (_, file) = page.body.split_once("/fil/").unwrap();
        let file = file.split_once('"').unwrap().0;
        let given = scene.get(&browser, &format!("{other}/fil/{file}")).await;
        assert_eq!((given.status, given.body.as_str()), (200, "%PDF-1.7\nhemmelig"));
        assert_eq!(given.header("cache-control"), "no-store");
        assert_eq!(given.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(given.header("x-content-type-options"), "nosniff");
        assert!(given.header("content-disposition").starts_with("attachment; "));
        check_page(&scene.get(&browser, &format!("{own}/fil/{file}")).await, 404);

        let [smith, baker] = <[_; 2]>::try_from(scene.cases().await).unwrap();
        assert!(!scene.get(&browser, &own).await.body.contains("Bageren"));
        let jonas = scene.officer("jonas.birk").await;
        let path = |case: &enquiries::model::Case| format!("{}/fil/{file}", Scene::case_page(case));
        assert_eq!(scene.get(&jonas, &path(&baker)).await.status, 200);
        check_page(&scene.get(&jonas, &path(&smith)).await, 404);
        // Another team's officer is not told that there is such a case.
        let bo = scene.officer("bo.kragelund").await;
        let unknown = "/intern/henvendelser/018f6e2a-7b1c-7def-8123-456789abcdef";
        for case in
            [Scene::case_page(&baker), path(&baker), unknown.to_owned(), "/intern/henvendelser/x".into()]
        {
            check_page(&scene.get(&bo, &case).await, 404);
        }
    })
    .await;
}

/// Everything that is stored, counted: what changes nothing changes none of it.
async fn lines(scene: &Scene) -> u64 {
    let tx = scene.bench.db.begin_raw().await.unwrap();
    let sql = "SELECT count(*) AS n FROM journal_line";
    let ask = storage::sea_orm::Statement::from_string(tx.get_database_backend(), sql);
    let row = tx.query_one_raw(ask).await.unwrap().unwrap();
    u64::try_from(row.try_get_by_index::<i64>(0).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn suspicious_enquiry_reaches_nobody_before_its_sender_has_pressed_the_button_in_the_mail() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await.with("website", "http://spam.example");
        let sent = scene.send(&browser, NEW, &form).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/henvendelse/bekraeft"));
        check_private(&scene.get(&browser, "/henvendelse/bekraeft").await);
        scene.work().await;
        let case = scene.case().await;
        assert_eq!(case.state, CaseState::Unconfirmed);
        assert_eq!(scene.purposes(&case).await, ["enquiry-confirm"]);
        assert_eq!(scene.promises(&case).await, []);
        for mailbox in ["jonas.birk", "anders.fjeldgaard", "mette.holm"] {
            let officer = scene.officer(mailbox).await;
            for list in ["ventende", "alle", "utildelt", "skyldes", ""] {
                let page = scene.get(&officer, &format!("/intern/indbakke?vis={list}")).await;
                assert!(!page.body.contains(&case.number), "{mailbox} sees it in {list}");
            }
            let notices = scene.get(&officer, "/intern/beskeder").await;
            assert!(!notices.body.contains(&case.number), "{mailbox} is told");
        }

        // The sender has seen no link: only the mail leads on.
        let again = scene.send(&browser, NEW, &form).await;
        assert_eq!(again.header("location"), "/henvendelse/bekraeft", "sent again it gives the link away");
        let mails = outreach::captured(&scene.bench.read(), 10).await.unwrap();
        let [mail] = mails.as_slice() else { panic!("one mail, not {}", mails.len()) };
        let (_, rest) = mail.text.split_once("/henvendelse/").unwrap();
        let link = format!("/henvendelse/{}", &rest[..26]);
        assert!(
            mail.text.contains(&format!("{link}/bekraeft"))
                && mail.html.contains(&format!("{link}/bekraeft"))
        );

        // A scanner that opens every link in every mail, twice, with whatever it has.
        let before = (scene.case().await, lines(&scene).await);
        for _ in 0..2 {
            for path in [format!("{link}/bekraeft"), link.clone()] {
                let page = scene.get(&browser, &path).await;
                assert_eq!(page.status, 200);
                check_private(&page);
                assert_eq!(
                    browser.ask(scene.town.address, "HEAD", &path, &[], &[]).await.unwrap().status,
                    200
                );
            }
        }
        scene.work().await;
        assert_eq!((scene.case().await, lines(&scene).await), before, "looking at it changed it");

        let page = scene.get(&browser, &format!("{link}/bekraeft")).await;
        let press = format!("{link}/bekraeft");
        for _ in 0..2 {
            let pressed = scene.post(&browser, &press, &Form::on(&page, &press)).await;
            assert_eq!(pressed.header("location"), format!("{link}?kvittering=1"), "{}", pressed.text());
        }
        scene.work().await;
        let case = scene.case().await;
        assert_eq!(case.state, CaseState::Open);
        assert_eq!(scene.promises(&case).await.len(), 2);
        let purposes = scene.purposes(&case).await;
        assert_eq!(purposes.iter().filter(|one| *one == "enquiry-receipt").count(), 1, "{purposes:?}");
        assert!(purposes.iter().any(|purpose| purpose.starts_with("enquiry-notice-")), "{purposes:?}");
        let jonas = scene.officer("jonas.birk").await;
        let inbox = scene.get(&jonas, "/intern/indbakke?vis=utildelt").await;
        assert!(inbox.body.contains(&case.number), "the team does not see it now");
    })
    .await;
}
