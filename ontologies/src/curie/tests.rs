#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use super::*;

const HUMAN: &str = "http://purl.obolibrary.org/obo/NCBITaxon_9606";

#[test]
fn every_spelling_of_a_taxon_is_one_iri() {
    for spelling in [
        "NCBITaxon:9606",
        "NCBITaxon_9606",
        "NCBITaxon_09606",
        "ncbitaxon:009606",
        "NCBI:txid9606",
        "txid9606",
        "taxonomy:9606",
        "taxon:9606",
        "obo:NCBITaxon_9606",
        "OBO:NCBITaxon_9606",
        " <http://purl.obolibrary.org/obo/NCBITaxon_9606> ",
        "https://purl.obolibrary.org/obo/NCBITaxon_09606",
        "http://identifiers.org/taxonomy/9606",
        "https://identifiers.org/taxonomy:9606",
        "https://identifiers.org/ncbitaxon/NCBITaxon:9606",
        "https://bioregistry.io/ncbitaxon:9606",
        "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?mode=Info&id=9606&lvl=3",
        "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=9606",
        "https://www.ncbi.nlm.nih.gov/taxonomy/9606",
        "https://www.ncbi.nlm.nih.gov/datasets/taxonomy/9606/",
        "https://www.ncbi.nlm.nih.gov/taxonomy/?term=txid9606",
        "http://purl.uniprot.org/taxonomy/9606",
        "https://www.uniprot.org/taxonomy/9606",
        "http://purl.bioontology.org/ontology/NCBITAXON/NCBITaxon_9606",
        "#NCBITaxon_9606",
    ] {
        assert_eq!(Curie::parse(spelling).unwrap().iri(), HUMAN, "{spelling}");
    }
}

#[test]
fn bases_and_widths_are_those_of_each_vocabulary() {
    for (spelling, curie, iri) in [
        (
            "Fbbi_00000246",
            "FBbi:00000246",
            "http://purl.obolibrary.org/obo/FBbi_00000246",
        ),
        (
            "FBBI:246",
            "FBbi:00000246",
            "http://purl.obolibrary.org/obo/FBbi_00000246",
        ),
        (
            "http://purl.obolibrary.org/obo/CMPO_0000077",
            "CMPO:0000077",
            "http://www.ebi.ac.uk/cmpo/CMPO_0000077",
        ),
        (
            "https://www.ebi.ac.uk/cmpo/CMPO_0000077",
            "CMPO:0000077",
            "http://www.ebi.ac.uk/cmpo/CMPO_0000077",
        ),
        (
            "obo:EFO_0007550",
            "EFO:0007550",
            "http://www.ebi.ac.uk/efo/EFO_0007550",
        ),
        (
            "bao:BAO_0002004",
            "BAO:0002004",
            "http://www.bioassayontology.org/bao#BAO_0002004",
        ),
        (
            "http://www.bioassayontology.org/bao#BAO_0002004",
            "BAO:0002004",
            "http://www.bioassayontology.org/bao#BAO_0002004",
        ),
        (
            "MI_2213",
            "MI:2213",
            "http://purl.obolibrary.org/obo/MI_2213",
        ),
        (
            "GO:GO_0005634",
            "GO:0005634",
            "http://purl.obolibrary.org/obo/GO_0005634",
        ),
        (
            "#NCIT_C181930",
            "NCIT:C181930",
            "http://purl.obolibrary.org/obo/NCIT_C181930",
        ),
        (
            "http://edamontology.org/topic_3385",
            "EDAM:topic_3385",
            "http://edamontology.org/topic_3385",
        ),
        (
            "omma:method-light",
            "omma:method-light",
            "https://w3id.org/ommatidia/ns#method-light",
        ),
        (
            "DOID:0001",
            "DOID:1",
            "http://purl.obolibrary.org/obo/DOID_1",
        ),
        (
            "obo:TAXRANK_0000001",
            "TAXRANK:0000001",
            "http://purl.obolibrary.org/obo/TAXRANK_0000001",
        ),
        (
            "https://www.ebi.ac.uk/ols4/ontologies/fbbi/classes/http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FFBbi_00000251",
            "FBbi:00000251",
            "http://purl.obolibrary.org/obo/FBbi_00000251",
        ),
        (
            "https://www.ebi.ac.uk/ols/ontologies/efo/terms?iri=http%3A%2F%2Fwww.ebi.ac.uk%2Fefo%2FEFO_0007550&x=1",
            "EFO:0007550",
            "http://www.ebi.ac.uk/efo/EFO_0007550",
        ),
    ] {
        let parsed = Curie::parse(spelling).unwrap();
        assert_eq!(
            (parsed.to_string().as_str(), parsed.iri().as_str()),
            (curie, iri),
            "{spelling}"
        );
        assert_eq!(compact(iri).unwrap(), (parsed.prefix(), parsed.local()));
    }
}

#[test]
fn what_is_no_identifier_says_so() {
    for text in [
        "",
        "human",
        "confocal microscopy",
        "#imaging-technique-1",
        "#00000251",
        "https://example.org/CL_12",
        "urn:x:y",
        "https://www.ncbi.nlm.nih.gov/pubmed/9606",
    ] {
        assert!(
            matches!(Curie::parse(text), Err(CurieError::NotAnIdentifier(_))),
            "{text}: {:?}",
            Curie::parse(text)
        );
    }
    for text in [
        "NCBITaxon:human",
        "NCBITaxon_0",
        "FBbi:123456789",
        "GO:",
        "CL:00 1",
    ] {
        assert!(
            matches!(Curie::parse(text), Err(CurieError::BadLocal { .. })),
            "{text}: {:?}",
            Curie::parse(text)
        );
    }
}

#[test]
fn a_bare_number_needs_its_vocabulary() {
    assert_eq!(
        Curie::parse_within("FBbi", "#00000251")
            .unwrap()
            .to_string(),
        "FBbi:00000251"
    );
    assert_eq!(
        Curie::parse_within("FBbi", "GO:0005634")
            .unwrap()
            .to_string(),
        "GO:0005634"
    );
    assert!(Curie::parse_within("nonsense", "1").is_err());
}

#[test]
fn ontology_files_are_taken_at_their_word() {
    assert_eq!(
        expand("NCBITaxon:species").unwrap(),
        "http://purl.obolibrary.org/obo/NCBITaxon_species"
    );
    assert_eq!(
        expand("CMPO:0000077").unwrap(),
        "http://www.ebi.ac.uk/cmpo/CMPO_0000077"
    );
    assert_eq!(
        expand("http://purl.obolibrary.org/obo/EFO_0000001").unwrap(),
        "http://www.ebi.ac.uk/efo/EFO_0000001"
    );
    assert_eq!(
        expand("CARO:0000000").unwrap(),
        "http://purl.obolibrary.org/obo/CARO_0000000"
    );
    assert_eq!(expand("part_of"), None);
}
