//! A file that holds several images, as readers get them.

use std::fs;
use std::path::Path;

use node::moves::Move;
use node::publish::Outcome;
use node::{check, rebuild};
use protocol::entry::Reason;
use protocol::identifier::Accession;

use crate::deposit;
use crate::server::Server;

/// A TIFF with a page for each of these sizes, whose pixels all have the number of their page.
fn tiff(sizes: &[(u32, u32)]) -> Vec<u8> {
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    for (number, (width, height)) in sizes.iter().enumerate() {
        let pixels = bytes.len() as u32 + 2 + 8 * 12 + 4;
        bytes.extend(8_u16.to_le_bytes());
        for (tag, value) in [
            (256_u16, *width),
            (257, *height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, pixels),
            (278, *height),
            (279, width * height),
        ] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        let next = match number + 1 < sizes.len() {
            true => pixels + width * height,
            false => 0,
        };
        bytes.extend(next.to_le_bytes());
        bytes.extend(vec![number as u8; (width * height) as usize]);
    }
    bytes
}

fn put(folder: &Path, sizes: &[(u32, u32)]) {
    let both = "  - title: Both sizes\n    images: [{file: both.tif, pixel_size: 65 nm}]\n";
    deposit::study_with(folder, "one", 1, &[], both);
    fs::write(folder.join("both.tif"), tiff(sizes)).unwrap();
}

#[test]
fn each_has_its_record_and_its_pixels_and_the_file_goes_with_any_of_them() {
    let server = Server::start();
    let folder = server.deposit("one");
    put(&folder, &[(40, 30), (17, 13)]);
    assert_eq!(server.import(&folder).outcome, Outcome::Published);
    let list = server.get("/id/DND-S1/files.tsv");
    let line = list
        .text()
        .lines()
        .find(|line| line.starts_with("both.tif"));
    assert!(line.unwrap().ends_with("\tDND-S1-I2 DND-S1-I3"), "{line:?}");
    for (id, number, width, height) in [("I2", 1, 40, 30), ("I3", 2, 17, 13)] {
        let info = server.get(&format!("/iiif/3/DND-S1-{id}/info.json")).json();
        assert_eq!(
            (&info["width"], &info["height"]),
            (&width.into(), &height.into())
        );
        let page = server.get_as(&format!("/id/DND-S1-{id}"), "text/html");
        for said in [
            format!("both.tif, image {number}"),
            format!("{width} \u{d7} {height}"),
            "0.065 \u{d7} 0.065 \u{b5}m (stated as 65 nm)".to_owned(),
        ] {
            assert!(page.text().contains(&said), "{said}: {}", page.text());
        }
        let study = server.get_as("/id/DND-S1", "text/html");
        assert!(
            study.text().contains(&format!("href=\"/id/DND-S1-{id}\"")),
            "{id}"
        );
    }
    let listed = server.get_as("/id/DND-S1/files", "text/html");
    assert!(
        listed.text().contains("DND-S1-I2 and 1 more"),
        "{}",
        listed.text()
    );
    assert_eq!(server.import(&folder).outcome, Outcome::Unchanged);

    put(&folder, &[(40, 30), (17, 13), (5, 5)]);
    assert_eq!(server.import(&folder).outcome, Outcome::Revised);
    let list = server.get("/id/DND-S1/files.tsv");
    assert!(
        list.text().contains("\tDND-S1-I2 DND-S1-I3 DND-S1-I4\n"),
        "{}",
        list.text()
    );
    let info = server.get("/iiif/3/DND-S1-I4/info.json").json();
    assert_eq!(info["width"], 5);

    let third = Accession::parse("DND-S1-I3").unwrap();
    server.make(&Move::Withdraw(third.clone(), Reason::OwnerRequest));
    assert_eq!(server.get("/id/DND-S1/files/both.tif").status, 410);
    assert_eq!(server.get("/iiif/3/DND-S1-I2/info.json").status, 200);
    let data = server.data();
    assert_eq!(check::check(&data).unwrap().problems, [] as [_; 0]);
    rebuild::rebuild(&data).unwrap();
    assert_eq!(check::check(&data).unwrap().problems, [] as [_; 0]);
    put(&folder, &[(40, 30), (17, 13), (6, 6)]);
    assert_eq!(server.import(&folder).outcome, Outcome::Refused);

    // bytes that have to go cannot go from one of them alone
    server.make(&Move::Withdraw(third, Reason::Privacy));
    assert_eq!(server.get("/iiif/3/DND-S1-I2/info.json").status, 410);
    assert_eq!(check::check(&data).unwrap().problems, [] as [_; 0]);
}
