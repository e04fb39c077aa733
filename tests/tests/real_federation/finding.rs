//! Searches, completions and exports over real studies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ontology::{Ontology, plain};
use super::portal::{Portal, accession, ids};
use super::queries;
use super::study::Study;

type Studies = BTreeMap<String, Study>;

/// Hits on the largest page.
const PAGE: usize = 100;

/// One search and one query: mice by multi-photon microscopy, or by what is a kind of it.
pub(crate) fn a_search_and_a_query_find_the_same_in_all_archives(
    portal: &Portal<'_>,
    studies: &Studies,
) {
    let mouse_by = |method: &str| {
        let filters = [("organism", "NCBITaxon:10090"), ("method", method)];
        portal.all(&filters, PAGE)
    };
    let multi_photon = mouse_by("FBbi:00000255");
    let by_hand: BTreeSet<String> = studies
        .iter()
        .filter(|(_, study)| {
            study.has("organism", "NCBITaxon:10090") && study.has("method", "FBbi:00000255")
        })
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!(multi_photon, by_hand);
    let rows = portal.select(&queries::text("01-organism-and-method"));
    let queried: BTreeSet<String> = rows.iter().map(|row| accession(&row["study"])).collect();
    assert_eq!((queried, rows.len()), (by_hand.clone(), by_hand.len()));
    let archives: BTreeSet<&str> = by_hand.iter().map(|id| studies[id].member).collect();
    assert_eq!(archives, BTreeSet::from(["bia", "idr", "ssbd"]));
    // what is stated only as multi-photon is not two-photon
    let two_photon = mouse_by("FBbi:00000254");
    assert!(!two_photon.is_empty() && two_photon.is_subset(&multi_photon));
    assert!(two_photon.len() < multi_photon.len());
}

/// Whatever the size of the pages.
pub(crate) fn a_cursor_goes_through_everything_once(portal: &Portal<'_>, studies: &Studies) {
    let published: BTreeSet<String> = studies.keys().cloned().collect();
    for size in [PAGE, 37] {
        assert_eq!(portal.all(&[], size), published);
    }
}

/// Pages as JSON, a hit a line, and a hit a row.
pub(crate) fn exports_hold_what_the_pages_hold(portal: &Portal<'_>, studies: &Studies) {
    let mut all: [Vec<String>; 3] = Default::default();
    for page in 1..=studies.len().div_ceil(PAGE) {
        let page = page.to_string();
        let of_format = |format: &str| {
            let parameters = [
                ("sort", "title"),
                ("size", "100"),
                ("page", &page),
                ("format", format),
            ];
            portal.get("api/v1/search", &parameters, "*/*")
        };
        let json: Value = serde_json::from_str(of_format("json").text()).unwrap();
        all[0].extend(ids(&json));
        let lines = of_format("jsonl");
        all[1].extend(lines.text().lines().map(|line| {
            let hit: Value = serde_json::from_str(line).unwrap();
            hit["id"].as_str().unwrap().to_owned()
        }));
        let table = of_format("csv");
        let mut rows = csv::Reader::from_reader(table.body.as_slice());
        assert_eq!(rows.headers().unwrap().get(0), Some("id"));
        all[2].extend(rows.records().map(|row| row.unwrap()[0].to_owned()));
    }
    let [json, lines, table] = &all;
    assert_eq!((json, json), (lines, table));
    let once: BTreeSet<&String> = json.iter().collect();
    assert_eq!((once.len(), json.len()), (studies.len(), studies.len()));
}

