//! The portal finds images: one by one, by what they are, with pictures that stay when their institution is silent.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use ontologies::schema::{dcat, omma, schema_org, xsd};
use protocol::identifier::Accession;
use tests::federation::sample::{self, About};
use tests::federation::{Fault, LogMaker};
use tests::patience::eventually;

use super::portal::{Got, Portal, put_image, put_study};

const NEURON: &str = "http://purl.obolibrary.org/obo/CL_0000540";

/// A number of the image, or text.
enum Said {
    Number(&'static str, u64),
    Size(&'static str, &'static str),
    Text(&'static str, &'static str),
}
use Said::{Number, Size, Text};

/// Writes an image that is kept by its member, and of which its record says this.
fn put_measured(log: &mut LogMaker, id: &str, title: &str, said: &[Said]) {
    let iri = log.namespace().iri(&Accession::parse(id).unwrap());
    let property = |name: &str| format!("{}{name}", omma::NAMESPACE);
    let mut about = About::iri(&iri)
        .link(schema_org::ABOUT, NEURON)
        .typed(omma::FILE_COUNT, "1", xsd::INTEGER)
        .link(dcat::DISTRIBUTION, &format!("{iri}#file-1"));
    for said in said {
        about = match said {
            Number(name, number) => about.typed(&property(name), &number.to_string(), xsd::INTEGER),
            Size(name, size) => about.typed(&property(name), size, xsd::DOUBLE),
            Text(name, text) => about.text(&property(name), text),
        };
    }
    let mut statements = sample::image(log.namespace(), id, title);
    statements.extend(about.statements());
    statements.extend(
        About::iri(format!("{iri}#file-1"))
            .text(omma::PATH, "a.ome.tif")
            .statements(),
    );
    log.put(id, statements);
}

fn portal() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Cortex of the <b>mouse</b>");
        put_study(log, "DND-S2", "A brain in three dimensions");
        put_measured(
            log,
            "DND-S1-I1",
            "Layer 5",
            &[
                Number("sizeX", 2048),
                Number("sizeY", 1024),
                Number("sizeZ", 25),
                Number("sizeC", 3),
                Number("sizeT", 1),
                Size("physicalSizeX", "0.108"),
                Text("pixelType", "uint16"),
                Text("imageFormat", "OME-TIFF"),
                Text("annotatedWith", "segmentation_mask"),
            ],
        );
        put_measured(
            log,
            "DND-S2-I1",
            "A dendrite grows",
            &[
                Number("sizeX", 512),
                Number("sizeY", 512),
                Number("sizeZ", 1),
                Number("sizeC", 1),
                Number("sizeT", 480),
                Size("physicalSizeX", "0.3"),
                Text("pixelType", "uint8"),
                Text("imageFormat", "OME-Zarr 0.5"),
                Text("annotatedWith", "tracks"),
            ],
        );
        // of this one nobody says anything
        put_image(log, "DND-S1-I2", "An old picture");
    })
}

fn page(portal: &Portal, path: &str) -> String {
    portal.browse(path).is(200).text().to_owned()
}

#[test]
fn images_of_neurons_are_answered_image_by_image() {
    let portal = portal();
    let found = page(&portal, "search?cell=CL:0000540&kind=image");
    for part in [
        "<strong>2 images</strong>",
        "Images <span class=\"soft\">2</span>",
        "Studies <span class=\"soft\">0</span>",
        "<a href=\"/images/DND-S1-I1\">Layer 5</a>",
        "2048\u{a0}\u{d7}\u{a0}1024, 3\u{a0}channels, 25\u{a0}planes, 0.108\u{a0}µm a pixel, 16\u{a0}bit, OME-TIFF",
        "<a href=\"/studies/DND-S1\" dir=\"auto\">Cortex of the &#60;b&#62;mouse&#60;/b&#62;</a>",
        "480\u{a0}time points",
        "spinning disk confocal microscopy",
        "segmentation masks",
        "src=\"/thumbnails/DND-S1-I1.1/256\"",
    ] {
        assert!(found.contains(part), "{part}: {found}");
    }
    // the margin lists what differs between the images that were found
    for (name, value, label) in [
        ("z", "2..", "any z-stack"),
        ("z", "1", "one plane"),
        ("t", "2..", "any time series"),
        ("channels", "3", "3"),
        ("pixel_size", "0.1..0.3", "0.1 to 0.3 µm"),
        ("pixel_type", "uint8", "8 bit"),
        ("image_format", "ome-tiff", "OME-TIFF"),
        ("annotated", "tracks", "tracks"),
    ] {
        let link = format!("&#38;{name}={value}\" rel=\"nofollow\">{label}</a>");
        assert!(found.contains(&link), "{link}: {found}");
    }
    let one = page(&portal, "search?cell=CL:0000540&z=2..");
    assert!(one.contains("<strong>1 image</strong>"), "{one}");
    assert!(one.contains("Remove the filter Focal planes: any z-stack"));
    // what all have is said beside them, and narrows nothing
    assert!(!one.contains(">OME-TIFF</a>"), "{one}");
    let odd = page(&portal, "search?pixel_size=0.05..0.2");
    assert!(
        odd.contains("Remove the filter Pixel size: 0.05 to 0.2 µm"),
        "{odd}"
    );
    assert!(odd.contains("<strong>1 image</strong>"), "{odd}");
    // the page of studies has neither these filters nor what they ask
    let studies = page(&portal, "search?q=mouse");
    assert!(!studies.contains("Focal planes"), "{studies}");
    let switched = page(&portal, "search?z=2..&q=dendrite");
    assert!(
        switched.contains("href=\"/search?q=dendrite\""),
        "{switched}"
    );
}

