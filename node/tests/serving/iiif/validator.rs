//! The public validator of the Image API.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use super::sources::Shown;
use crate::deposit;
use crate::outside;
use crate::server::Server;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/serving/iiif/validate.py"
);

fn run(python: &Path, arguments: &[&str]) -> (Output, String) {
    let output = Command::new(python)
        .arg(SCRIPT)
        .args(arguments)
        .output()
        .unwrap();
    let parts = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let said = parts.concat();
    (output, said)
}

#[test]
fn the_public_validator_finds_nothing_wrong_at_level_2_of_version_3() {
    let Some(python) = outside::python() else {
        return;
    };
    let server = Server::showing(Arc::new(Shown::default()), "/omma/", "");
    let folder = server.deposit("squares");
    deposit::study(&folder, "squares", 2, &[]);
    let picture = folder.join("wt/0002.png");
    let (made, said) = run(&python, &["picture", picture.to_str().unwrap()]);
    assert!(made.status.success(), "{said}");
    server.import(&folder);
    let host = server.url("").replace("http://", "");
    let (output, said) = run(&python, &["validate", &host, "omma/iiif/3", "DND-S1-I2"]);
    assert!(said.contains("Done (33 tests, 0 failures)"), "{said}");
    assert!(output.status.success(), "{said}");
}
