//! `config.toml`: the written file, the table in the manual, and what the programs read are one list of keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::federation::{Founding, LogMaker, LyingNode, TempFederation};
use tests::node::{NAMESPACE, TempNode};
use tests::ran::Ran;

use super::super::{NODE, PROGRAM};
use super::{file, table};

/// The keys of each section.
type Keys = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_key_of_a_node_is_in_the_written_file_and_in_the_manual() {
    let node = TempNode::new(NODE);
    let known = known(&node.path("config.toml"), || node.run(&["status"]));
    assert!(known.len() >= 4, "{known:?}");
    let written = fs::read_to_string(node.path("config.toml")).unwrap();
    assert_eq!(written_keys(&written), known);
    assert_eq!(in_the_manual("### Keys of a node"), known);
}

#[test]
fn every_key_of_a_harvester_is_in_the_written_file_and_in_the_manual() {
    // as `init` leaves it: those of other tests have short limits
    let folder = TempDir::new().unwrap();
    let config = harvester_in(folder.path());
    let status = || run(&["status", "--data", &text(&folder.path().join("data"))]);
    let known = known(&config, status);
    assert!(known.len() >= 7, "{known:?}");
    let written = fs::read_to_string(&config).unwrap();
    assert_eq!(written_keys(&written), known);
    assert_eq!(in_the_manual("### Keys of a harvester"), known);
}

#[test]
fn a_slip_of_the_pen_is_refused_with_the_key_that_was_meant() {
    let node = TempNode::new(NODE);
    node.edit_config(|text| text.replace("[serve]\n", "[serve]\nmax_conections = 9\n"));
    node.run(&["status"])
        .could_not()
        .says("`max_conections`")
        .says("did you mean `max_connections`?");

    let (federation, _node) = founded();
    federation.configure("sparql", "slot", "1");
    federation
        .run(&["status"])
        .could_not()
        .says("`slot`")
        .says("did you mean `slots`?");
}

/// Makes a harvester of a federation without members, and gives its configuration.
fn harvester_in(folder: &Path) -> PathBuf {
    let [roster, key, data] =
        ["roster.note", "root.key", "data"].map(|name| text(&folder.join(name)));
    let namespace = ["--name", "Test Federation", "--namespace", NAMESPACE];
    let new = [
        &["roster", "new", &roster, "--root-key", &key][..],
        &namespace,
    ]
    .concat();
    let root = run(&new).done().stdout;
    let init = [
        "init",
        "--data",
        &data,
        "--roster",
        &roster,
        "--root",
        root.trim(),
    ];
    run(&init).done();
    Path::new(&data).join("config.toml")
}

fn run(arguments: &[&str]) -> Ran {
    Ran::new(Command::new(PROGRAM).args(arguments).output().unwrap())
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn founded() -> (TempFederation, LyingNode) {
    let mut log = LogMaker::new("DND", "dundee.example.org/omma/log", NAMESPACE, 5);
    log.checkpoint();
    let node = LyingNode::of(&log);
    let federation = Founding::new(PROGRAM).with_member("dundee", &node).found();
    (federation, node)
}

/// What the program reads, as it says when it refuses a key that it does not know.
fn known(config: &Path, run: impl Fn() -> Ran) -> Keys {
    let good = fs::read_to_string(config).unwrap();
    let expected = |text: String| -> BTreeSet<String> {
        fs::write(config, text).unwrap();
        let ran = run().could_not();
        let (_, expected) = ran.stderr.split_once("expected").unwrap();
        let (expected, _) = expected.split_once("; did you").unwrap_or((expected, ""));
        let quoted = expected.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    };
    let sections = expected(format!("{good}\n[zzzz]\n"));
    let mut keys: Keys = sections
        .into_iter()
        .map(|section| {
            let head = format!("[{section}]\n");
            assert!(good.contains(&head), "the file has no section {section}");
            let text = good.replacen(&head, &format!("{head}zzzz = 1\n"), 1);
            (section, expected(text))
        })
        .collect();
    // a table within a section is written out as a comment
    let inner = good.lines().filter_map(|line| line.strip_prefix("# ["));
    let inner = inner.map(|name| name.trim_end_matches(']').to_owned());
    for section in inner.collect::<Vec<_>>() {
        let known = expected(format!("{good}\n[{section}]\nzzzz = 1\n"));
        keys.insert(section, known);
    }
    fs::write(config, good).unwrap();
    keys
}

/// The keys of a file, those that are commented out included.
fn written_keys(text: &str) -> Keys {
    let mut section = String::new();
    let mut keys = Keys::new();
    let mut is_explained = false;
    for line in text.lines() {
        let name = line.strip_prefix("# [").or_else(|| line.strip_prefix('['));
        if let Some(name) = name {
            section = name.trim_end_matches(']').to_owned();
            keys.entry(section.clone()).or_default();
            continue;
        }
        let setting = line.trim_start_matches("# ").split_once(" = ");
        match setting {
            Some((key, _))
                if key
                    .bytes()
                    .all(|byte| byte == b'_' || byte.is_ascii_lowercase()) =>
            {
                assert!(is_explained, "nothing explains {section}.{key}");
                keys.get_mut(&section).unwrap().insert(key.to_owned());
            }
            // an explanation holds for the keys below it, up to the next empty line or section
            _ => is_explained = line.starts_with('#'),
        }
    }
    keys
}

fn in_the_manual(heading: &str) -> Keys {
    let mut keys = Keys::new();
    for row in table(&file("docs/OPERATING.md"), heading) {
        assert!(row.len() == 3 && !row[2].is_empty(), "{row:?}");
        let (section, key) = row[0].rsplit_once('.').unwrap();
        let is_new = keys
            .entry(section.to_owned())
            .or_default()
            .insert(key.to_owned());
        assert!(is_new, "{} is there twice", row[0]);
    }
    keys
}
