//! `samspil mail receive`: a mail server hands a mail over, or a Maildir is emptied.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use enquiries::{
    commands::Placed,
    jobs::{empty, take_in},
};
use outreach::incoming::{MAIL_BYTES_MAX, Maildir, MaildirSettings};

use crate::cli::PlaceArgs;

/// Where the mails are.
pub enum From {
    /// One mail, on standard input.
    StandardInput,
    /// One mail in a file.
    File(PathBuf),
    /// All that is new in a Maildir.
    Maildir(PathBuf),
}

/// Takes mail in, and says what became of each.
pub async fn receive(args: &PlaceArgs, from: From) -> Result<()> {
    let waiting = match &from {
        From::StandardInput => Some(read(std::io::stdin().lock())?),
        From::File(path) => Some(read(open_file(path)?)?),
        From::Maildir(_) => None,
    };
    let app = super::user::open(args).await?;
    enquiries::load_guide(&app).await?;
    let placed = match (waiting, from) {
        (Some(bytes), _) => vec![take_in(&app, &bytes).await?],
        (None, From::Maildir(path)) => empty(&app, &mut Maildir::open(&MaildirSettings { path })?).await?,
        (None, _) => Vec::new(),
    };
    app.db.close().await?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &placed {
        *counts.entry(word(*one)).or_default() += 1;
    }
    if args.json {
        say!("{}", serde_json::to_string(&counts)?);
    } else if placed.is_empty() {
        say!("No new mail.");
    } else {
        let told: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        say!("{}.", told.join(", "));
    }
    Ok(())
}

fn open_file(path: &Path) -> Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

/// One byte more than a mail may have, so that a larger one is refused as too large and not cut.
fn read(from: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAIL_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).context("cannot read the mail")?;
    Ok(bytes)
}

const fn word(placed: Placed) -> &'static str {
    match placed {
        Placed::Opened(_) => "opened",
        Placed::Added(_) => "added",
        Placed::Answered(_) => "answered",
        Placed::Kept(_) => "kept",
        Placed::Waiting => "waiting",
        Placed::Automatic => "automatic",
        Placed::Bounced => "bounced",
        Placed::Before => "before",
    }
}
