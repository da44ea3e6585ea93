//! Identity on both engines.
#![cfg(test)]

mod absence;
mod browser;
mod companies;
mod matrix;
mod messages;
mod pages;
mod people;
mod provider;
mod scene;
mod sign_in;
