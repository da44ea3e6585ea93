//! The one entrance: the guide that finds out what a company needs, the cases, and the tracking page.

pub mod guide;
