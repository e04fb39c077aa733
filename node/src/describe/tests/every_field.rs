//! Where each field of a study stands in RDF (docs/METADATA.md, "RDF out").

use ontologies::schema::{
    bao, dcat, dct, dwc, dwciri, oa, obo, odrl, omma, prov, rdf, rdfs, schema_org,
};
use protocol::record::Statement;

use super::any_study::full_study;
use super::{Names, assert_objects, holdings, objects};
use crate::describe;
use crate::study::Study;

pub(super) const TAXON: &str = "http://purl.obolibrary.org/obo/NCBITaxon_4896";
pub(super) const SPINNING_DISK: &str = "http://purl.obolibrary.org/obo/FBbi_00000253";

fn of_study(study: &Study) -> Vec<Statement> {
    describe::study(study, &Names::of(study).naming(), Some(&holdings()))
}

#[test]
fn the_study_has_its_names_dates_and_terms_of_use() {
    let said = of_study(&full_study());
    assert_objects(
        &said,
        "",
        &[
            (rdf::TYPE, &[schema_org::DATASET, dcat::DATASET]),
            (dct::IDENTIFIER, &["DND-S42"]),
            (schema_org::IDENTIFIER, &["S-TEST1"]),
            (
                schema_org::SAME_AS,
                &[
                    "https://archive.example.org/S-TEST1",
                    "https://doi.org/10.5281/example.1",
                ],
            ),
            (schema_org::DATE_PUBLISHED, &["2026-03-01"]),
            (dct::ISSUED, &["2026-03-01T12:00:00Z"]),
            (dct::MODIFIED, &["2026-04-01T12:00:00Z"]),
            (dcat::VERSION, &["2"]),
            (
                dct::LICENSE,
                &["https://creativecommons.org/licenses/by/4.0/"],
            ),
            (
                schema_org::LICENSE,
                &["https://creativecommons.org/licenses/by/4.0/"],
            ),
            (dct::CONFORMS_TO, &[omma::PROFILE_1]),
            (
                dct::ACCESS_RIGHTS,
                &["http://publications.europa.eu/resource/authority/access-right/PUBLIC"],
            ),
            (
                odrl::HAS_POLICY,
                &[
                    "http://purl.obolibrary.org/obo/DUO_0000042",
                    "https://terms.example.org/",
                ],
            ),
            (dcat::BYTE_SIZE, &["1234567"]),
            (omma::FILE_COUNT, &["7"]),
            (schema_org::KEYWORDS, &["cytokinesis ring", "septin"]),
            (omma::SAMPLE_KIND, &["in-vitro"]),
            (omma::MISSING, &["funding"]),
            (schema_org::IS_PART_OF, &[]),
        ],
    );
}

#[test]
fn terms_stand_by_their_iri_and_beside_it_as_submitted() {
    let said = of_study(&full_study());
    assert_objects(
        &said,
        "",
        &[
            (
                schema_org::ABOUT,
                &[
                    "http://purl.obolibrary.org/obo/GO_0000910",
                    TAXON,
                    "~#biosample-1",
                    "~#biosample-2",
                ],
            ),
            (dwciri::MEASUREMENT_METHOD, &[SPINNING_DISK]),
            (
                schema_org::MEASUREMENT_TECHNIQUE,
                &["home-made light sheet"],
            ),
        ],
    );
    assert_objects(
        &said,
        "#term-1",
        &[
            (rdf::TYPE, &[omma::TERM_USE]),
            (omma::TERM, &[TAXON]),
            (omma::SUBMITTED_LABEL, &["fission yeast"]),
            (omma::SUBMITTED_TERM, &["NCBITaxon:4896"]),
            (omma::ROLE, &["organism"]),
        ],
    );
    // given by its label alone; by its canonical IRI; as text that is no term
    assert_objects(
        &said,
        "#term-2",
        &[
            (omma::SUBMITTED_LABEL, &["cytokinesis"]),
            (omma::SUBMITTED_TERM, &[]),
        ],
    );
    assert_objects(
        &said,
        "#term-4",
        &[
            (omma::SUBMITTED_LABEL, &["spinning disk"]),
            (omma::SUBMITTED_TERM, &[]),
        ],
    );
    assert_objects(
        &said,
        "#term-3",
        &[
            (omma::SUBMITTED_LABEL, &["contractile rings"]),
            (omma::TERM, &[]),
            (omma::ROLE, &["subject"]),
        ],
    );
    // one term submitted alike at two places is one node
    assert!(objects(&said, "", omma::HAS_TERM_USE).contains(&"~#term-1".to_owned()));
    assert!(objects(&said, "#biosample-1", omma::HAS_TERM_USE).contains(&"~#term-1".to_owned()));
}

