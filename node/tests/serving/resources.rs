//! `/id/<id>` in every form, and the small answers for programs.

use protocol::digest::Digest;
use reqwest::Method;

use crate::deposit;
use crate::server::{Server, answer};

fn server() -> Server {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 2, &[]);
    server.import(&folder);
    server
}

#[test]
fn a_resource_is_served_in_the_form_that_is_wanted() {
    let server = server();
    for id in ["DND-S1", "DND-S1.1", "DND-S1-I2", "DND-S1-I2.1"] {
        for (accept, suffix, media_type) in [
            ("application/ld+json", ".jsonld", "application/ld+json"),
            ("text/turtle", ".ttl", "text/turtle; charset=utf-8"),
            ("application/n-quads", ".nq", "application/n-quads"),
            (
                "application/rdf+xml, */*;q=0.1",
                ".rdf",
                "application/rdf+xml",
            ),
        ] {
            let negotiated = server.get_as(&format!("/id/{id}"), accept);
            assert_eq!(
                (
                    negotiated.status,
                    negotiated.header("content-type").as_str()
                ),
                (200, media_type),
                "{id} {accept}"
            );
            assert!(
                negotiated.header("vary").contains("Accept"),
                "{id} {accept}"
            );
            assert_eq!(
                negotiated.header("content-location"),
                format!("/id/{id}{suffix}")
            );
            let by_suffix = server.get_as(&format!("/id/{id}{suffix}"), "text/html");
            assert_eq!(
                by_suffix.body, negotiated.body,
                "{id}{suffix}: a suffix is stronger than Accept"
            );
        }
        let page = server.get_as(&format!("/id/{id}"), "text/html,*/*;q=0.8");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    }
    let none = server.get_as("/id/DND-S1", "image/png");
    assert_eq!(none.status, 406);
    assert!(
        none.json()["detail"]
            .as_str()
            .unwrap()
            .contains("/id/DND-S1.ttl"),
        "it says what there is"
    );
}

#[test]
fn n_quads_are_the_record_itself() {
    let server = server();
    for id in ["DND-S1", "DND-S1-I1"] {
        let record = server.get(&format!("/id/{id}.nq"));
        let digest = Digest::of(&record.body);
        assert_eq!(record.header("etag"), format!("\"{digest}\""));
        assert!(record.header("repr-digest").starts_with("sha-256=:"));
        let hex = digest.to_string();
        assert_eq!(
            server.get(&format!("/log/record/{}/{hex}", &hex[..2])).body,
            record.body
        );
        assert!(
            record
                .text()
                .contains(&format!("<https://images.example.org/id/{id}>"))
        );
        let coded = server.get_with(&format!("/id/{id}.nq"), "accept-encoding", "gzip");
        assert_eq!(
            (coded.header("content-encoding"), coded.body),
            (String::new(), record.body),
            "the digest is of these bytes"
        );
        let known = server.get_with(
            &format!("/id/{id}.nq"),
            "if-none-match",
            &format!("\"{digest}\""),
        );
        assert_eq!(known.status, 304);
    }
}

#[test]
fn links_lead_from_a_resource_to_what_belongs_to_it() {
    let server = server();
    let image = server.get("/id/DND-S1-I1.ttl").header("link");
    assert!(
        image.contains("<https://images.example.org/id/DND-S1-I1>; rel=\"canonical\""),
        "{image}"
    );
    assert!(
        image.contains("<http://127.45.67.89:9/id/DND-S1>; rel=\"collection\""),
        "{image}"
    );
    let page = server.get_as("/id/DND-S1", "text/html").header("link");
    assert!(
        page.contains(
            "<http://127.45.67.89:9/id/DND-S1.1.jsonld>; rel=\"describedby alternate\"; type=\"application/ld+json\""
        ),
        "{page}"
    );
}

