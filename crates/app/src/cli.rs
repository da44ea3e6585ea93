//! The command line, as it is typed.

use std::{net::SocketAddr, path::PathBuf};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

/// What was typed does not fit together: exit code 2, as for a word that clap does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUse(pub String);

/// Samspil: what a Danish municipality runs to carry out its business policy with the town's companies.
///
/// Ends with 0 when done, 1 when refused, 2 when used wrongly.
#[derive(Debug, Parser)]
#[command(name = "samspil", version, max_term_width = 100)]
pub struct Cli {
    /// Where and how.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// The data directory: the SQLite file samspil.db, the key file, attachments, and samspil.toml.
    #[arg(long, global = true, env = "SAMSPIL_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Another database than the file in the data directory: postgres://USER:PASSWORD@HOST/NAME.
    #[arg(long, global = true, env = "SAMSPIL_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Answer in JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// A language to be asked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AskIn {
    /// Danish.
    Da,
    /// English.
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the program. Makes an empty data directory usable first.
    #[command(
        after_help = "Example:\n  samspil serve --data /srv/samspil --listen 127.0.0.1:8165 --trusted-proxy 127.0.0.1"
    )]
    Serve {
        /// Where to listen; without it what samspil.toml says, or 127.0.0.1:8165. Put a proxy with TLS before it when
        /// others than this machine are to reach it.
        #[arg(long, env = "SAMSPIL_LISTEN", value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// A proxy that is trusted to say whose requests it passes on: an address or a network. May be given several
        /// times; those of samspil.toml hold as well.
        #[arg(long, env = "SAMSPIL_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',', value_parser = web::parse_proxy)]
        trusted_proxy: Vec<IpNet>,
        /// The directory holds a demo, and that is meant.
        #[arg(long)]
        demo: bool,
    },
    /// Make a demo town in an empty directory, then run it.
    #[command(after_help = "Example:\n  samspil demo --data var/demo --port 8165")]
    Demo {
        /// The port on this machine.
        #[arg(long, default_value_t = 8165)]
        port: u16,
        /// The same seed and day make the same town.
        #[arg(long, default_value_t = 2620)]
        seed: u64,
        /// The town's today; by default the local date.
        #[arg(long, value_name = "YYYY-MM-DD")]
        today: Option<NaiveDate>,
        /// How many enquiries the town has had in eighteen months.
        #[arg(long, default_value_t = 600, value_name = "N")]
        enquiries: usize,
        /// A proxy of this machine that is trusted to say whose requests it passes on, so that each visitor has limits of
        /// its own.
        #[arg(long, value_name = "ADDRESS", value_delimiter = ',', value_parser = web::parse_proxy)]
        trusted_proxy: Vec<IpNet>,
        /// Make the town and end, without running it.
        #[arg(long)]
        only_make: bool,
    },
    /// Set up a municipality by ten questions: samspil.toml, the first people, one team, five topics, the telephone for the rest.
    ///
    /// `<` goes back to the question before. Nothing is written until all are answered; run again it changes nothing that is
    /// there. With a file of answers nothing is asked: municipality, address, phone, email, hours, officer, administrator,
    /// mailbox, `mail_server`, topics, owner, goal.
    #[command(
        after_help = "Examples:\n  samspil start --data /srv/samspil\n  samspil start --data /srv/samspil --answers answers.toml --dry-run"
    )]
    Start {
        /// A file with the same answers, for a machine without a terminal. What it leaves out is as proposed.
        #[arg(long, value_name = "FILE.toml")]
        answers: Option<PathBuf>,
        /// Write nothing; print what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Put the new samspil.toml in place of another one without asking. The difference is shown.
        #[arg(long)]
        replace: bool,
        /// The language of the questions.
        #[arg(long, value_enum, default_value_t = AskIn::Da)]
        language: AskIn,
    },
    /// Bring the database up to date. The SQLite file is copied first. `serve` does it by itself.
    #[command(after_help = "Example:\n  samspil migrate --data /srv/samspil")]
    Migrate,
    /// Say of every setting and outside service how it is, and what to do.
    #[command(after_help = "Example:\n  samspil doctor --data /srv/samspil --json")]
    Doctor,
    /// Back up everything into one file, while the program runs.
    ///
    /// The file is a tar archive of every table, every file and the installation's secret, from one moment. Keep it as
    /// carefully as the installation itself. 1 when files are not as they should be; they are named.
    #[command(after_help = "Example:\n  samspil backup /mnt/backup --data /srv/samspil")]
    Backup {
        /// The file to write, where none may be; in a folder it is named after the moment.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Restore a backup into an empty directory and database, on either engine.
    #[command(
        after_help = "Examples:\n  samspil restore samspil-20261123T020000Z.tar --data /srv/new --erasures /mnt/backup/erasures.jsonl\n  samspil restore --check samspil-20261123T020000Z.tar"
    )]
    Restore {
        /// The backup.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// erasures.jsonl of the installation that was backed up: what was erased since does not come back.
        #[arg(long, value_name = "FILE")]
        erasures: Option<PathBuf>,
        /// Only read the whole backup and compare every hash.
        #[arg(long, conflicts_with = "erasures")]
        check: bool,
        /// Restore also what was not in order when it was backed up: a journal that does not verify.
        #[arg(long)]
        accept_discrepancies: bool,
    },
    /// Move an installation to another database, with proof that nothing was lost. Stop the server first.
    ///
    /// Files and secret stay in the data directory, unless the target has a directory of its own. The source is left as it was.
    /// `--from` and `--to` name the databases; `--database` means nothing here.
    #[command(
        after_help = "Examples:\n  samspil move --from sqlite:/srv/samspil/samspil.db --to postgres://samspil@localhost/samspil\n  samspil move --data /srv/samspil --from postgres://samspil@localhost/samspil --to sqlite:/srv/other/samspil.db"
    )]
    Move {
        /// The database to move: sqlite:FILE or postgres://... In the environment no list of processes shows its password;
        /// PGPASSFILE or ~/.pgpass may hold it as well.
        #[arg(long, env = "SAMSPIL_FROM", value_name = "URL", hide_env_values = true)]
        from: String,
        /// The empty database to move to.
        #[arg(long, env = "SAMSPIL_TO", value_name = "URL", hide_env_values = true)]
        to: String,
        /// The data directory to move to; by default that of the SQLite file, or the source's own.
        #[arg(long, value_name = "DIR")]
        to_data: Option<PathBuf>,
        /// Move also what is not in order: missing files, a journal that does not verify.
        #[arg(long)]
        accept_discrepancies: bool,
    },
    /// The sealed journal.
    #[command(subcommand, after_help = "Example:\n  samspil journal verify --data /srv/samspil --replay")]
    Journal(JournalCommand),
    /// People who work for the municipality.
    #[command(
        subcommand,
        after_help = "Example:\n  samspil user add --data /srv/samspil --name 'Mette Holm' --email mette@example.dk --role admin"
    )]
    User(UserCommand),
    /// Mail that comes in.
    #[command(
        subcommand,
        after_help = "Example:\n  samspil mail receive --data /srv/samspil --maildir /var/mail/samspil"
    )]
    Mail(MailCommand),
    /// Short messages to telephones.
    #[command(subcommand, after_help = "Example:\n  samspil sms try --data /srv/samspil 20123456")]
    Sms(SmsCommand),
    /// What is held on the person behind an e-mail address.
    #[command(
        subcommand,
        after_help = "Example:\n  samspil personal-data show --data /srv/samspil smeden@example.dk > smeden.json"
    )]
    PersonalData(PersonalDataCommand),
    /// Erase what has been kept for as long as the rules say, as every night at 2:30; or say what would go.
    #[command(after_help = "Example:\n  samspil retention --data /srv/samspil --dry-run --json")]
    Retention {
        /// Say what would go now and within 30 days, per kind, with its rule and law. Changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// Which municipality, by its kommunekode, where there are several.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
    /// The guide that finds out what a company needs.
    #[command(subcommand, after_help = "Example:\n  samspil guide suggest \"må jeg sætte et skilt op\"")]
    Guide(GuideCommand),
    /// The business register (CVR).
    #[command(subcommand, after_help = "Example:\n  samspil registry import --data /srv/samspil cvr.jsonl")]
    Registry(RegistryCommand),
    /// The municipality's areas.
    #[command(subcommand, after_help = "Example:\n  samspil areas import --data /srv/samspil areas.geojson")]
    Areas(AreasCommand),
    /// The business policy.
    #[command(
        subcommand,
        after_help = "Example:\n  samspil policy check policies/albertslund-2023-2026.toml"
    )]
    Policy(PolicyCommand),
}

