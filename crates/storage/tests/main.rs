//! The storage on both engines.
#![cfg(test)]

mod alone;
mod archive;
mod attachments;
mod full;
mod jobs;
mod journal;
mod kept;
mod migrations;
mod once;
mod scene;
mod sealing;
mod transactions;
mod verification;
