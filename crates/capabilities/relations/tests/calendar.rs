//! The private calendar: read by an independent parser, and closed to whoever has left.

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use relations::{
    commands,
    model::{VisitDetails, VisitKind, VisitState},
};
use testkit::{Bench, each_engine_alone};

use crate::scene::{Town, cvr, migrations};

fn visit(on: &str, at: Option<&str>) -> VisitDetails {
    VisitDetails {
        cvr: cvr(1),
        kind: VisitKind::Visit,
        on: on.parse().unwrap(),
        at: at.map(|at| at.parse().unwrap()),
        minutes: 120,
        place: "Hos smeden".into(),
        contact_name: String::new(),
        note: "Hemmelig note".into(),
    }
}

async fn open(town: &Town) -> String {
    let token = commands::open_calendar(&town.server.app, &town.ctx()).await.unwrap();
    format!("/kalender/{}.ics", token.as_str())
}

async fn plan(town: &Town, bench: &Bench, details: VisitDetails) -> relations::model::VisitId {
    commands::note_visit(&town.server.app, &town.ctx(), bench.id(), VisitState::Planned, details)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_calendar_program_reads_visits_in_the_towns_time_around_both_nights_when_clocks_change() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        // Clocks go forward on 28 March 2027 at 2, and back on 31 October 2027 at 3.
        plan(&town, &bench, visit("2027-03-28", Some("01:30:00"))).await;
        plan(&town, &bench, visit("2027-10-31", Some("01:30:00"))).await;
        plan(&town, &bench, visit("2026-12-01", None)).await;
        let path = open(&town).await;
        let answer = town.server.browser().get(&path).await;
        assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
        assert!(answer.header("cache-control").contains("private"));
        let parsed =
            ICalendar::parse(&answer.html).unwrap_or_else(|_| panic!("no calendar: {}", answer.html));
        let events: Vec<_> = parsed
            .components
            .iter()
            .filter(|component| component.component_type == ICalendarComponentType::VEvent)
            .collect();
        assert_eq!(events.len(), 3);
        assert!(events.iter().all(|event| event.property(&ICalendarProperty::Uid).is_some()));
        let zones = parsed
            .components
            .iter()
            .filter(|component| component.component_type == ICalendarComponentType::VTimezone);
        assert_eq!(zones.count(), 1);
        let text = answer.html.replace("\r\n ", "");
        // Two hours of the clock on the wall are not two hours of time on those nights.
        assert!(text.contains("DTSTART;TZID=Europe/Copenhagen:20270328T013000"), "{text}");
        assert!(text.contains("DTEND;TZID=Europe/Copenhagen:20270328T043000"), "{text}");
        assert!(text.contains("DTEND;TZID=Europe/Copenhagen:20271031T023000"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20261201") && text.contains("DTEND;VALUE=DATE:20261202"));
        assert!(text.contains("SUMMARY:Besøg: Hejre Smedje ApS") && !text.contains("Hemmelig"));
        assert!(answer.html.lines().all(|line| line.len() <= 76), "lines are folded");
    })
    .await;
}

#[tokio::test]
async fn a_change_raises_the_number_a_cancelled_visit_says_so_for_a_month_and_nothing_new_is_not_sent_again()
{
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let id = plan(&town, &bench, visit("2026-12-01", Some("10:00:00"))).await;
        let path = open(&town).await;
        let mut browser = town.server.browser();
        let first = browser.get(&path).await;
        let etag = first.header("etag").to_owned();
        let same = browser.get_with(&path, "if-none-match", &etag).await;
        assert_eq!((same.status.as_u16(), same.html.as_str()), (304, ""));
        let (app, ctx) = (&town.server.app, town.ctx());
        commands::change_visit(app, &ctx, id, visit("2026-12-02", Some("10:00:00"))).await.unwrap();
        let changed = browser.get_with(&path, "if-none-match", &etag).await;
        assert!(changed.html.contains("SEQUENCE:1") && changed.html.contains("20261202T100000"));
        assert!(changed.html.contains(&format!("UID:{id}@")));
        commands::cancel_visit(app, &ctx, id).await.unwrap();
        let cancelled = browser.get(&path).await;
        assert!(cancelled.html.contains("STATUS:CANCELLED") && cancelled.html.contains("SEQUENCE:2"));
        bench.later(chrono::Duration::days(31));
        assert!(!town.server.browser().get(&path).await.html.contains("BEGIN:VEVENT"));
    })
    .await;
}

#[tokio::test]
async fn an_address_that_was_renewed_or_taken_back_or_whose_holder_left_is_no_more() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let (first, second) = (open(&town).await, open(&town).await);
        let mut browser = town.server.browser();
        assert_eq!(browser.get(&first).await.status, 404);
        assert_eq!(browser.get(&second).await.status, 200);
        *town.people.has_left.lock().unwrap() = true;
        assert_eq!(browser.get(&second).await.status, 404);
        *town.people.has_left.lock().unwrap() = false;
        commands::close_calendar(&town.server.app, &town.ctx()).await.unwrap();
        assert_eq!(browser.get(&second).await.status, 404);
        let secret = second.trim_start_matches("/kalender/").trim_end_matches(".ics");
        assert!(bench.columns_with(migrations, &[secret]).await.is_empty(), "the secret is kept nowhere");
    })
    .await;
}
