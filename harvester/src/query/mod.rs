//! query: to come.
