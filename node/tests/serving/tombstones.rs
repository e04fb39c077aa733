//! What is suppressed, gone, superseded or redacted.

use node::moves::Move;
use protocol::entry::Reason;
use protocol::identifier::{Accession, ResourceId, VersionedId};

use crate::deposit;
use crate::server::Server;

fn id(text: &str) -> Accession {
    Accession::parse(text).unwrap()
}

fn server_with(studies: &[&str]) -> Server {
    let server = Server::start();
    for name in studies {
        let folder = server.deposit(name);
        deposit::study(&folder, name, 2, &[("table.csv", b"a,b\n")]);
        server.import(&folder);
    }
    server
}

#[test]
fn a_withdrawn_study_answers_410_everywhere() {
    let server = server_with(&["one"]);
    server.make(&Move::Withdraw(id("DND-S1"), Reason::Error));
    for path in [
        "/id/DND-S1",
        "/id/DND-S1.1",
        "/id/DND-S1.nq",
        "/id/DND-S1.1.ttl",
        "/id/DND-S1.jsonld",
        "/id/DND-S1-I1",
        "/id/DND-S1-I1.1",
        "/id/DND-S1-I2.rdf",
        "/id/DND-S1/files.tsv",
        "/id/DND-S1/sha256sums.txt",
        "/id/DND-S1/files/table.csv",
        "/id/DND-S1.1/files/table.csv",
        "/id/DND-S1.1/files/none",
    ] {
        let gone = server.get(path);
        assert_eq!(
            (gone.status, gone.header("content-type").as_str()),
            (410, "application/problem+json"),
            "{path}"
        );
        let stone = gone.json();
        assert_eq!(
            (&stone["reason"], &stone["logIndex"]),
            (&"error".into(), &3.into()),
            "{path}: {stone}"
        );
        assert!(stone["time"].is_string());
    }
    let page = server.get_as("/id/DND-S1", "text/html");
    assert_eq!(page.status, 410);
    for words in [
        "This is gone",
        "DND-S1 was withdrawn on",
        "A mistake was found in it.",
        "<code>error</code>",
        "Do not rely on what you may have of it.",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(
        !server.get_as("/", "text/html").text().contains("DND-S1"),
        "it is out of the list"
    );
}

#[test]
fn a_replaced_study_names_its_successor() {
    let server = server_with(&["one", "two"]);
    server.make(&Move::Replace(
        id("DND-S1"),
        ResourceId::parse("DND-S2").unwrap(),
        Reason::Duplicate,
    ));
    let gone = server.get("/id/DND-S1");
    assert_eq!(
        (gone.status, &gone.json()["successor"]),
        (410, &"DND-S2".into())
    );
    assert_eq!(
        gone.json()["successorUrl"],
        "https://images.example.org/id/DND-S2"
    );
    let page = server.get_as("/id/DND-S1", "text/html");
    assert!(
        page.text()
            .contains("<a href=\"/id/DND-S2\" dir=\"auto\">DND-S2</a>, which took its place"),
        "{}",
        page.text()
    );
}

#[test]
fn a_suppressed_study_answers_marked_and_is_listed_nowhere() {
    let server = server_with(&["one"]);
    server.make(&Move::Suppress(id("DND-S1"), Reason::OwnerRequest));
    for path in [
        "/id/DND-S1",
        "/id/DND-S1.1.nq",
        "/id/DND-S1-I1.ttl",
        "/id/DND-S1/files/table.csv",
        "/id/DND-S1/files.tsv",
        "/id/DND-S1/sha256sums.txt",
    ] {
        let found = server.get(path);
        assert_eq!(
            (found.status, found.header("ommatidia-state").as_str()),
            (200, "suppressed;reason=owner-request"),
            "{path}"
        );
    }
    assert!(
        server
            .get_as("/id/DND-S1", "text/html")
            .text()
            .contains(": those whose data these are asked for it. It still answers")
    );
    assert!(!server.get_as("/", "text/html").text().contains("DND-S1"));
    server.make(&Move::Restore(id("DND-S1"), Reason::Other));
    assert_eq!(server.get("/id/DND-S1").header("ommatidia-state"), "");
    assert!(server.get_as("/", "text/html").text().contains("DND-S1"));
}

#[test]
fn an_image_that_a_new_version_left_out_goes_and_its_versions_stay() {
    let server = server_with(&["one"]);
    let folder = server.deposit("one");
    std::fs::remove_file(folder.join("wt/0002.png")).unwrap();
    assert_eq!(server.import(&folder).version, Some(2));
    let plain = server.get("/id/DND-S1-I2");
    assert_eq!(
        (plain.status, &plain.json()["reason"]),
        (410, &"superseded".into())
    );
    assert_eq!(plain.json()["versions"], serde_json::json!(["DND-S1-I2.1"]));
    for path in ["/id/DND-S1-I2.1", "/id/DND-S1-I2.1.nq"] {
        let version = server.get(path);
        assert_eq!(
            (version.status, version.header("ommatidia-state").as_str()),
            (200, "superseded"),
            "{path}"
        );
    }
    assert_eq!(
        server.get("/id/DND-S1.1/files/wt/0002.png").body,
        deposit::picture(2)
    );
    assert_eq!(server.get("/id/DND-S1/files/wt/0002.png").status, 404);
    let older = server.get_as("/id/DND-S1.1", "text/html");
    assert!(older.text().contains("/id/DND-S1-I2.1\"") && older.text().contains("version 1 of 2"));
    assert!(
        !server
            .get_as("/id/DND-S1", "text/html")
            .text()
            .contains("DND-S1-I2")
    );
    server.make(&Move::Withdraw(id("DND-S1"), Reason::Error));
    assert_eq!(
        server.get("/id/DND-S1-I2.1").status,
        410,
        "a withdrawn study takes all of it along"
    );
}

#[test]
fn a_redacted_version_is_gone_and_the_others_stay() {
    let server = server_with(&["one"]);
    let folder = server.deposit("one");
    std::fs::write(folder.join("table.csv"), "new\n").unwrap();
    server.import(&folder);
    assert_eq!(
        server.get_as("/id/DND-S1.1", "text/html").status,
        200,
        "and what was read is kept in memory"
    );
    server.make(&Move::Redact(
        VersionedId::parse("DND-S1.1").unwrap(),
        Reason::Privacy,
    ));
    for (path, accept) in [
        ("/id/DND-S1.1", "text/html"),
        ("/id/DND-S1.1.nq", "*/*"),
        ("/id/DND-S1.1", "text/turtle"),
    ] {
        assert_eq!(server.get_as(path, accept).status, 410, "{path} {accept}");
    }
    assert_eq!(
        server.get("/id/DND-S1.1").json()["versions"],
        serde_json::json!(["DND-S1.2"])
    );
    assert_eq!(server.get_as("/id/DND-S1", "text/html").status, 200);
    let image = server.get_as("/id/DND-S1-I1", "text/html");
    assert_eq!(image.status, 200, "its own record is still there");
}

#[test]
fn an_image_that_was_withdrawn_takes_its_file_along() {
    let server = server_with(&["one"]);
    server.make(&Move::Withdraw(id("DND-S1-I1"), Reason::Consent));
    for path in [
        "/id/DND-S1-I1",
        "/id/DND-S1-I1.1",
        "/id/DND-S1.1/files/wt/0001.png",
        "/id/DND-S1/files/wt/0001.png",
    ] {
        assert_eq!(server.get(path).status, 410, "{path}");
    }
    assert_eq!(server.get("/id/DND-S1/files/wt/0002.png").status, 200);
    let page = server.get_as("/id/DND-S1", "text/html");
    assert!(
        page.text().contains("withdrawn") && !page.text().contains("href=\"/id/DND-S1-I1\""),
        "{}",
        page.text()
    );
    assert!(
        !page
            .text()
            .contains("href=\"/id/DND-S1.1/files/wt/0001.png\"")
    );
}
