//! Servers that send a harvester elsewhere.

use super::server::{HostsFile, Server, Step, answer, fetcher, fetcher_with, loopback, path_of};
use crate::fetch::{Fetch, FetchError, Limits, Outcome, Request};

fn pointing(to: &str) -> Vec<u8> {
    answer("302 Found", &[&format!("Location: {to}")], b"moved")
}

async fn refused(server: &Server) -> (String, &'static str) {
    let url = server.url("/log/checkpoint");
    let error = fetcher(Limits::default())
        .fetch(Request::new(&url, 1000))
        .await
        .unwrap_err();
    assert!(error.is_about_reaching());
    match error {
        FetchError::Redirect { to, why, .. } => (to, why),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_redirect_within_the_server_is_followed() {
    for status in ["301 Moved", "302 Found", "303 See", "307 Here", "308 There"] {
        let server = Server::by(move |head| {
            vec![Step::Send(match path_of(head) {
                "/old" => answer(status, &["Location: new"], b""),
                "/new" => answer("200 OK", &["ETag: \"1\""], b"here"),
                other => panic!("{other}"),
            })]
        })
        .await;
        let url = server.url("/old");
        let outcome = fetcher(Limits::default())
            .fetch(Request::new(&url, 100))
            .await
            .unwrap();
        assert!(
            matches!(outcome, Outcome::Body(fetched) if fetched.body == b"here"),
            "{status}"
        );
        let heads = server.heads();
        assert!(
            heads.iter().all(|head| head.starts_with("GET ")),
            "{heads:?}"
        );
        assert!(!heads[1].to_lowercase().contains("referer"), "{}", heads[1]);
    }
}

#[tokio::test]
async fn a_redirect_to_another_port_host_or_scheme_is_not_followed() {
    let victim = Server::sending(answer("200 OK", &[], b"secret")).await;
    let elsewhere = [
        (victim.url("/").to_string(), "it is on another port"),
        (
            format!("//localhost:{}/", victim.port()),
            "it is on another host",
        ),
        (
            "http://images.example.org/".to_owned(),
            "it is on another host",
        ),
        (
            format!("https://127.0.0.1:{}/", victim.port()),
            "it has another scheme",
        ),
        ("file:///etc/passwd".to_owned(), "it has another scheme"),
        ("http://[".to_owned(), "that is no URL"),
    ];
    for (to, why) in elsewhere {
        let server = Server::sending(pointing(&to)).await;
        assert_eq!(refused(&server).await.1, why, "{to}");
    }
    assert_eq!(victim.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_redirect_says_where_it_pointed() {
    let server = Server::sending(pointing("http://ada:secret@elsewhere.example.org/log/")).await;
    let (to, _) = refused(&server).await;
    assert_eq!(to, "http://elsewhere.example.org/log/");
    let server = Server::sending(pointing(&format!("/{}", "a".repeat(20_000)))).await;
    let url = server.url("/");
    let error = fetcher(Limits::default())
        .fetch(Request::new(&url, 10))
        .await
        .unwrap_err();
    assert!(error.to_string().len() < 1000, "{error}");
}

#[tokio::test]
async fn a_server_with_a_name_cannot_send_a_harvester_to_its_loopback() {
    let victim = Server::sending(answer("200 OK", &[], b"secret")).await;
    let server = Server::sending(pointing(victim.url("/").as_str())).await;
    let names = std::sync::Arc::new(HostsFile::default());
    names.set("images.example.org", &["127.0.0.1"]);
    let url = url::Url::parse(&format!("http://images.example.org:{}/", server.port())).unwrap();
    let error = fetcher_with(loopback(), &names)
        .fetch(Request::new(&url, 100))
        .await
        .unwrap_err();
    let expected = FetchError::Redirect {
        url: url.to_string(),
        to: victim.url("/").to_string(),
        why: "it is on another host",
    };
    assert_eq!(error, expected);
    assert_eq!(victim.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_loop_ends_after_five() {
    let server = Server::sending(pointing("/log/checkpoint")).await;
    let (_, why) = refused(&server).await;
    assert_eq!(why, "it is the sixth in a row");
    assert_eq!(server.heads().len(), 6);
}

#[tokio::test]
async fn a_redirect_that_points_nowhere_is_an_error() {
    let server = Server::sending(answer("302 Found", &[], b"")).await;
    assert_eq!(refused(&server).await.0, "nowhere");
}

#[tokio::test]
async fn credentials_that_a_redirect_brings_are_not_used() {
    let server = Server::by(move |head| {
        let port = head
            .split("127.0.0.1:")
            .nth(1)
            .unwrap()
            .split('\r')
            .next()
            .unwrap();
        vec![Step::Send(pointing(&format!(
            "http://ada:secret@127.0.0.1:{port}/"
        )))]
    })
    .await;
    let url = server.url("/");
    let error = fetcher(Limits::default())
        .fetch(Request::new(&url, 10))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Unfit { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    assert_eq!(server.heads().len(), 1);
}
