//! The descriptions at `/api/openapi.json` are true: everything in them is asked of a real server, and every route is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tests::patience::LONG;
use tests::served::Served;

use super::both::Both;
use super::file;

pub(super) static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    // two providers of cryptography in one process panic when none is chosen; nothing here speaks TLS
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(LONG)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
});

/// Examples that depend on the data: `path parameter` to value.
type Examples<'e> = BTreeMap<&'e str, String>;

#[test]
fn every_route_is_described_and_nothing_else() {
    for program in ["node", "harvester"] {
        let description: Value =
            serde_json::from_str(&file(&format!("{program}/src/serve/openapi.json"))).unwrap();
        let described: BTreeSet<String> = paths(&description).keys().cloned().collect();
        let routed = routes(&file(&format!("{program}/src/serve/routes.rs")));
        let missing: Vec<_> = routed.difference(&described).collect();
        let surplus: Vec<_> = described.difference(&routed).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{program}/src/serve/openapi.json lacks {missing:?}, and has {surplus:?}, which routes.rs has not"
        );
    }
}

#[test]
fn what_the_description_of_a_node_says_is_so() {
    let both = Both::serving();
    let sheet = sheet_of(&both.node);
    let log = both.temp_node.status()["size"].as_u64().unwrap();
    let digest = record_digest(&both);
    let examples = Examples::from([
        ("/log/tile/{path} path", format!("0/000.p/{log}")),
        ("/log/tile/entries/{path} path", format!("000.p/{log}")),
        (
            "/log/record/{path} path",
            format!("{}/{digest}", &digest[..2]),
        ),
        ("/assets/{name} name", sheet),
    ]);
    // 256 entries make a bundle, and the examples are fewer: it is described, and there is none yet
    let absent = ["/log/records/{path}"];
    ask_for_everything(&both.node, &examples, &absent);
}

#[test]
fn what_the_description_of_a_harvester_says_is_so() {
    let both = Both::serving();
    let origin = "127.45.67.89:9/log";
    let hash = protocol::digest::Digest::of(origin.as_bytes()).to_string();
    let state = tests::patience::eventually("an answer names its state", || {
        let answer = both.harvester.get("api/v1/search");
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        answer["state"].as_str().map(str::to_owned)
    });
    let examples = Examples::from([
        ("/mirror/{log}/{path} log", hash),
        ("/state/{id} id", state),
        ("/roster/{version} version", roster_version(&both)),
        ("/assets/{name} name", sheet_of(&both.harvester)),
    ]);
    // nobody has signed two histories, and nothing stands aside
    let absent = [
        "/members/{id}/evidence",
        "/members/{id}/aside/{log}/{index}/{part}",
    ];
    ask_for_everything(&both.harvester, &examples, &absent);
}

/// Asks every operation for every form of its answer, and for what it says of what is not there.
fn ask_for_everything(served: &Served, examples: &Examples<'_>, absent: &[&str]) {
    let description = description_of(served);
    let mut asked = 0;
    for (path, operations) in paths(&description) {
        for (method, operation) in operations.as_object().unwrap() {
            let said = format!("{method} {path}");
            let url = address(served, path, operation, examples);
            if absent.contains(&path.as_str()) {
                is_the_problem(
                    &description,
                    &said,
                    request(method, &url, operation),
                    &[404],
                );
                asked += 1;
                continue;
            }
            let (status, good) = good_answer(operation);
            for (media, schema) in media_of(good) {
                let got = request(method, &url, operation).header("accept", media);
                let got = got.send().unwrap();
                assert_eq!(got.status().as_u16(), status, "{said} as {media}: {url}");
                let given = media_type(&got);
                // a file is whatever its study says: a range such as */* or image/*
                let fits = match media.strip_suffix('*') {
                    Some("*/") => true,
                    Some(kind) => given.starts_with(kind),
                    None => given == media,
                };
                assert!(fits, "{said} as {media}: {given}");
                if media.ends_with("json") {
                    is_as_described(&description, &said, schema, &got.json().unwrap());
                }
                asked += 1;
            }
            if media_of(good).is_empty() {
                let got = request(method, &url, operation).send().unwrap();
                assert_eq!(got.status().as_u16(), status, "{said}: {url}");
                asked += 1;
            }
            if operation["responses"].get("404").is_some() {
                let nowhere = Examples::from_iter(path_parameters(operation).map(|name| {
                    let key: &'static str = Box::leak(format!("{path} {name}").into_boxed_str());
                    (key, "no-such-thing".to_owned())
                }));
                let url = address(served, path, operation, &nowhere);
                // a name may be none, or name nothing
                let mut refusals = vec![404, 400];
                refusals.retain(|status| operation["responses"].get(status.to_string()).is_some());
                is_the_problem(
                    &description,
                    &said,
                    request(method, &url, operation),
                    &refusals,
                );
            }
        }
    }
    assert!(asked >= 20, "only {asked} requests were made");
}

fn description_of(served: &Served) -> Value {
    let answer = served.get("api/openapi.json");
    assert_eq!(answer.status, 200);
    let description: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    assert!(!answer.text().contains("server.invalid"));
    let names: Vec<&str> = paths(&description)
        .values()
        .flat_map(|operations| operations.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let distinct: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "two operations have one name");
    description
}

