use protocol::digest::Digest;
use protocol::record::{
    MAX_BYTES, MAX_STATEMENTS, Object, RESERVED_PREDICATES, Record, RecordError, SALT_PREDICATE,
    STRUCTURE_PREDICATES, Statement,
};

use super::fixture::{id, namespace};

const BASE: &str = "https://images.example.org/id/";
const SALT: &str = "abcdefghijklmnopqrstuv";

fn parse_about(about: &str, lines: &[String]) -> Result<Record, RecordError> {
    let mut lines = lines.to_vec();
    lines.push(format!("<{BASE}{about}> <{SALT_PREDICATE}> \"{SALT}\" .\n"));
    lines.sort();
    Record::parse(lines.concat().into_bytes(), &id(about), &namespace())
}

/// The code of what is wrong with a record of `about` that says this beside its salt.
fn code(about: &str, line: &str) -> Option<&'static str> {
    parse_about(about, &[format!("{line}\n")])
        .err()
        .map(|error| error.code())
}

#[test]
fn a_record_is_written_and_read_back() {
    let iri = namespace().iri(&id("ABC-S1"));
    let say = |subject: &str, predicate: &str, object| {
        Statement::parse(subject, predicate, object).unwrap()
    };
    let statements = vec![
        say(
            &iri,
            "http://schema.org/name",
            Object::text("Septin \"rings\"\n"),
        ),
        say(&iri, SALT_PREDICATE, Object::text(SALT)),
        say(
            &format!("{iri}#author-1"),
            "http://schema.org/name",
            Object::tagged("Zoë", "nl-BE").unwrap(),
        ),
        say(
            &iri,
            "http://schema.org/author",
            Object::iri(format!("{iri}#author-1")).unwrap(),
        ),
        say(
            &iri,
            "http://schema.org/name",
            Object::text("Septin \"rings\"\n"),
        ),
    ];
    let record = Record::from_statements(&id("ABC-S1"), &namespace(), statements.clone()).unwrap();
    assert_eq!(
        record.len(),
        4,
        "the statement that stood twice stands once"
    );
    assert_eq!(record.digest(), Digest::of(record.bytes()));
    assert_eq!(record.size(), record.bytes().len() as u64);
    assert_eq!(
        Record::parse(record.bytes().to_vec(), &id("ABC-S1"), &namespace()).unwrap(),
        record
    );
    let mut read: Vec<_> = record
        .statements()
        .map(|statement| statement.to_statement())
        .collect();
    let mut written = statements;
    written.sort();
    written.dedup();
    read.sort();
    assert_eq!(read, written);
}

#[test]
fn bytes_that_are_not_canonical_are_refused_with_their_line() {
    let s = format!("<{BASE}ABC-S1>");
    for (line, code_expected) in [
        (
            format!("{s} <http://p.example/p> \"a\"  ."),
            "not-canonical",
        ),
        (
            format!("{s}  <http://p.example/p> \"a\" ."),
            "not-canonical",
        ),
        (format!("{s} <http://p.example/p> \"a\"."), "not-canonical"),
        (
            format!("{s} <http://p.example/p> \"a\" .\r"),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"a\" . # why"),
            "not-canonical",
        ),
        ("# a comment".to_owned(), "not-canonical"),
        (String::new(), "not-canonical"),
        (
            format!("{s} <http://p.example/p> \"a\"^^<http://www.w3.org/2001/XMLSchema#string> ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\u0041\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\u007f\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\U0001F600\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\'\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\ud800\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\\u00e\" ."),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> \"\t\" ."),
            "not-canonical",
        ),
        (format!("{s} <http://p.example/p> \"a ."), "not-canonical"),
        (format!("{s} <http://p.example/p> 'a' ."), "not-canonical"),
        (format!("{s} <http://p.example/p> 1 ."), "not-canonical"),
        (format!("{s} a <http://p.example/p> ."), "not-canonical"),
        (
            format!("{s} <http://p.example/p> <http://o.example/o"),
            "not-canonical",
        ),
        (
            format!("{s} <http://p.example/p> <<( {s} {s} {s} )>> ."),
            "not-canonical",
        ),
        (format!("{s} <http://p.example/p> \"a\"@EN ."), "bad-term"),
        (format!("{s} <http://p.example/p> \"a\"@ ."), "bad-term"),
        (
            format!("{s} <http://p.example/p> \"a\"@en--ltr ."),
            "bad-term",
        ),
        (format!("{s} <http://p.example/p> \"a\"@e_n ."), "bad-term"),
        (format!("{s} <p> \"a\" ."), "bad-term"),
        (format!("{s} <http://p.example/a b> \"a\" ."), "bad-term"),
        (
            format!("{s} <http://p.example/\\u0041> \"a\" ."),
            "bad-term",
        ),
        (
            format!(
                "{s} <http://p.example/p> \"a\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> ."
            ),
            "bad-term",
        ),
        (
            format!("{s} <http://p.example/p> \"a\"^^<date> ."),
            "bad-term",
        ),
        ("_:b <http://p.example/p> \"a\" .".to_owned(), "blank-node"),
        (format!("{s} <http://p.example/p> _:b ."), "blank-node"),
        (
            format!("{s} <http://p.example/p> \"a\" <http://g.example/g> ."),
            "named-graph",
        ),
        (
            format!("{s} <http://p.example/p> <http://o.example/o> _:g ."),
            "named-graph",
        ),
        (
            format!("{s} <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> \"a\" ."),
            "list",
        ),
        (
            format!("{s} <http://p.example/p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> ."),
            "list",
        ),
    ] {
        assert_eq!(code("ABC-S1", &line), Some(code_expected), "{line}");
    }
}

