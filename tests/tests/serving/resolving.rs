//! `/id/…`: data out of the mirror, everything else at the member.

use protocol::digest::Digest;

use super::portal::{Portal, leave_out, put_image, put_study};

const FORMS: [(&str, &str); 4] = [
    ("nq", "application/n-quads"),
    ("jsonld", "application/ld+json"),
    ("ttl", "text/turtle; charset=utf-8"),
    ("rdf", "application/rdf+xml"),
];

#[test]
fn data_are_answered_from_the_mirror_byte_for_byte() {
    let mut record = None;
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "First");
        record = Some(put_study(log, "DND-S1", "Second"));
    });
    let record = record.unwrap();
    let quads = portal.get("id/DND-S1.nq").is(200);
    assert_eq!(Digest::of(&quads.body), record.record);
    assert_eq!(quads.header("etag"), format!("\"{}\"", record.record));
    let tag = quads.header("etag").to_owned();
    assert!(quads.header("repr-digest").starts_with("sha-256=:"));
    let again = portal.ask(
        reqwest::Method::GET,
        "id/DND-S1.nq",
        &[("if-none-match", &tag)],
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
    insta::assert_snapshot!(portal.named(&quads.header("link").replace(", ", "\n")), @r#"
    <PORTAL/id/DND-S1>; rel="describes"; type="text/html"
    <PORTAL/id/DND-S1.2.jsonld>; rel="alternate"; type="application/ld+json"
    <PORTAL/id/DND-S1.2.ttl>; rel="alternate"; type="text/turtle"
    <PORTAL/id/DND-S1.2.rdf>; rel="alternate"; type="application/rdf+xml"
    <PORTAL/id/DND-S1.2.datacite.xml>; rel="alternate"; type="application/vnd.datacite.datacite+xml"
    <PORTAL/id/DND-S1.2.bib>; rel="alternate"; type="application/x-bibtex"
    <PORTAL/id/DND-S1.2.ris>; rel="alternate"; type="application/x-research-info-systems"
    <PORTAL/id/DND-S1.2.csl.json>; rel="alternate"; type="application/vnd.citationstyles.csl+json"
    <https://images.example.org/id/DND-S1>; rel="canonical"
    <PORTAL/api/v1/records/DND-S1.2>; rel="describedby"; type="application/json"
    <PORTAL/id/DND-S1.2>; rel="latest-version"
    <PORTAL/id/DND-S1.1>; rel="predecessor-version"
    "#);
    let older = portal.get("id/DND-S1.1.nq").is(200);
    assert!(older.text().contains("\"First\"") && quads.text().contains("\"Second\""));
}

#[test]
fn every_form_is_had_by_suffix_and_by_what_the_client_likes() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    for (suffix, media_type) in FORMS {
        let by_suffix = portal.get(&format!("id/DND-S1.{suffix}")).is(200);
        assert_eq!(by_suffix.header("content-type"), media_type);
        let vary: Vec<&str> = by_suffix.header("vary").split(", ").collect();
        assert!(!vary.contains(&"Accept"), "{vary:?}");
        let asked = media_type.split(';').next().unwrap();
        let by_accept = portal.get_as("id/DND-S1.1", asked).is(200);
        assert_eq!(by_accept.body, by_suffix.body, "{suffix}");
        assert_eq!(
            by_accept.header("content-location"),
            format!("/id/DND-S1.1.{suffix}")
        );
        assert!(by_accept.header("vary").contains("Accept"));
        assert_eq!(by_accept.header("cache-control"), "public, max-age=300");
        assert_eq!(by_suffix.header("cache-control"), "no-cache");
    }
    let sentence = portal
        .get_as("id/DND-S1", "image/png")
        .is_problem(406, "not-acceptable");
    assert!(sentence.contains("text/turtle"), "{sentence}");
}