fn paths(description: &Value) -> &serde_json::Map<String, Value> {
    description["paths"].as_object().unwrap()
}

/// The paths in `routes.rs`, as a description writes them: `{path:.*}` is `{path}`.
fn routes(source: &str) -> BTreeSet<String> {
    let calls = Regex::new(r#"(scope|read|resource|post|put|delete)\(\s*"([^"]*)""#).unwrap();
    let pattern = Regex::new(r"\{(\w+):[^}]*\}").unwrap();
    // a long call is broken after its bracket
    let broken = Regex::new(r"\(\n\s*").unwrap();
    let source = broken.replace_all(source, "(");
    let mut scope = String::new();
    let mut found = BTreeSet::new();
    for line in source.lines() {
        // a scope ends where the line that closes it stands, at the margin of its beginning
        if line == "    )" {
            scope.clear();
        }
        for call in calls.captures_iter(line) {
            if &call[1] == "scope" {
                scope = call[2].to_owned();
            } else {
                let path = format!("{scope}{}", &call[2]);
                found.insert(pattern.replace_all(&path, "{$1}").into_owned());
            }
        }
    }
    found
}

/// The address of an operation, with its examples in the place of its parameters.
fn address(served: &Served, path: &str, operation: &Value, examples: &Examples<'_>) -> String {
    let mut filled = path.to_owned();
    let mut url = reqwest::Url::parse(served.url()).unwrap();
    let mut pairs = Vec::new();
    for parameter in parameters(operation) {
        let name = parameter["name"].as_str().unwrap();
        let example = match &parameter["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if parameter["in"] == "path" {
            let key = format!("{path} {name}");
            let value = examples.get(key.as_str()).cloned().unwrap_or(example);
            assert!(!value.is_empty(), "{key} has no example");
            filled = filled.replace(&format!("{{{name}}}"), &value);
        } else if example != "null" {
            pairs.push((name.to_owned(), example));
        }
    }
    assert!(
        !filled.contains('{'),
        "{path}: a parameter is not described"
    );
    url.set_path(&filled);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    url.into()
}

fn request(method: &str, url: &str, operation: &Value) -> RequestBuilder {
    let method = method.to_uppercase().parse().unwrap();
    let request = CLIENT.request(method, url);
    match operation["requestBody"]["content"].as_object() {
        None => request,
        Some(contents) => {
            let (media, content) = contents.iter().next().unwrap();
            let body = content["example"].as_str().unwrap().to_owned();
            request.header("content-type", media).body(body)
        }
    }
}

/// The status of an operation that does what is asked, and what it answers.
fn good_answer(operation: &Value) -> (u16, &Value) {
    let responses = operation["responses"].as_object().unwrap();
    let (status, answer) = responses
        .iter()
        .find(|(status, _)| status.as_str() < "400")
        .unwrap();
    (status.parse().unwrap(), answer)
}

fn media_of(answer: &Value) -> Vec<(&str, &Value)> {
    let contents = answer["content"].as_object().into_iter().flatten();
    contents
        .map(|(media, content)| (media.as_str(), &content["schema"]))
        .collect()
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn path_parameters(operation: &Value) -> impl Iterator<Item = &str> {
    parameters(operation)
        .filter(|parameter| parameter["in"] == "path")
        .map(|parameter| parameter["name"].as_str().unwrap())
}

fn media_type(response: &Response) -> String {
    let value = response.headers()["content-type"].to_str().unwrap();
    value.split(';').next().unwrap().trim().to_owned()
}

fn is_the_problem(description: &Value, said: &str, request: RequestBuilder, statuses: &[u16]) {
    let got = request.send().unwrap();
    let status = got.status().as_u16();
    assert!(
        statuses.contains(&status),
        "{said}: {status} of {}",
        got.url()
    );
    assert_eq!(media_type(&got), "application/problem+json", "{said}");
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    is_as_described(description, said, &schema, &got.json().unwrap());
}

/// A document has what its schema wants, and nothing that the schema does not name: so a description cannot fall behind.
#[track_caller]
fn is_as_described(description: &Value, said: &str, schema: &Value, document: &Value) {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": description["components"],
    });
    close(&mut whole);
    let validator = jsonschema::validator_for(&whole).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{said}: {wrong:#?}");
}

/// Takes no further property where some are named and nothing is said of others.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            let names = object.get("properties").is_some_and(Value::is_object);
            if names && object.get("type") == Some(&json!("object")) {
                object
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
        }
        Value::Array(all) => all.iter_mut().for_each(close),
        _ => {}
    }
}

/// The name of the stylesheet that pages ask for.
fn sheet_of(served: &Served) -> String {
    let page = tests::http::get_as(served.url(), "text/html");
    let (_, rest) = page.text().split_once("/assets/").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn roster_version(both: &Both) -> String {
    let note = both.harvester.get("roster");
    let line = note.text().lines().nth(1).unwrap().to_owned();
    let roster: Value = serde_json::from_str(&line).unwrap();
    roster["version"].to_string()
}

fn record_digest(both: &Both) -> String {
    let record = both.harvester.get("api/v1/records/EXCB-S1");
    let record: Value = serde_json::from_slice(&record.body).unwrap();
    record["digest"].as_str().unwrap().to_owned()
}
