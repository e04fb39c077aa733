//! What statuses and headers come to.

use std::time::Duration;

use super::server::{Server, answer, fetcher};
use crate::fetch::{Fetch, FetchError, Fetched, Limits, Outcome, Request};

async fn fetch(server: &Server, etag: Option<&str>) -> Result<Outcome, FetchError> {
    let url = server.url("/log/checkpoint");
    fetcher(Limits::default())
        .fetch(Request::new(&url, 1000).unless(etag))
        .await
}

#[tokio::test]
async fn a_body_comes_with_its_tag_and_its_type() {
    let headers = ["ETag: W/\"7\"", "Content-Type: text/html; charset=utf-8"];
    let server = Server::sending(answer("200 OK", &headers, b"<h1>Gone fishing</h1>")).await;
    let expected = Fetched {
        body: b"<h1>Gone fishing</h1>".to_vec(),
        etag: Some("W/\"7\"".to_owned()),
        content_type: Some("text/html; charset=utf-8".to_owned()),
    };
    let outcome = fetch(&server, None).await.unwrap();
    assert_eq!(outcome, Outcome::Body(expected));
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_more() {
    let server = Server::sending(answer("200 OK", &["Set-Cookie: a=b"], b"")).await;
    let url = server.url("/log/checkpoint?a=b#c");
    let fetch = fetcher(Limits::default());
    let request = Request::new(&url, 10)
        .unless(Some("\"7\""))
        .accepting("application/n-quads");
    fetch.fetch(request).await.unwrap();
    fetch.fetch(request).await.unwrap();
    let heads = server.heads();
    assert_eq!(heads[0], heads[1], "a cookie came back");
    let head = heads[0].replace(&server.port().to_string(), "PORT");
    let mut lines: Vec<_> = head.trim_end().split("\r\n").collect();
    lines[1..].sort_unstable();
    let version = env!("CARGO_PKG_VERSION");
    let agent = format!("user-agent: ommatidia-harvester/{version}");
    assert_eq!(
        lines,
        [
            "GET /log/checkpoint?a=b HTTP/1.1",
            "accept-encoding: gzip",
            "accept: application/n-quads",
            "host: 127.0.0.1:PORT",
            "if-none-match: \"7\"",
            &agent,
        ]
    );
}

#[tokio::test]
async fn headers_that_are_too_long_or_not_text_are_left_out() {
    let headers = [
        format!("ETag: \"{}\"", "a".repeat(300)),
        "Content-Type: text/é".to_owned(),
    ];
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    let server = Server::sending(answer("200 OK", &headers, b"")).await;
    let outcome = fetch(&server, None).await.unwrap();
    let Outcome::Body(fetched) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((fetched.etag, fetched.content_type), (None, None));
}

#[tokio::test]
async fn unmodified_and_absent_are_no_errors() {
    let server = Server::sending("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n").await;
    let outcome = fetch(&server, Some("\"7\"")).await.unwrap();
    assert_eq!(outcome, Outcome::NotModified);
    for status in ["404 Not Found", "410 Gone"] {
        let server = Server::sending(answer(status, &[], b"no such thing")).await;
        assert_eq!(fetch(&server, None).await.unwrap(), Outcome::Absent);
    }
}

#[tokio::test]
async fn a_tag_that_cannot_be_sent_is_not() {
    let server = Server::sending(answer("200 OK", &[], b"")).await;
    fetch(&server, Some("\"7\"\r\nX-Injected: yes"))
        .await
        .unwrap();
    assert!(!server.heads()[0].contains("Injected"));
}

#[tokio::test]
async fn any_other_status_is_an_error_that_says_it() {
    for (line, expected, reaching) in [
        ("500 Internal Server Error", 500, true),
        ("502 Bad Gateway", 502, true),
        ("503 Service Unavailable", 503, true),
        ("403 Forbidden", 403, true),
        ("300 Multiple Choices", 300, true),
        ("304 Not Modified", 304, true),
        ("206 Partial Content", 206, false),
        ("204 No Content", 204, false),
    ] {
        let server = Server::sending(answer(line, &[], b"")).await;
        let error = fetch(&server, None).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Status { status, .. } if status == expected),
            "{line}: {error}"
        );
        assert_eq!(error.is_about_reaching(), reaching, "{line}");
        assert_eq!(error.retry_after(), None, "{line}");
    }
}

#[tokio::test]
async fn a_busy_server_says_for_how_long_and_is_believed_for_an_hour() {
    for (line, value, expected) in [
        ("503 Service Unavailable", "120", Some(120)),
        ("429 Too Many Requests", "31536000", Some(3600)),
        (
            "429 Too Many Requests",
            "Sat, 21 Nov 2009 09:00:00 GMT",
            Some(0),
        ),
        ("429 Too Many Requests", "later", None),
        ("500 Internal Server Error", "120", None),
    ] {
        let header = format!("Retry-After: {value}");
        let server = Server::sending(answer(line, &[&header], b"")).await;
        let error = fetch(&server, None).await.unwrap_err();
        assert_eq!(
            error.retry_after(),
            expected.map(Duration::from_secs),
            "{line}, {value}"
        );
        assert!(error.is_about_reaching());
    }
}

#[tokio::test]
async fn what_speaks_no_http_is_said_to_be_no_web_server() {
    for greeting in ["SSH-2.0-OpenSSH_9.2\r\n", "", "HTTP/1.1 200"] {
        let server = Server::sending(greeting).await;
        let error = fetch(&server, None).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Protocol { .. }),
            "{greeting:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_server_without_tls_is_not_taken_for_a_safe_one() {
    // no request ever ends here, so that this server speaks first
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while let Ok((mut stream, _)) = listener.accept().await {
            let said = answer("400 Bad Request", &[], b"speak HTTP");
            stream.write_all(&said).await.ok();
            stream.shutdown().await.ok();
        }
    });
    let url = url::Url::parse(&format!("https://127.0.0.1:{port}/")).unwrap();
    let error = fetcher(Limits::default())
        .fetch(Request::new(&url, 10))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Tls { .. }), "{error}");
}
