//! The tables of the managers' page: one row a team, and for each team its topics.

use ::web::{Auth, Page};
use kernel::{TeamId, format};

use super::{Counted, behind::Openable, cell, link, number, place_name, sees_late};
use crate::figures::{Estimate, Period, Place, Row, Table};

/// The columns: the head, and the number that its cells lead to.
pub(super) const HEADS: [(&str, Option<&str>); 10] = [
    ("enquiries-figures-col-received", Some("modtaget")),
    ("enquiries-figures-col-first-within", Some("foerste-for-sent")),
    ("enquiries-figures-col-within", Some("for-sent")),
    ("enquiries-figures-col-late", Some("forsinket")),
    ("enquiries-figures-col-first-reply", None),
    ("enquiries-figures-col-answer", None),
    ("enquiries-figures-col-pauses", Some("pause")),
    ("enquiries-figures-col-doors", Some("skift")),
    ("enquiries-figures-col-avoidable", Some("undgaas")),
    ("enquiries-figures-col-satisfaction", Some("vurderet")),
];

/// A row of a table.
pub(super) struct RowView {
    pub(super) name: String,
    pub(super) cells: Vec<CellView>,
}

pub(super) struct CellView {
    pub(super) head: String,
    pub(super) words: String,
    pub(super) is_hidden: bool,
    pub(super) link: Option<String>,
}

/// The topics of a team.
pub(super) struct TopicTable {
    pub(super) id: TeamId,
    pub(super) team: String,
    pub(super) rows: Vec<RowView>,
}

/// All teams, then each by name; those that stand together last.
pub(super) fn teams(
    page: &Page,
    auth: &Auth,
    counted: &Counted,
    table: &Table,
    openable: &Openable,
) -> Vec<RowView> {
    let mut rows: Vec<(u8, RowView)> = table
        .rows
        .iter()
        .filter_map(|row| {
            let order = match row.place {
                Place::All => 0,
                Place::Team(_) => 1,
                Place::OtherTeams => 2,
                Place::Topic(..) | Place::OtherTopics(_) => return None,
            };
            Some((order, view(page, auth, counted, table.period, row, openable)))
        })
        .collect();
    rows.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.name.cmp(&other.name)));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// For each team that has several topics with enough enquiries, those.
pub(super) fn topics(
    page: &Page,
    auth: &Auth,
    counted: &Counted,
    table: &Table,
    openable: &Openable,
) -> Vec<TopicTable> {
    let mut tables: Vec<TopicTable> = Vec::new();
    for row in &table.rows {
        let (Place::Topic(team, _) | Place::OtherTopics(team)) = &row.place else { continue };
        let shown = view(page, auth, counted, table.period, row, openable);
        match tables.iter_mut().find(|one| one.id == *team) {
            Some(one) => one.rows.push(shown),
            None => tables.push(TopicTable {
                id: *team,
                team: counted.names.team(team).to_owned(),
                rows: vec![shown],
            }),
        }
    }
    tables.sort_by(|a, b| a.team.cmp(&b.team));
    tables
}

fn view(
    page: &Page,
    auth: &Auth,
    counted: &Counted,
    period: Period,
    row: &Row,
    openable: &Openable,
) -> RowView {
    let name = place_name(page, &counted.names, &row.place);
    let name = match row.place {
        Place::OtherTopics(_) if row.shown.received => {
            page.t2("enquiries-figures-others-n", ("others", name), ("n", number(page, row.account.received)))
        }
        _ => name,
    };
    RowView { name, cells: cells(page, auth, row, period, openable) }
}

fn cells(page: &Page, auth: &Auth, row: &Row, period: Period, openable: &Openable) -> Vec<CellView> {
    let language = page.language();
    let (account, shown) = (&row.account, row.shown);
    let plain = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |days| page.number(&days));
    let two = |survival: &ledger::Survival| {
        format!("{} / {}", plain(survival.median()), plain(survival.percentile(90)))
    };
    let percent = |estimate: Estimate| {
        let percent = |value: f64| format::percent(value, 0, language);
        estimate.value.map_or_else(|| page.t("enquiries-figures-not-yet"), percent)
    };
    let pauses = || {
        let pauses = &account.answer.pauses;
        let share = pauses
            .share()
            .map_or_else(|| "–".to_owned(), |share| format::percent(share * 100.0, 0, language));
        match pauses.working_days_median {
            Some(days) => format!("{share} / {}", page.number(&days)),
            None => share,
        }
    };
    let sees_late = shown.late_now || sees_late(auth, &row.place);
    let words = [
        (shown.received, cell(page, shown.received, || number(page, account.received))),
        (shown.first_settled, cell(page, shown.first_settled, || percent(account.first_reply_within_goal()))),
        (shown.settled, cell(page, shown.settled, || percent(account.within_goal()))),
        (sees_late, cell(page, sees_late, || number(page, account.late_now))),
        (shown.first_reply, cell(page, shown.first_reply, || two(&account.first_reply.survival))),
        (shown.answer, cell(page, shown.answer, || two(&account.answer.survival))),
        (shown.answer, cell(page, shown.answer, pauses)),
        (
            shown.closed,
            cell(page, shown.closed, || {
                let doors = account.wrong_doors.value;
                doors.map_or_else(String::new, |doors| format::decimal(doors, 2, language))
            }),
        ),
        (shown.closed, cell(page, shown.closed, || percent(account.avoidable))),
        (
            shown.rated,
            cell(page, shown.rated, || {
                let (score, n) = (account.satisfaction.value, account.satisfaction.n);
                let score = score.map_or_else(String::new, |score| format::decimal(score, 1, language));
                format!("{score} ({})", number(page, n))
            }),
        ),
    ];
    let cells = HEADS.iter().zip(words);
    cells
        .map(|((head, number), (is_shown, words))| CellView {
            head: page.t(head),
            words,
            is_hidden: !is_shown,
            link: number
                .filter(|number| openable.has(&row.place, number))
                .map(|number| link(period, &row.place, number)),
        })
        .collect()
}
