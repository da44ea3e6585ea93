//! What one can do with lists, visits, the newsletter and the calendar. One function: one permission, one transaction, one
//! journal line.

mod calendar;
mod lists;
mod newsletter;
mod taking;
mod visits;

use kernel::{Code, Ctx, Failure, PersonId};

pub use calendar::{close_calendar, open_calendar};
pub use lists::{
    FILES_OF_LIST, Given, NewList, book_of, bring, choose_columns, choose_sheet, decide, decide_fate,
    drop_list, samples, start_again, take_back,
};
pub(crate) use lists::{forget_file, forget_rows_naming};
pub use newsletter::{
    AskPermission, Asking, answer, ask, asking, email_hash, leave_link, remove, send_questions, strike,
};
pub use taking::{INLINE_ROWS_MAX, TakeRows, TryRows, start, take_rows, try_rows};
pub use visits::{cancel_visit, change_visit, note_visit};

/// A code of the program's own.
pub(crate) fn code(word: &str) -> Code {
    word.parse().unwrap_or_else(|_| unreachable!("codes are literals of the program: {word}"))
}

fn person<R>(ctx: &Ctx) -> Result<PersonId, Failure<R>> {
    ctx.person().ok_or(Failure::Forbidden)
}
