//! Real sockets, real locks and real processes, with a double of the harvester behind them.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod double;
mod processes;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use self::double::{Double, Gate, Shared};
use super::frames::{self, Frame, LONGEST_FRAME, LONGEST_REQUEST, Request};
use super::*;

/// A server of a double at a socket of its own.
struct Served {
    folder: tempfile::TempDir,
    server: Option<ControlServer>,
    begun: mpsc::Receiver<String>,
    gate: Gate,
}

/// What an asker got.
#[derive(Debug)]
struct Got {
    exit: Result<u8, AskError>,
    out: String,
    progress: String,
}

impl Served {
    fn new() -> Served {
        let folder = tempfile::tempdir().unwrap();
        let (said, begun) = mpsc::channel();
        let (gate, opened) = Gate::new();
        let double = Double::new(
            move |event| said.send(event.to_owned()).unwrap(),
            move || opened.wait(),
        );
        let server =
            ControlServer::start(&folder.path().join("control.sock"), Arc::new(double)).unwrap();
        Served {
            folder,
            server: Some(server),
            begun,
            gate,
        }
    }

    fn connect(&self) -> UnixStream {
        connect(&self.folder.path().join("control.sock"))
            .unwrap()
            .unwrap()
    }

    fn ask(&self, command: Command) -> Got {
        ask_on(self.connect(), command)
    }

    fn ask_beside(&self, command: Command) -> thread::JoinHandle<Got> {
        let stream = self.connect();
        thread::spawn(move || ask_on(stream, command))
    }

    /// Sends a command, and does not read.
    fn send(&self, command: Command) -> UnixStream {
        let mut stream = self.connect();
        let request = Request {
            command,
            json: false,
        };
        stream
            .write_all(&frames::encode_request(&request).unwrap())
            .unwrap();
        stream
    }

    #[track_caller]
    fn expect(&self, event: &str) {
        let came = self.begun.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(came, event);
    }

    #[track_caller]
    fn answers(&self) {
        let got = self.ask(Command::Status);
        assert_eq!((got.exit.unwrap(), got.out.as_str()), (0, "all is well\n"));
        self.expect("status begins");
    }

    fn close(&mut self, grace: Duration) -> bool {
        self.server.take().unwrap().with_grace(grace).close()
    }
}

fn ask_on(stream: UnixStream, command: Command) -> Got {
    let (out, progress) = (Shared::default(), Shared::default());
    let mut streams = Streams::new(Box::new(out.clone()), Box::new(progress.clone()));
    let request = Request {
        command,
        json: false,
    };
    let exit = ask(stream, &request, &mut streams);
    drop(streams);
    Got {
        exit,
        out: out.text(),
        progress: progress.text(),
    }
}

fn sync() -> Command {
    Command::Sync {
        member: None,
        mirror: None,
    }
}

fn query(text: &str) -> Command {
    Command::Query {
        text: text.to_owned(),
        format: None,
    }
}

fn search(words: &str) -> Command {
    Command::Search {
        words: words.to_owned(),
    }
}

#[test]
fn a_long_sync_keeps_nobody_else_waiting() {
    let served = Served::new();
    let syncing = served.ask_beside(sync());
    served.expect("sync begins");
    served.answers();
    let found = served.ask(search("mitotic arrest"));
    assert_eq!(found.out, "found mitotic arrest\n");
    served.gate.open();
    let got = syncing.join().unwrap();
    assert_eq!(got.exit.unwrap(), 2);
    assert_eq!(got.out, "members\nend\n");
    assert_eq!(got.progress, "under way\nnearly there\n");
}

#[test]
fn an_error_is_the_same_sentence_on_one_line() {
    let served = Served::new();
    let got = served.ask(search("fail"));
    let error = got.exit.unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing fits: the index is of\u{20}another version"
    );
    assert_eq!(got.out, "half");
}

#[test]
fn a_panic_is_one_askers() {
    let served = Served::new();
    let sentence = served.ask(search("panic")).exit.unwrap_err().to_string();
    assert!(sentence.contains("in the middle of search"), "{sentence}");
    served.expect("search begins");
    served.answers();
}

