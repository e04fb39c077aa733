//! What an ontology is called: the vocabulary that the file is about, which says whose word counts on a term.

use std::collections::HashMap;

use crate::curie::compact;
use crate::term::Ontology;
use crate::vocabulary;

/// From the ontology's IRI or id where that names a vocabulary (`…/obo/cl/subsets/….owl` is of CL), else the prefix that most of
/// its terms have.
pub(super) fn of(ontology: &Ontology) -> String {
    let counts = prefixes(ontology);
    let stated = ontology
        .source
        .origin
        .as_deref()
        .and_then(first_segment)
        .and_then(|segment| {
            let known = vocabulary::by_prefix(segment).map(|row| row.prefix);
            known.or_else(|| {
                counts
                    .keys()
                    .copied()
                    .find(|prefix| prefix.eq_ignore_ascii_case(segment))
            })
        });
    let most = || {
        counts
            .iter()
            .max_by_key(|(prefix, count)| (**count, **prefix))
            .map(|(prefix, _)| *prefix)
    };
    stated.or_else(most).unwrap_or("unnamed").to_owned()
}

fn prefixes(ontology: &Ontology) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for (prefix, _) in ontology.terms.iter().filter_map(|term| compact(&term.iri)) {
        *counts.entry(prefix).or_default() += 1;
    }
    counts
}

/// `http://purl.obolibrary.org/obo/cl/subsets/x.owl`, `http://www.ebi.ac.uk/cmpo/cmpo-simple.owl` and `go/imports/cl_import` say
/// cl, cmpo, go.
fn first_segment(origin: &str) -> Option<&str> {
    let path = match origin.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => origin,
    };
    let path = path.strip_prefix("obo/").unwrap_or(path);
    path.split(['/', '.', '#'])
        .next()
        .filter(|segment| !segment.is_empty())
}
