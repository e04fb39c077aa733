//! Who does a command when several want DATA.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::super::{Asker, Operate, Request, lock_to_serve, perform};
use super::double::{Heard, LONG, Server, search};
use crate::data_folder::{DataFolder, Guard};

/// Short: what is waited for does not come.
const SHORT: Duration = Duration::from_millis(120);

fn data() -> (TempDir, DataFolder) {
    let folder = TempDir::new().unwrap();
    let data = DataFolder::create(&folder.path().join("data"), |_| Ok(())).unwrap();
    (folder, data)
}

/// The stores, which only one may have.
struct Stores<'a> {
    owners: &'a AtomicUsize,
    _guard: Guard,
}

impl<'a> Stores<'a> {
    fn open(owners: &'a AtomicUsize, guard: Guard) -> Self {
        assert_eq!(owners.fetch_add(1, Ordering::SeqCst), 0);
        Self {
            owners,
            _guard: guard,
        }
    }
}

impl Drop for Stores<'_> {
    fn drop(&mut self) {
        self.owners.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Operate for Stores<'_> {
    fn operate(&self, _request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        assert_eq!(self.owners.load(Ordering::SeqCst), 1);
        asker.print(b"done here")?;
        Ok(0)
    }
}

#[test]
fn commands_without_a_server_take_turns() {
    let (_folder, data) = data();
    let owners = AtomicUsize::new(0);
    let held = data.lock().unwrap().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let heard = Heard::new();
                let open = |guard| Ok(Stores::open(&owners, guard));
                let exit = perform(&data, &search("echo"), &heard, LONG, open).unwrap();
                assert_eq!(exit, 0);
                assert_eq!(*heard.printed.lock().unwrap(), b"done here");
            });
        }
        drop(held);
    });
    assert_eq!(owners.into_inner(), 0);
}

#[test]
fn a_command_beside_a_server_is_done_by_the_server() {
    let (_folder, data) = data();
    let guard = data.lock().unwrap().unwrap();
    let mut server = Server::start(&data.socket());
    let never =
        |_: Guard| -> anyhow::Result<Stores<'static>> { panic!("the stores belong to the server") };
    let heard = Heard::new();
    let exit = perform(&data, &search("echo there"), &heard, LONG, never).unwrap();
    assert_eq!(exit, 0);
    assert_eq!(*heard.printed.lock().unwrap(), b"there");
    // and by the command itself once the server has ended
    server.close();
    drop(guard);
    let owners = AtomicUsize::new(0);
    let heard = Heard::new();
    let open = |guard| Ok(Stores::open(&owners, guard));
    perform(&data, &search("echo there"), &heard, LONG, open).unwrap();
    assert_eq!(*heard.printed.lock().unwrap(), b"done here");
}

#[test]
fn a_command_waits_for_a_server_that_is_starting() {
    let (_folder, data) = data();
    let _guard = data.lock().unwrap().unwrap();
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let heard = Heard::new();
            let never = |_: Guard| -> anyhow::Result<Stores<'static>> {
                panic!("the stores belong to the server")
            };
            perform(&data, &search("echo there"), &heard, LONG, never).unwrap()
        });
        let _server = Server::start(&data.socket());
        assert_eq!(asking.join().unwrap(), 0);
    });
}

#[test]
fn who_holds_data_and_takes_no_commands_is_named() {
    let (_folder, data) = data();
    let _guard = data.lock().unwrap().unwrap();
    let owners = AtomicUsize::new(0);
    let heard = Heard::new();
    let open = |guard| Ok(Stores::open(&owners, guard));
    let command = perform(&data, &search("echo"), &heard, SHORT, open).unwrap_err();
    let server = lock_to_serve(&data, SHORT).unwrap_err();
    for refusal in [command.to_string(), server.to_string()] {
        for expected in [
            format!("is in use by process {}", std::process::id()),
            data.path().display().to_string(),
            "wait until it has ended".to_owned(),
        ] {
            assert!(refusal.contains(&expected), "{refusal}");
        }
    }
}

#[test]
fn a_second_server_is_refused_at_once() {
    let (_folder, data) = data();
    let _guard = data.lock().unwrap().unwrap();
    let _server = Server::start(&data.socket());
    let refusal = lock_to_serve(&data, LONG).unwrap_err().to_string();
    assert!(refusal.contains("serves it already"), "{refusal}");
}

#[test]
fn a_server_waits_for_a_command_to_end() {
    let (_folder, data) = data();
    let held = data.lock().unwrap().unwrap();
    thread::scope(|scope| {
        let serving = scope.spawn(|| lock_to_serve(&data, LONG).map(|_| ()));
        drop(held);
        serving.join().unwrap().unwrap();
    });
}
