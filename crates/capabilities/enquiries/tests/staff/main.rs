//! The pages of those who ask and of those who answer, through the whole server, on both engines.

#![cfg(test)]

mod absence;
mod acute;
mod archive;
mod by_mail;
mod by_phone;
mod case;
mod coming_back;
mod company;
mod company_pages;
mod complaint;
mod confirmed;
mod desk;
mod digest;
mod documents;
mod embedding;
mod escalation;
mod figures;
mod filing;
mod forgetting;
mod forwarding;
mod guide;
mod hand_over;
mod inbox;
mod mailed;
mod messages;
mod pages;
mod parts;
mod references;
mod review;
mod search;
mod settled;
mod spam;
mod told;
mod topics;
mod town;
