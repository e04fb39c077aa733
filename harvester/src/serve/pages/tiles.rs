//! Studies as tiles: a picture, a title, and whose it is.

use std::collections::{BTreeMap, HashSet};

use ::web::page::Title;
use ::web::words;

use super::picture::Picture;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::text::{Hit, SearchAnswer, SearchRequest};

/// A study as a tile; the template part is `tiles.html`.
pub(super) struct Tile {
    pub id: String,
    pub iri: String,
    pub title: Title,
    pub href: String,
    pub picture: Option<Picture>,
    pub member: String,
    pub published: String,
}

/// The first hits as tiles, at most so many. Of studies with one title the first stands for all: two archives may hold one study.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn tiles(shared: &Shared, hits: Vec<Hit>, most: usize) -> Result<Vec<Tile>, ServeError> {
    let mut pictures = Picture::of_hits(shared, &hits)?;
    let members = names_of_members(shared);
    let mut titles = HashSet::new();
    let tiles = hits
        .into_iter()
        .filter(|hit| titles.insert(hit.title.trim().to_lowercase()))
        .map(|hit| Tile {
            href: format!("{}studies/{}", shared.site.base_path, hit.id),
            picture: pictures.remove(&hit.id),
            member: members.get(&hit.member).unwrap_or(&hit.member).clone(),
            published: hit
                .published
                .as_deref()
                .map(words::date)
                .unwrap_or_default(),
            id: hit.id,
            iri: hit.iri,
            title: Title::of(hit.title),
        });
    Ok(tiles.take(most).collect())
}

/// What members are called, by their ids.
pub(super) fn names_of_members(shared: &Shared) -> BTreeMap<String, String> {
    let roster = shared.harvester.roster();
    let members = roster.members.into_iter();
    members.map(|member| (member.id, member.name)).collect()
}

/// What the index answers.
///
/// # Errors
/// When it refuses the parameters or cannot be read.
pub(super) fn search(shared: &Shared, pairs: &[(&str, &str)]) -> Result<SearchAnswer, ServeError> {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = SearchRequest::from_query(&pairs)?;
    Ok(shared.harvester.search(&request)?)
}
