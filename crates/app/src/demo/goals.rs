//! What the demo town has made of the guide: most of the proposed service goals are adopted, and one topic says more than
//! what ships.

use anyhow::{Result, anyhow};
use enquiries::{
    commands,
    model::{Decision, NewGoal},
};

use super::play::Stage;

/// The council has not got to these: their pages say that we ring.
const NOT_ADOPTED: [&str; 2] = ["redevelopment", "charging-stations"];
/// Who enters what the council has decided.
const MANAGER: &str = "kirsten.lindqvist";
/// Who looks after the guide's words.
const CONSULTANT: &str = "mette.holm";

/// The council adopts the goals before the doors open.
pub async fn adopt(stage: &Stage<'_>) -> Result<()> {
    let manager = stage.person(stage.by_mailbox(MANAGER)?);
    let today = stage.app.calendar.local_date(manager.now());
    // A meeting on a working day of the week before.
    let before = today.checked_sub_days(chrono::Days::new(7)).unwrap_or(today);
    let decided = if stage.app.calendar.is_working_day(before) {
        before
    } else {
        stage.app.calendar.next_working_day(before)
    };
    for topic in &stage.guide().shipped().topics {
        if NOT_ADOPTED.contains(&topic.key.as_str()) {
            continue;
        }
        let goal = NewGoal {
            first_reply: topic.goal.first_reply,
            answer: topic.goal.answer,
            valid_from: today,
            decision: Some(Decision {
                on: decided,
                reference: "Kommunalbestyrelsen (demo), punkt 12: servicemål for henvendelser".to_owned(),
            }),
        };
        commands::set_goal(stage.app, stage.guide(), &manager, &topic.key, goal)
            .await
            .map_err(|error| anyhow!(error.to_string()))?;
    }
    Ok(())
}

/// The guidance on signs lacked something that companies asked for again and again: now the guide says it.
pub async fn reword(stage: &Stage<'_>) -> Result<()> {
    let consultant = stage.person(stage.by_mailbox(CONSULTANT)?);
    let topic = stage.guide().topic(consultant.tenant(), &"signage".parse()?);
    let Some(mut topic) = topic else { return Ok(()) };
    if let Some(first) = topic.self_help.first_mut() {
        "Mål skiltet, og tag et billede af facaden, før I skriver. Så kan vi svare med det samme."
            .clone_into(&mut first.da);
        "Measure the sign and take a picture of the front before you write. Then we can answer at once."
            .clone_into(&mut first.en);
    }
    topic.synonyms.da.push("facadebanner".to_owned());
    topic.examples.da.push("Hvor stort må vores skilt være?".to_owned());
    let edited = commands::edit_content(stage.app, stage.guide(), &consultant, 0, topic).await;
    edited.map(|_| ()).map_err(|error| anyhow!(error.to_string()))
}
