//! The register on both engines.
#![cfg(test)]

mod importing;
mod places;
mod scene;
