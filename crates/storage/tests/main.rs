//! The storage on both engines.
#![cfg(test)]

mod attachments;
mod jobs;
mod journal;
mod migrations;
mod once;
mod scene;
mod sealing;
mod transactions;
mod verification;
