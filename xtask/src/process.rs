//! Running other programs: where the repository is, what to say when one fails, and that none outlives us.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

/// Set when somebody asked us to stop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The program that we are waiting for, so that a request to stop reaches it too.
static WAITED_FOR: Mutex<Option<u32>> = Mutex::new(None);

/// The repository's root, whatever folder the command was called from.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where a build puts its binaries.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The cargo that called us, else the one in `PATH`.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A cargo whose compiler for our own crates is clippy's: it lints and builds in one go, and a warning is an error.
/// `cargo clippy` is a `cargo check`, which would compile every dependency a second time for its metadata alone.
/// The variables are those that `cargo clippy` sets itself; see `docs/decisions/0010-lint-while-building.md`.
pub fn linting_cargo() -> Result<Command> {
    let mut command = cargo();
    command.env("RUSTC_WORKSPACE_WRAPPER", clippy_driver()?).env("CLIPPY_ARGS", WARNINGS_ARE_ERRORS);
    Ok(command)
}

/// `-D warnings`, as `cargo clippy` hands it to its driver.
const WARNINGS_ARE_ERRORS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

fn clippy_driver() -> Result<PathBuf> {
    let sysroot =
        output_of(Command::new("rustc").args(["--print", "sysroot"])).context("rustc is missing")?;
    Ok(Path::new(&sysroot).join("bin/clippy-driver"))
}

/// From now on Ctrl-C and `kill` end the program that we wait for; we clean up after it and end ourselves.
pub fn stop_in_order() -> Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            let waited_for = *WAITED_FOR.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(pid) = waited_for {
                let _ = signal("TERM", pid);
            }
        }
    });
    Ok(())
}

pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Runs a program to its end with our terminal. `what` says in a few words what it does, for the sentence when it fails.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = status(command)?;
    if interrupted() {
        bail!("interrupted");
    }
    if !status.success() {
        bail!("{what} failed ({}): {}", describe(status), words(command));
    }
    Ok(())
}

/// As [`run`], for programs whose failure is an answer.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    if interrupted() {
        bail!("interrupted");
    }
    let mut child = command.spawn().with_context(|| format!("could not start {}", words(command)))?;
    *WAITED_FOR.lock().unwrap_or_else(PoisonError::into_inner) = Some(child.id());
    let status = child.wait();
    *WAITED_FOR.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(status?)
}

/// What a program prints, trimmed; `None` when it is missing or fails.
pub fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command that ends when we end, however that happens (on Linux; elsewhere only when we end in order).
pub fn tied(program: &Path) -> Command {
    tied_as(None, program)
}

/// As [`tied`], as another account. `setpriv` rather than `runuser`: it becomes the program instead of staying as its parent.
pub fn tied_as(account: Option<&str>, program: &Path) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    if let Some(account) = account {
        command.args(["--reuid", account, "--regid", account, "--init-groups"]);
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

/// Asks a program to stop and waits for it: only this one, by its own process id.
pub fn stop(child: &mut Child) -> Option<ExitStatus> {
    if let Ok(Some(status)) = child.try_wait() {
        return Some(status);
    }
    // A program that was started in the background of a shell ignores SIGINT; PostgreSQL stops sooner for it than for
    // SIGTERM, and takes no notice of the second.
    if !signal("INT", child.id()) || !signal("TERM", child.id()) {
        let _ = child.kill();
    }
    child.wait().ok()
}

fn signal(name: &str, pid: u32) -> bool {
    Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command line as one could type it, for messages.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or_default().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    words.join(" ")
}

fn describe(status: ExitStatus) -> String {
    status.code().map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit code {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_the_step_the_code_and_the_command() {
        let error = run(Command::new("sh").args(["-c", "exit 3"]), "the check").unwrap_err();
        assert_eq!(error.to_string(), "the check failed (exit code 3): sh -c exit 3");
    }

    #[test]
    fn missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program"), "it").unwrap_err();
        assert_eq!(error.to_string(), "could not start no-such-program");
    }

    #[test]
    fn stopping_ends_the_child_alone() {
        let mut child = tied(Path::new("sleep")).arg("60").spawn().unwrap();
        assert!(!stop(&mut child).unwrap().success());
    }

    #[test]
    fn warning_of_rustc_and_of_clippy_is_an_error_when_linting() {
        let folder = tempfile::tempdir().unwrap();
        let compiles = |text: &str| {
            let file = folder.path().join("lib.rs");
            std::fs::write(&file, text).unwrap();
            let mut driver = Command::new(clippy_driver().unwrap());
            driver
                .env("CLIPPY_ARGS", WARNINGS_ARE_ERRORS)
                .arg("rustc")
                .args(["--crate-type", "lib"])
                .arg(file);
            driver.current_dir(folder.path()).output().unwrap().status.success()
        };
        assert!(compiles("pub fn f() -> u8 { 1 }"));
        assert!(!compiles("fn never_called() {}"), "rustc's dead_code");
        assert!(!compiles("pub fn f() -> u8 { return 1; }"), "clippy's needless_return");
    }
}