#[test]
fn a_query_ends_with_its_asker_whether_it_writes_or_not() {
    let served = Served::new();
    for text in ["forever", "silent"] {
        let mut stream = served.send(query(text));
        served.expect("query begins");
        if text == "forever" {
            stream.read_exact(&mut [0; 100]).unwrap();
        }
        drop(stream);
        served.expect("query ends");
    }
    served.answers();
}

#[test]
fn a_sync_goes_on_when_its_asker_is_gone() {
    let served = Served::new();
    let stream = served.send(sync());
    served.expect("sync begins");
    drop(stream);
    served.gate.open();
    served.expect("sync ends");
    served.answers();
}

#[test]
fn garbage_is_refused_with_a_sentence() {
    let served = Served::new();
    let mut announced = b"OMC1".to_vec();
    announced.extend_from_slice(&u32::MAX.to_be_bytes());
    let with = |document: &[u8]| {
        let mut bytes = b"OMC1".to_vec();
        bytes.extend_from_slice(&u32::try_from(document.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(document);
        bytes
    };
    let deep = format!("{{\"command\":{}", "[".repeat(1 << 20));
    let cases: &[(&[u8], &str)] = &[
        (
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "no command of this version",
        ),
        (b"OMC2\0\0\0\x02{}", "no command of this version"),
        (&announced, "a command of 4294967295 bytes is not taken"),
        (&with(b"{}"), "was not understood"),
        (&with(b"\xff\xfe\x00"), "was not understood"),
        (
            &with(br#"{"command":"explode","json":true}"#),
            "unknown variant",
        ),
        (
            &with(br#"{"command":"status","json":true,"more":1}"#),
            "unknown field",
        ),
        (&with(deep.as_bytes()), "was not understood"),
    ];
    for (bytes, expected) in cases {
        let mut stream = served.connect();
        // a server that has seen enough hangs up
        let _ = stream.write_all(bytes);
        let answer = frames::read_frame(&mut stream).unwrap();
        let Some(Frame::Failure(why)) = answer else {
            panic!("{answer:?}")
        };
        assert!(why.contains(expected), "{why}");
        served.answers();
    }
    // half a command, then silence and the end
    let mut stream = served.connect();
    stream.write_all(b"OMC1\0\0\0\x20{").unwrap();
    drop(stream);
    served.answers();
}

#[test]
fn an_enormous_command_is_refused_on_both_sides() {
    let served = Served::new();
    let sentence = served
        .ask(search(&"w".repeat(LONGEST_REQUEST)))
        .exit
        .unwrap_err()
        .to_string();
    assert!(
        sentence.contains("cannot be handed to the running server"),
        "{sentence}"
    );
    let mut stream = served.connect();
    stream.write_all(b"OMC1\x7f\xff\xff\xff").unwrap();
    let flood = vec![b'['; 1 << 20];
    let refused = (0..2048).find_map(|_| stream.write_all(&flood).err());
    assert!(refused.is_some(), "two gibibytes were taken");
    let answer = frames::read_frame(&mut stream).unwrap();
    assert!(matches!(answer, Some(Frame::Failure(why)) if why.contains("is not taken")));
    served.answers();
    // what is long and still a command is heard
    let words = "w".repeat(1 << 20);
    assert_eq!(
        served.ask(search(&words)).out.len(),
        "found \n".len() + words.len()
    );
}

#[test]
fn a_hundred_megabytes_pass_through_little_memory() {
    let served = Served::new();
    let before = most_memory_kib();
    let counted = double::Counting::default();
    let mut streams = Streams::new(Box::new(counted.clone()), Box::new(Shared::default()));
    let request = Request {
        command: query("100"),
        json: false,
    };
    let exit = ask(served.connect(), &request, &mut streams).unwrap();
    assert_eq!((exit, counted.bytes()), (0, 100_000_000));
    let grown = most_memory_kib() - before;
    // a tenth of what passed; nextest gives each test a process of its own
    assert!(grown < 10_000, "{grown} KiB");
}

/// `VmHWM` of this process.
fn most_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_seventeenth_asker_is_told_to_come_again() {
    let served = Served::new();
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.push(served.send(query("silent")));
        served.expect("query begins");
    }
    let sentence = served.ask(Command::Status).exit.unwrap_err().to_string();
    assert!(
        sentence.contains("works on 16 commands already"),
        "{sentence}"
    );
    streams.pop();
    served.expect("query ends");
    // its place is free a moment after the command has ended
    let mut got = served.ask(Command::Status);
    while got.exit.is_err() {
        thread::yield_now();
        got = served.ask(Command::Status);
    }
    assert_eq!(got.out, "all is well\n");
}

#[test]
fn a_server_that_closes_waits_for_what_is_nearly_done() {
    let mut served = Served::new();
    let syncing = served.ask_beside(sync());
    served.expect("sync begins");
    let checking = served.ask_beside(Command::Check);
    served.expect("check begins");
    let socket = served.folder.path().join("control.sock");
    let server = served.server.take().unwrap();
    let closing = thread::spawn(move || server.with_grace(Duration::from_secs(60)).close());
    // the check is told that the server stops, and gives up
    let sentence = checking.join().unwrap().exit.unwrap_err().to_string();
    assert!(sentence.contains("the server was stopped"), "{sentence}");
    assert!(
        connect(&socket).unwrap().is_none(),
        "it still takes commands"
    );
    served.gate.open();
    assert_eq!(syncing.join().unwrap().exit.unwrap(), 2);
    assert!(closing.join().unwrap(), "something still works");
    assert!(!socket.exists());
}

#[test]
fn what_does_not_end_in_time_is_told_so() {
    let mut served = Served::new();
    let syncing = served.ask_beside(sync());
    served.expect("sync begins");
    assert!(!served.close(Duration::ZERO), "the sync had ended");
    let got = syncing.join().unwrap();
    let sentence = got.exit.unwrap_err().to_string();
    assert!(sentence.contains("the server was stopped"), "{sentence}");
    served.gate.open();
    served.expect("sync ends");
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    for said in [
        &b""[..],
        b"o\0\0\0\x05hello",
        b"o\0\0\0\x05hel",
        b"e\0\0\0\x02\0\0",
        b"z\0\0\0\0",
        b"p\0\0\0\x01\xff",
        b"o\xff\xff\xff\xff",
    ] {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(said).unwrap();
        theirs.shutdown(std::net::Shutdown::Write).unwrap();
        let error = ask_on(ours, Command::Status).exit.unwrap_err();
        assert!(
            matches!(error, AskError::Incomplete(_)),
            "{said:?}: {error}"
        );
    }
}

#[test]
fn every_command_arrives_as_it_was_sent() {
    let commands = [
        sync(),
        Command::Status,
        query("SELECT * {}\n"),
        search("ü \u{0}"),
        Command::OntologyLoad {
            files: vec!["/a b".into()],
        },
        Command::OntologyList,
        Command::Check,
        Command::Rebuild,
    ];
    for command in commands {
        let request = Request {
            command,
            json: true,
        };
        let bytes = frames::encode_request(&request).unwrap();
        assert_eq!(frames::read_request(&mut &bytes[..]).unwrap(), request);
    }
}

#[test]
fn a_path_that_json_cannot_hold_is_named_as_the_reason() {
    use std::os::unix::ffi::OsStringExt;
    let file = std::ffi::OsString::from_vec(b"/a\xff".to_vec());
    let request = Request {
        command: Command::OntologyLoad {
            files: vec![file.into()],
        },
        json: false,
    };
    let error = frames::encode_request(&request).unwrap_err().to_string();
    assert!(error.contains("UTF-8"), "{error}");
}

#[test]
fn a_line_of_progress_does_nothing_to_the_terminal() {
    assert_eq!(one_line("a\u{1b}[2Jb\nc\n"), "a\u{fffd}[2Jb c");
    let mut bytes = Vec::new();
    frames::write_progress(&mut bytes, &"ü".repeat(LONGEST_FRAME)).unwrap();
    let frame = frames::read_frame(&mut &bytes[..]).unwrap();
    assert!(matches!(frame, Some(Frame::Progress(line)) if line.len() == LONGEST_FRAME));
}

proptest! {
    #[test]
    fn no_bytes_make_either_side_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = frames::read_frame(&mut &bytes[..]);
        let mut request = b"OMC1\0\0\0\x30".to_vec();
        request.extend_from_slice(&bytes);
        prop_assert!(frames::read_request(&mut &request[..]).is_err());
    }
}
