//! A real socket, and behind it a harvester that does what it is told.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod contention;
mod double;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::thread;

use tempfile::TempDir;
use tokio::sync::watch;

use super::ask::{Asked, ask};
use super::frames::{Frame, MOST_REQUEST};
use super::{Command, Interest, Request};
use double::{Heard, LONG, MEETING, Server, Slow, answer, search};

fn server() -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("control.sock"));
    (folder, server)
}

/// Connects, sends these bytes and reads the first message.
fn raw(socket: &Path, bytes: &[u8]) -> (UnixStream, Option<Frame>) {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    // who is turned away need not have been read to the end
    let _ = stream.write_all(bytes);
    let first = Frame::read(&mut stream).unwrap();
    (stream, first)
}

fn encoded(request: &Request) -> Vec<u8> {
    Frame::Request(serde_json::to_vec(request).unwrap()).encode()
}

/// A command that has begun.
fn begun(socket: &Path, words: &str) -> UnixStream {
    let (stream, first) = raw(socket, &encoded(&search(words)));
    assert_eq!(first, Some(Frame::Begun));
    stream
}

fn failure(frame: Option<Frame>) -> String {
    let Some(Frame::Failed(sentence)) = frame else {
        panic!("it did not fail: {frame:?}")
    };
    sentence
}

#[test]
fn a_result_comes_back_with_its_progress_and_exit_code() {
    let (_folder, server) = server();
    let answer = server.ask("echo cells in mitosis");
    assert_eq!(answer.outcome, Ok(Asked::Done(0)));
    assert_eq!(answer.printed, "cells in mitosis");
    assert_eq!(answer.told, ["false is wanted"]);
    let heard = Heard::new();
    let rebuild = Request {
        command: Command::Rebuild,
        json: true,
    };
    let asked = ask(&server.socket, &rebuild, &heard, LONG).unwrap();
    assert_eq!(asked, Asked::Done(2));
    assert_eq!(*heard.printed.lock().unwrap(), b"not searched\n");
    assert!(heard.told.lock().unwrap()[0].contains("Ctrl-C ends the waiting, not the work"));
    let refusal = server.ask("nonsense").refusal();
    assert_eq!(refusal, "nobody knows nonsense");
}

#[test]
fn several_commands_are_done_at_the_same_time() {
    let (_folder, server) = server();
    let socket = &server.socket;
    // nobody gets an answer before all of them are being done
    thread::scope(|scope| {
        let asked: Vec<_> = (0..MEETING)
            .map(|number| scope.spawn(move || answer(socket, &format!("meet {number}"))))
            .collect();
        for (number, asked) in asked.into_iter().enumerate() {
            let answer = asked.join().unwrap();
            assert_eq!(answer.outcome, Ok(Asked::Done(0)));
            assert_eq!(answer.printed, number.to_string());
        }
    });
}

#[test]
fn an_asker_that_is_killed_is_noticed_and_harms_nobody() {
    let (_folder, server) = server();
    drop(begun(&server.socket, "wait"));
    assert_eq!(server.next(), "Gone");
    drop(begun(&server.socket, "pour"));
    assert_eq!(server.next(), "broken pipe");
    // before it sent its command
    drop(UnixStream::connect(&server.socket).unwrap());
    assert_eq!(server.ask("echo well").printed, "well");
}

#[test]
fn a_server_that_ends_finishes_what_is_under_way_with_a_sentence() {
    let (_folder, mut server) = server();
    let socket = server.socket.clone();
    let mut waiting = begun(&socket, "wait");
    server.close();
    assert_eq!(server.next(), "Stopping");
    let last = Frame::read(&mut waiting).unwrap();
    assert_eq!(failure(last), "it ended with Stopping");
    assert!(!socket.exists());
    assert_eq!(answer(&socket, "echo").outcome, Ok(Asked::NotTaken));
}

#[test]
fn a_server_that_is_killed_leaves_the_asker_with_a_clear_error() {
    let (_folder, server) = server();
    let socket = server.socket.clone();
    let (heard, printed) = Heard::with_news();
    let asking = thread::spawn(move || ask(&socket, &search("pour"), &heard, LONG));
    printed.recv_timeout(LONG).unwrap();
    server.runtime.shutdown_background();
    let error = asking.join().unwrap().unwrap_err().to_string();
    assert!(
        error.contains("the server ended before the command did"),
        "{error}"
    );
}

