//! What the endpoint answers: searches in queries, one graph alone, forms of results, other services.

#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod sparql_support;

use harvester::query::{QueryLimits, Question, Wanted};
use sparql_support::{Index, Server, encoded, store};

const DATA: &str = r#"
@prefix : <http://example.org/> .
:s1 :title "Mitotic arrest" ; :year 2019 .
:s2 :title "Mitosis" ; :year 2020 .
:s3 :title "Something else" ; :year 2020 .
"#;

fn server() -> Server {
    let entries = vec![
        ("mitosis", "http://example.org/s2", 2.5),
        ("mitosis", "http://example.org/s1", 1.25),
        ("mitosis", "http://example.org/not-in-the-graph", 1.0),
        ("else", "http://example.org/s3", 1.0),
    ];
    let index = Index {
        entries,
        ..Index::default()
    };
    Server::with(store(DATA), QueryLimits::default(), index, vec![])
}

fn csv(server: &Server, query: &str) -> String {
    let answer = server.ask(
        &format!("PREFIX : <http://example.org/> {query}"),
        "text/csv",
    );
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.text().replace("\r\n", "\n")
}

fn problem(server: &Server, query: &str) -> (u16, String) {
    let answer = server.ask(&format!("PREFIX : <http://example.org/> {query}"), "*/*");
    (answer.status, answer.problem())
}

#[test]
fn a_search_is_joined_with_patterns_and_asked_once() {
    let server = server();
    let found = csv(
        &server,
        "SELECT ?title ?score { ?s :title ?title ; :year ?year \
         SERVICE omma:search { ?s omma:matches \"mitosis\" ; omma:score ?score } FILTER(?year > 2000) } ORDER BY DESC(?score)",
    );
    assert_eq!(found, "title,score\nMitosis,2.5\nMitotic arrest,1.25\n");
    assert_eq!(server.index.asked(), 1);

    let twice = csv(
        &server,
        "SELECT ?a ?b { ?a :year ?y OPTIONAL { ?b :year ?y SERVICE SILENT <https://w3id.org/ommatidia/ns#search> \
         { ?b omma:matches \"mitosis\" } } FILTER EXISTS { SERVICE omma:search { ?a omma:matches \"mitosis\" } } } ORDER BY ?a",
    );
    assert_eq!(
        twice,
        "a,b\nhttp://example.org/s1,http://example.org/s1\nhttp://example.org/s2,http://example.org/s2\n"
    );
    assert_eq!(
        server.index.asked(),
        2,
        "the same words are looked for once in a query"
    );
}

#[test]
fn a_search_can_ask_about_one_resource_and_find_nothing() {
    let server = server();
    let search = |what: &str| {
        csv(
            &server,
            &format!("SELECT * {{ SERVICE omma:search {{ {what} }} }}"),
        )
    };
    assert_eq!(
        search(":s1 omma:matches \"mitosis\"@en ; omma:score ?x"),
        "x\n1.25\n"
    );
    assert_eq!(
        search(":s3 omma:matches \"mitosis\" ; omma:score ?x"),
        "x\n"
    );
    assert_eq!(search("?s omma:matches \"nothing\""), "s\n");
    let answer = server.ask(
        "ASK { SERVICE omma:search { <http://example.org/s3> omma:matches \"else\" } }",
        "text/csv",
    );
    assert_eq!(answer.text(), "true");
}

