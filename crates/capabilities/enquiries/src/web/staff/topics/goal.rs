//! A topic's service goal: what holds now, what holds later, and the decision behind it.

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure, format};

use super::{Seen, name_of, people, tabs, with_goals};
use crate::{
    GuideState, commands,
    guide::Topic,
    model::{ContentProblem, Decision, NewGoal, TopicGoal},
    store,
};

#[derive(Template)]
#[template(path = "enquiries/staff/topic_goal.html")]
struct GoalPage {
    page: Page,
    key: Code,
    title: String,
    tabs: Vec<(String, String, bool)>,
    /// What the page of the guide says about it today.
    shown_as: String,
    is_adopted: bool,
    /// Every goal that was set, the one that holds longest into the future first, and last what ships.
    goals: Vec<GoalView>,
    fields: Fields,
    errors: FormErrors,
}

struct GoalView {
    days: String,
    from: String,
    /// Whether it holds today.
    is_now: bool,
    /// Whether another from the same day took its place.
    is_replaced: bool,
    decision: Option<String>,
    by: Option<String>,
}

impl GoalPage {
    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }
    fn has_error(&self, name: &str) -> bool {
        self.errors.of(name).is_some()
    }
    fn is_chosen(&self, choice: &str) -> bool {
        self.fields.get("adopted") == choice
    }
}

async fn load(
    app: &App,
    auth: &Auth,
    shown: Page,
    key: &Code,
    fields: Option<Fields>,
    errors: FormErrors,
) -> Result<GoalPage, PageError> {
    let seen = Seen::<Topic>::load(app, auth, key).await?;
    let goals = store::topic_goals(&app.db.read(auth), key).await?;
    let topic = with_goals(seen.shown, &goals);
    let people = people(app, auth, goals.iter().filter_map(|goal| goal.by)).await?;
    let today = app.calendar.local_date(auth.now());
    let goal = topic.goal_on(today);
    let days = |reply: u8, answer: u8| {
        shown.t2("enquiries-content-days", ("reply", i64::from(reply)), ("answer", i64::from(answer)))
    };
    let holds: Option<&TopicGoal> =
        goals.iter().filter(|goal| goal.valid_from <= today).max_by_key(|goal| goal.valid_from);
    let mut views: Vec<GoalView> = Vec::new();
    for (at, one) in goals.iter().enumerate() {
        let later = goals.iter().skip(at + 1);
        views.push(GoalView {
            days: days(one.first_reply, one.answer),
            from: shown.t1("enquiries-content-goal-from", "date", shown.day(&one.valid_from)),
            is_now: holds.is_some_and(|holds| holds.id == one.id),
            is_replaced: later.clone().any(|later| later.valid_from == one.valid_from),
            decision: one.decision.as_ref().map(|decision| {
                shown.t2(
                    "enquiries-content-goal-decided",
                    ("date", shown.day(&decision.on)),
                    ("reference", decision.reference.as_str()),
                )
            }),
            by: Some(shown.t2(
                "enquiries-content-entered-by",
                ("date", shown.moment(&one.at)),
                ("person", name_of(&shown, &people, one.by)),
            )),
        });
    }
    views.reverse();
    let shipped = seen.shipped.goal;
    views.push(GoalView {
        days: days(shipped.first_reply, shipped.answer),
        from: shown.t("enquiries-content-goal-shipped"),
        is_now: holds.is_none(),
        is_replaced: false,
        decision: None,
        by: None,
    });
    let fields = fields.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("first-reply", &goal.first_reply.to_string());
        fields.set("answer", &goal.answer.to_string());
        fields.set("valid-from", &today.to_string());
        fields.set("adopted", if goal.adopted { "yes" } else { "" });
        fields
    });
    let due = app.calendar.due_on(auth.now(), u16::from(goal.answer));
    let shown_as = if goal.adopted {
        shown.t1("enquiries-content-goal-shown", "date", shown.day(&due))
    } else {
        shown.t("enquiries-content-goal-not-shown")
    };
    Ok(GoalPage {
        title: topic.title.get(auth.language()).to_owned(),
        tabs: tabs::<Topic>(&shown, key, "goal"),
        key: key.clone(),
        shown_as,
        is_adopted: goal.adopted,
        goals: views,
        fields,
        errors,
        page: shown,
    })
}

/// `GET /intern/emner/{topic}/maal`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let main = load(&app, &auth, shown, &key, None, FormErrors::none()).await?;
    let title = main.page.t1("enquiries-content-goal-title", "topic", main.title.as_str());
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `POST /intern/emner/{topic}/maal`: sets the goal from a day on.
pub(super) async fn set(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let mut errors = FormErrors::none();
    if let Some(new) = read(&form.fields, &mut errors) {
        match commands::set_goal(&app, app.kept::<GuideState>(), &auth, &key, new).await {
            Ok(()) => {
                let to = format!("/intern/emner/{key}/maal");
                return Ok(redirect_with(&app, &auth, &to, "enquiries-content-goal-set"));
            }
            Err(Failure::Refused(refusal)) => errors.add(field_of(&refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let shown = Page::new(&app, &auth).with_form();
    let main = load(&app, &auth, shown, &key, Some(form.fields), errors).await?;
    let title = main.page.t1("enquiries-content-goal-title", "topic", main.title.as_str());
    let title = main.page.t1("web-title-error", "title", title);
    Ok(refused_page(&main.page, &title, &main))
}

fn read(fields: &Fields, errors: &mut FormErrors) -> Option<NewGoal> {
    let mut days = |name: &'static str| {
        let days = fields.get(name).parse::<u8>();
        errors.keep(name, days.map_err(|_| "enquiries-content-goal-number"))
    };
    let (first_reply, answer) = (days("first-reply"), days("answer"));
    let date = |name: &'static str, key: &'static str| format::parse_date(fields.get(name)).map_err(|_| key);
    let valid_from = errors.keep("valid-from", date("valid-from", "enquiries-content-goal-from-missing"));
    let decision = match fields.get("adopted") {
        "yes" => {
            let on =
                errors.keep("decided-on", date("decided-on", "enquiries-content-goal-decided-missing"))?;
            Some(Decision { on, reference: fields.get("reference").to_owned() })
        }
        "no" => None,
        _ => {
            errors.add("adopted", "enquiries-content-goal-choose");
            None
        }
    };
    let is_chosen = errors.is_empty();
    let new = NewGoal { first_reply: first_reply?, answer: answer?, valid_from: valid_from?, decision };
    is_chosen.then_some(new)
}

const fn field_of(refusal: &ContentProblem) -> &'static str {
    match refusal {
        ContentProblem::ValidFrom => "valid-from",
        ContentProblem::DecidedOn => "decided-on",
        ContentProblem::Reference | ContentProblem::LongReference => "reference",
        _ => "answer",
    }
}
