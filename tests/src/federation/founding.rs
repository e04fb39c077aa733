//! How a federation begins: a roster, its members, and a harvester of it, each made by the commands of the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::lying_node::LyingNode;
use super::temp_federation::TempFederation;
use crate::node::NAMESPACE;
use crate::ran::Ran;

/// Members are being taken in; nothing is harvested yet.
pub struct Founding {
    program: &'static str,
    temporary: Option<TempDir>,
    folder: PathBuf,
    root: String,
}

impl Founding {
    /// A roster without members, in a folder of its own.
    pub fn new(program: &'static str) -> Founding {
        let temporary = TempDir::new().unwrap();
        let folder = temporary.path().to_owned();
        Founding::at(program, folder, Some(temporary))
    }

    /// The same in a folder that somebody else removes.
    pub fn in_folder(program: &'static str, folder: &Path) -> Founding {
        fs::create_dir_all(folder).unwrap();
        Founding::at(program, folder.to_owned(), None)
    }

    fn at(program: &'static str, folder: PathBuf, temporary: Option<TempDir>) -> Founding {
        let mut founding = Founding {
            program,
            temporary,
            folder,
            root: String::new(),
        };
        let new = founding.roster(
            "new",
            &["--name", "Test Federation", "--namespace", NAMESPACE],
        );
        let mut vkeys = new
            .stdout
            .lines()
            .filter(|line| line.split('+').count() >= 3);
        let vkey = vkeys
            .next_back()
            .unwrap_or_else(|| panic!("no vkey: {new:?}"));
        founding.root = vkey.to_owned();
        founding
    }

    fn roster(&self, command: &str, arguments: &[&str]) -> Ran {
        roster(self.program, &self.folder, command, arguments).done()
    }

    /// Takes in a member.
    pub fn with_member(self, id: &str, node: &LyingNode) -> Founding {
        self.with_member_at(id, &node.base())
    }

    /// Takes in a member by its address.
    pub fn with_member_at(self, id: &str, base: &str) -> Founding {
        self.roster("add-member", &["--id", id, "--base", base, "--yes"]);
        self
    }

    /// Sets up a harvester that may reach all of this machine.
    pub fn found(self) -> TempFederation {
        self.found_allowing(&["127.0.0.0/8"])
    }

    /// Sets up a harvester that may reach these addresses and the public ones.
    pub fn found_allowing(self, ranges: &[&str]) -> TempFederation {
        let file = self.folder.join("roster.note");
        let federation = TempFederation::at(self.program, self.temporary, self.folder);
        let mut init = vec![
            "init",
            "--roster",
            file.to_str().unwrap(),
            "--root",
            &self.root,
        ];
        for range in ranges {
            init.extend(["--allow", range]);
        }
        federation.run(&init).done();
        // most stories count who was asked for what
        federation.configure("thumbnails", "ahead", "false");
        federation
    }
}

/// A command on the roster's file.
pub(super) fn roster(program: &str, folder: &Path, command: &str, arguments: &[&str]) -> Ran {
    let mut process = Command::new(program);
    process
        .args(["roster", command])
        .arg(folder.join("roster.note"))
        .args(arguments)
        .arg("--root-key")
        .arg(folder.join("root.key"))
        .stdin(Stdio::null());
    Ran::new(process.output().unwrap())
}