#[test]
fn a_study_shows_its_images_and_an_image_its_picture() {
    let portal = portal();
    let study = page(&portal, "studies/DND-S1");
    for part in [
        "2 images",
        "<a href=\"/images/DND-S1-I1\">Layer 5</a>",
        "25\u{a0}planes",
        "An old picture",
        "src=\"/thumbnails/DND-S1-I1.1/256\"",
    ] {
        assert!(study.contains(part), "{part}: {study}");
    }
    // nobody read the other one, so nobody can make a picture of it
    assert!(!study.contains("/thumbnails/DND-S1-I2"), "{study}");
    let image = page(&portal, "images/DND-S1-I1");
    assert!(
        image.contains("src=\"/thumbnails/DND-S1-I1.1/256\""),
        "{image}"
    );
    assert!(!page(&portal, "images/DND-S1-I2").contains("/thumbnails/"));
    portal
        .get("thumbnails/DND-S1-I2.1/128")
        .is_problem(404, "not-found");
}

#[test]
fn every_facet_counts_what_the_graph_has() {
    let portal = portal();
    let names = "z,t,channels,pixel_size,pixel_type,image_format,annotated";
    let answer = portal.get(&format!("api/v1/search?kind=image&facets={names}"));
    let facets = answer.is(200).json()["facets"].clone();
    let property = |name: &str| match name {
        "z" => "sizeZ",
        "t" => "sizeT",
        "channels" => "sizeC",
        "pixel_size" => "physicalSizeX",
        "pixel_type" => "pixelType",
        "image_format" => "imageFormat",
        _ => "annotatedWith",
    };
    let mut compared = 0;
    for (name, values) in facets.as_object().unwrap() {
        for value in values.as_array().unwrap() {
            let id = value["id"].as_str().unwrap();
            // as a reader of the record would test it: by number, or by word in any case
            let test = match id.split_once("..") {
                Some((from, to)) => {
                    let least = if from.is_empty() { "0" } else { from };
                    let most = if to.is_empty() { "1000000" } else { to };
                    let behind = if name == "pixel_size" { "<" } else { "<=" };
                    format!("?v >= {least} && ?v {behind} {most}")
                }
                None => format!("LCASE(STR(?v)) = \"{}\"", id.to_lowercase()),
            };
            let query = format!(
                "SELECT DISTINCT ?image {{ ?image <{}{}> ?v . FILTER({test}) }}",
                omma::NAMESPACE,
                property(name)
            );
            let counted = portal.select(&query).len();
            assert_eq!(value["count"], counted, "{name}={id}\n{query}");
            compared += 1;
        }
    }
    assert!(compared >= 16, "only {compared} values: {facets}");
}

#[test]
fn what_cannot_be_asked_is_told_with_what_can() {
    let portal = portal();
    for (question, says) in [
        (
            "z=many",
            "parameter \"z\" cannot be \"many\"; possible is 3, 2..10, 2.. or ..10",
        ),
        ("pixel_size=0.1", "0.05..0.2, ..0.1 or 10.., in micrometres"),
        ("pixel_type=uint12", "possible is bit, uint8"),
        ("annotated=masks", "segmentation_mask"),
        ("format_of=TIFF", "possible are q, organism"),
    ] {
        let api = portal.get(&format!("api/v1/search?{question}"));
        let sentence = api.is_problem(400, "malformed");
        assert!(sentence.contains(says), "{question}: {sentence}");
        let shown = portal.browse(&format!("search?{question}")).is(400);
        assert!(shown.text().contains("role=\"alert\""), "{}", shown.text());
    }
}

