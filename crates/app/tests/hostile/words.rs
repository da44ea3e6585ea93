//! Words that are wrong, that nobody may write, or that would be more than words.

use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_refused, tracking};
use crate::wire::{Browser, Form};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_cvr_is_pointed_at_beside_the_field_and_what_was_typed_stays() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        for wrong in ["99000022", "9900002", "9900002x"] {
            let answer = scene.send(&browser, NEW, &form.clone().with("cvr", wrong)).await;
            check_refused(&answer, "cvr");
            let kept =
                ["Må vi sætte et skilt op? Hilsen Smeden", "Aksel Mosevang", "smeden@example.dk", wrong];
            for typed in kept {
                assert!(answer.body.contains(typed), "{typed} is lost");
            }
            assert_eq!(scene.cases().await, []);
            let again = Form::on(&answer, NEW);
            assert_ne!(again.fields, form.fields, "the form that is shown again is a new one");
        }
        let answer = scene.send(&browser, NEW, &form).await;
        tracking(&answer);
        assert_eq!(scene.case().await.asker.cvr().unwrap().to_string(), "99000023");
    })
    .await;
}

/// Digits that look like a CPR number. Put together here, so that none stands in the source.
fn cpr_like() -> String {
    format!("{:02}{:02}{:02}-{:04}", 1, 2, 70, 7)
}

#[tokio::test(flavor = "multi_thread")]
async fn digits_like_a_cpr_number_are_pointed_at_and_masked_when_asked() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let form = form.with("text", format!("Svenden ({}) er syg", cpr_like()));
        let answer = scene.send(&browser, NEW, &form).await;
        check_refused(&answer, "text");
        assert!(answer.body.contains("name=\"mask\""), "no offer to mask");
        assert_eq!(scene.cases().await, []);
        let answer = scene.send(&browser, NEW, &form.with("mask", "yes")).await;
        let link = tracking(&answer);
        let case = scene.case().await;
        assert_eq!(scene.entries(&case).await[0].text, "Svenden (xxxxxx-xxxx) er syg");

        // The same where the company writes back.
        let page = scene.get(&browser, &link).await;
        let write = format!("{link}/skriv");
        let form = Form::on(&page, &write).with("text", format!("Han hedder {}", cpr_like()));
        let answer = scene.send(&browser, &write, &form).await;
        check_refused(&answer, "text");
        assert!(answer.body.contains("name=\"mask\""), "no offer to mask");
        let answer = scene.send(&browser, &write, &form.with("mask", "yes")).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(scene.entries(&case).await[1].text, "Han hedder xxxxxx-xxxx");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cpr_number_typed_as_a_name_or_a_company_is_not_kept() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        for (asker, field) in [
            ("company", "company"),
            ("company", "name"),
            ("foreign", "vat"),
            ("foreign", "country"),
            ("adviser", "on_behalf_of"),
        ] {
            let form =
                form.clone().with("asker", asker).with("country", "SE").with("on_behalf_of", "Bageren");
            let form = form.with("cvr", "").with(field, cpr_like());
            check_refused(&scene.send(&browser, NEW, &form).await, field);
        }
        assert_eq!(scene.cases().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cpr_number_in_an_opinion_is_masked_without_a_word() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let link = scene.enquiry("Smeden").await;
        let case = scene.case().await;
        let jonas = scene.officer("jonas.birk").await;
        let close = format!("{}/luk", Scene::case_page(&case));
        let page = scene.get(&jonas, &Scene::case_page(&case)).await;
        let form = Form::on(&page, &close).with("text", "Ja, det må I").with("outcome", "answered");
        let closed = scene.post(&jonas, &close, &form.with("avoidable", "no")).await;
        assert_eq!(closed.status, 303, "{}", closed.text());
        let rate = format!("{link}/vurder");
        let page = scene.get(&Browser::default(), &link).await;
        let form = Form::on(&page, &rate).with("score", "3").with("better", format!("Spørg {}", cpr_like()));
        assert_eq!(scene.post(&Browser::default(), &rate, &form).await.status, 303);
        assert_eq!(scene.case().await.rating.unwrap().text, "Spørg xxxxxx-xxxx");
    })
    .await;
}

/// Ends every kind of tag and attribute that it could stand in.
const SCRIPT: &str = "'\"></textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}";

/// As words it may stand on a page; as markup it may not.
fn check_harmless(page: &str, what: &str) {
    for markup in ["<script>alert", "<img src=x", "'\"><"] {
        assert!(!page.contains(markup), "{what} carries markup out: {markup}");
    }
    assert!(!page.contains(">49<") && !page.contains("&gt;49"), "{what} calculates");
}

