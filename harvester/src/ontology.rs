//! temporary
use ontologies::Terms;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
/// t
pub struct Loaded {
    /// c
    pub changed: HashSet<String>,
}
/// t
pub fn terms(_folder: &Path) -> anyhow::Result<Terms> {
    Ok(Terms::with(Vec::new()))
}
/// t
pub fn load(_folder: &Path, _files: &[PathBuf], _b: &Terms) -> anyhow::Result<Loaded> {
    anyhow::bail!("no")
}
