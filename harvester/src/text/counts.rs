//! From counts of bundles to the values of a facet, as they are shown.

use std::borrow::Cow;

use ontologies::Terms;

use super::answer::FacetValue;
use super::collect::Found;
use super::columns::Columns;
use super::facet::Facet;
use super::filter::short;

/// The most values of a facet in an answer.
const MOST_VALUES: usize = 100;

/// Counts of a facet's values over all hits: values that a hit has itself, each with the hits that have it or something
/// narrower. The most frequent first, then by label; and how many more there are than are listed.
pub(super) fn counts(
    columns: &Columns,
    facet: Facet,
    found: &[Found],
    terms: &Terms,
) -> (Vec<FacetValue>, usize) {
    let Totals { totals, is_direct } = totals(columns, facet, found);
    let values = columns.values(facet);
    let mut listed: Vec<usize> = (0..totals.len()).filter(|n| is_direct[*n]).collect();
    let all = listed.len();
    // of a hundred thousand authors labels are compared only where counts do not decide
    if all > MOST_VALUES {
        let (_, nth, _) =
            listed.select_nth_unstable_by_key(MOST_VALUES - 1, |n| std::cmp::Reverse(totals[*n]));
        let least = totals[*nth];
        listed.retain(|n| totals[*n] >= least);
    }
    let label_of = |number: usize| {
        let (key, own) = (values.key(number), values.label(number));
        if facet.is_of_terms() {
            label(key, own, terms)
        } else {
            Cow::Borrowed(own.unwrap_or(key))
        }
    };
    let mut labelled: Vec<_> = listed
        .into_iter()
        .map(|number| (std::cmp::Reverse(totals[number]), label_of(number), number))
        .collect();
    let order = |one: &Labelled<'_>, other: &Labelled<'_>| {
        let key = |number| values.key(number);
        (&one.0, &one.1, key(one.2)).cmp(&(&other.0, &other.1, key(other.2)))
    };
    if labelled.len() > MOST_VALUES {
        labelled.select_nth_unstable_by(MOST_VALUES - 1, order);
        labelled.truncate(MOST_VALUES);
    }
    labelled.sort_unstable_by(order);
    let given: Vec<FacetValue> = labelled
        .into_iter()
        .map(|(count, label, number)| FacetValue {
            id: if facet.is_of_terms() {
                short(values.key(number))
            } else {
                values.key(number).to_owned()
            },
            label: label.into_owned(),
            count: count.0,
        })
        .collect();
    let more = all - given.len();
    (given, more)
}

/// Count, label, number.
type Labelled<'v> = (std::cmp::Reverse<u64>, Cow<'v, str>, usize);

/// What the ontologies call a term, else what the record calls it, else its identifier.
pub(super) fn label<'v>(iri: &str, submitted: Option<&'v str>, terms: &'v Terms) -> Cow<'v, str> {
    let known = terms
        .by_iri(iri)
        .map(|term| term.label.as_str())
        .filter(|label| !label.is_empty());
    match known.or(submitted) {
        Some(label) => Cow::Borrowed(label),
        None => Cow::Owned(short(iri)),
    }
}

/// How many hits have each value of a facet, by the number of the value.
pub(super) struct Totals {
    /// Hits that have the value or something narrower.
    pub totals: Vec<u64>,
    /// Whether a hit has the value itself.
    pub is_direct: Vec<bool>,
}

/// Adds up the bundles of all segments.
pub(super) fn totals(columns: &Columns, facet: Facet, found: &[Found]) -> Totals {
    let known = columns.values(facet).len();
    let mut totals = vec![0_u64; known];
    let mut is_direct = vec![false; known];
    let of_facet = found
        .iter()
        .flat_map(|segment| &segment.counted)
        .filter(|counted| counted.facet == facet);
    for counted in of_facet {
        for (ordinal, count) in counted.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            for (number, direct) in counted.bundles.values(ordinal) {
                totals[number] += u64::from(*count);
                is_direct[number] |= direct;
            }
        }
    }
    Totals { totals, is_direct }
}
