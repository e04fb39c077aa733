//! `config.toml`: what an operator edits. Every key is documented in the file that `init` writes.
//!
//! An unknown key, a contradiction or a setting that could harm is refused at start, with the key named.

mod converter;

use std::path::{Path, PathBuf};

pub use converter::{ConverterConfig, INPUT, OUTPUT, Writes, ending_of, is_for_converters};

use protocol::identifier::{Namespace, Origin, Prefix};
use serde::Deserialize;
use web::operating::read_settings;

use crate::validate::Policy;

/// What can be wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{path} cannot be read: {source}; is this the DATA folder of a node (omma-node init makes one)?"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has a key that is unknown or of a wrong type.
    #[error("{path}: {detail}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What and where.
        detail: String,
    },
    /// A value is not allowed.
    #[error("{key}: {detail}")]
    Refused {
        /// The key.
        key: &'static str,
        /// Why, and what to do.
        detail: String,
    },
}

fn refused(key: &'static str, detail: impl std::fmt::Display) -> ConfigError {
    ConfigError::Refused {
        key,
        detail: detail.to_string(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    node: NodeSection,
    #[serde(default)]
    log: LogSection,
    #[serde(default)]
    serve: ServeSection,
    #[serde(default)]
    images: ImagesConfig,
    #[serde(default)]
    policy: Policy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeSection {
    name: String,
    prefix: String,
    base_url: String,
    origin: String,
    namespace: String,
    ror: Option<String>,
    contact: Option<String>,
    metadata_licence: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LogSection {
    peers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServeSection {
    bind: String,
    workers: usize,
    max_connections: usize,
    client_timeout_seconds: u64,
    zip_files: usize,
    zip_bytes: u64,
}

impl Default for ServeSection {
    fn default() -> Self {
        ServeSection {
            bind: "127.0.0.1:8081".to_owned(),
            workers: 0,
            max_connections: 25_000,
            client_timeout_seconds: 10,
            zip_files: 1000,
            zip_bytes: 10_000_000_000,
        }
    }
}

/// What is spent on pictures of images.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImagesConfig {
    /// Images that the server makes ready to be looked at, at once; 0 leaves it to `omma-node derive`.
    pub workers: usize,
    /// MiB of memory that all of these take together, but for what is kept of the files.
    pub memory_mib: u64,
    /// Most pixels of an image that is made ready, of all its channels and planes.
    pub largest_pixels: u64,
    /// Most pixels of a picture.
    pub max_pixels: u64,
    /// Most samples that are read for a picture, of all its channels and planes.
    pub max_samples: u64,
    /// Most MiB of pictures that were made and are kept.
    pub cache_mib: u64,
    /// Most MiB of images that are kept open.
    pub open_mib: u64,
    /// Pictures that are made at once; 0 is one a core.
    pub at_once: usize,
    /// Requests that wait for their turn; more are asked to come again.
    pub waiting: usize,
    /// The program that reads formats which are not read here.
    pub converter: Option<ConverterConfig>,
}

impl Default for ImagesConfig {
    fn default() -> Self {
        ImagesConfig {
            workers: 1,
            memory_mib: 512,
            largest_pixels: 1 << 38,
            max_pixels: 1 << 24,
            max_samples: 1 << 28,
            cache_mib: 256,
            open_mib: 512,
            at_once: 0,
            waiting: 512,
            converter: None,
        }
    }
}

impl ImagesConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let between = |key, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(refused(
                    key,
                    format!("it must be between {least} and {most}"),
                ))
            }
        };
        // 512 × 512 is one tile; 2²⁸ is as much as a side of 16,383 allows
        between("images.max_pixels", self.max_pixels, 1 << 18, 1 << 28)?;
        between("images.workers", self.workers as u64, 0, 64)?;
        let least = 64 * self.workers.max(1) as u64;
        between("images.memory_mib", self.memory_mib, least, 1 << 20)?;
        between(
            "images.largest_pixels",
            self.largest_pixels,
            1 << 20,
            1 << 50,
        )?;
        between("images.max_samples", self.max_samples, 1 << 20, 1 << 40)?;
        between("images.cache_mib", self.cache_mib, 1, 1 << 20)?;
        between("images.open_mib", self.open_mib, 1, 1 << 20)?;
        between("images.at_once", self.at_once as u64, 0, 1024)?;
        between("images.waiting", self.waiting as u64, 0, 1 << 20)?;
        self.converter
            .as_ref()
            .map_or(Ok(()), ConverterConfig::check)
    }
}