#[test]
fn people_institutions_articles_and_money_are_hash_nodes() {
    let said = of_study(&full_study());
    assert_objects(
        &said,
        "",
        &[
            (schema_org::AUTHOR, &["~#author-1", "~#author-2"]),
            (schema_org::PUBLISHER, &["~#organisation-3"]),
            (schema_org::CITATION, &["~#article-1"]),
            (schema_org::FUNDING, &["~#grant-1"]),
        ],
    );
    assert_objects(
        &said,
        "#author-1",
        &[
            (schema_org::NAME, &["Ada Author"]),
            (schema_org::POSITION, &["1"]),
            (
                schema_org::SAME_AS,
                &["https://orcid.org/0000-0002-1825-0097"],
            ),
            (
                schema_org::AFFILIATION,
                &["~#organisation-1", "~#organisation-2"],
            ),
            (schema_org::ROLE_NAME, &["Investigation"]),
            (schema_org::ADDITIONAL_PROPERTY, &["~#author-1-property-1"]),
        ],
    );
    assert_objects(
        &said,
        "#author-2",
        &[
            (schema_org::NAME, &["Ben Writer"]),
            (schema_org::AFFILIATION, &["~#organisation-1"]),
        ],
    );
    assert_objects(
        &said,
        "#organisation-1",
        &[
            (schema_org::NAME, &["Institute of Yeast"]),
            (schema_org::SAME_AS, &["https://ror.org/02hw5fp67"]),
            (schema_org::URL, &["https://yeast.example.org/"]),
        ],
    );
    assert_objects(
        &said,
        "#article-1",
        &[
            (
                schema_org::SAME_AS,
                &[
                    "https://doi.org/10.1234/abc",
                    "https://pubmed.ncbi.nlm.nih.gov/24835675/",
                ],
            ),
            (schema_org::IDENTIFIER, &["PMID:24835675"]),
            (schema_org::DATE_PUBLISHED, &["2025"]),
        ],
    );
    assert_objects(
        &said,
        "#grant-1",
        &[
            (schema_org::FUNDER, &["~#organisation-1"]),
            (schema_org::IDENTIFIER, &["EX-123"]),
        ],
    );
}

#[test]
fn a_tie_to_another_study_keeps_its_name() {
    let said = of_study(&full_study());
    assert_eq!(
        objects(&said, "", prov::WAS_DERIVED_FROM),
        ["https://images.example.org/id/DND-S7"]
    );
    assert_eq!(
        objects(&said, "", rdfs::SEE_ALSO),
        ["https://other.example.org/1"]
    );
    assert_eq!(
        objects(&said, "", dcat::QUALIFIED_RELATION),
        ["~#related-3", "~#related-4"]
    );
    assert_objects(
        &said,
        "#related-3",
        &[
            (schema_org::ROLE_NAME, &["same-experiment"]),
            (dct::RELATION, &["https://other.example.org/2"]),
        ],
    );
    assert_objects(
        &said,
        "#related-4",
        &[
            (schema_org::ROLE_NAME, &["supersedes"]),
            (schema_org::IDENTIFIER, &["lab book 7"]),
        ],
    );
}

