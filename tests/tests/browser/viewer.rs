//! The image viewer in a real browser, over stores whose every pixel is known (`tests/browser/viewer-stories.mjs`).

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::WORKSPACE;
use super::equipment::Equipment;

/// Real micrographs as OME-Zarr, where they are there.
const DERIVED: &str = "../shared/data/images/ome-zarr/derived";

#[test]
fn images_are_shown_as_they_are_stored() {
    let Some(equipment) = Equipment::found() else {
        return;
    };
    let script = Path::new(WORKSPACE).join("web/dist/viewer.js");
    let derived = Path::new(WORKSPACE).join(DERIVED);
    if env::var_os("CI").is_some() {
        assert!(
            script.is_file(),
            "there is no web/dist/viewer.js: run scripts/islands"
        );
        assert!(derived.is_dir(), "there is no {DERIVED}");
    } else if !script.is_file() {
        eprintln!("skipped: there is no web/dist/viewer.js: run scripts/islands");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("configuration.json");
    let text = json!({
        "chromium": equipment.chromium,
        "script": script,
        "stylesheet": format!("{WORKSPACE}/web/static/style.css"),
        "derived": derived.is_dir().then_some(derived),
        "screenshots": format!("{WORKSPACE}/target/screenshots"),
    });
    fs::write(&configuration, text.to_string()).unwrap();
    let output = Command::new(&equipment.node)
        .arg(equipment.program_of("viewer.mjs"))
        .arg(&configuration)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
