//! The counts beside a search, under filters, exclusions and words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ontology::Ontology;
use super::portal::Portal;
use super::study::{OF_TERMS, PLAIN, Study};

/// The most values of a facet in an answer.
const MOST: usize = 100;

/// Filters as they stand in an address: those of one parameter are alternatives, unless a minus excludes them.
pub(crate) const FILTERS: &[&[(&str, &str)]] = &[
    &[],
    &[("organism", "NCBITaxon:10090")],
    &[("organism", "NCBITaxon:10090"), ("method", "FBbi:00000255")],
    // fishes and flies, by nothing confocal
    &[
        ("organism", "NCBITaxon:7955"),
        ("organism", "NCBITaxon:7227"),
        ("method", "-FBbi:00000251"),
    ],
    // no mammals
    &[("organism", "-NCBITaxon:40674")],
    &[
        ("method", "FBbi:00000251"),
        ("method", "-FBbi:00000253"),
        ("organism", "NCBITaxon:9606"),
    ],
    &[("method", "omma:method-light-sheet")],
    &[("method", "omma:method-electron"), ("year", "2022..2024")],
    &[("process", "GO:0043226"), ("member", "-bia")],
    &[("cell", "CLO:0003684")],
    &[("tissue", "UBERON:0000994")],
    &[
        (
            "licence",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("year", "-2025"),
    ],
    &[("licence", "-https://creativecommons.org/licenses/by/4.0/")],
    &[("member", "idr"), ("member", "ssbd"), ("year", "..2019")],
    &[("author", "0000-0001-5909-701X")],
    &[("author", "-0000-0001-5909-701X"), ("year", "2016")],
    &[("kind", "image")],
    &[("holding", "-catalogued")],
    &[("holding", "catalogued"), ("access", "-open")],
];

/// Words whose hits are counted; what they find is another matter, and judged by the words of titles and descriptions.
pub(crate) const WORDS: &[&str] = &[
    "kinetochore",
    "zebrafish",
    "actin -human",
    "\"light sheet\"",
    "chromatin mito*",
];

type Studies = BTreeMap<String, Study>;

/// Every facet under every filter, and for words.
pub(crate) fn each_facet_is_counted_as_by_hand(
    portal: &Portal<'_>,
    studies: &Studies,
    ontology: &Ontology,
) {
    let names = [&OF_TERMS[..], &PLAIN].concat().join(",");
    let facets = ("facets", names.as_str());
    let mut empty = 0;
    for filters in FILTERS {
        let answer = portal.search(&[filters, &[facets][..]].concat());
        let expected: Vec<&Study> = studies
            .values()
            .filter(|study| admits(filters, study))
            .collect();
        empty += usize::from(expected.is_empty());
        agree(&answer, &expected, ontology, &format!("{filters:?}"));
    }
    // there are no images, and nothing is held: all other filters have hits, or the comparison says little
    assert_eq!(empty, 2);
    for words in WORDS {
        let answer = portal.search(&[("q", words), facets]);
        let found = portal.all(&[("q", words)], MOST);
        assert!(!found.is_empty(), "{words}");
        let expected: Vec<&Study> = found.iter().map(|id| &studies[id]).collect();
        agree(&answer, &expected, ontology, words);
    }
}

/// Whether a study passes filters.
fn admits(filters: &[(&str, &str)], study: &Study) -> bool {
    let facets: BTreeSet<&str> = filters.iter().map(|(facet, _)| *facet).collect();
    facets.into_iter().all(|facet| {
        let values = filters.iter().filter(|(name, _)| *name == facet);
        let (none, any): (Vec<&str>, Vec<&str>) = values
            .map(|(_, value)| *value)
            .partition(|value| value.starts_with('-'));
        let has = |value: &str| match (facet, value.split_once("..")) {
            ("year", Some((from, to))) => study
                .stated("year")
                .any(|year| year.as_str() >= from && (to.is_empty() || year.as_str() <= to)),
            _ => study.has(facet, value),
        };
        let is_admitted = any.is_empty() || any.iter().any(|value| has(value));
        is_admitted && !none.iter().any(|value| has(value.trim_start_matches('-')))
    })
}

/// Total and counts of an answer are those of these studies.
fn agree(answer: &Value, expected: &[&Study], ontology: &Ontology, what: &str) {
    assert_eq!(answer["total"], expected.len() as u64, "{what}");
    for facet in OF_TERMS.iter().chain(&PLAIN) {
        let listed = answer["facets"][facet].as_array().unwrap();
        let listed: BTreeMap<&str, &Value> = listed
            .iter()
            .map(|value| (value["id"].as_str().unwrap(), value))
            .collect();
        let counted = count(expected, facet);
        let more = answer["more"][facet].as_u64().unwrap_or(0);
        assert_eq!(listed.len(), counted.len().min(MOST), "{facet} of {what}");
        assert_eq!(
            listed.len() as u64 + more,
            counted.len() as u64,
            "{facet} of {what}"
        );
        for (id, value) in &listed {
            let by_hand = counted.get(*id).copied();
            assert_eq!(value["count"].as_u64(), by_hand, "{facet} {id} of {what}");
            if let Some(label) = ontology.label(id) {
                assert_eq!(value["label"], label, "{facet} {id}");
            }
        }
        // what is left out is nowhere more frequent than what is listed
        let least = listed.values().filter_map(|value| value["count"].as_u64());
        let left = counted
            .iter()
            .filter(|(id, _)| !listed.contains_key(id.as_str()));
        assert!(
            left.map(|(_, count)| *count).max() <= least.min(),
            "{facet} of {what}"
        );
    }
}

/// How many studies have each value that one of them states, or something narrower.
fn count(studies: &[&Study], facet: &str) -> BTreeMap<String, u64> {
    let stated: BTreeSet<&String> = studies
        .iter()
        .flat_map(|study| study.stated(facet))
        .collect();
    let mut counts = BTreeMap::new();
    for study in studies {
        for value in study.broadened(facet) {
            if stated.contains(value) {
                *counts.entry(value.clone()).or_insert(0) += 1;
            }
        }
    }
    counts
}
