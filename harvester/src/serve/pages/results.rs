//! What a search has found: hits, and in the margin by what they can be narrowed.

use std::collections::{BTreeMap, HashSet};

use ::web::page::{Title, cut};
use ::web::words::sentence;
use ::web::{Site, words};
use askama::Template;

use super::gallery::{self, ImageCard, gallery};
use super::ideas::{Idea, ideas, total};
use super::narrowing::{Filter, Margin, filters, margin};
use super::picture::Picture;
use super::question::Asked;
use super::tiles::names_of_members;
use crate::serve::error::ServeError;
use crate::serve::sparql;
use crate::serve::state::Shared;
use crate::text::{Hit, SearchAnswer, SearchRequest};

/// Characters of the words asked for that stand in the name of the window.
const HEADING: usize = 100;
/// Organisms and methods beside a hit.
const MOST_TERMS: usize = 4;

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage<'a> {
    site: &'a Site,
    heading: String,
    query: &'a str,
    /// what a new search from this page keeps
    kept: Vec<(String, String)>,
    filters: Vec<Filter>,
    kinds: [Choice; 2],
    sorts: Vec<Choice>,
    /// why there is no answer
    trouble: Option<String>,
    total: String,
    is_empty: bool,
    hits: Vec<Line>,
    /// images instead, where images alone are looked for
    images: Vec<ImageCard>,
    facets: Vec<Margin>,
    ideas: Vec<Idea>,
    previous: Option<String>,
    next: Option<String>,
    place: String,
    took_ms: u64,
    exports: Vec<(&'static str, String)>,
    state: Option<String>,
}

/// Something that can be chosen.
struct Choice {
    label: String,
    /// `1234`; empty where it is not counted
    count: String,
    href: String,
    is_chosen: bool,
}

/// A hit, with others of the same title below it.
struct Line {
    hit: Hit,
    title: Title,
    picture: Option<Picture>,
    href: String,
    member: String,
    /// whether the institution cannot be reached, so that only what is kept here is shown
    is_unreachable: bool,
    published: String,
    terms: Vec<String>,
    more_terms: usize,
    same: Vec<Same>,
    /// how many more have this title
    more_same: usize,
}

/// Another study of the same title.
struct Same {
    id: String,
    href: String,
    member: String,
}

/// Studies of one title that are named beside the first.
const MOST_OF_A_TITLE: usize = 6;

/// The page, and whether the question could be answered.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::serve) fn results(
    shared: &Shared,
    asked: &Asked,
) -> Result<(String, bool), ServeError> {
    let harvester = &shared.harvester;
    let answer = match SearchRequest::from_query(&asked.for_index()) {
        Ok(request) => harvester.search(&request),
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => Ok((found(shared, asked, answer)?.render()?, true)),
        Err(error) if error.is_of_request() => {
            let mut page = empty(shared, asked);
            page.filters = filters(shared, asked, None, &names_of_members(shared));
            page.trouble = Some(sentence(&error.to_string()));
            page.ideas = ideas(shared, asked)?;
            Ok((page.render()?, false))
        }
        Err(error) => Err(error.into()),
    }
}

fn empty<'a>(shared: &'a Shared, asked: &'a Asked) -> ResultsPage<'a> {
    let base_path = &shared.site.base_path;
    let query = asked.value("q").unwrap_or_default();
    ResultsPage {
        site: &shared.site,
        heading: if query.is_empty() {
            "Studies and images".to_owned()
        } else {
            format!("“{}”", cut(query, HEADING))
        },
        query,
        kept: asked.others_than(&["q", "page"]),
        filters: Vec::new(),
        kinds: [("Studies", "study"), ("Images", "image")].map(|(label, kind)| Choice {
            label: label.to_owned(),
            count: String::new(),
            href: asked.about(kind).href(base_path),
            is_chosen: asked.is_kind(kind),
        }),
        sorts: sorts(asked, base_path),
        trouble: None,
        total: String::new(),
        is_empty: true,
        hits: Vec::new(),
        images: Vec::new(),
        facets: Vec::new(),
        ideas: Vec::new(),
        previous: None,
        next: None,
        place: String::new(),
        took_ms: 0,
        exports: Vec::new(),
        state: None,
    }
}

fn sorts(asked: &Asked, base_path: &str) -> Vec<Choice> {
    let now = asked.sort();
    let all = [
        ("Best match", "relevance"),
        ("Newest", "newest"),
        ("Oldest", "oldest"),
        ("Title", "title"),
    ];
    let has_words = asked.value("q").is_some();
    let offered = all
        .into_iter()
        .filter(|(_, word)| has_words || *word != "relevance" || *word == now);
    offered
        .map(|(label, word)| Choice {
            label: label.to_owned(),
            count: String::new(),
            href: asked.having("sort", word).href(base_path),
            is_chosen: word == now,
        })
        .collect()
}

