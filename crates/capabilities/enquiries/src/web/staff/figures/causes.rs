//! The three largest causes of enquiries that could have been avoided, each with who does something about it until when.

use ::web::{App, Auth, Form, FormErrors, Page, PageError, redirect_with, refused_page};
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use kernel::{Failure, PersonId, format};

use super::{Asked, behind::Openable, cell, link, load, number};
use crate::{
    commands,
    figures::{Cause, Place, Table},
    model::{Avoidable, CausePlan, CausePlanId, CauseRefusal, NewCausePlan},
};

/// The causes that the page speaks of: the largest.
const CAUSES_SHOWN: usize = 3;

pub(super) struct CauseView {
    pub(super) code: &'static str,
    pub(super) name: String,
    pub(super) count: String,
    pub(super) link: Option<String>,
    pub(super) plan: Option<PlanView>,
}

pub(super) struct PlanView {
    pub(super) id: String,
    /// Who, and until when.
    pub(super) promise: String,
    pub(super) is_late: bool,
    pub(super) what: String,
}

pub(super) fn causes(
    page: &Page,
    table: &Table,
    plans: &[CausePlan],
    today: NaiveDate,
    openable: &Openable,
    owner_of: impl Fn(PersonId) -> String,
) -> Vec<CauseView> {
    let view = |Cause { cause, n, shown }: &Cause| {
        let plan = plans.iter().find(|plan| plan.cause == *cause).map(|plan| PlanView {
            id: plan.id.to_string(),
            promise: page.t2(
                "enquiries-cause-by",
                ("owner", owner_of(plan.owner)),
                ("due", page.day(&plan.due_on)),
            ),
            is_late: plan.due_on < today,
            what: plan.what.clone(),
        });
        let count = || page.t1("enquiries-figures-cause-count", "count", number(page, *n));
        CauseView {
            code: cause.code(),
            name: page.t(&format!("enquiries-cause-{}", cause.code())),
            count: cell(page, *shown, count),
            link: Some(format!("aarsag-{}", cause.code()))
                .filter(|number| openable.has(&Place::All, number))
                .map(|number| link(table.period, &Place::All, &number)),
            plan,
        }
    };
    table.causes.iter().take(CAUSES_SHOWN).map(view).collect()
}

/// `POST /intern/tal/aarsag`: gives a cause an owner and a date.
pub(super) async fn plan(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let fields = form.fields;
    let mut errors = FormErrors::none();
    let cause = Avoidable::from_code(fields.get("cause")).ok_or(PageError::NotFound)?;
    let owner = fields.get("owner").parse::<PersonId>();
    let owner = errors.keep("owner", owner.map_err(|_| "enquiries-cause-owner-missing"));
    let due_on = format::parse_date(fields.get("due"));
    let due_on = errors.keep("due", due_on.map_err(|_| "enquiries-cause-due-missing"));
    let what = fields.get("what").to_owned();
    if let (Some(owner), Some(due_on)) = (owner, due_on) {
        match commands::plan_cause(&app, &auth, NewCausePlan { cause, owner, due_on, what }).await {
            Ok(_) => return Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-cause-planned")),
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let main = load(&app, &auth, &Asked::default(), fields, errors).await?;
    let title = main.page.t1("enquiries-figures-title-of", "period", main.period.as_str());
    let title = main.page.t1("web-title-error", "title", title);
    Ok(refused_page(&main.page, &title, &main))
}

const fn field_of(refusal: CauseRefusal) -> &'static str {
    use CauseRefusal::{Cause, Due, Owner, What};
    match refusal {
        Cause => "cause",
        Owner => "owner",
        Due => "due",
        What => "what",
    }
}

/// `POST /intern/tal/aarsag/{id}/faerdig`: the plan is done.
pub(super) async fn end(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CausePlanId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::end_cause(&app, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-cause-done"))
}
