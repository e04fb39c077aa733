//! A study at a node, a portal that knows it, and a folder to fetch it into.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tests::federation::faulty_server::FaultyServer;
use tests::federation::{Fault, Founding, TempFederation};
use tests::http;
use tests::node::TempNode;
use tests::ran::Ran;
use tests::served::Served;
use tests::studies::StudyFolder;

use crate::{NODE, PROGRAM};

/// Path of the large file in the study, and in addresses.
pub(super) const LARGE: &str = "raw/large.bin";
/// Larger than two of the pieces in which files are asked for.
const LARGE_SIZE: usize = 20 << 20;

/// A federation of one node, which is reached through a server with faults.
pub(super) struct World {
    pub(super) server: FaultyServer,
    pub(super) portal: Served,
    _federation: TempFederation,
    pub(super) out: PathBuf,
    study: StudyFolder,
    _temporary: TempDir,
    _node: (TempNode, Served),
}

/// Bytes that differ from place to place, so that none can stand for others.
fn large() -> Vec<u8> {
    (0..LARGE_SIZE as u64)
        .map(|place| (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u8)
        .collect()
}

impl World {
    /// Small files, some with names that a shell or an address would take otherwise.
    pub(super) fn small() -> World {
        let mut study = StudyFolder::with_images("rings", 3);
        study.files = vec![
            ("notes/read me – 100 %.txt".to_owned(), b"notes".to_vec()),
            ("notes/it's#1?.txt".to_owned(), b"more notes".to_vec()),
        ];
        World::of(study)
    }

    /// The same with a large file.
    pub(super) fn large() -> World {
        let mut study = StudyFolder::with_images("rings", 2);
        study.files = vec![(LARGE.to_owned(), large())];
        World::of(study)
    }

    /// An image, and further files of these names, each of which holds its own name.
    pub(super) fn with_files(names: &[&str]) -> World {
        let mut study = StudyFolder::with_images("rings", 1);
        study.files = names
            .iter()
            .map(|name| (name.to_string(), name.as_bytes().to_vec()))
            .collect();
        World::of(study)
    }

    fn of(study: StudyFolder) -> World {
        let temporary = TempDir::new().unwrap();
        let node = TempNode::new(NODE);
        node.import_one(&study.write(temporary.path()));
        let served = node.serve();
        let url = served.url().to_owned();
        let truth = move |path: &str| {
            let answer = http::get(&format!("{url}{path}"));
            (answer.status == 200).then_some(answer.body)
        };
        let server = FaultyServer::start("127.0.0.1", Box::new(truth));
        let base = format!("http://{}/", server.address());
        let federation = Founding::new(PROGRAM).with_member_at("test", &base).found();
        federation.sync().of("test").is("current");
        let portal = federation.serve();
        server.forget();
        World {
            server,
            portal,
            _federation: federation,
            out: temporary.path().join("out"),
            study,
            _temporary: temporary,
            _node: (node, served),
        }
    }

    /// The download of something, not yet started.
    pub(super) fn command(&self, id: &str, more: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(["get", "--url", self.portal.url(), id, "--out"])
            .arg(&self.out)
            .args(more)
            .stdin(Stdio::null());
        command
    }

    /// Downloads something.
    pub(super) fn get(&self, id: &str, more: &[&str]) -> Ran {
        Ran::new(self.command(id, more).output().unwrap())
    }

    /// The name of a file's address at the server.
    pub(super) fn at(path: &str) -> String {
        format!("id/TST-S1.1/files/{path}")
    }

    /// A fault befalls a file.
    pub(super) fn set(&self, path: &str, fault: Fault) {
        self.server.set(&World::at(path), fault);
    }

    /// What the depositor gave, by path.
    pub(super) fn given(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.study.images.iter().chain(&self.study.files)
    }

    /// The bytes of a downloaded file; none where there is no such file.
    pub(super) fn fetched(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.out.join(path)).ok()
    }

    /// All files are there as they were given, and nothing of the way that they came is left beside them.
    #[track_caller]
    pub(super) fn is_whole(&self) {
        for (path, bytes) in self.given() {
            assert!(self.fetched(path).as_ref() == Some(bytes), "{path}");
        }
        let left = self
            .names()
            .into_iter()
            .find(|name| name.ends_with(".part"));
        assert_eq!(left, None);
        assert_eq!(
            fs::read_dir(self.out.join(".ommatidia/parts"))
                .unwrap()
                .count(),
            0
        );
    }

    /// The paths of all downloaded files, without what belongs to the download.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.out.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&self.out).unwrap().to_str().unwrap();
                if path.is_dir() && name != ".ommatidia" {
                    folders.push(path);
                } else if path.is_file() {
                    names.push(name.to_owned());
                }
            }
        }
        names.sort();
        names
    }
}

/// What `--json` says became of a file.
#[track_caller]
pub(super) fn outcome<'j>(report: &'j Value, path: &str) -> &'j str {
    let files = report["files"].as_array().unwrap();
    let of_path = files.iter().find(|file| file["path"] == path);
    let file = of_path.unwrap_or_else(|| panic!("{path} is not in {report}"));
    file["outcome"].as_str().unwrap()
}

/// The JSON document that a download prints.
#[track_caller]
pub(super) fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}
