//! Every page of portal and nodes in a real browser: a federation of three institutions with example studies, and whatever
//! the start pages lead to, looked at by `tests/browser/` in light and dark, at all widths, without a mouse and without
//! JavaScript. Pictures of all pages are left in `target/screenshots/`.
//!
//! Needs Node.js, Chromium and the packages that `scripts/bootstrap` installs: where one is absent the test is skipped,
//! and fails where `CI` is set.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod equipment;
mod institutions;
mod micrographs;
mod unlinked;
mod viewer;

use std::fs;
use std::path::Path;
use std::process::Command;

use equipment::Equipment;
use institutions::Institutions;
use serde_json::json;
use tests::federation::Founding;

/// The programs, built by cargo for these tests.
const NODE: &str = env!("CARGO_BIN_EXE_omma-node-tested");
const HARVESTER: &str = env!("CARGO_BIN_EXE_omma-harvester-tested");

/// Where the workspace is.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn every_page_is_for_every_reader() {
    let Some(equipment) = Equipment::found() else {
        return;
    };
    let institutions = Institutions::published();
    let federation = institutions.join(Founding::new(HARVESTER));
    assert!(federation.sync().is_current());
    let portal = federation.serve();

    let mut sites = vec![json!({
        "program": "harvester",
        "url": portal.url(),
        "routes": format!("{WORKSPACE}/harvester/src/serve/routes.rs"),
        "pages": institutions.pages_of_the_portal(),
    })];
    sites.extend(institutions.iter().map(|institution| {
        json!({
            "program": "node",
            "url": institution.url(),
            "routes": format!("{WORKSPACE}/node/src/serve/routes.rs"),
            "pages": institution.pages(),
        })
    }));
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("configuration.json");
    let text = json!({
        "chromium": equipment.chromium,
        "screenshots": format!("{WORKSPACE}/target/screenshots"),
        "unlinked": unlinked::read(),
        "sites": sites,
    });
    fs::write(&configuration, text.to_string()).unwrap();
    looked_at(&equipment, &configuration);
}

/// Runs the program that looks; what it found is the failure's message.
fn looked_at(equipment: &Equipment, configuration: &Path) {
    let output = Command::new(&equipment.node)
        .arg(equipment.program())
        .arg(configuration)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(
        output.status.success(),
        "{}\n{complaints}",
        said.lines()
            .filter(|line| line.starts_with("FOUND"))
            .collect::<Vec<_>>()
            .join("\n")
    );
}
