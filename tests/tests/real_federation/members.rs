//! What the harvester says of its members.

use serde_json::Value;

use super::archives::Archives;
use super::portal::Portal;

/// The classes of entries (PROTOCOL.md section 6) that every index has exactly one of.
const CLASSES: [&str; 5] = ["current", "superseded", "removed", "event", "quarantined"];

/// Every member is current, with an entry for each study that its node published.
pub(crate) fn all_are_there_and_their_counts_add_up(portal: &Portal<'_>, archives: &Archives) {
    let members = portal.json("api/v1/members", &[]);
    let members = members["members"].as_array().unwrap();
    assert_eq!(members.len(), archives.iter().count());
    for archive in archives.iter() {
        let member = members.iter().find(|it| it["id"] == archive.id).unwrap();
        let report = portal.json(&format!("api/v1/members/{}/report", archive.id), &[]);
        for said in [member, &report] {
            add_up(said);
            assert_eq!(said["state"], "current", "{said}");
            assert_eq!(number(said, "current"), archive.published().count() as u64);
            assert_eq!(number(said, "size"), archive.node.size());
        }
        assert_eq!(report["quarantine"], Value::Array(Vec::new()));
    }
}

/// An index has one class.
#[track_caller]
fn add_up(said: &Value) {
    let sum: u64 = CLASSES.iter().map(|class| number(said, class)).sum();
    assert_eq!(number(said, "entries"), sum, "{said}");
}

#[track_caller]
fn number(said: &Value, name: &str) -> u64 {
    said[name]
        .as_u64()
        .unwrap_or_else(|| panic!("no {name}: {said}"))
}