#[test]
fn what_is_not_here_says_why() {
    let server = server();
    for (path, words) in [
        ("/id/DND-S2", "there is no DND-S2"),
        ("/id/DND-S1.2", "there is no version 2"),
        ("/id/ABC-S1", "another member"),
        ("/id/DND-S1.pdf", "there are .jsonld .ttl .nq .rdf"),
        ("/id/nonsense", "not of the form"),
        ("/id/", "there is nothing"),
        ("/id/DND-S1/", "there is nothing"),
        ("/nothing", "there is nothing"),
    ] {
        let found = server.get(path);
        assert_eq!(
            (found.status, found.header("content-type").as_str()),
            (404, "application/problem+json"),
            "{path}"
        );
        assert!(
            found.json()["detail"].as_str().unwrap().contains(words),
            "{path}: {}",
            found.text()
        );
        let page = server.get_as(path, "text/html");
        assert_eq!(
            (page.status, page.header("content-type").as_str()),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
    }
    assert_eq!(server.get_as("/", "image/png").status, 406);
}

#[test]
fn the_node_says_who_it_is_and_whether_it_is_well() {
    let server = server();
    let node = server.get("/.well-known/ommatidia.json").json();
    let archive = server.archive();
    assert_eq!(node["name"], "Example Institute");
    assert_eq!(
        (&node["prefix"], &node["protocol"]),
        (&"DND".into(), &1.into())
    );
    let licence = "https://creativecommons.org/publicdomain/zero/1.0/";
    assert_eq!(node["metadata_licence"], licence);
    assert_eq!(node["base"], "http://127.45.67.89:9/");
    assert_eq!(node["namespace"], "https://images.example.org/id/");
    assert_eq!(node["origin"], archive.log().origin().as_str());
    assert_eq!(node["vkey"], archive.log().verifier().to_string());
    assert_eq!(node["endpoints"]["log"], "http://127.45.67.89:9/log/");
    assert_eq!(server.get("/healthz").text(), "alive\n");
    assert_eq!(server.get("/context/1").text(), ontologies::schema::CONTEXT);
    assert_eq!(server.get("/robots.txt").status, 200);
    let metrics = server.get("/metrics");
    for line in [
        "ommatidia_log_size 3",
        "ommatidia_public{kind=\"studies\"} 1",
        "ommatidia_http_requests_total{route=\"/healthz\",status=\"200\"} 1",
    ] {
        assert!(
            metrics.text().contains(line),
            "{line} in {}",
            metrics.text()
        );
    }
}

#[test]
fn a_damaged_database_makes_it_unready_and_the_log_goes_on() {
    let server = server();
    crate::server::eventually("the server is ready", || {
        (server.get("/readyz").status == 200).then_some(())
    });
    std::fs::remove_file(server.data().join("db.sqlite")).unwrap();
    let unready = server.get("/readyz");
    assert_eq!(unready.status, 503);
    assert!(
        !unready.text().contains("db.sqlite"),
        "where it is, is nobody's affair: {}",
        unready.text()
    );
    assert_eq!(server.get("/log/checkpoint").status, 200);
    assert_eq!(server.get("/id/DND-S1").status, 500);
    // who watches it is told, and still sees the rest
    let figures = server.get("/metrics");
    assert_eq!(figures.status, 200, "{}", figures.text());
    assert!(
        figures.text().contains("\nommatidia_ready 0\n"),
        "{}",
        figures.text()
    );
    assert!(figures.text().contains("process_open_fds"));
    node::rebuild::rebuild(&server.data()).unwrap();
    crate::server::eventually("the server is ready again", || {
        (server.get("/readyz").status == 200).then_some(())
    });
    assert_eq!(server.get("/id/DND-S1").status, 200, "without a restart");
    let figures = server.get("/metrics");
    assert!(
        figures.text().contains("\nommatidia_ready 1\n"),
        "{}",
        figures.text()
    );
}

#[test]
fn every_answer_is_open_to_other_origins_and_closed_to_scripts() {
    let server = server();
    for path in [
        "/",
        "/id/DND-S1",
        "/id/DND-S1.nq",
        "/id/DND-S1/files/wt/0001.png",
        "/log/checkpoint",
        "/metrics",
        "/nothing",
    ] {
        for accept in ["text/html", "*/*"] {
            let found = server.get_as(path, accept);
            assert_eq!(found.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(found.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(found.header("referrer-policy"), "no-referrer", "{path}");
            assert!(
                found
                    .header("content-security-policy")
                    .starts_with("default-src 'none'"),
                "{path}"
            );
            assert_eq!(found.header("set-cookie"), "", "{path}");
        }
    }
}

#[test]
fn nothing_but_reading_is_possible() {
    let server = server();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let refused = answer(server.request(method.clone(), "/id/DND-S1").body("x"));
        assert_eq!(
            (refused.status, refused.header("allow").as_str()),
            (405, "GET, HEAD, OPTIONS"),
            "{method}"
        );
    }
    assert_eq!(
        answer(server.request(Method::GET, "/id/DND-S1").body("x")).status,
        400
    );
    let preflight = answer(
        server
            .request(Method::OPTIONS, "/log/checkpoint")
            .header("origin", "https://portal.example.org"),
    );
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-methods").as_str()
        ),
        (204, "GET, HEAD, OPTIONS")
    );
}
