//! A search and the query that its page links to find the same.

use std::collections::BTreeSet;

use ontologies::schema::{bao, dcat, dct, dwciri, obo, omma, rdf, schema_org, xsd};
use protocol::identifier::Accession;
use protocol::record::Statement;
use tests::federation::LogMaker;
use tests::federation::sample::{self, About};

use super::portal::{Portal, linked_query};

const MOUSE: &str = "http://purl.obolibrary.org/obo/NCBITaxon_10090";
const HELA: &str = "http://purl.obolibrary.org/obo/CLO_0003684";
const BRAIN: &str = "http://purl.obolibrary.org/obo/UBERON_0000955";

/// Studies that differ in everything that can be asked for.
fn federation() -> Portal {
    Portal::with(|log| {
        plain(log, "DND-S1", "Septin rings of fission yeast");
        rich(log, "DND-S2");
        odd(log, "DND-S3");
        let image = sample::image(log.namespace(), "DND-S1-I1", "One septin ring");
        log.put("DND-S1-I1", image);
        let iri = iri(log, "DND-S2-I1");
        let mut image = sample::image(log.namespace(), "DND-S2-I1", "A brain");
        image.extend(
            About::iri(&iri)
                .typed(omma::FILE_COUNT, "3", xsd::INTEGER)
                .text(omma::TARGET, "TP53")
                .typed(&pixels("sizeZ"), "25", xsd::INTEGER)
                .typed(&pixels("sizeC"), "3", xsd::INTEGER)
                .typed(&pixels("physicalSizeX"), "0.1", xsd::DOUBLE)
                .typed(&pixels("physicalSizeY"), "2.0E-1", xsd::DOUBLE)
                .text(&pixels("pixelType"), " UInt16")
                .text(&pixels("imageFormat"), "OME-Zarr (0.5)")
                .text(&pixels("annotatedWith"), "tracks")
                .statements(),
        );
        log.put("DND-S2-I1", image);
        let iri = self::iri(log, "DND-S2-I2");
        let mut image = sample::image(
            log.namespace(),
            "DND-S2-I2",
            "A film, and much that is no number",
        );
        image.extend(
            About::iri(&iri)
                .text(&pixels("sizeZ"), "1")
                .text(&pixels("sizeC"), "several")
                .typed(&pixels("sizeC"), "0", xsd::INTEGER)
                .typed(&pixels("sizeT"), "480", xsd::INTEGER)
                .typed(&pixels("physicalSizeX"), "INF", xsd::DOUBLE)
                .typed(&pixels("physicalSizeY"), "-1", xsd::DOUBLE)
                .text(&pixels("pixelType"), "double")
                .text(&pixels("imageFormat"), "mrc")
                .text(&pixels("annotatedWith"), "a new kind")
                .statements(),
        );
        log.put("DND-S2-I2", image);
    })
}

/// A property of an image.
fn pixels(name: &str) -> String {
    format!("{}{name}", omma::NAMESPACE)
}

fn iri(log: &LogMaker, id: &str) -> String {
    log.namespace().iri(&Accession::parse(id).unwrap())
}

fn plain(log: &mut LogMaker, id: &str, title: &str) {
    let statements = sample::study(log.namespace(), id, title);
    log.put(id, statements);
}

