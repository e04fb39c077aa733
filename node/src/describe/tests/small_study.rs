//! The smallest study, written out in full: what a reader of the protocol sees.

use super::records;
use crate::study::{Component, PackageFormat, Person, Profile, Source, Study, TermRole, TermUse};
use ::web::formats::{json_ld, turtle};

fn small_study() -> Study {
    let source = Source {
        identifier: "S-SMALL1".to_owned(),
        identifier_is_given: true,
        iri: None,
        same_as: Vec::new(),
        format: PackageFormat::StudyFile,
    };
    let term = |role, given: &str, iri: &str| TermUse {
        role,
        given: given.to_owned(),
        label: None,
        iri: Some(format!("http://purl.obolibrary.org/obo/{iri}")),
    };
    let mut study = Study::new(Profile::Legacy, source);
    study.title = Some("Septin rings".to_owned());
    study.licence = Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
    study.release_date = Some("2006".to_owned());
    study.authors = vec![Person {
        name: Some("A. Author".to_owned()),
        ..Person::default()
    }];
    study.subjects = vec![term(TermRole::Organism, "NCBITaxon:4896", "NCBITaxon_4896")];
    study.imaging_methods = vec![term(
        TermRole::Method,
        "spinning disk confocal microscopy",
        "FBbi_00000253",
    )];
    study.components = vec![Component {
        title: "Wild type".to_owned(),
        ..Component::default()
    }];
    study.data_at = Some("https://archive.example.org/S-SMALL1".to_owned());
    study.missing = vec!["description".to_owned()];
    study
}

