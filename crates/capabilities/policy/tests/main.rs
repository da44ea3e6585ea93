//! Policy on both engines.
#![cfg(test)]

#[expect(clippy::format_push_string, reason = "plainer to read in a test")]
mod documents;
mod messages;
mod pages;
#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
mod server;
