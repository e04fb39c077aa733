//! What every handler has: the archive, and what is known about this server.

use std::sync::{Arc, Mutex};

use ::web::page::licence;
use ::web::{Link, Site};
use tokio::sync::Semaphore;

use super::contents::Contents;
use super::iiif::Pictures;
use super::metrics::Metrics;
use super::zip::AT_ONCE;
use crate::archive::Archive;
use crate::image::Images;

/// What the server's threads share.
pub(super) struct State {
    /// The archive that is served.
    pub archive: Arc<Archive>,
    /// What the layout says on every page.
    pub site: Site,
    /// What is counted.
    pub metrics: Metrics,
    /// Studies that were read from the storage lately.
    pub contents: Contents,
    /// Pictures of images: what makes them, and what was made lately.
    pub pictures: Pictures,
    /// Turns at reading files through before they are put into a zip.
    pub zips: Arc<Semaphore>,
    /// What came of completing what a crash left behind.
    pub recovery: Mutex<Recovered>,
}

/// What came of looking after an interrupted act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recovered {
    /// Nobody has looked yet.
    NotYet,
    /// All is well, or another process is at it.
    Done,
    /// It failed; the sentence says why.
    Failed(String),
}

impl State {
    /// The state of a server of this archive.
    ///
    /// # Errors
    /// When a metric cannot be registered, or no cache can be made of the configured size.
    pub fn new(archive: Archive, images: Arc<dyn Images>) -> anyhow::Result<State> {
        let config = archive.config();
        let link = |text: &str, path: &str| Link {
            text: text.to_owned(),
            path: path.to_owned(),
        };
        let base_path = base_path(&config.base);
        let metrics = Metrics::new(&base_path)?;
        let site = Site {
            name: config.name.clone(),
            kind: "Image archive".to_owned(),
            base_path,
            links: vec![
                link("Studies", "studies"),
                link("Log", "log/"),
                link("Help", "help"),
            ],
            licence: config.metadata_licence.as_deref().map(licence),
        };
        let pictures = Pictures::new(images, &config.images)?;
        Ok(State {
            archive: Arc::new(archive),
            site,
            metrics,
            contents: Contents::default(),
            pictures,
            zips: Arc::new(Semaphore::new(AT_ONCE)),
            recovery: Mutex::new(Recovered::NotYet),
        })
    }

    /// A path on this server for links in pages and headers: below the path of the base URL, on whatever host the
    /// reader came by.
    pub fn path(&self, below: &str) -> String {
        format!("{}{below}", self.site.base_path)
    }

    /// The whole address of a path, for what is copied out of a page.
    pub fn address(&self, below: &str) -> String {
        format!("{}{below}", self.archive.config().base)
    }
}

/// The path of a base URL, with `/` at both ends.
fn base_path(base: &str) -> String {
    // the configuration was checked to hold a URL that ends in `/`
    url::Url::parse(base).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned())
}