#[test]
fn in_n_quads() {
    let record = records(&small_study(), None).remove(0);
    insta::assert_snapshot!(String::from_utf8(record.into_bytes()).unwrap(), @r###"
    <https://images.example.org/id/DND-S42#author-1> <http://schema.org/name> "A. Author" .
    <https://images.example.org/id/DND-S42#author-1> <http://schema.org/position> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
    <https://images.example.org/id/DND-S42#author-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/Person> .
    <https://images.example.org/id/DND-S42#component-1> <http://schema.org/isPartOf> <https://images.example.org/id/DND-S42> .
    <https://images.example.org/id/DND-S42#component-1> <http://schema.org/name> "Wild type" .
    <https://images.example.org/id/DND-S42#component-1> <http://schema.org/position> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
    <https://images.example.org/id/DND-S42#component-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
    <https://images.example.org/id/DND-S42#component-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ommatidia/ns#StudyComponent> .
    <https://images.example.org/id/DND-S42#term-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ommatidia/ns#TermUse> .
    <https://images.example.org/id/DND-S42#term-1> <https://w3id.org/ommatidia/ns#role> "organism" .
    <https://images.example.org/id/DND-S42#term-1> <https://w3id.org/ommatidia/ns#submittedTerm> "NCBITaxon:4896" .
    <https://images.example.org/id/DND-S42#term-1> <https://w3id.org/ommatidia/ns#term> <http://purl.obolibrary.org/obo/NCBITaxon_4896> .
    <https://images.example.org/id/DND-S42#term-2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ommatidia/ns#TermUse> .
    <https://images.example.org/id/DND-S42#term-2> <https://w3id.org/ommatidia/ns#role> "method" .
    <https://images.example.org/id/DND-S42#term-2> <https://w3id.org/ommatidia/ns#submittedLabel> "spinning disk confocal microscopy" .
    <https://images.example.org/id/DND-S42#term-2> <https://w3id.org/ommatidia/ns#term> <http://purl.obolibrary.org/obo/FBbi_00000253> .
    <https://images.example.org/id/DND-S42> <http://purl.org/dc/terms/conformsTo> <https://w3id.org/ommatidia/ns#profile-legacy> .
    <https://images.example.org/id/DND-S42> <http://purl.org/dc/terms/identifier> "DND-S42" .
    <https://images.example.org/id/DND-S42> <http://purl.org/dc/terms/issued> "2026-03-01T12:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
    <https://images.example.org/id/DND-S42> <http://purl.org/dc/terms/license> <https://creativecommons.org/publicdomain/zero/1.0/> .
    <https://images.example.org/id/DND-S42> <http://purl.org/dc/terms/modified> "2026-04-01T12:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
    <https://images.example.org/id/DND-S42> <http://rs.tdwg.org/dwc/iri/measurementMethod> <http://purl.obolibrary.org/obo/FBbi_00000253> .
    <https://images.example.org/id/DND-S42> <http://schema.org/about> <http://purl.obolibrary.org/obo/NCBITaxon_4896> .
    <https://images.example.org/id/DND-S42> <http://schema.org/author> <https://images.example.org/id/DND-S42#author-1> .
    <https://images.example.org/id/DND-S42> <http://schema.org/datePublished> "2006"^^<http://www.w3.org/2001/XMLSchema#gYear> .
    <https://images.example.org/id/DND-S42> <http://schema.org/identifier> "S-SMALL1" .
    <https://images.example.org/id/DND-S42> <http://schema.org/license> <https://creativecommons.org/publicdomain/zero/1.0/> .
    <https://images.example.org/id/DND-S42> <http://schema.org/name> "Septin rings" .
    <https://images.example.org/id/DND-S42> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/Dataset> .
    <https://images.example.org/id/DND-S42> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
    <https://images.example.org/id/DND-S42> <http://www.w3.org/ns/dcat#version> "2" .
    <https://images.example.org/id/DND-S42> <https://w3id.org/ommatidia/ns#dataAt> <https://archive.example.org/S-SMALL1> .
    <https://images.example.org/id/DND-S42> <https://w3id.org/ommatidia/ns#missing> "description" .
    <https://images.example.org/id/DND-S42> <https://w3id.org/ommatidia/ns#salt> "BwcHBwcHBwcHBwcHBwcHBw" .
    <https://images.example.org/id/DND-S42> <https://w3id.org/ommatidia/ns#termUse> <https://images.example.org/id/DND-S42#term-1> .
    <https://images.example.org/id/DND-S42> <https://w3id.org/ommatidia/ns#termUse> <https://images.example.org/id/DND-S42#term-2> .
    "###);
}

#[test]
fn in_json_ld() {
    insta::assert_snapshot!(json_ld(&records(&small_study(), None)[0]), @r###"
    {
      "@context": "https://w3id.org/ommatidia/context/1",
      "@id": "https://images.example.org/id/DND-S42",
      "@type": [
        "Dataset",
        "DcatDataset"
      ],
      "about": "http://purl.obolibrary.org/obo/NCBITaxon_4896",
      "accession": "DND-S42",
      "author": {
        "@id": "https://images.example.org/id/DND-S42#author-1",
        "@type": "Person",
        "name": "A. Author",
        "position": 1
      },
      "conformsTo": "https://w3id.org/ommatidia/ns#profile-legacy",
      "dataAt": "https://archive.example.org/S-SMALL1",
      "datePublished": {
        "@value": "2006",
        "@type": "http://www.w3.org/2001/XMLSchema#gYear"
      },
      "dctLicense": "https://creativecommons.org/publicdomain/zero/1.0/",
      "identifier": "S-SMALL1",
      "issued": "2026-03-01T12:00:00Z",
      "license": "https://creativecommons.org/publicdomain/zero/1.0/",
      "measurementMethod": "http://purl.obolibrary.org/obo/FBbi_00000253",
      "missing": "description",
      "modified": "2026-04-01T12:00:00Z",
      "name": "Septin rings",
      "salt": "BwcHBwcHBwcHBwcHBwcHBw",
      "termUse": [
        {
          "@id": "https://images.example.org/id/DND-S42#term-1",
          "@type": "TermUse",
          "role": "organism",
          "submittedTerm": "NCBITaxon:4896",
          "term": "http://purl.obolibrary.org/obo/NCBITaxon_4896"
        },
        {
          "@id": "https://images.example.org/id/DND-S42#term-2",
          "@type": "TermUse",
          "role": "method",
          "submittedLabel": "spinning disk confocal microscopy",
          "term": "http://purl.obolibrary.org/obo/FBbi_00000253"
        }
      ],
      "version": "2",
      "@included": {
        "@id": "https://images.example.org/id/DND-S42#component-1",
        "@type": [
          "DcatDataset",
          "StudyComponent"
        ],
        "isPartOf": "https://images.example.org/id/DND-S42",
        "name": "Wild type",
        "position": 1
      }
    }
    "###);
}

#[test]
fn in_turtle() {
    insta::assert_snapshot!(turtle(&records(&small_study(), None)[0]).unwrap(), @r###"
    @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix dwciri: <http://rs.tdwg.org/dwc/iri/> .
    @prefix obo: <http://purl.obolibrary.org/obo/> .
    @prefix omma: <https://w3id.org/ommatidia/ns#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix schema: <http://schema.org/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <https://images.example.org/id/DND-S42> a schema:Dataset , dcat:Dataset ;
    	dct:conformsTo omma:profile-legacy ;
    	dct:identifier "DND-S42" ;
    	dct:issued "2026-03-01T12:00:00Z"^^xsd:dateTime ;
    	dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    	dct:modified "2026-04-01T12:00:00Z"^^xsd:dateTime ;
    	dwciri:measurementMethod obo:FBbi_00000253 ;
    	schema:about obo:NCBITaxon_4896 ;
    	schema:author <https://images.example.org/id/DND-S42#author-1> ;
    	schema:datePublished "2006"^^xsd:gYear ;
    	schema:identifier "S-SMALL1" ;
    	schema:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    	schema:name "Septin rings" ;
    	dcat:version "2" ;
    	omma:dataAt <https://archive.example.org/S-SMALL1> ;
    	omma:missing "description" ;
    	omma:salt "BwcHBwcHBwcHBwcHBwcHBw" ;
    	omma:termUse <https://images.example.org/id/DND-S42#term-1> , <https://images.example.org/id/DND-S42#term-2> .
    <https://images.example.org/id/DND-S42#author-1> a schema:Person ;
    	schema:name "A. Author" ;
    	schema:position 1 .
    <https://images.example.org/id/DND-S42#component-1> a dcat:Dataset , omma:StudyComponent ;
    	schema:isPartOf <https://images.example.org/id/DND-S42> ;
    	schema:name "Wild type" ;
    	schema:position 1 .
    <https://images.example.org/id/DND-S42#term-1> a omma:TermUse ;
    	omma:role "organism" ;
    	omma:submittedTerm "NCBITaxon:4896" ;
    	omma:term obo:NCBITaxon_4896 .
    <https://images.example.org/id/DND-S42#term-2> a omma:TermUse ;
    	omma:role "method" ;
    	omma:submittedLabel "spinning disk confocal microscopy" ;
    	omma:term obo:FBbi_00000253 .
    "###);
}
