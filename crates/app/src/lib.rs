//! The program: configuration, the list of capabilities, starting and stopping, the command line. No rules here.

#[macro_use]
mod terminal;

pub mod background;
pub mod capabilities;
pub mod cli;
mod commands;
pub mod configuration;
mod demo;
mod first;
mod operations;
pub mod place;
mod progress;
pub mod server;
mod serving;
mod setup;
pub mod start;

pub use commands::run;