/// Mail.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Take in a mail from standard input or a file, or all that is new in a Maildir.
    ///
    /// An answer to one of our mails is added to its enquiry, anything else becomes an enquiry with a receipt, and what only a
    /// person can place waits at /intern/post. The same mail twice changes nothing.
    #[command(
        after_help = "Examples:\n  samspil mail receive --data /srv/samspil < mail.eml\n  samspil mail receive --data /srv/samspil --maildir /var/mail/samspil --json\n\nFrom a mail server (Postfix, master.cf; 75 makes it try again):\n  flags=Rq user=samspil argv=/bin/sh -c 'samspil mail receive --data /srv/samspil || exit 75'"
    )]
    Receive {
        /// The mail; without one it is read from standard input.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// A folder that a mail server delivers into.
        #[arg(long, value_name = "DIR", conflicts_with = "file")]
        maildir: Option<PathBuf>,
    },
}

/// Short messages.
#[derive(Debug, Subcommand)]
pub enum SmsCommand {
    /// Send one message by the gateway of [sms], and say what it answered. 1 when it did not take it.
    #[command(after_help = "Example:\n  samspil sms try --data /srv/samspil 20123456")]
    Try {
        /// Your own telephone.
        #[arg(value_name = "NUMBER")]
        number: String,
    },
}

