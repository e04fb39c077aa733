//! Files of studies: ranges, validators, digests, and what a browser may do with them.

use base64::Engine as _;
use protocol::digest::Digest;
use reqwest::Method;

use crate::deposit;
use crate::server::{Server, answer};

const TEXT: &[u8] = b"well,gene\nA1,cdc10\n";
const ODD: &str = "plate 1 %\u{e4}#?+;'.csv";
const ODD_IN_ADDRESS: &str = "plate%201%20%25%C3%A4%23%3F%2B%3B%27.csv";

fn server() -> Server {
    let server = Server::start();
    let folder = server.deposit("one");
    let files: [(&str, &[u8]); 5] = [
        ("table.csv", TEXT),
        (ODD, TEXT),
        ("page.html", b"<script>alert(1)</script>"),
        (
            "drawing.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        ),
        ("empty.txt", b""),
    ];
    deposit::study(&folder, "one", 1, &files);
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    server
}

#[test]
fn a_file_has_a_strong_tag_and_the_digest_of_its_manifest() {
    let server = server();
    let file = server.get("/id/DND-S1.1/files/table.csv");
    assert_eq!((file.status, file.body.as_slice()), (200, TEXT));
    let digest = Digest::of(TEXT);
    assert_eq!(file.header("etag"), format!("\"{digest}\""));
    let base64 = base64::engine::general_purpose::STANDARD.encode(digest.as_bytes());
    assert_eq!(file.header("repr-digest"), format!("sha-256=:{base64}:"));
    assert_eq!(
        (file.header("accept-ranges"), file.header("content-type")),
        ("bytes".to_owned(), "text/csv".to_owned())
    );
    assert_eq!(
        file.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        server
            .get("/id/DND-S1/files/table.csv")
            .header("cache-control"),
        "no-cache"
    );
    let manifest = server.get("/id/DND-S1.1/files.tsv");
    assert!(
        manifest
            .text()
            .contains(&format!("table.csv\t{}\t{digest}\ttext/csv", TEXT.len()))
    );
    assert_eq!(
        manifest.header("etag"),
        format!("\"{}\"", Digest::of(&manifest.body))
    );
    assert!(
        server
            .get("/id/DND-S1.1.nq")
            .text()
            .contains(&Digest::of(&manifest.body).to_string()),
        "the signed record states it"
    );
    let sums = server.get("/id/DND-S1/sha256sums.txt");
    assert!(sums.text().contains(&format!("{digest}  table.csv\n")));
}

#[test]
fn ranges_of_every_odd_kind() {
    let server = server();
    let (path, size) = ("/id/DND-S1/files/table.csv", TEXT.len());
    for (range, status, first, last) in [
        ("bytes=0-3", 206, 0, 4),
        ("bytes=5-", 206, 5, size),
        ("bytes=-4", 206, size - 4, size),
        ("bytes=0-999999999999999999999999", 206, 0, size),
        ("bytes=0-1,4-5", 200, 0, size),
        ("lines=0-1", 200, 0, size),
    ] {
        let part = server.get_with(path, "range", range);
        assert_eq!(
            (part.status, part.body.as_slice()),
            (status, &TEXT[first..last]),
            "{range}"
        );
        let stated = if status == 206 {
            format!("bytes {first}-{}/{size}", last - 1)
        } else {
            String::new()
        };
        assert_eq!(part.header("content-range"), stated, "{range}");
    }
    for range in [
        "bytes=19-",
        "bytes=5-2",
        "bytes=-0",
        "bytes=",
        "bytes",
        "bytes=x-y",
        "bytes=1-2-3",
    ] {
        let refused = server.get_with(path, "range", range);
        assert_eq!(
            (refused.status, refused.header("content-range")),
            (416, format!("bytes */{size}")),
            "{range}"
        );
        assert_eq!(refused.json()["status"], 416, "{range}");
    }
    assert_eq!(
        server
            .get_with("/id/DND-S1/files/empty.txt", "range", "bytes=0-")
            .status,
        416
    );
    assert_eq!(server.get("/id/DND-S1/files/empty.txt").body, b"");
}

#[test]
fn a_range_holds_only_for_the_bytes_that_the_client_knows() {
    let server = server();
    let path = "/id/DND-S1/files/table.csv";
    let tag = server.get(path).header("etag");
    let with = |if_range: &str| {
        answer(
            server
                .request(Method::GET, path)
                .header("range", "bytes=0-3")
                .header("if-range", if_range),
        )
        .status
    };
    assert_eq!(with(&tag), 206);
    for other in [
        "\"other\"",
        &format!("W/{tag}"),
        "Sat, 21 Nov 2026 09:30:00 GMT",
    ] {
        assert_eq!(with(other), 200, "{other}");
    }
    let known = answer(
        server
            .request(Method::GET, path)
            .header("range", "bytes=0-3")
            .header("if-none-match", &tag),
    );
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = answer(
        server
            .request(Method::HEAD, path)
            .header("range", "bytes=0-3"),
    );
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, TEXT.len().to_string())
    );
}

#[test]
fn what_a_browser_could_run_is_for_saving_only() {
    let server = server();
    for (name, way) in [
        ("page.html", "attachment"),
        ("drawing.svg", "attachment"),
        ("table.csv", "inline"),
        ("wt/0001.png", "inline"),
    ] {
        let file = server.get(&format!("/id/DND-S1/files/{name}"));
        assert!(
            file.header("content-disposition").starts_with(way),
            "{name}: {}",
            file.header("content-disposition")
        );
        assert!(
            file.header("content-security-policy").contains("sandbox"),
            "{name}"
        );
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{name}");
    }
}

#[test]
fn a_file_of_any_name_can_be_fetched_and_none_outside() {
    let server = server();
    let file = server.get(&format!("/id/DND-S1/files/{ODD_IN_ADDRESS}"));
    assert_eq!((file.status, file.body.as_slice()), (200, TEXT));
    let page = server.get_as("/id/DND-S1", "text/html");
    assert!(
        page.text()
            .contains(&format!("/id/DND-S1.1/files/{ODD_IN_ADDRESS}")),
        "the page links to it so"
    );
    for path in [
        "/id/DND-S1/files/",
        "/id/DND-S1/files/none",
        "/id/DND-S1/files/../../config.toml",
        "/id/DND-S1/files/%2e%2e/%2e%2e/config.toml",
        "/id/DND-S1/files//table.csv",
        "/id/DND-S1/files/%2Ftable.csv",
        "/id/DND-S1/files/table.csv/",
        "/id/DND-S1/files/%00",
        "/id/DND-S1/files/%FF",
        "/id/DND-S1/files/metadata/study.json",
        "/id/DND-S1-I1/files/table.csv",
        "/id/DND-S1.ttl/files/table.csv",
        "/id/DND-S1.2/files/table.csv",
        "/id/DND-S2/files/table.csv",
        "/id/DND-S1-I1/files.tsv",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_file_keeps_its_version() {
    let server = server();
    let folder = server.deposit("one");
    std::fs::write(folder.join("table.csv"), "changed\n").unwrap();
    assert_eq!(server.import(&folder).version, Some(2));
    assert_eq!(server.get("/id/DND-S1/files/table.csv").body, b"changed\n");
    assert_eq!(
        server.get("/id/DND-S1.2/files/table.csv").body,
        b"changed\n"
    );
    assert_eq!(server.get("/id/DND-S1.1/files/table.csv").body, TEXT);
}
