//! Identity on both engines.
