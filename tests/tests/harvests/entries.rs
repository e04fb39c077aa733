//! Entries that break a rule: each is invalid by itself, for ever, and stops nothing.

use protocol::entry::Operation;
use serde_json::{Map, Value, json};

use super::world::World;

/// An entry with every member that a `put` has; those of `change` in place of its own, `null` to leave one out.
fn put_with(change: Value) -> Vec<u8> {
    let mut members = json!({
        "id": "LIE-S50",
        "kind": "study",
        "op": "put",
        "record": "aa".repeat(32),
        "size": 700,
        "time": "2026-01-05T08:00:00Z",
        "version": 1,
    });
    let members = members.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    jcs(members)
}

/// JSON with members in order and no space: canonical for what stands here.
fn jcs(members: &Map<String, Value>) -> Vec<u8> {
    let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
    serde_json::to_vec(&sorted).unwrap()
}

/// What the entry is, its bytes, and the reason code that it deserves.
fn bad_entries() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good = put_with(json!({}));
    let text = String::from_utf8(good.clone()).unwrap();
    let spaced = text.replacen(',', ", ", 1).into_bytes();
    let doubled = text.replacen("{", "{\"id\":\"LIE-S50\",", 1).into_bytes();
    let unsorted = text.replacen('{', "{\"zzz\":1,", 1).into_bytes();
    let escaped = text.replacen("study", "s\\u0074udy", 1).into_bytes();
    let fraction = text.replacen("700", "700.5", 1).into_bytes();
    let exponent = text.replacen("700", "7e2", 1).into_bytes();
    let large = put_with(json!({"note": "x".repeat(4096)}));
    vec![
        (
            "of a foreign prefix",
            put_with(json!({"id": "XYZ-S1"})),
            "foreign-id",
        ),
        (
            "of the other member's prefix",
            put_with(json!({"id": "WEL-S1"})),
            "foreign-id",
        ),
        (
            "of a prefix that extends ours",
            put_with(json!({"id": "LIEB-S1"})),
            "foreign-id",
        ),
        (
            "of a prefix that ours extends",
            put_with(json!({"id": "LI-S1"})),
            "foreign-id",
        ),
        (
            "of an unknown kind under a foreign prefix",
            put_with(json!({"id": "XYZ-D1", "kind": "dance"})),
            "foreign-id",
        ),
        (
            "of another kind than its id",
            put_with(json!({"kind": "image"})),
            "entry-id",
        ),
        (
            "of an id with a leading zero",
            put_with(json!({"id": "LIE-S01"})),
            "entry-id",
        ),
        (
            "of an id in lower case",
            put_with(json!({"id": "lie-S1"})),
            "entry-id",
        ),
        (
            "of an id that leads out",
            put_with(json!({"id": "LIE-S1/../S2"})),
            "entry-id",
        ),
        (
            "of version 0",
            put_with(json!({"version": 0})),
            "entry-member",
        ),
        (
            "without a version",
            put_with(json!({"version": null})),
            "entry-member",
        ),
        (
            "with a version in words",
            put_with(json!({"version": "1"})),
            "entry-member",
        ),
        (
            "without a record",
            put_with(json!({"record": null})),
            "entry-member",
        ),
        (
            "with a digest in capitals",
            put_with(json!({"record": "AA".repeat(32)})),
            "entry-member",
        ),
        (
            "without a time",
            put_with(json!({"time": null})),
            "entry-member",
        ),
        (
            "with a time of nowhere",
            put_with(json!({"time": "2026-02-30T08:00:00Z"})),
            "entry-member",
        ),
        ("with a space", spaced, "entry-not-canonical"),
        ("with a member twice", doubled, "entry-not-canonical"),
        ("with members out of order", unsorted, "entry-not-canonical"),
        (
            "with an escape that is not needed",
            escaped,
            "entry-not-canonical",
        ),
        ("with a fraction", fraction, "entry-number"),
        ("with an exponent", exponent, "entry-number"),
        ("of a list", b"[1]".to_vec(), "entry-not-object"),
        ("of no JSON", b"put LIE-S50".to_vec(), "entry-not-json"),
        ("of nothing", Vec::new(), "entry-not-json"),
        (
            "of bytes that are no text",
            vec![0xff, 0xfe],
            "entry-not-json",
        ),
        (
            "of nesting",
            [vec![b'['; 2000], vec![b']'; 2000]].concat(),
            "entry-not-json",
        ),
        ("of more than 4 KiB", large, "entry-too-large"),
        ("of 64 KiB", vec![b'x'; 65_535], "entry-too-large"),
    ]
}

#[test]
fn an_entry_that_breaks_a_rule_is_in_quarantine_and_stops_nothing() {
    let mut world = World::harvested(2);
    let mut expected = Vec::new();
    for (place, (what, bytes, code)) in (100..).zip(bad_entries()) {
        let index = world.log.entry_raw(&bytes, None);
        expected.push((index, code.to_owned(), what));
        // a good one behind each
        world.write(&format!("LIE-S{place}"), "Between bad ones");
    }
    world.publish();
    let report = world.is_healthy();
    let bad = expected.len() as u64;
    report.of("lies").counts([2 + bad, 0, 0, 0, bad]);
    let found = world.quarantine();
    for (index, code, what) in &expected {
        let of_it: Vec<_> = found.iter().filter(|(place, _)| place == index).collect();
        assert_eq!(of_it, [&(*index, code.clone())], "an entry {what}");
    }
    assert_eq!(found.len(), expected.len());
    world.federation.rebuild();
    world.shows_the_truth();
    world.federation.is_well();
}

#[test]
fn an_entry_of_a_later_protocol_is_an_event() {
    let mut world = World::new(1);
    for entry in [
        put_with(json!({"op": "embargo", "until": "2030-01-01T00:00:00Z"})),
        put_with(json!({"id": "LIE-D7", "kind": "dance"})),
        put_with(json!({"id": "LIE-x-7-b", "kind": "holotomogram", "op": "unheard-of"})),
    ] {
        world.log.entry_raw(&entry, None);
    }
    // further members have no effect
    let put = world.write("LIE-S2", "Before the last");
    let operation = Operation::Put {
        record: put.record,
        size: put.size,
        version: 2,
        opens: None,
        nonce: None,
    };
    let entry = world.log.entry("LIE-S2", &operation);
    let mut members: Map<String, Value> = serde_json::from_slice(entry.bytes()).unwrap();
    members.insert("zest".to_owned(), json!(["of", {"lemon": true}]));
    let record = world.true_record("LIE-S2").to_vec();
    world.log.entry_raw(&jcs(&members), Some(record));
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([2, 1, 0, 3, 0]);
}

#[test]
fn an_entry_that_announces_too_much_is_not_even_read() {
    let mut world = World::new(1);
    let bytes = vec![b'x'; (1 << 20) + 1];
    let announced = world.log.record_raw("LIE-S9", &bytes);
    world.write("LIE-S2", "After it");
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([2, 0, 0, 0, 1]);
    assert_eq!(world.quarantine(), [(1, "record-too-large".to_owned())]);
    let path = protocol::tile::record_path(&announced.record);
    assert_eq!(world.lies.asked(&path), 0);
}
