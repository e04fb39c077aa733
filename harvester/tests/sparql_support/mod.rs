//! A server of one endpoint on a free port, and a client that says exactly what a test wants said.

#![expect(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses a part of it; what fails in a test is the test's failure"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ::web::Site;
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use harvester::query::{NotUnderstood, Queries, QueryLimits, SearchService};
use harvester::serve::sparql::{Endpoint, resource};
use oxigraph::io::RdfFormat;
use oxigraph::model::NamedNode;
use oxigraph::store::Store;

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// The shared data of conformance suites, if they are there.
pub fn suite(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/conformance/sparql11"
    ))
    .join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is absent, and CI is set: the shared data are needed",
        path.display()
    );
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}

/// An index that knows which resources have which words, and counts how often it is asked.
#[derive(Default)]
pub struct Index {
    pub entries: Vec<(&'static str, &'static str, f64)>,
    pub asked: AtomicUsize,
    /// Whoever looks for "hang" waits until the other end of this is dropped.
    pub gate: Option<Mutex<mpsc::Receiver<()>>>,
}

impl Index {
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl SearchService for Index {
    fn matches(&self, words: &str, most: usize) -> anyhow::Result<Vec<(String, f64)>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if words == "(" {
            return Err(NotUnderstood("a bracket is not closed".to_owned()).into());
        }
        if let (Some(gate), "hang") = (&self.gate, words) {
            gate.lock().unwrap().recv().unwrap_err();
        }
        anyhow::ensure!(words != "broken", "the index is broken");
        let found = self.entries.iter().filter(|(with, ..)| *with == words);
        Ok(found
            .take(most)
            .map(|(_, iri, score)| ((*iri).to_owned(), *score))
            .collect())
    }
}

/// A store with these statements in its default graph, and one of its own in a named graph.
pub fn store(turtle: &str) -> Store {
    let store = Store::new().unwrap();
    store
        .load_from_reader(RdfFormat::Turtle, turtle.as_bytes())
        .unwrap();
    let position = "<urn:secret:s> <urn:secret:p> \"secret\" <urn:secret:g> .\n\
                    <http://example.org/s1> <urn:secret:p> \"secret\" <urn:secret:g> .";
    store
        .load_from_reader(RdfFormat::NQuads, position.as_bytes())
        .unwrap();
    store
}

/// A server that is stopped when dropped.
pub struct Server {
    pub address: SocketAddr,
    pub queries: Queries,
    pub index: Arc<Index>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(store: Store, limits: QueryLimits) -> Server {
        Server::with(store, limits, Index::default(), vec![])
    }

    pub fn with(store: Store, limits: QueryLimits, index: Index, graphs: Vec<NamedNode>) -> Server {
        let index = Arc::new(index);
        let queries = Queries::new(store, Arc::clone(&index) as Arc<dyn SearchService>, limits)
            .unwrap()
            .offering(graphs);
        let endpoint = web::Data::new(Endpoint {
            limits: queries.limits().clone(),
            queries: Box::new({
                let queries = queries.clone();
                move || Ok(queries.clone())
            }),
            site: Site {
                name: "Test".to_owned(),
                kind: "Portal".to_owned(),
                base_path: "/".to_owned(),
                links: vec![],
                licence: None,
            },
            address: None,
            namespace: "http://example.org/".to_owned(),
            state: Box::new(|| Some("state-of-the-test".to_owned())),
        });
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::clone(&endpoint))
                        .service(resource("/sparql"))
                })
                .workers(2)
                .h1_allow_half_closed(false)
                .shutdown_timeout(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                sender.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        Server {
            address,
            queries,
            index,
            handle,
            thread: Some(thread),
        }
    }

    /// Asks a query in the body, with an `Accept`.
    pub fn ask(&self, query: &str, accept: &str) -> Answer {
        self.send(
            "POST",
            "/sparql",
            &[
                ("content-type", "application/sparql-query"),
                ("accept", accept),
            ],
            query.as_bytes(),
        )
    }

    /// Sends a request and reads the answer.
    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = self.connect(method, target, headers, body);
        Answer::read(&mut stream, method == "HEAD")
    }

    /// Sends a request and leaves the answer to the caller.
    pub fn connect(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut head = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.address
        );
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || method == "POST" {
            head += &format!("content-length: {}\r\n", body.len());
        }
        head += "\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // a server may refuse what it has not read to the end
        let _ = stream.write_all(body);
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads an answer as long as it says it is; one that ends before fails.
    pub fn read(stream: &mut TcpStream, is_head: bool) -> Answer {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = stream.read(&mut buffer).unwrap();
            bytes.extend_from_slice(&buffer[..length]);
            if length == 0 || is_complete(&bytes, is_head) {
                return Answer::parse(&bytes);
            }
        }
    }

    pub fn parse(bytes: &[u8]) -> Answer {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let answer = Answer {
            status: status.parse().unwrap(),
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        if let Some(length) = answer.header("content-length") {
            assert!(
                length == answer.body.len().to_string() || answer.body.is_empty(),
                "{length} bytes were announced and {} came",
                answer.body.len()
            );
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(named, _)| named == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The media type without its parameters.
    pub fn media_type(&self) -> &str {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The last word of the problem's `type`.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.media_type(),
            "application/problem+json",
            "{}",
            self.text()
        );
        let document: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(document["status"], self.status);
        assert!(
            document["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        let kind = document["type"].as_str().unwrap();
        kind.rsplit('/').next().unwrap().to_owned()
    }
}

fn is_complete(bytes: &[u8], is_head: bool) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    is_head
        || length.is_some_and(|length| bytes.len() - end - 4 >= length.parse::<usize>().unwrap())
}

/// Waits until something is so, and fails loudly when it never is.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// Writes a text for an address.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
