//! The real crates, published and given back as crates: whoever reads one gets the study that we got.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "support/facts.rs"]
mod facts;
#[path = "support/raw_crate.rs"]
#[expect(
    dead_code,
    reason = "only the list of the crates is needed here, not the counting in them"
)]
mod raw_crate;

use std::collections::BTreeMap;
use std::path::Path;

use std::collections::BTreeSet;

use facts::facts;
use node::deposit::{Found, crate_package};
use node::describe::{self, Naming};
use node::study::Study;
use node::validate::{Policy, validate};
use ontologies::Terms;
use ontologies::shacl::{Severity, Shapes};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{Graph, Triple};
use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;
use serde_json::{Map, Value, json};
use time::macros::date;
use web::formats::{Archive, ro_crate};
use web::view::read_study;

fn study(path: &Path) -> Option<Study> {
    match crate_package::read_detached(path) {
        Found::Deposit(deposit) => {
            let validated = validate(
                *deposit,
                Terms::builtin(),
                &Policy::default(),
                date!(2026 - 11 - 21),
            );
            validated.ok().map(|validated| validated.into_parts().0)
        }
        Found::Unreadable { .. } => None,
    }
}

fn record(study: &Study) -> Record {
    let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
    let accession = Accession::parse("DND-S42").unwrap();
    let naming = Naming {
        namespace: &namespace,
        study: &accession,
        version: 1,
        images: &[],
        issued: "2026-11-21T00:00:00Z",
        modified: None,
    };
    let statements = describe::study(study, &naming, None);
    describe::salted(&accession, &namespace, statements, [3; 16]).unwrap()
}

fn archive() -> Archive {
    Archive {
        name: "An archive".to_owned(),
        ror: None,
        home: "https://node.example.org/".to_owned(),
    }
}

/// What the profile's shapes find wrong in a crate, by their messages; none for a crate that is no JSON-LD.
fn violations(shapes: &Shapes, context: &Value, document: &str) -> Option<BTreeSet<String>> {
    // of the thousands of names in RO-Crate's context those that the crate uses: else reading it takes all the time
    let names = context["@context"].as_object().unwrap();
    let used: Map<String, Value> = names
        .iter()
        .filter(|(name, _)| document.contains(name.as_str()))
        .map(|(name, meaning)| (name.clone(), meaning.clone()))
        .collect();
    let context = json!({ "@context": used }).to_string().into_bytes();
    let parser = JsonLdParser::new()
        .with_base_iri("https://crate.example.org/")
        .unwrap()
        .for_slice(document)
        .with_load_document_callback(move |url, _| match url {
            "https://w3id.org/ro/crate/1.2/context" => Ok(JsonLdRemoteDocument {
                document: context.clone(),
                document_url: url.to_owned(),
            }),
            other => Err(format!("{other} is not fetched").into()),
        });
    let graph: Graph = parser
        .map(|quad| quad.map(Triple::from))
        .collect::<Result<_, _>>()
        .ok()?;
    let found = shapes.validate(&graph).into_iter();
    let violations = found.filter(|result| result.severity == Severity::Violation);
    Some(violations.map(|result| result.message).collect())
}

#[test]
fn a_crate_that_we_give_back_breaks_no_shape_that_the_crate_kept_that_we_took() {
    let Some(paths) = raw_crate::corpus() else {
        return;
    };
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let read = |path: &str| std::fs::read_to_string(shared.join(path)).unwrap();
    let shapes = Shapes::parse(&read("gide/gide_profile_shacl_shape.ttl")).unwrap();
    let context: Value =
        serde_json::from_str(&read("conformance/contexts/ro-crate-1.2.jsonld")).unwrap();
    let (mut valid, mut before_valid, mut all) = (0, 0, 0);
    for path in &paths {
        let Some(taken) = study(path) else { continue };
        let view = read_study(&record(&taken)).unwrap();
        let after = violations(&shapes, &context, &ro_crate(&view, &archive()));
        let after = after.unwrap_or_else(|| panic!("{}: our crate is no JSON-LD", path.display()));
        let before = violations(&shapes, &context, &std::fs::read_to_string(path).unwrap());
        if let Some(before) = &before {
            let new: Vec<_> = after.difference(before).collect();
            assert!(new.is_empty(), "{}: {new:?}", path.display());
        }
        all += 1;
        valid += usize::from(after.is_empty());
        before_valid += usize::from(before.is_some_and(|found| found.is_empty()));
    }
    eprintln!(
        "of {all} crates {before_valid} kept every shape as we took them, {valid} as we give them back"
    );
    assert!(
        all * 100 >= paths.len() * 99,
        "{all} of {} crates",
        paths.len()
    );
}

#[test]
fn a_crate_that_we_give_back_says_what_the_crate_said_that_we_took() {
    let Some(paths) = raw_crate::corpus() else {
        return;
    };
    let archive = archive();
    let folder = tempfile::tempdir().unwrap();
    let given_back = folder.path().join("ro-crate-metadata.json");
    let mut differences: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut compared = 0;
    for path in &paths {
        let Some(taken) = study(path) else { continue };
        let view = read_study(&record(&taken)).unwrap();
        assert_eq!(view.others, [], "{}", path.display());
        std::fs::write(&given_back, ro_crate(&view, &archive)).unwrap();
        let returned =
            study(&given_back).unwrap_or_else(|| panic!("{} is refused", path.display()));
        let (before, after) = (facts(&taken), facts(&returned));
        for (kind, facts) in &before {
            if after[kind] != *facts {
                let lost: Vec<_> = facts.difference(&after[kind]).collect();
                let new: Vec<_> = after[kind].difference(facts).collect();
                let said = format!("{}: lost {lost:?}, new {new:?}", path.display());
                differences.entry(kind).or_default().push(said);
            }
        }
        compared += 1;
    }
    for (kind, found) in &differences {
        eprintln!(
            "{kind}: {} crates, such as {:#?}",
            found.len(),
            &found[..found.len().min(3)]
        );
    }
    assert!(
        differences.is_empty(),
        "the facts of some crates changed on the way"
    );
    assert!(
        compared * 100 >= paths.len() * 99,
        "{compared} of {} crates",
        paths.len()
    );
}
