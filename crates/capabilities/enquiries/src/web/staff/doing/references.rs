//! What a case is called in other systems: noted, changed, taken out.

use ::web::{App, Auth, Form, FormErrors, PageError};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::CaseId;

use super::{Action, Sent};
use crate::{
    commands,
    model::{ReferenceDetails, ReferenceId, ReferenceProblem, TypedReference},
};

/// Notes a reference, or changes the one that the form was opened for.
pub(super) async fn refer(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Refer, form);
    let reference = match sent.fields.get("reference") {
        "" => None,
        typed => Some(typed.parse::<ReferenceId>().map_err(|_| PageError::NotFound)?),
    };
    // Where the case has gone elsewhere meanwhile, this is what is handed back.
    let words = format!("{} {}", sent.fields.get("number"), sent.fields.get("link"));
    sent.fields.set("text", words.trim());
    let details = match sent.details().await? {
        Ok(details) => details,
        Err(errors) => return sent.refuse(errors, false).await,
    };
    let outcome = commands::refer(&sent.app, &sent.auth, id, sent.seen(), reference, details).await;
    sent.finish(outcome).await
}

/// Takes a reference out.
pub(super) async fn remove(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Unrefer, form);
    let reference = sent.fields.get("reference").parse::<ReferenceId>().map_err(|_| PageError::NotFound)?;
    let outcome = commands::remove_reference(&sent.app, &sent.auth, id, sent.seen(), reference).await;
    sent.finish(outcome).await
}

impl Sent {
    /// What was typed, or everything that is wrong with it. A CPR number has no place in it.
    async fn details(&self) -> Result<Result<ReferenceDetails, FormErrors>, PageError> {
        let fields = &self.fields;
        let typed = TypedReference {
            system: fields.get("system"),
            name: fields.get("name"),
            number: fields.get("number"),
            link: fields.get("link"),
            expected_on: fields.get("expected"),
            is_shown: fields.is_ticked("visible"),
        };
        let mut errors = FormErrors::none();
        let texts = [
            ("reference-name", typed.name),
            ("reference-number", typed.number),
            ("reference-link", typed.link),
        ];
        self.refuse_cpr(&mut errors, &texts).await?;
        let details = ReferenceDetails::read(typed);
        for problem in details.as_ref().err().into_iter().flatten() {
            errors.add(field(*problem), problem.to_string());
        }
        Ok(details
            .map_err(|_| errors.clone())
            .and_then(|details| if errors.is_empty() { Ok(details) } else { Err(errors) }))
    }
}

/// The field at which a problem stands.
const fn field(problem: ReferenceProblem) -> &'static str {
    match problem {
        ReferenceProblem::System => "reference-system",
        ReferenceProblem::Name => "reference-name",
        ReferenceProblem::Number | ReferenceProblem::LongNumber => "reference-number",
        ReferenceProblem::Link => "reference-link",
        ReferenceProblem::Date => "reference-expected",
    }
}
