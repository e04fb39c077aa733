//! What the test needs beside the workspace: Node.js, a browser, and the packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::WORKSPACE;

/// Names under which Linux distributions and Google have the browser.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// All of it.
pub(crate) struct Equipment {
    pub(crate) node: PathBuf,
    pub(crate) chromium: PathBuf,
    tools: PathBuf,
}

impl Equipment {
    /// What is there; nothing where something is absent, which is a failure where `CI` is set.
    pub(crate) fn found() -> Option<Equipment> {
        let tools = Path::new(WORKSPACE).join("target/tools/browser");
        let found = Equipment::whole(tools);
        if let Err(absent) = &found {
            assert!(
                env::var_os("CI").is_none(),
                "{absent}: run scripts/bootstrap"
            );
            eprintln!("skipped: {absent}: run scripts/bootstrap");
        }
        found.ok()
    }

    fn whole(tools: PathBuf) -> Result<Equipment, String> {
        let chosen = env::var_os("CHROMIUM").map(PathBuf::from);
        let chromium = chosen
            .or_else(|| BROWSERS.iter().find_map(|name| program(name)))
            .ok_or("there is no Chromium on this machine")?;
        let node = program("node").ok_or("there is no Node.js on this machine")?;
        if !tools.join("node_modules/playwright-core").is_dir() {
            return Err(format!("there are no packages in {}", tools.display()));
        }
        let equipment = Equipment {
            node,
            chromium,
            tools,
        };
        equipment.take_the_scripts_along();
        Ok(equipment)
    }

    /// The scripts run beside their packages, since that is where Node.js looks for these.
    fn take_the_scripts_along(&self) {
        for entry in fs::read_dir(Path::new(WORKSPACE).join("tests/browser")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "mjs") {
                fs::copy(&path, self.tools.join(path.file_name().unwrap())).unwrap();
            }
        }
    }

    /// The program that looks at pages.
    pub(crate) fn program(&self) -> PathBuf {
        self.program_of("main.mjs")
    }

    /// A program of `tests/browser/`.
    pub(crate) fn program_of(&self, name: &str) -> PathBuf {
        self.tools.join(name)
    }
}

/// A program in one of the folders of `PATH`.
fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
