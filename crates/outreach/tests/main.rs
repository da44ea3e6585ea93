//! Messages on both engines, against a mail server in the same process.
#![cfg(test)]

mod captured;
mod delivery;
mod forgotten;
mod held;
mod hostile_mail;
mod imap;
mod incoming;
mod maildir;
mod messages;
mod natures;
mod received;
mod scene;
mod sms;
mod smtp_server;
mod tls;
