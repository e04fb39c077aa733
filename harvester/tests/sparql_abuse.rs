//! Queries that want too much, and clients that behave badly: each limit holds, and the service answers the next.

#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod sparql_support;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use harvester::query::QueryLimits;
use sparql_support::{Answer, Index, Server, encoded, eventually, store};

fn limits() -> QueryLimits {
    QueryLimits {
        time: Duration::from_secs(2),
        ..QueryLimits::default()
    }
}

/// A store of `count` statements of one subject each.
fn many(count: usize) -> oxigraph::store::Store {
    let mut turtle = String::new();
    for index in 0..count {
        writeln!(turtle, "<urn:s:{index}> <urn:p> \"value {index}\" .").unwrap();
    }
    store(&turtle)
}

/// `VALUES` of a hundred rows.
fn hundred(variable: &str) -> String {
    let rows: Vec<String> = (0..100).map(|row| row.to_string()).collect();
    format!("VALUES ?{variable} {{ {} }} ", rows.join(" "))
}

fn is_well(server: &Server) {
    let answer = server.ask("ASK { ?s ?p ?o }", "text/csv");
    assert_eq!((answer.status, answer.text()), (200, "true"));
}

/// Asks, and says how it ended.
fn problem(server: &Server, query: &str) -> (u16, String) {
    let answer = server.ask(query, "*/*");
    assert!(
        answer.status >= 400,
        "{query}: {} {}",
        answer.status,
        answer.body.len()
    );
    (answer.status, answer.problem())
}

/// The queries that only the watch can end; each is over soon after the limit, and its slot is free again.
#[test]
fn what_would_run_for_ever_ends_at_the_deadline_and_gives_its_slot_back() {
    let server = Server::start(
        many(2_000),
        QueryLimits {
            slots: 1,
            ..limits()
        },
    );
    let tables: String = ["a", "b", "c", "d", "e", "f"].map(hundred).concat();
    let groups: String = ["a", "b", "c", "d"]
        .map(|name| format!("{{ SELECT ?{name} {{ ?{name} ?p ?o }} LIMIT 1000 }} "))
        .concat();
    for query in [
        format!("SELECT (COUNT(*) AS ?n) {{ {tables} }}"),
        format!("SELECT * {{ {tables} FILTER(?a + ?b + ?c + ?d + ?e + ?f < 0) }}"),
        format!("SELECT DISTINCT ?a {{ {tables} }}"),
        format!("SELECT (SUM(?a * ?f) AS ?n) {{ {tables} }} GROUP BY ?b"),
        format!("ASK {{ {tables} FILTER(?a + ?f < 0 && ?b + ?e < 0) }}"),
        format!("ASK {{ FILTER EXISTS {{ {tables} FILTER(?a + ?f < 0) }} }}"),
        format!("SELECT (COUNT(*) AS ?n) {{ {groups} }}"),
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }".to_owned(),
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i LIMIT 1".to_owned(),
        "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?i && ?a != ?g) }"
            .to_owned(),
    ] {
        let begun = Instant::now();
        let ended = problem(&server, &query);
        let allowed = [
            (422, "query-time".to_owned()),
            (422, "query-memory".to_owned()),
        ];
        assert!(allowed.contains(&ended), "{query}: {ended:?}");
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{query}: {:?}",
            begun.elapsed()
        );
        eventually("the slot is free", || server.queries.figures().running == 0);
    }
    is_well(&server);
    assert_eq!(server.queries.figures().stopped, 10);
}

