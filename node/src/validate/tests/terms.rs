//! Terms, and what follows from them.

use super::*;

#[test]
fn terms_are_repaired_kept_or_refused_by_grade() {
    let organism = |given: &str, label: Option<&str>| {
        TermUse::new(TermRole::Organism, given, label.map(str::to_owned))
    };
    let one = |profile, used: TermUse| after(profile, move |study| study.subjects = vec![used]);

    let study = warned_of(
        one(
            Profile::One,
            organism("NCBITaxon_09606", Some("Homo sapiens")),
        ),
        "was read as",
    );
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/NCBITaxon_9606")
    );
    assert_eq!(study.subjects[0].given, "NCBITaxon_09606");

    // orang-utan where human was meant
    let wrong = || organism("NCBITaxon:9606", Some("Danio rerio"));
    refused_for(one(Profile::One, wrong()), "one of the two is wrong");
    let study = warned_of(one(Profile::Legacy, wrong()), "one of the two is wrong");
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/NCBITaxon_9606")
    );

    let study = warned_of(
        one(Profile::One, organism("#1", Some("Homo sapiens"))),
        "by its label",
    );
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/NCBITaxon_9606")
    );

    let study = warned_of(
        one(Profile::One, organism("NCBITaxon:99999999", None)),
        "was not checked",
    );
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/NCBITaxon_99999999")
    );

    let study = warned_of(
        one(Profile::One, organism("a green thing", None)),
        "kept as text",
    );
    assert_eq!(study.subjects[0].iri, None);

    let study = warned_of(
        one(
            Profile::One,
            organism("https://exa mple.org/<x>", Some("thing")),
        ),
        "not a legal IRI",
    );
    assert_eq!(study.subjects[0].iri, None);
    let study = warned_of(
        one(
            Profile::One,
            organism("https://example.org/x", Some("thing")),
        ),
        "written as given",
    );
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("https://example.org/x")
    );
}

#[test]
fn an_obsolete_term_is_an_error_in_a_new_deposit() {
    let used = || {
        let obsolete = Terms::builtin()
            .iter()
            .find(|term| term.obsolete && term.iri.contains("FBbi_"))
            .unwrap();
        TermUse::new(TermRole::Method, obsolete.iri.clone(), None)
    };
    refused_for(
        after(Profile::One, |study| study.imaging_methods.push(used())),
        "is obsolete",
    );
    let study = warned_of(
        after(Profile::Legacy, |study| {
            study.imaging_methods = vec![used()]
        }),
        "is obsolete",
    );
    assert_eq!(study.imaging_methods[0].iri, Some(used().given));
    assert!(study.missing.is_empty());
}

#[test]
fn a_protocol_that_takes_no_images_is_no_method() {
    let growth = || Acquisition {
        id: "#growth".to_owned(),
        methods: vec![TermUse::new(
            TermRole::Method,
            "EFO:0003789",
            Some("growth protocol".to_owned()),
        )],
        ..Acquisition::default()
    };
    let study = after(Profile::One, |study| study.acquisitions = vec![growth()])
        .unwrap()
        .into_parts()
        .0;
    assert_eq!(study.acquisitions[0].methods[0].role, TermRole::Subject);
    assert_eq!(study.imaging_methods.len(), 1);
    // and alone it does not stand for one
    let alone = after(Profile::Legacy, |study| {
        (study.imaging_methods, study.acquisitions) = (Vec::new(), vec![growth()])
    });
    assert_eq!(
        warned_of(alone, "missing: imaging method").missing,
        ["imaging method"]
    );
}

#[test]
fn organisms_and_methods_follow_from_samples_and_acquisitions() {
    let human = || TermUse::new(TermRole::Organism, "NCBITaxon:9606", None);
    let sample = || Biosample {
        id: "b1".to_owned(),
        terms: vec![human()],
        ..Biosample::default()
    };
    let derived = after(Profile::One, |study| {
        (study.subjects, study.biosamples) = (Vec::new(), vec![sample()])
    })
    .unwrap()
    .into_parts()
    .0;
    assert_eq!(derived.organisms().count(), 1);
    let differs = warned_of(
        after(Profile::One, |study| study.biosamples = vec![sample()]),
        "differ",
    );
    assert_eq!(differs.organisms().count(), 2);
}

#[test]
fn a_study_that_no_record_could_hold_is_refused_at_once() {
    let many = (0..3_000)
        .map(|number| TermUse::new(TermRole::Subject, format!("nothing {number}"), None))
        .collect();
    refused_for(
        after(Profile::Legacy, |study| study.subjects = many),
        "3001 terms",
    );
    let many = (0..10_001)
        .map(|number| Property {
            name: "n".to_owned(),
            value: number.to_string(),
        })
        .collect();
    refused_for(
        after(Profile::Legacy, |study| study.additional = many),
        "put tables into files",
    );
}
