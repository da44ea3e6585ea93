//! Promises, decisions and parties on both engines.

mod decisions;
mod figures;
mod parties;
mod promises;
mod replay;
mod scene;
