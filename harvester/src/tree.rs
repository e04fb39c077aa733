//! tree: to come.