fn found<'a>(
    shared: &'a Shared,
    asked: &'a Asked,
    answer: SearchAnswer,
) -> Result<ResultsPage<'a>, ServeError> {
    let base_path = &shared.site.base_path;
    let members = names_of_members(shared);
    let mut page = empty(shared, asked);
    let number = answer.page.unwrap_or(1);
    let pages = answer.total.div_ceil(answer.size.max(1) as u64);
    let kind = if asked.is_kind("image") {
        ("image", "images")
    } else if asked.is_kind("study") {
        ("study", "studies")
    } else {
        ("record", "records")
    };
    page.total = words::count(answer.total, kind.0, kind.1);
    page.is_empty = answer.total == 0;
    page.filters = filters(shared, asked, Some(&answer), &members);
    let facets = asked.facets().iter();
    page.facets = facets
        .filter_map(|facet| margin(*facet, asked, &answer, &members, base_path))
        .collect();
    count_kinds(shared, asked, answer.total, &mut page.kinds)?;
    page.previous = (number > 1 && number <= pages + 1).then(|| {
        asked
            .having("page", &(number - 1).to_string())
            .href(base_path)
    });
    let reaches = (number + 1).saturating_mul(answer.size as u64) <= 10_000;
    page.next = (number < pages && reaches).then(|| {
        asked
            .having("page", &(number + 1).to_string())
            .href(base_path)
    });
    page.place = format!(
        "Page {} of {}",
        words::number(number),
        words::number(pages.max(1))
    );
    page.took_ms = answer.took_ms;
    page.exports = [("JSON", "json"), ("CSV", "csv"), ("JSON lines", "jsonl")]
        .map(|(title, format)| (title, asked.api_href(base_path, format)))
        .into();
    page.exports.extend(as_sparql(shared, asked)?);
    page.state.clone_from(&answer.state);
    if page.is_empty {
        page.ideas = ideas(shared, asked)?;
        page.ideas
            .extend(as_sparql(shared, asked)?.map(|(_, href)| Idea {
                label: "The same question as SPARQL, to change it there".to_owned(),
                found: String::new(),
                href,
            }));
    }
    if asked.is_kind("image") {
        page.images = gallery(shared, answer.hits, &members)?;
    } else {
        page.hits = grouped(shared, answer.hits, &members)?;
    }
    Ok(page)
}

/// How many there are of the kind that is shown, and would be of the other.
fn count_kinds(
    shared: &Shared,
    asked: &Asked,
    here: u64,
    kinds: &mut [Choice; 2],
) -> Result<(), ServeError> {
    for (kind, choice) in ["study", "image"].into_iter().zip(kinds) {
        let number = match choice.is_chosen {
            true => Some(here),
            false => total(shared, &asked.about(kind))?,
        };
        choice.count = number.map(words::number).unwrap_or_default();
    }
    Ok(())
}

/// The link to the same question as a query, unless that is longer than an address can be.
fn as_sparql(shared: &Shared, asked: &Asked) -> Result<Option<(&'static str, String)>, ServeError> {
    let request = SearchRequest::from_query(&asked.for_index())?;
    let query = request.as_sparql(&shared.harvester.projections().terms())?;
    let link = sparql::link(&shared.site.base_path, &query);
    Ok(link.map(|href| ("The same as SPARQL", href)))
}

/// Hits as lines. A study stands with all others of its title, on whatever page of the results they would be; of those on this page
/// the first stands for all.
fn grouped(
    shared: &Shared,
    hits: Vec<Hit>,
    members: &BTreeMap<String, String>,
) -> Result<Vec<Line>, ServeError> {
    let mut pictures = Picture::of_hits(shared, &hits)?;
    let unreachable = gallery::unreachable(shared, &hits)?;
    let base_path = &shared.site.base_path;
    let text = &shared.harvester.projections().stores().text;
    let mut lines: Vec<Line> = Vec::new();
    let mut named = HashSet::new();
    for hit in hits {
        if named.contains(&hit.id) {
            continue;
        }
        let is_study = hit.kind == "study";
        let (mut others, mut total) = match is_study {
            true => text
                .titled(&hit.title, MOST_OF_A_TITLE)
                .map_err(anyhow::Error::from)?,
            false => (Vec::new(), 0),
        };
        others.retain(|other| other.id != hit.id);
        total = total.saturating_sub(1);
        named.extend(others.iter().map(|other| other.id.clone()));
        lines.push(Line {
            more_same: total.saturating_sub(others.len()),
            same: others
                .into_iter()
                .map(|other| Same {
                    href: format!("{base_path}studies/{}", other.id),
                    member: called(members, &other.member),
                    id: other.id,
                })
                .collect(),
            picture: pictures.remove(&hit.id),
            is_unreachable: unreachable.contains(&hit.member),
            ..line(hit, members, base_path)
        });
    }
    Ok(lines)
}

fn line(hit: Hit, members: &BTreeMap<String, String>, base_path: &str) -> Line {
    // a hit leads to the page here, which says whose word it is
    let folder = match hit.kind.as_str() {
        "image" => "images",
        _ => "studies",
    };
    let all = hit.organism.iter().chain(&hit.method);
    let mut terms: Vec<String> = all.map(|term| term.label.clone()).collect();
    let more_terms = terms.len().saturating_sub(MOST_TERMS);
    terms.truncate(MOST_TERMS);
    Line {
        published: hit
            .published
            .as_deref()
            .map(words::date)
            .unwrap_or_default(),
        href: format!("{base_path}{folder}/{}", hit.id),
        member: called(members, &hit.member),
        picture: None,
        is_unreachable: false,
        title: Title::of(hit.title.as_str()),
        terms,
        more_terms,
        same: Vec::new(),
        more_same: 0,
        hit,
    }
}

fn called(members: &BTreeMap<String, String>, id: &str) -> String {
    members.get(id).cloned().unwrap_or_else(|| id.to_owned())
}
