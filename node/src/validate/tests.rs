//! A deposit goes in, and everything that is wrong with it comes out.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod terms;

use std::path::PathBuf;

use ontologies::Terms;
use time::macros::date;

use super::{AskedFor, Policy, Refused, Validated, validate};
use crate::deposit::{Deposit, DepositedFile};
use crate::finding::{Finding, Severity};
use crate::relative_path::RelPath;
use crate::study::{
    Acquisition, Article, Biosample, Component, Image, Organisation, PackageFormat, Person,
    Profile, Property, Source, Study, TermRole, TermUse,
};

/// The smallest study that profile 1 takes: one image in one component.
fn study(profile: Profile) -> Study {
    let source = Source {
        identifier: "S-1".to_owned(),
        identifier_is_given: true,
        iri: None,
        same_as: Vec::new(),
        format: PackageFormat::StudyFile,
    };
    let mut study = Study::new(profile, source);
    study.title = Some("Septin rings in dividing fission yeast".to_owned());
    study.description =
        Some("Spinning-disk time series of GFP-tagged septins through two divisions.".to_owned());
    study.licence = Some("CC BY 4.0".to_owned());
    study.release_date = Some("2026-03-01".to_owned());
    study.authors = vec![Person {
        name: Some("A. Author".to_owned()),
        ..Person::default()
    }];
    study.subjects = vec![TermUse::new(TermRole::Organism, "NCBITaxon:4896", None)];
    study.imaging_methods = vec![TermUse::new(TermRole::Method, "FBbi:00000253", None)];
    study.components = vec![Component {
        title: "Wild type".to_owned(),
        ..Component::default()
    }];
    study.images = vec![image("wt/1.tif", 0)];
    study
}

fn image(path: &str, component: usize) -> Image {
    Image {
        key: path.to_owned(),
        title: path.to_owned(),
        component,
        files: vec![RelPath::parse(path).unwrap()],
        biosamples: Vec::new(),
        specimens: Vec::new(),
        acquisitions: Vec::new(),
        channels: Vec::new(),
        counted: Vec::new(),
        file_count: None,
        series: None,
        scale: crate::study::Scale::default(),
        pixels: None,
        additional: Vec::new(),
    }
}

fn file(path: &str) -> DepositedFile {
    DepositedFile {
        path: RelPath::parse(path).unwrap(),
        location: PathBuf::from(path),
        bytes: 10,
        media_type: "image/tiff".to_owned(),
        columns: Vec::new(),
    }
}

fn with_policy(study: Study, policy: &Policy) -> Result<Validated, Refused> {
    let files = study
        .images
        .iter()
        .flat_map(|image| &image.files)
        .map(|path| file(path.as_str()))
        .collect();
    let deposit = Deposit {
        source: PathBuf::from("study"),
        study,
        files,
        findings: Vec::new(),
        unpacked: None,
    };
    validate(deposit, Terms::builtin(), policy, date!(2026 - 11 - 21))
}

/// Validates the study of a profile after a change.
fn after(profile: Profile, change: impl FnOnce(&mut Study)) -> Result<Validated, Refused> {
    let mut study = study(profile);
    change(&mut study);
    with_policy(study, &Policy::default())
}

/// The errors and, by a sign before them, the warnings, as `path: message`.
fn said(result: &Result<Validated, Refused>) -> String {
    let findings = match result {
        Ok(validated) => validated.findings(),
        Err(refused) => &refused.findings,
    };
    let line = |finding: &Finding| {
        format!(
            "{}{}: {}\n",
            if finding.severity == Severity::Warning {
                "~"
            } else {
                ""
            },
            finding.path,
            finding.message
        )
    };
    findings.iter().map(line).collect()
}

fn refused_for(result: Result<Validated, Refused>, words: &str) {
    let said = said(&result);
    assert!(result.is_err(), "accepted: {said}");
    assert!(
        said.lines()
            .any(|line| !line.starts_with('~') && line.contains(words)),
        "no error with {words:?} in {said}"
    );
}

fn warned_of(result: Result<Validated, Refused>, words: &str) -> Study {
    let said = said(&result);
    let validated = result.unwrap_or_else(|_| panic!("refused: {said}"));
    assert!(
        said.lines()
            .any(|line| line.starts_with('~') && line.contains(words)),
        "no warning with {words:?} in {said}"
    );
    validated.into_parts().0
}

