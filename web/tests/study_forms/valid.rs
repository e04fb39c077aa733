//! What schemas and shapes say that others wrote.

use serde_json::Value;
use web::formats::{
    Located, data_catalogue, datacite_xml, dataset, oai_dc, ris, ro_crate, sitemap, sitemap_index,
};
use web::view::StudyView;

use crate::outside::{
    is_valid_datacite, is_valid_oai_dc, is_valid_ris, is_valid_sitemap, keeps_gide_shapes,
};
use crate::records::{archive, catalogue, image, poor, rich, titled};

/// Text as bad as it comes: markup, control characters, right-to-left, long.
fn hostile() -> String {
    format!(
        "</title><script>alert(1)</script>]]>&amp;&#0; \u{0}\u{1b}\u{fffe} \u{202e}olleh\u{202c} {}",
        "ä\u{1F9EC}\r\n\t".repeat(500)
    )
}

fn studies() -> [StudyView; 3] {
    [rich(), poor(), titled(&hostile(), &hostile())]
}

#[test]
fn datacite_xml_is_valid() {
    for study in studies() {
        is_valid_datacite(&datacite_xml(&study, &archive()).unwrap());
    }
}

#[test]
fn ris_is_read_as_what_it_is() {
    let rich = rich();
    is_valid_ris(&ris(&rich, &archive()), Some(rich.title()));
    let hostile = StudyView {
        title: Some(hostile()),
        description: Some("ER  - \r\nTY  - JOUR".to_owned()),
        ..rich
    };
    is_valid_ris(&ris(&hostile, &archive()), None);
}

#[test]
fn oai_dc_is_valid() {
    for study in studies() {
        is_valid_oai_dc(&oai_dc(&study, &archive()));
    }
}

#[test]
fn a_crate_keeps_the_shapes_of_its_profile() {
    keeps_gide_shapes(&ro_crate(&rich(), &archive()));
    let mut hostile = StudyView {
        title: Some(hostile()),
        ..rich()
    };
    hostile.authors[0].name = hostile.title.clone();
    keeps_gide_shapes(&ro_crate(&hostile, &archive()));
}

#[test]
fn a_sitemap_and_its_index_are_valid() {
    let located = |address: &str, modified: Option<&str>| Located {
        address: address.to_owned(),
        modified: modified.map(str::to_owned),
    };
    let all = [
        located(
            "https://node.example.org/id/DND-S42",
            Some("2026-04-05T10:00:00Z"),
        ),
        located("https://node.example.org/id/ä&b", Some("2026-04")),
        located("https://node.example.org/", Some("yesterday")),
    ];
    let written = sitemap(all.clone()).unwrap();
    assert_eq!(written.matches("<lastmod>").count(), 2, "{written}");
    assert!(written.contains("/id/%C3%A4&amp;b"), "{written}");
    is_valid_sitemap(&written);
    is_valid_sitemap(&sitemap_index(all).unwrap());
}

/// The required properties of Bioschemas Dataset 1.0-RELEASE, and those that it recommends and we can have.
#[test]
fn bioschemas_has_what_its_profile_asks_for() {
    let properties = |text: &str| -> Vec<String> {
        let value: Value = serde_json::from_str(text).unwrap();
        value.as_object().unwrap().keys().cloned().collect()
    };
    let required = [
        "@context",
        "@type",
        "@id",
        "http://purl.org/dc/terms/conformsTo",
        "description",
        "identifier",
        "keywords",
        "license",
        "name",
        "url",
    ];
    let recommended = [
        "alternateName",
        "citation",
        "creator",
        "datePublished",
        "distribution",
        "includedInDataCatalog",
        "isBasedOn",
        "measurementTechnique",
        "publisher",
        "version",
    ];
    let of_rich = properties(&dataset(&rich(), &archive(), &[image()]));
    for name in required.iter().chain(&recommended) {
        assert!(of_rich.contains(&(*name).to_owned()), "{name} is missing");
    }
    let of_poor = properties(&dataset(&poor(), &archive(), &[]));
    let of_catalogue = properties(&data_catalogue(&catalogue(), &[]));
    for name in required {
        assert!(of_poor.contains(&name.to_owned()), "{name} is missing");
        let is_of_both = !matches!(name, "identifier" | "license");
        assert!(
            !is_of_both || of_catalogue.contains(&name.to_owned()),
            "{name} is missing"
        );
    }
    assert!(of_catalogue.contains(&"provider".to_owned()));
}

#[test]
fn search_engines_get_no_longer_description_than_they_take() {
    let long = "ß".repeat(6000);
    let value: Value =
        serde_json::from_str(&dataset(&titled("A title", &long), &archive(), &[])).unwrap();
    assert_eq!(value["description"].as_str().unwrap().chars().count(), 5000);
}
