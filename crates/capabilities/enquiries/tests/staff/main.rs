//! The pages of those who answer, through the whole server, on both engines.

#![cfg(test)]

mod absence;
mod case;
mod complaint;
mod desk;
mod escalation;
mod figures;
mod hand_over;
mod inbox;
mod messages;
mod pages;
mod town;
