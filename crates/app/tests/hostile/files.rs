//! Files that are too large, too many, or not what they say.

use enquiries::commands::FILES_OF_ENTRY;
use storage::Attachment;
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, check_refused, tracking};
use crate::{
    scene::Answer,
    wire::{Browser, Form},
};

const PDF: &str = "%PDF-1.7\n";

/// The form that is shown again, with what a browser keeps of it: every field as it stands there.
fn again(answer: &Answer, typed: &Form) -> Form {
    let shown = Form::on(answer, NEW);
    let is_hidden = |name: &str| shown.fields.iter().any(|(known, _)| known == name);
    let kept: Vec<_> = typed.fields.iter().filter(|(name, _)| !is_hidden(name)).cloned().collect();
    Form { fields: [shown.fields.clone(), kept].concat(), files: Vec::new() }
}

async fn names(scene: &Scene) -> Vec<String> {
    let entries = scene.entries(&scene.case().await).await;
    let files = Attachment::of(&scene.bench.read(), FILES_OF_ENTRY, &[entries[0].id.uuid()]).await.unwrap();
    files.into_iter().map(|file| file.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn file_one_byte_too_large_is_refused_and_the_text_and_the_other_file_stay() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let mut large = PDF.as_bytes().to_vec();
        large.resize(web::FILE_BYTES_MAX + 1, b'x');
        let both = form.clone().with_file("stor.pdf", large.clone()).with_file("lille.pdf", PDF);
        let refused = scene.send(&browser, NEW, &both).await;
        check_refused(&refused, "files");
        assert!(refused.body.contains("større end 20 MB"), "it does not say why");
        assert!(refused.body.contains("Hilsen Smeden</textarea>"), "the text is lost");
        assert!(
            refused.body.contains("stor.pdf: ") && !refused.body.contains("lille.pdf: "),
            "which of them?"
        );
        assert_eq!(scene.cases().await, []);
        let link = tracking(&scene.send(&browser, NEW, &again(&refused, &form)).await);
        assert_eq!(names(&scene).await, ["lille.pdf"]);
        assert!(scene.get(&browser, &link).await.body.contains("lille.pdf"));

        large.pop();
        let form = scene.filled(&browser, "Bageren").await.with_file("lige.pdf", large);
        tracking(&scene.send(&browser, NEW, &form).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_sent_with_words_that_are_refused_waits_where_the_company_writes_back() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (link, browser) = (scene.enquiry("Smeden").await, Browser::default());
        let write = format!("{link}/skriv");
        let form = Form::on(&scene.get(&browser, &link).await, &write).with("text", "Her er målene");
        let both = form.clone().with_file("maal.pdf", PDF).with_file("tegning.pdf", "MZ\0\0");
        let refused = scene.send(&browser, &write, &both).await;
        check_refused(&refused, "files");
        assert!(refused.body.contains("Her er målene</textarea>") && refused.body.contains("maal.pdf"));
        // The words are not needed any more: the file says it.
        let again = Form::on(&refused, &write).with("text", "");
        for _ in 0..2 {
            assert_eq!(scene.send(&browser, &write, &again).await.status, 303, "pressed twice it is refused");
        }
        let page = scene.get(&browser, &link).await;
        assert_eq!((page.body.matches("/fil/").count(), page.body.contains("maal.pdf")), (1, true));
        assert_eq!(scene.entries(&scene.case().await).await.len(), 2);
        // Neither words nor files.
        let draft = again.fields.iter().find(|(name, _)| name == "draft").unwrap().1.clone();
        let empty = Form::on(&page, &write).with("text", "").with("draft", draft);
        check_refused(&scene.send(&browser, &write, &empty).await, "text");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_an_enquiry_is_sealed_with_its_hash_also_one_that_waited() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let refused = scene.send(&browser, NEW, &form.clone().with("cvr", "1").with_file("a.pdf", PDF)).await;
        let again = again(&refused, &form).with_file("b.pdf", "%PDF-1.4\n");
        tracking(&scene.send(&browser, NEW, &again).await);
        scene.bench.seal().await;
        let lines = storage::capability_lines(&scene.bench.read(), "enquiries", None, 100).await.unwrap();
        let told = lines.iter().filter(|line| line.word == "file_added").count();
        assert_eq!(told, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_that_is_not_what_it_says_is_refused() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        for (name, content) in [
            ("tegning.pdf", &b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"[..]),
            ("billede.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("side.html", b"<!doctype html><script>alert(1)</script>"),
            ("plan.docx", b"\x7fELF\x02\x01\x01\x00"),
            ("noter.txt", b"tekst\0med nul"),
            ("tom.pdf", b""),
        ] {
            let answer = scene.send(&browser, NEW, &form.clone().with_file(name, content)).await;
            check_refused(&answer, "files");
            assert!(answer.body.contains("Hilsen Smeden</textarea>"), "{name}: the text is lost");
        }
        assert_eq!(scene.cases().await, []);
        // What reads as text and calls itself text is text, and is never shown as anything else.
        let form = form.with_file("side.txt", "Tegning: <script>alert(1)</script>");
        let link = tracking(&scene.send(&browser, NEW, &form).await);
        let page = scene.get(&browser, &link).await;
        let (_, file) = page.body.split_once(&format!("{link}/fil/")).unwrap();
        let file = scene.get(&browser, &format!("{link}/fil/{}", file.split_once('"').unwrap().0)).await;
        assert_eq!(file.header("content-type"), "text/plain");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-disposition").starts_with("attachment; filename=\"side.txt\""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_files_are_the_most_with_those_that_wait_in_the_draft() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let with = |form: &Form, names: &[&str]| {
            names.iter().fold(form.clone(), |form, name| form.with_file(&format!("{name}.pdf"), PDF))
        };
        let six = scene.send(&browser, NEW, &with(&form, &["1", "2", "3", "4", "5", "6"])).await;
        check_refused(&six, "files");
        assert!(six.body.contains("6.pdf: ") && !six.body.contains("5.pdf: "), "five of the six wait");

        // Refused for another reason, with four that wait; then two more come.
        let wrong = form.clone().with("cvr", "1");
        let four = scene.send(&browser, NEW, &with(&wrong, &["a", "b", "c", "d"])).await;
        check_refused(&four, "cvr");
        let more = scene.send(&browser, NEW, &with(&again(&four, &form), &["e", "f"])).await;
        check_refused(&more, "files");
        assert!(more.body.contains("e.pdf") && !more.body.contains("f.pdf"));
        let one_more = scene.send(&browser, NEW, &with(&again(&more, &form), &["g"])).await;
        check_refused(&one_more, "files");
        tracking(&scene.send(&browser, NEW, &again(&one_more, &form)).await);
        assert_eq!(names(&scene).await, ["a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_of_the_largest_files_are_told_so_beside_the_field() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let mut large = PDF.as_bytes().to_vec();
        large.resize(web::FILE_BYTES_MAX, b'x');
        let form = scene.filled(&browser, "Smeden").await;
        let six = (0..6).fold(form, |form, name| form.with_file(&format!("{name}.pdf"), large.clone()));
        let answer = scene.send(&browser, NEW, &six).await;
        check_refused(&answer, "files");
        assert!(answer.body.contains("Hilsen Smeden</textarea>"), "the text is lost");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_larger_than_anything_is_a_page_that_says_so() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let link = scene.enquiry("Smeden").await;
        let form = Form::default().with("score", "1").with("better", "x".repeat(1_100_000));
        check_page(&scene.post(&Browser::default(), &format!("{link}/vurder"), &form).await, 413);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn draft_is_not_another_ones_to_send_twice_and_is_forgotten_after_a_day() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let refused =
            scene.send(&browser, NEW, &form.clone().with("cvr", "1").with_file("plan.pdf", PDF)).await;
        let kept = again(&refused, &form);
        tracking(&scene.send(&browser, NEW, &kept).await);
        let draft = kept.fields.iter().find(|(name, _)| name == "draft").unwrap().1.clone();
        let other = scene.filled(&browser, "Bageren").await.with("draft", draft);
        let link = tracking(&scene.send(&browser, NEW, &other).await);
        assert!(!scene.get(&browser, &link).await.body.contains("plan.pdf"), "a file went to two enquiries");

        let form = scene.filled(&browser, "Tømreren").await.with("email", "tomreren@example.dk");
        let refused =
            scene.send(&browser, NEW, &form.clone().with("cvr", "1").with_file("plan.pdf", PDF)).await;
        scene.town.jobs.start_timers(&scene.bench.db, testkit::TENANT).await.unwrap();
        for _ in 0..26 {
            scene.bench.later(chrono::Duration::hours(1));
            scene.work().await;
        }
        let late = scene.send(&browser, NEW, &again(&refused, &form)).await;
        let link = tracking(&late);
        assert!(!scene.get(&browser, &link).await.body.contains("plan.pdf"));
    })
    .await;
}

/// A town whose samspil.toml says this of files.
async fn with_limits(bench: testkit::Bench, limits: &str) -> Scene {
    let town = crate::scene::town(&bench, &format!("[files]\n{limits}\n")).await;
    Scene::of(bench, town).await
}

/// Refused beside the field with these words; then it goes through without the file.
async fn goes_without(scene: &Scene, words: &str) {
    let browser = Browser::default();
    let form = scene.filled(&browser, "Smeden").await;
    let refused = scene.send(&browser, NEW, &form.clone().with_file("plan.pdf", PDF)).await;
    check_refused(&refused, "files");
    assert!(refused.body.contains(words), "{}", refused.text());
    assert!(refused.body.contains("Hilsen Smeden</textarea>"), "the text is lost");
    tracking(&scene.send(&browser, NEW, &again(&refused, &form)).await);
    assert_eq!(names(scene).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn nearly_full_disk_takes_no_files_and_still_takes_words() {
    each_engine(capabilities::migrations, |bench| async move {
        goes_without(&with_limits(bench, "free_mb_min = 1000000000").await, "Vi har ikke plads til filer")
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_files_that_arrive_at_once_are_told_to_come_later() {
    each_engine(capabilities::migrations, |bench| async move {
        goes_without(&with_limits(bench, "arriving_max = 0").await, "Der kommer mange filer på én gang")
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_may_send_in_a_day_has_an_end_and_staff_are_not_kept_from_theirs() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = with_limits(bench, "anonymous_mb_per_day = 1").await;
        let browser = Browser::default();
        let mut large = PDF.as_bytes().to_vec();
        large.resize(900_000, b'x');
        let form = scene.filled(&browser, "Smeden").await;
        tracking(&scene.send(&browser, NEW, &form.with_file("a.pdf", large.clone())).await);
        let form = scene.filled(&browser, "Bageren").await;
        let refused = scene.send(&browser, NEW, &form.with_file("b.pdf", large.clone())).await;
        check_refused(&refused, "files");
        assert!(refused.body.contains("så mange filer i dag"), "{}", refused.text());

        let case = scene.case().await;
        let jonas = scene.officer("jonas.birk").await;
        let reply = format!("{}/svar", Scene::case_page(&case));
        let page = scene.get(&jonas, &Scene::case_page(&case)).await;
        let answer = Form::on(&page, &reply).with("text", "Se tegningen").with_file("svar.pdf", large);
        assert_eq!(scene.send(&jonas, &reply, &answer).await.status, 303);

        scene.bench.later(chrono::Duration::hours(25));
        let form = scene.filled(&browser, "Bageren").await;
        tracking(&scene.send(&browser, NEW, &form.with_file("b.pdf", PDF)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_one_enquiry_has_an_end_and_words_can_still_be_added() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = with_limits(bench, "enquiry_mb = 1").await;
        let browser = Browser::default();
        let mut large = PDF.as_bytes().to_vec();
        large.resize(600_000, b'x');
        let form = scene.filled(&browser, "Smeden").await;
        let link = tracking(&scene.send(&browser, NEW, &form.with_file("a.pdf", large.clone())).await);
        let write = format!("{link}/skriv");
        let form = Form::on(&scene.get(&browser, &link).await, &write).with("text", "Og en til");
        let refused = scene.send(&browser, &write, &form.clone().with_file("b.pdf", large)).await;
        check_refused(&refused, "files");
        assert!(refused.body.contains("Skriv uden filen") && refused.body.contains("Og en til</textarea>"));
        let again = Form::on(&refused, &write).with("text", "Og en til");
        assert_eq!(scene.send(&browser, &write, &again).await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_many_send_at_once_are_on_the_disk_and_not_in_memory() {
    each_engine(capabilities::migrations, |bench| async move {
        const SENDERS: u64 = 6;
        const BYTES: u64 = 5_000_000;
        let scene = Scene::new(bench).await;
        let files = scene.town.app.attachments.clone();
        // Each form stops before its end: what has come must be on the disk by then, or it is in memory.
        let mut senders = Vec::new();
        for _ in 0..SENDERS {
            let mut file = PDF.as_bytes().to_vec();
            file.resize(usize::try_from(BYTES).unwrap(), b'x');
            let head = "--xx\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n";
            let body = [head.as_bytes(), &file].concat();
            senders.push(crate::wire::begin(scene.town.address, NEW, &body).await);
        }
        // The end of a piece may be the beginning of a boundary, and is kept back.
        let enough = SENDERS * (BYTES - 1_000);
        let on_disk = async {
            while files.arriving_bytes() < enough {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_mins(2), on_disk).await;
        assert!(waited.is_ok(), "{} of {enough} bytes are on the disk", files.arriving_bytes());
        assert!(
            files.buffered_bytes_most() <= SENDERS * 64 * 1024,
            "{} bytes were in memory at once",
            files.buffered_bytes_most()
        );
        // Whoever hangs up leaves nothing.
        drop(senders);
        let gone = async {
            while files.arriving_bytes() > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        assert!(tokio::time::timeout(std::time::Duration::from_mins(2), gone).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn part_whose_heading_has_no_end_is_refused_before_it_fills_the_memory() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let browser = Browser::default();
        let kind = [("content-type", "multipart/form-data; boundary=xx")];
        let endless = format!("--xx\r\ncontent-disposition: form-data; name=\"{}", "x".repeat(3_000_000));
        let answer = browser.ask(scene.town.address, "POST", NEW, &kind, endless.as_bytes()).await.unwrap();
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    })
    .await;
}
