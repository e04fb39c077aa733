//! DCAT and VoID, read back by parsers that nobody here wrote.

use std::collections::BTreeSet;

use oxjsonld::JsonLdParser;
use oxrdf::Triple;
use oxrdfxml::RdfXmlParser;
use oxttl::{NTriplesParser, TurtleParser};
use web::formats::{
    Archive, Located, MOST_ADDRESSES, Paging, SitemapError, VoidView, dcat, sitemap, void,
};
use web::http::Format;
use web::view::StudyView;

use crate::records::{archive, catalogue, poor, rich, titled};

/// The page behind DND-S41, with one before and one behind it or the last.
fn paging(is_last: bool) -> Paging {
    Paging {
        address: "https://node.example.org/catalogue.ttl".to_owned(),
        after: Some("DND-S41".to_owned()),
        previous: Some(None),
        next: (!is_last).then(|| "DND-S43".to_owned()),
        per_page: 2,
        total: 5,
    }
}

fn page_of(studies: &[StudyView], format: Format) -> String {
    let archive: Archive = archive();
    let entries = studies.iter().map(|study| (study, &archive));
    dcat(&catalogue(), &paging(false), entries, format).unwrap()
}

/// Triples in text, with blank nodes made alike: two readers name them in two ways.
fn said(triples: impl Iterator<Item = Triple>) -> BTreeSet<String> {
    triples
        .map(|triple| {
            let text = triple.to_string();
            let words = text
                .split(' ')
                .map(|word| if word.starts_with("_:") { "_:" } else { word });
            words.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn in_every_form(write: impl Fn(Format) -> String) -> BTreeSet<String> {
    let turtle = said(
        TurtleParser::new()
            .for_slice(&write(Format::Turtle))
            .map(Result::unwrap),
    );
    let quads = said(
        NTriplesParser::new()
            .for_slice(&write(Format::NQuads))
            .map(Result::unwrap),
    );
    let xml = said(
        RdfXmlParser::new()
            .for_slice(&write(Format::RdfXml))
            .map(Result::unwrap),
    );
    let json = said(
        JsonLdParser::new()
            .for_slice(&write(Format::JsonLd))
            .map(|quad| Triple::from(quad.unwrap())),
    );
    assert_eq!(turtle, quads);
    assert_eq!(turtle, xml);
    assert_eq!(turtle, json);
    turtle
}

#[test]
fn a_catalogue_says_the_same_in_every_form() {
    let all = in_every_form(|format| page_of(&[rich(), poor()], format));
    for part in [
        "<https://node.example.org/> <http://www.w3.org/ns/dcat#dataset> <https://images.example.org/id/DND-S42>",
        "<https://node.example.org/> <http://www.w3.org/ns/dcat#dataset> <https://images.example.org/id/DND-S43>",
        "<http://www.w3.org/ns/hydra/core#nextPage> \"https://node.example.org/catalogue.ttl?after=DND-S43\"",
        "<http://www.w3.org/ns/hydra/core#next> <https://node.example.org/catalogue.ttl?after=DND-S43>",
        "<http://www.w3.org/ns/hydra/core#previous> <https://node.example.org/catalogue.ttl>",
        "<http://www.w3.org/ns/hydra/core#totalItems> \"5\"",
        "<http://www.w3.org/ns/dcat#landingPage> <https://node.example.org/id/DND-S42>",
        "<http://www.w3.org/ns/dcat#downloadURL> <https://images.example.org/id/DND-S42.2/files.tsv>",
        "<http://www.w3.org/ns/dcat#accessURL> <https://elsewhere.example.org/study/idr9999/>",
        "<http://purl.org/dc/terms/issued> \"2006\"^^<http://www.w3.org/2001/XMLSchema#gYear>",
    ] {
        assert!(
            all.iter().any(|triple| triple.contains(part)),
            "{part} is not in {all:#?}"
        );
    }
    insta::assert_snapshot!("catalogue.ttl", page_of(&[rich(), poor()], Format::Turtle));
}

#[test]
fn the_last_page_leads_no_further() {
    let none: [(&StudyView, &Archive); 0] = [];
    let page = dcat(&catalogue(), &paging(true), none, Format::Turtle).unwrap();
    assert!(
        !page.contains("hydra:next") && page.contains("hydra:previous"),
        "{page}"
    );
}

#[test]
fn hostile_text_stays_text_in_a_catalogue() {
    let bad = "\"\"\" . <x> <y> <z> . \u{202e} </rdf:RDF> \\u0022 \r\n";
    let study = titled(bad, bad);
    let all = in_every_form(|format| page_of(std::slice::from_ref(&study), format));
    assert!(!all.iter().any(|triple| triple.starts_with("<x>")));
    // what XML cannot hold is replaced there, and the document is read all the same
    let controls = page_of(&[titled("a\u{0}b\u{1b}", "c")], Format::RdfXml);
    assert_eq!(
        RdfXmlParser::new()
            .for_slice(&controls)
            .filter(|triple| triple.is_err())
            .count(),
        0,
        "{controls}"
    );
}

#[test]
fn a_graph_is_described_in_void() {
    let view = VoidView {
        uri_spaces: vec!["https://images.example.org/id/".to_owned()],
        triples: Some(12345),
        entities: Some(67),
        dumps: vec!["https://node.example.org/dump.nq.gz".to_owned()],
        examples: vec!["https://images.example.org/id/DND-S42".to_owned()],
        classes: vec![("http://schema.org/Dataset".to_owned(), 3)],
    };
    in_every_form(|format| void(&catalogue(), &view, format).unwrap());
    insta::assert_snapshot!(
        "void.ttl",
        void(&catalogue(), &view, Format::Turtle).unwrap()
    );
}

#[test]
fn a_sitemap_has_no_more_than_it_may() {
    let pages = |number: usize| {
        (0..number).map(|number| Located {
            address: format!("https://node.example.org/id/DND-S{number}"),
            modified: None,
        })
    };
    assert!(sitemap(pages(MOST_ADDRESSES)).is_ok());
    assert_eq!(
        sitemap(pages(MOST_ADDRESSES + 1)),
        Err(SitemapError::TooMany)
    );
    let long = Located {
        address: format!("https://a.example/{}", "x".repeat(1 << 20)),
        modified: None,
    };
    assert_eq!(sitemap(vec![long; 60]), Err(SitemapError::TooLarge));
}