#[test]
fn biosamples_specimens_and_acquisitions_say_what_was_done() {
    let said = of_study(&full_study());
    assert_objects(
        &said,
        "#biosample-1",
        &[
            (rdf::TYPE, &[schema_org::BIO_SAMPLE]),
            (schema_org::IDENTIFIER, &["wild"]),
            (obo::IN_TAXON, &[TAXON]),
            (schema_org::TAXONOMIC_RANGE, &[TAXON]),
            (
                omma::CELL_TYPE,
                &["http://purl.obolibrary.org/obo/CL_0000521"],
            ),
            (
                bao::HAS_CELL_LINE,
                &["http://purl.obolibrary.org/obo/CLO_0002462"],
            ),
            (
                omma::TISSUE,
                &["http://purl.obolibrary.org/obo/UBERON_0000955"],
            ),
            (
                omma::DISEASE,
                &["http://purl.obolibrary.org/obo/MONDO_0004992"],
            ),
            (
                schema_org::ABOUT,
                &["http://purl.obolibrary.org/obo/GO_0051301"],
            ),
            (dwc::SEX, &["mating type minus"]),
            (omma::SAMPLE_ROLE, &["treated"]),
            (omma::HAS_TREATMENT, &["~#biosample-1-treatment-1"]),
        ],
    );
    assert_objects(
        &said,
        "#biosample-1-treatment-1",
        &[
            (omma::AGENT, &["latrunculin A"]),
            (omma::DOSE, &["10"]),
            (schema_org::UNIT_TEXT, &["micromolar"]),
            (omma::DURATION, &["5 min"]),
        ],
    );
    assert_objects(
        &said,
        "#specimen-1",
        &[
            (omma::BIOSAMPLE, &["~#biosample-1"]),
            (prov::WAS_GENERATED_BY, &["~#specimen-1-preparation-1"]),
        ],
    );
    assert_objects(
        &said,
        "#specimen-1-preparation-1",
        &[(dct::TYPE, &["http://purl.obolibrary.org/obo/FBbi_00000001"])],
    );
    assert_objects(
        &said,
        "#acquisition-1",
        &[
            (
                rdf::TYPE,
                &[obo::IMAGING_ASSAY, schema_org::LAB_PROTOCOL, prov::ACTIVITY],
            ),
            (
                schema_org::MEASUREMENT_TECHNIQUE,
                &["a trick of ours", SPINNING_DISK],
            ),
            (schema_org::LAB_EQUIPMENT, &["Andor Dragonfly"]),
        ],
    );
    // a protocol without an imaging term is only a protocol, and made no image
    assert_eq!(
        objects(&said, "#acquisition-2", rdf::TYPE),
        [schema_org::LAB_PROTOCOL]
    );
    assert_objects(
        &said,
        "#component-1",
        &[
            (rdf::TYPE, &[dcat::DATASET, omma::STUDY_COMPONENT]),
            (schema_org::IS_PART_OF, &["~"]),
            (omma::BIOSAMPLE, &["~#biosample-1"]),
            (omma::SPECIMEN, &["~#specimen-1"]),
            (prov::WAS_GENERATED_BY, &["~#acquisition-1"]),
            (omma::PROTOCOL, &["~#acquisition-2"]),
        ],
    );
    // a name that no biosample has is kept
    assert_objects(
        &said,
        "#component-1-property-1",
        &[
            (schema_org::NAME, &["biosample"]),
            (schema_org::VALUE, &["nobody"]),
        ],
    );
}

#[test]
fn annotations_and_figures_point_to_images() {
    let said = of_study(&full_study());
    assert_objects(
        &said,
        "#annotation-1",
        &[
            (rdf::TYPE, &[oa::ANNOTATION, prov::ENTITY]),
            (omma::ANNOTATION_TYPE, &["segmentation_mask"]),
            (schema_org::MEASUREMENT_TECHNIQUE, &["drawn by hand"]),
            (oa::HAS_TARGET, &["~-I1"]),
            (
                oa::HAS_BODY,
                &["~#annotation-1-file-1", "~#annotation-1-file-2"],
            ),
        ],
    );
    assert_objects(
        &said,
        "#annotation-1-file-1",
        &[
            (dcat::DOWNLOAD_URL, &["~.2/files/masks/1.tif"]),
            (prov::WAS_DERIVED_FROM, &["~-I1"]),
        ],
    );
    assert_objects(
        &said,
        "#figure-1",
        &[
            (prov::WAS_DERIVED_FROM, &["~-I2"]),
            (omma::PATH, &["plots/2a.csv"]),
        ],
    );
}

#[test]
fn a_catalogued_study_says_where_its_data_are_and_claims_nothing_more() {
    let mut study = full_study();
    study.data_at = Some("https://archive.example.org/S-TEST1".to_owned());
    study.access_level = None;
    study.source.identifier_is_given = false;
    let said = describe::study(&study, &Names::of(&study).naming(), None);
    assert_objects(
        &said,
        "",
        &[
            (omma::DATA_AT, &["https://archive.example.org/S-TEST1"]),
            (dcat::BYTE_SIZE, &["99"]),
            (omma::FILE_COUNT, &["9"]),
            (omma::MANIFEST, &[]),
            (dct::ACCESS_RIGHTS, &[]),
            (schema_org::IDENTIFIER, &[]),
        ],
    );
}
