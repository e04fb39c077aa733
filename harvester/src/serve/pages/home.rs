//! The start page: what this is, who belongs, and where to ask.

use ::web::formats::{ListedStudy, data_catalogue};
use ::web::{Site, words};
use askama::Template;
use protocol::roster::Trust;

use super::members::in_words;
use super::question::Asked;
use super::tiles::{Tile, search, tiles};
use crate::serve::catalogue;
use crate::serve::error::ServeError;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;

/// Studies under "recently published", and of how many they are taken, since those of one title are one.
const RECENT: usize = 6;
const OF_RECENT: &str = "24";
/// Pictures beside the search box: the mark of this program made of what is in here. It has seven parts; fewer make no figure.
const MOSAIC: usize = 7;
const OF_MOSAIC: &str = "60";
/// Examples of each facet.
const EXAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    site: &'a Site,
    federation: String,
    /// `3 institutions`
    institutions: String,
    members: Vec<Line>,
    records: String,
    roster_version: u64,
    state: Option<String>,
    /// searches by what there is most of
    examples: Vec<(String, String)>,
    /// what there is, with its number
    totals: Vec<(&'static str, String)>,
    recent: Vec<Tile>,
    /// seven studies with pictures, or none
    mosaic: Vec<Tile>,
    /// for search engines
    structured: Option<String>,
}

/// A member in the table.
struct Line {
    id: String,
    name: String,
    prefix: String,
    state: &'static str,
    is_well: bool,
    is_signed: bool,
    detail: String,
    shown: String,
    quarantined: u64,
    current_at: Option<String>,
}

/// The start page, of a harvester that is reached at `address`.
///
/// # Errors
/// When the ledger cannot be read or the page cannot be written.
pub(in crate::serve) fn home(shared: &Shared, address: &str) -> Result<String, ServeError> {
    let roster = shared.harvester.roster();
    let standings = standing::of_all(&shared.harvester)?;
    let shown: u64 = standings.iter().map(Standing::shown).sum();
    let contents = Contents::of(shared)?;
    Ok(HomePage {
        structured: Some(structured(shared, address, &contents.recent)),
        examples: contents.examples,
        totals: contents.totals,
        recent: contents.recent,
        mosaic: contents.mosaic,
        site: &shared.site,
        institutions: words::count(standings.len() as u64, "institution", "institutions"),
        federation: roster.name.clone(),
        members: standings.iter().map(line).collect(),
        records: words::count(shown, "record", "records"),
        roster_version: roster.version,
        state: shared.harvester.state().map(|state| state.id),
    }
    .render()?)
}

/// What search engines read of the whole, with the studies on the page.
fn structured(shared: &Shared, address: &str, recent: &[Tile]) -> String {
    let listed: Vec<ListedStudy> = recent
        .iter()
        .map(|study| ListedStudy {
            iri: study.iri.clone(),
            title: study.title.whole().to_owned(),
            page: format!("{address}id/{}", study.id),
        })
        .collect();
    data_catalogue(&catalogue::view_of(shared, address, None), &listed)
}

/// What there is, by the text index; nothing before it is ready.
#[derive(Default)]
struct Contents {
    examples: Vec<(String, String)>,
    totals: Vec<(&'static str, String)>,
    recent: Vec<Tile>,
    mosaic: Vec<Tile>,
}

impl Contents {
    fn of(shared: &Shared) -> Result<Self, ServeError> {
        if !shared.harvester.is_ready() {
            return Ok(Self::default());
        }
        let base_path = &shared.site.base_path;
        let studies = search(
            shared,
            &[
                ("kind", "study"),
                ("sort", "newest"),
                ("size", OF_RECENT),
                ("facets", "organism,method,member"),
            ],
        )?;
        let images = search(shared, &[("kind", "image"), ("size", "1")])?;
        let mut totals = vec![
            ("studies", words::number(studies.total)),
            ("images", words::number(images.total)),
        ];
        let mut examples = Vec::new();
        for (name, values) in &studies.facets {
            let more = studies.more.iter().find(|(other, _)| other == name);
            let number = values.len() + more.map_or(0, |(_, left_out)| *left_out);
            let what = match *name {
                "organism" => "organisms",
                "method" => "imaging methods",
                _ => "institutions",
            };
            totals.push((what, words::number(number as u64)));
            if *name != "member" {
                let first = values.iter().take(EXAMPLES);
                examples.extend(first.map(|value| {
                    let asked = Asked::new(vec![((*name).to_owned(), value.id.clone())]);
                    (value.label.clone(), asked.href(base_path))
                }));
            }
        }
        Ok(Self {
            examples,
            totals,
            recent: tiles(shared, studies.hits, RECENT)?,
            mosaic: mosaic(shared)?,
        })
    }
}

/// The newest studies with pictures that the members keep themselves, so that none of them is likely to be missing.
fn mosaic(shared: &Shared) -> Result<Vec<Tile>, ServeError> {
    let held = search(
        shared,
        &[
            ("kind", "study"),
            ("holding", "held"),
            ("sort", "newest"),
            ("size", OF_MOSAIC),
        ],
    )?;
    let pictured = held.hits.into_iter().filter(|hit| hit.thumbnail.is_some());
    let mut mosaic = tiles(shared, pictured.collect(), usize::MAX)?;
    mosaic.retain(|tile| tile.picture.is_some());
    mosaic.truncate(MOSAIC);
    if mosaic.len() < MOSAIC {
        mosaic.clear();
    }
    Ok(mosaic)
}

fn line(standing: &Standing) -> Line {
    let (member, report) = (&standing.member, &standing.report);
    let last = standing.last.as_ref();
    Line {
        id: member.id.clone(),
        name: member.name.clone(),
        prefix: member.prefix.to_string(),
        state: in_words(&report.state),
        is_well: report.is_current(),
        is_signed: member.trust == Trust::Signed,
        detail: report.detail.clone(),
        shown: words::number(standing.shown()),
        quarantined: report.counts.quarantined,
        current_at: last
            .and_then(|last| last.current_at.as_deref())
            .map(words::moment),
    }
}