/// Requests under the General Data Protection Regulation.
#[derive(Debug, Subcommand)]
pub enum PersonalDataCommand {
    /// Print everything that is held on whoever has this address, as JSON (article 15).
    #[command(
        after_help = "Example:\n  samspil personal-data show --data /srv/samspil smeden@example.dk > smeden.json"
    )]
    Show {
        /// The addresses that the person writes from, or signs in by.
        #[arg(required_unless_present = "person")]
        email: Vec<String>,
        /// Someone who worked here and has no address any more: the number at the end of /drift/personer/NUMBER.
        #[arg(long, value_name = "NUMBER")]
        person: Vec<String>,
        /// Which municipality, by its kommunekode, where there are several.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
    /// Erase it (article 17), also from what is restored from a backup later. It says what stays, and which law says so.
    ///
    /// What is open is kept until it has ended, and whoever works here until it has left; then the command ends with 1. Stop the server, or let it run: both do.
    #[command(after_help = "Example:\n  samspil personal-data erase --data /srv/samspil smeden@example.dk")]
    Erase {
        /// The addresses that the person writes from, or signs in by.
        #[arg(required_unless_present = "person")]
        email: Vec<String>,
        /// Someone who worked here and has no address any more: the number at the end of /drift/personer/NUMBER.
        #[arg(long, value_name = "NUMBER")]
        person: Vec<String>,
        /// Which municipality, by its kommunekode, where there are several.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
}

/// The register.
#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Import documents of the register: JSON lines, a saved search answer, scroll pages, or straight from its service.
    ///
    /// The same input twice changes nothing. An import that breaks off leaves the register as it was.
    #[command(
        after_help = "Examples:\n  samspil registry import --data /srv/samspil cvr.jsonl\n  zcat cvr.jsonl.gz | samspil registry import --data /srv/samspil --json -\n  samspil registry import --data /srv/samspil --live"
    )]
    Import {
        /// Files; - is standard input.
        #[arg(required_unless_present = "live", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The files hold invented companies only (99000000-99999999): for trials and measurements.
        #[arg(long)]
        invented: bool,
        /// From Erhvervsstyrelsen's own service, as [register] in samspil.toml says: what changed since the last time.
        #[arg(long, conflicts_with_all = ["files", "invented"])]
        live: bool,
        /// All of it, not only what changed since the last time.
        #[arg(long, requires = "live")]
        all: bool,
        /// Only this kommunekode, of several.
        #[arg(long, requires = "live", value_name = "CODE")]
        municipality: Option<String>,
    },
    /// Import where addresses lie: lines of address_id,longitude,latitude (WGS84).
    #[command(after_help = "Example:\n  samspil registry points --data /srv/samspil addresses.csv")]
    Points {
        /// The file; - is standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Areas.
#[derive(Debug, Subcommand)]
pub enum AreasCommand {
    /// Put the areas of a GeoJSON file in place of the municipality's areas.
    #[command(after_help = "Example:\n  samspil areas import --data /srv/samspil areas.geojson")]
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The kommunekode, where there are several municipalities.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
}

/// The policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Say whether a policy file can be read in, and which line is wrong.
    #[command(after_help = "Example:\n  samspil policy check policies/albertslund-2023-2026.toml")]
    Check {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Read a policy file in, as the policy's next version.
    #[command(
        after_help = "Example:\n  samspil policy import --data /srv/samspil policies/albertslund-2023-2026.toml"
    )]
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The kommunekode, where there are several municipalities.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
}

