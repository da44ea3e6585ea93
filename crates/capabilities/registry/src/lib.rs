//! Companies and establishments from the Danish business register (CVR), the areas in which they lie, and their figures.
//!
//! The register is national and is kept once for all tenants; areas belong to a municipality. Persons of the register
//! are dropped when a document is read.

pub mod document;
pub mod geography;
pub mod model;
pub mod town;
