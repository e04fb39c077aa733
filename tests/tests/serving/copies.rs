//! Members that nobody is sent to: the copy answers, marked as one.

use tests::federation::sample;

use super::portal::{Portal, put_study};

fn a_study() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Rings <script>alert(1)</script>");
    })
}

/// The page of the copy, whose words say why there is one.
#[track_caller]
fn is_copied(portal: &Portal, why: &str, word: &str) {
    let page = portal.browse("id/DND-S1").is(200);
    assert_eq!(page.header("ommatidia-copy"), word);
    let text = page.text();
    assert!(
        text.contains("This is a copy.") && text.contains(why),
        "{text}"
    );
    let script = text.replace("<script type=\"application/ld+json\">", "");
    assert!(!script.contains("<script"), "a record's text is no HTML");
    assert!(text.contains("Rings &#60;script&#62;"), "{text}");
    // nobody is led to the member, but by what the roster says of it
    assert!(!text.contains("The page at DND Institute"), "{text}");
    assert!(!text.contains("id=\"ask-member\""), "{text}");
    let own = portal.get("studies/DND-S1").is(200);
    assert_eq!(own.header("ommatidia-copy"), word);
    assert!(own.text().contains("This is a copy."));
    let data = portal.get("id/DND-S1.nq").is(200);
    assert_eq!(data.header("ommatidia-copy"), word);
    let record = portal.get("api/v1/records/DND-S1").is(200).json();
    assert_eq!(record["member"]["copy"], word);
    portal.browse("id/DND-S99").is(404);
    portal.browse("id/DND-S1.tlog-proof").is(404);
    portal.browse("id/DND-S1.bib").is(200);
}

#[test]
fn a_member_that_ended_is_read_from_the_copy() {
    let mut portal = a_study();
    portal.between(|portal| {
        let retire = ["--id", "dundee", "--status", "retired"];
        portal.federation.roster("update", &retire).done();
        portal.federation.sync().of("dundee").is("retired");
    });
    is_copied(&portal, "has ended", "retired");
    portal
        .get("id/DND-S1/files/a.tif")
        .is_problem(404, "not-found");
}

#[test]
fn whoever_goes_on_for_a_member_that_ended_is_sent_to() {
    let mut portal = a_study();
    portal.between(|portal| {
        let retire = [
            "--id",
            "dundee",
            "--status",
            "retired",
            "--successor",
            "https://heirs.example.org/dundee",
        ];
        portal.federation.roster("update", &retire).done();
        portal.federation.sync().of("dundee").is("retired");
    });
    for (path, status) in [
        ("id/DND-S1", 303),
        ("id/DND-S99", 303),
        ("id/DND-S1.tlog-proof", 303),
        ("id/DND-S1/files/a.tif", 307),
    ] {
        let got = portal.browse(path).is(status);
        let expected = format!("https://heirs.example.org/dundee/{path}");
        assert_eq!(got.header("location"), expected);
    }
    // what was signed is answered here, whoever goes on
    let data = portal.get("id/DND-S1.nq").is(200);
    assert_eq!(data.header("ommatidia-copy"), "");
    let listed = portal.get("api/v1/members/dundee").is(200).json();
    assert_eq!(listed["successor"], "https://heirs.example.org/dundee/");
}

#[test]
fn a_copy_of_what_is_suppressed_says_so() {
    let mut portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        log.suppress("DND-S1");
    });
    portal.between(|portal| {
        let retire = ["--id", "dundee", "--status", "retired"];
        portal.federation.roster("update", &retire).done();
        portal.federation.sync().of("dundee").is("retired");
    });
    let page = portal.browse("id/DND-S1").is(200);
    assert_eq!(page.header("ommatidia-state"), "suppressed");
    assert!(page.text().contains("noindex"), "{}", page.text());
    assert!(
        page.text().contains("out of lists and search"),
        "{}",
        page.text()
    );
}

#[test]
fn a_suspended_member_is_read_from_the_copy() {
    let mut portal = a_study();
    portal.between(|portal| {
        let suspend = ["--id", "dundee", "--status", "suspended"];
        portal.federation.roster("update", &suspend).done();
        portal.federation.sync().of("dundee").is("suspended");
    });
    is_copied(&portal, "suspends", "suspended");
    // only it has its files, whose digests are in what it signed
    portal.get("id/DND-S1/files/a.tif").is(307);
}

#[test]
fn a_member_with_two_histories_is_read_from_the_copy_and_the_evidence_is_there() {
    let mut portal = a_study();
    portal
        .get("members/dundee/evidence")
        .is_problem(404, "not-found");
    portal.between(|portal| {
        let mut other = portal.log.fork();
        put_study(&mut portal.log, "DND-S2", "Told to one");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
        let told = sample::study(other.namespace(), "DND-S2", "Told to another");
        other.put("DND-S2", told);
        other.checkpoint();
        portal.node.publish(&other);
        portal.federation.sync().of("dundee").is("frozen");
    });
    is_copied(&portal, "two histories", "frozen");
    let evidence = portal.get("members/dundee/evidence").is(200);
    let key = protocol::note::VerifierKey::parse(portal.log.vkey()).unwrap();
    let evidence = protocol::fork::Evidence::parse(&evidence.body).unwrap();
    evidence.verify(&[key]).unwrap();
    portal
        .get("members/nobody/evidence")
        .is_problem(404, "not-found");
}
