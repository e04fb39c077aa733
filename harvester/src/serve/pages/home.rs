//! The start page: what this is, who belongs, and where to ask.

use std::collections::BTreeMap;

use ::web::formats::{ListedStudy, data_catalogue};
use ::web::page::Title;
use ::web::{Site, words};
use askama::Template;
use protocol::roster::Trust;

use super::question::Asked;
use super::web_link;
use crate::serve::catalogue;
use crate::serve::error::ServeError;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;
use crate::text::{SearchAnswer, SearchRequest};

/// Studies under "recently published".
const RECENT: &str = "6";
/// Examples of each facet.
const EXAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    site: &'a Site,
    federation: String,
    members: Vec<Line>,
    records: String,
    roster_version: u64,
    state: Option<String>,
    /// searches by what there is most of
    examples: Vec<(String, String)>,
    /// what there is, with its number
    totals: Vec<(&'static str, String)>,
    recent: Vec<Recent>,
    /// for search engines
    structured: Option<String>,
}

/// A study that was published of late.
struct Recent {
    id: String,
    iri: String,
    title: Title,
    href: String,
    member: String,
    published: String,
}

/// A member in the table.
struct Line {
    id: String,
    name: String,
    href: Option<String>,
    prefix: String,
    state: String,
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
    let names: BTreeMap<&str, &str> = roster
        .members
        .iter()
        .map(|member| (member.id.as_str(), member.name.as_str()))
        .collect();
    let contents = Contents::of(shared, &names)?;
    Ok(HomePage {
        structured: Some(structured(shared, address, &contents.recent)),
        examples: contents.examples,
        totals: contents.totals,
        recent: contents.recent,
        site: &shared.site,
        federation: roster.name.clone(),
        members: standings.iter().map(line).collect(),
        records: words::count(shown, "record", "records"),
        roster_version: roster.version,
        state: shared.harvester.state().map(|state| state.id),
    }
    .render()?)
}

/// What search engines read of the whole, with the studies on the page.
fn structured(shared: &Shared, address: &str, recent: &[Recent]) -> String {
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
    recent: Vec<Recent>,
}

impl Contents {
    fn of(shared: &Shared, names: &BTreeMap<&str, &str>) -> Result<Self, ServeError> {
        if !shared.harvester.is_ready() {
            return Ok(Self::default());
        }
        let base_path = &shared.site.base_path;
        let studies = search(
            shared,
            &[
                ("kind", "study"),
                ("sort", "newest"),
                ("size", RECENT),
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
        let recent = studies.hits.into_iter().map(|hit| Recent {
            href: format!("{base_path}studies/{}", hit.id),
            id: hit.id,
            iri: hit.iri,
            title: Title::of(hit.title),
            member: names
                .get(hit.member.as_str())
                .map_or(hit.member.clone(), |name| (*name).to_owned()),
            published: hit
                .published
                .as_deref()
                .map(words::date)
                .unwrap_or_default(),
        });
        Ok(Self {
            examples,
            totals,
            recent: recent.collect(),
        })
    }
}

fn search(shared: &Shared, pairs: &[(&str, &str)]) -> Result<SearchAnswer, ServeError> {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = SearchRequest::from_query(&pairs)?;
    Ok(shared.harvester.search(&request)?)
}

fn line(standing: &Standing) -> Line {
    let (member, report) = (&standing.member, &standing.report);
    let last = standing.last.as_ref();
    Line {
        id: member.id.clone(),
        name: member.name.clone(),
        href: member.base.as_deref().and_then(web_link),
        prefix: member.prefix.to_string(),
        state: report.state.clone(),
        is_well: report.is_current(),
        is_signed: member.trust == Trust::Signed,
        detail: report.detail.clone(),
        shown: words::number(standing.shown()),
        quarantined: report.counts.quarantined,
        current_at: last
            .and_then(|last| last.current_at.as_deref())
            .map(|time| time.replace('T', " ").replace('Z', " UTC")),
    }
}
