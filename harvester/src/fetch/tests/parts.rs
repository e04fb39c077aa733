//! Parts of what is larger than memory, from servers that give others than were asked for.

use std::time::Duration;

use super::server::{Server, Step, answer, fetcher};
use crate::fetch::{FetchError, Limits, Part, PartRequest, Waited};

/// What came of asking for the bytes 2 to 5 of ten.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    Bytes(Vec<u8>, Option<String>),
    Whole(Vec<u8>),
    Other,
    Absent(u16),
}

async fn ask(server: &Server, limits: Limits, tag: Option<&str>) -> Result<Came, FetchError> {
    let url = server.url("/id/DND-S1.1/files/a.tif");
    let fetch = fetcher(limits);
    let request = PartRequest {
        url: &url,
        range: 2..6,
        size: 10,
        tag,
    };
    let (mut body, is_whole) = match fetch.part(&request).await? {
        Part::Bytes(body) => (body, false),
        Part::Whole(body) => (body, true),
        Part::Other => return Ok(Came::Other),
        Part::Absent(status) => return Ok(Came::Absent(status)),
    };
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await? {
        bytes.extend_from_slice(&piece);
    }
    let tag = body.tag().map(str::to_owned);
    Ok(if is_whole {
        Came::Whole(bytes)
    } else {
        Came::Bytes(bytes, tag)
    })
}

async fn came(status: &str, headers: &[&str], body: &[u8], tag: Option<&str>) -> Came {
    let server = Server::sending(answer(status, headers, body)).await;
    ask(&server, Limits::default(), tag).await.unwrap()
}

const RANGE: &str = "Content-Range: bytes 2-5/10";

#[tokio::test]
async fn a_part_is_asked_for_as_it_is_stored_and_as_part_of_the_same_thing() {
    let head = ["ETag: \"7\"", RANGE];
    let server = Server::sending(answer("206 Partial Content", &head, b"cdef")).await;
    let came = ask(&server, Limits::default(), Some("\"7\"")).await;
    let expected = Came::Bytes(b"cdef".to_vec(), Some("\"7\"".to_owned()));
    assert_eq!(came.unwrap(), expected);
    let head = server.heads()[0].to_lowercase();
    for line in [
        "range: bytes=2-5",
        "if-range: \"7\"",
        "accept-encoding: identity",
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
}

#[tokio::test]
async fn another_part_than_was_asked_for_is_none_of_it() {
    for header in [
        "Content-Range: bytes 1-4/10",
        "Content-Range: bytes 2-5/11",
        "Content-Range: bytes 2-5/*",
        "Content-Range: bytes */10",
        "Content-Range: 2-5/10",
        "X-Nothing: about ranges",
    ] {
        let came = came("206 Partial Content", &[header], b"cdef", None).await;
        assert_eq!(came, Came::Other, "{header}");
    }
    let came = came("416 Range Not Satisfiable", &[], b"", None).await;
    assert_eq!(came, Came::Other);
}

#[tokio::test]
async fn what_is_no_longer_the_same_thing_is_told_apart_by_its_strong_tag() {
    for tag in ["ETag: \"8\"", "ETag: W/\"7\"", "X-No: tag"] {
        let part = came("206 Partial Content", &[RANGE, tag], b"cdef", Some("\"7\"")).await;
        assert_eq!(part, Came::Other, "{tag}");
        let whole = came("200 OK", &[tag], b"0123456789", Some("\"7\"")).await;
        assert_eq!(whole, Came::Other, "{tag}");
    }
    let weak = came(
        "206 Partial Content",
        &[RANGE, "ETag: W/\"7\""],
        b"cdef",
        None,
    )
    .await;
    assert_eq!(weak, Came::Bytes(b"cdef".to_vec(), None));
}

#[tokio::test]
async fn a_server_without_ranges_gives_the_whole_and_what_is_gone_is_absent() {
    let whole = came("200 OK", &[], b"0123456789", None).await;
    assert_eq!(whole, Came::Whole(b"0123456789".to_vec()));
    for status in [404, 410] {
        let gone = came(&format!("{status} Gone"), &[], b"", None).await;
        assert_eq!(gone, Came::Absent(status));
    }
}

#[tokio::test]
async fn what_was_compressed_on_the_way_is_no_part_of_what_is_stored() {
    for coding in ["gzip", "br"] {
        let header = format!("Content-Encoding: {coding}");
        let bytes = answer("206 Partial Content", &[RANGE, &header], b"cdef");
        let server = Server::sending(bytes).await;
        let error = ask(&server, Limits::default(), None).await.unwrap_err();
        assert!(matches!(error, FetchError::Coding { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_part_is_not_fetched_from_another_server() {
    let other = Server::sending(answer("206 Partial Content", &[RANGE], b"evil")).await;
    let location = format!("Location: {}", other.url("/a.tif"));
    let server = Server::sending(answer("302 Found", &[&location], b"")).await;
    let error = ask(&server, Limits::default(), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Redirect { .. }), "{error}");
    assert_eq!(other.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_part_that_stops_coming_is_left_and_its_first_bytes_are_good() {
    let whole = answer("206 Partial Content", &[RANGE], b"cdef");
    let half = whole[..whole.len() - 2].to_vec();
    let server = Server::by(move |_| vec![Step::Send(half.clone()), Step::Hang]).await;
    let idle = Duration::from_millis(150);
    let limits = Limits {
        idle,
        ..Limits::default()
    };
    let url = server.url("/a.tif");
    let fetch = fetcher(limits);
    let request = PartRequest {
        url: &url,
        range: 2..6,
        size: 10,
        tag: None,
    };
    let Part::Bytes(mut body) = fetch.part(&request).await.unwrap() else {
        panic!("no part");
    };
    let mut bytes = Vec::new();
    let error = loop {
        match body.next().await {
            Ok(piece) => bytes.extend_from_slice(&piece.unwrap()),
            Err(error) => break error,
        }
    };
    assert_eq!(bytes, b"cd");
    let waited = match error {
        FetchError::Timeout { waited, .. } => waited,
        other => panic!("{other}"),
    };
    assert_eq!(waited, Waited::Idle(idle));
}
