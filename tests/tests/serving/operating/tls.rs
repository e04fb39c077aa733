//! A node and a portal behind TLS, as the manual sets them up: a harvester comes through it, and whoever asks is sent nowhere else.

use std::path::Path;
use std::process::Command;

use reqwest::blocking::{Client, Response};
use reqwest::{Certificate, redirect};
use tempfile::TempDir;
use tests::node::NAMESPACE;
use tests::patience::LONG;
use tests::ran::Ran;

use super::super::PROGRAM;
use super::both::Both;
use super::proxies::{Proxy, Tls, caddy, nginx};

/// Makes a proxy with the file of the manual.
type Starting = fn(&Both, Option<&Tls>) -> Option<Proxy>;

#[test]
fn a_node_behind_nginx_is_harvested_with_tls() {
    is_harvested_behind(nginx, |portal, tls| {
        let plain = portal.get(&format!("http://127.0.0.1:{}/search", tls.plain));
        assert_eq!(plain.status(), 301);
        assert_eq!(plain.headers()["location"], "https://127.0.0.1/search");
    });
}

#[test]
fn a_node_behind_caddy_is_harvested_with_tls() {
    is_harvested_behind(caddy, |_, _| ());
}

fn is_harvested_behind(start: Starting, further: fn(&Browser, &Tls)) {
    let both = Both::serving();
    let folder = TempDir::new().unwrap();
    let tls = Tls::in_folder(folder.path());
    let Some(proxy) = start(&both, Some(&tls)) else {
        return;
    };
    harvests(folder.path(), &tls, &proxy);

    let portal = Browser::trusting(&tls);
    let home = format!("https://127.0.0.1:{}/", tls.portal);
    // what a page or a list says of its own address is what its reader asked for
    let sitemap = portal.get(&format!("{home}sitemap.xml")).text().unwrap();
    assert!(sitemap.contains("<loc>https://127.0.0.1"), "{sitemap}");
    let catalogue = portal.get(&format!("{home}catalogue.ttl"));
    let links = catalogue.headers()["link"].to_str().unwrap().to_owned();
    assert!(
        links.contains("<https://127.0.0.1") && !links.contains("<http:"),
        "{links}"
    );
    let refused = portal.get(&format!("{home}metrics"));
    assert_eq!(refused.status(), 403);
    further(&portal, &tls);
}

/// A federation of the node at its address with TLS.
fn harvests(folder: &Path, tls: &Tls, proxy: &Proxy) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (roster, key, data) = (path("roster.note"), path("root.key"), path("data"));
    let base = format!("https://127.0.0.1:{}/", tls.node);
    let trusting = |arguments: &[&str]| run(arguments, Some(&tls.certificate));
    let new = [
        "roster",
        "new",
        &roster,
        "--name",
        "Test",
        "--namespace",
        NAMESPACE,
        "--root-key",
        &key,
    ];
    let root = trusting(&new).done().stdout;
    let add = [
        "roster",
        "add-member",
        &roster,
        "--id",
        "one",
        "--base",
        &base,
        "--root-key",
        &key,
        "--yes",
    ];
    // nobody is believed whose certificate nobody vouches for
    let refused = run(&add, None).could_not();
    assert!(refused.stderr.contains("certificate"), "{refused:?}");
    trusting(&add).done();
    let init = [
        "init",
        "--data",
        &data,
        "--roster",
        &roster,
        "--root",
        root.trim(),
        "--allow",
        "127.0.0.0/8",
    ];
    trusting(&init).done();
    let synced = trusting(&["sync", "--data", &data]);
    assert!(synced.is_done(), "{synced:?}\n{}", proxy.said());
    assert!(
        synced.stdout.contains("one                  current"),
        "{synced:?}"
    );
    let found = trusting(&["search", "--data", &data, "cells"]).done();
    assert!(found.stdout.contains("EXCB-S"), "{found:?}");
}

/// Runs a command of the harvester on a machine that trusts a certificate.
fn run(arguments: &[&str], trusted: Option<&Path>) -> Ran {
    let mut command = Command::new(PROGRAM);
    // who looks for what is wrong logs everything, also while the command waits for an answer
    command.args(arguments).env("OMMA_LOG", "debug");
    if let Some(certificate) = trusted {
        command.env("SSL_CERT_FILE", certificate);
    }
    Ran::new(command.output().unwrap())
}

/// Somebody who trusts the certificate of a test.
struct Browser(Client);

impl Browser {
    fn trusting(tls: &Tls) -> Browser {
        // two providers of cryptography in one process panic when none is chosen
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pem = std::fs::read(&tls.certificate).unwrap();
        let builder = Client::builder()
            .timeout(LONG)
            .redirect(redirect::Policy::none())
            .tls_certs_only([Certificate::from_pem(&pem).unwrap()]);
        Browser(builder.build().unwrap())
    }

    fn get(&self, url: &str) -> Response {
        self.0
            .get(url)
            .send()
            .unwrap_or_else(|error| panic!("{url}: {error:?}"))
    }
}
