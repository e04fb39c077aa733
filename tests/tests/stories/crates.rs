//! Crates that are none, or not quite: each is told what is wrong with it, and its neighbour is published all the same.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::json;
use tests::crates;
use tests::node::{NAMESPACE, Report, TempNode};

use super::{assert_whole, new_node};

/// Imports a folder in which `make` puts something beside a good crate; gives the node and the report of what was made.
fn beside_a_good_one(make: impl FnOnce(&Path) -> PathBuf) -> (TempNode, Report) {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let made = make(folder.path());
    crates::write(folder.path(), "good.json", &crates::detached("good"));
    let reports = node.import(folder.path());
    let (own, others): (Vec<_>, Vec<_>) = reports
        .into_iter()
        .partition(|report| Path::new(&report.source) == made);
    let outcomes: Vec<&str> = others
        .iter()
        .map(|report| report.outcome.as_str())
        .collect();
    assert_eq!(
        outcomes,
        ["published"],
        "the good one beside it: {others:?}"
    );
    let [own] = own.try_into().unwrap();
    assert_whole(&node);
    (node, own)
}

/// It is refused for this cause, and nothing of it is in the log.
#[track_caller]
fn is_refused(make: impl FnOnce(&Path) -> PathBuf, cause: &str) {
    let (node, report) = beside_a_good_one(make);
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str()),
        ("refused", ""),
        "{report:?}"
    );
    assert!(
        report.errors.iter().any(|error| error.contains(cause)),
        "{cause:?} is not in {report:?}"
    );
    assert_eq!(node.proved().studies(), ["TST-S1"]);
}

