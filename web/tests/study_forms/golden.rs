//! Every form of a rich and of a poor study, as it was written down once.

use web::formats::{
    ListedStudy, bibtex, citation, csl_json, data_catalogue, datacite_xml, dataset, oai_dc,
    of_study, ris, ro_crate,
};
use web::http::Format;

use crate::records::{
    archive, catalogue, image, image_record, label, poor, poor_record, rich, rich_record,
};

#[test]
fn a_study_that_says_everything() {
    let (study, archive) = (rich(), archive());
    insta::assert_snapshot!("rich.citation", citation(&study, &archive));
    insta::assert_snapshot!("rich.bib", bibtex(&study, &archive));
    insta::assert_snapshot!("rich.ris", ris(&study, &archive).replace("\r\n", "␍␊\n"));
    insta::assert_snapshot!("rich.csl.json", csl_json(&study, &archive));
    insta::assert_snapshot!("rich.datacite.xml", datacite_xml(&study, &archive).unwrap());
    insta::assert_snapshot!("rich.oai_dc.xml", oai_dc(&study, &archive));
    insta::assert_snapshot!(
        "rich.bioschemas.json",
        dataset(&study, &archive, &[image()])
    );
    insta::assert_snapshot!("rich.ro-crate.json", ro_crate(&study, &archive));
}

#[test]
fn a_study_that_says_hardly_anything() {
    let (study, archive) = (poor(), archive());
    insta::assert_snapshot!("poor.citation", citation(&study, &archive));
    insta::assert_snapshot!("poor.bib", bibtex(&study, &archive));
    insta::assert_snapshot!("poor.ris", ris(&study, &archive).replace("\r\n", "␍␊\n"));
    insta::assert_snapshot!("poor.csl.json", csl_json(&study, &archive));
    insta::assert_snapshot!("poor.datacite.xml", datacite_xml(&study, &archive).unwrap());
    insta::assert_snapshot!("poor.oai_dc.xml", oai_dc(&study, &archive));
    insta::assert_snapshot!("poor.bioschemas.json", dataset(&study, &archive, &[]));
    insta::assert_snapshot!("poor.ro-crate.json", ro_crate(&study, &archive));
}

#[test]
fn the_archive_itself() {
    let listed = [rich(), poor()].map(|study| ListedStudy {
        iri: study.iri.clone(),
        title: study.title().to_owned(),
        page: archive().page(&study.id),
    });
    insta::assert_snapshot!("catalogue.json", data_catalogue(&catalogue(), &listed));
}

#[test]
fn every_form_is_given_by_its_name() {
    let archive = archive();
    let given = |format| of_study(&rich_record(), 2, format, &archive, label).unwrap();
    assert_eq!(given(Format::BibTex), bibtex(&rich(), &archive));
    assert_eq!(given(Format::Ris), ris(&rich(), &archive));
    assert_eq!(given(Format::CslJson), csl_json(&rich(), &archive));
    assert_eq!(given(Format::RoCrate), ro_crate(&rich(), &archive));
    assert_eq!(
        given(Format::DataCite),
        datacite_xml(&rich(), &archive).unwrap()
    );
    assert_eq!(given(Format::NQuads).as_bytes(), rich_record().bytes());
    for (format, sign) in [
        (Format::JsonLd, "\"@context\""),
        (Format::Turtle, "@prefix"),
        (Format::RdfXml, "<rdf:RDF"),
    ] {
        assert!(given(format).contains(sign), "{format:?}");
    }
}

#[test]
fn an_image_has_the_forms_of_a_record_and_no_others() {
    let archive = archive();
    let given = |format| of_study(&image_record(), 1, format, &archive, |_| None);
    assert!(given(Format::Turtle).is_ok());
    let error = given(Format::BibTex).unwrap_err().to_string();
    assert_eq!(
        error,
        "the record is about https://images.example.org/id/DND-S42-I1 and not about a study; ask for another form of it"
    );
}

#[test]
fn without_a_year_there_is_no_datacite_record() {
    let study = web::view::StudyView {
        date_published: Some("long ago".to_owned()),
        issued: None,
        ..poor()
    };
    let error = datacite_xml(&study, &archive()).unwrap_err().to_string();
    assert!(error.contains("a year is required"), "{error}");
    assert!(of_study(&poor_record(), 1, Format::DataCite, &archive(), |_| None).is_ok());
}
