//! Programs of others that are asked for a second opinion.

use std::env;
use std::path::Path;
use std::process::Command;

/// Where the project's bootstrap script puts those that the machine lacks.
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/bin");

/// A program, to be given its arguments. Without it this says so, and the test that asks ends; where CI is set it fails.
#[track_caller]
pub fn program(name: &str) -> Option<Command> {
    let path = env::var_os("PATH").unwrap_or_default();
    // not every user has the last one on the path, where Debian puts servers
    let places = env::split_paths(&path).chain([INSTALLED.into(), "/usr/sbin".into()]);
    let found = places
        .map(|place| Path::new(&place).join(name))
        .find(|program| program.is_file());
    if found.is_none() {
        assert!(
            env::var_os("CI").is_none(),
            "{name} is not installed; run scripts/bootstrap"
        );
        eprintln!("SKIPPED: {name} is not installed; run scripts/bootstrap");
    }
    found.map(Command::new)
}
