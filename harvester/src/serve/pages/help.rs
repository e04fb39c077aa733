//! Help pages, with examples out of what is here now: a link in a help page leads to something.

use std::collections::BTreeMap;

use ::web::{Site, words};
use askama::Template;
use url::form_urlencoded;

use super::question::Asked;
use crate::query::MATCHES;
use crate::serve::error::ServeError;
use crate::serve::standing;
use crate::serve::state::Shared;
use crate::text::{SearchAnswer, SearchRequest};

/// A help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::serve) enum HelpPage {
    /// What there is.
    Contents,
    /// How to find something.
    Search,
    /// Why a description here can be believed.
    Trust,
    /// How to get the images.
    Download,
    /// How programs ask.
    Machines,
}

impl HelpPage {
    /// The page of this name in an address.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "search" => Self::Search,
            "trust" => Self::Trust,
            "download" => Self::Download,
            "machines" => Self::Machines,
            _ => return None,
        })
    }
}

/// What help pages have in common.
struct Common {
    /// name of the federation
    federation: String,
    /// the public address, ending in `/`
    base: String,
    examples: Examples,
}

/// Something of what is here, to show by it how things are done.
struct Examples {
    /// the most frequent organism
    organism: Chosen,
    /// the most frequent imaging method
    method: Chosen,
    /// a study
    study: Option<Study>,
    /// the institution with most studies
    member: Option<Institution>,
    /// a member's log
    log: Option<Log>,
}

/// A term that can be chosen as a filter.
struct Chosen {
    id: String,
    label: String,
    /// the id as a part of an address
    encoded: String,
    /// the search for it
    href: String,
}

struct Study {
    id: String,
}

struct Institution {
    id: String,
    prefix: String,
    name: String,
}

struct Log {
    member: String,
    origin: String,
}

macro_rules! pages {
    ($($name:ident = $path:literal),+ $(,)?) => {
        $(
            #[derive(Template)]
            #[template(path = $path)]
            struct $name<'a> {
                site: &'a Site,
                common: &'a Common,
            }
        )+
    };
}

pages! {
    ContentsPage = "help.html",
    TrustPage = "help_trust.html",
    DownloadPage = "help_download.html",
    MachinesPage = "help_machines.html",
}

#[derive(Template)]
#[template(path = "help_search.html")]
struct SearchPage<'a> {
    site: &'a Site,
    common: &'a Common,
    matches: String,
}

/// A help page.
///
/// # Errors
/// When the index cannot be read or the page cannot be written.
pub(in crate::serve) fn help(
    shared: &Shared,
    which: HelpPage,
    base: &str,
) -> Result<String, ServeError> {
    let site = &shared.site;
    let common = Common {
        federation: shared.harvester.roster().name,
        base: base.to_owned(),
        examples: Examples::of(shared)?,
    };
    let common = &common;
    let page = match which {
        HelpPage::Contents => ContentsPage { site, common }.render(),
        HelpPage::Trust => TrustPage { site, common }.render(),
        HelpPage::Download => DownloadPage { site, common }.render(),
        HelpPage::Machines => MachinesPage { site, common }.render(),
        HelpPage::Search => SearchPage {
            site,
            common,
            matches: words::number(MATCHES as u64),
        }
        .render(),
    };
    Ok(page?)
}

impl Examples {
    fn of(shared: &Shared) -> Result<Self, ServeError> {
        let found = found(shared)?;
        let base_path = &shared.site.base_path;
        let first = |facet: &str| {
            let mut facets = found.as_ref()?.facets.iter();
            facets.find(|(name, _)| *name == facet)?.1.first()
        };
        let most = |facet: &str, otherwise: (&str, &str)| {
            let (id, label) = first(facet).map_or(otherwise, |value| (&value.id, &value.label));
            chosen(facet, id, label, base_path)
        };
        let largest = first("member");
        let hits = found.as_ref().map(|found| found.hits.as_slice());
        Ok(Self {
            organism: most("organism", ("NCBITaxon:10090", "Mus musculus")),
            method: most("method", ("FBbi:00000251", "confocal microscopy")),
            study: hits
                .and_then(|hits| hits.first())
                .map(|hit| Study { id: hit.id.clone() }),
            member: largest.and_then(|largest| institution(shared, &largest.id)),
            log: log(shared)?,
        })
    }
}

/// The newest study, and by what all studies can be narrowed; nothing before the index is ready.
fn found(shared: &Shared) -> Result<Option<SearchAnswer>, ServeError> {
    if !shared.harvester.is_ready() {
        return Ok(None);
    }
    let pairs: BTreeMap<&str, &str> = BTreeMap::from([
        ("kind", "study"),
        ("sort", "newest"),
        ("size", "1"),
        ("facets", "organism,method,member"),
    ]);
    let pairs: Vec<(String, String)> = pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let request = SearchRequest::from_query(&pairs)?;
    Ok(Some(shared.harvester.search(&request)?))
}

fn institution(shared: &Shared, id: &str) -> Option<Institution> {
    let roster = shared.harvester.roster();
    let mut members = roster.members.iter();
    let member = members.find(|member| member.id == id)?;
    Some(Institution {
        id: member.id.clone(),
        prefix: member.prefix.to_string(),
        name: member.name.clone(),
    })
}

/// The log of the first member of which a checkpoint is kept.
fn log(shared: &Shared) -> Result<Option<Log>, ServeError> {
    let standings = standing::of_all(&shared.harvester)?;
    let mut mirrored = standings
        .into_iter()
        .filter(|standing| standing.report.is_current());
    Ok(mirrored.find_map(|standing| {
        let newest = standing.member.logs.last()?;
        Some(Log {
            member: standing.member.name.clone(),
            origin: newest.origin.to_string(),
        })
    }))
}

fn chosen(facet: &str, id: &str, label: &str, base_path: &str) -> Chosen {
    Chosen {
        id: id.to_owned(),
        label: label.to_owned(),
        encoded: form_urlencoded::byte_serialize(id.as_bytes()).collect(),
        href: Asked::new(vec![(facet.to_owned(), id.to_owned())]).href(base_path),
    }
}
