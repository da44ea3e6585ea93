//! The data protection officer's pages and the night, on both engines.

#![cfg(test)]

mod messages;
mod night;
