//! Lists that are read while the log grows: nothing is skipped, nothing comes twice.

use std::collections::BTreeMap;

use tests::federation::{Fault, LogMaker};

use super::clients::{self, Client, Read, harvest};
use super::{in_order, once_each, record_of};
use crate::portal::{Portal, put_study};

/// Studies of the one member; the other has one.
const STUDIES: u64 = 250;

fn many_studies() -> Portal {
    Portal::with(|log| {
        for serial in 1..=STUDIES {
            put_study(log, &format!("DND-S{serial}"), &format!("Septins {serial}"));
        }
        log.suppress("DND-S10");
        log.withdraw("DND-S20");
        log.replace("DND-S30", "DND-S31");
        let redacted = put_study(log, "DND-S40", "Names a patient");
        log.redact(&redacted);
        log.suppress("DND-S50");
        log.restore("DND-S50");
    })
}

/// Publishes what a story writes, and waits until the harvester has it.
fn publish(portal: &mut Portal, write: impl FnOnce(&mut LogMaker)) {
    write(&mut portal.log);
    portal.log.checkpoint();
    portal.node.publish(&portal.log);
    portal.federation.sync().of("dundee").is("current");
}

fn oai(portal: &Portal) -> String {
    format!("{}oai", portal.url())
}

/// What happens between two pages: of what was listed and of what was not yet, something is revised, goes and comes; and
/// something new comes.
fn much_happens(portal: &mut Portal) {
    publish(portal, |log| {
        put_study(log, "DND-S1", "Revised after it was listed");
        put_study(log, "DND-S240", "Revised before it is listed");
        log.withdraw("DND-S2");
        log.withdraw("DND-S241");
        log.suppress("DND-S242");
        log.restore("DND-S10");
        put_study(log, "DND-S251", "New");
    });
}

#[test]
fn every_client_harvests_everything_in_both_formats() {
    if !clients::are_there() {
        return;
    }
    let portal = many_studies();
    for client in clients::ALL {
        for prefix in ["oai_dc", "oai_datacite"] {
            let records = harvest(client, &oai(&portal), prefix, &[]).records;
            assert_eq!(once_each(&records).len() as u64, STUDIES + 1, "{client}");
            in_order(&records);
            let deleted = ["DND-S10", "DND-S20", "DND-S30", "DND-S40"];
            for Read(identifier, datestamp, is_deleted, title) in &records {
                let id = identifier
                    .strip_prefix("https://images.example.org/id/")
                    .unwrap();
                assert_eq!(*is_deleted, deleted.contains(&id), "{id}");
                assert_eq!(title.is_none(), *is_deleted, "{id}");
                assert_eq!(datestamp.len(), 20);
            }
            assert_eq!(
                record_of(&records, "DND-S7").3.as_deref(),
                Some("Septins 7")
            );
        }
    }
}

#[test]
fn what_changes_while_a_list_is_read_comes_with_the_next_list() {
    if !clients::are_there() {
        return;
    }
    for client in clients::ALL {
        let mut portal = many_studies();
        let mut harvesting = Client::start(client, &oai(&portal), "oai_dc", &[50, 150], &[]);
        harvesting.pauses();
        much_happens(&mut portal);
        harvesting.goes_on();
        harvesting.pauses();
        publish(&mut portal, |log| {
            put_study(log, "DND-S239", "Revised later still");
            put_study(log, "DND-S252", "New as well");
        });
        harvesting.goes_on();
        let first = harvesting.harvested().records;
        let ids = once_each(&first);
        assert_eq!(ids.len() as u64, STUDIES + 1, "{client}");
        assert!(
            !ids.contains("DND-S251"),
            "it came after the list was begun"
        );
        in_order(&first);
        for (id, title) in [
            ("DND-S1", Some("Septins 1")),
            // as it was when the list was begun
            ("DND-S240", Some("Septins 240")),
            ("DND-S239", Some("Septins 239")),
            // gone since, so that it may not be shown
            ("DND-S241", None),
            ("DND-S242", None),
        ] {
            assert_eq!(record_of(&first, id).3.as_deref(), title, "{client}: {id}");
        }

        // whoever goes on from the datestamps that it has seen is given the rest
        let from = format!("--from={}", first.last().unwrap().1);
        let next = harvest(client, &oai(&portal), "oai_dc", &[&from]).records;
        once_each(&next);
        let mut kept: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for record in first.iter().chain(&next) {
            kept.insert(record.id(), record.3.as_deref());
        }
        let whole = harvest("strict", &oai(&portal), "oai_dc", &[]).records;
        let now: BTreeMap<&str, Option<&str>> = whole
            .iter()
            .map(|record| (record.id(), record.3.as_deref()))
            .collect();
        assert_eq!(kept, now, "{client}");
        assert_eq!(now["DND-S1"], Some("Revised after it was listed"));
        assert_eq!(now["DND-S2"], None);
        assert_eq!(now["DND-S10"], Some("Septins 10"));
    }
}

