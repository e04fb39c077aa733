//! The real program: where it listens, how it ends, and clients that are many, slow or rude.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_omma-node");

struct Program {
    process: Child,
    address: String,
    _folder: TempDir,
}

/// Starts the program on a free port, with further lines in the section `[serve]` of its configuration.
fn serve(settings: &str) -> Program {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let config = std::fs::read_to_string(data.join("config.toml")).unwrap();
    std::fs::write(
        data.join("config.toml"),
        config.replace("[serve]\n", &format!("[serve]\n{settings}\n")),
    )
    .unwrap();
    let mut process = command(&data, "127.0.0.1:0")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let address = said_address(lines);
    Program {
        process,
        address,
        _folder: folder,
    }
}

/// The address in the line that says it; what comes after is read and dropped, so that the program never waits.
fn said_address(mut lines: impl Iterator<Item = String> + Send + 'static) -> String {
    let address = lines.find_map(|line| {
        let (_, rest) = line.split_once("listening on http://")?;
        rest.split_once('/').map(|(address, _)| address.to_owned())
    });
    std::thread::spawn(move || lines.for_each(drop));
    address.unwrap()
}

fn init(data: &Path) {
    let mut init = Command::new(PROGRAM);
    init.args([
        "init",
        "--base-url",
        "http://127.45.67.89:9/",
        "--prefix",
        "DND",
        "--name",
        "Example Institute",
        "--data",
    ])
    .arg(data);
    assert!(init.stdout(Stdio::null()).status().unwrap().success());
}

fn command(data: &Path, bind: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--bind", bind, "--data"]).arg(data);
    command
}

impl Program {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream
    }

    /// Sends bytes and reads what comes back until the server closes.
    fn say(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // a server that refuses may close before everything is sent
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn is_alive(&self) -> bool {
        self.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .ends_with("alive\n")
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let first = serve("");
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let second = command(&data, &first.address).output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{said}");
    let line = said
        .lines()
        .find(|line| line.starts_with("omma-node: "))
        .unwrap();
    assert!(
        line.contains(&first.address) && line.contains("--bind") && line.contains("in use"),
        "{line}"
    );
    assert!(first.is_alive());
}

#[test]
fn it_ends_when_it_is_told_to() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = serve("");
        assert!(program.is_alive());
        program.signal(signal);
        assert!(program.process.wait().unwrap().success(), "{signal:?}");
    }
}

#[test]
fn a_slow_client_is_sent_away_and_the_others_are_served() {
    let program = serve("client_timeout_seconds = 1");
    let mut slow = program.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .unwrap();
    assert!(program.is_alive());
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer:?}");
}

#[test]
fn huge_headers_and_nonsense_are_refused_and_the_server_lives() {
    let program = serve("");
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Huge: {}\r\n\r\n",
        "x".repeat(1 << 20)
    );
    assert!(program.say(huge.as_bytes()).starts_with("HTTP/1.1 431 "));
    let many = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X-Many: x\r\n".repeat(2000)
    );
    let refused = program.say(many.as_bytes());
    assert!(
        refused.starts_with("HTTP/1.1 431 ") || refused.starts_with("HTTP/1.1 400 "),
        "{refused}"
    );
    for nonsense in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ] {
        let refused = program.say(nonsense);
        assert!(
            refused.is_empty() || refused.starts_with("HTTP/1.1 4"),
            "{refused}"
        );
    }
    let long = format!(
        "GET /id/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "x".repeat(50_000)
    );
    assert!(program.say(long.as_bytes()).starts_with("HTTP/1.1 404 "));
    assert!(program.is_alive());
}

#[test]
fn ten_thousand_idle_connections_starve_nobody() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )
    .unwrap();
    // a machine that allows fewer open files is tried with as many as it allows, less some for the test itself
    let allowed = limit.maximum.unwrap_or(u64::MAX).saturating_sub(500);
    let number = usize::try_from(allowed.min(10_000)).unwrap();
    if number < 10_000 {
        eprintln!("only {number} connections are tried, because this user may not open more files");
    }
    // long enough that none is sent away while the others are opened
    let program = serve("client_timeout_seconds = 120");
    let idle: Vec<TcpStream> = (0..number).map(|_| program.connect()).collect();
    for _ in 0..20 {
        assert!(program.is_alive());
    }
    drop(idle);
    assert!(program.is_alive());
}
