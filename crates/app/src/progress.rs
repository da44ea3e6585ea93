//! Progress: what is being done, how much of it, how long it took, and how long it will take yet.

use std::{
    io::{IsTerminal, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often the count is renewed on a terminal, and where each renewal is a line of its own.
const EVERY_ON_TERMINAL: Duration = Duration::from_millis(200);
const EVERY_IN_PIPE: Duration = Duration::from_secs(5);
/// Before this has passed nobody can say how long the rest takes.
const RATE_AFTER: Duration = Duration::from_secs(1);

/// Says what is done, on standard output.
#[derive(Debug)]
pub struct Progress {
    began: Instant,
    quiet: bool,
    terminal: bool,
    counting: Mutex<Counting>,
}

/// What is being counted just now.
#[derive(Debug)]
struct Counting {
    what: String,
    began: Instant,
    said: Instant,
}

impl Progress {
    /// Begins now. Quiet where a program reads the output.
    pub fn new(quiet: bool) -> Self {
        let began = Instant::now();
        let counting = Mutex::new(Counting { what: String::new(), began, said: began });
        Self { began, quiet, terminal: std::io::stdout().is_terminal(), counting }
    }

    /// One line, with the seconds since the beginning.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.wipe();
            say!("{:5.1} s  {line}", self.began.elapsed().as_secs_f64());
        }
    }

    /// So much of it is done: count, rate and time left, renewed in place on a terminal, now and then a line in a pipe.
    pub fn count(&self, what: &str, done: u64, total: u64) {
        if self.quiet {
            return;
        }
        let mut counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if counting.what != what {
            *counting = Counting { what: what.to_owned(), began: now, said: now };
        }
        let every = if self.terminal { EVERY_ON_TERMINAL } else { EVERY_IN_PIPE };
        if done >= total {
            self.wipe();
        } else if now - counting.said >= every {
            counting.said = now;
            let line = line(what, done, total, now - counting.began);
            if self.terminal {
                self.wipe();
                // A terminal that is gone is no reason to stop.
                let mut terminal = std::io::stdout().lock();
                let _unheard = write!(terminal, "         {line}").and_then(|()| terminal.flush());
            } else {
                say!("{:5.1} s  {line}", self.began.elapsed().as_secs_f64());
            }
        }
    }

    fn wipe(&self) {
        if self.terminal {
            let _unheard = write!(std::io::stdout(), "\r\x1b[K");
        }
    }
}

fn line(what: &str, done: u64, total: u64, took: Duration) -> String {
    let count = format!("{what}: {done} of {total}");
    let seconds = took.as_secs();
    if took < RATE_AFTER || done == 0 || seconds == 0 {
        return count;
    }
    let rate = done / seconds;
    let left = total.saturating_sub(done).checked_div(rate);
    left.map_or(count.clone(), |left| format!("{count}, {rate} a second, about {left} s left"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_the_time_left_are_said_once_they_are_known() {
        assert_eq!(line("files", 3, 10, Duration::from_millis(300)), "files: 3 of 10");
        assert_eq!(
            line("files", 30, 100, Duration::from_secs(3)),
            "files: 30 of 100, 10 a second, about 7 s left"
        );
        assert_eq!(line("files", 1, 100, Duration::from_secs(30)), "files: 1 of 100");
    }
}
