//! The whole program: every route as everyone, on both engines.
