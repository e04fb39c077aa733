//! What a search finds in real archives, the query that its page links to finds too.

use std::collections::BTreeSet;

use regex::Regex;
use reqwest::Url;

use super::facets::{FILTERS, WORDS};
use super::portal::{Portal, accession};

/// Hits on the largest page.
const PAGE: usize = 100;

/// Facets of which the most frequent values are asked for, one by one.
const FACETS: [&str; 9] = [
    "organism",
    "method",
    "cell",
    "tissue",
    "disease",
    "process",
    "phenotype",
    "licence",
    "year",
];

/// Values of each facet that are asked for.
const VALUES: usize = 12;

/// Every filter that facets are counted under, words, and the most frequent values of each facet, each way round.
pub(crate) fn a_search_and_its_query_find_the_same(portal: &Portal<'_>) {
    for filters in FILTERS {
        agree(portal, filters);
    }
    for words in WORDS {
        agree(portal, &[("q", words)]);
        agree(portal, &[("q", words), ("organism", "NCBITaxon:9606")]);
    }
    let names = FACETS.join(",");
    let answer = portal.search(&[("facets", &names), ("kind", "study")]);
    for facet in FACETS {
        let values = answer["facets"][facet].as_array().unwrap();
        for value in values.iter().take(VALUES) {
            agree(portal, &[(facet, value["id"].as_str().unwrap())]);
        }
        if let Some(value) = values.first() {
            let excluded = format!("-{}", value["id"].as_str().unwrap());
            agree(portal, &[(facet, &excluded)]);
        }
    }
}

#[track_caller]
fn agree(portal: &Portal<'_>, question: &[(&str, &str)]) {
    let mut question = question.to_vec();
    if !question.iter().any(|(name, _)| *name == "kind") {
        question.push(("kind", "study"));
    }
    let searched = portal.all(&question, PAGE);
    let page = portal.get("search", &question, "text/html");
    let query = linked_query(page.text());
    let rows = portal.select(&query);
    let variable = if query.contains("?image") {
        "image"
    } else {
        "study"
    };
    let queried: BTreeSet<String> = rows.iter().map(|row| accession(&row[variable])).collect();
    let differing: Vec<&String> = searched.symmetric_difference(&queried).take(5).collect();
    assert_eq!(
        searched, queried,
        "{question:?} differs in {differing:?}\n{query}"
    );
    assert_eq!(rows.len(), queried.len(), "{query} gives something twice");
}

/// The query that a page of results links to.
#[track_caller]
fn linked_query(page: &str) -> String {
    let link = Regex::new(r#"href="[^"]*/(sparql\?query=[^"]+)""#).unwrap();
    let found = link.captures(page).expect("a link to the same as SPARQL");
    let url = Url::parse(&format!("http://x/{}", &found[1])).unwrap();
    url.query_pairs().next().unwrap().1.into_owned()
}
