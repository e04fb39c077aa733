//! Records that break a rule although their bytes are the announced ones: invalid for ever, and nothing of them is shown.

use ontologies::schema::{dct, omma, schema_org};
use protocol::record::SALT_PREDICATE;
use tests::federation::sample::{self, About};
use tests::node::NAMESPACE;

use super::world::World;

/// A good study's record, as lines: to be spoiled.
struct Lines(Vec<String>);

impl Lines {
    fn of(world: &mut World, id: &str) -> Lines {
        let study = sample::study(world.log.namespace(), id, "A record that breaks a rule");
        let record = world.log.record(id, study);
        let text = std::str::from_utf8(record.bytes()).unwrap();
        Lines(text.lines().map(str::to_owned).collect())
    }

    /// With this line, in its place.
    fn with(mut self, line: &str) -> Vec<u8> {
        self.0.push(line.to_owned());
        self.0.sort();
        self.bytes()
    }

    fn without(mut self, part: &str) -> Vec<u8> {
        self.0.retain(|line| !line.contains(part));
        self.bytes()
    }

    fn bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|line| [line, "\n"].concat().into_bytes())
            .collect()
    }
}

fn iri(id: &str) -> String {
    format!("{NAMESPACE}{id}")
}

/// A statement of the bad record's own subject, as a line.
fn own(id: &str, predicate: &str, object: &str) -> String {
    format!("<{}> <{predicate}> {object} .", iri(id))
}

/// How a record of this id is spoiled, as a line more, and the reason code that it deserves.
fn bad_lines(id: &str) -> Vec<(String, &'static str)> {
    let link = |predicate: &str, object: &str| own(id, predicate, &format!("<{object}>"));
    let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    vec![
        (format!("_:b0 <{}> \"x\" .", schema_org::NAME), "blank-node"),
        (own(id, schema_org::AUTHOR, "_:b0"), "blank-node"),
        (
            format!("<{}> <{}> \"x\" .", iri("LIE-S1"), schema_org::NAME),
            "foreign-subject",
        ),
        (
            format!("<{}> <{}> \"x\" .", iri("WEL-S1"), schema_org::NAME),
            "foreign-subject",
        ),
        (
            format!("<{}.1> <{}> \"x\" .", iri(id), schema_org::NAME),
            "foreign-subject",
        ),
        (
            format!("<{}-I1> <{}> \"x\" .", iri(id), schema_org::NAME),
            "foreign-subject",
        ),
        (
            format!(
                "<https://elsewhere.example.org/> <{}> \"x\" .",
                schema_org::NAME
            ),
            "foreign-subject",
        ),
        (
            link("http://xmlns.com/foaf/0.1/primaryTopic", &iri("WEL-S1")),
            "reserved-term",
        ),
        (
            link(
                &format!("{rdf}type"),
                "http://www.w3.org/ns/dcat#CatalogRecord",
            ),
            "reserved-term",
        ),
        (own(id, omma::MEMBER, "\"well\""), "reserved-term"),
        (link(omma::BROADER, sample::YEAST), "reserved-term"),
        (
            link(schema_org::IS_PART_OF, &iri("WEL-S1")),
            "foreign-structure",
        ),
        (
            link(schema_org::IS_PART_OF, &iri("LIE-S1")),
            "foreign-structure",
        ),
        (
            link(omma::COMPONENT, &format!("{}#component-1", iri("WEL-S1"))),
            "foreign-structure",
        ),
        (
            own(id, schema_org::IS_PART_OF, "\"a text\""),
            "foreign-structure",
        ),
        (link(&format!("{rdf}rest"), &format!("{rdf}nil")), "list"),
        (
            own(id, SALT_PREDICATE, "\"AAAAAAAAAAAAAAAAAAAAAA\""),
            "salt",
        ),
        (
            format!(
                "<{}> <{}> \"x\" <{}> .",
                iri(id),
                schema_org::NAME,
                iri("g")
            ),
            "named-graph",
        ),
        (link(schema_org::SAME_AS, "not an iri"), "bad-term"),
        (link(schema_org::SAME_AS, "relative"), "bad-term"),
        (own(id, schema_org::NAME, "\"x\"@EN"), "bad-term"),
        (own(id, schema_org::NAME, "\"\\u00e9\""), "not-canonical"),
        (
            own(
                id,
                schema_org::NAME,
                "\"x\"^^<http://www.w3.org/2001/XMLSchema#string>",
            ),
            "not-canonical",
        ),
        (
            format!("{} # a comment", own(id, schema_org::NAME, "\"x\"")),
            "not-canonical",
        ),
        (
            format!("<{}>  <{}> \"two spaces\" .", iri(id), schema_org::NAME),
            "not-canonical",
        ),
    ]
}