#[test]
fn pages_files_and_proofs_are_at_the_member() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_image(log, "DND-S1-I1", "A ring");
    });
    for (path, status, location) in [
        ("id/DND-S1", 303, "id/DND-S1"),
        ("id/DND-S1.1", 303, "id/DND-S1.1"),
        // it may be newer than what is known here
        ("id/DND-S1.2", 303, "id/DND-S1.2"),
        ("id/DND-S99", 303, "id/DND-S99"),
        ("id/DND-S1.1.tlog-proof", 303, "id/DND-S1.1.tlog-proof"),
        (
            "id/DND-S1.1/files/a%2Fb%20c.tif?x=1",
            307,
            "id/DND-S1.1/files/a%2Fb%20c.tif?x=1",
        ),
        ("id/DND-S1/files.tsv", 307, "id/DND-S1/files.tsv"),
        ("id/DND-S1-I1/thumbnail", 307, "id/DND-S1-I1/thumbnail"),
        (
            "id/DND-S1-I1/iiif/full/max/0/default.jpg",
            307,
            "id/DND-S1-I1/iiif/full/max/0/default.jpg",
        ),
        (
            "id/DND-S1-I1/zarr/zarr.json",
            307,
            "id/DND-S1-I1/zarr/zarr.json",
        ),
    ] {
        let got = portal.browse(path);
        let found = (got.status, portal.named(got.header("location")));
        assert_eq!(found, (status, format!("DUNDEE/{location}")), "{path}");
        assert_eq!(got.header("access-control-allow-origin"), "*");
    }
}

#[test]
fn what_is_not_known_is_not_found_by_programs() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    for path in [
        "id/DND-S99.nq",
        "id/DND-S1.7.ttl",
        "id/XYZ-S1.nq",
        "id/dnd-S1",
        "id/DND-S1.exe",
        "api/v1/records/DND-S2",
    ] {
        portal
            .get_as(path, "text/turtle, application/json;q=0.5")
            .is_problem(404, "not-found");
    }
    let sentence = portal.browse("id/XYZ-S1").is(404);
    assert!(
        sentence.text().contains("has the prefix XYZ"),
        "{}",
        sentence.text()
    );
    assert!(sentence.header("content-type").starts_with("text/html"));
}

#[test]
fn nobody_is_sent_away_from_the_member() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    for path in [
        "id/DND-S1/../../x",
        "id/DND-S1/%2e%2e/%2e%2e/x",
        "id/DND-S1/files/%2E./%2e%2e/..%5c/x",
        "id/DND-S1/..\\..\\x",
        "id/%2F%2Fevil.example/x",
        "id/DND-S1%2F..%2F..%2Fx",
        "id//evil.example/x",
    ] {
        assert_eq!(portal.get_raw(path), (404, String::new()), "{path}");
    }
    for path in [
        "id/DND-S1///evil.example/x",
        "id/DND-S1/@evil.example/x",
        "id/DND-S1/%0d%0aSet-Cookie:x",
    ] {
        let (status, location) = portal.get_raw(path);
        assert_eq!(status, 307, "{path}");
        assert!(
            portal.named(&location).starts_with("DUNDEE/id/DND-S1/"),
            "{location}"
        );
    }
}

#[test]
fn what_is_suppressed_answers_marked_and_is_not_found_by_searching() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_image(log, "DND-S1-I1", "A ring");
        log.suppress("DND-S1");
    });
    for path in ["id/DND-S1.nq", "id/DND-S1-I1.1.ttl"] {
        assert_eq!(
            portal.get(path).is(200).header("ommatidia-state"),
            "suppressed"
        );
    }
    let record = portal.get("api/v1/records/DND-S1-I1").is(200).json();
    assert_eq!(record["state"], "suppressed");
    let found = portal.get("api/v1/search?q=rings").is(200).json();
    assert_eq!(found["total"], 0);
}

#[test]
fn versions_of_an_image_that_was_left_out_go_on_answering() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_image(log, "DND-S1-I1", "A ring");
        leave_out(log, "DND-S1-I1");
    });
    let plain = portal.get("id/DND-S1-I1.nq");
    plain.is_problem(410, "gone");
    assert_eq!(plain.json()["versions"], serde_json::json!(["DND-S1-I1.1"]));
    let version = portal.get("id/DND-S1-I1.1.nq").is(200);
    assert_eq!(version.header("ommatidia-state"), "superseded");
    assert!(version.text().contains("A ring"));
    assert_eq!(
        portal.get("api/v1/records/DND-S1-I1.1").is(200).json()["state"],
        "gone"
    );
}