#[test]
fn a_set_has_one_members_studies_alone() {
    if !clients::are_there() {
        return;
    }
    let portal = many_studies();
    let of_other = harvest("sickle", &oai(&portal), "oai_dc", &["--set=OTH"]).records;
    assert_eq!(
        once_each(&of_other).into_iter().collect::<Vec<_>>(),
        ["OTH-S1"]
    );
    let of_dundee = harvest("strict", &oai(&portal), "oai_dc", &["--set=DND"]).records;
    assert_eq!(once_each(&of_dundee).len() as u64, STUDIES);
}

#[test]
fn a_rebuild_changes_neither_order_nor_datestamps_nor_tokens() {
    if !clients::are_there() {
        return;
    }
    let mut portal = many_studies();
    much_happens(&mut portal);
    let before = harvest("strict", &oai(&portal), "oai_dc", &[]).records;
    let first = portal
        .get("oai?verb=ListIdentifiers&metadataPrefix=oai_dc")
        .is(200);
    let token = super::requests::token_in(first.text()).unwrap();
    let second = |portal: &Portal| {
        let path = format!("oai?verb=ListIdentifiers&resumptionToken={token}");
        super::requests::identifiers_in(portal.get(&path).is(200).text())
    };
    let second_before = second(&portal);
    portal.between(|portal| portal.federation.rebuild());
    assert_eq!(second(&portal), second_before);
    assert_eq!(
        harvest("strict", &oai(&portal), "oai_dc", &[]).records,
        before
    );
    portal.federation.is_well();
}

#[test]
fn a_study_whose_bytes_come_late_is_listed_when_they_have_come() {
    if !clients::are_there() {
        return;
    }
    let mut lost = None;
    let mut portal = Portal::before_harvest(|log| {
        put_study(log, "DND-S1", "Here at once");
        lost = Some(put_study(log, "DND-S2", "Here later"));
    });
    let digest = lost.unwrap().record.to_string();
    let path = format!("record/{}/{digest}", &digest[..2]);
    portal.node.set(&path, Fault::Status(404));
    portal.federation.sync();
    portal.serve();
    let before = harvest("strict", &oai(&portal), "oai_dc", &["--set=DND"]).records;
    assert_eq!(
        once_each(&before).into_iter().collect::<Vec<_>>(),
        ["DND-S1"]
    );
    portal.node.heal();
    portal.federation.sync().of("dundee").is("current");
    let after = harvest("strict", &oai(&portal), "oai_dc", &["--set=DND"]).records;
    let last = after.last().unwrap();
    assert_eq!(
        (last.id(), last.3.as_deref()),
        ("DND-S2", Some("Here later"))
    );
    in_order(&after);
    portal.between(|portal| portal.federation.rebuild());
    assert_eq!(
        harvest("strict", &oai(&portal), "oai_dc", &["--set=DND"]).records,
        after
    );
    portal.federation.is_well();
}
