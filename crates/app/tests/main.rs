//! The whole program: every route as everyone on both engines, rights and words as reviewed snapshots, the command line as
//! an operator types it.
#![cfg(test)]

mod asking;
mod carrying;
mod command_line;
mod complaints;
mod edge;
mod guide;
mod hostile;
mod killed;
mod leaving;
mod live_register;
mod messages;
mod open_pages;
mod operations;
mod permissions;
mod personal_data;
mod routes;
mod scene;
mod setup;
mod statements;
mod walls;
mod wire;