#[test]
fn lines_strictly_increase_and_end_in_line_feeds() {
    let about = id("ABC-S1");
    let parse = |text: &str| {
        Record::parse(text.as_bytes().to_vec(), &about, &namespace())
            .map_err(|error| error.to_string())
    };
    let salt = format!("<{BASE}ABC-S1> <{SALT_PREDICATE}> \"{SALT}\" .\n");
    let name = format!("<{BASE}ABC-S1> <http://schema.org/name> \"a\" .\n");
    assert!(parse(&format!("{name}{salt}")).is_ok());
    let order =
        "line 2 is not canonical N-Quads: not behind the line before it in the order of bytes";
    assert_eq!(parse(&format!("{salt}{name}")), Err(order.to_owned()));
    assert_eq!(parse(&format!("{salt}{salt}")), Err(order.to_owned()));
    let no_end = "line 2 is not canonical N-Quads: no line feed at the end";
    assert_eq!(
        parse(format!("{name}{salt}").trim_end()),
        Err(no_end.to_owned())
    );
    let not_utf8 =
        Record::parse([name.as_bytes(), b"\xff"].concat(), &about, &namespace()).unwrap_err();
    assert_eq!(
        not_utf8.to_string(),
        "line 2 is not canonical N-Quads: not UTF-8"
    );
}

#[test]
fn a_record_speaks_about_its_own_resource_only() {
    let name = |subject: &str| format!("<{BASE}{subject}> <http://schema.org/name> \"a\" .");
    for own in ["ABC-S1", "ABC-S1#author-1", "ABC-S1#"] {
        assert_eq!(code("ABC-S1", &name(own)), None, "{own}");
    }
    for foreign in [
        "ABC-S1-I1",
        "ABC-S1.1",
        "ABC-S10",
        "ABC-S1/x",
        "ABC-S1?x",
        "ABC-S2",
        "",
    ] {
        assert_eq!(
            code("ABC-S1", &name(foreign)),
            Some("foreign-subject"),
            "{foreign}"
        );
    }
    assert_eq!(code("ABC-S1-I1", &name("ABC-S1")), Some("foreign-subject"));
}

