//! scratch, not committed
use std::path::{Path, PathBuf};
/// x
#[derive(Debug)]
pub struct Loaded {
    /// x
    pub changed: std::collections::HashSet<String>,
}
/// x
pub fn terms(_: &Path) -> anyhow::Result<ontologies::Terms> {
    anyhow::bail!("x")
}
/// x
pub fn load(_: &Path, _: &[PathBuf], _: &ontologies::Terms) -> anyhow::Result<Loaded> {
    anyhow::bail!("x")
}