#[test]
fn a_search_that_is_not_understood_says_why() {
    let server = server();
    for (pattern, why) in [
        ("?s omma:score ?x", "omma:matches is missing"),
        ("", "omma:matches is missing"),
        (
            "?s omma:matches ?words",
            "the words are the variable ?words",
        ),
        ("?s omma:matches 5", "is no text to look for"),
        ("?s omma:matches \"a\", \"b\"", "stands there twice"),
        (
            "?s omma:matches \"a\" . ?t omma:score ?x",
            "several subjects",
        ),
        (
            "?s omma:matches \"a\" ; omma:score 5",
            "the score must be a variable",
        ),
        ("?s omma:matches \"a\" ; omma:score ?s", "same variable"),
        (
            "?s omma:matches \"a\" ; :title ?x",
            "is neither omma:matches nor omma:score",
        ),
        ("?s ?p \"a\"", "a predicate is a variable"),
        ("\"x\" omma:matches \"a\"", ""),
        ("?s omma:matches \"a\" FILTER(1 = 1)", "nothing else"),
        (
            "SERVICE omma:search { ?s omma:matches \"a\" }",
            "nothing else",
        ),
    ] {
        let query = format!(
            "PREFIX : <http://example.org/> SELECT * {{ SERVICE omma:search {{ {pattern} }} }}"
        );
        let answer = server.ask(&query, "*/*");
        assert_eq!(answer.status, 400, "{pattern}");
        assert!(
            ["query-search", "query-syntax"].contains(&answer.problem().as_str()),
            "{pattern}"
        );
        assert!(answer.text().contains(why), "{pattern}: {}", answer.text());
    }
    assert_eq!(server.index.asked(), 0);
    let search = |words: &str| {
        format!("SELECT * {{ SERVICE SILENT omma:search {{ ?s omma:matches \"{words}\" }} }}")
    };
    let answer = server.ask(&search("("), "*/*");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "query-search")
    );
    assert!(answer.text().contains("a bracket is not closed"));
    let answer = server.ask(&search("broken"), "*/*");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (500, "internal")
    );
    assert!(
        !answer.text().contains("the index"),
        "what is broken is for the operator: {}",
        answer.text()
    );
    let bound = "SELECT * { VALUES ?w { \"mitosis\" } SERVICE omma:search { ?s omma:matches ?w } }";
    assert_eq!(problem(&server, bound), (400, "query-search".to_owned()));
}

