//! Whoever asks by a method that an address does not answer is told which it does (RFC 9110 section 15.5.6), and it is so.

use std::collections::BTreeSet;

use regex::Regex;
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::Value;
use tests::served::Served;

use super::both::Both;
use super::openapi::CLIENT;

#[test]
fn every_address_names_the_methods_that_it_answers() {
    let both = Both::serving();
    assert_eq!(posted(&both.node), ["/id/1/files.zip", "/oai"]);
    assert_eq!(posted(&both.harvester), ["/oai", "/sparql"]);
    for served in [&both.node, &both.harvester] {
        for (path, methods) in described(served) {
            names_its_methods(served, &path, &methods);
        }
    }
}

fn names_its_methods(served: &Served, path: &str, methods: &BTreeSet<String>) {
    for method in [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE",
    ] {
        let got = ask(served, method, path);
        let (status, said) = (got.status().as_u16(), format!("{method} {path}"));
        if method == "OPTIONS" {
            assert_eq!(status, 204, "{said}");
        } else if methods.contains(method) {
            assert_ne!(status, 405, "{said}");
            continue;
        } else {
            assert_eq!(status, 405, "{said}");
            let kind = got.headers()["content-type"].to_str().unwrap();
            assert_eq!(kind, "application/problem+json", "{said}");
        }
        let allow = got.headers()["allow"].to_str().unwrap();
        let named: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
        assert_eq!(&named, methods, "{said}");
    }
}

fn ask(served: &Served, method: &str, path: &str) -> Response {
    let url = format!("{}{}", served.url(), path.trim_start_matches('/'));
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    CLIENT.request(method, url).send().unwrap()
}

/// Every address of a program, with something in the place of its parameters, and its methods.
fn described(served: &Served) -> Vec<(String, BTreeSet<String>)> {
    let parameter = Regex::new(r"\{\w+\}").unwrap();
    let description: Value = serde_json::from_slice(&served.get("api/openapi.json").body).unwrap();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() > 20, "{} addresses are described", paths.len());
    let described = |(path, operations): (&String, &Value)| {
        let operations = operations.as_object().unwrap().keys();
        let mut methods: BTreeSet<String> = operations.map(|name| name.to_uppercase()).collect();
        methods.extend(["HEAD", "OPTIONS"].map(str::to_owned));
        (parameter.replace_all(path, "1").into_owned(), methods)
    };
    paths.iter().map(described).collect()
}

/// The addresses that take POST.
fn posted(served: &Served) -> Vec<String> {
    let mut posted = described(served);
    posted.retain(|(_, methods)| methods.contains("POST"));
    posted.into_iter().map(|(path, _)| path).collect()
}
