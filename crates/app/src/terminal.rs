//! What commands say on standard output. Whoever reads it may stop, as `| head` does: what is being done goes on, unheard.

use std::{fmt::Arguments, io::Write};

/// Says a line. Where nobody listens any more it is lost, and that is no failure of the command.
pub fn write(line: Arguments<'_>) {
    let _unheard = writeln!(std::io::stdout(), "{line}");
}

/// `println!` that does not panic when nobody listens any more.
macro_rules! say {
    ($($said:tt)*) => {
        $crate::terminal::write(format_args!($($said)*))
    };
}