/// Spoiled otherwise than by a line more: what it is, its bytes, and the reason code.
fn bad_bytes(world: &mut World, id: &str) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let mut good = || Lines::of(world, id);
    let text = good().bytes();
    let keywords: String = (0..10_001)
        .map(|number| own(id, schema_org::KEYWORDS, &format!("\"{number:05}\"")) + "\n")
        .collect();
    let mut backwards = good();
    backwards.0.reverse();
    let mut doubled = good();
    doubled.0.insert(0, doubled.0[0].clone());
    let carriage = String::from_utf8(text.clone())
        .unwrap()
        .replace('\n', "\r\n");
    vec![
        ("without a salt", good().without(SALT_PREDICATE), "salt"),
        (
            "of 10,001 statements",
            keywords.into_bytes(),
            "too-many-statements",
        ),
        ("in backward order", backwards.bytes(), "not-canonical"),
        ("with a line twice", doubled.bytes(), "not-canonical"),
        (
            "without its last line feed",
            text[..text.len() - 1].to_vec(),
            "not-canonical",
        ),
        (
            "with carriage returns",
            carriage.into_bytes(),
            "not-canonical",
        ),
        (
            "with an empty line",
            [&text[..], b"\n"].concat(),
            "not-canonical",
        ),
        (
            "of bytes that are no text",
            [&text[..], &[0xff, b'\n']].concat(),
            "not-canonical",
        ),
        (
            "of Turtle",
            b"@prefix s: <http://schema.org/> .\n".to_vec(),
            "not-canonical",
        ),
    ]
}

#[test]
fn a_record_that_breaks_a_rule_is_in_quarantine_and_none_of_it_is_shown() {
    let mut world = World::harvested(2);
    let mut expected = Vec::new();
    let number = bad_lines("LIE-S1").len();
    for (place, serial) in (0..number).zip(100..) {
        let id = format!("LIE-S{serial}");
        let (line, code) = bad_lines(&id).swap_remove(place);
        let record = Lines::of(&mut world, &id).with(&line);
        expected.push((world.log.size(), code.to_owned(), format!("with {line}")));
        world.log.record_raw(&id, &record);
    }
    for (place, serial) in (0..9).zip(200..) {
        let id = format!("LIE-S{serial}");
        let (what, record, code) = bad_bytes(&mut world, &id).swap_remove(place);
        expected.push((world.log.size(), code.to_owned(), what.to_owned()));
        world.log.record_raw(&id, &record);
    }
    world.write("LIE-S300", "Behind the bad ones");
    world.publish();

    let report = world.is_healthy();
    let bad = expected.len() as u64;
    report.of("lies").counts([3, 0, 0, 0, bad]);
    let found = world.quarantine();
    for (index, code, what) in &expected {
        let of_it: Vec<_> = found.iter().filter(|(place, _)| place == index).collect();
        assert_eq!(of_it, [&(*index, code.clone())], "a record {what}");
    }
    assert_eq!(found.len(), expected.len());
    world.federation.rebuild();
    world.shows_the_truth();
}

#[test]
fn a_bad_version_does_not_take_the_place_of_a_good_one_and_a_better_one_mends_it() {
    let mut world = World::harvested(2);
    let record = Lines::of(&mut world, "LIE-S1").with("_:b0 <http://schema.org/name> \"x\" .");
    world.log.record_raw("LIE-S1", &record);
    world.publish();
    let report = world.sync();
    report.of("lies").is("current").counts([2, 0, 0, 0, 1]);
    world.shows_the_truth();

    assert_eq!(world.write("LIE-S1", "The third version").version, 3);
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([2, 1, 0, 0, 1]);
}

#[test]
fn a_record_of_a_later_profile_is_deferred() {
    let mut world = World::harvested(1);
    let home = iri("LIE-S9");
    let later = format!("{}profile-99", omma::NAMESPACE);
    let statements = About::iri(home).link(dct::CONFORMS_TO, &later).statements();
    let index = world.log.size();
    world.log.put("LIE-S9", statements);
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([1, 0, 0, 0, 1]);
    assert_eq!(world.quarantine(), [(index, "unknown-profile".to_owned())]);
}
