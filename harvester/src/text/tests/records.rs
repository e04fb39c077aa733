//! A record as a node writes it: the smallest study of the node's own tests, byte for byte.

use ontologies::Terms;
use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;

use super::{NAMESPACE, Scene};
use crate::projection::Shown;

const SMALL_STUDY: &str = include_str!("small_study.nq");

fn scene() -> Scene {
    let id = Accession::parse("DND-S42").unwrap();
    let namespace = Namespace::parse(NAMESPACE).unwrap();
    let shown = Shown {
        record: Record::parse(SMALL_STUDY.as_bytes().to_vec(), &id, &namespace).unwrap(),
        id,
        version: 2,
        namespace,
        member: "dundee".to_owned(),
        index: 7,
        verified_at: "2026-03-02T12:00:00Z".to_owned(),
        of_study: None,
    };
    let scene = Scene::empty();
    let loaded = scene
        .text
        .load(std::iter::once(Ok(shown)), Terms::builtin(), 8);
    assert_eq!(loaded.unwrap(), 1);
    scene
}

#[test]
fn each_statement_is_found_where_it_belongs() {
    let scene = scene();
    let facets = "organism,method,cell,author,licence,member,kind,access,holding,year";
    let answer = scene.search(&[("facets", facets)]).unwrap();
    let counted: Vec<String> = answer
        .facets
        .iter()
        .flat_map(|(facet, values)| {
            values
                .iter()
                .map(move |value| format!("{facet} {} | {}", value.id, value.label))
        })
        .collect();
    assert_eq!(
        counted,
        [
            "organism NCBITaxon:4896 | Schizosaccharomyces pombe",
            "method FBbi:00000253 | spinning disk confocal microscopy",
            "author A. Author | A. Author",
            "licence https://creativecommons.org/publicdomain/zero/1.0/ | CC0-1.0",
            "member dundee | dundee",
            "kind study | study",
            "holding catalogued | catalogued",
            "year 2006 | 2006",
        ]
    );
    let hit = &answer.hits[0];
    assert_eq!(hit.published.as_deref(), Some("2006"));
    assert_eq!(hit.title, "Septin rings");
    assert_eq!(hit.thumbnail, None);
}

#[test]
fn it_is_found_by_its_words_names_and_identifiers() {
    let scene = scene();
    for query in [
        "septin",
        "fission yeast",
        "spinning disk confocal",
        "author",
        "\"wild type\"",
        "S-SMALL1",
        "DND-S42.2",
        "https://archive.example.org/S-SMALL1",
    ] {
        assert_eq!(scene.find(query), ["DND-S42"], "{query}");
    }
    // what is missing is not there, and the salt is no word
    for query in ["description", "BwcHBwcHBwcHBwcHBwcHBw", "profile"] {
        assert_eq!(scene.find(query), Vec::<String>::new(), "{query}");
    }
}
