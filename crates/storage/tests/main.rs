//! The storage on both engines.

mod attachments;
mod jobs;
mod journal;
mod migrations;
mod once;
mod scene;
mod sealing;
mod transactions;
mod verification;
