//! mirror: to come.
