use proptest::prelude::*;
use protocol::identifier::{
    Accession, IdentifierError, Kind, Namespace, Origin, Prefix, VersionedId,
};

use super::fixture::{id, namespace};
use super::properties;

#[test]
fn the_examples_of_the_protocol() {
    for (text, kind, study) in [
        ("DND-S42", Kind::Study, Some("DND-S42")),
        ("DND-S42-I7", Kind::Image, Some("DND-S42")),
        ("DND-S42-A1", Kind::Annotation, Some("DND-S42")),
        ("DND-S42-O3", Kind::Observations, Some("DND-S42")),
        ("DND-N9", Kind::Statement, None),
    ] {
        let id = id(text);
        assert_eq!(
            (id.kind(), id.study_part(), id.prefix()),
            (kind, study, "DND")
        );
    }
    let version = VersionedId::parse("DND-S42.2").unwrap();
    assert_eq!((version.id(), version.version()), (&id("DND-S42"), 2));
    assert_eq!(
        namespace().iri(&id("DND-S42-I7")),
        "https://images.example.org/id/DND-S42-I7"
    );
    assert_eq!(
        namespace().iri_of_version(&id("DND-S42"), 2),
        "https://images.example.org/id/DND-S42.2"
    );
}

#[test]
fn only_what_begins_with_the_id_and_a_hyphen_is_part_of_a_study() {
    let study = id("DND-S4");
    assert!(id("DND-S4-I1").is_part_of(&study));
    for other in ["DND-S4", "DND-S42", "DND-S42-I1", "DND-N4", "OND-S4-I1"] {
        assert!(!id(other).is_part_of(&study), "{other}");
    }
}

#[test]
fn what_does_not_follow_the_grammar_is_refused() {
    for bad in [
        "",
        "DND",
        "DND-",
        "DND-S",
        "DND-S0",
        "DND-S01",
        "DND-s1",
        "dnd-S1",
        "D-S1",
        "ABCDEFG-S1",
        "DND-S1-",
        "DND-S1-I0",
        "DND-S1-S1",
        "DND-S1-N1",
        "DND-N1-I1",
        "DND-I1",
        "DND-S1-I1-I1",
        "DND-S1234567890123456",
        "DND-S1 ",
        " DND-S1",
        "DND-S1\n",
        "DND-S١",
        "DND-S1-É1",
        "DND-É1",
        "DND-S+1",
    ] {
        assert!(Accession::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "DND-S1",
        "DND-S1.",
        "DND-S1.0",
        "DND-S1.01",
        "DND-S1.1.1",
        ".1",
    ] {
        assert!(VersionedId::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "/id/",
        "ftp://x.org/id/",
        "https://x.org/id",
        "https://x.org/id/?",
        "https://x.org/id/#",
        "https:/id/",
        "https:///id/",
    ] {
        assert!(Namespace::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "https://x.org/log",
        "x.org/a b",
        "x.org/a+b",
        "x.org/a\u{a0}b",
        "x.org/\n",
    ] {
        assert!(Origin::parse(bad).is_err(), "{bad}");
    }
    assert!(Origin::parse(&"o".repeat(255)).is_ok() && Origin::parse(&"o".repeat(256)).is_err());
}

#[test]
fn parts_are_made_of_studies_only_and_serials_start_at_1() {
    let prefix = Prefix::parse("DND").unwrap();
    let study = Accession::study(&prefix, 42).unwrap();
    let image = Accession::image(&study, 7).unwrap();
    assert_eq!(image.as_str(), "DND-S42-I7");
    assert!(matches!(
        Accession::image(&image, 1),
        Err(IdentifierError::NotAStudy(_))
    ));
    for bad in [0, 1_000_000_000_000_000, u64::MAX] {
        assert_eq!(
            Accession::study(&prefix, bad),
            Err(IdentifierError::Number(bad))
        );
    }
}

#[test]
fn json_holds_them_as_checked_text() {
    let read: Accession = serde_json::from_str("\"DND-S42\"").unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), "\"DND-S42\"");
    assert!(serde_json::from_str::<Accession>("\"DND-S0\"").is_err());
}

proptest! {
    #[test]
    fn what_looks_like_an_accession_is_read_back(text in "[A-Z]{1,7}-[SNI][0-9]{1,3}(-[IAOS][0-9]{1,3})?(\\.[0-9]{1,2})?") {
        properties::accession(text.as_bytes());
    }
}
