//! A server that sends what it is told to, byte by byte, right or wrong.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::fetch::{AddressRules, HttpFetch, Limits, Names};

/// What a server does with a connection after it has read a request. At the end of the list it closes the connection.
#[derive(Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends this byte again and again, with this pause before each, until the other side is gone.
    Drip(u8, Duration),
    /// Sends nothing for this long.
    Pause(Duration),
    /// Sends these bytes again and again until the other side is gone.
    Endless(Vec<u8>),
    /// Sends nothing until the other side is gone.
    Hang,
}

/// What a server does with a request, by the request's head.
pub type Script = dyn Fn(&str) -> Vec<Step> + Send + Sync;

/// A server on a port of its own; it ends with the test's runtime.
pub struct Server {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request as the script says.
    pub async fn by(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::at(IpAddr::from([127, 0, 0, 1]), 0, script).await
    }

    /// As [`Self::by`], at this loopback address and port.
    pub async fn at(
        address: IpAddr,
        port: u16,
        script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, port)).await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            heads: Arc::default(),
        };
        let heads = Arc::clone(&server.heads);
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, heads) = (Arc::clone(&script), Arc::clone(&heads));
                // the other side leaving is what many of these stories are about
                tokio::spawn(async move { converse(stream, &*script, &heads).await.ok() });
            }
        });
        server
    }

    /// Answers every request with these bytes and closes the connection.
    pub async fn sending(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::by(move |_| vec![Step::Send(bytes.clone())]).await
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn converse(
    mut stream: TcpStream,
    script: &Script,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    heads.lock().unwrap().push(head.clone());
    for step in script(&head) {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes).await?,
            Step::Drip(byte, pause) => loop {
                tokio::time::sleep(pause).await;
                stream.write_all(&[byte]).await?;
            },
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Endless(bytes) => loop {
                stream.write_all(&bytes).await?;
            },
            Step::Hang => {
                stream.read_u8().await?;
            }
        }
    }
    stream.shutdown().await
}

/// An answer with this status line's end and these header lines, complete with its length.
pub fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The first line of a request: `GET /log/checkpoint HTTP/1.1`.
pub fn path_of(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

/// Rules that permit 127.0.0.1 and nothing else that is special.
pub fn loopback() -> AddressRules {
    AddressRules::new(vec!["127.0.0.1".parse().unwrap()])
}

/// A fetcher that may connect to these servers.
pub fn fetcher(limits: Limits) -> HttpFetch {
    choose_cryptography();
    HttpFetch::new(loopback(), limits).unwrap()
}

/// A fetcher with a hosts file of its own.
pub fn fetcher_with(rules: AddressRules, names: &Arc<HostsFile>) -> HttpFetch {
    choose_cryptography();
    let names: Arc<dyn Names> = Arc::<HostsFile>::clone(names);
    HttpFetch::with_names(rules, Limits::default(), names).unwrap()
}

fn choose_cryptography() {
    // a second choice changes nothing
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A resolver that knows what it is told, and counts.
#[derive(Default)]
pub struct HostsFile {
    names: Mutex<HashMap<String, Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl HostsFile {
    pub fn set(&self, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        self.names
            .lock()
            .unwrap()
            .insert(name.to_owned(), addresses);
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Names for HostsFile {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let found = self.names.lock().unwrap().get(name).cloned();
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}
