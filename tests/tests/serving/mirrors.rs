//! `/mirror/<origin hash>/`: a log prefix like the member's own.

use protocol::digest::Digest;
use protocol::tile::record_path;
use reqwest::Method;
use tests::independent;

use super::portal::{ORIGIN, Portal, put_study};

fn prefix() -> String {
    format!("mirror/{}/", Digest::of(ORIGIN.as_bytes()))
}

#[test]
fn whoever_reads_the_mirror_can_prove_all_of_it() {
    let portal = Portal::with(|log| {
        let first = put_study(log, "DND-S1", "Names a patient");
        for serial in 1..=300 {
            put_study(log, &format!("DND-S{serial}"), "Septin rings");
        }
        log.redact(&first);
    });
    let mirrored =
        independent::read(&format!("{}{}", portal.url(), prefix()), portal.log.vkey()).unwrap();
    let own = independent::read(&portal.node.log(), portal.log.vkey()).unwrap();
    assert_eq!(mirrored.entries, own.entries);
    assert_eq!(mirrored.records, own.records);
    assert_eq!(mirrored.entries.len(), 302);
}

#[test]
fn files_are_served_as_the_protocol_says() {
    let mut records = Vec::new();
    let portal = Portal::with(|log| {
        for serial in 1..=260 {
            records.push(put_study(log, &format!("DND-S{serial}"), "Septin rings").record);
        }
    });
    let (bundled, single) = (record_path(&records[0]), record_path(&records[259]));
    let immutable = "public, max-age=31536000, immutable";
    let briefly = "public, max-age=300";
    for (path, media_type, caching) in [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", immutable),
        ("tile/0/001.p/4", "application/octet-stream", immutable),
        ("tile/entries/000", "application/octet-stream", immutable),
        (
            "tile/entries/001.p/4",
            "application/octet-stream",
            immutable,
        ),
        ("records/000", "application/zstd", briefly),
        (&bundled, "application/n-quads", briefly),
        (&single, "application/n-quads", briefly),
    ] {
        let got = portal.get(&format!("{}{path}", prefix())).is(200);
        assert_eq!(got.header("content-type"), media_type, "{path}");
        assert_eq!(got.header("cache-control"), caching, "{path}");
        assert!(got.header("etag").starts_with('"'), "{path}");
        assert!(
            portal
                .log
                .files()
                .get(path)
                .is_none_or(|bytes| **bytes == *got.body),
            "{path}"
        );
        let head = portal
            .ask(Method::HEAD, &format!("{}{path}", prefix()), &[])
            .is(200);
        assert_eq!(head.header("content-length"), got.body.len().to_string());
        let tag = got.header("etag").to_owned();
        portal
            .ask(
                Method::GET,
                &format!("{}{path}", prefix()),
                &[("if-none-match", &tag)],
            )
            .is(304);
    }
    let part = portal
        .ask(
            Method::GET,
            &format!("{}records/000", prefix()),
            &[("range", "bytes=1-3")],
        )
        .is(206);
    assert_eq!(part.body, portal.log.files()["records/000"][1..4]);
    portal
        .ask(
            Method::GET,
            &format!("{}records/000", prefix()),
            &[("range", "bytes=99999999-")],
        )
        .is_problem(416, "range");
}

#[test]
fn no_path_leads_out_of_the_mirror() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    let prefix = prefix();
    let other = "0".repeat(64);
    for path in [
        format!("{prefix}../../config.toml"),
        format!("{prefix}%2e%2e/%2e%2e/config.toml"),
        format!("{prefix}tile/%2e%2e/checkpoint"),
        format!("{prefix}..%2f..%2fconfig.toml"),
        format!("{prefix}%2Fetc%2Fpasswd"),
        format!("{prefix}tile/0/999"),
        format!("{prefix}tile/0/0"),
        format!("{prefix}record/00/{other}"),
        format!("{prefix}record/{other}"),
        prefix.clone(),
        format!("mirror/{other}/checkpoint"),
        "mirror/%2e%2e/config.toml".to_owned(),
        "mirror/%2e%2e%2fkeys/x".to_owned(),
    ] {
        assert_eq!(portal.get_raw(&path).0, 404, "{path}");
    }
}
