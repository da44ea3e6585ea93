//! Policy on both engines.
#![cfg(test)]

mod documents;
mod messages;
mod pages;
mod server;
