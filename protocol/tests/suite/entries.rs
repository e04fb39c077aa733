use proptest::prelude::*;
use protocol::bundle::{
    BundleError, decode_entries, decode_records, encode_entries, encode_records, inflated_limit,
};
use protocol::digest::Digest;
use protocol::entry::{Entry, MAX_BYTES, Operation, Reason, Subject, commitment};
use protocol::identifier::ResourceId;
use protocol::timestamp::Timestamp;

use super::fixture::{TIME, id};
use super::properties;

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

fn operation() -> impl Strategy<Value = Operation> {
    let reason = || prop::sample::select(Reason::ALL.to_vec());
    let opening = prop::option::of((0_u64..1 << 53, any::<[u8; 32]>()));
    prop_oneof![
        (
            digest(),
            0_u64..1 << 53,
            1_u64..1_000_000_000_000_000,
            opening
        )
            .prop_map(|(record, size, version, opening)| Operation::Put {
                record,
                size,
                version,
                opens: opening.map(|(index, _)| index),
                nonce: opening.map(|(_, nonce)| nonce),
            }),
        reason().prop_map(|reason| Operation::Suppress { reason }),
        reason().prop_map(|reason| Operation::Restore { reason }),
        reason().prop_map(|reason| Operation::Withdraw { reason }),
        ("[A-Z]{2,6}-S[1-9]", reason()).prop_map(|(by, reason)| Operation::Replace {
            by: ResourceId::parse(&by).unwrap(),
            reason
        }),
        (digest(), reason()).prop_map(|(record, reason)| Operation::Redact { record, reason }),
        digest().prop_map(|commitment| Operation::Commit {
            commitment,
            release: Timestamp::parse(TIME).unwrap()
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(name in "[A-Z]{2,6}-S[1-9]{1,6}(-[IAO][1-9]{1,6})?", operation in operation()) {
        let entry = Entry::new(&id(&name), &operation, TIME).unwrap();
        prop_assert_eq!(entry.operation(), &operation);
        prop_assert_eq!(entry.id(), name);
        prop_assert_eq!(&Entry::parse(entry.bytes()).unwrap(), &entry);
        properties::entry(entry.bytes());
    }

    #[test]
    fn an_entry_altered_anywhere_is_refused_or_is_another_entry(operation in operation(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let entry = Entry::new(&id("ABC-S1"), &operation, TIME).unwrap();
        let mut bytes = entry.to_bytes();
        let place = at.index(bytes.len());
        prop_assume!(bytes[place] != with);
        bytes[place] = with;
        properties::entry(&bytes);
    }

    #[test]
    fn bundles_are_read_back(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..40), cut in any::<prop::sample::Index>()) {
        let width = pieces.len() as u16;
        let bundle = encode_entries(&pieces).unwrap();
        prop_assert_eq!(decode_entries(&bundle, width).unwrap(), pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert!(decode_entries(&bundle, width + 1).is_err());
        let records: Vec<_> = pieces.iter().map(|piece| Some(piece.as_slice()).filter(|piece| !piece.is_empty())).collect();
        let sizes: Vec<_> = pieces.iter().map(|piece| piece.len() as u64).collect();
        let bundle = encode_records(&records).unwrap();
        prop_assert_eq!(bundle.len(), inflated_limit(&sizes));
        prop_assert_eq!(decode_records(&bundle, &sizes).unwrap(), records);
        if !bundle.is_empty() {
            prop_assert!(decode_records(&bundle[..cut.index(bundle.len())], &sizes).is_err());
            prop_assert!(decode_records(&[&bundle[..], &[0; 4]].concat(), &sizes).is_err());
        }
    }
}

#[test]
fn the_example_of_the_protocol() {
    let record = "5".repeat(64);
    let text = format!(
        r#"{{"id":"DND-S42","kind":"study","op":"put","record":"{record}","size":5321,"time":"2026-11-21T09:30:00Z","version":2}}"#
    );
    let entry = Entry::parse(text.as_bytes()).unwrap();
    let put = Operation::Put {
        record: Digest::parse(&record).unwrap(),
        size: 5321,
        version: 2,
        opens: None,
        nonce: None,
    };
    assert_eq!(
        (entry.operation(), entry.kind(), entry.prefix()),
        (&put, "study", "DND")
    );
    assert_eq!(
        Entry::new(&id("DND-S42"), &put, TIME).unwrap().bytes(),
        text.as_bytes()
    );
}

/// An entry with these members in place of, or beside, those of a good one. `null` takes a member away.
fn with(members: &str) -> Result<Entry, &'static str> {
    let mut document = serde_json::json!({
        "id": "ABC-S1", "kind": "study", "op": "put", "time": TIME, "record": "a".repeat(64), "size": 1, "version": 1
    });
    let changes: serde_json::Value = serde_json::from_str(members).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            document.as_object_mut().unwrap().remove(name);
        } else {
            document[name] = value.clone();
        }
    }
    Entry::parse(&protocol::jcs::to_bytes(&document).unwrap()).map_err(|error| error.code())
}

#[test]
fn members_that_are_missing_or_of_another_form_are_refused() {
    for (members, code) in [
        (r#"{"id":null}"#, "entry-member"),
        (r#"{"kind":null}"#, "entry-member"),
        (r#"{"op":null}"#, "entry-member"),
        (r#"{"time":null}"#, "entry-member"),
        (r#"{"record":null}"#, "entry-member"),
        (r#"{"size":null}"#, "entry-member"),
        (r#"{"version":null}"#, "entry-member"),
        (r#"{"id":1}"#, "entry-member"),
        (r#"{"op":[]}"#, "entry-member"),
        (r#"{"time":"yesterday"}"#, "entry-member"),
        (r#"{"size":"1"}"#, "entry-member"),
        (r#"{"version":0}"#, "entry-member"),
        (r#"{"version":1000000000000000}"#, "entry-member"),
        (r#"{"record":"AB"}"#, "entry-member"),
        (r#"{"opens":3}"#, "entry-member"),
        (r#"{"nonce":"00"}"#, "entry-member"),
        (r#"{"opens":3,"nonce":"00"}"#, "entry-member"),
        (r#"{"id":"ABC-S01"}"#, "entry-id"),
        (r#"{"id":"ABC-S1-I1"}"#, "entry-id"),
        (r#"{"kind":"image"}"#, "entry-id"),
        (r#"{"kind":"video","id":"ABC_1"}"#, "entry-id"),
        (r#"{"op":"suppress"}"#, "entry-member"),
        (r#"{"op":"suppress","reason":"boredom"}"#, "entry-member"),
        (r#"{"op":"replace","reason":"error"}"#, "entry-member"),
        (
            r#"{"op":"replace","reason":"error","by":"abc"}"#,
            "entry-member",
        ),
        (
            r#"{"op":"redact","reason":"legal","record":null}"#,
            "entry-member",
        ),
        (
            r#"{"op":"commit","commitment":"00","release":"2027-01-01T00:00:00Z"}"#,
            "entry-member",
        ),
        (
            r#"{"op":"commit","commitment":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","release":"2027"}"#,
            "entry-member",
        ),
    ] {
        assert_eq!(with(members), Err(code), "{members}");
    }
}

#[test]
fn what_is_not_known_is_kept() {
    let entry = with(r#"{"colour":["blue"]}"#).unwrap();
    assert!(entry.bytes().starts_with(br#"{"colour":["blue"],"id""#));
    let entry = with(r#"{"op":"applaud"}"#).unwrap();
    assert_eq!(entry.operation(), &Operation::Unknown("applaud".to_owned()));
    let entry = with(r#"{"kind":"video","id":"ABC-S1-V1"}"#).unwrap();
    assert!(matches!(entry.subject(), Subject::Unknown { kind, .. } if kind == "video"));
    assert_eq!(
        (entry.kind(), entry.id(), entry.accession()),
        ("video", "ABC-S1-V1", None)
    );
}

#[test]
fn bytes_that_are_not_canonical_json_are_refused() {
    let good = Entry::new(
        &id("ABC-S1"),
        &Operation::Suppress {
            reason: Reason::Error,
        },
        TIME,
    )
    .unwrap();
    let text = String::from_utf8(good.to_bytes()).unwrap();
    for (bad, code) in [
        (text.replace(':', ": "), "entry-not-canonical"),
        (
            text.replace("\"op\"", "\"id\":\"ABC-S1\",\"op\""),
            "entry-not-canonical",
        ),
        (text.replace("study", "st\\u0075dy"), "entry-not-canonical"),
        (format!("{text}\n"), "entry-not-canonical"),
        (text.replace('}', ",\"x\":1.5}"), "entry-number"),
        (text.replace('}', ",\"x\":-1}"), "entry-number"),
        (
            text.replace('}', ",\"x\":9007199254740992}"),
            "entry-number",
        ),
        (text.replace('}', ",\"x\":1e3}"), "entry-number"),
        (text.replace('}', ""), "entry-not-json"),
        ("[]".to_owned(), "entry-not-object"),
        ("[".repeat(4000), "entry-not-json"),
        (
            text.replace('}', &format!(",\"x\":\"{}\"}}", "x".repeat(MAX_BYTES))),
            "entry-too-large",
        ),
    ] {
        assert_eq!(
            Entry::parse(bad.as_bytes()).unwrap_err().code(),
            code,
            "{bad}"
        );
    }
    let room = MAX_BYTES - text.len() - ",\"x\":\"\"".len();
    let filled = |length: usize| text.replace('}', &format!(",\"x\":\"{}\"}}", "x".repeat(length)));
    assert_eq!(
        Entry::parse(filled(room).as_bytes()).unwrap().bytes().len(),
        MAX_BYTES
    );
    assert!(Entry::parse(filled(room + 1).as_bytes()).is_err());
}

#[test]
fn an_unknown_operation_cannot_be_written() {
    let error = Entry::new(
        &id("ABC-S1"),
        &Operation::Unknown("applaud".to_owned()),
        TIME,
    )
    .unwrap_err();
    assert_eq!(error.code(), "entry-operation");
}

#[test]
fn a_commitment_is_the_hash_of_nonce_and_digest() {
    let record = Digest::of(b"record");
    assert_eq!(
        commitment(&[9; 32], &record),
        Digest::of(&[&[9; 32][..], record.as_bytes()].concat())
    );
}

#[test]
fn bundles_have_limits() {
    assert_eq!(
        encode_entries(&vec![[0]; 257]),
        Err(BundleError::TooMany(257))
    );
    assert!(encode_entries(&vec![[0]; 256]).is_ok());
    assert!(matches!(
        encode_entries(&[vec![0; 65_536]]),
        Err(BundleError::TooLong { limit: 65_535, .. })
    ));
    assert!(matches!(
        encode_records(&[Some(vec![0; (1 << 20) + 1])]),
        Err(BundleError::TooLong { .. })
    ));
    // a record may be no longer than its entry announced
    let bundle = encode_records(&[Some([1, 2, 3])]).unwrap();
    assert!(decode_records(&bundle, &[3]).is_ok());
    assert_eq!(
        decode_records(&bundle, &[2]),
        Err(BundleError::TooLong {
            place: 0,
            length: 3,
            limit: 2
        })
    );
    assert_eq!(inflated_limit(&[10, u64::MAX]), 10 + 4 + (1 << 20) + 4);
    assert_eq!(decode_entries(&[0], 1), Err(BundleError::CutOff(0)));
    assert_eq!(decode_entries(&[0, 2, 1], 1), Err(BundleError::CutOff(0)));
    assert_eq!(
        decode_entries(&[], 1),
        Err(BundleError::Count {
            found: 0,
            expected: 1
        })
    );
}