/// Everything is said, much of it of parts.
fn rich(log: &mut LogMaker, id: &str) {
    let home = iri(log, id);
    let part = |name: &str| format!("{home}#{name}");
    let mut all: Vec<Statement> = About::iri(&home)
        .link(rdf::TYPE, dcat::DATASET)
        .link(rdf::TYPE, schema_org::DATASET)
        .text(dct::IDENTIFIER, id)
        .text(
            schema_org::NAME,
            "Neurones of \"mice\"\\ and cells {of} men",
        )
        .typed(schema_org::DATE_PUBLISHED, "2019-04", xsd::YEAR_MONTH)
        .typed(dct::ISSUED, "2026-01-05T08:00:00Z", xsd::DATE_TIME)
        .text(dcat::VERSION, "1")
        .link(
            dct::LICENSE,
            "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
        )
        .link(dct::CONFORMS_TO, omma::PROFILE_LEGACY)
        .text(dct::ACCESS_RIGHTS, "Controlled")
        .link(omma::DATA_AT, "https://archive.example.org/S2")
        .link(schema_org::ABOUT, &part("biosample-1"))
        .link(schema_org::ABOUT, MOUSE)
        .link(schema_org::AUTHOR, &part("author-1"))
        .link(omma::COMPONENT, &part("component-1"))
        .statements();
    all.extend(
        About::iri(part("author-1"))
            .link(rdf::TYPE, schema_org::PERSON)
            .text(schema_org::NAME, "Jürgen Peter Müller-Øre")
            .link(schema_org::SAME_AS, "https://orcid.org/0000-0001-2345-678X")
            .statements(),
    );
    all.extend(
        About::iri(part("biosample-1"))
            .link(obo::IN_TAXON, MOUSE)
            .link(bao::HAS_CELL_LINE, HELA)
            .link(omma::TISSUE, BRAIN)
            .statements(),
    );
    // a part of a study is a data set too, and no study
    all.extend(
        About::iri(part("component-1"))
            .link(rdf::TYPE, dcat::DATASET)
            .link(
                dwciri::MEASUREMENT_METHOD,
                "http://purl.obolibrary.org/obo/FBbi_00000246",
            )
            .text(schema_org::NAME, "gene_symbol")
            .text(schema_org::VALUE, "MED30; Cdc25|HLA-A")
            .statements(),
    );
    log.put(id, all);
}

/// As little as possible, and a term that no ontology here has.
fn odd(log: &mut LogMaker, id: &str) {
    let home = iri(log, id);
    let statements = About::iri(&home)
        .link(rdf::TYPE, dcat::DATASET)
        .text(dct::IDENTIFIER, id)
        .text(schema_org::NAME, "顕微鏡 septin of 2018")
        .typed(dct::ISSUED, "2018-01-05T08:00:00Z", xsd::DATE_TIME)
        .text(dcat::VERSION, "1")
        .text(schema_org::LICENSE, "Ask (me)")
        .text(omma::MANIFEST, &"a".repeat(64))
        .link(
            omma::DISEASE,
            "http://purl.obolibrary.org/obo/DOID_99999999",
        )
        .statements();
    log.put(id, statements);
}

