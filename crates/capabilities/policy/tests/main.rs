//! Policy on both engines.

mod documents;
mod messages;
mod pages;
mod server;
