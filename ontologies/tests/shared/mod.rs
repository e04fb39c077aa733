//! Where the shared data are that are not part of the project.

use std::path::PathBuf;

/// The folder of shared data, if it is there. A test that needs it says that it was skipped; under `CI` its absence is a failure.
pub fn data(folder: &str) -> Option<PathBuf> {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is absent, and CI is set: the shared data are needed",
        path.display()
    );
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}