#[test]
fn a_text_that_doubles_is_stopped_before_it_is_large() {
    let server = Server::start(many(10), QueryLimits::default());
    let doubling = |by: &str| {
        let mut query = "SELECT (STRLEN(?t40) AS ?n) { BIND(\"abcdefgh\" AS ?t0) ".to_owned();
        for step in 0..40 {
            let call = by.replace('X', &format!("?t{step}"));
            write!(query, "BIND({call} AS ?t{}) ", step + 1).unwrap();
        }
        query + "}"
    };
    for by in [
        "CONCAT(X, X)",
        "REPLACE(X, \"(.)\", \"$1$1\")",
        "ENCODE_FOR_URI(CONCAT(\"%\", X, \"%\", X))",
        "UCASE(CONCAT(X, X))",
    ] {
        assert_eq!(
            problem(&server, &doubling(by)),
            (422, "query-text".to_owned()),
            "{by}"
        );
    }
    let tables: String = ["a", "b", "c"].map(hundred).concat();
    let grouped =
        format!("SELECT (GROUP_CONCAT(?x) AS ?all) {{ {tables} BIND(\"0123456789\" AS ?x) }}");
    assert_eq!(problem(&server, &grouped), (422, "query-text".to_owned()));
    is_well(&server);
}

#[test]
fn rows_and_bytes_are_limited_and_the_problem_says_which() {
    let server = Server::start(
        many(1_000),
        QueryLimits {
            rows: 500_000,
            bytes: 4 << 20,
            time: Duration::from_secs(60),
            ..QueryLimits::default()
        },
    );
    let cross = "{ ?a <urn:p> ?b . ?c <urn:p> ?d }";
    assert_eq!(
        problem(&server, &format!("SELECT * {cross}")),
        (422, "query-size".to_owned())
    );
    assert_eq!(
        problem(&server, &format!("SELECT ?none {cross}")),
        (422, "query-rows".to_owned())
    );
    assert_eq!(
        problem(
            &server,
            "CONSTRUCT { ?a ?b2 ?d } { ?a ?b2 ?b . ?c <urn:p> ?d }"
        ),
        (422, "query-size".to_owned())
    );
    let large = server.ask(&format!("SELECT ?b ?d {cross} LIMIT 100000"), "text/csv");
    assert_eq!(large.status, 200);
    assert!(large.body.len() > 1 << 20, "it goes by way of the disk");
    assert_eq!(large.text().lines().count(), 100_001);
    eventually("the disk is free", || server.queries.figures().spooled == 0);
}

#[test]
fn memory_is_watched() {
    let server = Server::start(
        many(3_000),
        QueryLimits {
            memory: 64 << 20,
            time: Duration::from_secs(60),
            ..QueryLimits::default()
        },
    );
    let sort = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c";
    assert_eq!(problem(&server, sort), (422, "query-memory".to_owned()));
    eventually("it ends", || server.queries.figures().running == 0);
    is_well(&server);
}