/// The sealed journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Check every line, the chain, the batches and the signed roots. Refuses (1) when anything is wrong, by name.
    #[command(after_help = "Example:\n  samspil journal verify --data /srv/samspil --replay")]
    Verify {
        /// A root from /data/journal or a copy of your own: it must stand in this journal.
        #[arg(long, value_name = "HEX")]
        root: Option<String>,
        /// Also rebuild promises and decisions from the journal and name each difference.
        #[arg(long)]
        replay: bool,
    },
}

/// People.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add someone, and print the link by which a password is chosen.
    #[command(
        after_help = "Example:\n  samspil user add --data /srv/samspil --name 'Mette Holm' --email mette@example.dk --role admin"
    )]
    Add {
        /// The name that companies and colleagues see.
        #[arg(long)]
        name: String,
        /// The address that the person signs in by.
        #[arg(long)]
        email: String,
        /// Direct telephone.
        #[arg(long)]
        phone: Option<String>,
        /// A role; may be given several times. Without one the person can do nothing.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// A team's key; may be given several times.
        #[arg(long = "team", value_name = "TEAM")]
        teams: Vec<String>,
        /// The kommunekode, where there are several municipalities.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
    /// Print a new link by which someone who was added chooses a password: the first one was lost, or is spent.
    ///
    /// Roles and teams stay as they are. The links given out before no longer work.
    #[command(after_help = "Example:\n  samspil user invite --data /srv/samspil --email mette@example.dk")]
    Invite {
        /// The address that the person signs in by.
        #[arg(long)]
        email: String,
        /// The kommunekode, where there are several municipalities.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
}

/// The guide.
#[derive(Debug, Subcommand)]
pub enum GuideCommand {
    /// Print the ranked topics that the page would show for a text, or how often they are right for a file of questions.
    ///
    /// With --data or --database it asks the guide as it was edited there, otherwise the one that comes with the program.
    #[command(
        after_help = "Examples:\n  samspil guide suggest \"må jeg sætte et skilt op\"\n  samspil guide suggest --file questions.tsv"
    )]
    Suggest {
        /// What a company writes.
        #[arg(required_unless_present = "file", conflicts_with = "file")]
        text: Option<String>,
        /// A file: question, tab, accepted topics separated by commas.
        #[arg(long, value_name = "FILE.tsv")]
        file: Option<PathBuf>,
        /// The municipality's code, where there are several.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
}
