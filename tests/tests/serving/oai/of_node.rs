//! A node is harvested as a harvester is, while it publishes.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use tests::node::TempNode;
use tests::served::Served;
use tests::studies::StudyFolder;

use super::clients::{self, Client, harvest};
use super::requests::identifiers_in;
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

/// The time that an answer says.
fn response_date(served: &Served) -> String {
    let answer = served.get("oai?verb=Identify");
    let (_, rest) = answer.text().split_once("<responseDate>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[test]
fn an_act_that_was_killed_before_it_was_decided_holds_the_time_of_answers_back_no_longer() {
    for (point, is_beside_a_server) in [
        ("act-entries-written", false),
        ("act-entries-written", true),
        ("act-removed", false),
        ("act-removed", true),
    ] {
        let at = format!("{point}, beside a server: {is_beside_a_server}");
        let (node, folder) = (TempNode::new(NODE), tempfile::tempdir().unwrap());
        study(folder.path(), 1, "Seen at once");
        node.import(folder.path());
        study(folder.path(), 2, "On its way");
        let path = folder.path().to_str().unwrap();
        let mut served = is_beside_a_server.then(|| node.serve());
        node.run_until(point, &["import", path]);
        // the server that is there already may have been quicker
        let begun = std::fs::read_to_string(node.path("staging/act/begun"));
        assert!(begun.is_ok() || is_beside_a_server, "{at}");
        let begun = begun.unwrap_or_else(|_| response_date(served.as_ref().unwrap()));
        let served = served.take().unwrap_or_else(|| node.serve());
        let date = tests::patience::eventually("answers are of a later time", || {
            let date = response_date(&served);
            (date > begun).then_some(date)
        });
        tests::patience::eventually("nothing of it is left", || {
            (!node.path("staging/act").exists()).then_some(())
        });

        // and whoever asks from there misses nothing of what comes then
        study(folder.path(), 2, "Published at last");
        node.import(folder.path());
        let list = format!("oai?verb=ListIdentifiers&metadataPrefix=oai_dc&from={date}");
        let since = identifiers_in(served.get(&list).text());
        assert_eq!(since, [format!("{}TST-S2", tests::node::NAMESPACE)], "{at}");
        node.is_well();
    }
}

#[test]
fn while_an_act_is_being_made_the_time_of_answers_stays_before_it() {
    let node = TempNode::new(NODE);
    let folder = tempfile::tempdir().unwrap();
    study(folder.path(), 1, "Seen at once");
    node.import(folder.path());
    // as the one that makes it has it: the lease is held, and nothing is decided
    let lease = std::fs::File::open(node.path("lease")).unwrap();
    rustix::fs::flock(&lease, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let begun = "2026-01-01T00:00:00Z";
    std::fs::create_dir_all(node.path("staging/act")).unwrap();
    std::fs::write(node.path("staging/act/begun"), begun).unwrap();
    let served = Served::listening(node.command(&["serve", "--bind", "127.0.0.1:0"]));
    assert_eq!(response_date(&served), begun);
    // whoever looks after what was left behind has looked by now, and left it alone
    tests::patience::eventually("the server is ready", || {
        (served.get("readyz").status == 200).then_some(())
    });
    assert_eq!(response_date(&served), begun);
    drop(lease);
    tests::patience::eventually("it is cleared away", || {
        (response_date(&served).as_str() > begun).then_some(())
    });
}