#[tokio::test(flavor = "multi_thread")]
async fn html_and_scripts_in_every_field_come_back_as_words() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let clean = scene.filled(&browser, "Smeden").await;
        let names = ["text", "company", "name", "country", "vat", "on_behalf_of"];
        let nasty = names.iter().fold(clean, |form, name| form.with(name, format!("{SCRIPT}{name}")));
        let nasty =
            nasty.with("asker", "adviser").with_file("<img src=x onerror=alert(1)>.pdf", "%PDF-1.7\n");

        // Refused for each field that can be wrong: everything comes back in the form.
        for wrong in ["emne", "cvr", "email", "phone", "asker", "language", "draft", "shown", "form_key"] {
            let answer = scene.send(&browser, NEW, &nasty.clone().with(wrong, SCRIPT)).await;
            check_harmless(&answer.body, wrong);
            if answer.status == 303 {
                // What no person types into, and the number that an adviser is not asked for, are not read.
                let unread = ["language", "draft", "shown", "form_key", "asker", "cvr"];
                assert!(unread.contains(&wrong), "{wrong} was taken");
            } else {
                assert_eq!(answer.status, 422, "{wrong}: {}", answer.text());
                assert!(answer.body.contains("&#60;script&#62;"), "{wrong}: what was typed is lost");
            }
        }
        for query in ["emne", "q", "sprog", "kvittering"] {
            let path = format!("/henvendelse/ny?{query}={}", web::url_encode(SCRIPT));
            check_harmless(&scene.get(&browser, &path).await.body, query);
            let path = format!("/vejviser?{query}={}", web::url_encode(SCRIPT));
            check_harmless(&scene.get(&browser, &path).await.body, query);
        }
        let unknown = scene.get(&browser, &format!("/{}", web::url_encode(SCRIPT))).await;
        check_harmless(&unknown.body, "an unknown address");
        check_harmless(
            &scene.get(&browser, &format!("/log-ind?til={}", web::url_encode(SCRIPT))).await.body,
            "til",
        );

        let before = scene.cases().await.len();
        let form = scene.filled(&browser, "Smeden").await;
        let hidden =
            ["form_key", "shown", "csrf"].map(|name| form.fields.iter().find(|(known, _)| known == name));
        let form =
            hidden.into_iter().flatten().fold(nasty, |form, (name, value)| form.with(name, value.clone()));
        let answer = scene.send(&browser, NEW, &form.with("email", "svend@example.dk")).await;
        let link = tracking(&answer);
        assert_eq!(scene.cases().await.len(), before + 1);
        let case = scene.cases().await.pop().unwrap();
        assert!(case.contact.name.contains("<script>"), "kept as it was written");

        let jonas = scene.officer("jonas.birk").await;
        let case_page = Scene::case_page(&case);
        let page = scene.get(&jonas, &case_page).await;
        let reply = format!("{case_page}/svar");
        let form = Form::on(&page, &reply).with("text", format!("Ja. {SCRIPT}"));
        assert_eq!(scene.send(&jonas, &reply, &form).await.status, 303);
        scene.work().await;

        let receipt = format!("{link}?kvittering=1");
        let preview = format!("/intern/indbakke/{}/uddrag", case.id);
        for (who, path) in [
            (&browser, receipt.as_str()),
            (&browser, &link),
            (&jonas, "/intern/indbakke"),
            (&jonas, "/intern/indbakke?vis=alle"),
            (&jonas, &preview),
            (&jonas, &case_page),
        ] {
            let page = scene.get(who, path).await;
            assert_eq!(page.status, 200, "{path}");
            check_harmless(&page.body, path);
        }
        assert!(
            scene.get(&browser, &link).await.body.contains("&#60;script&#62;alert(1)"),
            "the words are there"
        );
        let mails = outreach::captured(&scene.bench.read(), 100).await.unwrap();
        let about: Vec<_> = mails.iter().filter(|mail| mail.message.reference == case.id.uuid()).collect();
        assert!(about.len() >= 2, "a receipt and a reply");
        for mail in about {
            check_harmless(&mail.html, &mail.subject);
            assert!(!mail.subject.contains('\n') && !mail.to_name.contains('\n'));
            let purpose = mail.message.purpose.as_str();
            let quotes = purpose == "enquiry-reply" || purpose.starts_with("enquiry-notice-");
            // Plain text has no markup: the officer's words stand there as they were written, and a colleague is shown the
            // company's. A receipt repeats nothing.
            assert_eq!(mail.text.contains("<script>alert(1)</script>"), quotes, "{}", mail.text);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn line_break_in_a_name_makes_no_second_header() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let form =
            form.with("name", "Aksel\r\nBcc: alle@example.dk").with("company", "Smeden\nSet-Cookie: x=y");
        let answer = scene.send(&browser, NEW, &form).await;
        tracking(&answer);
        let case = scene.case().await;
        assert_eq!(case.contact.name, "AkselBcc: alle@example.dk");
        assert!(!case.asker.name().contains('\n'));
        for wrong in ["a@example.dk\r\nBcc: b@example.dk", "a@example.dk, b@example.dk", "<a@example.dk>"] {
            let form = scene.filled(&browser, "Smeden").await;
            check_refused(&scene.send(&browser, NEW, &form.with("email", wrong)).await, "email");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_any_size_and_kind_is_answered() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        for empty in ["", "   ", "\0\0", "\r\n"] {
            check_refused(&scene.send(&browser, NEW, &form.clone().with("text", empty)).await, "text");
        }
        check_refused(
            &scene.send(&browser, NEW, &form.clone().with("text", "å".repeat(20_001))).await,
            "text",
        );
        let huge = scene.send(&browser, NEW, &form.clone().with("text", "å".repeat(60_000))).await;
        super::check_page(&huge, 413);
        assert_eq!(scene.cases().await, []);
        // Every character that a keyboard or a clipboard can give, at the limit.
        let odd = format!("\u{202e}\u{200b}🏗️\u{1}\u{7f}\u{fffd}{}", "å".repeat(19_900));
        tracking(&scene.send(&browser, NEW, &form.with("text", odd.as_str())).await);
        assert_eq!(scene.entries(&scene.case().await).await[0].text, odd);
    })
    .await;
}
