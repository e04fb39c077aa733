//! `/api/v1/records/<id>`: a record, and who vouches for it.

use protocol::checkpoint::Checkpoint;
use protocol::cosignature::Cosigner;
use protocol::note::Note;
use tests::federation::Fault;

use super::portal::{Portal, put_study};

#[test]
fn a_record_comes_with_who_vouches_for_it() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "First");
        put_study(log, "DND-S1", "Second");
    });
    let mut answer = portal.get("api/v1/records/DND-S1").is(200).json();
    let record = answer["record"].take();
    assert_eq!(record["@id"], "https://images.example.org/id/DND-S1");
    assert_eq!(record, portal.get("id/DND-S1.jsonld").is(200).json());
    let state = answer["federation_state"].as_str().unwrap().to_owned();
    portal.get(&format!("state/{state}")).is(200);
    let text = serde_json::to_string_pretty(&answer).unwrap();
    insta::assert_snapshot!(portal.named(&text.replace(&state, "STATE")), @r#"
    {
      "cosigned_by": [],
      "digest": "eb61d81291e3bdda31bcc442908cfb5205c259bf3b8926bae7d909bb9e8ddc6d",
      "federation_state": "STATE",
      "id": "DND-S1",
      "index": 1,
      "iri": "https://images.example.org/id/DND-S1",
      "member": {
        "copy": null,
        "id": "dundee",
        "name": "DND Institute",
        "status": "active"
      },
      "origin": "dundee.example.org/omma/log",
      "record": null,
      "state": "public",
      "trust": "signed",
      "verified_at": "TIME",
      "version": 2,
      "versions": [
        {
          "class": "superseded",
          "digest": "ab8aa6116bd51bac1a89fac3c4acf4619eac9216a6c4a2de34330c9e111c5f84",
          "index": 0,
          "origin": "dundee.example.org/omma/log",
          "verified_at": "TIME",
          "version": 1
        },
        {
          "class": "current",
          "digest": "eb61d81291e3bdda31bcc442908cfb5205c259bf3b8926bae7d909bb9e8ddc6d",
          "index": 1,
          "origin": "dundee.example.org/omma/log",
          "verified_at": "TIME",
          "version": 2
        }
      ]
    }
    "#);
    let older = portal.get("api/v1/records/DND-S1.1").is(200).json();
    assert_eq!((&older["version"], &older["index"]), (&1.into(), &0.into()));
    portal
        .get("api/v1/records/DND-S1.ttl")
        .is_problem(404, "not-found");
}

#[test]
fn the_witnesses_of_the_roster_are_named_and_nobody_else() {
    let ours = Cosigner::from_seed("witness.example.org/w", &[3; 32]).unwrap();
    let stranger = Cosigner::from_seed("stranger.example.org/w", &[4; 32]).unwrap();
    let mut portal = Portal::before_harvest(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    let url = "https://witness.example.org/witness";
    let vkey = ours.vkey().to_string();
    let witness = [
        "--name",
        "witness.example.org/w",
        "--vkey",
        &vkey,
        "--url",
        url,
    ];
    portal.federation.roster("add-witness", &witness).done();

    let mut note = Note::parse(&portal.log.checkpoint()).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    note.add(ours.cosign(&checkpoint, 1_790_000_000).unwrap())
        .unwrap();
    note.add(stranger.cosign(&checkpoint, 1_790_000_000).unwrap())
        .unwrap();
    portal
        .node
        .set("checkpoint", Fault::Instead(note.to_bytes()));
    portal.federation.sync().of("dundee").is("current");
    portal.serve();

    let record = portal.get("api/v1/records/DND-S1").is(200).json();
    let cosigned = record["cosigned_by"].as_array().unwrap();
    let said: Vec<_> = cosigned
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["time"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("witness.example.org/w", "2026-09-21T14:13:20Z")]);
    let metrics = portal.get("metrics").is(200);
    assert!(metrics.text().contains("ommatidia_member_cosignature_age_seconds{member=\"dundee\",witness=\"witness.example.org/w\"}"));
}