/// Bracket bombs of every kind, far over and just at the limits: refused or answered, never a broken process.
#[test]
fn no_text_overflows_the_stack_or_takes_for_ever_to_read() {
    let server = Server::start(
        many(10),
        QueryLimits {
            query_bytes: 4 << 20,
            time: Duration::from_secs(20),
            ..QueryLimits::default()
        },
    );
    let expression = |text: String| format!("SELECT * {{ ?s ?p ?o FILTER({text}) }}");
    let nested = |open: &str, middle: &str, close: &str, depth: usize| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    type Bomb<'a> = Box<dyn Fn(usize) -> String + 'a>;
    let nests: Vec<(&str, Bomb<'_>)> = vec![
        ("(", Box::new(|n| expression(nested("(", "1", ")", n)))),
        ("(1+", Box::new(|n| expression(nested("(1+", "1", ")", n)))),
        (
            "{",
            Box::new(|n| format!("SELECT * {}", nested("{", "", "}", n + 1))),
        ),
        (
            "OPTIONAL{",
            Box::new(|n| {
                format!(
                    "SELECT * {{ {} }}",
                    nested("OPTIONAL{ ", "?s ?p ?o", "}", n)
                )
            }),
        ),
        (
            "SELECT",
            Box::new(|n| {
                format!(
                    "SELECT * {{ {} }}",
                    nested("{ SELECT * { ", "?s ?p ?o", "} }", n / 2)
                )
            }),
        ),
        (
            "path",
            Box::new(|n| format!("ASK {{ ?s {} ?o }}", nested("(", "<urn:p>", ")*", n))),
        ),
        (
            "[",
            Box::new(|n| format!("ASK {{ ?s ?p {} }}", nested("[ ?p ", "1", "]", n))),
        ),
        (
            "list",
            Box::new(|n| format!("ASK {{ ?s ?p {} }}", nested("( 1 ", "1", ")", n))),
        ),
        (
            "EXISTS",
            Box::new(|n| expression(nested("EXISTS { ?s ?p ?o FILTER(", "true", ") }", n / 2))),
        ),
        (
            "function",
            Box::new(|n| expression(nested("ABS(", "1", ")", n))),
        ),
        (
            "IF",
            Box::new(|n| expression(nested("IF(true, 1, ", "1", ")", n))),
        ),
        (
            "IN",
            Box::new(|n| expression(format!("1 {}", nested("IN (1 ", "", ")", n)))),
        ),
        ("only opening", Box::new(|n| "{".repeat(n))),
        ("only closing", Box::new(|n| "}".repeat(n))),
    ];
    let chains: Vec<(&str, Bomb<'_>)> = vec![
        (
            "!",
            Box::new(|n| expression(format!("{}true", "!".repeat(n)))),
        ),
        (
            "-",
            Box::new(|n| expression(format!("{}1", "- ".repeat(n)))),
        ),
        (
            "+1",
            Box::new(|n| expression(format!("1{}", "+1".repeat(n)))),
        ),
        (
            "*?s",
            Box::new(|n| expression(format!("1{}", "*?s".repeat(n)))),
        ),
        (
            "&&",
            Box::new(|n| expression(format!("1{}", " && 1".repeat(n)))),
        ),
        (
            "||",
            Box::new(|n| expression(format!("1{}", " || ?o".repeat(n)))),
        ),
        (
            "IN list",
            Box::new(|n| expression(format!("?o IN (1{})", ",1".repeat(n)))),
        ),
        (
            "UNION",
            Box::new(|n| format!("ASK {{ {{}} {} }}", "UNION { ?s ?p ?o }".repeat(n))),
        ),
        (
            "OPTIONAL",
            Box::new(|n| format!("ASK {{ {} }}", "OPTIONAL { ?s <urn:none> 1 }".repeat(n))),
        ),
        (
            "MINUS",
            Box::new(|n| format!("ASK {{ {} }}", "MINUS { ?s <urn:none> 1 }".repeat(n))),
        ),
        (
            "groups",
            Box::new(|n| format!("ASK {{ {} }}", "{ ?s ?p ?o }".repeat(n))),
        ),
        (
            "FILTER",
            Box::new(|n| format!("ASK {{ {} }}", "FILTER(1) ".repeat(n))),
        ),
        (
            "BIND",
            Box::new(|n| {
                let binds = (0..n).fold(String::new(), |text, step| {
                    text + &format!("BIND(1 AS ?v{step}) ")
                });
                format!("ASK {{ {binds} }}")
            }),
        ),
        (
            "triples",
            Box::new(|n| format!("ASK {{ {} }}", "?s <urn:p> ?o . ".repeat(n))),
        ),
        (
            "different triples",
            Box::new(|n| {
                let triples = (0..n).fold(String::new(), |text, step| {
                    text + &format!("?s{step} <urn:p> ?s{} . ", step + 1)
                });
                format!("ASK {{ {triples} }}")
            }),
        ),
        (
            "objects",
            Box::new(|n| format!("ASK {{ ?s <urn:p> 1{} }}", ",1".repeat(n))),
        ),
        (
            "list",
            Box::new(|n| format!("ASK {{ ?s <urn:p> ({}) }}", "1 ".repeat(n))),
        ),
        (
            "sequence",
            Box::new(|n| format!("ASK {{ ?s <urn:p>{} ?o }}", "/<urn:p>".repeat(n))),
        ),
        (
            "alternative",
            Box::new(|n| format!("ASK {{ ?s <urn:p>{} ?o }}", "|<urn:p>".repeat(n))),
        ),
        (
            "inverse",
            Box::new(|n| format!("ASK {{ ?s {}<urn:p> ?o }}", "^".repeat(n))),
        ),
        (
            "CONCAT",
            Box::new(|n| expression(format!("CONCAT(?o{})", ",?o".repeat(n)))),
        ),
    ];
    let refusals = ["query-nesting", "query-steps", "query-syntax"];
    let mut slowest = (Duration::ZERO, String::new());
    for (bombs, sizes) in [
        (&nests, [20, 40, 60, 64, 100_000]),
        (&chains, [200, 1_300, 1_950, 3_950, 100_000]),
    ] {
        for (name, bomb) in bombs {
            for size in sizes {
                let begun = Instant::now();
                let answer = server.ask(&bomb(size), "*/*");
                let name = format!("{name} {size}");
                if answer.status != 200 {
                    let word = answer.problem();
                    let is_limit = word == "query-time" && size < 100_000;
                    assert!(
                        is_limit || refusals.contains(&word.as_str()),
                        "{name}: {word} {}",
                        answer.text()
                    );
                    assert!(!is_limit || answer.status == 422);
                }
                if size == 100_000 {
                    assert!(
                        answer.status == 400 && begun.elapsed() < Duration::from_secs(5),
                        "{name}: {}",
                        answer.status
                    );
                }
                eprintln!(
                    "{:>8.1} ms  {} {name}",
                    begun.elapsed().as_secs_f64() * 1e3,
                    answer.status
                );
                if begun.elapsed() > slowest.0 {
                    slowest = (begun.elapsed(), name);
                }
            }
        }
    }
    eprintln!("slowest: {slowest:?}");
    is_well(&server);
}

