//! The first screen: are the promises kept, where not, and how it has gone from quarter to quarter.

use ::web::{Auth, Bar, Change, Chart, ChartTable, Direction, Evidence, Page, RowChart};
use kernel::{format, interval};

use super::{Counted, behind::Openable, cell, link, number, period_name, place_name, sees_late};
use crate::figures::{Account, Estimate, Period, Place, Row, Shown, Table};

/// So many quarters are drawn at most.
const QUARTERS_DRAWN: i32 = 8;

/// What the first screen is made of.
pub(super) struct Answer<'a> {
    page: &'a Page,
    auth: &'a Auth,
    counted: &'a Counted,
    table: &'a Table,
    openable: &'a Openable,
}

impl<'a> Answer<'a> {
    pub(super) const fn of(
        page: &'a Page,
        auth: &'a Auth,
        counted: &'a Counted,
        table: &'a Table,
        openable: &'a Openable,
    ) -> Self {
        Self { page, auth, counted, table, openable }
    }

    fn all(&self) -> Option<&'a Row> {
        self.table.row(&Place::All)
    }

    fn percent(&self, value: f64) -> String {
        format::percent(value, 0, self.page.language())
    }

    /// The answer in two sentences.
    pub(super) fn lead(&self) -> Vec<String> {
        let Some(all) = self.all() else { return Vec::new() };
        let page = self.page;
        let mut lead = self.own_teams();
        let within = all.account.within_goal();
        match within.value.filter(|_| all.shown.settled) {
            Some(value) => lead.push(page.t2(
                "enquiries-figures-lead-kept",
                ("share", self.percent(value)),
                ("period", period_name(page, self.table.period)),
            )),
            None => lead.push(page.t("enquiries-figures-lead-few")),
        }
        if let Some((place, value)) = self.behind_the_others(within) {
            let team = place_name(page, &self.counted.names, place);
            let share = self.percent(value);
            lead.push(page.t2("enquiries-figures-lead-where", ("team", team), ("share", share)));
        } else if all.shown.settled {
            lead.push(page.t("enquiries-figures-lead-nowhere"));
        }
        lead
    }

    /// How it goes in the teams that the asker leads: both promises, and what is late.
    fn own_teams(&self) -> Vec<String> {
        let page = self.page;
        let rows = self.table.rows.iter().filter_map(|row| match row.place {
            Place::Team(team) if self.auth.leads(team) => Some((team, row)),
            _ => None,
        });
        rows.map(|(team, row)| {
            let share = |shown: bool, estimate: Estimate| {
                cell(page, shown, || {
                    estimate
                        .value
                        .map_or_else(|| page.t("enquiries-figures-not-yet"), |value| self.percent(value))
                })
            };
            let told = [
                ("team", self.counted.names.team(&team).into()),
                ("first", share(row.shown.first_settled, row.account.first_reply_within_goal()).into()),
                ("answer", share(row.shown.settled, row.account.within_goal()).into()),
                ("late", number(page, row.account.late_now).into()),
            ];
            page.tn("enquiries-figures-lead-own", &told)
        })
        .collect()
    }

    /// The team that lies surely below all of them, where one does: chance alone does not explain it.
    fn behind_the_others(&self, within: Estimate) -> Option<(&'a Place, f64)> {
        let (all, range) = within.value.zip(within.interval)?;
        let teams =
            self.table.rows.iter().filter(|row| matches!(row.place, Place::Team(_) | Place::OtherTeams));
        let shown = teams.filter(|row| row.shown.settled);
        let surely = shown.filter_map(|row| {
            let own = row.account.within_goal();
            let (value, own) = own.value.zip(own.interval)?;
            (value < all && interval::differ(value, own, all, range)).then_some((&row.place, value))
        });
        surely.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The numbers at the top.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let Some(row) = self.all() else { return Vec::new() };
        let (page, account, shown) = (self.page, &row.account, row.shown);
        let language = page.language();
        let before = self.counted.tables.table(self.table.period.a_year_before());
        let before = before.and_then(|table| table.row(&Place::All));
        let within_before = before.filter(|row| row.shown.settled).map(|row| row.account.within_goal());
        let first_before =
            before.filter(|row| row.shown.first_reply).map(|row| row.account.first_reply_median());
        let answer_before = before.filter(|row| row.shown.answer).map(|row| row.account.answer_median());
        let avoidable_before = before.filter(|row| row.shown.closed).map(|row| row.account.avoidable);
        let easy_before = before.filter(|row| row.shown.rated).map(|row| row.account.satisfaction);
        let percent = |value: f64| format::percent(value, 1, language);
        #[expect(clippy::cast_possible_truncation, reason = "working days are few")]
        let days = |value: f64| page.t1("enquiries-figures-days", "days", value.round() as i64);
        let score = |value: f64| format::decimal(value, 1, language);
        let nine_of_ten = |survival: &ledger::Survival| {
            survival.percentile(90).map(|days| page.t1("enquiries-figures-nine-of-ten", "days", days))
        };
        let (first, answer) = (&account.first_reply.survival, &account.answer.survival);
        let first_within = account.first_reply_within_goal().value.filter(|_| shown.first_settled);
        let first_within =
            first_within.map(|share| page.t1("enquiries-figures-first-within", "share", percent(share)));
        let first_more: Vec<String> = first_within.into_iter().chain(nine_of_ten(first)).collect();
        let first_more = (!first_more.is_empty()).then(|| first_more.join(" "));
        vec![
            self.one("within-goal", shown.settled, account.within_goal(), within_before, &percent, None),
            self.late(account, shown),
            self.one(
                "first-reply",
                shown.first_reply,
                account.first_reply_median(),
                first_before,
                &days,
                first_more,
            ),
            self.one(
                "answer",
                shown.answer,
                account.answer_median(),
                answer_before,
                &days,
                nine_of_ten(answer),
            ),
            self.one("avoidable", shown.closed, account.avoidable, avoidable_before, &percent, None),
            self.one("satisfaction", shown.rated, account.satisfaction, easy_before, &score, None),
        ]
    }

    fn late(&self, account: &Account, shown: Shown) -> Evidence {
        let page = self.page;
        let is_shown = shown.late_now || sees_late(self.auth, &Place::All);
        Evidence {
            value: is_shown.then(|| number(page, account.late_now)),
            none: page.t("enquiries-figures-few"),
            label: page.t("enquiries-figures-late-now"),
            link: self
                .openable
                .has(&Place::All, "forsinket")
                .then(|| link(self.table.period, &Place::All, "forsinket")),
            basis: page.t("enquiries-figures-late-now-basis"),
            behind: vec![page.t("enquiries-figures-late-now-how")],
            ..Evidence::default()
        }
    }

    fn one(
        &self,
        key: &str,
        shown: bool,
        now: Estimate,
        before: Option<Estimate>,
        words: &dyn Fn(f64) -> String,
        more: Option<String>,
    ) -> Evidence {
        let page = self.page;
        let value = now.value.filter(|_| shown);
        let before = before.filter(|before| before.n > 0);
        let earlier = value.zip(before.and_then(|before| before.value));
        let change = earlier.map(|(value, earlier)| Change {
            words: page.t2(
                "enquiries-figures-before",
                ("earlier", words(earlier)),
                ("period", period_name(page, self.table.period.a_year_before())),
            ),
            direction: if words(value) == words(earlier) {
                Direction::Same
            } else {
                Direction::of(value - earlier)
            },
            within_noise: now
                .interval
                .zip(before.and_then(|before| before.interval))
                .map(|(a, b)| !interval::differ(value, a, earlier, b)),
        });
        let basis = page.t2(
            "enquiries-figures-basis",
            ("n", number(page, now.n)),
            ("period", period_name(page, self.table.period)),
        );
        Evidence {
            value: value.map(words),
            none: page.t(if shown { "enquiries-figures-not-yet" } else { "enquiries-figures-few" }),
            label: page.t(&format!("enquiries-figures-{key}")),
            basis: match (shown, more) {
                (false, _) => page.t("enquiries-figures-too-few"),
                (true, Some(more)) => format!("{more} {basis}"),
                (true, None) => basis,
            },
            change,
            behind: vec![page.t(&format!("enquiries-figures-{key}-how"))],
            ..Evidence::default()
        }
    }

    /// Answers within the goal by the quarter in which the enquiry came.
    pub(super) fn trend(&self, shown: Period) -> Option<Chart> {
        let page = self.page;
        let now = crate::figures::Quarter::of(self.counted.today);
        let chosen = shown.quarters();
        let quarters = (0..QUARTERS_DRAWN).rev().map(|back| now.back(back));
        let rows = quarters.filter_map(|quarter| {
            let table = self.counted.tables.table(Period::Quarter(quarter))?;
            let row = table.row(&Place::All)?;
            (row.account.received > 0).then_some((quarter, row))
        });
        let mut bars = Vec::new();
        let mut cells = Vec::new();
        for (quarter, row) in rows {
            let within = row.account.within_goal();
            let value = within.value.filter(|_| row.shown.settled);
            let words = cell(page, row.shown.settled, || {
                value.map_or_else(|| page.t("enquiries-figures-not-yet"), |value| self.percent(value))
            });
            let n = cell(page, row.shown.settled, || number(page, within.n));
            cells.push((period_name(page, Period::Quarter(quarter)), vec![words.clone(), n]));
            bars.push(Bar {
                label: page.t2(
                    "enquiries-figures-quarter-short",
                    ("quarter", i64::from(quarter.quarter)),
                    ("year", format!("{:02}", quarter.year.rem_euclid(100))),
                ),
                value,
                words,
                range: within.interval.filter(|_| row.shown.settled),
                is_current: chosen.contains(&quarter),
            });
        }
        if bars.len() < 2 {
            return None;
        }
        let caption = page.t("enquiries-figures-trend");
        let described = |bar: &Bar| format!("{}: {}", bar.label, bar.words);
        Some(Chart {
            id: "trend".to_owned(),
            description: bars.iter().map(described).collect::<Vec<_>>().join(". "),
            caption: caption.clone(),
            bars,
            target: None,
            foot: page.t("enquiries-figures-trend-foot"),
            table: ChartTable {
                caption,
                head: [
                    "enquiries-figures-cohort",
                    "enquiries-figures-col-within",
                    "enquiries-figures-col-settled",
                ]
                .map(|key| page.t(key))
                .to_vec(),
                rows: cells,
                csv: None,
            },
        })
    }

    /// Answers within the goal, team by team, the one that needs help most first.
    pub(super) fn per_team(&self) -> Option<RowChart> {
        let page = self.page;
        let teams =
            self.table.rows.iter().filter(|row| matches!(row.place, Place::Team(_) | Place::OtherTeams));
        let mut rows: Vec<(String, Option<f64>, String, String)> = teams
            .filter(|row| row.account.received > 0)
            .map(|row| {
                let within = row.account.within_goal();
                let value = within.value.filter(|_| row.shown.settled);
                let words = cell(page, row.shown.settled, || {
                    value.map_or_else(|| page.t("enquiries-figures-not-yet"), |value| self.percent(value))
                });
                let n = cell(page, row.shown.settled, || number(page, within.n));
                (place_name(page, &self.counted.names, &row.place), value, words, n)
            })
            .collect();
        if rows.len() < 2 {
            return None;
        }
        let order = |value: Option<f64>| value.unwrap_or(f64::INFINITY);
        rows.sort_by(|a, b| order(a.1).total_cmp(&order(b.1)).then_with(|| a.0.cmp(&b.0)));
        let caption = page.t("enquiries-figures-per-team");
        Some(RowChart {
            caption: caption.clone(),
            table: ChartTable {
                caption,
                head: [
                    "enquiries-figures-team",
                    "enquiries-figures-col-within",
                    "enquiries-figures-col-settled",
                ]
                .map(|key| page.t(key))
                .to_vec(),
                rows: rows
                    .iter()
                    .map(|(name, _, words, n)| (name.clone(), vec![words.clone(), n.clone()]))
                    .collect(),
                csv: None,
            },
            rows: rows.into_iter().map(|(name, value, words, _)| (name, value, words)).collect(),
            foot: page.t("enquiries-figures-per-team-foot"),
        })
    }
}
