//! `samspil sms try`: whether the gateway takes messages shows only when one is sent.

use std::process::ExitCode;

use anyhow::Result;
use kernel::{MessageId, Phone};
use outreach::{MailFailure, Text};

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, FILE, SMS_TOKEN},
    place::Place,
};

/// Sends one message to the operator's own telephone.
pub async fn try_out(args: &PlaceArgs, number: &str) -> Result<ExitCode> {
    let to: Phone = number.parse().map_err(|_| {
        WrongUse(format!("{number:?} is no telephone number: write 8 digits, or + and a country code"))
    })?;
    let place = Place::of(args)?;
    let texter = Configuration::load(&place.data)?.texter(std::env::var(SMS_TOKEN).ok())?;
    if texter.is_missing() {
        return Err(WrongUse(format!("no gateway is set up: write [sms] into {FILE}")).into());
    }
    let (clock, ids) = super::real();
    let id = MessageId::from(ids.new_uuid(clock.now()));
    let text = Text {
        id,
        to: to.clone(),
        text: "Samspil: denne SMS viser, at kommunens SMS-udbyder virker.".to_owned(),
    };
    let (says, code) = match texter.try_out(&text).await {
        Ok(()) => ("the gateway took it: look at the telephone".to_owned(), ExitCode::SUCCESS),
        Err(MailFailure::Temporary(reason)) => {
            (format!("the gateway did not take it now: {reason}"), ExitCode::FAILURE)
        }
        Err(MailFailure::Permanent(reason)) => {
            (format!("the gateway refused it: {reason}"), ExitCode::FAILURE)
        }
    };
    if args.json {
        say!("{}", serde_json::json!({ "to": to.e164(), "says": says }));
    } else {
        say!("{says}");
    }
    Ok(code)
}
