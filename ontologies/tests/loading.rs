//! Every ontology file of the shared data loads, with as many classes as counted independently, or says why not.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ontologies::{LoadError, Ontology, Resolution, Terms, load};

mod shared;

/// What a file holds: all classes; or the classes of one prefix; or the words by which it is refused.
enum Expected {
    Classes(&'static str, usize),
    OfPrefix(&'static str, &'static str, usize),
    /// Not counted by anybody else.
    Some(&'static str),
    Refused(&'static str),
}
use Expected::{Classes, OfPrefix, Refused, Some as Loads};

/// File, and what the README of the shared data counts in it (distinct class ids, imported and obsolete ones too).
const FILES: &[(&str, Expected)] = &[
    ("cmpo.obo", Classes("CMPO", 399)),
    ("cmpo-simple.owl", Classes("CMPO", 399)),
    ("fbbi/fbbi-derived.obo", Classes("FBbi", 646)),
    ("fbbi/fbbi-edit.ofn", Refused("OWL functional syntax")),
    ("fbbi/merged_import.ofn", Refused("OWL functional syntax")),
    ("fbbi/ro_import.obo", Loads("FBbi")),
    ("fbbi/ro_import.json", Loads("FBbi")),
    ("fbbi/ro_import.owl", Loads("FBbi")),
    ("pato/pato.obo", Classes("PATO", 2785)),
    ("pato/pato-simple.json", Classes("PATO", 2869)),
    ("cl/general_cell_types_upper_slim.obo", Classes("CL", 713)),
    ("cl/general_cell_types_upper_slim.json", Classes("CL", 713)),
    ("go/cl_import.obo", OfPrefix("GO", "CL_", 1335)),
    ("go/ncbitaxon_import.obo", Classes("GO", 1021)),
    ("efo/go_import.owl", Classes("EFO", 737)),
    ("efo/cl_import.owl", OfPrefix("EFO", "CL_", 724)),
    ("efo/efo_subclasses.owl", Classes("EFO", 8280)),
    ("duo/duo.owl", Classes("DUO", 45)),
    ("cxg/CL-ontology-v2026-03-26.json", Classes("CL", 3596)),
    (
        "cxg/UBERON-ontology-v2026-04-01.json",
        Classes("UBERON", 16358),
    ),
    ("cxg/EFO-ontology-v3.90.0.json", Classes("EFO", 18382)),
    ("cxg/PATO-ontology-v2025-05-14.json", Classes("PATO", 2869)),
    (
        "cxg/HANCESTRO-ontology-v2025-10-14.json",
        Classes("HANCESTRO", 1023),
    ),
    ("cxg/NCBITaxon-slice.json", Classes("NCBITaxon", 159)),
    (
        "cxg/latest_ontology_info.json",
        Refused("none of the formats"),
    ),
];

fn read(folder: &Path, file: &str) -> Result<Ontology, LoadError> {
    load(&std::fs::read(folder.join(file)).unwrap())
}

/// The classes of a file. An `alt_id` of OBO, which an ontology's term had before it was merged into another, is read as an obsolete
/// term too, so that it can be resolved; it is no class of the file.
fn classes(file: &str, ontology: &Ontology) -> usize {
    let is_merged =
        |term: &ontologies::Term| file.ends_with(".obo") && term.obsolete && term.label.is_empty();
    ontology
        .terms
        .iter()
        .filter(|term| !is_merged(term))
        .count()
}

#[test]
fn every_file_loads_or_says_why_not() {
    let Some(folder) = shared::data("ontologies") else {
        return;
    };
    for (file, expected) in FILES {
        let loaded = read(&folder, file);
        match (expected, loaded) {
            (Classes(name, count), Ok(ontology)) => {
                assert_eq!(
                    (ontology.source.name.as_str(), classes(file, &ontology)),
                    (*name, *count),
                    "{file}"
                );
            }
            (OfPrefix(name, prefix, count), Ok(ontology)) => {
                let of_prefix = ontology
                    .terms
                    .iter()
                    .filter(|term| term.iri.contains(&format!("/obo/{prefix}")))
                    .count();
                assert_eq!(
                    (ontology.source.name.as_str(), of_prefix),
                    (*name, *count),
                    "{file}"
                );
            }
            (Loads(name), Ok(ontology)) => assert_eq!(ontology.source.name, *name, "{file}"),
            (Refused(words), Err(error)) => {
                assert!(error.to_string().contains(words), "{file}: {error}")
            }
            (_, Ok(ontology)) => panic!(
                "{file} was to be refused and gave {} terms",
                ontology.terms.len()
            ),
            (_, Err(error)) => panic!("{file}: {error}"),
        }
    }
}

#[test]
fn no_file_is_left_out() {
    let Some(folder) = shared::data("ontologies") else {
        return;
    };
    let mut open = vec![folder.clone()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let relative = path
                .strip_prefix(&folder)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            assert!(
                FILES.iter().any(|(file, _)| *file == relative),
                "{relative} is not in the table"
            );
        }
    }
}

#[test]
fn two_formats_of_one_ontology_say_the_same() {
    let Some(folder) = shared::data("ontologies") else {
        return;
    };
    for (one, other) in [
        ("cmpo.obo", "cmpo-simple.owl"),
        (
            "cl/general_cell_types_upper_slim.obo",
            "cl/general_cell_types_upper_slim.json",
        ),
        ("fbbi/ro_import.obo", "fbbi/ro_import.owl"),
        ("fbbi/ro_import.json", "fbbi/ro_import.owl"),
    ] {
        let by_iri = |file| -> BTreeMap<String, _> {
            let terms = read(&folder, file).unwrap().terms;
            let sorted = |mut list: Vec<String>| {
                list.sort();
                list.dedup();
                list
            };
            terms
                .into_iter()
                .map(|term| {
                    (
                        term.iri,
                        (
                            term.label,
                            sorted(term.synonyms),
                            sorted(term.parents),
                            sorted(term.part_of),
                            term.obsolete,
                        ),
                    )
                })
                .collect()
        };
        let (one_terms, other_terms) = (by_iri(one), by_iri(other));
        let differing: Vec<_> = one_terms
            .iter()
            .filter(|(iri, term)| other_terms.get(*iri) != Some(term))
            .collect();
        assert!(
            differing.is_empty(),
            "{one} and {other} differ in {} of {}: {:#?}",
            differing.len(),
            one_terms.len(),
            differing
                .iter()
                .take(3)
                .map(|(iri, term)| (iri, term, other_terms.get(*iri)))
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn edges_and_headers_are_read() {
    let Some(folder) = shared::data("ontologies") else {
        return;
    };
    let edges = |file| {
        read(&folder, file)
            .unwrap()
            .terms
            .iter()
            .map(|term| term.parents.len())
            .sum::<usize>()
    };
    assert_eq!(edges("cmpo.obo"), 525);
    assert_eq!(edges("cmpo-simple.owl"), 525);
    assert_eq!(edges("fbbi/fbbi-derived.obo"), 594);
    assert_eq!(edges("cl/general_cell_types_upper_slim.obo"), 945);
    assert_eq!(edges("duo/duo.owl"), 45);

    let duo = read(&folder, "duo/duo.owl").unwrap().source;
    assert_eq!(duo.date(), Some("2021-02-23"));
    assert_eq!(
        duo.licence.as_deref(),
        Some("http://creativecommons.org/licenses/by/4.0/")
    );
    let pato = read(&folder, "pato/pato-simple.json").unwrap().source;
    assert_eq!(pato.date(), Some("2025-05-14"));
    assert_eq!(
        pato.licence.as_deref(),
        Some("https://creativecommons.org/licenses/by/3.0/")
    );

    let obsolete = |file| {
        read(&folder, file)
            .unwrap()
            .terms
            .iter()
            .filter(|term| term.obsolete)
            .count()
    };
    assert_eq!(obsolete("fbbi/fbbi-derived.obo"), 107);
    assert_eq!(obsolete("cxg/CL-ontology-v2026-03-26.json"), 272);
    assert_eq!(obsolete("efo/go_import.owl"), 80);
}

#[test]
fn a_loaded_ontology_joins_the_shipped_slims() {
    let Some(folder) = shared::data("ontologies") else {
        return;
    };
    let pancreas = "http://purl.obolibrary.org/obo/UBERON_0001264";
    let terms = Terms::with(vec![
        read(&folder, "cxg/UBERON-ontology-v2026-04-01.json").unwrap(),
    ]);
    assert!(terms.len() > 16_000);
    assert!(
        terms.by_iri(pancreas).unwrap().definition.is_some(),
        "the slim has no definitions, the whole ontology does"
    );
    assert!(matches!(
        terms.resolve("confocal microscopy"),
        Resolution::Found { .. } | Resolution::Ambiguous(_)
    ));
    let broader = terms.ancestors(pancreas);
    assert!(
        broader.iter().any(|term| term.label == "organ"),
        "{:?}",
        broader.iter().map(|term| &term.label).collect::<Vec<_>>()
    );
    let Resolution::Obsolete { replaced_by, .. } = terms.resolve("UBERON:0000208") else {
        panic!("it is obsolete")
    };
    assert_eq!(replaced_by.unwrap().label, "lens of camera-type eye");
}
