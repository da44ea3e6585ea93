//! Identity on both engines.

mod absence;
mod matrix;
mod people;
mod scene;
mod sign_in;
