//! A server in this process on a port of its own, and a client that sees exactly what is sent.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use node::archive::Archive;
use node::config::Identity;
use node::image::Images;
use node::import;
use node::moves::{self, Move};
use node::publish::Report;
use node::serve::Application;
use ontologies::Terms;
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder, Response};
use tempfile::TempDir;

/// An address of this machine at which nobody answers.
pub const BASE: &str = "http://127.45.67.89:9/";

pub struct Server {
    folder: TempDir,
    url: String,
    client: Client,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// What came back: the status, the headers, the body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header, empty where there is none; several of one name are joined.
    pub fn header(&self, name: &str) -> String {
        let values = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap());
        values.collect::<Vec<_>>().join(", ")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Server {
    pub fn start() -> Server {
        Server::at(BASE)
    }

    /// A server of a node that says it is reached at `base`.
    pub fn at(base: &str) -> Server {
        Server::configured(base, "")
    }

    /// The same with these lines in the section `serve` of its configuration.
    pub fn configured(base: &str, lines: &str) -> Server {
        Server::of(base, ("workers = 0\n", lines), |archive| {
            Application::build(archive, "127.0.0.1:0").unwrap()
        })
    }

    /// A server with these lines in the section `images` of its configuration, which makes no images ready by itself.
    pub fn with_images(lines: &str) -> Server {
        Server::of(BASE, (&format!("workers = 0\n{lines}\n"), ""), |archive| {
            Application::build(archive, "127.0.0.1:0").unwrap()
        })
    }

    /// Puts another converter, or none, into its configuration: for commands, since a server that runs has read it.
    pub fn set_images(&self, line: &str) {
        let path = self.data().join("config.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let others = config
            .lines()
            .filter(|line| !line.starts_with("converter = "));
        let config = others.collect::<Vec<_>>().join("\n");
        let head = "[images]\n";
        assert!(config.contains(head));
        std::fs::write(&path, config.replacen(head, &format!("{head}{line}\n"), 1)).unwrap();
    }

    /// A server that makes images ready to be looked at, which the others here leave.
    pub fn deriving() -> Server {
        Server::of(BASE, ("workers = 1\n", ""), |archive| {
            Application::build(archive, "127.0.0.1:0").unwrap()
        })
    }

    /// A server that says the truth of where it is reached, below a path, opens images so, and has these lines in the
    /// section `images` of its configuration. Nothing is made beforehand: pictures come from the images themselves.
    pub fn showing(images: Arc<dyn Images>, path: &str, further: &str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}{path}", listener.local_addr().unwrap());
        let images_section = format!("workers = 0\n{further}");
        Server::of(&base, (&images_section, ""), move |archive| {
            Application::listening(archive, listener, images).unwrap()
        })
    }

    fn of(
        base: &str,
        (images, serve): (&str, &str),
        build: impl FnOnce(Archive) -> Application + Send + 'static,
    ) -> Server {
        // two providers of cryptography in one process panic when none is chosen; another test may have chosen
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let identity = Identity {
            name: "Example Institute".to_owned(),
            prefix: "DND".to_owned(),
            base_url: base.to_owned(),
            namespace: Some("https://images.example.org/id/".to_owned()),
            ror: None,
            origin: None,
        };
        let data = folder.path().join("data");
        drop(node::init::init(&data, &identity).unwrap());
        let path = data.join("config.toml");
        let mut config = std::fs::read_to_string(&path).unwrap();
        for (section, lines) in [("images", images), ("serve", serve)] {
            let head = format!("[{section}]\n");
            assert!(config.contains(&head));
            config = config.replace(&head, &format!("{head}{lines}\n"));
        }
        std::fs::write(&path, config).unwrap();
        let archive = Archive::open(&data).unwrap();
        let (found, listens) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async {
                let application = build(archive);
                found
                    .send((application.addresses()[0], application.handle()))
                    .unwrap();
                application.run().await.unwrap();
            });
        });
        let (address, handle) = listens.recv().unwrap();
        let client = Client::builder()
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Server {
            folder,
            url: format!("http://{address}"),
            client,
            handle,
            thread: Some(thread),
        }
    }

    /// An empty folder for a deposit, or the one that was used before.
    pub fn deposit(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join("deposits").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The archive once more, as another process has it.
    pub fn archive(&self) -> Archive {
        Archive::open(&self.data()).unwrap()
    }

    pub fn import(&self, folder: &Path) -> Report {
        let mut reports = import::import(
            &self.archive(),
            Terms::builtin(),
            &[folder.to_owned()],
            &mut |_| {},
        )
        .unwrap();
        reports.remove(0)
    }

    pub fn make(&self, wanted: &Move) {
        let archive = self.archive();
        moves::make(&archive, &mut archive.lease().unwrap(), wanted).unwrap();
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path))
    }

    pub fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        answer(self.request(Method::GET, path).header(name, value))
    }

    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.get_with(path, "accept", accept)
    }
}

pub fn answer(request: RequestBuilder) -> Answer {
    let response: Response = request.send().unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer {
        status,
        headers,
        body: response.bytes().unwrap().to_vec(),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopping = self.handle.stop(false);
        System::new().block_on(stopping);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            // a test that is failing already must not fail a second time here
            assert!(
                std::thread::panicking() || ended.is_ok(),
                "the server broke"
            );
        }
    }
}

/// Asks until there is an answer; what is waited for happens in another thread, which nobody can ask.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
}