#[test]
fn the_smallest_study_is_accepted_and_brought_into_form() {
    let validated = after(Profile::One, |_| {}).unwrap();
    let study = validated.study();
    assert_eq!(
        study.licence.as_deref(),
        Some("https://creativecommons.org/licenses/by/4.0/")
    );
    assert_eq!(
        study.subjects[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/NCBITaxon_4896")
    );
    assert_eq!(
        study.imaging_methods[0].iri.as_deref(),
        Some("http://purl.obolibrary.org/obo/FBbi_00000253")
    );
    assert!(study.missing.is_empty());
    assert_eq!(
        validated.findings().len(),
        1,
        "only what the profile also asks for: {:?}",
        validated.findings()
    );
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let empty = |study: &mut Study| *study = Study::new(study.profile, study.source.clone());
    let result = after(Profile::One, empty);
    let errors = said(&result)
        .lines()
        .filter(|line| !line.starts_with('~'))
        .count();
    assert_eq!(errors, 9, "{}", said(&result));
    let result = after(Profile::Legacy, |study| {
        empty(study);
        study.source.format = PackageFormat::DetachedCrate;
    });
    let errors = said(&result)
        .lines()
        .filter(|line| !line.starts_with('~'))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    assert_eq!(errors.len(), 4, "title, licence, author, date: {errors:?}");
}

#[test]
fn what_a_study_of_before_lacks_is_told_in_words() {
    let study = warned_of(
        after(Profile::Legacy, |study| {
            (study.description, study.subjects, study.imaging_methods) =
                (Some("Short".to_owned()), Vec::new(), Vec::new());
            (study.components, study.images) = (Vec::new(), Vec::new());
            (study.source.format, study.data_at) = (
                PackageFormat::DetachedCrate,
                Some("https://data.example/1".to_owned()),
            );
        }),
        "missing: imaging method",
    );
    assert_eq!(
        study.missing,
        [
            "description",
            "organism",
            "imaging method",
            "study component"
        ]
    );
    assert_eq!(study.description.as_deref(), Some("Short"));
}

#[test]
fn what_may_not_be_public_yet_is_refused() {
    for date in ["2026-11-22", "2027", "2026-12"] {
        refused_for(
            after(Profile::Legacy, |study| {
                study.release_date = Some(date.to_owned())
            }),
            "in the future",
        );
    }
    assert!(
        after(Profile::One, |study| study.release_date =
            Some("2026-11-21".to_owned()))
        .is_ok()
    );
    refused_for(
        after(Profile::One, |study| {
            study.access_level = Some("controlled".to_owned())
        }),
        "before holds and controlled access exist",
    );
    assert!(
        after(Profile::One, |study| study.access_level =
            Some("open".to_owned()))
        .is_ok()
    );
    refused_for(
        after(Profile::One, |study| {
            study.release_date = Some("1st of May".to_owned())
        }),
        "is not a date",
    );
}

#[test]
fn a_sample_that_is_no_organism_needs_none() {
    let none = |kind: &'static str| {
        after(Profile::One, move |study| {
            (study.subjects, study.sample_kind) = (Vec::new(), Some(kind.to_owned()))
        })
    };
    assert!(none("synthetic").is_ok());
    refused_for(none("robot"), "sample_kind");
}

#[test]
fn addresses_of_people_are_taken_out_of_every_text() {
    let study = warned_of(
        after(Profile::One, |study| {
            study.description = Some("Write to a.author@lab.example.org for everything else, as this text is long enough.".to_owned());
            study.authors[0].additional.push(Property {
                name: "description".to_owned(),
                value: "Lab of Rings, x@y.example".to_owned(),
            });
            study.images = vec![image("cells@2x.tif", 0)];
        }),
        "e-mail address",
    );
    let json = serde_json::to_string(&study).unwrap();
    assert!(
        !json.contains("lab.example.org") && !json.contains("y.example"),
        "{json}"
    );
    assert!(json.contains("Lab of Rings, [e-mail address removed]"));
    assert_eq!(study.images[0].files[0].as_str(), "cells@2x.tif");
}