#[test]
fn garbage_is_refused_with_a_sentence_and_harms_nobody() {
    let (_folder, server) = server();
    for (bytes, expected) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "begins with byte 71"),
        (b"C\xff\xff\xff\xff{", "4294967295 bytes"),
        (b"C\0\0\0\x02{}", "does not know this command"),
        (b"C\0\0\0\x02\xff\xff", "does not know this command"),
        (
            &Frame::Request(br#"{"command":{"fly":{}},"json":false}"#.to_vec()).encode(),
            "another version: start it again",
        ),
        (&Frame::Begun.encode(), "is no command"),
    ] {
        let (_stream, first) = raw(&server.socket, bytes);
        let refusal = failure(first);
        assert!(refusal.contains(expected), "{refusal}");
    }
    // one that promises more than it sends
    let mut half = UnixStream::connect(&server.socket).unwrap();
    half.write_all(b"C\0\0\0\x09{").unwrap();
    drop(half);
    assert_eq!(server.ask("echo well").printed, "well");
}

#[test]
fn an_enormous_command_is_refused_before_it_is_sent() {
    let (_folder, server) = server();
    let refusal = server.ask(&"x".repeat(MOST_REQUEST)).refusal();
    assert!(refusal.contains("a server takes at most"), "{refusal}");
    let large = "x".repeat(MOST_REQUEST / 2);
    assert_eq!(server.ask(&format!("echo {large}")).printed, large);
}

#[test]
fn a_large_result_streams_without_being_held() {
    const BYTES: usize = 100_000_000;
    let (_folder, server) = server();
    let slow = Slow {
        double: &server.double,
        taken: AtomicUsize::new(0),
        furthest_ahead: AtomicUsize::new(0),
        interest: watch::Sender::new(Interest::Waiting),
    };
    let request = search(&format!("large {BYTES}"));
    let asked = ask(&server.socket, &request, &slow, LONG).unwrap();
    assert_eq!(asked, Asked::Done(0));
    assert_eq!(slow.taken.into_inner(), BYTES);
    let ahead = slow.furthest_ahead.into_inner();
    assert!(ahead < 4 << 20, "{ahead} bytes were held");
}

#[test]
fn whoever_reads_no_progress_delays_no_work() {
    let (_folder, server) = server();
    let chatting = begun(&server.socket, "chatter");
    assert_eq!(server.next(), "said");
    drop(chatting);
}

#[test]
fn too_many_commands_are_turned_away_and_the_rest_goes_on() {
    let (_folder, server) = server();
    let waiting: Vec<_> = (0..64).map(|_| begun(&server.socket, "wait")).collect();
    let refusal = server.ask("echo").refusal();
    assert!(refusal.contains("64 commands under way"), "{refusal}");
    for waiting in waiting {
        drop(waiting);
        assert_eq!(server.next(), "Gone");
    }
}

#[test]
fn a_command_that_breaks_says_so_and_the_next_one_works() {
    let (_folder, server) = server();
    let refusal = server.ask("break").refusal();
    assert!(refusal.contains("whose log says where"), "{refusal}");
    assert_eq!(server.ask("echo well").printed, "well");
}

#[test]
fn a_path_that_no_socket_address_can_hold_is_as_good_as_another() {
    let folder = TempDir::new().unwrap();
    let deep = folder.path().join("d".repeat(120)).join("e".repeat(120));
    fs::create_dir_all(&deep).unwrap();
    let socket = deep.join("control.sock");
    assert_eq!(answer(&socket, "echo").outcome, Ok(Asked::NotTaken));
    let mut server = Server::start(&socket);
    assert_eq!(server.ask("echo far").printed, "far");
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.close();
    assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
}

#[test]
fn what_a_killed_server_left_is_replaced() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("control.sock");
    for name in ["control.sock", "control.new"] {
        drop(UnixListener::bind(folder.path().join(name)).unwrap());
    }
    assert_eq!(answer(&socket, "echo").outcome, Ok(Asked::NotTaken));
    let mut server = Server::start(&socket);
    assert_eq!(server.ask("echo well").printed, "well");
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.close();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
