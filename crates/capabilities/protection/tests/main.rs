//! The data protection officer's pages and the night, on both engines.

mod messages;
mod night;
