//! What a fault promises is what a client gets, byte for byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::a_log;
use crate::federation::{Fault, LyingNode, frame};
use crate::http;
use crate::patience::LONG;

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
