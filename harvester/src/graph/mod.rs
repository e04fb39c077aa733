//! graph: to come.
