//! roster: to come.
