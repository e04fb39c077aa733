//! init: to come.
