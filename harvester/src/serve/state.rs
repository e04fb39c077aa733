//! What handlers share, and the one place where they cross from async into what blocks.

use std::sync::Arc;

use ::web::page::licence;
use ::web::{Link, Site};
use actix_web::{HttpRequest, web};

use super::error::ServeError;
use super::metrics::Metrics;
use super::thumbnails;
use crate::operate::Harvester;
use crate::thumbnails::Thumbnails;

/// What handlers and what they have done elsewhere share.
pub(super) struct Shared {
    /// what is served
    pub harvester: Arc<Harvester>,
    /// what the layout says on every page
    pub site: Site,
    /// the licence of the descriptions, an IRI, where one is named
    pub metadata_licence: Option<String>,
    /// what is counted
    pub metrics: Metrics,
    /// small pictures
    pub thumbnails: Arc<Thumbnails>,
}

/// What handlers share.
pub struct State(Arc<Shared>);

impl State {
    /// The state of a server of this harvester.
    ///
    /// # Errors
    /// When the configured public address is none, two counters have one name, or the thumbnails cannot be kept.
    pub(super) fn new(harvester: Arc<Harvester>) -> anyhow::Result<Self> {
        let site = site(&harvester)?;
        let metadata_licence = harvester.config().metadata_licence()?;
        let metrics = Metrics::new(&site.base_path)?;
        let thumbnails = thumbnails::open(&harvester)?;
        Ok(Self(Arc::new(Shared {
            harvester,
            site,
            metadata_licence,
            metrics,
            thumbnails,
        })))
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(super) fn harvester(&self) -> &Arc<Harvester> {
        &self.0.harvester
    }

    /// The public address, ending in `/`: the configured one, else that by which the request came.
    pub(super) fn base(&self, request: &HttpRequest) -> String {
        match &self.harvester().config().serve.base_url {
            Some(base) => base.clone(),
            None => {
                let connection = request.connection_info();
                format!("{}://{}/", connection.scheme(), connection.host())
            }
        }
    }

    /// The same, for whoever writes it into documents.
    ///
    /// # Errors
    /// 400 where the request came by no address: its `Host` is not one.
    pub(super) fn home(&self, request: &HttpRequest) -> Result<String, ServeError> {
        let base = self.base(request);
        match url::Url::parse(&base) {
            Ok(url) if url.has_host() && url.path().ends_with('/') => Ok(url.into()),
            _ => Err(ServeError::Malformed(
                "the header Host names no host; send the name by which this server is reached"
                    .to_owned(),
            )),
        }
    }
}

/// What the layout says on every page of a harvester. The name is that of its federation at the time when it was started.
///
/// # Errors
/// When the configured public address or licence is none.
pub(super) fn site(harvester: &Harvester) -> anyhow::Result<Site> {
    let base = harvester.config().base_url()?;
    let named = harvester.config().metadata_licence()?;
    let link = |text: &str, path: &str| Link {
        text: text.to_owned(),
        path: path.to_owned(),
    };
    Ok(Site {
        licence: named.as_deref().map(licence),
        name: harvester.roster().name,
        kind: "portal".to_owned(),
        base_path: base.map_or_else(|| "/".to_owned(), |base| base.path().to_owned()),
        links: vec![
            link("Studies", "search"),
            link("Members", "members"),
            link("SPARQL", "sparql"),
            link("Help", "help"),
        ],
    })
}

/// Runs work that reads the ledger, an index or the mirror, beside the threads that talk to clients.
///
/// # Errors
/// The work's own; [`ServeError::Broken`] when it panicked.
pub(super) async fn blocking<T: Send + 'static>(
    state: &web::Data<State>,
    work: impl FnOnce(&Shared) -> Result<T, ServeError> + Send + 'static,
) -> Result<T, ServeError> {
    let shared = Arc::clone(&state.0);
    web::block(move || work(&shared))
        .await
        .map_err(|error| ServeError::Broken(error.into()))?
}
