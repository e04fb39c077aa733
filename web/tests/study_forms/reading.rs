//! Every statement of a record has its place in the reading.

use ontologies::schema::schema_org;
use protocol::record::{Object, Record, Statement};
use web::page::{ImageBody, shown};
use web::view::{read_image, read_study};

use crate::records::{image, image_record, poor, poor_record, rich, rich_record};

#[test]
fn no_statement_is_without_a_place() {
    assert_eq!(rich().others, []);
    assert_eq!(poor().others, []);
    assert_eq!(image().others, []);
}

#[test]
fn a_statement_without_a_place_is_kept() {
    let record = rich_record();
    let mut statements: Vec<Statement> =
        record.statements().map(|one| one.to_statement()).collect();
    let about = "https://images.example.org/id/DND-S42";
    for (subject, predicate) in [
        (about.to_owned(), "http://example.org/unknown"),
        (format!("{about}#author-2"), "http://example.org/unknown"),
        (format!("{about}#nothing-1"), schema_org::NAME),
    ] {
        statements.push(Statement::parse(subject, predicate, Object::text("x")).unwrap());
    }
    let namespace =
        protocol::identifier::Namespace::parse("https://images.example.org/id/").unwrap();
    let id = protocol::identifier::Accession::parse("DND-S42").unwrap();
    let record = Record::from_statements(&id, &namespace, statements).unwrap();
    let others = read_study(&record).unwrap().others;
    assert_eq!(others.len(), 3, "{others:?}");
}

#[test]
fn what_a_study_says_is_read() {
    let study = rich();
    assert_eq!(study.versioned(), "DND-S42.2");
    assert_eq!(study.date().unwrap().iso(), "2026-03-01");
    assert_eq!(study.doi(), Some("https://doi.org/10.5281/example.1"));
    assert_eq!(
        study.file_list().unwrap(),
        "https://images.example.org/id/DND-S42.2/files.tsv"
    );
    let names: Vec<_> = study
        .authors
        .iter()
        .map(|author| author.sorting_name().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Author, Ada",
            "Łukasz and Sons, Ltd. {ΣΩ} שלום",
            "The Septin Consortium"
        ]
    );
    assert!(study.authors[2].is_organisation() && !study.authors[0].is_organisation());
    assert_eq!(study.articles[0].pmid.as_deref(), Some("24835675"));
    assert_eq!(study.articles[0].others, [""; 0]);
    assert_eq!(study.subjects().count(), 3);
    assert_eq!(study.methods().count(), 2);
    assert_eq!(
        study.components[0].protocols,
        ["acquisition-1", "acquisition-2"]
    );
    assert_eq!(
        study.biosamples[0].terms.len(),
        3,
        "each term once: {:?}",
        study.biosamples[0].terms
    );
    assert!(study.protocols[0].is_imaging && !study.protocols[1].is_imaging);
}

#[test]
fn what_an_image_says_is_read() {
    let image = image();
    assert_eq!((image.size_x, image.size_y), (Some(512), Some(256)));
    assert_eq!(image.files[0].media_type.as_deref(), Some("image/tiff"));
    assert_eq!(image.files[0].sha256.as_ref().unwrap().len(), 64);
    let nodes = "component-1 biosample-1 specimen-1 acquisition-1 acquisition-2";
    assert_eq!(image.made_from.join(" "), nodes);
    assert_eq!(image.channels[0].targets.len(), 2);
}

#[test]
fn an_image_is_put_in_plain_words() {
    let body = ImageBody::of(&image(), None, &|term| shown(term, None, None));
    let facts: Vec<String> = body
        .facts
        .iter()
        .map(|pair| format!("{}: {}", pair.name, pair.value.text))
        .collect();
    assert_eq!(
        facts,
        [
            "Width \u{d7} height: 512 \u{d7} 256",
            "Focal planes: 21",
            "Channels: 2",
            "Along lifetime: 64",
            "A pixel is: uint16, 12 bits of it used",
            "Size of a pixel: 0.065 \u{d7} 0.065 \u{b5}m (stated as 65 nm)",
            "Between focal planes: 0.3 \u{b5}m",
            "Between time points: 120 s (stated as 2 min)",
            "Taken on: 6 May 2024, 07:08 UTC",
            "Microscope: Zeiss LSM 980",
            "Objective: Plan-Apochromat, 63\u{d7}, NA 1.4, Oil",
            "Format: OME-TIFF",
            "Image in its file: 2",
            "Name in its file: overview",
            "Files: 1",
            "Size: 4.1 kB",
        ]
    );
    let [green, light] = &body.channels[..] else {
        panic!("{:?}", body.channels)
    };
    assert_eq!(green.colour.as_deref(), Some("#00FF00"));
    assert_eq!(green.light, "Fluorescence, 488 nm \u{2192} 525.5 nm");
    assert!(body.has_targets() && body.has_light() && body.has_colours());
    let mut silent = body.clone();
    for channel in &mut silent.channels {
        channel.targets.clear();
        channel.colour = None;
    }
    assert!(!silent.has_targets() && !silent.has_colours() && silent.has_light());
    // what is no colour never becomes a part of the page
    assert_eq!((&light.colour, light.light.as_str()), (&None, ""));
    assert_eq!(image().others, []);
}

#[test]
fn a_record_of_another_kind_is_refused() {
    assert!(read_study(&image_record()).is_err());
    assert!(read_image(&poor_record()).is_err());
}
