//! `ocfl-py`, the reference validator of storage roots, as an oracle.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const PROGRAM: &str = "ocfl-validate.py";

/// Where the project's bootstrap script puts it.
const INSTALLED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/tools/python/bin/ocfl-validate.py"
);

/// The storage root has no error and no warning. Without the validator this says so and goes on; where CI is set it fails.
#[track_caller]
pub fn assert_valid(root: &Path) {
    let program = if Path::new(INSTALLED).exists() {
        INSTALLED
    } else {
        PROGRAM
    };
    // given a root alone it does not tell everything that it finds in the objects: it is given each object, too
    match Command::new(program)
        .arg(root)
        .args(objects_in(root))
        .output()
    {
        Ok(output) => {
            let said = said(&output);
            let is_praised = !["[E", "[W", "INVALID"]
                .iter()
                .any(|sign| said.contains(sign));
            assert!(output.status.success() && is_praised, "{said}");
        }
        Err(error) => {
            assert!(
                env::var_os("CI").is_none(),
                "{PROGRAM} cannot be run ({error}); run scripts/bootstrap"
            );
            eprintln!("SKIPPED: {PROGRAM} cannot be run ({error}); run scripts/bootstrap");
        }
    }
}

fn objects_in(folder: &Path) -> Vec<PathBuf> {
    let entries = || fs::read_dir(folder).unwrap().map(Result::unwrap);
    let is_object = |name: &str| name.starts_with("0=ocfl_object");
    if entries().any(|entry| is_object(&entry.file_name().to_string_lossy())) {
        return vec![folder.to_owned()];
    }
    let folders = entries().map(|entry| entry.path());
    let below = folders.filter(|path| path.is_dir() && !path.ends_with("extensions"));
    below.flat_map(|folder| objects_in(&folder)).collect()
}

fn said(output: &Output) -> String {
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{stdout}{stderr}")
}
