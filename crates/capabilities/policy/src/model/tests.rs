//! What a policy file may say, and what the arithmetic of its facts gives.

use proptest::prelude::*;

use super::*;

const ALBERTSLUND: &str = include_str!("../../../../../policies/albertslund-2023-2026.toml");

fn albertslund() -> Policy {
    Policy::parse(ALBERTSLUND).unwrap_or_else(|error| panic!("policies/albertslund-2023-2026.toml: {error}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn value(id: &str) -> f64 {
    albertslund().fact_value(&id.parse().unwrap()).unwrap()
}

fn refused(source: &str) -> PolicyError {
    Policy::parse(source).map(|_| ()).unwrap_err()
}

#[test]
fn the_policy_has_two_goals_and_four_tracks_and_every_track_leads_to_a_goal() {
    let policy = albertslund();
    assert_eq!((policy.goals.len(), policy.tracks.len()), (2, 4));
    let shown: usize = policy.goals.iter().map(|goal| policy.tracks_of(goal).count()).sum();
    assert_eq!(shown, 4, "a track that no goal shows");
}

#[test]
fn title_effective_years_and_baseline_are_three_things() {
    let policy = albertslund();
    assert_eq!(policy.title.da, "Erhvervspolitik 2023-2026");
    assert_eq!((policy.effective.from(), policy.ends()), (day("2024-01-01"), day("2026-12-31")));
    assert_eq!(policy.baseline, day("2023-01-01"));
}

#[test]
fn the_commuting_figures_are_consistent() {
    assert!((value("jobs") - 24_914.0).abs() < f64::EPSILON);
    assert!((value("employed-residents") - 16_688.0).abs() < f64::EPSILON);
    assert!((value("commute-in-share") - 86.5457).abs() < 0.0001);
    assert!((value("work-at-home-share") - 20.09).abs() < 0.01);
    assert!((value("jobs-per-employed") - 1.493).abs() < 0.001);
    assert!((value("net-commute") - 8_226.0).abs() < f64::EPSILON);
}

#[test]
fn the_policy_cuts_off_the_decimals_of_the_share_that_rounds_to_87() {
    let policy = albertslund();
    let share =
        policy.worked_facts().into_iter().find(|one| one.fact.id.as_str() == "commute-in-share").unwrap();
    assert_eq!(share.check, Some(Check::CutOff { rounded: 87.0 }));
}

#[test]
fn the_missing_figure_of_erhvervshus_is_empty_with_a_note_and_the_light_rail_is_never_a_number() {
    let policy = albertslund();
    for worked in policy.worked_facts() {
        if ["erhvervshus-participants", "light-rail"].contains(&worked.fact.id.as_str()) {
            assert_eq!(worked.value, None, "{}", worked.fact.id);
            assert!(worked.fact.caveat.is_some(), "{}", worked.fact.id);
        }
    }
    assert!(policy.facts.iter().any(|fact| fact.id.as_str() == "light-rail" && fact.stale));
}

#[test]
fn a_stated_number_agrees_is_cut_off_or_differs() {
    assert_eq!(held_against(86.5, 86.5457), Check::Agrees);
    assert_eq!(held_against(87.0, 86.5457), Check::Agrees);
    assert_eq!(held_against(86.0, 86.5457), Check::CutOff { rounded: 87.0 });
    assert_eq!(held_against(85.0, 86.5457), Check::Differs);
}

#[test]
fn an_unknown_key_is_refused_by_its_line() {
    let source = ALBERTSLUND.replacen("frequency = \"yearly\"", "frequenzy = \"yearly\"", 1);
    let line = source.lines().position(|line| line.contains("frequenzy")).unwrap() + 1;
    let error = refused(&source);
    assert_eq!(error.line, line, "{error}");
    assert!(error.to_string().contains("frequenzy"), "{error}");
}

#[test]
fn a_mistake_is_named_by_the_line_of_its_entry() {
    let entry = |what: &str| ALBERTSLUND[..ALBERTSLUND.find(what).unwrap()].lines().count() - 1;
    let cases = [
        ("track = \"tenders\"", "track = \"tendring\"", "speaks of the track `tendring`"),
        ("min_n = 5", "min_n = 3", "`min_n` is at least 5"),
        ("goals = [\"easy-dialogue\"]", "goals = [\"easy\"]", "speaks of the goal `easy`"),
        ("{ fact = \"commute-in-share\" }", "{ fact = \"commute\" }", "speaks of the fact `commute`"),
    ];
    for (right, wrong, said) in cases {
        let error = refused(&ALBERTSLUND.replacen(right, wrong, 1));
        assert!(error.to_string().contains(said), "{error}");
        let entry_of = entry(right);
        assert!(error.line > 1 && error.line <= entry_of + 1, "{error}: entry of line {entry_of}");
    }
}

#[test]
fn an_indicator_is_measured_whole_or_says_why_not() {
    let error = refused(&ALBERTSLUND.replacen("confidence = { da = \"Svar på telefon", "#", 1));
    assert!(error.to_string().contains("lacks `confidence`"), "{error}");
    let both = "not_yet = { da = \"x\", en = \"x\" }\nformula = { value = \"enquiries.received\" }";
    let error = refused(&ALBERTSLUND.replacen("formula = { value = \"enquiries.received\" }", both, 1));
    assert!(matches!(error.refusal, PolicyRefusal::FormulaAndNotYet(_)), "{error}");
}

#[test]
fn a_fact_must_stand_below_what_it_is_worked_out_from() {
    let swapped =
        ALBERTSLUND.replacen("sum = [\"commuters-in\", \"live-and-work\"]", "sum = [\"net-commute\"]", 1);
    assert!(matches!(refused(&swapped).refusal, PolicyRefusal::OutOfOrder { .. }));
}

#[test]
fn a_policy_without_an_end_or_with_the_same_name_twice_is_refused() {
    let endless = ALBERTSLUND.replacen(", to = 2026-12-31", "", 1);
    assert_eq!(refused(&endless).refusal, PolicyRefusal::Endless);
    let twice = ALBERTSLUND.replacen("id = \"within-goal\"", "id = \"first-reply\"", 1);
    assert!(matches!(refused(&twice).refusal, PolicyRefusal::Twice(_)));
}

#[test]
fn a_metric_that_nothing_counts_is_named_with_its_line() {
    let error = albertslund().check_metrics(ALBERTSLUND, &["enquiries.received"]).unwrap_err();
    let line = ALBERTSLUND.lines().position(|line| line.contains("first_reply_median_wd")).unwrap() + 1;
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn a_policy_says_when_it_has_ended() {
    let policy = albertslund();
    assert_eq!(policy.standing(day("2023-12-31")), Standing::NotBegun);
    assert_eq!(policy.standing(day("2024-01-01")), Standing::Current);
    assert_eq!(policy.standing(day("2026-12-31")), Standing::Current);
    assert_eq!(policy.standing(day("2027-01-01")), Standing::Ended(day("2026-12-31")));
}

#[test]
fn figures_are_given_for_whole_years_and_stop_with_the_policy() {
    let policy = albertslund();
    let spans = policy.spans(Frequency::Yearly, day("2026-11-23"));
    assert_eq!(spans.iter().map(|span| span.year()).collect::<Vec<_>>(), [2023, 2024, 2025, 2026]);
    assert_eq!(spans[3].to, day("2026-11-23"));
    let after = policy.spans(Frequency::Yearly, day("2028-05-01"));
    assert_eq!(after.last().map(|span| span.to), Some(day("2026-12-31")));
    let quarters = policy.spans(Frequency::Quarterly, day("2026-11-23"));
    assert_eq!((quarters.len(), quarters[11].quarter), (SPANS_MAX, Some(4)));
}

#[test]
fn a_successor_must_say_what_became_of_every_indicator() {
    let mut successor = albertslund();
    let old = albertslund();
    assert_eq!(successor.unmapped(&old).len(), old.indicators.len());
    let mapping = |indicator: &Indicator| Mapping { old: indicator.id.clone(), new: None, why: None };
    let indicators = old.indicators.iter().skip(1).map(mapping).collect();
    successor.successor_of = Some(Succession { policy: old.id.clone(), indicators });
    assert_eq!(successor.unmapped(&old), [old.indicators[0].id.clone()]);
}

proptest! {
    #[test]
    fn a_number_rounded_or_cut_off_is_always_recognised(worked in 0.0_f64..1000.0, places in 0_u8..3) {
        let scale = 10_f64.powi(i32::from(places));
        let rounded = (worked * scale).round() / scale;
        let cut = (worked * scale).trunc() / scale;
        prop_assert_eq!(held_against(rounded, worked), Check::Agrees);
        prop_assert_ne!(held_against(cut, worked), Check::Differs);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = Policy::parse(&text);
    }

    #[test]
    fn no_cut_of_the_file_makes_the_reader_panic(at in 0_usize..20_000) {
        let cut = ALBERTSLUND.get(..at.min(ALBERTSLUND.len())).unwrap_or_default();
        let _ = Policy::parse(cut);
    }
}
