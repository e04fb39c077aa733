//! harvest: to come.
