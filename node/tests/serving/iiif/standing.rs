//! What is suppressed, gone, superseded or redacted has the pictures that it has files, however often it was looked at.

use node::moves::Move;
use protocol::entry::Reason;
use protocol::identifier::{Accession, VersionedId};

use super::{STACK, server};
use crate::server::Server;

const REST: [&str; 2] = ["info.json", "full/90,/0/default.jpg"];

fn all(server: &Server, id: &str) -> Vec<u16> {
    let pictures = REST.map(|rest| format!("/iiif/3/{id}/{rest}"));
    let further = [
        format!("/id/{id}/thumbnail"),
        format!("/iiif/presentation/3/{id}/manifest"),
    ];
    pictures
        .iter()
        .chain(&further)
        .map(|path| server.get(path).status)
        .collect()
}

#[test]
fn pictures_of_what_was_withdrawn_are_gone_at_once() {
    let (server, _) = server();
    assert_eq!(all(&server, STACK), [200, 200, 302, 200]);
    server.make(&Move::Withdraw(
        Accession::parse("DND-S1").unwrap(),
        Reason::Error,
    ));
    assert_eq!(all(&server, STACK), [410; 4]);
    assert_eq!(all(&server, &format!("{STACK}.1")), [410; 4]);
    let gone = server.get(&format!("/iiif/3/{STACK}/info.json"));
    assert!(gone.text().contains("was withdrawn"), "{}", gone.text());
    assert_eq!(
        server.get("/iiif/presentation/3/DND-S1/manifest").status,
        410
    );
    assert_eq!(server.get("/id/DND-S1/thumbnail").status, 410);
}

#[test]
fn what_is_suppressed_can_be_seen_by_who_knows_of_it_and_says_so() {
    let (server, _) = server();
    server.make(&Move::Suppress(
        Accession::parse("DND-S1").unwrap(),
        Reason::OwnerRequest,
    ));
    let file = server
        .get("/id/DND-S1/files/wt/0001.png")
        .header("ommatidia-state");
    assert!(file.starts_with("suppressed"));
    for path in [
        format!("/iiif/3/{STACK}/info.json"),
        format!("/iiif/3/{STACK}/full/90,/0/default.jpg"),
        format!("/iiif/presentation/3/{STACK}/manifest"),
    ] {
        assert_eq!(server.get(&path).header("ommatidia-state"), file, "{path}");
    }
}

#[test]
fn what_was_redacted_is_gone_although_it_was_looked_at() {
    let (server, _) = server();
    assert_eq!(all(&server, STACK), [200, 200, 302, 200]);
    let version = VersionedId::parse(&format!("{STACK}.1")).unwrap();
    server.make(&Move::Redact(version, Reason::Legal));
    assert_eq!(all(&server, &format!("{STACK}.1")), [410; 4]);
    assert_eq!(all(&server, STACK), [410; 4]);
}

#[test]
fn an_image_that_a_newer_version_left_out_keeps_its_pictures_under_its_version() {
    let (server, _) = server();
    let folder = server.deposit("one");
    std::fs::remove_file(folder.join("wt/0001.png")).unwrap();
    assert_eq!(server.import(&folder).version, Some(2));
    assert_eq!(all(&server, STACK), [410; 4]);
    assert_eq!(all(&server, &format!("{STACK}.1")), [200, 200, 302, 200]);
}
