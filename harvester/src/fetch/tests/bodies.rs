//! Servers whose bodies are not what they say, or have no end.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::server::{Server, Step, answer, fetcher};
use crate::fetch::{Fetch, FetchError, Limits, Outcome, Request};

/// "checkpoint" and a newline, twenty times, as `gzip -9` makes it.
const TWENTY_LINES: &str = "H4sIAAAAAAACA0vOSE3OLsjPzCvhSh5uTAAlrGSN3AAAAA==";
fn gzip(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).unwrap()
}

async fn fetch(server: &Server, most: u64) -> Result<Vec<u8>, FetchError> {
    let url = server.url("/log/checkpoint");
    let fetch = fetcher(Limits::default());
    match fetch.fetch(Request::new(&url, most)).await? {
        Outcome::Body(fetched) => Ok(fetched.body),
        other => panic!("{other:?}"),
    }
}

async fn error(server: &Server, most: u64) -> FetchError {
    fetch(server, most).await.unwrap_err()
}

fn endless(head: &str, piece: Vec<u8>) -> impl Fn(&str) -> Vec<Step> + use<> {
    let head = head.as_bytes().to_vec();
    move |_| vec![Step::Send(head.clone()), Step::Endless(piece.clone())]
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not() {
    let server = Server::sending(answer("200 OK", &[], &[7; 1000])).await;
    assert_eq!(fetch(&server, 1000).await.unwrap(), vec![7; 1000]);
    let too_large = error(&server, 999).await;
    assert!(
        matches!(too_large, FetchError::TooLarge { most: 999, .. }),
        "{too_large}"
    );
    assert!(!too_large.is_about_reaching());
    let nothing = Server::sending(answer("200 OK", &[], b"")).await;
    assert_eq!(fetch(&nothing, 0).await.unwrap(), b"");
}

#[tokio::test]
async fn what_declares_itself_too_large_is_not_waited_for() {
    let server = Server::by(|_| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n".to_vec();
        vec![Step::Send(head), Step::Hang]
    })
    .await;
    let error = error(&server, 1 << 40).await;
    // the largest number of all is none that the client knows as a length
    assert!(
        matches!(
            error,
            FetchError::TooLarge { .. } | FetchError::Protocol { .. }
        ),
        "{error}"
    );
    let server = Server::by(|_| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n".to_vec();
        vec![Step::Send(head), Step::Hang]
    })
    .await;
    let error = self::error(&server, 1000).await;
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn an_endless_body_is_left_when_it_is_too_large() {
    let until_closed = "HTTP/1.1 200 OK\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut chunk = b"10000\r\n".to_vec();
    chunk.resize(7 + 0x10000, b'a');
    chunk.extend_from_slice(b"\r\n");
    for (head, piece) in [(until_closed, vec![b'a'; 0x10000]), (chunked, chunk)] {
        let server = Server::by(endless(head, piece)).await;
        let error = error(&server, 1 << 20).await;
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_ends_before_its_length_is_no_body() {
    let server = Server::sending("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
    let error = error(&server, 100).await;
    assert!(
        matches!(error, FetchError::Truncated { bytes: 4, .. }),
        "{error}"
    );
    assert!(error.is_about_reaching());
    insta::assert_snapshot!(
        error.to_string().replace(&server.port().to_string(), "PORT"),
        @"http://127.0.0.1:PORT/log/checkpoint broke off after 4 bytes: end of file before message length reached; it will be asked again"
    );
}

#[tokio::test]
async fn a_chunked_body_that_ends_before_its_last_chunk_is_no_body() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (rest, bytes) in [("", 0), ("4\r\nhalf\r\n", 4), ("9\r\nhalf", 4)] {
        let server = Server::sending(format!("{head}{rest}")).await;
        let error = error(&server, 100).await;
        assert!(
            matches!(error, FetchError::Truncated { bytes: come, .. } if come == bytes),
            "{rest:?}: {error}"
        );
    }
    let server = Server::sending(format!("{head}what\r\n")).await;
    let error = error(&server, 100).await;
    assert!(matches!(error, FetchError::Coding { .. }), "{error}");
    assert!(!error.is_about_reaching());
}

#[tokio::test]
async fn bytes_after_the_declared_length_are_not_the_body() {
    let server = Server::sending("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhalf and more").await;
    assert_eq!(fetch(&server, 100).await.unwrap(), b"half");
}

#[tokio::test]
async fn two_lengths_are_none() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalf!";
    let server = Server::sending(head).await;
    let error = error(&server, 100).await;
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
}

#[tokio::test]
async fn gzip_is_undone_and_its_limit_is_on_what_comes_out() {
    let body = gzip(TWENTY_LINES);
    let server = Server::sending(answer("200 OK", &["Content-Encoding: gzip"], &body)).await;
    assert_eq!(
        fetch(&server, 220).await.unwrap(),
        b"checkpoint\n".repeat(20)
    );
    let error = error(&server, 219).await;
    assert!(
        matches!(error, FetchError::TooLarge { most: 219, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn gzip_of_several_members_is_taken_whole_and_what_is_no_member_is_refused() {
    let gzip_of = |body: &[u8]| answer("200 OK", &["Content-Encoding: gzip"], body);
    let (member, nothing) = (gzip(TWENTY_LINES), gzip("H4sIAAAAAAACAwMAAAAAAAAAAAA="));
    let several = gzip_of(&[&member[..], &nothing, &member].concat());
    let server = Server::sending(several).await;
    let whole = b"checkpoint\n".repeat(40);
    assert_eq!(fetch(&server, 440).await.unwrap(), whole);
    let too_large = error(&server, 439).await;
    assert!(
        matches!(too_large, FetchError::TooLarge { most: 439, .. }),
        "{too_large}"
    );
    let and_more = gzip_of(&[&member[..], b"and what is no member at all"].concat());
    let error = error(&Server::sending(and_more).await, 440).await;
    assert!(matches!(error, FetchError::Coding { .. }), "{error}");
    assert!(error.to_string().contains("gzip"), "{error}");
}

#[tokio::test]
async fn members_of_nothing_without_end_are_left() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
    let nothing = gzip("H4sIAAAAAAACAwMAAAAAAAAAAAA=");
    let server = Server::by(endless(head, nothing.repeat(100))).await;
    let error = error(&server, 1000).await;
    assert!(
        matches!(error, FetchError::TooLarge { most: 1000, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_small_body_that_gzip_makes_larger_is_within_its_limit() {
    // 20 bytes of gzip for none
    let body = gzip("H4sIAAAAAAACAwMAAAAAAAAAAAA=");
    assert_eq!(body.len(), 20);
    let server = Server::sending(answer("200 OK", &["Content-Encoding: gzip"], &body)).await;
    assert_eq!(fetch(&server, 0).await.unwrap(), b"");
}

/// The beginning of a gzip stream of zeros that has no end, and what to repeat for more of it (RFC 1951 section 3.2.6):
/// one zero, then "258 times the byte before" in 13 bits each, so that 13 bytes are 2,064.
fn zeros_without_end() -> (Vec<u8>, Vec<u8>) {
    let packed = |bits: &str| -> Vec<u8> {
        let bits: Vec<u8> = bits.bytes().map(|bit| bit - b'0').collect();
        let byte = |eight: &[u8]| eight.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
        bits.chunks(8).map(byte).collect()
    };
    let (last_block_with_fixed_codes, zero, again) = ("110", "00110000", "1100010100000");
    let mut begin = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    begin.extend(packed(&[last_block_with_fixed_codes, zero, again].concat()));
    (begin, packed(&again.repeat(8)))
}

#[tokio::test]
async fn a_gzip_bomb_is_left_when_it_is_too_large() {
    let (begin, more) = zeros_without_end();
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
    let head = [head, &begin[..]].concat();
    // 65 kB that are 10 MB, for ever; a limit that leaves some of it to be inflated, so that this is known to be gzip
    let server = Server::by(move |_| {
        let (head, piece) = (head.clone(), more.repeat(5000));
        vec![Step::Send(head), Step::Endless(piece)]
    })
    .await;
    let error = error(&server, 1 << 20).await;
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_gzip_bomb_that_broke_off_is_no_body() {
    let (begin, more) = zeros_without_end();
    let body = [begin, more.repeat(100)].concat();
    let came = body.len() as u64;
    let cut = answer("200 OK", &["Content-Encoding: gzip"], &body);
    let error = error(&Server::sending(cut).await, 1 << 20).await;
    let is_told = matches!(error, FetchError::Truncated { bytes, .. } if bytes == came);
    assert!(is_told, "{error}");
}

#[tokio::test]
async fn gzip_that_is_cut_or_wrong_is_no_body() {
    let body = gzip(TWENTY_LINES);
    let cut = answer(
        "200 OK",
        &["Content-Encoding: gzip"],
        &body[..body.len() - 9],
    );
    let cut = error(&Server::sending(cut).await, 1000).await;
    assert!(matches!(cut, FetchError::Truncated { .. }), "{cut}");
    let mut wrong_sum = body.clone();
    let place = body.len() - 8;
    wrong_sum[place] ^= 1;
    for wrong in [&wrong_sum[..], b"not gzip at all, but text"] {
        let server = answer("200 OK", &["Content-Encoding: gzip"], wrong);
        let error = error(&Server::sending(server).await, 1000).await;
        assert!(matches!(error, FetchError::Coding { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_coding_that_was_not_asked_for_is_refused() {
    for coding in ["br", "zstd", "gzip, gzip", "é"] {
        let header = format!("Content-Encoding: {coding}");
        let server = Server::sending(answer("200 OK", &[&header], b"bytes")).await;
        let error = error(&server, 100).await;
        assert!(
            matches!(error, FetchError::Coding { .. }),
            "{coding}: {error}"
        );
    }
    let plain = answer("200 OK", &["Content-Encoding: Identity"], b"bytes");
    assert_eq!(
        fetch(&Server::sending(plain).await, 100).await.unwrap(),
        b"bytes"
    );
}
