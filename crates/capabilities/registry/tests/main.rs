//! The register on both engines.
#![cfg(test)]

mod counting;
mod fetching;
mod finding;
mod importing;
mod pages;
mod places;
mod scene;
mod server;
