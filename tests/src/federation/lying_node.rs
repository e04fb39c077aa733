//! A node as other institutions see it: a web server with a log, which lies as long as a story wants it to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::fault::Fault;
use super::faulty_server::FaultyServer;
use super::log_maker::LogMaker;
use crate::node::{NAMESPACE, TempNode};

/// The way from the base to the log prefix.
const LOG: &str = "log/";

/// A real HTTP server in front of a made log, or of the log of a real node.
///
/// Paths are those under the base: `log/checkpoint`, `log/tile/0/000`; see [`FaultyServer::set`] for `*`.
pub struct LyingNode {
    server: FaultyServer,
    served: Arc<Mutex<Served>>,
    /// files beside the log, by their paths from the base on
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    identity: Identity,
}

/// Who the node says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// the accession prefix
    pub prefix: String,
    /// the name of its log
    pub origin: String,
    /// the namespace of its records
    pub namespace: String,
    /// the key of its log
    pub vkey: String,
}

enum Served {
    Files(BTreeMap<String, Arc<[u8]>>),
    Folder(PathBuf),
}

impl Served {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Served::Files(files) => files.get(path).map(|bytes| bytes.to_vec()),
            Served::Folder(folder) => {
                let is_below = !path.split('/').any(|part| part == ".." || part.is_empty());
                is_below.then(|| fs::read(folder.join(path)).ok()).flatten()
            }
        }
    }
}

impl LyingNode {
    /// Serves a log as it is now, on a free port of 127.0.0.1.
    pub fn of(log: &LogMaker) -> LyingNode {
        LyingNode::at("127.0.0.1", log)
    }

    /// Serves a log as it is now, on a free port of this address.
    pub fn at(address: &str, log: &LogMaker) -> LyingNode {
        let identity = Identity {
            prefix: log.prefix().to_string(),
            origin: log.origin().to_string(),
            namespace: log.namespace().to_string(),
            vkey: log.vkey().to_owned(),
        };
        LyingNode::start(address, Served::Files(log.files().clone()), identity)
    }

    /// Stands in front of a real node's log, and serves whatever is there at each request.
    pub fn in_front_of(node: &TempNode) -> LyingNode {
        let status = node.status();
        let text = |name: &str| status[name].as_str().unwrap().to_owned();
        let identity = Identity {
            prefix: text("prefix"),
            origin: text("origin"),
            namespace: NAMESPACE.to_owned(),
            vkey: node.vkey().to_owned(),
        };
        LyingNode::of_folder(&node.path("log"), identity)
    }

    /// Stands in front of a log prefix on the disk.
    pub fn of_folder(folder: &Path, identity: Identity) -> LyingNode {
        LyingNode::start("127.0.0.1", Served::Folder(folder.to_owned()), identity)
    }

    fn start(address: &str, served: Served, identity: Identity) -> LyingNode {
        let served = Arc::new(Mutex::new(served));
        let files = Arc::new(Mutex::new(BTreeMap::new()));
        let (content, said, beside) = (Arc::clone(&served), identity.clone(), Arc::clone(&files));
        let answer = move |path: &str| match path.strip_prefix(LOG) {
            Some(path) => content.lock().unwrap().read(path),
            None if path == ".well-known/ommatidia.json" => Some(described(&said)),
            None => beside.lock().unwrap().get(path).cloned(),
        };
        LyingNode {
            server: FaultyServer::start(address, Box::new(answer)),
            served,
            files,
            identity,
        }
    }

    /// Serves a log as it is now in place of what was served before.
    pub fn publish(&self, log: &LogMaker) {
        *self.served.lock().unwrap() = Served::Files(log.files().clone());
    }

    /// Where it is reached, with `/` at the end.
    pub fn base(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// Where it is reached by a name of this machine, which has to be resolved first.
    pub fn base_by_name(&self) -> String {
        let (_, port) = self.server.address().rsplit_once(':').unwrap();
        format!("http://localhost:{port}/")
    }

    /// The log prefix.
    pub fn log(&self) -> String {
        format!("{}{LOG}", self.base())
    }

    /// Address and port.
    pub fn address(&self) -> &str {
        self.server.address()
    }

    /// Who it says it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// From now on this befalls a path under the log prefix.
    pub fn set(&self, path: &str, fault: Fault) {
        self.server.set(&format!("{LOG}{path}"), fault);
    }

    /// Serves this beside the log, at a path under the base such as `id/DND-S1.1/files/a.png`.
    pub fn put_file(&self, path: &str, bytes: Vec<u8>) {
        self.files.lock().unwrap().insert(path.to_owned(), bytes);
    }

    /// From now on this befalls a path under the base.
    pub fn set_at_base(&self, path: &str, fault: Fault) {
        self.server.set(path, fault);
    }

    /// From now on this befalls whatever is asked.
    pub fn set_everywhere(&self, fault: Fault) {
        self.server.set("*", fault);
    }

    /// Serves the truth again.
    pub fn heal(&self) {
        self.server.heal();
    }

    /// How often a path under the log prefix was asked for.
    pub fn asked(&self, path: &str) -> u64 {
        self.server.asked(&format!("{LOG}{path}"))
    }

    /// Every path that was asked for, and how often.
    pub fn all_asked(&self) -> BTreeMap<String, u64> {
        self.server.all_asked()
    }

    /// Forgets what was asked for.
    pub fn forget(&self) {
        self.server.forget();
    }
}

/// `/.well-known/ommatidia.json`. Its `base` is where nobody answers: the roster's holds.
fn described(identity: &Identity) -> Vec<u8> {
    let base = "http://127.45.67.89:9/";
    let document = json!({
        "name": format!("{} Institute", identity.prefix),
        "prefix": identity.prefix,
        "origin": identity.origin,
        "vkey": identity.vkey,
        "base": base,
        "namespace": identity.namespace,
        "protocol": 1,
        "endpoints": {"log": format!("{base}{LOG}")},
    });
    serde_json::to_vec(&document).unwrap()
}
