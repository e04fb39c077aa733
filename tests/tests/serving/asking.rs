//! Searches, completions and SPARQL over HTTP, and which state they name.

use protocol::digest::Digest;
use reqwest::{Method, Url};
use tests::patience::eventually;

use super::portal::{Portal, put_image, put_study};

fn three_studies() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings of fission yeast");
        put_image(log, "DND-S1-I1", "One ring");
        put_study(log, "DND-S2", "Mitotic spindles");
    })
}

#[test]
fn a_search_answers_in_three_forms_and_names_its_state() {
    let portal = three_studies();
    // what shows at the start is named a moment after it shows
    let got = eventually("an answer names its state", || {
        let path = "api/v1/search?q=rings&kind=study&facets=member";
        let got = portal.get(path).is(200);
        (!got.json()["state"].is_null()).then_some(got)
    });
    let answer = got.json();
    assert_eq!(
        (&answer["total"], &answer["hits"][0]["id"]),
        (&1.into(), &"DND-S1".into())
    );
    assert_eq!(answer["facets"]["member"][0]["id"], "dundee");
    let state = answer["state"].as_str().unwrap();
    assert_eq!(got.header("ommatidia-federation-state"), state);
    let document = portal.get(&format!("state/{state}")).is(200);
    assert_eq!(Digest::of(&document.body).to_string(), state);
    assert_eq!(
        document.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let asked = portal.get("sparql?query=ASK%7B%7D").is(200);
    assert_eq!(asked.header("ommatidia-federation-state"), state);

    let lines = portal.get("api/v1/search?q=septin&format=jsonl").is(200);
    assert_eq!(lines.header("content-type"), "application/jsonl");
    assert!(lines.text().lines().all(|line| line.starts_with('{')));
    let rows = portal.get("api/v1/search?q=septin&format=csv").is(200);
    assert_eq!(rows.header("content-type"), "text/csv; charset=utf-8");
    assert!(rows.text().contains("DND-S1"));
}

#[test]
fn a_search_that_makes_no_sense_is_a_problem_that_names_the_parameter() {
    let portal = three_studies();
    for (question, word) in [
        ("size=1000", "size"),
        ("kind=planet", "kind"),
        ("colour=red", "colour"),
        ("page=0", "page"),
        ("format=xml", "format"),
        ("year=soon", "year"),
    ] {
        let sentence = portal
            .get(&format!("api/v1/search?{question}"))
            .is_problem(400, "malformed");
        assert!(sentence.contains(word), "{sentence}");
    }
    portal.get("api/v1/suggest").is_problem(400, "malformed");
}

#[test]
fn rows_and_lines_say_where_they_go_on() {
    let portal = three_studies();
    for format in ["csv", "jsonl", "json"] {
        let mut query = format!("?kind=study&size=1&format={format}&cursor=*");
        let mut found = Vec::new();
        // four studies, and an answer that has none
        for _ in 0..5 {
            let got = portal.get(&format!("api/v1/search{query}")).is(200);
            let text = got.text();
            for id in ["DND-S1", "DND-S2", "OTH-S1"] {
                if text.contains(&format!("/id/{id}\"")) || text.contains(&format!("/id/{id},")) {
                    found.push(id);
                }
            }
            let next = got.header("link");
            if next.is_empty() {
                break;
            }
            query = next
                .trim_start_matches('<')
                .split_once('>')
                .unwrap()
                .0
                .to_owned();
            assert!(next.ends_with("rel=\"next\""), "{next}");
        }
        found.sort_unstable();
        assert_eq!(found, ["DND-S1", "DND-S2", "OTH-S1"], "{format}");
    }
}

#[test]
fn what_is_begun_is_completed() {
    let portal = three_studies();
    let answer = portal.get("api/v1/suggest?q=septin+ri").is(200).json();
    let suggestions = answer["suggestions"].as_array().unwrap();
    assert!(
        suggestions
            .iter()
            .any(|one| one.to_string().contains("Septin rings of fission yeast")),
        "{answer}"
    );
}

#[test]
fn other_sites_may_ask_and_are_told_so_beforehand() {
    let portal = three_studies();
    for (path, methods) in [
        ("sparql", "GET, HEAD, POST, OPTIONS"),
        ("api/v1/search", "GET, HEAD, OPTIONS"),
        ("id/DND-S1", "GET, HEAD, OPTIONS"),
    ] {
        let asked = [
            ("origin", "https://elsewhere.example"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "content-type"),
        ];
        let allowed = portal.ask(Method::OPTIONS, path, &asked).is(204);
        assert_eq!(allowed.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(
            allowed.header("access-control-allow-methods"),
            methods,
            "{path}"
        );
        assert_eq!(
            allowed.header("access-control-allow-headers"),
            "*",
            "{path}"
        );
    }
    let answer = portal.get("api/v1/search?q=septin").is(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("ommatidia-federation-state")
    );
}

#[test]
fn a_term_is_counted_with_what_is_below_it() {
    let portal = three_studies();
    let term = |name: &str| portal.get(&format!("api/v1/terms/{name}")).is(200).json();
    let yeast = term("NCBITaxon:4896");
    assert_eq!(yeast["label"], "Schizosaccharomyces pombe");
    let counted = serde_json::json!({"study": 3, "image": 1});
    let nothing = serde_json::json!({"study": 0, "image": 0});
    assert_eq!(
        yeast["counts"],
        serde_json::json!({"direct": counted, "with_descendants": counted})
    );
    // what is above it has no record of its own
    let above = yeast["ancestors"].as_array().unwrap().last().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let above = term(&above);
    assert_eq!(
        above["counts"],
        serde_json::json!({"direct": nothing, "with_descendants": counted})
    );
    let by_iri = term("http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FNCBITaxon_4896");
    assert_eq!(by_iri, yeast);
    portal
        .get("api/v1/terms/CL:9999999")
        .is_problem(404, "not-found");
    portal
        .get("api/v1/terms/a%20yeast")
        .is_problem(400, "malformed");
}

/// The text index counts, and the graph says the same in another way.
#[test]
fn counts_of_terms_are_those_of_the_graph() {
    let portal = three_studies();
    let asked = "SELECT DISTINCT ?term WHERE { ?used omma:broader ?term . ?s ?p ?used FILTER(STRSTARTS(STR(?s), \"https://images.example.org/id/\")) }";
    let used = rows(&portal, asked);
    assert!(used.len() > 10, "{used:?}");
    for iri in used {
        let of_kind = |pattern: &str| {
            let asked = format!(
                "SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?used omma:broader <{iri}> . ?s ?p ?used BIND(REPLACE(STR(?s), \"#.*\", \"\") AS ?thing) FILTER(REGEX(?thing, \"/id/[A-Z]+-S[0-9]+{pattern}$\")) }}"
            );
            rows(&portal, &asked)[0].parse::<u64>().unwrap()
        };
        let counted = serde_json::json!({"study": of_kind(""), "image": of_kind("-I[0-9]+")});
        let path = format!(
            "api/v1/terms/{}",
            iri.replace('/', "%2F").replace('#', "%23")
        );
        let said = portal.get(&path).is(200).json();
        assert_eq!(said["counts"]["with_descendants"], counted, "{iri}");
    }
}

/// The only column of what a query gives.
fn rows(portal: &Portal, query: &str) -> Vec<String> {
    let asked = Url::parse_with_params(portal.url(), [("query", query)]).unwrap();
    let asked = format!("sparql?{}", asked.query().unwrap());
    let table = portal.get_as(&asked, "text/csv").is(200);
    table.text().lines().skip(1).map(str::to_owned).collect()
}
