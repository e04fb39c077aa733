//! A node is harvested as a harvester is, while it publishes.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use tests::node::TempNode;
use tests::served::Served;
use tests::studies::StudyFolder;

use super::clients::{self, Client, harvest};
use super::{in_order, once_each, record_of};
use crate::NODE;

const STUDIES: usize = 120;

fn study(folder: &Path, serial: usize, title: &str) {
    let study = StudyFolder {
        title: title.to_owned(),
        ..StudyFolder::with_images(&format!("study-{serial:04}"), 1)
    };
    study.write(folder);
}

fn published() -> (TempNode, TempDir, Served) {
    let (node, folder) = (TempNode::new(NODE), tempfile::tempdir().unwrap());
    for serial in 1..=STUDIES {
        study(folder.path(), serial, &format!("Septin rings {serial}"));
    }
    let reports = node.import(folder.path());
    assert!(reports.iter().all(|report| report.outcome == "published"));
    node.run(&["suppress", "TST-S10", "--reason", "other"])
        .done();
    node.run(&["withdraw", "TST-S20", "--reason", "error"])
        .done();
    node.run(&[
        "replace",
        "TST-S30",
        "--by",
        "TST-S31",
        "--reason",
        "duplicate",
    ])
    .done();
    let served = node.serve();
    (node, folder, served)
}

#[test]
fn every_client_harvests_a_node_while_it_publishes() {
    if !clients::are_there() {
        return;
    }
    let (node, folder, served) = published();
    let url = format!("{}oai", served.url());
    let mut next_study = STUDIES + 1;
    for client in clients::ALL {
        for prefix in ["oai_dc", "oai_datacite"] {
            let before = harvest("strict", &url, prefix, &[]);
            let mut harvesting = Client::start(client, &url, prefix, &[50], &[]);
            harvesting.pauses();
            let title = format!("Revised while {client} reads {prefix}");
            for serial in [1, 119, next_study] {
                study(folder.path(), serial, &title);
            }
            node.import(folder.path());
            node.run(&["restore", "TST-S10", "--reason", "other"])
                .done();
            node.run(&["suppress", "TST-S10", "--reason", "other"])
                .done();
            harvesting.goes_on();
            let during = harvesting.harvested().records;
            in_order(&during);
            assert_eq!(once_each(&during), once_each(&before.records), "{client}");
            assert_eq!(
                record_of(&during, "TST-S119").3,
                record_of(&before.records, "TST-S119").3
            );
            for id in ["TST-S10", "TST-S20", "TST-S30"] {
                assert!(record_of(&during, id).2, "{id}");
            }

            // from the time of the first answer on there is all that came since
            let from = format!("--from={}", before.date.unwrap());
            let since = harvest("strict", &url, prefix, &[&from]).records;
            let mut kept: BTreeMap<String, _> = BTreeMap::new();
            for record in before.records.into_iter().chain(since) {
                kept.insert(record.id().to_owned(), record.3);
            }
            let whole = harvest(client, &url, prefix, &[]).records;
            let now = whole
                .iter()
                .map(|record| (record.id().to_owned(), record.3.clone()));
            assert_eq!(kept, now.collect(), "{client}");
            let new = format!("TST-S{next_study}");
            assert_eq!(kept[&new].as_deref(), Some(title.as_str()));
            next_study += 1;
        }
    }
    node.is_well();
}

#[test]
fn a_rebuild_of_a_node_changes_no_list() {
    if !clients::are_there() {
        return;
    }
    let (node, _folder, served) = published();
    let url = format!("{}oai", served.url());
    let before = harvest("strict", &url, "oai_dc", &[]).records;
    node.run(&["rebuild"]).done();
    assert_eq!(harvest("strict", &url, "oai_dc", &[]).records, before);
}

#[test]
fn an_act_that_waits_to_be_completed_holds_the_time_of_answers_back() {
    if !clients::are_there() {
        return;
    }
    let (node, folder) = (TempNode::new(NODE), tempfile::tempdir().unwrap());
    study(folder.path(), 1, "Seen at once");
    node.import(folder.path());
    study(folder.path(), 2, "Decided and not yet seen");
    let path = folder.path().to_str().unwrap();
    node.run_until("act-journalled", &["import", path]);
    let begun = std::fs::read_to_string(node.path("staging/act/begun")).unwrap();
    // somebody else has the right to append, so that the server cannot complete it
    let lease = std::fs::File::open(node.path("lease")).unwrap();
    rustix::fs::flock(&lease, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let served = Served::listening(node.command(&["serve", "--bind", "127.0.0.1:0"]));
    let url = format!("{}oai", served.url());
    let before = harvest("strict", &url, "oai_dc", &[]);
    assert_eq!(once_each(&before.records).len(), 1);
    assert_eq!(before.date.as_deref(), Some(begun.as_str()));
    drop(lease);
    let from = format!("--from={begun}");
    tests::patience::eventually("the act is completed", || {
        let since = harvest("strict", &url, "oai_dc", &[&from]).records;
        since
            .iter()
            .any(|record| record.id() == "TST-S2")
            .then_some(())
    });
}
