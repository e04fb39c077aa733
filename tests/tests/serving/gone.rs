//! What was withdrawn, replaced or redacted: 410, and what remains of it.

use super::portal::{Portal, leave_out, put_image, put_study};

#[test]
fn what_is_gone_answers_410_in_every_form_and_says_why() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_image(log, "DND-S1-I1", "A ring");
        log.withdraw("DND-S1");
    });
    for path in [
        "id/DND-S1",
        "id/DND-S1.1",
        "id/DND-S1.nq",
        "id/DND-S1-I1.1.ttl",
        "id/DND-S1/files/a.tif",
        "api/v1/records/DND-S1",
        "id/DND-S1.bib",
    ] {
        portal
            .get_as(path, "text/turtle, application/json;q=0.9")
            .is_problem(410, "gone");
    }
    let problem = portal.get("id/DND-S1-I1.nq");
    insta::assert_snapshot!(problem.text(), @r#"
    {
      "type": "https://w3id.org/ommatidia/problem/gone",
      "title": "Gone",
      "status": 410,
      "detail": "DND-S1-I1 was withdrawn, with all of DND-S1: those whose data these are asked for it",
      "id": "DND-S1-I1",
      "reason": "owner-request"
    }
    "#);
    let page = portal.browse("id/DND-S1").is(410);
    assert!(page.header("content-type").starts_with("text/html"));
    for words in [
        "DND-S1 was withdrawn: those whose data these are asked for it.",
        "<code>owner-request</code>",
        "They may still share it themselves.",
        "<a href=\"/members/dundee\"",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}

#[test]
fn a_chain_of_replacements_is_followed_to_its_end() {
    let portal = Portal::with(|log| {
        for serial in 1..=12 {
            put_study(log, &format!("DND-S{serial}"), "Septin rings");
        }
        for serial in 1..=11 {
            log.replace(&format!("DND-S{serial}"), &format!("DND-S{}", serial + 1));
        }
    });
    let near = portal.get("id/DND-S9").json();
    assert_eq!(near["successor"], "DND-S10");
    assert_eq!(
        near["successorUrl"],
        "https://images.example.org/id/DND-S12"
    );
    // no further than eight
    let far = portal.get("id/DND-S1").json();
    assert_eq!(far["successor"], "DND-S2");
    assert_eq!(far["successorUrl"], "https://images.example.org/id/DND-S9");
    let page = portal.browse("id/DND-S9").is(410);
    assert!(
        page.text()
            .contains("href=\"https://images.example.org/id/DND-S12\"")
    );
}

#[test]
fn a_circle_of_replacements_ends() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "One");
        put_study(log, "DND-S2", "The other");
        log.replace("DND-S1", "DND-S2");
        log.replace("DND-S2", "DND-S1");
    });
    portal.get("id/DND-S1").is_problem(410, "gone");
}

#[test]
fn what_is_redacted_is_gone_and_other_versions_stay() {
    let portal = Portal::with(|log| {
        let first = put_study(log, "DND-S1", "Names a patient");
        put_study(log, "DND-S1", "Names nobody");
        let only = put_study(log, "DND-S2", "Names another");
        log.redact(&first);
        log.redact(&only);
    });
    assert!(
        portal
            .get("id/DND-S1.nq")
            .is(200)
            .text()
            .contains("Names nobody")
    );
    let removed = portal.get("id/DND-S1.1.nq");
    let sentence = removed.is_problem(410, "gone");
    assert!(sentence.contains("index 0"), "{sentence}");
    assert_eq!(removed.json()["versions"], serde_json::json!(["DND-S1.2"]));
    portal.get("id/DND-S2.nq").is_problem(410, "gone");
    portal.get("api/v1/records/DND-S2").is_problem(410, "gone");
}

#[test]
fn who_withdraws_a_study_takes_the_versions_of_images_with_it_that_were_left_out_before() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_image(log, "DND-S1-I1", "A ring");
        leave_out(log, "DND-S1-I1");
        log.withdraw("DND-S1");
    });
    portal.get("id/DND-S1-I1.1.nq").is_problem(410, "gone");
}
