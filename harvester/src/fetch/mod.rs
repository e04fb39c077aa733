//! fetch: to come.
