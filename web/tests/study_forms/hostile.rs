//! Whatever a depositor writes, every form stays well-formed and gives the same text back.

use biblatex::{Bibliography, ChunksExt as _};
use proptest::prelude::*;
use roxmltree::Document;
use serde_json::Value;
use web::formats::{
    bibtex, citation, csl_json, datacite_xml, dataset, link_header, links_of_study, linkset,
    oai_dc, ris, ro_crate,
};
use web::view::StudyView;

use crate::records::{archive, poor, rich};

/// What breaks careless writers.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => "[ -~]{1,60}",
        2 => "[\\\\{}$&%#_^~\"'<> ,;a-z]{1,30}",
        1 => "(</script>|<!--|]]>|@misc\\{|\\} and \\{|ER  - |\r\nTY  - |\\\\input\\{x\\}|%0a|\u{2028})\\PC{0,12}",
        1 => "\\PC{0,6}(\u{202e}|\u{0}|\u{1b}|\u{fffe}|\u{85}|\u{1F9EC}|אב)\\PC{0,6}",
        1 => Just("ß\u{301}".repeat(1000)),
    ]
}

/// The rich study, with one text everywhere.
fn with(text: &str) -> StudyView {
    let mut study = rich();
    let text = || Some(text.to_owned());
    study.title = text();
    study.description = text();
    study.keywords = text().into_iter().collect();
    study.licence = text();
    study.source_ids = text().into_iter().collect();
    study.access = text();
    study.version = text();
    study.same_as.extend(text());
    study.see_also.extend(text());
    for author in &mut study.authors {
        (author.given_name, author.family_name, author.name) = (text(), text(), text());
        author.orcid = text();
    }
    for article in &mut study.articles {
        (article.title, article.doi, article.url, article.date) = (text(), text(), text(), text());
    }
    for term in &mut study.terms {
        (term.label, term.submitted) = (text(), text());
    }
    for sample in &mut study.biosamples {
        (sample.id, sample.title) = (text(), text());
    }
    study
}

fn one_line(text: &str) -> String {
    let is_gap = |character: char| character.is_whitespace() || character.is_control();
    text.split(is_gap)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The title as forms show it: the accession where there is none.
fn title(text: &str) -> &str {
    if text.trim().is_empty() {
        "DND-S42"
    } else {
        text
    }
}

fn in_xml(text: &str) -> String {
    let is_kept = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|character| {
            if is_kept(character) {
                character
            } else {
                '\u{fffd}'
            }
        })
        .collect()
}

fn text_of(document: &str, element: &str) -> String {
    let document = Document::parse(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    let found = document
        .descendants()
        .find(|node| node.tag_name().name() == element);
    found
        .and_then(|node| node.text())
        .unwrap_or_default()
        .to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn xml_gives_the_same_title_back(text in any_text()) {
        let study = with(&text);
        prop_assert_eq!(text_of(&datacite_xml(&study, &archive()).unwrap(), "title"), in_xml(title(&text)));
        prop_assert_eq!(text_of(&oai_dc(&study, &archive()), "title"), in_xml(title(&text)));
    }

    #[test]
    fn json_gives_the_same_title_back(text in any_text()) {
        let study = with(&text);
        let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        let csl = read(&csl_json(&study, &archive()));
        prop_assert_eq!(csl[0]["title"].as_str(), Some(title(&text)));
        let page = dataset(&study, &archive(), &[]);
        prop_assert!(!page.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{}", page);
        let described = read(&page);
        prop_assert_eq!(described["name"].as_str(), Some(title(&text)));
        let crated = read(&ro_crate(&study, &archive()));
        let root = &crated["@graph"][1];
        prop_assert_eq!(root["name"].as_str(), Some(text.as_str()));
        let ids: Vec<&str> = crated["@graph"].as_array().unwrap().iter().map(|one| one["@id"].as_str().unwrap()).collect();
        let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        prop_assert_eq!(distinct.len(), ids.len(), "two entities have one id: {:?}", ids);
    }

    #[test]
    fn bibtex_gives_the_same_title_back(text in any_text()) {
        let written = bibtex(&StudyView { title: Some(text.clone()), ..with("x") }, &archive());
        let read = Bibliography::parse(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
        prop_assert_eq!(read.len(), 1);
        let entry = read.iter().next().unwrap();
        prop_assert_eq!(entry.title().unwrap().format_verbatim(), one_line(title(&text)), "{}", written);
        // the same text everywhere else still makes one entry
        let everywhere = bibtex(&with(&text), &archive());
        let read = Bibliography::parse(&everywhere).unwrap_or_else(|error| panic!("{error}: {everywhere}"));
        prop_assert_eq!(read.len(), 1, "{}", everywhere);
    }

    #[test]
    fn ris_gives_the_same_title_back(text in any_text()) {
        let written = ris(&with(&text), &archive());
        let lines: Vec<&str> = written.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        for line in &lines {
            prop_assert!(line.as_bytes()[2..].starts_with(b"  - ") && !line.contains(['\r', '\n']), "{}", line);
        }
        prop_assert_eq!((lines[0], lines[lines.len() - 1]), ("TY  - DATA", "ER  - "));
        let found = lines.iter().find_map(|line| line.strip_prefix("TI  - ")).unwrap_or_default();
        prop_assert_eq!(found, one_line(title(&text)));
    }

    #[test]
    fn a_citation_is_one_line(text in any_text()) {
        let written = citation(&with(&text), &archive());
        prop_assert!(!written.contains(char::is_control), "{}", written);
        prop_assert!(written.ends_with("https://images.example.org/id/DND-S42"));
    }

    #[test]
    fn links_never_break_out_of_their_header(text in any_text()) {
        let links = links_of_study(&with(&text), &archive());
        let header = link_header(&links, "https://node.example.org/id/DND-S42.linkset.json");
        prop_assert!(header.is_ascii() && !header.contains(['\r', '\n']) && header.len() <= 4096, "{}", header);
        let _: Value = serde_json::from_str(&linkset("https://node.example.org/id/DND-S42", &links)).unwrap();
    }
}

#[test]
fn bibtex_tells_authors_apart() {
    let written = bibtex(&rich(), &archive());
    let read = Bibliography::parse(&written).unwrap();
    let authors = read.iter().next().unwrap().author().unwrap();
    assert_eq!(authors.len(), 3, "{written}");
    assert_eq!(
        (authors[0].name.as_str(), authors[0].given_name.as_str()),
        ("Author", "Ada")
    );
    assert_eq!(bibtex(&poor(), &archive()).matches("@misc").count(), 1);
}
