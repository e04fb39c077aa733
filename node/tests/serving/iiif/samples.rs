//! The example studies, which are OME-TIFF: read by the node itself, and looked at.

use std::collections::HashSet;

use node::samples::{self, SEED, Size};

use crate::server::Server;

#[test]
fn every_image_of_the_examples_has_a_picture_that_shows_something() {
    let server = Server::start();
    let folder = server.deposit("examples");
    samples::write(&folder, SEED, Size::Small, &|_| ()).unwrap();
    let (mut seen, mut described) = (0, 0);
    for institution in std::fs::read_dir(&folder).unwrap() {
        let institution = institution.unwrap().path();
        if !institution.is_dir() {
            continue;
        }
        for study in std::fs::read_dir(institution).unwrap() {
            let report = server.import(&study.unwrap().path());
            let id = report.id.expect("an accession");
            let manifest = server.get(&format!("/iiif/presentation/3/{id}/manifest"));
            if server.get(&format!("/id/{id}/files.tsv")).status == 404 {
                // described here and kept elsewhere
                assert_eq!(manifest.status, 404, "{id}");
                described += 1;
                continue;
            }
            let manifest = manifest.json();
            let canvases = manifest["items"].as_array().unwrap();
            assert!(!canvases.is_empty(), "{id}");
            // one of each study: they are alike, and this is not optimised
            let canvas = &canvases[canvases.len() / 2];
            let address = canvas["thumbnail"][0]["id"].as_str().unwrap();
            let (_, path) = address.split_once("/iiif/").unwrap();
            let answer = server.get(&format!("/iiif/{path}"));
            assert_eq!(answer.status, 200, "{path}: {:?}", answer.text());
            let picture = image::load_from_memory(&answer.body).unwrap().to_luma8();
            let shades: HashSet<u8> = picture.pixels().map(|pixel| pixel.0[0]).collect();
            assert!(shades.len() > 40, "{path} has {} shades", shades.len());
            seen += 1;
        }
    }
    assert!(
        seen >= 10 && described == 1,
        "{seen} studies, {described} described"
    );
}