fn file(name: &'static str, bytes: impl Into<Vec<u8>>) -> impl FnOnce(&Path) -> PathBuf {
    let bytes = bytes.into();
    move |folder| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

#[test]
fn what_is_not_json_is_refused() {
    is_refused(file("bad.json", "title: this is YAML\n"), "not JSON");
    is_refused(file("bad.json", ""), "the file is empty");
    is_refused(file("bad.json", [0xff, 0xfe, b'{', 0]), "not JSON");
    is_refused(
        file("bad.json", br#"{"@context": "x", "@graph": ["#),
        "not JSON",
    );
}

#[test]
fn json_that_is_no_crate_is_refused() {
    is_refused(file("bad.json", r#"{"a": 1}"#), "no RO-Crate");
    is_refused(file("bad.json", "[1, 2]"), "no RO-Crate");
}

#[test]
fn fifty_megabytes_of_nesting_are_refused_in_little_memory() {
    let mut bytes = br#"{"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": "#.to_vec();
    let depth = 25 << 20;
    bytes.extend(std::iter::repeat_n(b'[', depth));
    bytes.extend(std::iter::repeat_n(b']', depth));
    bytes.push(b'}');
    is_refused(file("deep.json", bytes), "levels deep");
}

#[test]
fn a_crate_without_a_dataset_is_refused() {
    let without = |folder: &Path| {
        let mut document = crates::detached("bad");
        document["@graph"].as_array_mut().unwrap().remove(1);
        crates::write(folder, "bad.json", &document)
    };
    is_refused(without, "about");
    let of_another_type = |folder: &Path| {
        let mut document = crates::detached("bad");
        crates::root(&mut document)["@type"] = json!("Person");
        crates::write(folder, "bad.json", &document)
    };
    is_refused(of_another_type, "Dataset");
}

#[test]
fn a_crate_with_two_roots_is_refused() {
    let two_roots = |folder: &Path| {
        let mut document = crates::detached("bad");
        let mut second = document["@graph"][1].clone();
        second["@id"] = json!("https://archive.example.org/studies/second");
        document["@graph"][0]["about"] = json!(
            [document["@graph"][1]["@id"].clone(), second["@id"].clone()]
                .map(|id| json!({"@id": id}))
        );
        document["@graph"].as_array_mut().unwrap().push(second);
        crates::write(folder, "bad.json", &document)
    };
    is_refused(two_roots, "about");
}

#[test]
fn a_context_is_never_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (_, report) = beside_a_good_one(|folder| {
        let mut document = crates::detached("bad");
        document["@context"] = json!([
            "https://w3id.org/ro/crate/1.2/context",
            format!("http://{address}/context.jsonld"),
            {"@import": format!("http://{address}/imported.jsonld")}
        ]);
        crates::root(&mut document)["isPartOf"] = json!({"@id": format!("http://{address}/part")});
        crates::root(&mut document)["license"] =
            json!({"@id": format!("http://{address}/licence")});
        crates::write(folder, "bad.json", &document)
    });
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("context.jsonld")),
        "{report:?}"
    );
    // the program has ended: whoever had connected would be waiting in the queue
    listener.set_nonblocking(true).unwrap();
    let knocked = listener.accept().map(|(_, peer)| peer);
    assert_eq!(knocked.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn unmapped_terms_are_kept_as_text_and_told() {
    let (node, report) = beside_a_good_one(|folder| {
        let mut document = crates::detached("odd");
        let root = crates::root(&mut document);
        root["about"] = json!([{"@id": "#taxon"}]);
        root["measurementMethod"] = json!([{"@id": "#method"}]);
        root["favouriteColour"] = json!("ultramarine");
        let graph = document["@graph"].as_array_mut().unwrap();
        graph.push(json!({"@id": "#taxon", "@type": "Taxon", "scientificName": "Draco volans imaginarius"}));
        graph.push(
            json!({"@id": "#method", "@type": "DefinedTerm", "name": "looking very closely"}),
        );
        crates::write(folder, "odd.json", &document)
    });
    assert_eq!(report.outcome, "published", "{report:?}");
    for text in ["Draco volans imaginarius", "looking very closely"] {
        assert!(
            report.warnings.iter().any(|warning| warning.contains(text)),
            "{text}: {report:?}"
        );
    }
    let log = node.proved();
    let record = log.record(&report.id, 1).unwrap();
    for text in [
        "Draco volans imaginarius",
        "looking very closely",
        "favouriteColour",
        "ultramarine",
    ] {
        assert!(record.contains(text), "{text} is lost: {record}");
    }
}

#[test]
fn an_illegal_iri_never_comes_into_a_record() {
    let illegal = "https://orcid.org/0000-0001 Ada Example<>";
    let (node, report) = beside_a_good_one(|folder| {
        let mut document = crates::detached("illegal");
        crates::root(&mut document)["author"] = json!([{"@id": illegal}]);
        crates::root(&mut document)["sameAs"] = json!("http://exa mple.org/\"><x>");
        document["@graph"][2]["@id"] = json!(illegal);
        crates::write(folder, "illegal.json", &document)
    });
    assert_eq!(report.outcome, "published", "{report:?}");
    assert!(!report.warnings.is_empty(), "{report:?}");
    let log = node.proved();
    let record = log.record(&report.id, 1).unwrap();
    for quad in oxttl::NQuadsParser::new().for_slice(record.as_bytes()) {
        let quad = quad.unwrap();
        assert!(
            quad.subject
                .to_string()
                .starts_with(&format!("<{NAMESPACE}")),
            "{quad}"
        );
    }
    assert!(record.contains("Ada Example"), "the name is lost: {record}");
}

#[test]
fn an_e_mail_address_never_comes_into_a_record() {
    let (node, report) = beside_a_good_one(|folder| {
        let mut document = crates::detached("private");
        document["@graph"][2]["email"] = json!("ada@private.example.org");
        document["@graph"][2]["address"] = json!("1 Private Road, Private Town");
        document["@graph"][2]["telephone"] = json!("+44 1382 999999");
        crates::write(folder, "private.json", &document)
    });
    assert_eq!(report.outcome, "published", "{report:?}");
    for text in ["ada@private", "Private Road", "999999"] {
        let found = tests::folder::files_with(node.data(), text);
        assert!(found.is_empty(), "{text} is in {found:?}");
    }
}

#[test]
fn what_is_no_study_at_all_is_reported() {
    is_refused(file("notes.txt", "to do"), "belongs to no study");
    is_refused(file("study.yml", "title: x"), "rename it");
    let node = new_node();
    let empty = tempfile::tempdir().unwrap();
    node.try_import(empty.path())
        .refused()
        .says("it holds no study");
    node.try_import(&empty.path().join("absent"))
        .could_not()
        .says("absent cannot be read");
    assert_eq!(node.size(), 0);
}
