//! Small images of several kinds, for tests of what is made of them.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;

use serde_json::json;

/// Writes a file, and the folders that it is in.
pub(super) fn put(root: &Path, path: &str, bytes: &[u8]) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    fs::write(root.join(path), bytes).unwrap();
}

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
pub(super) fn tiff_of_pages(text: &str, pages: usize) -> Vec<u8> {
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

/// The beginning of OME-XML.
pub(super) const OME: &str =
    r#"<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">"#;

/// An image of OME-XML with two channels.
pub(super) fn ome_image(number: usize, name: &str, planes: &str) -> String {
    format!(
        r##"<Image ID="Image:{number}" Name="{name}"><AcquisitionDate>2024-05-06T07:08:09</AcquisitionDate>
        <Pixels ID="Pixels:{number}" DimensionOrder="XYCZT" Type="uint8" SizeX="4" SizeY="3" SizeC="2" SizeZ="1" SizeT="1"
          PhysicalSizeX="100" PhysicalSizeXUnit="nm" PhysicalSizeY="100" PhysicalSizeYUnit="nm">
          <Channel ID="Channel:{number}:0" Name="DAPI" Color="65535" ExcitationWavelength="405" Fluor="DAPI" SamplesPerPixel="1"/>
          <Channel ID="Channel:{number}:1" Name="GFP" SamplesPerPixel="1"/>{planes}</Pixels></Image>"##
    )
}

/// A set of two files, one to a channel, whose document is in a file of its own.
pub(super) fn put_set(root: &Path) {
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

/// A plate of one well, whose list of fields names one twice and one outside.
pub(super) fn put_plate(root: &Path) {
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
}
