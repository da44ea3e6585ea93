//! `samspil guide suggest`: what the guide answers to a text, or how often it is right for a file of questions.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result};
use enquiries::GuideState;
use kernel::Language;

use crate::cli::PlaceArgs;

/// Asks the guide. Needs no data directory: the topics come with the program.
pub fn suggest(args: &PlaceArgs, text: Option<&str>, file: Option<&Path>) -> Result<ExitCode> {
    let guide = GuideState::standard()?.guide();
    if let Some(file) = file {
        let lines =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let evaluation = guide.evaluate(&lines).with_context(|| file.display().to_string())?;
        if args.json {
            let shares = serde_json::json!({
                "questions": evaluation.questions, "top1": evaluation.top1(), "top3": evaluation.top3(),
            });
            println!("{shares}");
        } else {
            println!("{evaluation}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let suggestion = guide.suggest(text.unwrap_or_default(), Language::Da);
    if args.json {
        println!("{}", serde_json::to_string(&suggestion)?);
        return Ok(ExitCode::SUCCESS);
    }
    for (place, topic) in suggestion.topics.iter().enumerate() {
        let title = guide.topic(topic.key.as_str()).map_or("", |known| known.title.da.as_str());
        println!("{}. {:<28} {title} ({})", place + 1, topic.key.to_string(), topic.matched.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