#[test]
fn structure_stays_at_home() {
    for predicate in STRUCTURE_PREDICATES {
        let say = |about: &str, object: &str| format!("<{BASE}{about}> <{predicate}> {object} .");
        for (about, object) in [
            ("ABC-S1-I1", "ABC-S1"),
            ("ABC-S1-I1", "ABC-S1#component-1"),
            ("ABC-S1-I1", "ABC-S1-A2"),
            ("ABC-S1", "ABC-S1-I1#file-1"),
            ("ABC-N1", "ABC-N1"),
            ("ABC-N1", "ABC-N1#x"),
        ] {
            assert_eq!(
                code(about, &say(about, &format!("<{BASE}{object}>"))),
                None,
                "{about} {object}"
            );
        }
        for (about, object) in [
            ("ABC-S1-I1", "ABC-S10"),
            ("ABC-S1-I1", "ABC-S2-I1"),
            ("ABC-S1", "ABC-S1.1"),
            ("ABC-N1", "ABC-S1"),
            ("ABC-N1", "ABC-N1-x"),
            ("ABC-N1", "ABC-N10"),
        ] {
            let line = say(about, &format!("<{BASE}{object}>"));
            assert_eq!(
                code(about, &line),
                Some("foreign-structure"),
                "{about} {object}"
            );
        }
        assert_eq!(
            code("ABC-S1", &say("ABC-S1", "\"ABC-S1\"")),
            Some("foreign-structure")
        );
    }
    // said by other predicates it is no structure
    assert_eq!(
        code(
            "ABC-N1",
            &format!("<{BASE}ABC-N1> <http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}XYZ-S9> .")
        ),
        None
    );
}

#[test]
fn what_harvesters_state_is_reserved() {
    for predicate in RESERVED_PREDICATES {
        let line = format!("<{BASE}ABC-S1> <{predicate}> \"a\" .");
        assert_eq!(code("ABC-S1", &line), Some("reserved-term"), "{predicate}");
    }
    let class = "http://www.w3.org/ns/dcat#CatalogRecord";
    let line = |predicate: &str| format!("<{BASE}ABC-S1> <{predicate}> <{class}> .");
    assert_eq!(
        code(
            "ABC-S1",
            &line("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        ),
        Some("reserved-term")
    );
    assert_eq!(code("ABC-S1", &line("http://schema.org/about")), None);
}

#[test]
fn one_salt_on_the_resource_itself() {
    let parse = |text: String| {
        Record::parse(text.into_bytes(), &id("ABC-S1"), &namespace()).map_err(|error| error.code())
    };
    let salt = |subject: &str, object: &str| {
        format!("<{BASE}ABC-S1{subject}> <{SALT_PREDICATE}> {object} .\n")
    };
    assert!(parse(salt("", &format!("\"{SALT}\""))).is_ok());
    assert!(parse(salt("", "\"AZaz09-_AZaz09-_AZaz09\"")).is_ok());
    for bad in [
        String::new(),
        salt("", &format!("\"{SALT}w\"")),
        salt("", &format!("\"{}\"", &SALT[1..])),
        salt("", "\"abcdefghijklmnopqrstu+\""),
        salt("", &format!("\"{SALT}\"@en")),
        salt("", &format!("<http://o.example/{SALT}>")),
        salt("#x", &format!("\"{SALT}\"")),
        salt("#x", &format!("\"{SALT}\"")) + &salt("", &format!("\"{SALT}\"")),
        salt("", "\"Abcdefghijklmnopqrstuv\"") + &salt("", &format!("\"{SALT}\"")),
    ] {
        assert_eq!(parse(bad.clone()), Err("salt"), "{bad}");
    }
}

#[test]
fn size_and_number_of_statements_are_limited() {
    let numbered = |count: usize| -> Vec<String> {
        (0..count)
            .map(|n| format!("<{BASE}ABC-S1> <http://p.example/p> \"{n}\" .\n"))
            .collect()
    };
    assert!(parse_about("ABC-S1", &numbered(MAX_STATEMENTS - 1)).is_ok());
    let error = parse_about("ABC-S1", &numbered(MAX_STATEMENTS)).unwrap_err();
    assert_eq!(error.code(), "too-many-statements");
    let filled = |length: usize| {
        let around = format!("<{BASE}ABC-S1> <http://p.example/p> \"\" .\n").len();
        let salt = format!("<{BASE}ABC-S1> <{SALT_PREDICATE}> \"{SALT}\" .\n").len();
        let text = "a".repeat(length - around - salt);
        parse_about(
            "ABC-S1",
            &[format!(
                "<{BASE}ABC-S1> <http://p.example/p> \"{text}\" .\n"
            )],
        )
    };
    assert_eq!(filled(MAX_BYTES).unwrap().size(), MAX_BYTES as u64);
    assert_eq!(filled(MAX_BYTES + 1).unwrap_err().code(), "too-large");
}
