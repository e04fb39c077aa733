//! What reading a package may use beside the package.

use std::path::Path;

use crate::convert::Converter;

/// What reading a package may use.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// A folder for what has to be somewhere while it is read.
    pub scratch: &'a Path,
    /// What reads formats that are not read here, where the operator has such a program.
    pub converter: Option<&'a Converter>,
}

impl<'a> Means<'a> {
    /// This folder, and no converter.
    pub fn of(scratch: &'a Path) -> Means<'a> {
        Means {
            scratch,
            converter: None,
        }
    }
}
