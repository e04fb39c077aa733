//! The files of a crate as images.

use std::path::Path;

use serde_json::{Value, json};

use crate::deposit::made_images::{
    OME, ome_image, put, put_plate, put_set, put_zarr, tiff_of_pages,
};
use crate::deposit::{Deposit, Found, Means, crate_package};

/// A crate with files, of which its dataset has these as parts.
fn read(parts: Value, entities: Value, put_files: impl Fn(&Path)) -> Deposit {
    let folder = tempfile::tempdir().unwrap();
    let mut graph = vec![
        json!({"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}),
        json!({"@id": "./", "@type": "Dataset", "identifier": "S-1", "name": "Whole study", "hasPart": parts}),
    ];
    graph.extend(entities.as_array().unwrap().clone());
    let document = json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph});
    put(
        folder.path(),
        "ro-crate-metadata.json",
        document.to_string().as_bytes(),
    );
    put_files(folder.path());
    match crate_package::read_folder(folder.path(), Means::of(folder.path())) {
        Found::Deposit(deposit) => *deposit,
        Found::Unreadable { findings, .. } => panic!("{findings:?}"),
    }
}

/// `title: key (files)` of each image.
fn images(deposit: &Deposit) -> Vec<String> {
    let images = deposit.study.images.iter();
    let line = |image: &crate::study::Image| {
        format!("{}: {} ({})", image.title, image.key, image.file_count())
    };
    images.map(line).collect()
}

#[test]
fn a_file_of_several_images_is_as_many() {
    let block = |first: usize| format!(r#"<TiffData IFD="{first}" PlaneCount="2"/>"#);
    let text = format!(
        "{OME}{}{}</OME>",
        ome_image(0, "near", &block(0)),
        ome_image(1, "far", &block(2))
    );
    let deposit = read(
        json!([{"@id": "a.ome.tif"}]),
        json!([{"@id": "a.ome.tif", "@type": "File", "name": "Two fields", "strain": "wild"}]),
        |root| put(root, "a.ome.tif", &tiff_of_pages(&text, 4)),
    );
    assert_eq!(
        images(&deposit),
        [
            "Two fields, image 1: near: a.ome.tif (1)",
            "Two fields, image 2: far: a.ome.tif/1 (1)"
        ]
    );
    let far = &deposit.study.images[1];
    assert_eq!(far.additional[0].value, "wild");
    assert_eq!(far.channels[0].name.as_deref(), Some("DAPI"));
    assert!(far.scale.x.is_some());
}

#[test]
fn files_of_a_set_are_one_image_and_the_others_stay_files() {
    let deposit = read(
        json!([{"@id": "s/c0.ome.tif"}, {"@id": "s/c1.ome.tif"}, {"@id": "s/set.companion.ome"}]),
        json!([
            {"@id": "s/c0.ome.tif", "@type": "File"},
            {"@id": "s/c1.ome.tif", "@type": "File", "name": "The second channel"},
            {"@id": "s/set.companion.ome", "@type": "File"},
        ]),
        put_set,
    );
    assert_eq!(images(&deposit), ["c0.ome.tif: s/c0.ome.tif (3)"]);
    assert_eq!(deposit.files.len(), 3);
    let second = deposit
        .files
        .iter()
        .find(|file| file.path.file_name() == "c1.ome.tif");
    let columns = &second.unwrap().columns;
    assert_eq!(columns[0].1, "The second channel");
}

#[test]
fn an_ome_zarr_in_a_folder_is_an_image_and_a_plate_as_many_as_it_has_fields() {
    let deposit = read(
        json!([{"@id": "plate.zarr/"}, {"@id": "one/"}]),
        json!([
            {"@id": "plate.zarr/", "@type": "Dataset", "name": "A plate"},
            {"@id": "one/", "@type": "Dataset", "name": "Another"},
        ]),
        |root| {
            put_plate(root);
            put_zarr(root, "one/b.ome.zarr");
        },
    );
    assert_eq!(
        images(&deposit),
        [
            "b.ome.zarr: one/b.ome.zarr (3)",
            "plate.zarr, well A1, field 1: plate.zarr/A/1/0 (3)",
            "plate.zarr, well A1, field 2: plate.zarr/A/1/1 (4)",
        ]
    );
    let components = &deposit.study.components;
    let of_images = deposit.study.images.iter();
    let of_images: Vec<&str> = of_images
        .map(|image| components[image.component].title.as_str())
        .collect();
    assert_eq!(of_images, ["Another", "A plate", "A plate"]);
    assert_eq!(deposit.study.images[2].files.len(), 2);
    assert_eq!(deposit.study.images[2].additional[0].value, "P7");
}
