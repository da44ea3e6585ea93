//! Companies and establishments from the Danish business register (CVR), the areas in which they lie, and their figures.
//!
//! The register is national and is kept once for all tenants; areas belong to a municipality. Persons of the register
//! are dropped when a document is read.

pub mod document;
mod entity;
mod fact;
pub mod geography;
pub mod import;
mod migrations;
pub mod model;
pub mod store;
pub mod town;

pub use fact::RegistryFact;
pub use migrations::migrations;
