//! What is described keeps the shapes of its profile, and what is missing is said in words that one can act on.

use std::sync::LazyLock;

use ontologies::schema::{SHAPES_LEGACY, SHAPES_PROFILE_1};
use ontologies::shacl::{Severity, Shapes, ValidationResult};
use oxrdf::Graph;
use oxttl::NQuadsParser;
use proptest::prelude::*;
use protocol::record::Record;

use super::any_study::{any_study, full_study};
use super::{holdings, records};
use crate::study::{Profile, Study, TermRole};

fn graph(record: &Record) -> Graph {
    NQuadsParser::new()
        .for_slice(record.bytes())
        .map(|quad| oxrdf::Triple::from(quad.unwrap()))
        .collect()
}

fn shapes(profile: Profile) -> &'static Shapes {
    static ONE: LazyLock<Shapes> = LazyLock::new(|| Shapes::parse(SHAPES_PROFILE_1).unwrap());
    static LEGACY: LazyLock<Shapes> = LazyLock::new(|| Shapes::parse(SHAPES_LEGACY).unwrap());
    match profile {
        Profile::One => &ONE,
        Profile::Legacy => &LEGACY,
    }
}

fn results(study: &Study) -> Vec<ValidationResult> {
    let shapes = shapes(study.profile);
    records(study, Some(&holdings()))
        .iter()
        .flat_map(|record| shapes.validate(&graph(record)))
        .collect()
}

/// Messages of one severity.
fn messages(study: &Study, severity: &Severity) -> Vec<String> {
    let mut found: Vec<String> = results(study)
        .into_iter()
        .filter(|result| result.severity == *severity)
        .map(|result| result.message)
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn a_study_with_every_field_keeps_the_shapes_of_both_profiles() {
    let mut study = full_study();
    assert!(results(&study).is_empty(), "{:#?}", results(&study));
    study.profile = Profile::Legacy;
    assert!(results(&study).is_empty(), "{:#?}", results(&study));
}

#[test]
fn what_a_new_deposit_must_have_is_a_violation_each() {
    let mut study = full_study();
    study.title = Some("Short".to_owned());
    study.description = None;
    study.licence = Some("see our website".to_owned());
    study.authors.clear();
    study.release_date = Some("soon".to_owned());
    study.sample_kind = None;
    study
        .subjects
        .retain(|subject| subject.role != TermRole::Organism);
    study.imaging_methods.clear();
    study.components.clear();
    study.images.clear();
    insta::assert_snapshot!(messages(&study, &Severity::Violation).join("\n"), @r###"
    describe at least one study component, with a title
    give one description of at least 50 characters: what was imaged, how, and why
    give one licence by its address, for example https://creativecommons.org/licenses/by/4.0/
    give one release date: 2026-03-01, 2026-03 or 2026
    give one title of at least 10 characters
    give the name of at least one author
    name at least one author
    name at least one imaging method, best as a term of FBbi
    name at least one organism, or the kind of sample that has none: synthetic, calibration, in-vitro, environmental
    "###);
}

#[test]
fn of_what_existed_before_only_four_things_are_required() {
    let mut study = full_study();
    study.profile = Profile::Legacy;
    study.description = None;
    study.sample_kind = None;
    study.subjects.clear();
    study.imaging_methods.clear();
    study.components.clear();
    study.images.clear();
    study.authors[0].name = None;
    study.authors[0].given_name = None;
    study.authors[0].family_name = None;
    assert_eq!(messages(&study, &Severity::Violation), [""; 0]);
    insta::assert_snapshot!(messages(&study, &Severity::Warning).join("\n"), @r###"
    a description of at least 50 characters is missing
    a study component is missing
    an author has a name; give it as it stands in the article
    an imaging method as a term is missing
    an organism, or the kind of a sample that has none, is missing
    "###);

    study.title = None;
    study.licence = None;
    study.authors.clear();
    study.release_date = None;
    insta::assert_snapshot!(messages(&study, &Severity::Violation).join("\n"), @r###"
    give one date of publication: 2026-03-01, 2026-03 or 2026
    give one licence by its address, for example https://creativecommons.org/licenses/by/4.0/
    give one title
    name at least one author
    "###);
}

#[test]
fn what_is_asked_for_is_only_an_information() {
    let mut study = full_study();
    study.keywords.clear();
    study.publications.clear();
    study.funding.clear();
    assert_eq!(messages(&study, &Severity::Violation), [""; 0]);
    insta::assert_snapshot!(messages(&study, &Severity::Info).join("\n"), @r###"
    an article (DOI or PubMed number) that tells about the study would help its readers
    funders like to be named: give funder and award
    keywords would help others to find the study
    "###);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever a study says, its RDF is well formed: what the shapes find is what the depositor left out or wrote.
    #[test]
    fn the_shapes_find_only_what_is_missing_in_any_study(study in any_study()) {
        let left_out = ["give ", "name at least", "describe at least"];
        let left_blank = ["one title", "names its agent"];
        for message in messages(&study, &Severity::Violation) {
            let is_the_depositors = left_out.iter().any(|start| message.starts_with(start)) || left_blank.iter().any(|end| message.ends_with(end));
            prop_assert!(is_the_depositors, "{}", message);
        }
    }
}