#[test]
fn illegal_addresses_are_kept_as_text() {
    let study = warned_of(
        after(Profile::One, |study| {
            study.thumbnails = vec![
                "https://pictures.example/a b.png".to_owned(),
                "https://pictures.example/1.png".to_owned(),
            ];
            study.publisher = Some(Organisation {
                name: Some("P".to_owned()),
                url: Some("https://p.example/<>".to_owned()),
                ror: Some("https://ror.org/0xxxxxx00".to_owned()),
            });
            study.publications = vec![
                Article {
                    doi: Some("http://dx.doi.org/10.1234/ABC".to_owned()),
                    ..Article::default()
                },
                Article {
                    doi: Some("doi:10.1234/abc".to_owned()),
                    title: Some("Twice".to_owned()),
                    ..Article::default()
                },
                Article {
                    doi: Some("10.x".to_owned()),
                    ..Article::default()
                },
            ];
        }),
        "not a legal address",
    );
    assert_eq!(study.thumbnails, ["https://pictures.example/1.png"]);
    assert_eq!(
        study.publications,
        [Article {
            doi: Some("https://doi.org/10.1234/abc".to_owned()),
            title: Some("Twice".to_owned()),
            ..Article::default()
        }]
    );
    let kept: Vec<&str> = study
        .additional
        .iter()
        .map(|property| property.value.as_str())
        .collect();
    for value in [
        "https://pictures.example/a b.png",
        "https://p.example/<>",
        "https://ror.org/0xxxxxx00",
        "10.x",
    ] {
        assert!(kept.contains(&value), "{value} in {kept:?}");
    }
}

#[test]
fn licences_that_hinder_reuse_are_carried_with_a_warning() {
    warned_of(
        after(Profile::One, |study| {
            study.licence = Some("CC BY-NC-ND 4.0".to_owned())
        }),
        "forbids commercial use and derived works",
    );
    refused_for(
        after(Profile::Legacy, |study| {
            study.licence = Some("free for all".to_owned())
        }),
        "is not the IRI of a licence",
    );
}

#[test]
fn images_files_and_names_must_fit_together() {
    refused_for(
        after(Profile::One, |study| study.images[0].component = 3),
        "belongs to no study component",
    );
    refused_for(
        after(Profile::One, |study| {
            study.images.push(image("wt/1.tif", 0))
        }),
        "belongs to two images",
    );
    refused_for(
        after(Profile::One, |study| study.images.clear()),
        "has no file",
    );
    refused_for(
        after(Profile::One, |study| {
            study.components[0].biosamples = vec!["b9".to_owned()]
        }),
        "no biosample \"b9\"",
    );
    let twice = || Biosample {
        id: "b1".to_owned(),
        ..Biosample::default()
    };
    refused_for(
        after(Profile::Legacy, |study| {
            study.biosamples = vec![twice(), twice()]
        }),
        "have this id",
    );
    let mut other = study(Profile::One);
    other.images[0].files = vec![RelPath::parse("gone.tif").unwrap()];
    let deposit = Deposit {
        source: PathBuf::from("study"),
        study: other,
        files: vec![file("wt/1.tif")],
        findings: Vec::new(),
        unpacked: None,
    };
    refused_for(
        validate(
            deposit,
            Terms::builtin(),
            &Policy::default(),
            date!(2026 - 11 - 21),
        ),
        "gone.tif is not among the files",
    );
}

#[test]
fn a_node_may_ask_for_more() {
    let policy = |change: fn(&mut Policy)| {
        let mut policy = Policy::default();
        change(&mut policy);
        with_policy(study(Profile::One), &policy)
    };
    refused_for(
        policy(|policy| policy.required = vec![AskedFor::Keywords]),
        "missing: keywords; this node takes no study without",
    );
    refused_for(
        policy(|policy| policy.max_bytes = Some(9)),
        "10 bytes together",
    );
    refused_for(policy(|policy| policy.max_files = Some(0)), "at most 0");
    refused_for(
        policy(|policy| policy.media_types = vec!["image/png".to_owned()]),
        "not taken by this node",
    );
    assert!(policy(|policy| policy.media_types = vec!["image/*".to_owned()]).is_ok());
}

#[test]
fn an_error_of_reading_refuses_with_everything_that_validation_found() {
    let deposit = Deposit {
        source: PathBuf::from("study"),
        study: study(Profile::One),
        files: Vec::new(),
        findings: vec![Finding::error("a", "b")],
        unpacked: None,
    };
    let refused = validate(
        deposit,
        Terms::builtin(),
        &Policy::default(),
        date!(2026 - 11 - 21),
    )
    .unwrap_err();
    assert_eq!(refused.identifier.as_deref(), Some("S-1"));
    assert_eq!(refused.findings[0], Finding::error("a", "b"));
    assert!(refused.findings.len() > 2);
}
