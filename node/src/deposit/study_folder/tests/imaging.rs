//! What files say as images, and what the depositor says of them.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{component, deposit, files, images, put, study, told};
use crate::study::Image;

/// An OME-Zarr 0.4 of 4 × 3 pixels of half a micrometre.
pub(super) fn put_zarr(root: &Path, path: &str) {
    let axis = |name: &str| json!({"name": name, "type": "space", "unit": "micrometer"});
    let scale = json!([{"type": "scale", "scale": [0.5, 0.5]}]);
    let multiscale = json!({
        "version": "0.4", "name": "cells", "axes": [axis("y"), axis("x")],
        "datasets": [{"path": "0", "coordinateTransformations": scale}],
    });
    let array = json!({
        "zarr_format": 2, "shape": [3, 4], "chunks": [3, 4], "dtype": "|u1", "compressor": null, "fill_value": 0,
        "order": "C", "filters": null, "dimension_separator": "/",
    });
    put_json(root, &format!("{path}/.zgroup"), &json!({"zarr_format": 2}));
    put_json(
        root,
        &format!("{path}/.zattrs"),
        &json!({"multiscales": [multiscale]}),
    );
    put_json(root, &format!("{path}/0/.zarray"), &array);
}

fn put_json(root: &Path, path: &str, value: &serde_json::Value) {
    put(root, path, value.to_string().as_bytes());
}

/// A TIFF with pages of 4 × 3 pixels of 8 bit, and this text in its first.
fn tiff_of_pages(text: &str, pages: usize) -> Vec<u8> {
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    for page in 0..pages {
        let text = if page == 0 { text } else { "-" };
        let entries: u16 = 9;
        let end = bytes.len() + 2 + usize::from(entries) * 12 + 4;
        let (pixels, description) = (end as u32, end as u32 + 12);
        let length = text.len() as u32 + 1;
        // a value of at most four bytes stands in its entry
        let inline = u32::from_le_bytes([b'-', 0, 0, 0]);
        let description = if page == 0 { description } else { inline };
        bytes.extend(entries.to_le_bytes());
        for (tag, kind, count, value) in [
            (256_u16, 4_u16, 1, 4),
            (257, 4, 1, 3),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (270, 2, length, description),
            (273, 4, 1, pixels),
            (278, 4, 1, 3),
            (279, 4, 1, 12),
        ] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(u32::to_le_bytes(count));
            bytes.extend(u32::to_le_bytes(value));
        }
        let behind = end + 12 + if page == 0 { text.len() + 1 } else { 0 };
        let next = if page + 1 < pages { behind as u32 } else { 0 };
        bytes.extend(next.to_le_bytes());
        bytes.extend([7; 12]);
        if page == 0 {
            bytes.extend(text.as_bytes());
            bytes.push(0);
        }
    }
    bytes
}

const OME: &str =
    r#"<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">"#;

/// An image of OME-XML with two channels.
fn ome_image(number: usize, name: &str, planes: &str) -> String {
    format!(
        r##"<Image ID="Image:{number}" Name="{name}"><AcquisitionDate>2024-05-06T07:08:09</AcquisitionDate>
        <Pixels ID="Pixels:{number}" DimensionOrder="XYCZT" Type="uint8" SizeX="4" SizeY="3" SizeC="2" SizeZ="1" SizeT="1"
          PhysicalSizeX="100" PhysicalSizeXUnit="nm" PhysicalSizeY="100" PhysicalSizeYUnit="nm">
          <Channel ID="Channel:{number}:0" Name="DAPI" Color="65535" ExcitationWavelength="405" Fluor="DAPI" SamplesPerPixel="1"/>
          <Channel ID="Channel:{number}:1" Name="GFP" SamplesPerPixel="1"/>{planes}</Pixels></Image>"##
    )
}

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

/// A set of two files, one to a channel, whose document is in a file of its own.
fn put_set(root: &Path) {
    let block = |number: usize| {
        format!(
            r#"<TiffData FirstC="{number}" IFD="0" PlaneCount="1"><UUID FileName="c{number}.ome.tif">urn:uuid:{number}</UUID></TiffData>"#
        )
    };
    let blocks = format!("{}{}", block(0), block(1));
    let text = format!("{OME}{}</OME>", ome_image(0, "both", &blocks));
    put(root, "s/set.companion.ome", text.as_bytes());
    for number in 0..2 {
        let own = OME.replace("<OME ", &format!("<OME UUID=\"urn:uuid:{number}\" "));
        let own = format!(
            r#"{own}<BinaryOnly MetadataFile="set.companion.ome" UUID="urn:uuid:9"/></OME>"#
        );
        put(
            root,
            &format!("s/c{number}.ome.tif"),
            &tiff_of_pages(&own, 1),
        );
    }
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
    let folder = one("plate.zarr", |root| {
        put_json(root, "plate.zarr/.zgroup", &json!({"zarr_format": 2}));
        let wells = json!([{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]);
        put_json(
            root,
            "plate.zarr/.zattrs",
            &json!({"plate": {"version": "0.4", "name": "P7", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": wells}}),
        );
        put_json(root, "plate.zarr/A/1/.zgroup", &json!({"zarr_format": 2}));
        let fields = json!([{"path": "0"}, {"path": "1"}, {"path": "1"}, {"path": "../../x"}]);
        put_json(
            root,
            "plate.zarr/A/1/.zattrs",
            &json!({"well": {"images": fields}}),
        );
        put_zarr(root, "plate.zarr/A/1/0");
        put_zarr(root, "plate.zarr/A/1/1");
        put(root, "plate.zarr/A/1/1/0/0/0", &[0; 12]);
    });
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
