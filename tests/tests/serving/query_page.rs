//! The page that asks the graph, as a browser without a script sees it, and what its editor is told.

use regex::Regex;
use reqwest::Method;

use super::portal::{Portal, put_study};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn portal() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Rings <script>alert(1)</script> & \"more\"");
        put_study(log, "DND-S2", "Mitotic spindles");
    })
}

fn ask(portal: &Portal, query: &str) -> super::portal::Got {
    let encoded: String = url_encoded(query);
    portal.get_as(&format!("sparql?query={encoded}"), BROWSER)
}

fn url_encoded(text: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://x/", [("q", text)]).unwrap();
    url.query().unwrap()[2..].to_owned()
}

#[test]
fn every_question_of_the_page_is_answered_by_a_link() {
    let portal = portal();
    let page = portal.browse("sparql").is(200);
    let link = Regex::new(r#"<li><a href="/(sparql\?query=[^"]+)""#).unwrap();
    let links: Vec<String> = link
        .captures_iter(page.text())
        .map(|found| found[1].replace("&#38;", "&"))
        .collect();
    assert_eq!(links.len(), 12);
    for link in links {
        let answer = portal.get_as(&link, BROWSER).is(200);
        assert!(!answer.text().contains("id=\"trouble\""), "{link}");
        assert!(answer.text().contains("role=\"status\""), "{link}");
    }
}

#[test]
fn an_answer_is_a_table_with_links_and_downloads() {
    let portal = portal();
    let query = "SELECT ?s ?n ?t ?empty (1+1 AS ?two) { ?s <http://schema.org/name> ?n ; <http://schema.org/about> ?t } ORDER BY ?s";
    let page = ask(&portal, query).is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let text = page.text();
    assert!(
        text.contains(">DND-S1</a>") && text.contains("href=\"/id/DND-S1\""),
        "{text}"
    );
    assert!(text.contains("href=\"/terms/NCBITaxon%3A4896\">NCBITaxon:4896</a>"));
    assert!(text.contains("<td class=\"number\"><span dir=\"auto\">2</span>"));
    assert!(text.contains("<td></td>") && text.contains("3 rows, in "));
    // what a member wrote is text
    assert!(!text.contains("<script>alert") && text.contains("&#60;script&#62;alert(1)"));
    for format in ["json", "xml", "csv", "tsv"] {
        assert!(text.contains(&format!("name=\"format\" value=\"{format}\"")));
    }
    let path = format!("sparql?format=csv&query={}", url_encoded(query));
    let file = portal.get_as(&path, BROWSER).is(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"result.csv\""
    );
    // a program gets what it always got
    assert_eq!(portal.get(&path).header("content-disposition"), "");
    let path = format!("sparql?query={}", url_encoded(query));
    assert_eq!(
        portal.get(&path).header("content-type"),
        "application/sparql-results+json"
    );
}

#[test]
fn yes_and_no_and_graphs_are_shown_too() {
    let portal = portal();
    assert!(
        ask(&portal, "ASK {}")
            .text()
            .contains("<p class=\"lead\">Yes</p>")
    );
    let none = ask(&portal, "ASK { <urn:x> <urn:x> <urn:x> }");
    assert!(none.text().contains("<p class=\"lead\">No</p>"));
    let graph = ask(&portal, "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3");
    assert!(graph.text().contains("3 triples, in "), "{}", graph.text());
    assert!(graph.text().contains(">subject</th>") && graph.text().contains("rdf:type"));
    assert!(graph.text().contains("name=\"format\" value=\"ttl\""));
    let empty = ask(&portal, "SELECT * { <urn:x> ?p ?o }").is(200);
    assert!(empty.text().contains("nothing in the graph answers it"));
}

#[test]
fn a_mistake_is_shown_at_its_line() {
    let portal = portal();
    let page = ask(&portal, "SELECT *\nWHERE { ?s ?p }").is(400);
    let text = page.text();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        text.contains("data-line=\"2\"") && text.contains("2: WHERE { ?s ?p }\n"),
        "{text}"
    );
    let problem = portal
        .get("sparql?query=SELECT%20*%0AWHERE%20%7B%20%3Fs%20%3Fp%20%7D")
        .is(400)
        .json();
    assert_eq!(problem["line"], 2);
    assert!(problem["column"].is_u64());
    // the query stays in the form
    assert!(text.contains("SELECT *\nWHERE { ?s ?p }</textarea>"));
    let hostile = ask(&portal, "</textarea><script>alert(1)</script>").is(400);
    assert!(!hostile.text().contains("<script>alert"));
}

#[test]
fn the_page_may_run_its_own_script_and_nothing_else() {
    let portal = portal();
    let page = portal.browse("sparql").is(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    assert!(!page.text().contains("<style") && !page.text().contains(" style=\""));
    let script = Regex::new(r#"<script type="module" src="/([^"]+)">"#).unwrap();
    let Some(found) = script.captures(page.text()) else {
        assert!(
            web_was_built_without_npm(),
            "the editor is built and the page has it not"
        );
        return;
    };
    let gzip = [("accept-encoding", "gzip")];
    let editor = portal.ask(Method::GET, &found[1], &gzip).is(200);
    assert_eq!(
        editor.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(editor.header("content-encoding"), "gzip");
    assert!(editor.body.len() < 130_000, "{}", editor.body.len());
}

fn web_was_built_without_npm() -> bool {
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/dist/sparql-editor.js");
    !std::path::Path::new(built).exists()
}

#[test]
fn the_words_of_the_graph_are_told() {
    let portal = portal();
    let words = portal.get("api/v1/vocabulary").is(200).json();
    let names = |list: &str| -> Vec<String> {
        let list = words[list].as_array().unwrap();
        list.iter()
            .map(|word| word["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let has = |list: &str, name: &str| names(list).iter().any(|other| other == name);
    assert!(has("classes", "dcat:Dataset") && !has("classes", "omma:Figure"));
    assert!(has("predicates", "schema:about") && has("predicates", "omma:broader"));
    assert!(!has("predicates", "omma:tissue"));
    assert_eq!(words["prefixes"]["dct"], "http://purl.org/dc/terms/");
    let completed = portal.get("api/v1/suggest?q=schizo").is(200).json();
    let suggestions = completed["suggestions"].as_array().unwrap();
    let yeast = suggestions.iter().find(|one| one["id"] == "NCBITaxon:4896");
    assert_eq!(
        yeast.unwrap()["iri"],
        "http://purl.obolibrary.org/obo/NCBITaxon_4896"
    );
}
