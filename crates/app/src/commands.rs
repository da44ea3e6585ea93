//! The commands of the command line. Each opens what it needs, calls what the pages call too, and says what happened.

mod arrival;
mod backup;
mod doctor;
mod guide;
mod journal;
mod mail;
mod move_installation;
mod personal;
mod policies;
mod register;
mod restore;
mod retention;
mod serve;
mod sms;
mod user;

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;
use kernel::{Clock, Ids, Language, SystemClock};
use storage::Durability;

use crate::{
    cli::{
        AreasCommand, AskIn, Cli, Command, GuideCommand, JournalCommand, MailCommand, PersonalDataCommand,
        PolicyCommand, RegistryCommand, SmsCommand, UserCommand,
    },
    demo, place, setup,
};

/// Runs a command. An error is told to the operator; see `main` for exit codes.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let args = &cli.place;
    match cli.command {
        Command::Serve { listen, trusted_proxy, demo } => {
            let wanted = serve::Wanted { listen, trusted_proxy, demo };
            serve::run(args, &wanted).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Demo { port, seed, today, enquiries, trusted_proxy, only_make } => {
            let wanted = demo::Wanted { port, seed, today, enquiries, trusted_proxy, only_make };
            demo::run(args, &wanted).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Start { answers, dry_run, replace, language } => {
            let language = if language == AskIn::Da { Language::Da } else { Language::En };
            Box::pin(setup::run(args, setup::Wanted { answers, dry_run, replace, language })).await
        }
        Command::Migrate => {
            let place = place::Place::of(args)?;
            let db = crate::start::open(&place, Durability::Full).await?;
            say!("The database is up to date ({}).", db.engine());
            db.close().await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => doctor::run(args).await,
        Command::Sms(SmsCommand::Try { number }) => sms::try_out(args, &number).await,
        Command::Backup { file } => backup::run(args, &file).await,
        Command::Restore { file, erasures, check, accept_discrepancies } => {
            restore::run(args, &restore::Wanted { file, erasures, check, accept_discrepancies }).await
        }
        Command::Move { from, to, to_data, accept_discrepancies } => {
            let wanted = move_installation::Wanted { from, to, to_data, accept_discrepancies };
            move_installation::run(args, &wanted).await
        }
        Command::Journal(JournalCommand::Verify { root, replay }) => {
            journal::verify(args, root.as_deref(), replay).await
        }
        Command::User(UserCommand::Add { name, email, phone, roles, teams, municipality }) => {
            let wanted = user::Wanted { name, email, phone, roles, teams, municipality };
            user::add(args, wanted).await.map(|()| ExitCode::SUCCESS)
        }
        Command::User(UserCommand::Invite { email, municipality }) => {
            user::invite(args, &email, municipality.as_deref()).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Mail(MailCommand::Receive { file, maildir }) => {
            let from = match (maildir, file) {
                (Some(folder), _) => mail::From::Maildir(folder),
                (None, Some(file)) => mail::From::File(file),
                (None, None) => mail::From::StandardInput,
            };
            Box::pin(mail::receive(args, from)).await.map(|()| ExitCode::SUCCESS)
        }
        Command::PersonalData(PersonalDataCommand::Show { email, person, municipality }) => {
            personal::run(args, personal::Wanted { email, person, municipality, erase: false }).await
        }
        Command::PersonalData(PersonalDataCommand::Erase { email, person, municipality }) => {
            personal::run(args, personal::Wanted { email, person, municipality, erase: true }).await
        }
        Command::Retention { dry_run, municipality } => {
            retention::run(args, dry_run, municipality.as_deref()).await
        }
        Command::Registry(RegistryCommand::Import { live: true, all, municipality, .. }) => {
            register::import_live(args, all, municipality.as_deref()).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Registry(RegistryCommand::Import { files, invented, .. }) => {
            register::import(args, register::Wanted { files, invented }).await
        }
        Command::Registry(RegistryCommand::Points { file }) => {
            register::points(args, &file).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Areas(AreasCommand::Import { file, municipality }) => {
            register::areas(args, &file, municipality.as_deref()).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Policy(PolicyCommand::Check { file }) => policies::check(args, &file),
        Command::Policy(PolicyCommand::Import { file, municipality }) => {
            policies::import(args, &file, municipality.as_deref()).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Guide(GuideCommand::Suggest { text, file, municipality }) => {
            guide::suggest(args, text.as_deref(), file.as_deref(), municipality.as_deref()).await
        }
    }
}

/// Time and randomness of a command at a real machine.
pub(crate) fn real() -> (Arc<dyn Clock>, Arc<Ids>) {
    (Arc::new(SystemClock), Arc::new(Ids::random()))
}