#[test]
fn nothing_else_is_reached_and_nothing_is_changed() {
    let server = server();
    for query in [
        "SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
        "SELECT * { VALUES ?x { omma:search } SERVICE ?x { ?s ?p ?o } }",
        "ASK { FILTER NOT EXISTS { SERVICE SILENT <file:///etc/passwd> { ?s ?p ?o } } }",
        "SELECT (COUNT(*) AS ?n) { { SELECT * { BIND(EXISTS { SERVICE <urn:x> {} } AS ?x) } } }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <urn:x> {} })",
    ] {
        assert_eq!(
            problem(&server, query),
            (400, "query-service".to_owned()),
            "{query}"
        );
    }
    for update in [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "LOAD <http://127.0.0.1:1/>",
        "DELETE WHERE { ?s ?p ?o }",
    ] {
        assert_eq!(problem(&server, update), (400, "query-update".to_owned()));
        let form = format!("update={}", encoded(update));
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = server.send("POST", "/sparql", &headers, form.as_bytes());
        assert_eq!(answer.problem(), "query-update");
    }
    assert_eq!(
        csv(&server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        "n\n6\n"
    );
    let function = problem(&server, "SELECT (<urn:no:function>(1) AS ?x) {}");
    assert_eq!(function, (400, "query-function".to_owned()));
}

#[test]
fn the_named_graph_of_the_store_is_never_seen() {
    let server = server();
    for query in [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <urn:secret:g> { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g {} }",
        "SELECT * FROM <urn:secret:g> { ?s ?p ?o }",
        "SELECT * FROM NAMED <urn:secret:g> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM NAMED <urn:secret:g> { ?s ?p ?o }",
        "SELECT * { <urn:secret:s> ?p ?o }",
        "SELECT * { <urn:secret:s> (<urn:secret:p>|!<urn:x>)* ?o FILTER(isLiteral(?o)) }",
    ] {
        let lines = csv(&server, query);
        assert_eq!(lines.lines().count(), 1, "{query}: {lines}");
    }
    for parameters in [
        "default-graph-uri=urn%3Asecret%3Ag",
        "named-graph-uri=urn%3Asecret%3Ag",
        "default-graph-uri=urn%3Asecret%3Ag&named-graph-uri=urn%3Asecret%3Ag",
    ] {
        for query in [
            "SELECT * { ?s ?p ?o }",
            "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        ] {
            let target = format!("/sparql?{parameters}&query={}", encoded(query));
            let answer = server.send("GET", &target, &[("accept", "text/csv")], b"");
            assert_eq!(
                (answer.status, answer.text().lines().count()),
                (200, 1),
                "{target}"
            );
        }
    }
    for query in [
        "DESCRIBE <urn:secret:s>",
        "DESCRIBE <http://example.org/s1>",
        "DESCRIBE * { ?s ?p ?o }",
    ] {
        let answer = server.ask(query, "application/n-triples");
        assert_eq!(answer.status, 200);
        assert!(
            !answer.text().contains("secret"),
            "{query}: {}",
            answer.text()
        );
    }
    assert!(
        server
            .ask("DESCRIBE <http://example.org/s1>", "application/n-triples")
            .text()
            .contains("Mitotic")
    );
}

#[test]
fn the_form_that_is_wanted_most_is_given_under_the_name_by_which_it_was_asked() {
    let server = server();
    let (table, graph) = ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }");
    for (query, accept, content_type) in [
        (table, "*/*", "application/sparql-results+json"),
        (table, "application/json", "application/json"),
        (
            table,
            "text/csv;q=0.5, application/sparql-results+xml;q=0.7",
            "application/sparql-results+xml",
        ),
        (
            table,
            "text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
        ),
        (table, "text/plain", "text/plain; charset=utf-8"),
        (
            table,
            "text/html, application/xml;q=0.9, */*;q=0.8",
            "text/html; charset=utf-8",
        ),
        (graph, "*/*", "text/turtle; charset=utf-8"),
        (graph, "application/rdf+xml", "application/rdf+xml"),
        (graph, "application/ld+json", "application/ld+json"),
        (
            graph,
            "application/sparql-results+json, application/n-triples;q=0.1",
            "application/n-triples",
        ),
    ] {
        let answer = server.ask(query, accept);
        assert_eq!(answer.status, 200, "{accept}: {}", answer.text());
        assert_eq!(
            answer.header("content-type").unwrap(),
            content_type,
            "{accept}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(
            answer.header("ommatidia-federation-state"),
            Some("state-of-the-test")
        );
    }
    for (query, accept) in [
        (table, "text/turtle"),
        (graph, "text/csv"),
        (table, "*/*;q=0"),
    ] {
        let answer = server.ask(query, accept);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (406, "not-acceptable")
        );
    }
    let target = format!("/sparql?format=csv&query={}", encoded(table));
    let answer = server.send("GET", &target, &[("accept", "text/html")], b"");
    assert_eq!((answer.status, answer.media_type()), (200, "text/csv"));
    let answer = server.send("HEAD", &target, &[], b"");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn a_browser_without_a_query_gets_a_page_with_a_form() {
    let server = server();
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = server.send("GET", "/sparql", &[("accept", accept)], b"");
    assert_eq!((page.status, page.media_type()), (200, "text/html"));
    for part in [
        "<form",
        "method=\"post\"",
        "name=\"query\"",
        "<label for=\"query\"",
        "name=\"format\"",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    let image = server.send("GET", "/sparql", &[("accept", "image/png")], b"");
    assert_eq!(
        (image.status, image.problem().as_str()),
        (406, "not-acceptable")
    );
}

#[test]
fn a_request_that_is_not_of_the_protocol_is_told_what_is_wrong() {
    let server = server();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let direct = [("content-type", "application/sparql-query")];
    for (method, target, headers, body, status, problem) in [
        (
            "PUT",
            "/sparql",
            &form[..],
            "query=ASK%7B%7D",
            405,
            "method",
        ),
        ("DELETE", "/sparql", &[][..], "", 405, "method"),
        ("POST", "/sparql", &form[..], "", 400, "malformed"),
        ("POST", "/sparql", &form[..], "query=%FF", 400, "malformed"),
        (
            "POST",
            "/sparql?query=ASK%7B%7D",
            &direct[..],
            "ASK{}",
            400,
            "malformed",
        ),
        ("POST", "/sparql", &[][..], "ASK{}", 415, "media-type"),
        (
            "GET",
            "/sparql?default-graph-uri=urn:x",
            &[][..],
            "",
            400,
            "malformed",
        ),
        (
            "GET",
            "/sparql?query=ASK%7B%7D&named-graph-uri=no-iri",
            &[][..],
            "",
            400,
            "query-parameter",
        ),
        (
            "GET",
            "/sparql?query=ASK%7B",
            &[][..],
            "",
            400,
            "query-syntax",
        ),
        ("GET", "/sparql?query=", &[][..], "", 400, "query-syntax"),
        (
            "GET",
            "/sparql?query=ASK%7B%7D&format=exe",
            &[][..],
            "",
            406,
            "not-acceptable",
        ),
    ] {
        let answer = server.send(method, target, headers, body.as_bytes());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{method} {target} {body}"
        );
    }
    let answer = server.ask("SELECT *\n{ ?s ?p }", "*/*");
    assert!(
        answer.text().contains("at line 2, column "),
        "{}",
        answer.text()
    );
    let answer = server.send("PUT", "/sparql", &[], b"");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST, OPTIONS"));
}

