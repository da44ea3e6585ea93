//! The pages of those who answer, through the whole server, on both engines.

#![cfg(test)]

mod case;
mod desk;
mod figures;
mod hand_over;
mod inbox;
mod messages;
mod pages;
mod town;