/// Accessions, the archives' own identifiers, and DOIs of articles.
pub(crate) fn identifiers_come_first(portal: &Portal<'_>, studies: &Studies) {
    for (id, study) in studies.iter().step_by(9) {
        for query in [id.clone(), id.to_lowercase(), format!("{id}.1")] {
            assert_eq!(portal.found(&[("q", &query)])[0], *id, "{query}");
        }
        let found = portal.found(&[("q", &study.identifier)]);
        assert_eq!(found[0], *id, "{}", study.identifier);
    }
    let mut of_article: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, study) in studies {
        for (doi, _) in &study.articles {
            of_article.entry(doi).or_default().insert(id);
        }
    }
    let mut shared = 0;
    for (doi, ids) in of_article.iter().filter(|(doi, _)| is_doi(doi)).step_by(5) {
        shared += usize::from(ids.len() > 1);
        for query in [doi, doi.trim_start_matches("https://doi.org/")] {
            let found = portal.found(&[("q", query)]);
            let first: BTreeSet<&str> = found.iter().take(ids.len()).map(String::as_str).collect();
            assert_eq!(&first, ids, "{query}");
        }
    }
    assert!(shared > 0, "no article of several studies was tried");
}

fn is_doi(id: &str) -> bool {
    id.starts_with("https://doi.org/10.")
}

/// A study is found first by its title, and by words of its title before those that have them in a text.
pub(crate) fn titles_come_before_texts(portal: &Portal<'_>, studies: &Studies) {
    for (id, study) in studies.iter().step_by(17) {
        // a query has 64 words at most
        let words: Vec<&str> = study.title.split_whitespace().take(30).collect();
        let found = portal.found(&[("q", &words.join(" "))]);
        // "spaCR: Spatial phenotype analysis" has all words of "Spatial phenotype analysis", and they stand together
        let is_called_so =
            |found: &String| plain(&studies[found].title).contains(&plain(&study.title));
        assert!(found.first().is_some_and(is_called_so), "{id} {found:?}");
    }
    for word in [
        "kinetochore",
        "zebrafish",
        "mitochondria",
        "spindle",
        "tumour",
    ] {
        let has = |text: &str| plain(text).split(' ').any(|own| own == word);
        let all = portal.all(&[("q", word)], PAGE);
        for (id, study) in studies {
            let is_said = has(&study.title) || has(&study.description);
            assert!(!is_said || all.contains(id), "{word} does not find {id}");
        }
        let in_title = |id: &String| has(&studies[id].title);
        let in_text = |id: &String| !in_title(id) && has(&studies[id].description);
        let found = portal.found(&[("q", word)]);
        assert!(in_title(&found[0]), "{word} finds {} first", found[0]);
        assert!(all.iter().any(in_text), "{word} is in no text alone");
    }
}

/// Terms with their counts, and studies by the beginning of a title.
pub(crate) fn beginnings_are_completed(
    portal: &Portal<'_>,
    studies: &Studies,
    ontology: &Ontology,
) {
    for (typed, facet, id) in [
        ("mus m", "organism", "NCBITaxon:10090"),
        ("Danio", "organism", "NCBITaxon:7955"),
        ("confocal mic", "method", "FBbi:00000251"),
        ("hela", "cell", "CLO:0003684"),
        ("kinetoch", "process", "GO:0000776"),
    ] {
        let completed = completions(portal, typed);
        let one = completed
            .iter()
            .find(|it| it["id"] == id)
            .unwrap_or_else(|| panic!("{typed} is not completed to {id}: {completed:?}"));
        assert_eq!(one["facet"], facet);
        assert_eq!(one["label"].as_str(), ontology.label(id));
        let by_hand = studies.values().filter(|it| it.has(facet, id)).count();
        assert_eq!(one["count"], by_hand as u64, "{id}");
    }
    let (id, study) = studies.iter().find(|(_, it)| it.title.len() > 60).unwrap();
    let begun: String = study.title.chars().take(40).collect();
    let completed = completions(portal, &begun);
    assert!(
        completed.iter().any(|it| it["id"] == id.as_str()),
        "{begun}: {completed:?}"
    );
}

fn completions(portal: &Portal<'_>, typed: &str) -> Vec<Value> {
    let answer = portal.json("api/v1/suggest", &[("q", typed)]);
    answer["suggestions"].as_array().unwrap().clone()
}
