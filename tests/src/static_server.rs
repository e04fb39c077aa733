//! A plain HTTP server of a folder: a mirror that knows nothing of the program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// Serves until it is dropped.
pub struct StaticServer {
    address: String,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StaticServer {
    /// Serves what is in a folder at the time of each request.
    pub fn of(folder: &Path) -> StaticServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let ended = Arc::new(AtomicBool::new(false));
        let (root, is_over) = (folder.to_owned(), Arc::clone(&ended));
        let thread = thread::spawn(move || {
            for connection in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let root = root.clone();
                thread::spawn(move || serve(connection.unwrap(), &root));
            }
        });
        StaticServer {
            address,
            ended,
            thread: Some(thread),
        }
    }

    /// The URL of the folder, with `/` at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // a last connection, so that the thread looks whether it is over
        let woken = TcpStream::connect(&self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

/// Answers until the client closes; a client that went away is its own business.
fn serve(mut connection: TcpStream, root: &Path) {
    let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
    while let Some(Ok(request)) = lines.next() {
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let found = path(&request, root).and_then(|path| fs::read(path).ok());
        let (status, body) = match found {
            Some(body) => ("200 OK", body),
            None => ("404 Not Found", Vec::new()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if connection
            .write_all(&[head.as_bytes(), &body].concat())
            .is_err()
        {
            return;
        }
    }
}

/// The file that a request line names; the paths of a log need no decoding.
fn path(request: &str, root: &Path) -> Option<PathBuf> {
    let target = request.strip_prefix("GET /")?.split(' ').next()?;
    let is_plain = !target.split('/').any(|part| part == "..");
    is_plain.then(|| root.join(target))
}
