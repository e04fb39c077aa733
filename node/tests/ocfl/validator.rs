//! `ocfl-py`, the reference validator, as an oracle.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use node::store::{Key, ObjectStore};

const PROGRAM: &str = "ocfl-validate.py";

/// Validates storage roots with `ocfl-py`: no error, and no warning either. Without it the test says so and goes on; in
/// CI it fails.
pub fn assert_valid(roots: &[&Path]) {
    if let Some(output) = validate(roots) {
        assert!(is_praised(&output), "{}", said(&output));
    }
}

/// Fails where `ocfl-py` finds nothing wrong with a root.
pub fn assert_invalid(root: &Path) {
    if let Some(output) = validate(&[root]) {
        assert!(!is_praised(&output), "{}", said(&output));
    }
}

/// Writes the storage root of a store into a folder.
pub fn export(store: &dyn ObjectStore, folder: &Path) {
    for key in store.list(&Key::parse("ocfl").unwrap()).unwrap() {
        let path = key.path_in(folder);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, store.read(&key).unwrap().unwrap()).unwrap();
    }
}

/// Given a root, ocfl-py 2.1 looks at the folders between root and objects and forgets what it found in the objects. So it
/// is given each object too.
fn validate(roots: &[&Path]) -> Option<Output> {
    let objects = roots.iter().flat_map(|root| objects_in(root));
    match Command::new(PROGRAM).args(roots).args(objects).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(
                env::var_os("CI").is_none(),
                "{PROGRAM} cannot be run ({error}); pip install ocfl-py"
            );
            eprintln!("SKIPPED: {PROGRAM} cannot be run ({error}); pip install ocfl-py");
            None
        }
    }
}

fn objects_in(folder: &Path) -> Vec<PathBuf> {
    let names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    if names.iter().any(|name| name.starts_with("0=ocfl_object")) {
        return vec![folder.to_owned()];
    }
    let folders = names
        .iter()
        .map(|name| folder.join(name))
        .filter(|path| path.is_dir() && !path.ends_with("extensions"));
    folders.flat_map(|folder| objects_in(&folder)).collect()
}

fn is_praised(output: &Output) -> bool {
    let said = said(output);
    output.status.success()
        && !["[E", "[W", "INVALID"]
            .iter()
            .any(|sign| said.contains(sign))
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
