//! What files say as images, and what the depositor says of them.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{component, deposit, files, images, put, study, told};
use crate::deposit::made_images::{OME, ome_image, put_plate, put_set, tiff_of_pages};
use crate::study::Image;

/// A study of one image entry.
fn one(image: &str, put_files: impl Fn(&Path)) -> tempfile::TempDir {
    let folder = study(&[], &component(&format!("images:\n  - {image}")));
    put_files(folder.path());
    folder
}

fn said(image: &Image) -> serde_json::Value {
    let mut said = serde_json::to_value(image).unwrap();
    for member in ["title", "component", "files"] {
        said.as_object_mut().unwrap().remove(member);
    }
    said
}

#[test]
fn an_ome_tiff_says_what_it_is() {
    let text = format!("{OME}{}</OME>", ome_image(0, "field", r#"<TiffData/>"#));
    let folder = one("a.ome.tif", |root| {
        put(root, "a.ome.tif", &tiff_of_pages(&text, 2));
    });
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [] as [&str; 0]);
    assert_eq!(
        said(&deposit.study.images[0]),
        json!({
            "key": "a.ome.tif",
            "channels": [
                {"name": "DAPI", "fluorophore": "DAPI", "colour": "0000FF", "excitation": "405"},
                {"name": "GFP"},
            ],
            "pixels": {
                "size_x": 4, "size_y": 3, "pixel_type": "uint8", "size_z": 1, "size_c": 2, "size_t": 1, "format": "OME-TIFF",
                "name": "field", "acquired": "2024-05-06T07:08:09Z",
            },
            "scale": {
                "x": {"size": "0.1", "stated": "100 nm"},
                "y": {"size": "0.1", "stated": "100 nm"},
            },
        })
    );
}

#[test]
fn what_the_depositor_states_holds_and_a_difference_is_told() {
    let text = format!("{OME}{}</OME>", ome_image(0, "field", r#"<TiffData/>"#));
    let folder = one(
        "{file: a.ome.tif, pixel_size: {x: 0.1, y: 0.2, z: 1}, time_increment: 2 min, channels: [{name: dapi, excitation: 358, \
         colour: \"#00ffff\", target: DNA}, {name: Septin, fluorophore: GFP}, {name: third}]}",
        |root| put(root, "a.ome.tif", &tiff_of_pages(&text, 2)),
    );
    let deposit = deposit(folder.path());
    let place = "warning components[0].images[0].file: `a.ome.tif`: ";
    assert_eq!(
        told(&deposit),
        [
            format!("{place}the study file lists 3 channels, and the file has 2 (line 5)"),
            format!(
                "{place}the colour of channel 1 is \"00FFFF\" in the study file and \"0000FF\" in the file; \"00FFFF\" is kept (line 5)"
            ),
            format!(
                "{place}the excitation wavelength of channel 1 is \"358 nm\" in the study file and \"405 nm\" in the file; \"358 nm\" is kept (line 5)"
            ),
            format!(
                "{place}the name of channel 2 is \"Septin\" in the study file and \"GFP\" in the file; \"Septin\" is kept (line 5)"
            ),
            format!(
                "{place}the pixel size in y is \"0.2 \u{b5}m\" in the study file and \"100 nm\" in the file; \"0.2 \u{b5}m\" is kept (line 5)"
            ),
        ]
    );
    let image = said(&deposit.study.images[0]);
    assert_eq!(
        image["channels"],
        json!([
            {"name": "dapi", "targets": ["DNA"], "fluorophore": "DAPI", "colour": "00FFFF", "excitation": "358"},
            {"name": "Septin", "fluorophore": "GFP"},
            {"name": "third"},
        ])
    );
    assert_eq!(
        image["scale"],
        json!({
            "x": {"size": "0.1", "stated": "0.1 \u{b5}m"}, "y": {"size": "0.2", "stated": "0.2 \u{b5}m"},
            "z": {"size": "1", "stated": "1 \u{b5}m"}, "t": {"size": "120", "stated": "2 min"},
        })
    );
}

#[test]
fn what_is_stated_wrongly_is_an_error_with_an_example() {
    let folder = one(
        "{file: a.tif, pixel_size: {x: wide, unit: µm}, time_increment: soon, channels: [{excitation: 5 km, colour: red}]}",
        |root| put(root, "a.tif", &tiff_of_pages("-", 1)),
    );
    let place = "error components[0].images[0]";
    assert_eq!(
        told(&deposit(folder.path())),
        [
            format!(
                "{place}.channels[0].colour: \"red\" must be a colour as `\"#00FF00\"`, in quotes (line 5)"
            ),
            format!(
                "{place}.channels[0].excitation: \"5 km\" must be a wavelength in nanometres, such as `488` (line 5)"
            ),
            format!(
                "{place}.time_increment: \"soon\" must be a time such as `30 s`, `250 ms` or `5 min` (line 5)"
            ),
            format!("{place}.pixel_size.x: \"wide\" must be a number above 0 (line 5)"),
        ]
    );
    let folder = one("{file: a.tif, pixel_size: {x: 1, unit: furlong}}", |root| {
        put(root, "a.tif", &tiff_of_pages("-", 1));
    });
    assert_eq!(
        told(&deposit(folder.path())),
        [format!(
            "{place}.pixel_size.unit: \"furlong\" is no unit of length that is known here; write `nm`, `µm` or `mm` (line 5)"
        )]
    );
}

#[test]
fn a_file_of_several_images_gives_each_its_record_and_the_first_keeps_its_key() {
    let block = |first: usize| format!(r#"<TiffData IFD="{first}" PlaneCount="2"/>"#);
    let images_of_file = [("near", 0), ("", 2), ("far", 4)].map(|(name, first)| {
        let image = ome_image(first, name, &block(first));
        image.replace(" Name=\"\"", "")
    });
    let text = format!("{OME}{}</OME>", images_of_file.concat());
    let folder = one("{file: a.ome.tif, series: all}", |root| {
        put(root, "a.ome.tif", &tiff_of_pages(&text, 6));
    });
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [] as [&str; 0]);
    assert_eq!(
        images(&deposit),
        [
            "a.ome.tif, image 1: near: a.ome.tif",
            "a.ome.tif, image 2: a.ome.tif",
            "a.ome.tif, image 3: far: a.ome.tif"
        ]
    );
    let keys: Vec<_> = deposit
        .study
        .images
        .iter()
        .map(|image| image.key.as_str())
        .collect();
    assert_eq!(keys, ["a.ome.tif", "a.ome.tif/1", "a.ome.tif/2"]);
    assert_eq!(
        said(&deposit.study.images[2])["series"],
        json!({"number": 2})
    );
}

#[test]
fn files_of_a_set_are_one_image_however_they_are_named() {
    for named in ["\"s/*\"", "s/c0.ome.tif", "s/set.companion.ome"] {
        let folder = one(named, put_set);
        let deposit = deposit(folder.path());
        assert_eq!(told(&deposit), [] as [&str; 0], "{named}");
        assert_eq!(deposit.study.images.len(), 1, "{named}");
        let image = &deposit.study.images[0];
        let pixels = image.pixels.as_ref().unwrap();
        assert_eq!((pixels.size_x, pixels.size_c), (4, Some(2)), "{named}");
        let mut of_image: Vec<&str> = image.files.iter().map(|path| path.as_str()).collect();
        assert_eq!(of_image.first(), Some(&image.key.as_str()), "{named}");
        of_image.sort_unstable();
        assert_eq!(
            of_image,
            ["s/c0.ome.tif", "s/c1.ome.tif", "s/set.companion.ome"],
            "{named}"
        );
        // those that nobody named are deposited with it
        assert_eq!(
            files(&deposit),
            [
                "s/c0.ome.tif",
                "s/c1.ome.tif",
                "s/set.companion.ome",
                "study.yaml"
            ],
            "{named}"
        );
    }
}

#[test]
fn what_is_said_of_a_part_of_a_set_is_told_where_to_say_it() {
    let folder = study(
        &[],
        &component("images: [s/c0.ome.tif, {file: s/c1.ome.tif, title: Second}]"),
    );
    put_set(folder.path());
    let deposit = deposit(folder.path());
    assert_eq!(deposit.study.images.len(), 1);
    assert_eq!(
        told(&deposit),
        [
            "warning components[0].images[1].file: `s/c1.ome.tif` is a part of the image of `s/c0.ome.tif`; say there what is to be said of it (line 4)"
        ]
    );
}

#[test]
fn a_plate_is_as_many_images_as_it_has_fields() {
    let folder = one("plate.zarr", put_plate);
    let deposit = deposit(folder.path());
    assert_eq!(
        images(&deposit),
        [
            "plate.zarr, well A1, field 1: plate.zarr/A/1/0/.zattrs plate.zarr/A/1/0/.zgroup",
            "plate.zarr, well A1, field 2: plate.zarr/A/1/1/.zattrs plate.zarr/A/1/1/.zgroup",
        ]
    );
    let second = &deposit.study.images[1];
    assert_eq!(
        (second.key.as_str(), second.file_count()),
        ("plate.zarr/A/1/1", 4)
    );
    assert_eq!(
        said(second)["series"],
        json!({"number": 1, "path": "A/1/1"})
    );
    assert_eq!(
        said(second)["additional"],
        json!([{"name": "plate", "value": "P7"}, {"name": "well", "value": "A1"}, {"name": "field", "value": "2"}])
    );
    assert_eq!(deposit.files.len(), 12);
    let told = told(&deposit);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("1 of its 4 images are left out"),
        "{told:?}"
    );
}

#[test]
fn links_are_no_part_of_a_set() {
    let folder = one("s/c0.ome.tif", put_set);
    let outside = tempfile::tempdir().unwrap();
    let moved = outside.path().join("c1.ome.tif");
    fs::rename(folder.path().join("s/c1.ome.tif"), &moved).unwrap();
    std::os::unix::fs::symlink(&moved, folder.path().join("s/c1.ome.tif")).unwrap();
    let deposit = deposit(folder.path());
    assert_eq!(
        files(&deposit),
        ["s/c0.ome.tif", "s/set.companion.ome", "study.yaml"]
    );
    assert!(
        told(&deposit)
            .iter()
            .any(|told| told.contains("are not beside it")),
        "{:?}",
        told(&deposit)
    );
}
