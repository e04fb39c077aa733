//! A small HTTP/1.1 server (RFC 9112) with faults that can be set and unset while it runs.
//!
//! It is one thread a connection and holds bodies in memory: enough for a test, and simple enough to send exactly what a
//! fault asks for, which no library for servers would.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::fault::Fault;
use super::http_wire::{After, Request, cut, read_request, send, truth, truth_until};

/// What is served: the body of a path (without its first `/`), or none. Asked at each request.
pub type Content = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

/// Serves until it is dropped.
pub struct FaultyServer {
    address: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    content: Box<Content>,
    faults: Mutex<Vec<(String, Fault)>>,
    /// told whenever faults change or the server ends
    changed: Condvar,
    asked: Mutex<BTreeMap<String, u64>>,
    /// path and range of each request for a part
    ranges: Mutex<Vec<(String, String)>>,
    connections: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
}

impl FaultyServer {
    /// Serves on a free port of an address of this machine; any of 127.0.0.0/8 will do.
    pub fn start(address: &str, content: Box<Content>) -> FaultyServer {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            content,
            faults: Mutex::default(),
            changed: Condvar::new(),
            asked: Mutex::default(),
            ranges: Mutex::default(),
            connections: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || accept(&listener, &serving));
        FaultyServer {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Address and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on this fault, and no other, befalls a path; one that ends in `*` stands for all that begin so. The exact path comes
    /// before the longest beginning.
    pub fn set(&self, path: &str, fault: Fault) {
        let mut faults = self.shared.faults.lock().unwrap();
        faults.retain(|(other, _)| other != path);
        faults.push((path.to_owned(), fault));
        faults.sort_by_key(|(path, _)| (path.ends_with('*'), std::cmp::Reverse(path.len())));
        self.shared.changed.notify_all();
    }

    /// No faults any more.
    pub fn heal(&self) {
        self.shared.faults.lock().unwrap().clear();
        self.shared.changed.notify_all();
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> u64 {
        let asked = self.shared.asked.lock().unwrap();
        asked.get(path).copied().unwrap_or(0)
    }

    /// Every path that was asked for, and how often.
    pub fn all_asked(&self) -> BTreeMap<String, u64> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// The ranges of a path that were asked for, as the requests wrote them.
    pub fn ranges_asked(&self, path: &str) -> Vec<String> {
        let ranges = self.shared.ranges.lock().unwrap();
        let of_path = ranges.iter().filter(|(asked, _)| asked == path);
        of_path.map(|(_, range)| range.clone()).collect()
    }

    /// Forgets what was asked for.
    pub fn forget(&self) {
        self.shared.asked.lock().unwrap().clear();
        self.shared.ranges.lock().unwrap().clear();
    }
}

impl Drop for FaultyServer {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.shared.faults.lock().unwrap().clear();
        self.shared.changed.notify_all();
        for connection in self.shared.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        // a last connection, so that the thread looks whether it is over
        let woken = TcpStream::connect(&self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for connection in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let connection = connection.unwrap();
        let kept = connection.try_clone().unwrap();
        shared.connections.lock().unwrap().push(kept);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // a client that went away is its own business
            let _ = shared.serve(&connection);
            let _ = connection.shutdown(Shutdown::Both);
        });
    }
}

/// The first of the faults that a path falls under.
fn fault_of<'a>(faults: &'a [(String, Fault)], path: &str) -> Option<&'a Fault> {
    let is_it = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => path == pattern,
    };
    faults
        .iter()
        .find(|(pattern, _)| is_it(pattern))
        .map(|(_, fault)| fault)
}

impl Shared {
    fn serve(&self, connection: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(connection);
        while let Some(request) = read_request(&mut reader)? {
            *self
                .asked
                .lock()
                .unwrap()
                .entry(request.path.clone())
                .or_default() += 1;
            if let Some(range) = &request.range {
                let asked = (request.path.clone(), range.clone());
                self.ranges.lock().unwrap().push(asked);
            }
            let after = self.answer(connection, &request)?;
            if after == After::Close || request.closes {
                return Ok(());
            }
        }
        Ok(())
    }

    fn fault(&self, path: &str) -> Option<Fault> {
        fault_of(&self.faults.lock().unwrap(), path).cloned()
    }

