//! Policy on both engines.
#![cfg(test)]

mod documents;
mod messages;
mod open_data;
mod pages;
mod server;
