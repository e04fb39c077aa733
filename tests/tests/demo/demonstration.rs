//! The script, in a folder of its own, with the programs of this source tree and few small studies.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tests::http;
use tests::patience::eventually;
use tests::ran::Ran;
use tests::studies::StudyFolder;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/demo");

/// Portal and three nodes have ports one after the other.
const PORTS: u16 = 4;

/// The port of a fourth node, if one joins, after the portal's.
pub(crate) const FOURTH: u16 = 4;

/// Studies of each institution.
const STUDIES: usize = 2;

/// A place where the script works.
pub(crate) struct Demonstration {
    folder: TempDir,
    data: PathBuf,
    /// None: generated samples.
    studies: Option<PathBuf>,
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
            studies: Some(folder.path().join("studies")),
            folder,
            data,
            port: free_ports(),
        }
    }

    /// Where it keeps everything.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The folder with its programs, under the names that they have for users.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.path().join("programs")
    }

    /// A path outside its data, where nothing is.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
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
        let mut lines = Vec::new();
        let status = self.signal_when_it_says(words, Signal::KILL, &mut lines);
        assert!(!status.success());
    }

    /// Starts it in the foreground, presses Ctrl-C as soon as it says this, and gives its exit code and what it said from there on.
    pub(crate) fn interrupt_when_it_says(&self, words: &str) -> (Option<i32>, Vec<String>) {
        let mut lines = Vec::new();
        let status = self.signal_when_it_says(words, Signal::INT, &mut lines);
        (status.code(), lines)
    }

    /// A terminal sends a signal to the whole group, of which the script is the first.
    fn signal_when_it_says(
        &self,
        words: &str,
        signal: Signal,
        then: &mut Vec<String>,
    ) -> ExitStatus {
        let mut command = self.command("start");
        command.env_remove("DETACH");
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0);
        let mut script = command.spawn().unwrap();
        let mut lines = BufReader::new(script.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let said = lines.any(|line| line.contains(words));
        assert!(said, "it has ended without saying {words:?}");
        let group = Pid::from_raw(i32::try_from(script.id()).unwrap()).unwrap();
        kill_process_group(group, signal).unwrap();
        then.extend(lines);
        script.wait().unwrap()
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(SCRIPT);
        command
            .arg(what)
            .env("PORT", self.port.to_string())
            .env("DATA", &self.data)
            .env("STUDIES", self.studies.as_deref().unwrap_or(Path::new("")))
            .env("PROGRAMS", self.programs())
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
        assert_eq!(self.studies_of(""), 3 * STUDIES);
    }

    /// How many studies the portal has of a member; of all where none is named.
    pub(crate) fn studies_of(&self, member: &str) -> usize {
        let narrowed = if member.is_empty() { "" } else { "&member=" };
        let portal = self.portal();
        let url = format!("{portal}api/v1/search?kind=study&size=1{narrowed}{member}");
        let found = http::get(&url);
        let found: serde_json::Value = serde_json::from_str(found.text()).unwrap();
        let total = found["total"].as_u64().unwrap_or_else(|| panic!("{found}"));
        usize::try_from(total).unwrap()
    }

    /// The studies are those below another folder.
    pub(crate) fn with_studies(mut self, studies: Option<PathBuf>) -> Demonstration {
        self.studies = studies;
        self
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

/// The first of so many ports in a row at which nobody listens, and one more for a fourth node.
fn free_ports() -> u16 {
    eventually("free ports in a row", || {
        // below those that systems give to connections and to whoever asks for any: some time passes before they are used
        let chance = RandomState::new().hash_one(std::process::id());
        let port = 10_000 + u16::try_from(chance % 20_000).unwrap();
        let free: Option<Vec<TcpListener>> = (0..=FOURTH)
            .map(|place| TcpListener::bind(("127.0.0.1", port + place)).ok())
            .collect();
        free.map(|_| port)
    })
}
