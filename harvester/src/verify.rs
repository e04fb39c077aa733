//! verify: to come.