#[test]
fn a_query_of_megabytes_is_refused_by_its_length() {
    let server = Server::start(many(10), limits());
    let long = format!("ASK {{}} #{}", "x".repeat(3 << 20));
    let direct = [("content-type", "application/sparql-query")];
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (headers, body) in [
        (direct, long.clone()),
        (form, format!("query={}", encoded(&long))),
    ] {
        let mut stream = server.connect("POST", "/sparql", &headers, body.as_bytes());
        let answer = Answer::read(&mut stream, false);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (413, "query-length")
        );
    }
    let fine = format!("ASK {{}} #{}", "x".repeat(200 << 10));
    assert_eq!(server.ask(&fine, "*/*").status, 200);
}

fn endless() -> String {
    let tables: String = ["a", "b", "c", "d", "e", "f"].map(hundred).concat();
    format!("SELECT (COUNT(*) AS ?n) {{ {tables} }}")
}

#[test]
fn a_client_that_goes_away_frees_the_slot() {
    let server = Server::start(
        many(10),
        QueryLimits {
            slots: 1,
            time: Duration::from_secs(3600),
            wait: Duration::from_secs(60),
            ..QueryLimits::default()
        },
    );
    let headers = [("content-type", "application/sparql-query")];
    for _ in 0..3 {
        let stream = server.connect("POST", "/sparql", &headers, endless().as_bytes());
        eventually("it runs", || server.queries.figures().running == 1);
        drop(stream);
        eventually("it is given up", || server.queries.figures().running == 0);
    }
    is_well(&server);
    assert_eq!(server.queries.figures().stopped, 3);
}

#[test]
fn a_query_that_does_not_listen_is_answered_in_time_and_keeps_its_slot_until_it_ends() {
    let (hold, gate) = mpsc::channel::<()>();
    let index = Index {
        gate: Some(Mutex::new(gate)),
        ..Index::default()
    };
    let limits = QueryLimits {
        slots: 1,
        time: Duration::from_millis(300),
        wait: Duration::from_millis(50),
        ..QueryLimits::default()
    };
    let server = Server::with(many(10), limits, index, vec![]);
    let begun = Instant::now();
    let hanging = "SELECT * { SERVICE omma:search { ?s omma:matches \"hang\" } }";
    assert_eq!(problem(&server, hanging), (422, "query-time".to_owned()));
    assert!(begun.elapsed() < Duration::from_secs(2));
    let figures = server.queries.figures();
    assert_eq!((figures.running, figures.stopping), (1, 1));
    assert_eq!(problem(&server, "ASK {}"), (503, "busy".to_owned()));
    eventually("it is counted as deaf", || {
        server.queries.figures().deaf == 1
    });
    drop(hold);
    eventually("it ends", || server.queries.figures().running == 0);
    is_well(&server);
}