    fn answer(&self, connection: &TcpStream, request: &Request) -> io::Result<After> {
        if !request.is_get {
            return send(connection, "405 Method Not Allowed", "", b"");
        }
        let body = (self.content)(&request.path);
        match self.fault(&request.path) {
            None => truth(connection, request, body),
            Some(fault) => self.befall(connection, request, &fault, body.unwrap_or_default()),
        }
    }

    fn befall(
        &self,
        connection: &TcpStream,
        request: &Request,
        fault: &Fault,
        mut body: Vec<u8>,
    ) -> io::Result<After> {
        let other = |body: Vec<u8>| send(connection, "200 OK", "", &body);
        match fault {
            Fault::FlippedByte(place) => {
                let place = place % body.len().max(1);
                body.get_mut(place)
                    .map(|byte| *byte ^= 1)
                    .unwrap_or_else(|| panic!("{} has no byte to flip", request.path));
                other(body)
            }
            Fault::Truncated(length) => {
                body.truncate(*length);
                other(body)
            }
            Fault::Trailing(more) => other([&body[..], more].concat()),
            Fault::Instead(bytes) => other(bytes.clone()),
            Fault::Status(status) => send(connection, &format!("{status} So Be It"), "", b"no\n"),
            Fault::RetryAfter(status, seconds) => send(
                connection,
                &format!("{status} Later"),
                &format!("Retry-After: {seconds}\r\n"),
                b"later\n",
            ),
            Fault::Redirect(to) => {
                send(connection, "302 Found", &format!("Location: {to}\r\n"), b"")
            }
            Fault::Html => send(
                connection,
                "200 OK",
                "Content-Type: text/html\r\n",
                b"<!doctype html><title>Sign in to continue</title>\n",
            ),
            Fault::Declared(length) => cut(connection, *length, &body),
            Fault::ClosedHalfWay => cut(connection, body.len() as u64, &body[..body.len() / 2]),
            Fault::BrokenOff(most) => {
                truth_until(connection, request, &body, *most)?;
                Ok(After::Close)
            }
            Fault::StalledAfter(most) => {
                truth_until(connection, request, &body, *most)?;
                Ok(self.wait(&request.path, fault))
            }
            Fault::NoRanges => other(body),
            Fault::Closed => Ok(After::Close),
            Fault::Silence => Ok(self.wait(&request.path, fault)),
            Fault::SilentBody => {
                cut(connection, body.len().max(1) as u64, b"")?;
                Ok(self.wait(&request.path, fault))
            }
            Fault::Drip(pause) => self.drip(connection, &request.path, fault, *pause, &body),
            Fault::Endless => self.endless(connection, &request.path, fault),
        }
    }

    /// Waits for as long as the fault is set.
    fn wait(&self, path: &str, fault: &Fault) -> After {
        while self.still(path, fault, Duration::from_secs(60)) {}
        After::Close
    }

    /// Waits this long or until the faults change; tells whether this one is still set.
    fn still(&self, path: &str, fault: &Fault, time: Duration) -> bool {
        // looked at under the lock, so that no change goes by between looking and waiting
        let faults = self.faults.lock().unwrap();
        let (faults, _) = self
            .changed
            .wait_timeout_while(faults, time, |faults| fault_of(faults, path) == Some(fault))
            .unwrap();
        fault_of(&faults, path) == Some(fault)
    }

    fn drip(
        &self,
        mut connection: &TcpStream,
        path: &str,
        fault: &Fault,
        pause: Duration,
        body: &[u8],
    ) -> io::Result<After> {
        cut(connection, body.len() as u64, b"")?;
        for byte in body {
            connection.write_all(&[*byte])?;
            if !self.still(path, fault, pause) {
                return Ok(After::Close);
            }
        }
        Ok(After::Open)
    }

    fn endless(&self, mut connection: &TcpStream, path: &str, fault: &Fault) -> io::Result<After> {
        connection.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        let chunk = [&b"1000\r\n"[..], &[b'x'; 0x1000], b"\r\n"].concat();
        while self.fault(path).as_ref() == Some(fault) {
            connection.write_all(&chunk)?;
        }
        Ok(After::Close)
    }
}