#[test]
fn texts_are_put_together_as_sparql_has_it() {
    let server = server();
    for (expression, value) in [
        ("CONCAT(\"a\", \"b\")", "\"ab\""),
        ("CONCAT(\"a\"@en, \"b\"@en)", "\"ab\"@en"),
        ("CONCAT(\"a\"@en, \"b\")", "\"ab\""),
        ("CONCAT()", "\"\""),
        ("COALESCE(CONCAT(\"a\", 1), \"unbound\")", "\"unbound\""),
        ("REPLACE(\"abab\", \"b\", \"Z\")", "\"aZaZ\""),
        (
            "REPLACE(\"abab\"@en, \"B\", \"[$0]\", \"i\")",
            "\"a[b]a[b]\"@en",
        ),
        ("ENCODE_FOR_URI(\"a b\")", "\"a%20b\""),
        ("UCASE(\"ab\"@de)", "\"AB\"@de"),
    ] {
        let answer = server.ask(
            &format!("SELECT ({expression} AS ?x) {{}}"),
            "text/tab-separated-values",
        );
        assert_eq!(answer.text(), format!("?x\n{value}\n"), "{expression}");
    }
    let titles = "SELECT (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=\"|\") AS ?a) (GROUP_CONCAT(?y) AS ?b) (GROUP_CONCAT(?z) AS ?c) \
                  { VALUES (?x ?y ?z) { (\"p\" \"q\" 1) (\"p\" \"r\" 2) } }";
    let answer = server.ask(titles, "text/tab-separated-values");
    assert_eq!(answer.text(), "?a\t?b\t?c\n\"p\"\t\"q r\"\t\n");
    let none = server.ask(
        "SELECT (GROUP_CONCAT(?x) AS ?a) { VALUES ?x {} }",
        "text/tab-separated-values",
    );
    assert_eq!(none.text(), "?a\n\"\"\n");
}

#[test]
fn what_is_added_to_stop_a_query_is_not_counted() {
    let server = server();
    let tables = "VALUES ?a { 1 2 } VALUES ?b { 1 2 }";
    for (query, count) in [
        (format!("SELECT (COUNT(*) AS ?n) {{ {tables} }}"), 4),
        (
            format!(
                "SELECT (COUNT(DISTINCT *) AS ?n) {{ {{ {tables} }} UNION {{ VALUES (?a ?b) {{ (1 1) (3 3) }} }} }}"
            ),
            5,
        ),
        (
            format!(
                "SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {{ {tables} }} UNION {{ VALUES (?a ?b) {{ (1 1) }} }} }} }}"
            ),
            4,
        ),
        (
            format!(
                "SELECT (COUNT(*) AS ?n) {{ {tables} MINUS {{ VALUES ?c {{ 1 }} VALUES ?d {{ 1 }} }} }}"
            ),
            4,
        ),
        (
            format!(
                "SELECT (COUNT(*) AS ?n) {{ {tables} OPTIONAL {{ VALUES ?a {{ 1 }} VALUES ?c {{ 5 6 }} FILTER(?b = 1) }} }}"
            ),
            5,
        ),
    ] {
        assert_eq!(csv(&server, &query), format!("n\n{count}\n"), "{query}");
    }
    assert_eq!(
        csv(
            &server,
            &format!("SELECT * {{ {tables} FILTER(?a + ?b = 2) }}")
        ),
        "a,b\n1,1\n"
    );
}

#[test]
fn the_command_line_gets_the_same_bytes() {
    let server = server();
    for (query, name, accept) in [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p", "csv", "text/csv"),
        (
            "SELECT * { ?s ?p ?o } ORDER BY ?s ?p",
            "json",
            "application/sparql-results+json",
        ),
        ("ASK {}", "xml", "application/sparql-results+xml"),
        (
            "DESCRIBE <http://example.org/s3>",
            "nt",
            "application/n-triples",
        ),
    ] {
        let question = Question {
            text: query.to_owned(),
            wanted: Wanted::Named(name.to_owned()),
            ..Question::default()
        };
        let mut written = Vec::new();
        server
            .queries
            .run_to_writer(question, &mut written)
            .unwrap();
        assert_eq!(
            String::from_utf8(written).unwrap(),
            server.ask(query, accept).text()
        );
    }
}
