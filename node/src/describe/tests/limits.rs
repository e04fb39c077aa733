//! What does not fit, what must not be said, and what stays the same.

use protocol::identifier::Namespace;
use protocol::record::RecordError;

use super::any_study::full_study;
use super::{Names, holdings, records};
use crate::describe::{self, host_named};
use crate::finding::Severity;
use crate::study::{Property, Study};

fn with_properties(count: usize, length: usize) -> Study {
    let mut study = full_study();
    study.additional = (0..count)
        .map(|number| Property {
            name: format!("column {number}"),
            value: "x".repeat(length),
        })
        .collect();
    study
}

fn fault(study: &Study) -> Option<RecordError> {
    let names = Names::of(study);
    let said = describe::study(study, &names.naming(), None);
    describe::salted(&names.study, &names.namespace, said, [0; 16]).err()
}

#[test]
fn thousands_of_properties_are_an_error_that_a_depositor_can_act_on() {
    assert_eq!(fault(&with_properties(1_000, 10)), None);
    let error = fault(&with_properties(2_500, 10)).unwrap();
    assert_eq!(error.code(), "too-large");
    let finding = describe::finding("study", &error);
    assert_eq!(finding.severity, Severity::Error);
    assert!(
        finding.message.contains("columns of a file list"),
        "{}",
        finding.message
    );

    let mut study = full_study();
    study.keywords = (0..10_000).map(|number| format!("k{number}")).collect();
    let error = fault(&study).unwrap();
    assert_eq!(error.code(), "too-many-statements");
    assert!(
        describe::finding("study", &error)
            .message
            .contains("more than 10,000 statements")
    );
}

#[test]
fn the_same_study_is_described_alike_and_only_the_salt_tells_versions_apart() {
    let study = full_study();
    let names = Names::of(&study);
    let describe_it = || describe::study(&study, &names.naming(), Some(&holdings()));
    assert_eq!(describe_it(), describe_it());
    let salted =
        |salt| describe::salted(&names.study, &names.namespace, describe_it(), salt).unwrap();
    let (one, other) = (salted([1; 16]), salted([2; 16]));
    assert_ne!(one.digest(), other.digest());
    let lines =
        |record: &protocol::record::Record| String::from_utf8(record.bytes().to_vec()).unwrap();
    let (one, other) = (lines(&one), lines(&other));
    assert_eq!(one.lines().filter(|line| !other.contains(line)).count(), 1);
}

#[test]
fn the_address_of_the_node_is_found_where_it_must_not_be() {
    let mut study = full_study();
    study
        .thumbnails
        .push("https://node.example.org/pictures/1.png".to_owned());
    let names = Names::of(&study);
    let said = describe::study(&study, &names.naming(), None);
    let base = "https://node.example.org/";
    assert_eq!(
        host_named(&said, base, &names.namespace),
        Some("https://node.example.org/pictures/1.png")
    );
    assert_eq!(
        host_named(&said, "https://elsewhere.example.org/", &names.namespace),
        None
    );
    // a namespace that is the node's own is not its host
    let own = Namespace::parse("https://images.example.org/id/").unwrap();
    assert_eq!(host_named(&said, "https://images.example.org/", &own), None);
}

#[test]
fn a_study_full_of_odd_addresses_is_described_all_the_same() {
    let mut study = full_study();
    for odd in [
        "not an address",
        "https://orcid.org/0000 Jane",
        "http://[::1",
        "javascript:alert(1)",
        "GO:1",
        "\u{0}",
    ] {
        study.source.same_as.push(odd.to_owned());
        study.thumbnails.push(odd.to_owned());
        study.data_use.push(odd.to_owned());
        study.authors[0].orcid = Some(odd.to_owned());
        study.imaging_methods[0].iri = Some(odd.to_owned());
        study.licence = Some(odd.to_owned());
    }
    assert_eq!(records(&study, Some(&holdings())).len(), 3);
}
