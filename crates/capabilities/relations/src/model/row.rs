//! One row of a list, read: what it says, or what is wrong with it.

use chrono::NaiveDate;
use kernel::{CvrNumber, Email, PNumber, Phone, fold, mask_cpr_like};
use serde::{Deserialize, Serialize};

use super::{Columns, Field, ListKind, VisitKind, parse_day};

/// What a row says. What a kind of list does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The company's number.
    pub cvr: Option<CvrNumber>,
    /// The company's name, as it stands in the list.
    pub company: String,
    /// A person at the company.
    pub name: String,
    /// What the person does there.
    pub title: String,
    /// The person's address.
    pub email: Option<Email>,
    /// The person's telephone.
    pub phone: Option<Phone>,
    /// Anything else.
    pub note: String,
    /// When the visit was.
    pub date: Option<NaiveDate>,
    /// Who of ours visited.
    pub visitor: String,
    /// What kind of contact it was.
    pub kind: VisitKind,
    /// Where.
    pub place: String,
    /// When consent was given.
    pub consented_on: Option<NaiveDate>,
    /// How.
    pub proof: String,
}

/// What is wrong with a row. The message key is `relations-problem-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The CVR number has not eight digits, or its check digit is wrong.
    Cvr,
    /// The address cannot be right.
    Email,
    /// The telephone number cannot be dialled.
    Phone,
    /// The day cannot be read.
    Date,
    /// The day has not come yet.
    DateAhead,
    /// Nobody is named.
    NameMissing,
    /// There is no address.
    EmailMissing,
    /// There is no day.
    DateMissing,
    /// Neither number nor name of a company.
    CompanyMissing,
}

impl Problem {
    /// As in the message key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cvr => "cvr",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Date => "date",
            Self::DateAhead => "date-ahead",
            Self::NameMissing => "name-missing",
            Self::EmailMissing => "email-missing",
            Self::DateMissing => "date-missing",
            Self::CompanyMissing => "company-missing",
        }
    }
}

/// Reads a row. CPR-like digits are masked already. Everything that is wrong is told at once.
pub fn parse_row(
    kind: ListKind,
    columns: &Columns,
    cells: &[String],
    (is_1904, today): (bool, NaiveDate),
) -> Result<Entry, Vec<Problem>> {
    let mut problems = Vec::new();
    let text = |field| columns.get(field, cells).to_owned();
    let mut entry = Entry {
        company: text(Field::Company),
        name: text(Field::Name),
        title: text(Field::Title),
        note: text(Field::Note),
        visitor: text(Field::Visitor),
        kind: VisitKind::from_words(columns.get(Field::Kind, cells)),
        place: text(Field::Place),
        proof: text(Field::Proof),
        ..Entry::default()
    };
    let mut day = |field| match columns.get(field, cells) {
        "" => None,
        text => {
            let day = parse_day(text, is_1904);
            match day {
                None => problems.push(Problem::Date),
                Some(day) if day > today => problems.push(Problem::DateAhead),
                Some(_) => {}
            }
            day
        }
    };
    (entry.date, entry.consented_on) = (day(Field::Date), day(Field::ConsentDate));
    match columns.get(Field::Cvr, cells) {
        "" => {}
        text => match text.parse() {
            Ok(cvr) => entry.cvr = Some(cvr),
            Err(_) => problems.push(Problem::Cvr),
        },
    }
    match columns.get(Field::Email, cells) {
        "" if kind == ListKind::Newsletter => problems.push(Problem::EmailMissing),
        "" => {}
        text => match text.strip_prefix("mailto:").unwrap_or(text).parse() {
            Ok(email) => entry.email = Some(email),
            Err(_) => problems.push(Problem::Email),
        },
    }
    match columns.get(Field::Phone, cells) {
        "" => {}
        text => match text.parse() {
            Ok(phone) => entry.phone = Some(phone),
            Err(_) => problems.push(Problem::Phone),
        },
    }
    if kind == ListKind::Contacts && entry.name.is_empty() {
        problems.push(Problem::NameMissing);
    }
    if kind == ListKind::Visits && columns.get(Field::Date, cells).is_empty() {
        problems.push(Problem::DateMissing);
    }
    if kind.needs_company() && entry.company.is_empty() && columns.get(Field::Cvr, cells).is_empty() {
        problems.push(Problem::CompanyMissing);
    }
    problems.dedup();
    if problems.is_empty() { Ok(entry) } else { Err(problems) }
}

/// The cells with what looks like a CPR number masked, and whether there was any.
pub(super) fn masked(cells: &[String], is_p_number: impl Fn(&PNumber) -> bool) -> (Vec<String>, bool) {
    let masked: Vec<String> = cells.iter().map(|cell| mask_cpr_like(cell, &is_p_number)).collect();
    let changed = masked.as_slice() != cells;
    (masked, changed)
}

impl Entry {
    /// What two rows of a list have in common that say the same thing: of one person, one visit, one address.
    pub fn key(&self, kind: ListKind) -> String {
        let company = self.cvr.map_or_else(|| fold(&self.company), |cvr| cvr.to_string());
        let email = self.email.as_ref().map(Email::to_key).unwrap_or_default();
        match kind {
            ListKind::Contacts if !email.is_empty() => format!("{company}|{email}"),
            ListKind::Contacts => format!("{company}|{}", fold(&self.name)),
            ListKind::Visits => {
                let day = self.date.map(|day| day.to_string()).unwrap_or_default();
                format!("{company}|{day}|{}|{}", self.kind.code(), fold(&self.visitor))
            }
            ListKind::Newsletter => email,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: ListKind, cells: &[(Field, &str)]) -> Result<Entry, Vec<Problem>> {
        let columns = Columns(cells.iter().enumerate().map(|(at, (field, _))| (*field, at)).collect());
        let cells: Vec<String> = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
        parse_row(kind, &columns, &cells, (false, "2026-11-24".parse().unwrap()))
    }

    #[test]
    fn everything_that_is_wrong_with_a_row_is_told_at_once() {
        let found = row(
            ListKind::Contacts,
            &[
                (Field::Cvr, "99000013"),
                (Field::Name, ""),
                (Field::Email, "hos smeden"),
                (Field::Phone, "12"),
            ],
        );
        let all = [Problem::Cvr, Problem::Email, Problem::Phone, Problem::NameMissing];
        assert_eq!(found.unwrap_err(), all);
    }

    #[test]
    fn a_visit_needs_a_day_that_has_been_and_a_company() {
        let visit = |day: &str| row(ListKind::Visits, &[(Field::Date, day), (Field::Company, "Smedjen")]);
        assert!(visit("23.11.2026").is_ok());
        assert_eq!(visit("25.11.2026"), Err(vec![Problem::DateAhead]));
        assert_eq!(visit("i går"), Err(vec![Problem::Date]));
        assert_eq!(visit(""), Err(vec![Problem::DateMissing]));
        let nobody = row(ListKind::Visits, &[(Field::Date, "1.1.26"), (Field::Note, "x")]);
        assert_eq!(nobody, Err(vec![Problem::CompanyMissing]));
    }
}
