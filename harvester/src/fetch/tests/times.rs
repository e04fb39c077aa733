//! Servers that take their time.

use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::Barrier;

use super::server::{Server, Step, answer, fetcher};
use crate::fetch::{Fetch, FetchError, Limits, Outcome, Request, Waited};

/// Short enough for a test; so long that a busy machine does not matter where it is not to pass.
const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(120);

/// No bound that a test could meet; each story tightens one.
fn patient() -> Limits {
    Limits {
        connect: LONG,
        answer: LONG,
        idle: LONG,
        grace: LONG,
        slowest: 1 << 40,
        whole: LONG,
        at_once: 4,
    }
}

async fn waited(server: &Server, limits: Limits) -> Waited {
    let url = server.url("/log/checkpoint");
    let error = fetcher(limits)
        .fetch(Request::new(&url, 1 << 20))
        .await
        .unwrap_err();
    assert!(error.is_about_reaching());
    match error {
        FetchError::Timeout { waited, .. } => waited,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_left() {
    let server = Server::by(|_| vec![Step::Hang]).await;
    let limits = Limits {
        answer: SHORT,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Answer(SHORT));
}

#[tokio::test]
async fn a_server_that_drips_its_headers_is_left() {
    let server = Server::by(|_| {
        let begin = b"HTTP/1.1 200 OK\r\nX-Endless: ".to_vec();
        vec![Step::Send(begin), Step::Drip(b'a', SHORT / 10)]
    })
    .await;
    let limits = Limits {
        answer: SHORT,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Answer(SHORT));
}

#[tokio::test]
async fn a_server_whose_headers_never_end_is_left_for_their_size() {
    let server = Server::by(|_| {
        let begin = b"HTTP/1.1 200 OK\r\nX-Endless: ".to_vec();
        vec![Step::Send(begin), Step::Endless(vec![b'a'; 1 << 16])]
    })
    .await;
    let url = server.url("/");
    let error = fetcher(patient())
        .fetch(Request::new(&url, 1 << 20))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_of_a_body_is_left() {
    let server = Server::by(|_| {
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
        vec![Step::Send(half), Step::Hang]
    })
    .await;
    let limits = Limits {
        idle: SHORT,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Idle(SHORT));
}

fn dripping(_: &str) -> Vec<Step> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec();
    vec![Step::Send(head), Step::Drip(b'a', SHORT / 10)]
}

#[tokio::test]
async fn a_server_that_drips_a_body_is_left_for_its_speed() {
    let server = Server::by(dripping).await;
    let limits = Limits {
        grace: SHORT,
        slowest: 1 << 20,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Slow(1 << 20));
}

#[tokio::test]
async fn a_server_that_drips_within_its_grace_is_left_in_the_end() {
    let server = Server::by(dripping).await;
    let limits = Limits {
        whole: 2 * SHORT,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Whole(2 * SHORT));
}

#[tokio::test]
async fn redirects_do_not_start_the_whole_time_anew() {
    let server = Server::by(|_| {
        let again = answer("302 Found", &["Location: /again"], b"");
        vec![Step::Pause(SHORT / 2), Step::Send(again)]
    })
    .await;
    let limits = Limits {
        whole: SHORT,
        ..patient()
    };
    assert_eq!(waited(&server, limits).await, Waited::Whole(SHORT));
}

#[tokio::test]
async fn a_name_that_is_never_found_out_is_left() {
    use std::sync::Arc;

    use futures_util::future::{BoxFuture, pending};

    struct Silent;
    impl crate::fetch::Names for Silent {
        fn addresses<'a>(
            &'a self,
            _: &'a str,
        ) -> BoxFuture<'a, std::io::Result<Vec<std::net::IpAddr>>> {
            Box::pin(pending())
        }
    }

    let _ = rustls::crypto::ring::default_provider().install_default();
    let limits = Limits {
        connect: SHORT,
        ..patient()
    };
    let rules = super::server::loopback();
    let fetch = crate::fetch::HttpFetch::with_names(rules, limits, Arc::new(Silent)).unwrap();
    let url = url::Url::parse("http://images.example.org/").unwrap();
    let error = fetch.fetch(Request::new(&url, 10)).await.unwrap_err();
    let expected = FetchError::Timeout {
        url: url.to_string(),
        waited: Waited::Connect(SHORT),
    };
    assert_eq!(error, expected);
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_said_to_be_that() {
    // bound, so that nobody else can be there, and not listening
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let url = url::Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let error = fetcher(patient())
        .fetch(Request::new(&url, 10))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Connect { .. }), "{error}");
    assert!(error.is_about_reaching());
}

#[tokio::test]
async fn two_of_many_requests_are_under_way_at_once() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let url = url::Url::parse(&url).unwrap();
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    tokio::spawn(async move {
        let under_way = Arc::new(AtomicUsize::new(0));
        // nobody is answered before a second one is here as well
        let pair = Arc::new(Barrier::new(2));
        while let Ok((mut stream, _)) = listener.accept().await {
            let (under_way, pair, seen) =
                (Arc::clone(&under_way), Arc::clone(&pair), Arc::clone(&seen));
            tokio::spawn(async move {
                // the beginning of a request is enough to know that there is one
                stream.read_u8().await.unwrap();
                seen.fetch_max(
                    under_way.fetch_add(1, Ordering::SeqCst) + 1,
                    Ordering::SeqCst,
                );
                pair.wait().await;
                under_way.fetch_sub(1, Ordering::SeqCst);
                stream
                    .write_all(&answer("200 OK", &[], b"hello"))
                    .await
                    .unwrap();
            });
        }
    });
    let limits = Limits {
        at_once: 2,
        ..patient()
    };
    let fetch = fetcher(limits);
    let all = (0..8).map(|_| fetch.fetch(Request::new(&url, 100)));
    for outcome in futures_util::future::join_all(all).await {
        assert!(matches!(outcome.unwrap(), Outcome::Body(_)));
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}
