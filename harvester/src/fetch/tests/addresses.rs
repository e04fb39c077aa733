//! Names and addresses that lead where no stranger may send a harvester.

use std::net::IpAddr;
use std::sync::Arc;

use url::Url;

use super::server::{HostsFile, Server, answer, fetcher_with, loopback};
use crate::fetch::{AddressRules, Fetch, FetchError, Outcome, Request};

async fn fetch(
    rules: AddressRules,
    names: &Arc<HostsFile>,
    url: &Url,
) -> Result<Outcome, FetchError> {
    fetcher_with(rules, names)
        .fetch(Request::new(url, 100))
        .await
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[tokio::test]
async fn an_address_in_the_url_is_refused_in_whatever_form() {
    let names = Arc::default();
    let server = Server::sending(answer("200 OK", &[], b"secret")).await;
    for (host, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::]", "::"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[::ffff:7f00:1]", "::ffff:127.0.0.1"),
        ("[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1"),
        ("[fe80::1]", "fe80::1"),
        ("169.254.169.254", "169.254.169.254"),
        ("10.0.0.1", "10.0.0.1"),
    ] {
        let asked = url(&format!("http://{host}:{}/", server.port()));
        let error = fetch(AddressRules::default(), &names, &asked)
            .await
            .unwrap_err();
        let expected: IpAddr = address.parse().unwrap();
        assert!(
            matches!(error, FetchError::Address { address, .. } if address == expected),
            "{host}: {error}"
        );
        assert!(error.is_about_reaching());
    }
    assert_eq!(names.asked(), 0);
    assert_eq!(server.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused() {
    let names = Arc::new(HostsFile::default());
    let server = Server::sending(answer("200 OK", &[], b"secret")).await;
    for address in [
        "127.0.0.1",
        "10.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fd00::1",
    ] {
        names.set("images.example.org", &[address]);
        let asked = url(&format!("http://images.example.org:{}/", server.port()));
        let error = fetch(AddressRules::default(), &names, &asked)
            .await
            .unwrap_err();
        let expected: IpAddr = address.parse().unwrap();
        assert!(
            matches!(error, FetchError::Address { address, .. } if address == expected),
            "{address}: {error}"
        );
    }
    assert_eq!(server.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_address_is_named_with_what_to_do() {
    let names = Arc::new(HostsFile::default());
    names.set("images.example.org", &["10.1.2.3"]);
    let asked = url("https://images.example.org/log/checkpoint");
    let error = fetch(AddressRules::default(), &names, &asked)
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"https://images.example.org/log/checkpoint is at 10.1.2.3, a private address (RFC 1918): a harvester does not connect to such addresses; if it is right there, allow its range with --allow 10.1.2.3");
}

#[tokio::test]
async fn only_the_permitted_addresses_of_a_name_are_tried() {
    let names = Arc::new(HostsFile::default());
    let permitted = Server::sending(answer("200 OK", &[], b"public")).await;
    let private = Server::at(IpAddr::from([127, 0, 0, 2]), permitted.port(), |_| {
        Vec::new()
    })
    .await;
    names.set("images.example.org", &["127.0.0.2", "127.0.0.1", "::1"]);
    let asked = url(&format!("http://images.example.org:{}/", permitted.port()));
    let outcome = fetch(loopback(), &names, &asked).await.unwrap();
    assert!(matches!(outcome, Outcome::Body(fetched) if fetched.body == b"public"));
    assert_eq!(private.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_changes_its_address_gains_nothing() {
    let names = Arc::new(HostsFile::default());
    let permitted = Server::sending(answer("200 OK", &[], b"public")).await;
    let private = Server::at(IpAddr::from([127, 0, 0, 2]), permitted.port(), |_| {
        Vec::new()
    })
    .await;
    let asked = url(&format!("http://images.example.org:{}/", permitted.port()));
    let fetcher = fetcher_with(loopback(), &names);
    names.set("images.example.org", &["127.0.0.1"]);
    fetcher.fetch(Request::new(&asked, 100)).await.unwrap();
    assert_eq!(
        names.asked(),
        1,
        "the checked address is the one that is used"
    );
    names.set("images.example.org", &["127.0.0.2"]);
    let error = fetcher.fetch(Request::new(&asked, 100)).await.unwrap_err();
    assert!(matches!(error, FetchError::Address { .. }), "{error}");
    assert_eq!(names.asked(), 2);
    assert_eq!(private.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_without_an_address_is_not_found() {
    let names = Arc::new(HostsFile::default());
    names.set("empty.example.org", &[]);
    for host in ["nowhere.example.org", "empty.example.org"] {
        let asked = url(&format!("https://{host}/"));
        let error = fetch(AddressRules::default(), &names, &asked)
            .await
            .unwrap_err();
        assert!(matches!(error, FetchError::Resolve { .. }), "{error}");
        assert!(error.is_about_reaching());
    }
}

#[tokio::test]
async fn the_machines_own_name_is_refused_by_the_machines_own_resolver() {
    let server = Server::sending(answer("200 OK", &[], b"secret")).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fetcher =
        crate::fetch::HttpFetch::new(AddressRules::default(), crate::fetch::Limits::default());
    let asked = url(&format!("http://localhost:{}/", server.port()));
    let error = fetcher
        .unwrap()
        .fetch(Request::new(&asked, 100))
        .await
        .unwrap_err();
    assert!(
        matches!(error, FetchError::Address { address, .. } if address.is_loopback()),
        "{error}"
    );
}