#[test]
fn a_client_that_does_not_read_holds_no_slot() {
    let server = Server::start(
        many(1_000),
        QueryLimits {
            slots: 1,
            time: Duration::from_secs(60),
            ..QueryLimits::default()
        },
    );
    let headers = [
        ("content-type", "application/sparql-query"),
        ("accept", "text/csv"),
    ];
    let query = "SELECT ?a ?b ?c ?d { ?a <urn:p> ?b . ?c <urn:p> ?d } LIMIT 500000";
    let mut stream = server.connect("POST", "/sparql", &headers, query.as_bytes());
    let mut first = [0; 1];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(server.queries.figures().running, 0);
    assert!(server.queries.figures().spooled > 10 << 20);
    is_well(&server);
    let mut bytes = first.to_vec();
    stream.read_to_end(&mut bytes).unwrap();
    assert_eq!(Answer::parse(&bytes).text().lines().count(), 500_001);

    let mut given_up = server.connect("POST", "/sparql", &headers, query.as_bytes());
    given_up.read_exact(&mut first).unwrap();
    drop(given_up);
    eventually("the disk is free", || server.queries.figures().spooled == 0);
}

#[test]
fn of_two_hundred_at_once_few_run_some_wait_and_the_others_are_told_to_come_again() {
    let server = Arc::new(Server::start(
        many(10),
        QueryLimits {
            slots: 2,
            queue: 8,
            wait: Duration::from_secs(1),
            time: Duration::from_secs(4),
            ..QueryLimits::default()
        },
    ));
    let asking: Vec<_> = (0..200)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || {
                let answer = server.ask(&endless(), "*/*");
                assert!(server.queries.figures().running <= 2);
                if answer.status == 503 {
                    assert_eq!(answer.header("retry-after"), Some("1"));
                }
                (answer.status, answer.problem())
            })
        })
        .collect();
    let mut counts = std::collections::BTreeMap::new();
    for thread in asking {
        *counts.entry(thread.join().unwrap()).or_insert(0) += 1;
    }
    let ran = counts.remove(&(422, "query-time".to_owned())).unwrap();
    let refused = counts.remove(&(503, "busy".to_owned())).unwrap();
    assert!(counts.is_empty(), "{counts:?}");
    assert!((2..=6).contains(&ran), "{ran} ran");
    assert_eq!(ran + refused, 200);
    eventually("all have ended", || server.queries.figures().running == 0);
    is_well(&server);
}

#[test]
fn two_hundred_small_queries_at_once_are_all_answered() {
    let server = Arc::new(Server::start(
        many(100),
        QueryLimits {
            slots: 2,
            queue: 200,
            wait: Duration::from_secs(60),
            ..limits()
        },
    ));
    let asking: Vec<_> = (0..200)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv"))
        })
        .collect();
    for thread in asking {
        let answer = thread.join().unwrap();
        assert_eq!((answer.status, answer.text()), (200, "n\r\n100\r\n"));
    }
    assert_eq!(server.queries.figures().begun, 200);
}

#[test]
fn a_body_that_is_cut_off_is_no_query() {
    let server = Server::start(many(10), limits());
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    let head = "POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\ncontent-length: 100\r\n\r\nASK {}";
    stream.write_all(head.as_bytes()).unwrap();
    drop(stream);
    is_well(&server);
    assert_eq!(server.queries.figures().begun, 1);
}
