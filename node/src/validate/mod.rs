//! Second stage.
