//! Identity on both engines.
#![cfg(test)]

mod absence;
mod browser;
mod matrix;
mod messages;
mod pages;
mod people;
mod scene;
mod sign_in;
