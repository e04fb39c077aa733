//! FAIR Signposting of a study and of an image.

use serde_json::Value;
use web::formats::{link_header, links_of_image, links_of_study, links_to_files, linkset};
use web::view::Person;

use crate::records::{archive, image, poor, rich};

const LINKSET: &str = "https://node.example.org/id/DND-S42.2.linkset.json";

#[test]
fn the_page_of_a_study_leads_to_everything_that_belongs_to_it() {
    let mut links = links_of_study(&rich(), &archive());
    links.extend(links_to_files(&image()));
    insta::assert_snapshot!(
        "signposts.header",
        link_header(&links, LINKSET).replace(", <", ",\n<")
    );
    insta::assert_snapshot!(
        "signposts.linkset.json",
        linkset("https://node.example.org/id/DND-S42", &links)
    );
    let header = link_header(&links_of_study(&poor(), &archive()), LINKSET);
    assert!(
        header.contains("<https://elsewhere.example.org/study/idr9999/>; rel=\"item\""),
        "{header}"
    );
}

#[test]
fn the_page_of_an_image_leads_to_its_study_and_its_files() {
    let header = link_header(&links_of_image(&image(), &archive(), 2), LINKSET);
    for part in [
        "<https://images.example.org/id/DND-S42-I1>; rel=\"cite-as\"",
        "<https://node.example.org/id/DND-S42>; rel=\"collection\"; type=\"text/html\"",
        "<https://images.example.org/id/DND-S42.2/files/wt/1.ome.tif>; rel=\"item\"; type=\"image/tiff\"",
        "<https://node.example.org/id/DND-S42-I1.2.ttl>; rel=\"describedby alternate\"; type=\"text/turtle\"",
    ] {
        assert!(header.contains(part), "{part} is not in {header}");
    }
}

#[test]
fn a_thousand_authors_do_not_fit_into_a_header_and_are_in_the_link_set() {
    let mut study = rich();
    study.authors = (0..1000)
        .map(|number| Person {
            orcid: Some(format!("https://orcid.org/0000-0000-0000-{number:04}")),
            ..Person::default()
        })
        .collect();
    let mut links = links_of_study(&study, &archive());
    links.extend(links_to_files(&image()));
    let header = link_header(&links, LINKSET);
    assert!(
        header.len() <= 4096
            && header.ends_with("rel=\"linkset\"; type=\"application/linkset+json\"")
    );
    let set: Value =
        serde_json::from_str(&linkset("https://node.example.org/id/DND-S42", &links)).unwrap();
    assert_eq!(set["linkset"][0]["author"].as_array().unwrap().len(), 1000);
    assert_eq!(set["linkset"][0]["item"].as_array().unwrap().len(), 2);
}

#[test]
fn a_media_type_of_a_depositor_cannot_add_a_link() {
    let mut image = image();
    image.files[0].media_type =
        Some("image/x\", <https://evil.example.org/>; rel=\"cite-as".to_owned());
    let header = link_header(&links_of_image(&image, &archive(), 2), LINKSET);
    assert!(!header.contains("evil"), "{header}");
}
