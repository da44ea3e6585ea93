//! Forms that come twice, at once, changed, from elsewhere, or from a page that is out of date.

use std::collections::BTreeSet;

use enquiries::model::EntryKind;
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, check_refused, tracking};
use crate::{
    scene::Answer,
    wire::{Browser, Form},
};

/// Presses eight times at once.
async fn eight_times(scene: &Scene, browser: &Browser, path: &str, form: &Form) -> Vec<Answer> {
    let presses: Vec<_> = (0..8)
        .map(|_| {
            let (browser, form, path, to) =
                (browser.clone(), form.clone(), path.to_owned(), scene.town.address);
            tokio::spawn(async move { browser.send(to, &path, &form).await.unwrap() })
        })
        .collect();
    let mut answers = Vec::new();
    for press in presses {
        answers.push(press.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn enquiry_sent_eight_times_at_once_and_once_more_later_is_one_and_all_see_its_receipt() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await.with_file("plan.pdf", "%PDF-1.7\n");
        let answers = eight_times(&scene, &browser, NEW, &form).await;
        let mut links: BTreeSet<String> = answers.iter().map(tracking).collect();
        scene.bench.later(chrono::Duration::minutes(3));
        links.insert(tracking(&scene.send(&browser, NEW, &form).await));
        assert_eq!(links.len(), 1, "one link for all");
        let case = scene.case().await;
        assert_eq!(scene.entries(&case).await.len(), 1);
        assert_eq!(scene.promises(&case).await.len(), 2);
        let page = scene.get(&browser, links.first().unwrap()).await;
        assert_eq!(page.body.matches("/fil/").count(), 1, "one file");
        let purposes = scene.purposes(&case).await;
        assert_eq!(purposes.iter().filter(|one| *one == "enquiry-receipt").count(), 1, "{purposes:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_replies_sent_eight_times_at_once_are_there_once() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (link, browser) = (scene.enquiry("Smeden").await, Browser::default());
        let case = scene.case().await;
        let write = format!("{link}/skriv");
        let form = Form::on(&scene.get(&browser, &link).await, &write).with("text", "Her er målene");
        for answer in eight_times(&scene, &browser, &write, &form).await {
            assert_eq!(answer.status, 303, "{}", answer.text());
        }
        let jonas = scene.officer("jonas.birk").await;
        let reply = format!("{}/svar", Scene::case_page(&case));
        let form =
            Form::on(&scene.get(&jonas, &Scene::case_page(&case)).await, &reply).with("text", "Ja, det må I");
        for answer in eight_times(&scene, &jonas, &reply, &form).await {
            assert_eq!(answer.status, 303, "{}", answer.text());
        }
        let texts: Vec<_> = scene.entries(&case).await.into_iter().map(|entry| entry.text).collect();
        assert_eq!(texts, ["Må vi sætte et skilt op? Hilsen Smeden", "Her er målene", "Ja, det må I"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_sent_again_with_other_content_is_refused_and_makes_nothing() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let link = tracking(&scene.send(&browser, NEW, &form).await);
        let before = scene.case().await;
        for other in [
            form.clone().with("text", "Noget helt andet"),
            form.clone().with("email", "anden@example.dk"),
            form.clone().with("cvr", "99000015"),
            form.clone().with_file("andet.pdf", "%PDF-1.7\n"),
        ] {
            let answer = scene.send(&browser, NEW, &other).await;
            assert_eq!(answer.status, 422, "{:?}", answer.headers);
            assert!(!answer.body.contains(&link), "the refusal gives the link away");
        }
        assert_eq!(scene.case().await, before);
        assert_eq!(scene.entries(&before).await.len(), 1);

        let write = format!("{link}/skriv");
        let form = Form::on(&scene.get(&browser, &link).await, &write).with("text", "Her er målene");
        assert_eq!(scene.send(&browser, &write, &form).await.status, 303);
        check_refused(&scene.send(&browser, &write, &form.clone().with("text", "Nej, her")).await, "text");
        assert_eq!(scene.send(&browser, &write, &form.with_file("maal.pdf", "%PDF-1.7\n")).await.status, 422);
        assert_eq!(scene.entries(&before).await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_enquiry_about_the_same_goes_to_the_open_one_and_the_link_by_mail_only() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (link, browser) = (scene.enquiry("Smeden").await, Browser::default());
        let second = scene.filled(&browser, "Smeden").await.with("text", "Har I set vores spørgsmål?");
        for _ in 0..2 {
            let answer = scene.send(&browser, NEW, &second).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/henvendelse/samlet"));
            scene.bench.later(chrono::Duration::minutes(1));
        }
        let case = scene.case().await;
        assert_eq!((case.repeats, scene.entries(&case).await.len()), (1, 2));
        assert!(scene.get(&browser, &link).await.body.contains("Har I set vores"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_from_another_site_or_another_browser_is_refused() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let mut browser = Browser { says_site: false, ..Browser::default() };
        let page = scene.get(&browser, "/henvendelse/ny?emne=signage").await;
        browser.keep_cookie(&page);
        scene.bench.later(chrono::Duration::seconds(30));
        let form = super::typed(Form::on(&page, NEW), "Smeden");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        for from in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "same-site")]
        {
            let to = scene.town.address;
            let answer = browser.ask(to, "POST", NEW, &[from, kind], b"text=x").await.unwrap();
            check_page(&answer, 403);
        }
        // A browser so old that it says neither must show the token of the page, and have its cookie.
        check_page(&scene.send(&browser, NEW, &form.clone().with("csrf", "0".repeat(64))).await, 403);
        check_page(&scene.send(&browser, NEW, &form.clone().with("csrf", "")).await, 403);
        let stranger = Browser { says_site: false, ..Browser::default() };
        check_page(&scene.send(&stranger, NEW, &form).await, 403);
        let other = Browser { cookie: "samspil_besog=aaaaaaaaaaaaaaaaaaaaaaaaaa".into(), ..stranger };
        check_page(&scene.send(&other, NEW, &form).await, 403);
        assert_eq!(scene.cases().await, []);
        tracking(&scene.send(&browser, NEW, &form).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reply_to_a_case_that_someone_else_has_changed_is_refused_and_its_words_stay() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        scene.enquiry("Smeden").await;
        let case = scene.case().await;
        let (jonas, anders) = (scene.officer("jonas.birk").await, scene.officer("anders.fjeldgaard").await);
        let (path, reply) = (Scene::case_page(&case), format!("{}/svar", Scene::case_page(&case)));
        let seen = Form::on(&scene.get(&jonas, &path).await, &reply).with("text", "Jonas' lange svar <3");
        let quicker = Form::on(&scene.get(&anders, &path).await, &reply).with("text", "Anders var hurtigst");
        assert_eq!(scene.send(&anders, &reply, &quicker).await.status, 303);
        let refused = scene.send(&jonas, &reply, &seen).await;
        check_refused(&refused, "reply-text");
        assert!(refused.body.contains("Jonas&#39; lange svar &#60;3</textarea>"), "the words are lost");
        assert!(refused.body.contains("Anders var hurtigst"), "it does not say what has changed");
        let replies = scene.entries(&case).await.into_iter().filter(|entry| entry.kind == EntryKind::Reply);
        assert_eq!(replies.count(), 1);
        // Having seen it, Jonas sends again.
        let again = Form::on(&refused, &reply).with("text", "Jonas' lange svar <3");
        assert_eq!(scene.send(&jonas, &reply, &again).await.status, 303);
    })
    .await;
}
