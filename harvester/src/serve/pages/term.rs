//! The page of a term: what it means, where it stands among others, and how much there is of it.

use ::web::{Site, words};
use askama::Template;
use url::form_urlencoded;

use super::web_link;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::serve::terms::TermAnswer;
use crate::text::LabelledTerm;

/// Narrower terms that stand on the page.
const MOST_SHOWN: usize = 60;

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
    descendants: String,
    searches: Vec<Search>,
    api_href: String,
}

/// A term beside this one.
struct Near {
    label: String,
    id: String,
    href: String,
}

/// A search for it.
struct Search {
    label: &'static str,
    href: String,
}

/// The page.
///
/// # Errors
/// When it cannot be written.
pub(in crate::serve) fn term(shared: &Shared, term: &TermAnswer) -> Result<String, ServeError> {
    let base_path = &shared.site.base_path;
    let near = |terms: &[LabelledTerm]| -> Vec<Near> {
        let terms = terms.iter().take(MOST_SHOWN);
        terms.map(|term| near(term, base_path)).collect()
    };
    let both = term.counts.with_descendants;
    let left_out = term
        .children_total
        .saturating_sub(term.children.len().min(MOST_SHOWN));
    Ok(TermPage {
        site: &shared.site,
        label: if term.label.is_empty() {
            &term.id
        } else {
            &term.label
        },
        iri_href: web_link(&term.iri),
        studies: words::count(both.study, "study", "studies"),
        images: words::count(both.image, "image", "images"),
        direct: words::number(term.counts.direct.study + term.counts.direct.image),
        parents: near(&term.parents),
        ancestors: near(&term.ancestors),
        children: near(&term.children),
        children_left_out: if left_out == 0 {
            String::new()
        } else {
            words::count(left_out as u64, "more", "more")
        },
        descendants: words::number(term.descendants_total as u64),
        searches: searches(term, base_path),
        api_href: format!("{base_path}api/v1/terms/{}", encoded(&term.id)),
        term,
    }
    .render()?)
}

fn near(term: &LabelledTerm, base_path: &str) -> Near {
    Near {
        label: term.label.clone(),
        id: term.id.clone(),
        href: format!("{base_path}terms/{}", encoded(&term.id)),
    }
}

/// The searches that find it: by the filter where it is used as one, and in every case by its name.
fn searches(term: &TermAnswer, base_path: &str) -> Vec<Search> {
    let facet = match term.ontology.name.as_str() {
        "NCBITaxon" => Some("organism"),
        "FBbi" | "EDAM" => Some("method"),
        "CL" | "CLO" | "EFO" => Some("cell"),
        "UBERON" | "BTO" => Some("tissue"),
        "DOID" | "MONDO" => Some("disease"),
        "GO" => Some("process"),
        "CMPO" | "PATO" | "MP" | "HP" => Some("phenotype"),
        _ if !term.facets.is_empty() => Some("method"),
        _ => None,
    };
    let (name, value) = match facet {
        Some(facet) => (facet, term.id.as_str()),
        None => ("q", term.label.as_str()),
    };
    let search = |label, kind| Search {
        label,
        href: format!(
            "{base_path}search?{}",
            form_urlencoded::Serializer::new(String::new())
                .append_pair(name, value)
                .append_pair("kind", kind)
                .finish()
        ),
    };
    vec![search("Studies", "study"), search("Images", "image")]
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