/// Searches, as they stand in an address.
const QUESTIONS: [&str; 82] = [
    "",
    "kind=image",
    "kind=study&kind=image",
    "kind=-study",
    "q=septin",
    "q=septin&kind=image",
    "q=%22septin+rings%22",
    "q=septin+-rings",
    "q=-septin",
    "q=sept*",
    "q=DND-S2",
    "q=dnd-s1.1&kind=study&kind=image",
    "q=%E9%A1%95%E5%BE%AE%E9%8F%A1",
    "q=%22%5C%22%7D+%23",
    "q=%3F%3F%3F",
    "q=planet",
    "organism=NCBITaxon:10090",
    "organism=Mus+musculus",
    "organism=-NCBITaxon:10090",
    "organism=NCBITaxon:40674",
    "organism=NCBITaxon:4896&organism=NCBITaxon:10090",
    "organism=NCBITaxon:4896&organism=-NCBITaxon:10090",
    "organism=NCBITaxon:2759&kind=image",
    "method=FBbi:00000251",
    "method=-FBbi:00000251",
    "method=FBbi:00000246",
    "cell=CLO:0003684",
    "tissue=UBERON:0000955",
    "tissue=-UBERON:0000955&q=septin",
    "disease=DOID:99999999",
    "disease=-DOID:99999999",
    "gene=MED30",
    "gene=med30&gene=cdc25",
    "gene=HLA-A",
    "gene=tp53&kind=image",
    "gene=-MED30",
    "author=M%C3%BCller",
    "author=muller+j.",
    "author=J%C3%BCrgen+Ore",
    "author=peter&author=Example",
    "author=-Ada+Example",
    "author=0000-0001-2345-678X",
    "author=https://orcid.org/0000-0001-2345-678x&author=Ada",
    "author=Nobody",
    "licence=CC0",
    "licence=CC-BY-4.0",
    "licence=-CC-BY-4.0",
    "licence=ask+(me)",
    "member=dundee",
    "member=-dundee",
    "member=other&member=dundee&q=keratocytes",
    "access=controlled",
    "access=-controlled&access=-open",
    "holding=held",
    "holding=catalogued",
    "holding=held&kind=image&kind=study",
    "year=2018",
    "year=2019..&year=..2018&sort=newest",
    "year=-2026&sort=oldest",
    "z=25&kind=image",
    "z=2..&z=..1&kind=image",
    "z=-2..&kind=image",
    "t=101..&kind=image",
    "t=-1&kind=study&kind=image",
    "channels=3&kind=image",
    "channels=..99&kind=image",
    "channels=-3&kind=image",
    "pixel_size=0.1..0.3&kind=image",
    "pixel_size=0.2..&kind=image",
    "pixel_size=..0.1&kind=image",
    "pixel_size=..1e9&kind=image",
    "pixel_size=-0.05..0.2&kind=image",
    "pixel_type=uint16&kind=image",
    "pixel_type=float64&pixel_type=bit&kind=image",
    "pixel_type=-uint16&kind=image",
    "image_format=ome-zarr+(0.5)&kind=image",
    "image_format=MRC&image_format=-x&kind=image",
    "annotated=tracks&kind=image",
    "annotated=any&kind=image",
    "annotated=-any&kind=image",
    "z=2..&q=brain&organism=NCBITaxon:4896&annotated=-counts&kind=image&sort=title",
    "year=2019&organism=NCBITaxon:10090&q=neurones&member=dundee&sort=title",
];

#[test]
fn a_search_and_its_query_find_the_same() {
    let portal = federation();
    let mut with_hits = 0;
    for question in QUESTIONS {
        let searched = found(&portal, question);
        let query = linked_query(portal.get(&format!("search?{question}")).is(200).text());
        let queried = answered(&portal, &query);
        assert_eq!(searched, queried, "{question}\n{query}");
        with_hits += usize::from(!searched.is_empty());
    }
    // where nearly everything finds nothing the comparison says little
    assert!(with_hits > 45, "only {with_hits} questions find anything");
}

/// The ids of all hits of a search of the page, where studies are meant unless something else is said.
fn found(portal: &Portal, question: &str) -> BTreeSet<String> {
    let mut question = question
        .replace("sort=newest", "")
        .replace("sort=oldest", "");
    question = question.replace("sort=title", "");
    if !question.contains("kind=") {
        question.push_str("&kind=study");
    }
    let mut ids = BTreeSet::new();
    for page in 1.. {
        let path = format!("api/v1/search?size=100&page={page}&{question}");
        let answer = portal.get(&path).is(200).json();
        let hits = answer["hits"].as_array().unwrap();
        ids.extend(
            hits.iter()
                .map(|hit| hit["id"].as_str().unwrap().to_owned()),
        );
        if hits.is_empty() {
            assert_eq!(answer["total"], ids.len());
            break;
        }
    }
    ids
}

/// The ids that a query gives in its first column, each once.
fn answered(portal: &Portal, query: &str) -> BTreeSet<String> {
    let table = portal.select(query);
    let ids: Vec<String> = table
        .iter()
        .map(|row| row.rsplit('/').next().unwrap().to_owned())
        .collect();
    let once: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(
        once.len(),
        ids.len(),
        "{query} gives something twice: {ids:?}"
    );
    once
}
