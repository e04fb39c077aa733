//! Those who judge a node from outside would notice if something were wrong.

use std::fs;

use ontologies::schema::SHAPES_PROFILE_1;
use ontologies::shacl::{Severity, Shapes};
use oxrdf::{Graph, Triple};
use oxttl::NQuadsParser;
use tests::folder::files;
use tests::independent;
use tests::static_server::StaticServer;
use tests::studies::StudyFolder;

use super::node_with;

#[test]
fn a_reader_of_the_log_notices_a_change_in_any_of_its_files() {
    let node = node_with(&[StudyFolder::new("first")]);
    node.run(&["redact", "TST-S1-I1.1", "--reason", "legal"])
        .done();
    let folder = tempfile::tempdir().unwrap();
    // in one act, so that no tile of a smaller tree is left, which nobody reads
    node.import_one(&StudyFolder::with_images("many", 260).write(folder.path()));
    let log = node.path("log");
    let server = StaticServer::of(&log);
    let read = || independent::read(&server.url(), node.vkey());
    let whole = read().unwrap();
    // of the many single records a few
    let records = |path: &std::path::PathBuf| path.starts_with(log.join("record"));
    let (singles, others): (Vec<_>, Vec<_>) = files(&log).into_iter().partition(records);
    assert!(others.len() >= 7, "{others:?}");
    for path in others.iter().chain(singles.iter().step_by(40)) {
        let bytes = fs::read(path).unwrap();
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(path, changed).unwrap();
        assert!(read().is_err(), "{} may be changed", path.display());
        fs::remove_file(path).unwrap();
        assert!(read().is_err(), "{} may be missing", path.display());
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(read().unwrap().head, whole.head);
    // another key is no key
    let other = node_with(&[]);
    assert!(independent::read(&server.url(), other.vkey()).is_err());
}

#[test]
fn the_records_of_a_study_file_keep_the_shapes_of_the_profile() {
    let node = node_with(&[StudyFolder::new("one")]);
    let shapes = Shapes::parse(SHAPES_PROFILE_1).unwrap();
    let log = node.proved();
    assert_eq!(log.records.len(), 3);
    for record in log.records.values() {
        let quads = NQuadsParser::new().for_slice(record);
        let graph: Graph = quads.map(|quad| Triple::from(quad.unwrap())).collect();
        let results = shapes.validate(&graph);
        let violations: Vec<_> = results
            .into_iter()
            .filter(|result| result.severity == Severity::Violation)
            .collect();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}
