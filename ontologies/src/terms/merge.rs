//! Which file's word counts where several know the same term.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::curie::compact;
use crate::term::{Ontology, Source, Term};

/// The greater rank wins: home before import, something to say before nothing, later before earlier, loaded before shipped.
type Rank = (bool, bool, String, bool);

/// Release date of what has none: a loaded file without a date was chosen by the operator and counts as later than any slim.
const UNDATED_LOADED: &str = "9999-99-99";

/// One term for each IRI, in the order of first appearance, and the place of the file that it is taken from, slims counted first.
pub(super) fn merge(slims: Vec<Ontology>, loaded: Vec<Ontology>) -> (Vec<Term>, Vec<u32>) {
    let mut terms: Vec<Term> = Vec::new();
    let mut files: Vec<u32> = Vec::new();
    let mut ranks: Vec<Rank> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let shipped = slims.into_iter().map(|ontology| (ontology, false));
    let all = shipped.chain(loaded.into_iter().map(|ontology| (ontology, true)));
    for ((ontology, is_loaded), file) in all.zip(0..) {
        for term in ontology.terms {
            let rank = rank(&term, &ontology.source, is_loaded);
            match places.entry(term.iri.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(terms.len());
                    terms.push(term);
                    ranks.push(rank);
                    files.push(file);
                }
                Entry::Occupied(entry) if rank > ranks[*entry.get()] => {
                    ranks[*entry.get()] = rank;
                    terms[*entry.get()] = term;
                    files[*entry.get()] = file;
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    (terms, files)
}

fn rank(term: &Term, source: &Source, is_loaded: bool) -> Rank {
    let is_home =
        compact(&term.iri).is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(&source.name));
    let date = source
        .date()
        .unwrap_or(if is_loaded { UNDATED_LOADED } else { "" });
    (!term.label.is_empty(), is_home, date.to_owned(), is_loaded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ontology(name: &str, version: &str, label: &str) -> Ontology {
        let term = Term {
            iri: "http://purl.obolibrary.org/obo/CL_0000540".to_owned(),
            label: label.to_owned(),
            ..Term::default()
        };
        let source = Source {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            ..Source::default()
        };
        Ontology {
            source,
            terms: vec![term],
        }
    }

    fn winner(slims: Vec<Ontology>, loaded: Vec<Ontology>) -> String {
        merge(slims, loaded).0.remove(0).label
    }

    #[test]
    fn the_later_release_counts() {
        assert_eq!(
            winner(
                vec![ontology("CL", "2026-03-26", "slim")],
                vec![ontology("CL", "2026-05-01", "loaded")]
            ),
            "loaded"
        );
        assert_eq!(
            winner(
                vec![ontology("CL", "2026-03-26", "slim")],
                vec![ontology("CL", "2020-01-01", "old")]
            ),
            "slim"
        );
        assert_eq!(
            winner(
                vec![ontology("CL", "2026-03-26", "slim")],
                vec![ontology("CL", "edit", "undated")]
            ),
            "undated"
        );
    }

    #[test]
    fn a_slim_without_date_gives_way_to_whatever_is_loaded() {
        let slim = vec![ontology("CL", "mixed, see origin", "slim")];
        assert_eq!(
            winner(slim, vec![ontology("CL", "2001-01-01", "old")]),
            "old"
        );
    }

    #[test]
    fn an_import_does_not_overrule_the_ontology_itself() {
        assert_eq!(
            winner(
                vec![ontology("CL", "2020-01-01", "slim")],
                vec![ontology("GO", "2026-05-01", "imported")]
            ),
            "slim"
        );
    }

    #[test]
    fn a_term_without_label_never_hides_one_that_has_one() {
        assert_eq!(
            winner(
                vec![ontology("CL", "2020-01-01", "slim")],
                vec![ontology("CL", "2026-05-01", "")]
            ),
            "slim"
        );
    }

    #[test]
    fn the_file_that_a_term_is_taken_from_is_told() {
        let slim = || vec![ontology("CL", "2026-03-26", "slim")];
        let newer = ontology("CL", "2026-05-01", "loaded");
        let older = ontology("CL", "2020-01-01", "old");
        assert_eq!(merge(slim(), vec![older.clone(), newer]).1, [2]);
        assert_eq!(merge(slim(), vec![older]).1, [0]);
    }
}
