//! The page of a term: what it means, where it stands among others, and how much there is of it.

use std::cmp::Reverse;

use ::web::{Site, words};
use askama::Template;
use url::form_urlencoded;

use super::tiles::{Tile, search, tiles};
use super::web_link;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::serve::terms::TermAnswer;
use crate::text::LabelledTerm;

/// Narrower terms that stand on the page.
const MOST_SHOWN: usize = 60;
/// Studies that stand on the page, and of how many they are taken, since those of one title are one.
const STUDIES: usize = 6;
const OF_STUDIES: &str = "24";

#[derive(Template)]
#[template(path = "term.html")]
struct TermPage<'a> {
    site: &'a Site,
    term: &'a TermAnswer,
    label: &'a str,
    iri_href: Option<String>,
    studies: String,
    images: String,
    direct: String,
    parents: Vec<Near>,
    ancestors: Vec<Near>,
    children: Vec<Near>,
    children_left_out: String,
    /// the most studies of one of the children
    most_of_a_child: u64,
    descendants: String,
    newest: Vec<Tile>,
    searches: Vec<Search>,
    api_href: String,
}

/// A term beside this one.
struct Near {
    label: String,
    id: String,
    href: String,
    /// studies that name it or a term below it
    studies: u64,
}

/// A search for it.
struct Search {
    label: String,
    href: String,
}

/// The page.
///
/// # Errors
/// When the index cannot be read or the page cannot be written.
pub(in crate::serve) fn term(shared: &Shared, term: &TermAnswer) -> Result<String, ServeError> {
    let base_path = &shared.site.base_path;
    let near = |terms: &[LabelledTerm]| -> Result<Vec<Near>, ServeError> {
        let terms = terms.iter().take(MOST_SHOWN);
        terms.map(|term| near(shared, term)).collect()
    };
    let both = term.counts.with_descendants;
    let mut children = near(&term.children)?;
    // those that there is most of first; the others stay in the order of their labels
    children.sort_by_key(|child| Reverse(child.studies));
    let left_out = term.children_total.saturating_sub(children.len());
    let (searches, newest) = studies(shared, term)?;
    Ok(TermPage {
        site: &shared.site,
        label: called(term),
        iri_href: web_link(&term.iri),
        studies: words::count(both.study, "study", "studies"),
        images: words::count(both.image, "image", "images"),
        direct: words::number(term.counts.direct.study + term.counts.direct.image),
        parents: near(&term.parents)?,
        ancestors: near(&term.ancestors)?,
        most_of_a_child: children.first().map_or(0, |child| child.studies),
        children,
        children_left_out: if left_out == 0 {
            String::new()
        } else {
            words::count(left_out as u64, "more", "more")
        },
        descendants: words::number(term.descendants_total as u64),
        newest,
        searches,
        api_href: format!("{base_path}api/v1/terms/{}", encoded(&term.id)),
        term,
    }
    .render()?)
}

fn called(term: &TermAnswer) -> &str {
    if term.label.is_empty() {
        &term.id
    } else {
        &term.label
    }
}

fn near(shared: &Shared, term: &LabelledTerm) -> Result<Near, ServeError> {
    let projections = shared.harvester.projections();
    let (stores, terms) = (projections.stores(), projections.terms());
    let iri = ontologies::curie::expand(&term.id).unwrap_or_else(|| term.id.clone());
    let counted = stores
        .text
        .count_with_term(&iri, true, &terms)
        .map_err(anyhow::Error::from)?;
    Ok(Near {
        label: term.label.clone(),
        id: term.id.clone(),
        href: format!("{}terms/{}", shared.site.base_path, encoded(&term.id)),
        studies: counted.studies,
    })
}

/// The searches that find it, by each role in which anything names it, and the newest studies of the role that most have. A term that
/// no filter finds is looked for by its name.
fn studies(shared: &Shared, term: &TermAnswer) -> Result<(Vec<Search>, Vec<Tile>), ServeError> {
    let base_path = &shared.site.base_path;
    let mut found = Vec::new();
    for facet in super::question::FACETS {
        if !facet.is_of_terms() {
            continue;
        }
        let of = |kind, size| {
            let pairs = [
                (facet.name(), term.id.as_str()),
                ("kind", kind),
                ("sort", "newest"),
                ("size", size),
            ];
            search(shared, &pairs)
        };
        let (studies, images) = match (of("study", OF_STUDIES), of("image", "1")) {
            (Ok(studies), Ok(images)) => (studies, images),
            // what a search takes for no term has no filter
            (Err(ServeError::Malformed(_)), _) => continue,
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        if studies.total + images.total > 0 {
            found.push((facet, studies, images.total));
        }
    }
    let is_one = found.len() == 1;
    let mut searches = Vec::new();
    for (facet, studies, images) in &found {
        let role = match is_one {
            true => String::new(),
            false => format!(" by {}", super::called::title(*facet).to_lowercase()),
        };
        for (number, kind, one, many) in [
            (studies.total, "study", "study", "studies"),
            (*images, "image", "image", "images"),
        ] {
            if number > 0 {
                searches.push(Search {
                    label: format!("{}{role}", words::count(number, one, many)),
                    href: address(base_path, facet.name(), &term.id, kind),
                });
            }
        }
    }
    if searches.is_empty() {
        searches.push(Search {
            label: "Search for these words".to_owned(),
            href: address(base_path, "q", called(term), "study"),
        });
    }
    let most = found
        .into_iter()
        .map(|(_, studies, _)| studies)
        .max_by_key(|studies| studies.total);
    let newest = most.map_or_else(Vec::new, |studies| studies.hits);
    Ok((searches, tiles(shared, newest, STUDIES)?))
}

fn address(base_path: &str, name: &str, value: &str, kind: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .append_pair("kind", kind)
        .finish();
    format!("{base_path}search?{query}")
}

/// The page of a term by its IRI.
pub(super) fn term_href(base_path: &str, iri: &str) -> String {
    let id = match ontologies::curie::compact(iri) {
        Some((prefix, local)) => format!("{prefix}:{local}"),
        None => iri.to_owned(),
    };
    format!("{base_path}terms/{}", encoded(&id))
}

/// A CURIE or an IRI as a part of an address.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
