//! The liars are held to their lies: what a fault promises is what a client gets, byte for byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use protocol::checkpoint;
use protocol::fork::Evidence;
use protocol::merkle::{Leaves, leaf_hash};
use protocol::note::{Note, VerifierKey};

use super::*;
use crate::http;
use crate::independent;
use crate::node::NAMESPACE;
use crate::patience::LONG;

/// A log of `records` records, three at least, one of them suppressed and restored, one withdrawn, one revised.
fn a_log(records: u64) -> LogMaker {
    let mut log = LogMaker::new("ABC", "abc.example.org/omma/log", NAMESPACE, 1);
    for serial in 1..=records {
        let id = format!("ABC-S{serial}");
        let study = sample::study(
            log.namespace(),
            &id,
            &format!("Septin rings, part {serial}"),
        );
        log.put(&id, study);
    }
    log.suppress("ABC-S1");
    log.restore("ABC-S1");
    log.withdraw("ABC-S2");
    let revised = sample::study(log.namespace(), "ABC-S3", "Septin rings, revised");
    assert_eq!(log.put("ABC-S3", revised).version, 2);
    log.checkpoint();
    log
}

/// What a client that knows nothing gets for a path, until the connection is closed.
fn raw(node: &LyingNode, path: &str) -> Vec<u8> {
    let mut connection = asking(node, path);
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    answer
}

fn asking(node: &LyingNode, path: &str) -> TcpStream {
    let mut connection = TcpStream::connect(node.address()).unwrap();
    connection.set_read_timeout(Some(LONG)).unwrap();
    write!(
        connection,
        "GET /log/{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        node.address()
    )
    .unwrap();
    connection
}

/// Head and body of an answer.
fn parts(answer: &[u8]) -> (String, Vec<u8>) {
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head, answer[end + 4..].to_vec())
}

fn served(node: &LyingNode, path: &str) -> Vec<u8> {
    parts(&raw(node, path)).1
}

#[test]
fn a_made_log_is_proved_by_a_reader_that_shares_no_code_with_its_maker() {
    for records in [3, 251, 252, 253, 508, 600] {
        let log = a_log(records);
        let node = LyingNode::of(&log);
        let read = independent::read(&node.log(), log.vkey()).unwrap();
        assert_eq!((read.head.size, read.head.root), (log.size(), log.root()));
        assert_eq!(read.operations("ABC-S1"), ["put", "suppress", "restore"]);
        assert_eq!(read.records.len() as u64, records + 1);
    }
}

#[test]
fn what_is_redacted_is_gone_from_bundle_and_folder() {
    let mut log = a_log(300);
    let namespace = log.namespace().clone();
    let kept = log.put(
        "ABC-S301",
        sample::study(&namespace, "ABC-S301", "Septin rings, kept"),
    );
    let in_full_bundle = log.put(
        "ABC-S302",
        sample::study(&namespace, "ABC-S302", "Septin rings, secret"),
    );
    for serial in 303..=520 {
        let id = format!("ABC-S{serial}");
        log.put(&id, sample::study(&namespace, &id, "Septin rings, more"));
    }
    let in_the_last = log.put(
        "ABC-S521",
        sample::study(&namespace, "ABC-S521", "Septin rings, secret"),
    );
    log.redact(&in_full_bundle);
    log.redact(&in_the_last);
    log.checkpoint();
    let node = LyingNode::of(&log);
    let read = independent::read(&node.log(), log.vkey()).unwrap();
    assert!(read.record(&kept.id, 1).is_some());
    for gone in [in_full_bundle, in_the_last] {
        assert!(read.record(&gone.id, 1).is_none());
    }
}

#[test]
fn a_log_in_a_folder_is_the_log_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let make = |log: LogMaker| {
        let mut log = log;
        synthetic::fill(&mut log, 300, 1, 5);
        log.checkpoint();
        log
    };
    let new = || LogMaker::new("ABC", "abc.example.org/omma/log", NAMESPACE, 5);
    let in_memory = make(new());
    let in_folder = make(new().in_folder(folder.path()));
    assert_eq!(in_memory.root(), in_folder.root());
    let on_disk = crate::folder::contents(folder.path());
    let held: Vec<_> = in_memory
        .files()
        .iter()
        .map(|(path, bytes)| (path.into(), bytes.to_vec()))
        .collect();
    let mut sorted = on_disk;
    sorted.sort();
    let mut expected: Vec<(std::path::PathBuf, Vec<u8>)> = held;
    expected.sort();
    assert_eq!(sorted, expected);
    let identity = LyingNode::of(&in_memory).identity().clone();
    let node = LyingNode::of_folder(folder.path(), identity);
    independent::read(&node.log(), in_folder.vkey()).unwrap();
}

