//! The script, in a folder of its own, with the programs of this source tree and few small studies.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tests::http;
use tests::patience::eventually;
use tests::ran::Ran;
use tests::studies::StudyFolder;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/demo");

/// Portal and three nodes have ports one after the other.
const PORTS: u16 = 4;

/// Studies of each institution.
const STUDIES: usize = 2;

/// A place where the script works.
pub(crate) struct Demonstration {
    folder: TempDir,
    data: PathBuf,
    port: u16,
}

impl Demonstration {
    /// A place of its own.
    pub(crate) fn new() -> Demonstration {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        Demonstration::at(folder, data)
    }

    /// The same, with the data in another folder.
    pub(crate) fn in_folder(data: PathBuf) -> Demonstration {
        Demonstration::at(TempDir::new().unwrap(), data)
    }

    fn at(folder: TempDir, data: PathBuf) -> Demonstration {
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_omma-node-tested"),
            programs.join("omma-node"),
        )
        .unwrap();
        symlink(
            env!("CARGO_BIN_EXE_omma-harvester-tested"),
            programs.join("omma-harvester"),
        )
        .unwrap();
        for institution in ["1", "2", "3"] {
            let studies = folder.path().join("studies").join(institution);
            fs::create_dir_all(&studies).unwrap();
            for number in 1..=STUDIES {
                StudyFolder::new(&format!("STUDY-{institution}-{number}")).write(&studies);
            }
        }
        Demonstration {
            folder,
            data,
            port: free_ports(),
        }
    }

    /// Where it keeps everything.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The first of its ports.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The portal's address.
    pub(crate) fn portal(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, what: &str) -> Ran {
        self.run_with(what, &[])
    }

    /// The same with further variables.
    pub(crate) fn run_with(&self, what: &str, variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(what);
        command.envs(variables.iter().copied());
        // into files and not pipes: the programs that it leaves running would keep those open
        let (out, err) = (
            self.folder.path().join("out"),
            self.folder.path().join("err"),
        );
        command.stdout(fs::File::create(&out).unwrap());
        command.stderr(fs::File::create(&err).unwrap());
        let status = command.status().unwrap();
        let (stdout, stderr) = (fs::read(out).unwrap(), fs::read(err).unwrap());
        Ran::new(std::process::Output {
            status,
            stdout,
            stderr,
        })
    }

    /// Starts it, and kills it and whatever it waits for as soon as it says this. What it has put into the background stays.
    pub(crate) fn run_until_it_says(&self, words: &str) {
        let mut command = self.command("start");
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0);
        let mut script = command.spawn().unwrap();
        let lines = BufReader::new(script.stdout.take().unwrap()).lines();
        let said = lines.map_while(Result::ok).any(|line| line.contains(words));
        assert!(said, "it has ended without saying {words:?}");
        let group = Pid::from_raw(i32::try_from(script.id()).unwrap()).unwrap();
        kill_process_group(group, Signal::KILL).unwrap();
        assert!(!script.wait().unwrap().success());
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(SCRIPT);
        command
            .arg(what)
            .env("PORT", self.port.to_string())
            .env("DATA", &self.data)
            .env("STUDIES", self.folder.path().join("studies"))
            .env("PROGRAMS", self.folder.path().join("programs"))
            .env("DETACH", "1")
            .stdin(Stdio::null());
        command
    }

    /// Portal and nodes answer, and the portal has every study.
    #[track_caller]
    pub(crate) fn answers(&self) {
        for place in 0..PORTS {
            let url = format!("http://127.0.0.1:{}/", self.port + place);
            assert_eq!(http::get(&url).status, 200, "{url}");
        }
        let found = http::get(&format!("{}api/v1/search?kind=study&size=1", self.portal()));
        let found: serde_json::Value = serde_json::from_str(found.text()).unwrap();
        assert_eq!(found["total"], 3 * STUDIES, "{found}");
    }

    /// Nobody answers on any of its ports.
    #[track_caller]
    pub(crate) fn is_silent(&self) {
        for place in 0..PORTS {
            let port = self.port + place;
            eventually("the port is free", || {
                TcpStream::connect(("127.0.0.1", port)).err()
            });
        }
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        // a test that fails must not leave servers behind; one that has stopped them finds nothing to stop
        let _ = self
            .command("stop")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// The first of four ports in a row at which nobody listens.
fn free_ports() -> u16 {
    eventually("four free ports in a row", || {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let rest: Option<Vec<TcpListener>> = (1..PORTS)
            .map(|place| TcpListener::bind(("127.0.0.1", port.checked_add(place)?)).ok())
            .collect();
        rest.map(|_| port)
    })
}