/// The thumbnail, once nobody waits for it any more.
fn settled(portal: &Portal, path: &str) -> Got {
    eventually("the thumbnail is there or given up", || {
        let got = portal.get(path);
        (got.header("ommatidia-placeholder") != "pending").then_some(got)
    })
}

#[test]
fn pictures_of_images_stay_when_their_institution_is_silent_and_that_is_said() {
    let mut portal = portal();
    let mut picture = Cursor::new(Vec::new());
    let drawn = DynamicImage::new_rgb8(300, 200);
    drawn.write_to(&mut picture, ImageFormat::Png).unwrap();
    let place = "id/DND-S1-I1.1/thumbnail";
    portal.node.put_file(place, picture.into_inner());
    let silent = "does not answer now";
    assert!(!page(&portal, "search?kind=image").contains(silent));
    assert_eq!(
        portal.node.all_asked().get(place),
        None,
        "a page asks nobody"
    );
    let before = settled(&portal, "thumbnails/DND-S1-I1.1/256");
    assert_eq!(before.header("content-type"), "image/jpeg");
    assert_eq!(portal.node.all_asked().get(place), Some(&1));
    portal.between(|portal| {
        portal.node.set_everywhere(Fault::Closed);
        portal.federation.sync().of("dundee").is("unreachable");
        portal.node.forget();
    });
    let found = page(&portal, "search?kind=image&z=2..");
    assert!(
        found.contains("src=\"/thumbnails/DND-S1-I1.1/256\""),
        "{found}"
    );
    assert_eq!(found.matches(silent).count(), 1, "{found}");
    let studies = page(&portal, "search?q=cortex");
    assert_eq!(studies.matches(silent).count(), 1, "{studies}");
    let others = page(&portal, "search?q=lamellipodia");
    assert_eq!(others.matches(silent).count(), 0, "{others}");
    let after = portal.get("thumbnails/DND-S1-I1.1/256").is(200);
    assert_eq!(after.body, before.body);
    assert!(page(&portal, "images/DND-S1-I1").contains("has not answered since"));
    // what was never looked at has a drawing in its place, and nobody waits for it
    let other = portal.get("thumbnails/DND-S2-I1.1/256");
    assert_eq!(other.header("content-type"), "image/svg+xml");
    let asked = portal.node.all_asked();
    assert!(
        asked.keys().all(|path| !path.ends_with("/thumbnail")),
        "{asked:?}"
    );
}

#[test]
fn images_are_found_by_what_their_study_is_called_now() {
    let mut portal = Portal::with(|log| {
        // the image is announced before its study
        put_measured(log, "DND-S1-I1", "Field 3", &[Number("sizeX", 8)]);
        put_measured(log, "DND-S1-I2", "Field 4", &[Number("sizeX", 8)]);
        put_study(log, "DND-S1", "Septin rings of a spinning wheel");
    });
    let total = |portal: &Portal, words: &str| {
        let got = portal.get(&format!("api/v1/search?kind=image&q={words}"));
        let answer: serde_json::Value = serde_json::from_slice(&got.is(200).body).unwrap();
        answer["total"].as_u64().unwrap()
    };
    assert_eq!(total(&portal, "pictures+of+spinning+wheels"), 2);
    assert_eq!(total(&portal, "nuclei"), 0);
    portal.between(|portal| {
        put_study(&mut portal.log, "DND-S1", "Nuclei of the embryo");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
    });
    assert_eq!(total(&portal, "wheel"), 0, "its former title");
    assert_eq!(total(&portal, "images+of+nuclei+field"), 2);
    // asked for in words, images are what is shown, and studies are a click away
    let found = page(&portal, "search?q=images+of+nuclei");
    assert!(found.contains("<strong>2 images</strong>"), "{found}");
    let studies = page(&portal, "search?q=images+of+nuclei&kind=study");
    assert!(studies.contains("<strong>1 study</strong>"), "{studies}");
    // an index that is made anew is the same
    portal.federation.run(&["check"]).done();
}

#[test]
fn a_withdrawn_image_is_in_no_gallery() {
    let mut portal = portal();
    portal.between(|portal| {
        portal.log.withdraw("DND-S1-I1");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
    });
    let found = page(&portal, "search?kind=image&cell=CL:0000540");
    assert!(found.contains("<strong>1 image</strong>"), "{found}");
    assert!(!found.contains("DND-S1-I1"), "{found}");
    assert!(!page(&portal, "studies/DND-S1").contains("DND-S1-I1"));
    portal
        .get("thumbnails/DND-S1-I1.1/128")
        .is_problem(410, "gone");
}