#[test]
fn two_pasts_of_one_log_are_a_fork_that_can_be_proved() {
    let mut log = a_log(10);
    let mut other = log.fork();
    let namespace = log.namespace().clone();
    log.put(
        "ABC-S11",
        sample::study(&namespace, "ABC-S11", "Told to one"),
    );
    other.put(
        "ABC-S11",
        sample::study(&namespace, "ABC-S11", "Told to another"),
    );
    other.put("ABC-S12", sample::study(&namespace, "ABC-S12", "And more"));
    let notes = [log.checkpoint(), other.checkpoint()].map(|note| Note::parse(&note).unwrap());
    let [one, larger] = notes;
    let node = LyingNode::of(&other);
    let entries = independent::read(&node.log(), other.vkey())
        .unwrap()
        .entries;
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let evidence = Evidence::collect(one, larger, &mut Leaves(&leaves))
        .unwrap()
        .unwrap();
    let key = VerifierKey::parse(log.vkey()).unwrap();
    let fork = evidence.verify(&[key]).unwrap();
    assert_eq!((fork.smaller().size(), fork.larger().size()), (15, 16));
}

#[test]
fn checkpoints_are_false_in_the_way_they_are_meant_to_be() {
    let log = a_log(3);
    let key = VerifierKey::parse(log.vkey()).unwrap();
    let keys = [key];
    let opened = |note: &[u8]| checkpoint::open(note, &keys);
    assert!(opened(&log.note(log.size(), log.root())).is_ok());
    assert!(opened(&log.note(9, [7; 32])).is_ok());
    assert!(opened(&log.note_by_another_key()).is_err());
    let other = log.note_of_another_origin("xyz.example.org/log");
    assert!(other.starts_with(b"xyz.example.org/log\n"));
    assert!(opened(&other).is_err());
}

#[test]
fn a_changed_body_is_changed_as_the_fault_says_and_heals() {
    let log = a_log(3);
    let node = LyingNode::of(&log);
    let truth = log.files()["tile/0/000.p/7"].to_vec();
    let path = "tile/0/000.p/7";
    assert_eq!(served(&node, path), truth);

    node.set(path, Fault::FlippedByte(40));
    let flipped = served(&node, path);
    let different: Vec<usize> = (0..truth.len())
        .filter(|at| truth[*at] != flipped[*at])
        .collect();
    assert_eq!((different, flipped.len()), (vec![40], truth.len()));

    node.set(path, Fault::Truncated(33));
    assert_eq!(served(&node, path), truth[..33]);
    node.set("tile/*", Fault::Trailing(b"more".to_vec()));
    assert_eq!(
        served(&node, path),
        truth[..33],
        "the exact path comes first"
    );
    assert!(served(&node, "tile/entries/000.p/7").ends_with(b"more"));
    node.set(path, Fault::Instead(b"something else".to_vec()));
    assert_eq!(served(&node, path), b"something else");

    node.heal();
    assert_eq!(served(&node, path), truth);
    assert_eq!(node.asked(path), 6);
    node.forget();
    assert_eq!(node.asked(path), 0);
}

#[test]
fn statuses_redirects_and_pages_are_what_a_client_sees() {
    let log = a_log(3);
    let node = LyingNode::of(&log);
    let head = |fault: Fault| {
        node.set("checkpoint", fault);
        parts(&raw(&node, "checkpoint")).0
    };
    for status in [403, 404, 410, 500] {
        let said = head(Fault::Status(status));
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    }
    assert!(head(Fault::RetryAfter(503, 30)).contains("\r\nRetry-After: 30\r\n"));
    assert!(
        head(Fault::Redirect("https://elsewhere.example.org/".to_owned()))
            .contains("\r\nLocation: https://elsewhere.example.org/\r\n")
    );
    let page = head(Fault::Html);
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("text/html"));
    assert_eq!(
        http::get(&format!("{}log/nothing", node.base())).status,
        404
    );
}

