//! text: to come.
