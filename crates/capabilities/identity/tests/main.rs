//! Identity on both engines.

mod absence;
mod browser;
mod matrix;
mod pages;
mod people;
mod scene;
mod sign_in;