#[test]
fn broken_connections_are_broken_where_the_fault_says() {
    let log = a_log(3);
    let node = LyingNode::of(&log);
    let truth = log.files()["checkpoint"].to_vec();
    let length = |number: usize| format!("Content-Length: {number}");

    node.set("checkpoint", Fault::ClosedHalfWay);
    let (head, body) = parts(&raw(&node, "checkpoint"));
    assert!(head.contains(&length(truth.len())));
    assert_eq!(body, truth[..truth.len() / 2]);

    node.set("checkpoint", Fault::Declared(9));
    let (head, body) = parts(&raw(&node, "checkpoint"));
    assert!(head.ends_with(&length(9)));
    assert_eq!(body, truth);

    node.set("checkpoint", Fault::Closed);
    assert_eq!(raw(&node, "checkpoint"), b"");
}

#[test]
fn a_silent_server_says_nothing_until_the_fault_is_gone() {
    let log = a_log(3);
    let node = LyingNode::of(&log);
    for (fault, is_said_first) in [(Fault::Silence, false), (Fault::SilentBody, true)] {
        node.set("checkpoint", fault);
        let mut connection = asking(&node, "checkpoint");
        connection
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        let mut heard = Vec::new();
        let error = connection.read_to_end(&mut heard).unwrap_err();
        assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()));
        assert_eq!(heard.ends_with(b"\r\n\r\n"), is_said_first, "{heard:?}");
        node.heal();
        connection.set_read_timeout(Some(LONG)).unwrap();
        assert_eq!(connection.read_to_end(&mut heard).unwrap(), 0);
    }
}

#[test]
fn a_dripping_server_gives_its_bytes_one_by_one() {
    let log = a_log(3);
    let node = LyingNode::of(&log);
    let truth = log.files()["checkpoint"].to_vec();
    node.set("checkpoint", Fault::Drip(Duration::from_millis(1)));
    let mut connection = asking(&node, "checkpoint");
    let mut heard = Vec::new();
    let mut pieces = 0;
    let mut buffer = [0; 4096];
    loop {
        match connection.read(&mut buffer).unwrap() {
            0 => break,
            length => heard.extend_from_slice(&buffer[..length]),
        }
        pieces += 1;
    }
    assert_eq!(parts(&heard).1, truth);
    assert!(pieces > truth.len() / 4, "{pieces} pieces");
}

#[test]
fn an_endless_body_is_endless() {
    let node = LyingNode::of(&a_log(3));
    node.set("checkpoint", Fault::Endless);
    let connection = asking(&node, "checkpoint");
    let mut heard = 0;
    std::io::copy(&mut connection.take(64 << 20), &mut Counting(&mut heard)).unwrap();
    assert_eq!(heard, 64 << 20);
}

struct Counting<'a>(&'a mut u64);

impl Write for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        *self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_bomb_is_small_and_inflates_to_what_was_asked() {
    let bomb = frame::bomb(300 << 20, 300 << 20);
    assert!(bomb.len() < 16 << 10);
    assert_eq!(
        zstd::zstd_safe::find_frame_compressed_size(&bomb),
        Ok(bomb.len())
    );
    let mut plain = zstd::stream::Decoder::new(&bomb[..]).unwrap();
    let mut length = 0;
    std::io::copy(&mut plain, &mut Counting(&mut length)).unwrap();
    assert_eq!(length, 300 << 20);

    // one that states less than it holds
    let mut liar =
        zstd::stream::Decoder::new(std::io::Cursor::new(frame::bomb(10, 1 << 20))).unwrap();
    let mut length = 0;
    assert!(std::io::copy(&mut liar, &mut Counting(&mut length)).is_err() || length == 1 << 20);
}

#[test]
fn a_server_that_was_asked_before_answers_that_nothing_changed() {
    let node = LyingNode::of(&a_log(3));
    let url = format!("{}checkpoint", node.log());
    let etag = http::get(&url).etag;
    let client = reqwest::blocking::Client::new();
    let again = client
        .get(&url)
        .header("if-none-match", &etag)
        .send()
        .unwrap();
    assert_eq!(again.status().as_u16(), 304);
}