/// The configuration of a node, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The institution's name.
    pub name: String,
    /// The accession prefix.
    pub prefix: Prefix,
    /// Where the node is reached from outside; ends in `/`.
    pub base: String,
    /// The log's origin, set once.
    pub origin: Origin,
    /// The namespace of all identifiers, set once.
    pub namespace: Namespace,
    /// The institution's ROR, an IRI.
    pub ror: Option<String>,
    /// The address by e-mail that OAI-PMH names.
    pub contact: Option<String>,
    /// The licence of all descriptions, an IRI; none where the operator names none.
    pub metadata_licence: Option<String>,
    /// Log prefixes (URLs ending in `/`) that are asked for the largest checkpoint this node signed.
    pub peers: Vec<String>,
    /// Address to listen on.
    pub bind: String,
    /// Worker threads; 0 is one a core.
    pub workers: usize,
    /// Connections at once.
    pub max_connections: usize,
    /// How long a client may take to send a request's head, in seconds.
    pub client_timeout_seconds: u64,
    /// The most files of one zip; 0 is none at all.
    pub zip_files: usize,
    /// The most bytes of the files of one zip.
    pub zip_bytes: u64,
    /// What is spent on pictures of images.
    pub images: ImagesConfig,
    /// What this node asks for beyond the profile.
    pub policy: Policy,
}

/// What `init` is told.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The institution's name.
    pub name: String,
    /// The accession prefix.
    pub prefix: String,
    /// Where the node is reached, with or without its last `/`.
    pub base_url: String,
    /// The federation's namespace; `<base>id/` where there is none.
    pub namespace: Option<String>,
    /// ROR of the institution.
    pub ror: Option<String>,
    /// The log's origin; `<base without scheme>log` where none is given.
    pub origin: Option<String>,
}

impl Config {
    /// Reads and checks `config.toml`.
    ///
    /// # Errors
    /// Names the file or key and says what to do.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let file: File = read_settings(&text).map_err(|detail| ConfigError::Malformed {
            path: path.to_owned(),
            detail,
        })?;
        Config::check(file)
    }

    fn check(file: File) -> Result<Config, ConfigError> {
        let base = base_url(&file.node.base_url)?;
        let prefix =
            Prefix::parse(&file.node.prefix).map_err(|error| refused("node.prefix", error))?;
        let origin =
            Origin::parse(&file.node.origin).map_err(|error| refused("node.origin", error))?;
        let namespace = Namespace::parse(&file.node.namespace)
            .map_err(|error| refused("node.namespace", error))?;
        let name = file.node.name.trim().to_owned();
        if name.is_empty() {
            return Err(refused(
                "node.name",
                "it is empty; give the institution's name",
            ));
        }
        let ror = file.node.ror.as_deref().map(ror_iri).transpose()?;
        let contact = file.node.contact;
        if contact
            .as_deref()
            .is_some_and(|text| !::web::oai::is_email(text))
        {
            return Err(refused(
                "node.contact",
                "it is no e-mail address; give one like images@example.org",
            ));
        }
        let metadata_licence = ::web::metadata_licence(file.node.metadata_licence.as_deref())
            .map_err(|detail| refused("node.metadata_licence", detail))?;
        let peers = file
            .log
            .peers
            .iter()
            .map(|peer| peer_url(peer))
            .collect::<Result<_, _>>()?;
        let serve = file.serve;
        if serve.max_connections == 0 {
            return Err(refused(
                "serve.max_connections",
                "0 would serve nobody; give at least 1",
            ));
        }
        if !(1..=3600).contains(&serve.client_timeout_seconds) {
            return Err(refused(
                "serve.client_timeout_seconds",
                "it must be between 1 and 3600",
            ));
        }
        file.images.check()?;
        Ok(Config {
            name,
            prefix,
            base,
            origin,
            namespace,
            ror,
            contact,
            metadata_licence,
            peers,
            bind: serve.bind,
            workers: serve.workers,
            max_connections: serve.max_connections,
            client_timeout_seconds: serve.client_timeout_seconds,
            zip_files: serve.zip_files,
            zip_bytes: serve.zip_bytes,
            images: file.images,
            policy: file.policy,
        })
    }
}

