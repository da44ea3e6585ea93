//! Plain progress lines: what is being done, how much of it, how long it took.

use std::time::Instant;

/// Says what is done, on standard output.
#[derive(Debug)]
pub struct Progress {
    began: Instant,
    quiet: bool,
}

impl Progress {
    /// Begins now. Quiet where a program reads the output.
    pub fn new(quiet: bool) -> Self {
        Self { began: Instant::now(), quiet }
    }

    /// One line, with the seconds since the beginning.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            println!("{:5.1} s  {line}", self.began.elapsed().as_secs_f64());
        }
    }
}
