//! Promises, decisions and parties on both engines.
#![cfg(test)]

mod decisions;
mod figures;
mod parties;
mod promises;
mod replay;
mod scene;
