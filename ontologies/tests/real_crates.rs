//! The identifiers of organisms, methods and other terms in the real crates: each becomes a canonical IRI, or is none.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use ontologies::{Curie, Terms};
use serde_json::Value;

mod shared;

/// A node of a crate that stands for a term: its `@id` and its name.
struct Named {
    id: String,
    name: Option<String>,
}

fn terms_of_crates(folder: PathBuf) -> Vec<Named> {
    let mut named = Vec::new();
    for archive in std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(archive)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            for node in document["@graph"].as_array().unwrap() {
                let types = match &node["@type"] {
                    Value::Array(types) => types.clone(),
                    single => vec![single.clone()],
                };
                if types
                    .iter()
                    .any(|kind| kind == "Taxon" || kind == "DefinedTerm")
                {
                    let text = |key: &str| node[key].as_str().map(str::to_owned);
                    named.push(Named {
                        id: text("@id").unwrap(),
                        name: text("scientificName").or_else(|| text("name")),
                    });
                }
            }
        }
    }
    named
}

/// The same by other means: what stands before and after the last underscore, without leading zeros where there are taxa.
fn by_hand(id: &str) -> Option<String> {
    let segment = id.rsplit(['/', ':', '#']).next()?;
    let (prefix, number) = segment.rsplit_once('_')?;
    number.parse::<u64>().ok()?;
    let base = match prefix {
        "EFO" => "http://www.ebi.ac.uk/efo/",
        _ => "http://purl.obolibrary.org/obo/",
    };
    let number = if prefix == "NCBITaxon" {
        number.trim_start_matches('0')
    } else {
        number
    };
    Some(format!("{base}{prefix}_{number}"))
}

#[test]
fn every_identifier_becomes_canonical_or_is_none() {
    let Some(folder) = shared::data("gide") else {
        return;
    };
    let named = terms_of_crates(folder);
    assert!(named.len() > 2_900, "{}", named.len());
    let mut unreadable: BTreeMap<&str, usize> = BTreeMap::new();
    for node in &named {
        match Curie::parse(&node.id) {
            Ok(curie) if curie.prefix() == "NCIT" => assert_eq!(node.id, "#NCIT_C181930"),
            Ok(curie) => assert_eq!(Some(curie.iri()), by_hand(&node.id), "{}", node.id),
            Err(_) => *unreadable.entry(node.id.as_str()).or_default() += 1,
        }
    }
    println!(
        "{} terms of crates, {unreadable:?} are no identifiers",
        named.len()
    );
    for id in unreadable.keys() {
        assert!(id.starts_with('#'), "{id} is no local node");
    }
    // a number alone is an identifier only where somebody says of which vocabulary
    assert!(unreadable.contains_key("#00000251"));
    assert_eq!(
        Curie::parse_within("FBbi", "#00000251").unwrap().iri(),
        "http://purl.obolibrary.org/obo/FBbi_00000251"
    );
}

#[test]
fn most_labels_of_crates_fit_their_terms() {
    let Some(folder) = shared::data("gide") else {
        return;
    };
    let terms = Terms::builtin();
    let (mut fitting, mut others, mut absent): (
        usize,
        BTreeMap<String, usize>,
        BTreeMap<String, usize>,
    ) = Default::default();
    for node in terms_of_crates(folder) {
        let (Ok(curie), Some(name)) = (Curie::parse(&node.id), node.name) else {
            continue;
        };
        match terms.fits(&curie.iri(), &name) {
            Some(true) => fitting += 1,
            Some(false) => *others.entry(format!("{curie} {name}")).or_default() += 1,
            None => *absent.entry(format!("{curie} {name}")).or_default() += 1,
        }
    }
    let count = |map: &BTreeMap<String, usize>| map.values().sum::<usize>();
    println!(
        "{fitting} labels fit; {} do not: {others:#?}; {} terms are not in the slims: {absent:#?}",
        count(&others),
        count(&absent)
    );
    // counted by eye: what does not fit are errors of the crates (DAPI for a microscope, cryo-EM for electron microscopy)
    assert!(
        fitting * 100 >= 90 * (fitting + count(&others)),
        "{fitting} fit, {} do not",
        count(&others)
    );
    let taxa_absent: Vec<_> = absent
        .keys()
        .filter(|key| key.starts_with("NCBITaxon:"))
        .collect();
    assert!(taxa_absent.len() <= 5, "{taxa_absent:?}");
    let methods_absent: Vec<_> = absent
        .keys()
        .filter(|key| key.starts_with("FBbi:"))
        .collect();
    assert!(methods_absent.is_empty(), "{methods_absent:?}");
}
