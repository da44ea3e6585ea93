//! Where an ended case is kept: said in the form that ends it, or by itself later.

use ::web::{App, Auth, Form, FormErrors, PageError};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::CaseId;

use super::{Action, Sent};
use crate::{
    commands,
    model::{FilingProblem, SaidOfFiling, TypedFiling},
};

/// Says where the case is kept.
pub(super) async fn file(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::File, form);
    let mut errors = FormErrors::none();
    let Some(said) = sent.filing(&mut errors).await? else { return sent.refuse(errors, false).await };
    let outcome = commands::file(&sent.app, &sent.auth, id, sent.seen(), &said).await;
    sent.finish(outcome).await
}

impl Sent {
    /// What was said of it; with nothing, what is wrong stands among the errors. A CPR number has no place in it.
    pub(super) async fn filing(&self, errors: &mut FormErrors) -> Result<Option<SaidOfFiling>, PageError> {
        let get = |name: &str| self.fields.get(name);
        let typed = TypedFiling {
            choice: get("filing"),
            number: get("filing_number"),
            because: get("filing_because"),
            words: get("filing_words"),
        };
        let [number, because, words] = match self.action {
            Action::Close => ["close-filing-number", "close-filing-because", "close-filing-words"],
            _ => ["filing-number", "filing-because", "filing-words"],
        };
        let before = errors.iter().count();
        self.refuse_cpr(errors, &[(number, typed.number), (words, typed.words)]).await?;
        let said = SaidOfFiling::read(typed);
        let field = match said {
            Err(FilingProblem::Number) => number,
            Err(FilingProblem::Because) => because,
            _ => words,
        };
        let said = errors.keep(field, said);
        Ok(said.filter(|_| errors.iter().count() == before))
    }
}