impl Identity {
    /// The text of the first `config.toml`, every key documented.
    ///
    /// # Errors
    /// When one of the values could not stand in it.
    pub fn config_toml(&self) -> Result<String, ConfigError> {
        let base = base_url(&self.base_url)?;
        let origin = match &self.origin {
            Some(origin) => origin.clone(),
            None => default_origin(&base),
        };
        // written down even where nobody chose it: a log has one namespace for ever, and base_url may change
        let namespace = self
            .namespace
            .clone()
            .unwrap_or_else(|| format!("{base}id/"));
        let string = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let optional = |key: &str, value: Option<&String>, example: &str| match value {
            Some(value) => format!("{key} = {}", string(value)),
            None => format!("# {key} = {}", string(example)),
        };
        let text = include_str!("config_template.toml")
            .replace("{name}", &string(&self.name))
            .replace("{prefix}", &string(&self.prefix))
            .replace("{base_url}", &string(&base))
            .replace("{origin}", &string(&origin))
            .replace("{namespace}", &string(&namespace))
            .replace(
                "{ror}",
                &optional("ror", self.ror.as_ref(), "https://ror.org/0123abc45"),
            );
        let file: File = toml::from_str(&text).map_err(|error| refused("config.toml", error))?;
        Config::check(file)?;
        Ok(text)
    }
}

/// The scheme-less log prefix: `x.org/omma/log`.
fn default_origin(base: &str) -> String {
    let scheme_less = base.split_once("://").map_or(base, |(_, rest)| rest);
    format!("{scheme_less}log")
}

/// Checks a base URL and ends it in `/`.
fn base_url(text: &str) -> Result<String, ConfigError> {
    let key = "node.base_url";
    let url = url::Url::parse(text).map_err(|error| {
        refused(
            key,
            format!("{text:?} is not a URL ({error}); give one like https://images.example.org/"),
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refused(
            key,
            format!("{text:?} must begin with http:// or https:// and name a host"),
        ));
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(refused(
            key,
            format!("{text:?} must have no user, query or fragment"),
        ));
    }
    let text = url.to_string();
    Ok(if text.ends_with('/') {
        text
    } else {
        format!("{text}/")
    })
}

fn ror_iri(text: &str) -> Result<String, ConfigError> {
    let id = text
        .trim()
        .trim_start_matches("https://ror.org/")
        .to_ascii_lowercase();
    let well_formed =
        id.len() == 9 && id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if well_formed {
        Ok(format!("https://ror.org/{id}"))
    } else {
        Err(refused(
            "node.ror",
            format!("{text:?} is no ROR; give one like https://ror.org/03h2bxq36"),
        ))
    }
}

fn peer_url(text: &str) -> Result<String, ConfigError> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.query().is_none() => {
            let text = url.to_string();
            Ok(if text.ends_with('/') {
                text
            } else {
                format!("{text}/")
            })
        }
        _ => Err(refused(
            "log.peers",
            format!(
                "{text:?} is not the http(s) URL of a log prefix, such as https://mirror.example.org/mirror/<hash>/"
            ),
        )),
    }
}
