//! Relations on both engines.
#![cfg(test)]

mod calendar;
mod importing;
mod newsletter;
mod pages;
mod scene;
