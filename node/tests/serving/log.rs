//! The log as static files.

use node::moves::Move;
use protocol::bundle;
use protocol::digest::Digest;
use protocol::entry::Reason;
use protocol::identifier::VersionedId;
use reqwest::Method;

use crate::deposit;
use crate::server::{Server, answer};

/// A node with 3 entries, and then 262: an act of two pictures, and one of 258.
fn server_with_a_full_bundle() -> Server {
    let server = Server::start();
    let folder = server.deposit("small");
    deposit::study(&folder, "small", 2, &[]);
    server.import(&folder);
    let folder = server.deposit("large");
    deposit::study(&folder, "large", 258, &[]);
    server.import(&folder);
    server
}

#[test]
fn every_file_of_the_log_has_its_type_and_caching() {
    let server = server_with_a_full_bundle();
    let checkpoint = server.get("/log/checkpoint");
    assert_eq!(checkpoint.text().lines().nth(1), Some("262"));
    let record = Digest::parse(&server.get("/id/DND-S1.nq").header("etag").replace('"', ""))
        .unwrap()
        .to_string();
    let record = format!("/log/record/{}/{record}", &record[..2]);
    let immutable = "public, max-age=31536000, immutable";
    for (path, media_type, caching) in [
        ("/log/checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("/log/tile/0/000", "application/octet-stream", immutable),
        ("/log/tile/0/001.p/6", "application/octet-stream", immutable),
        ("/log/tile/1/000.p/1", "application/octet-stream", immutable),
        (
            "/log/tile/entries/000",
            "application/octet-stream",
            immutable,
        ),
        (
            "/log/tile/entries/001.p/6",
            "application/octet-stream",
            immutable,
        ),
        (
            "/log/records/000",
            "application/zstd",
            "public, max-age=300",
        ),
        (&record, "application/n-quads", "public, max-age=300"),
    ] {
        let found = server.get(path);
        assert_eq!(found.status, 200, "{path}");
        assert_eq!(
            (
                found.header("content-type").as_str(),
                found.header("cache-control").as_str()
            ),
            (media_type, caching),
            "{path}"
        );
        assert_eq!(found.header("content-encoding"), "", "{path}");
        assert!(
            found.header("etag").starts_with('"'),
            "{path}: a strong tag"
        );
        let again = server.get_with(path, "if-none-match", &found.header("etag"));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = answer(server.request(Method::HEAD, path));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(
            head.header("content-length"),
            found.body.len().to_string(),
            "{path}"
        );
    }
}

#[test]
fn a_partial_tile_that_was_outgrown_is_cut_from_the_full_one() {
    let server = server_with_a_full_bundle();
    assert!(
        !server.data().join("log/tile/0/000.p").exists(),
        "the file is gone"
    );
    let tile = server.get("/log/tile/0/000.p/3");
    assert_eq!(tile.status, 200);
    assert_eq!(tile.body, server.get("/log/tile/0/000").body[..3 * 32]);
    let entries = server.get("/log/tile/entries/000.p/3");
    let full = server.get("/log/tile/entries/000");
    assert_eq!(
        bundle::decode_entries(&entries.body, 3).unwrap(),
        bundle::decode_entries(&full.body, 256).unwrap()[..3]
    );
    assert_eq!(
        server.get("/log/tile/0/001.p/7").status,
        404,
        "no tree of this log has it"
    );
}

#[test]
fn no_malformed_path_of_the_log_leads_anywhere() {
    let server = Server::start();
    for path in [
        "/log/tile/0/",
        "/log/tile/0/0",
        "/log/tile/0/000/",
        "/log/tile/00/000",
        "/log/tile/8/000",
        "/log/tile/-1/000",
        "/log/tile/0/x000/000",
        "/log/tile/0/000.p/0",
        "/log/tile/0/000.p/256",
        "/log/tile/0/000.p/01",
        "/log/tile/0/000.p/",
        "/log/tile/0/%2e%2e/%2e%2e/config.toml",
        "/log/tile/0/..%2f..%2fconfig.toml",
        "/log/tile/entries/000.p/0",
        "/log/tile/entries/",
        "/log/tile/",
        "/log/tile",
        "/log/records/",
        "/log/records/1",
        "/log/records/000.p/1",
        "/log/record/",
        "/log/record/aa/zz",
        "/log/record/../../keys/log.key",
        "/log/record/%2e%2e/%2e%2e/keys/log.key",
        "/log/checkpoint/",
        "/log//checkpoint",
        "//log/checkpoint",
        "/log/act.json",
        "/log/%00",
        "/log/tile/0/%00",
        "/log/tile/0/%FF",
        "/LOG/checkpoint",
    ] {
        let found = server.get(path);
        assert_eq!(found.status, 404, "{path}: {}", found.text());
        assert_eq!(
            found.header("content-type"),
            "application/problem+json",
            "{path}"
        );
    }
    let wrong_folder = format!("/log/record/00/{}", Digest::of(b"x"));
    assert_eq!(server.get(&wrong_folder).status, 404);
}

#[test]
fn what_another_process_publishes_is_seen_at_the_next_request() {
    let server = Server::start();
    let empty = server.get("/log/checkpoint");
    assert_eq!(empty.text().lines().nth(1), Some("0"));
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    server.import(&folder);
    let grown = server.get_with("/log/checkpoint", "if-none-match", &empty.header("etag"));
    assert_eq!(
        (grown.status, grown.text().lines().nth(1)),
        (200, Some("2"))
    );
    assert!(server.get_as("/", "text/html").text().contains("DND-S1"));
}

#[test]
fn a_redacted_record_is_gone_from_the_log_and_its_bundle_has_a_new_tag() {
    let server = server_with_a_full_bundle();
    let before = server.get("/log/records/000");
    let digest = server
        .get("/id/DND-S1-I1.nq")
        .header("etag")
        .replace('"', "");
    server.make(&Move::Redact(
        VersionedId::parse("DND-S1-I1.1").unwrap(),
        Reason::Legal,
    ));
    assert_eq!(
        server
            .get(&format!("/log/record/{}/{digest}", &digest[..2]))
            .status,
        404
    );
    let after = server.get_with("/log/records/000", "if-none-match", &before.header("etag"));
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), before.header("etag"));
    let part = server.get_with("/log/records/000", "range", "bytes=4-9");
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, &after.body[4..10])
    );
}
