//! `/api/v1/members` and the reports.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ontologies::schema::{dct, omma, rdf, schema_org};
use protocol::identifier::Accession;
use serde_json::{Value, json};
use tests::federation::Fault;
use tests::federation::sample::About;

use super::portal::{Portal, put_study};

#[test]
fn members_are_listed_with_how_they_stand() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    let members = portal.get("api/v1/members").is(200).json();
    let mut dundee = members["members"][0].clone();
    assert!(dundee["seconds"].is_number());
    dundee["seconds"] = json!("SECONDS");
    assert!(dundee["lag"]["seconds"].as_i64().unwrap() >= 0);
    dundee["lag"]["seconds"] = json!("SECONDS");
    dundee["new"] = json!("NEW");
    let text = serde_json::to_string_pretty(&dundee).unwrap();
    insta::assert_snapshot!(portal.named(&text), @r#"
    {
      "base": "DUNDEE/",
      "cosigned_by": [],
      "current": 1,
      "detail": "",
      "entries": 1,
      "event": 0,
      "failures": 0,
      "id": "dundee",
      "lag": {
        "current_at": "TIME",
        "entries": 0,
        "seconds": "SECONDS"
      },
      "last_run": "TIME",
      "name": "DND Institute",
      "new": "NEW",
      "origins": [
        "dundee.example.org/omma/log"
      ],
      "prefix": "DND",
      "quarantined": 0,
      "removed": 0,
      "ror": null,
      "seconds": "SECONDS",
      "size": 1,
      "stale_since": null,
      "state": "current",
      "status": "active",
      "successor": null,
      "superseded": 0,
      "suppressed": 0,
      "trust": "signed"
    }
    "#);
    assert_eq!(members["members"][1]["id"], "other");
    let one = portal.get("api/v1/members/other").is(200).json();
    assert_eq!(one["prefix"], "OTH");
    portal
        .get("api/v1/members/nobody")
        .is_problem(404, "not-found");
}

#[test]
fn what_stands_aside_is_shown_with_its_bytes() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        log.record_raw("DND-S2", b"no statements\n");
        log.entry_raw(b"\xff\xfe", None);
        log.entry_raw(b"{}", None);
    });
    let report = portal.get("api/v1/members/dundee/report").is(200).json();
    let aside = report["quarantine"].as_array().unwrap();
    let indexes: Vec<_> = aside
        .iter()
        .map(|one| one["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, [1, 2, 3]);
    assert_eq!(report["next"], Value::Null);
    assert_eq!(report["quarantined"], 3);
    let (record, octets, text) = (&aside[0], &aside[1], &aside[2]);
    let kept = STANDARD
        .decode(record["record_base64"].as_str().unwrap())
        .unwrap();
    assert_eq!(kept, b"no statements\n");
    assert!(
        record["entry"]
            .as_str()
            .unwrap()
            .contains("\"id\":\"DND-S2\"")
    );
    assert_eq!(
        (&octets["entry"], &octets["entry_base64"]),
        (&Value::Null, &STANDARD.encode(b"\xff\xfe").into())
    );
    assert_eq!(
        (&text["entry"], &text["class"]),
        (&"{}".into(), &"invalid".into())
    );
    for one in aside {
        assert!(one["sentence"].as_str().unwrap().contains(' '), "{one}");
        let code = one["code"].as_str().unwrap();
        assert!(!code.is_empty() && !code.contains(' '), "{one}");
    }
    let sentence = portal
        .get_as("id/DND-S2", "text/turtle")
        .is_problem(404, "not-found");
    assert!(sentence.contains("members/dundee/report"), "{sentence}");
}

#[test]
fn a_report_is_gone_through_page_by_page() {
    let portal = Portal::with(|log| {
        for _ in 0..700 {
            log.entry_raw(b"{}", None);
        }
    });
    let mut seen = Vec::new();
    let mut from = 0;
    loop {
        let path = format!("api/v1/members/dundee/report?size=150&from={from}");
        let report = portal.get(&path).is(200).json();
        let page = report["quarantine"].as_array().unwrap();
        assert!(page.len() <= 150);
        seen.extend(page.iter().map(|one| one["index"].as_u64().unwrap()));
        match report["next"].as_u64() {
            Some(next) => from = next,
            None => break,
        }
    }
    assert_eq!(seen, (0..700).collect::<Vec<u64>>());
    for (question, word) in [("from=x", "from"), ("size=-1", "size"), ("form=1", "form")] {
        let path = format!("api/v1/members/dundee/report?{question}");
        let sentence = portal.get(&path).is_problem(400, "malformed");
        assert!(sentence.contains(word), "{sentence}");
    }
}

#[test]
fn warnings_are_gone_through_page_by_page() {
    let portal = Portal::with(|log| {
        for serial in 1..=4 {
            let id = format!("DND-S{serial}");
            let home = log.namespace().iri(&Accession::parse(&id).unwrap());
            let poor = About::iri(home)
                .link(rdf::TYPE, schema_org::DATASET)
                .link(dct::CONFORMS_TO, omma::PROFILE_1)
                .text(dct::IDENTIFIER, &id);
            log.put(&id, poor.statements());
        }
    });
    let all = portal.get("api/v1/members/dundee/report").is(200).json();
    assert_eq!(
        (&all["current"], &all["next_warnings"]),
        (&4.into(), &Value::Null)
    );
    let all = all["warnings"].as_array().unwrap().clone();
    assert!(all.len() > 8, "{all:?}");
    let (mut seen, mut from) = (Vec::new(), 0);
    loop {
        let path = format!("api/v1/members/dundee/report?size=1&from={from}");
        let page = portal.get(&path).is(200).json();
        seen.extend(page["warnings"].as_array().unwrap().iter().cloned());
        match page["next_warnings"].as_u64() {
            Some(next) => from = next,
            None => break,
        }
    }
    assert_eq!(seen, all);
}

#[test]
fn entries_that_lie_in_many_bundles_are_shown_on_several_pages() {
    let bundles = 20;
    let portal = Portal::with(|log| {
        for serial in 1..=bundles * 256 {
            if serial % 256 == 7 {
                log.entry_raw(b"{}", None);
            } else {
                log.record_raw(&format!("DND-S{serial}"), b"");
            }
        }
    });
    let first = portal
        .get("api/v1/members/dundee/report?size=1000")
        .is(200)
        .json();
    assert!(first["quarantine"].as_array().unwrap().len() >= 256);
    let next = first["next"].as_u64().unwrap();
    let last = first["quarantine"].as_array().unwrap().last().unwrap();
    assert_eq!(last["index"].as_u64().unwrap() + 1, next);
}

#[test]
fn a_broken_bundle_is_reported() {
    let mut portal = Portal::before_harvest(|log| {
        for serial in 1..=256 {
            put_study(log, &format!("DND-S{serial}"), "Septin rings");
        }
    });
    portal.node.set("records/000", Fault::Status(404));
    portal.federation.sync();
    portal.serve();
    let report = portal.get("api/v1/members/dundee/report").is(200).json();
    let broken = &report["broken_bundles"][0];
    assert_eq!(
        (&broken["bundle"], &broken["is_absent"]),
        (&0.into(), &true.into())
    );
}
