//! What `web::view` reads from our records: every statement has its place, whatever the study. And a crate made from the
//! reading says what the study said.

use std::collections::BTreeSet;

use proptest::prelude::*;
use web::formats::{Archive, ro_crate};
use web::view::{StudyView, read_image, read_study};

use super::any_study::{any_study, full_study};
use super::{holdings, records};
use crate::deposit::{Found, crate_package};
use crate::study::{Acquisition, Biosample, Study, TermUse};

fn view(study: &Study) -> StudyView {
    read_study(&records(study, Some(&holdings()))[0]).unwrap()
}

proptest! {
    #[test]
    fn no_statement_of_any_study_is_without_a_place(study in any_study()) {
        let records = records(&study, Some(&holdings()));
        prop_assert_eq!(read_study(&records[0]).unwrap().others, []);
        for record in &records[1..] {
            prop_assert_eq!(read_image(record).unwrap().others, []);
        }
    }
}

#[test]
fn a_study_is_read_as_it_was_meant() {
    let (study, view) = (full_study(), view(&full_study()));
    assert_eq!(view.title, study.title);
    assert_eq!(view.description, study.description);
    assert_eq!(view.version_number(), Some(2));
    assert_eq!(view.bytes, Some(holdings().bytes));
    assert!(view.is_held());
    let names =
        |study: &Study| -> Vec<_> { study.authors.iter().map(|one| one.orcid.clone()).collect() };
    assert_eq!(
        view.authors
            .iter()
            .map(|one| one.orcid.clone())
            .collect::<Vec<_>>(),
        names(&study)
    );
    assert_eq!(view.biosamples.len(), study.biosamples.len());
    assert_eq!(view.specimens[0].biosamples, ["biosample-1"]);
    assert_eq!(
        view.components[0].protocols,
        ["acquisition-1", "acquisition-2"]
    );
    assert_eq!(view.annotations[0].files.len(), 2);
    assert_eq!(view.properties.len(), study.additional.len());
}

/// What the profile of the crates has words for comes back in its place; the rest as names and values.
#[test]
fn a_crate_of_a_held_study_gives_the_study_back() {
    let study = full_study();
    let archive = Archive {
        name: "An archive".to_owned(),
        ror: None,
        home: "https://node.example.org/".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ro-crate-metadata.json");
    std::fs::write(&path, ro_crate(&view(&study), &archive)).unwrap();
    let Found::Deposit(deposit) = crate_package::read_detached(&path) else {
        panic!("the crate cannot be read");
    };
    let read = &deposit.study;
    assert!(
        !deposit
            .findings
            .iter()
            .any(crate::finding::Finding::is_error),
        "{:?}",
        deposit.findings
    );

    assert_eq!(read.title, study.title);
    assert_eq!(read.description, study.description);
    assert_eq!(read.licence, study.licence);
    assert_eq!(read.release_date, study.release_date);
    assert_eq!(read.publisher, study.publisher);
    assert_eq!(read.publications, study.publications);
    assert_eq!(read.funding, study.funding);
    // a picture of its own is at an address for whoever reads the crate alone
    let own = "https://images.example.org/id/DND-S42.2/files/wt/preview%20of%201.png";
    let both = [study.thumbnails.clone(), vec![own.to_owned()]].concat();
    assert_eq!(sorted(&read.thumbnails), sorted(&both));
    assert_eq!(read.access_level.as_deref(), Some("open"));
    assert_eq!(read.source.identifier, study.source.identifier);
    assert_eq!(
        read.source.iri.as_deref(),
        Some("https://images.example.org/id/DND-S42")
    );
    assert_eq!(read.stated_bytes, Some(holdings().bytes));
    assert_eq!(sorted(&read.keywords), sorted(&study.keywords));
    assert_eq!(read.authors[0].orcid, study.authors[0].orcid);
    assert_eq!(read.authors[0].affiliations, study.authors[0].affiliations);
    assert_eq!(read.authors[1].family_name, study.authors[1].family_name);
    // the kind of sample has no other place in the profile than among the subjects
    let mut subjects = labels(&read.subjects);
    assert!(subjects.remove("in-vitro"));
    assert_eq!(subjects, labels(&study.subjects));
    assert_eq!(
        labels(&read.imaging_methods),
        labels(&study.imaging_methods)
    );
    let samples = |all: &[Biosample]| -> Vec<_> {
        all.iter()
            .map(|one| (one.title.clone(), one.description.clone(), one.sex.clone()))
            .collect()
    };
    assert_eq!(samples(&read.biosamples), samples(&study.biosamples));
    let protocols = |all: &[Acquisition]| -> Vec<_> {
        all.iter()
            .map(|one| {
                (
                    one.title.clone(),
                    one.description.clone(),
                    one.instrument.clone(),
                    labels(&one.methods),
                )
            })
            .collect()
    };
    assert_eq!(
        protocols(&read.acquisitions),
        protocols(&study.acquisitions)
    );
    let component = &read.components[0];
    assert_eq!(
        (&component.title, &component.description),
        (&study.components[0].title, &study.components[0].description)
    );
    assert_eq!(component.biosamples, ["#wild"]);
    assert_eq!(component.acquisitions, ["#disk", "#blot"]);

    let kept: Vec<&str> = read
        .additional
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    for name in [
        "microscope room",
        "specimen",
        "annotation",
        "figure",
        "same-experiment",
        "supersedes",
    ] {
        assert!(kept.contains(&name), "{name} is not in {kept:?}");
    }
    for name in ["author", "license", "publisher", "datePublished"] {
        assert!(
            !kept.iter().any(|kept| kept.starts_with(name)),
            "what a component repeats is no fact: {kept:?}"
        );
    }
}

fn labels(terms: &[TermUse]) -> BTreeSet<String> {
    terms.iter().map(|term| term.text().to_owned()).collect()
}

fn sorted(texts: &[String]) -> BTreeSet<&String> {
    texts.iter().collect()
}
