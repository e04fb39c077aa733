//! Images that were made ready to be looked at, as readers and programs get them.

use std::fs;
use std::process::Command;

use node::derive::Place;
use node::moves::Move;
use node::status;
use protocol::entry::Reason;
use protocol::identifier::Accession;
use reqwest::Method;

use crate::deposit;
use crate::laid_over::listed;
use crate::outside;
use crate::server::{Server, answer, eventually};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/serving/open_over_http.py"
);

/// A server with one study of two pictures of 4 × 3 pixels, ready to be looked at.
fn server() -> Server {
    let server = Server::deriving();
    deposit::study(&server.deposit("one"), "one", 2, &[]);
    server.import(&server.deposit("one"));
    wait(&server, 2);
    server
}

fn wait(server: &Server, images: u64) {
    let archive = server.archive();
    eventually("the images are ready", || {
        let status = status::status(&archive).unwrap();
        (status.pictures.ready == images).then_some(())
    });
}

#[test]
fn an_image_is_served_as_ome_zarr_with_ranges_tags_and_for_every_page() {
    let server = server();
    let group = server.get("/zarr/DND-S1-I1.1/zarr.json");
    assert_eq!(group.status, 200, "{}", group.text());
    assert_eq!(group.json()["attributes"]["ome"]["version"], "0.5");
    for (header, value) in [
        ("content-type", "application/json"),
        ("access-control-allow-origin", "*"),
        ("accept-ranges", "bytes"),
        // it may be made anew, and may have to go
        ("cache-control", "public, max-age=300"),
    ] {
        assert_eq!(group.header(header), value, "{header}");
    }
    let tag = group.header("etag");
    assert!(tag.starts_with('"'), "{tag} is not strong");
    let known = server.get_with("/zarr/DND-S1-I1.1/zarr.json", "if-none-match", &tag);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let newest = server.get("/zarr/DND-S1-I1/zarr.json");
    assert_eq!(newest.header("cache-control"), "no-cache");
    assert_eq!((newest.header("etag"), newest.body), (tag, group.body));

    // colours are channels: c, y, x
    let chunk = server.get("/zarr/DND-S1-I1.1/0/c/0/0/0");
    assert_eq!(chunk.status, 200);
    assert_eq!(chunk.header("content-type"), "application/octet-stream");
    let part = server.get_with("/zarr/DND-S1-I1.1/0/c/0/0/0", "range", "bytes=-4");
    assert_eq!(part.status, 206);
    assert_eq!(part.body, chunk.body[chunk.body.len() - 4..]);
    let head = answer(server.request(Method::HEAD, "/zarr/DND-S1-I1.1/0/c/0/0/0"));
    assert_eq!(head.header("content-length"), chunk.body.len().to_string());
}

#[test]
fn nothing_but_the_files_of_the_image_is_there() {
    let server = server();
    for path in [
        "",
        "0",
        "0/",
        "0/c",
        "0/c/9/9/9",
        "derived.json",
        "../derived.json",
        "..%2Fderived.json",
        "%2E%2E/thumbnail-128.jpg",
        "0/../zarr.json",
        "/etc/passwd",
        "zarr.json/x",
    ] {
        let answer = server.get(&format!("/zarr/DND-S1-I1/{path}"));
        assert!(
            answer.status == 404 || path == "0/../zarr.json",
            "{path}: {}",
            answer.status
        );
    }
    for name in ["DND-S1", "DND-S1-I9", "ABC-S1-I1", "DND-S1-I1.2", "x"] {
        assert_eq!(
            server.get(&format!("/zarr/{name}/zarr.json")).status,
            404,
            "{name}"
        );
    }
}

#[test]
fn the_names_of_the_federation_lead_there() {
    let server = server();
    for (from, to) in [
        ("/id/DND-S1-I1/zarr", "/zarr/DND-S1-I1"),
        (
            "/id/DND-S1-I1.1/zarr/zarr.json",
            "/zarr/DND-S1-I1.1/zarr.json",
        ),
        ("/id/DND-S1-I1/zarr/0/c/0/0/0", "/zarr/DND-S1-I1/0/c/0/0/0"),
    ] {
        let answer = server.get(from);
        assert_eq!(
            (answer.status, answer.header("location").as_str()),
            (302, to)
        );
    }
}

#[test]
fn what_is_not_ready_yet_is_asked_for_again() {
    let server = Server::start();
    deposit::study(&server.deposit("one"), "one", 1, &[]);
    server.import(&server.deposit("one"));
    let answer = server.get("/zarr/DND-S1-I1/zarr.json");
    assert_eq!(
        (answer.status, answer.header("retry-after").as_str()),
        (503, "5")
    );
    // its picture is made of the file itself until then
    assert_eq!(
        server
            .get("/iiif/3/DND-S1-I1/full/max/0/default.jpg")
            .status,
        200
    );
}

#[test]
fn pages_show_the_thumbnails_that_were_made() {
    let server = server();
    let picture = "/iiif/3/DND-S1-I1.1/full/4,3/0/default.jpg";
    for (page, number) in [("/", 1), ("/studies", 1), ("/id/DND-S1", 2)] {
        let text = server.get_as(page, "text/html");
        let shown = text.text().matches(&format!("src=\"{picture}\"")).count();
        assert_eq!(shown, number, "{page}: {}", text.text());
    }
    let asked = server.get(picture);
    assert_eq!(asked.status, 200);
    let file = server.data().join("derived/DND-S1-I1.1/thumbnail-128.jpg");
    assert_eq!(asked.body, fs::read(file).unwrap());
    let leads = server.get("/id/DND-S1/thumbnail?size=512&format=webp");
    assert_eq!(leads.status, 302);
    let webp = server.get(&leads.header("location"));
    assert_eq!(webp.header("content-type"), "image/webp");
    let file = server.data().join("derived/DND-S1-I1.1/thumbnail-512.webp");
    assert_eq!(webp.body, fs::read(file).unwrap());
}

#[test]
fn of_an_older_version_of_which_nothing_was_kept_that_is_said() {
    let server = server();
    fs::write(
        server.deposit("one").join("wt/0001.png"),
        deposit::picture(9),
    )
    .unwrap();
    server.import(&server.deposit("one"));
    let archive = server.archive();
    eventually("the new version is ready", || {
        Place::of(archive.folder(), "DND-S1-I1", 2).made().unwrap()
    });
    assert_eq!(server.get("/zarr/DND-S1-I1.1/zarr.json").status, 200);
    fs::remove_dir_all(server.data().join("derived/DND-S1-I1.1")).unwrap();
    let answer = server.get("/zarr/DND-S1-I1.1/zarr.json");
    assert_eq!(answer.status, 404);
    assert!(
        answer.text().contains("not the newest version"),
        "{}",
        answer.text()
    );
    let page = server.get_as("/id/DND-S1-I1.1", "text/html");
    assert!(
        page.text().contains("is not kept ready for the viewer"),
        "{}",
        page.text()
    );
    assert_eq!(
        server
            .get("/iiif/3/DND-S1-I1.1/full/max/0/default.jpg")
            .status,
        200
    );
}

#[test]
fn colours_are_as_they_were_deposited() {
    let server = server();
    let answer = server.get("/iiif/3/DND-S1-I2/full/max/0/default.png");
    let shown = image::load_from_memory(&answer.body).unwrap().to_rgb8();
    let deposited = image::load_from_memory(&deposit::picture(2))
        .unwrap()
        .to_rgb8();
    assert_eq!(shown, deposited);
}

#[test]
fn what_is_suppressed_says_so_and_what_is_withdrawn_is_gone_at_once() {
    let server = server();
    let study = || Accession::parse("DND-S1").unwrap();
    let all = |path: &str| {
        ["DND-S1-I1", "DND-S1-I1.1"].map(|id| server.get(&format!("/zarr/{id}/{path}")))
    };
    server.make(&Move::Suppress(study(), Reason::OwnerRequest));
    for answer in all("zarr.json") {
        assert_eq!(answer.status, 200);
        assert!(answer.header("ommatidia-state").starts_with("suppressed"));
    }
    server.make(&Move::Withdraw(study(), Reason::Error));
    for path in ["zarr.json", "0/c/0/0/0"] {
        assert_eq!(all(path).map(|answer| answer.status), [410, 410]);
    }
    let left = fs::read_dir(server.data().join("derived")).unwrap();
    let images = left.filter(|entry| {
        !entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with('.')
    });
    assert_eq!(images.count(), 0);
}

#[test]
fn many_files_whose_names_count_are_one_image() {
    let server = Server::deriving();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    for time in 0..2_u8 {
        for plane in 0..3_u8 {
            let grey = image::GrayImage::from_pixel(4, 3, image::Luma([10 * time + plane]));
            grey.save(folder.join(format!("wt/s_t{time}_z{plane}.png")))
                .unwrap();
        }
    }
    let yaml = fs::read_to_string(folder.join("study.yaml")).unwrap();
    let yaml = yaml.replace("\"wt/*.png\"", "{pattern: \"wt/s_t{t}_z{z}.png\"}");
    fs::write(folder.join("study.yaml"), yaml).unwrap();
    server.import(&folder);
    wait(&server, 1);
    let level = server.get("/zarr/DND-S1-I1/0/zarr.json").json();
    assert_eq!(level["shape"], serde_json::json!([2, 3, 3, 4]));
    assert_eq!(
        level["dimension_names"],
        serde_json::json!(["t", "z", "y", "x"])
    );
    // plane 2 at time 1, from 0 to 255 as it is
    let asked = "/iiif/3/DND-S1-I1~t=1~z=2~c=0:0-255:ffffff/full/max/0/default.png";
    let picture = image::load_from_memory(&server.get(asked).body)
        .unwrap()
        .to_luma8();
    assert!(picture.pixels().all(|pixel| pixel.0 == [12]));
}

#[test]
fn zarr_in_python_opens_what_is_served() {
    let Some(python) = outside::python() else {
        return;
    };
    let has_zarr = Command::new(&python)
        .args(["-c", "import zarr, ome_zarr, ome_zarr_models, aiohttp"])
        .output();
    if !has_zarr.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "zarr is missing, and CI is set"
        );
        eprintln!(
            "SKIPPED: zarr, ome-zarr, ome-zarr-models or aiohttp is missing; run scripts/bootstrap with Python 3.11 or newer"
        );
        return;
    }
    let server = server();
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(server.url("/zarr/DND-S1-I2.1"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // red is 2 in all of the twelve pixels
    assert_eq!(
        said, "c y x\n0 3x3x4 uint8 24\nome-zarr c y x\nome-zarr 3x3x4 uint8 24\n",
        "{output:?}"
    );
}

/// A label image of 4 × 3 pixels in which one object has this number.
fn mask(number: u8) -> Vec<u8> {
    let pixels =
        image::GrayImage::from_fn(4, 3, |x, _| image::Luma([if x < 2 { 0 } else { number }]));
    let mut png = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The names of the label images of the first image, once there are so many.
fn labels(server: &Server, count: usize) -> Vec<String> {
    listed(server, "/zarr/DND-S1-I1/labels/zarr.json", count)
}

#[test]
fn masks_that_were_deposited_lie_below_the_pyramid_for_viewers() {
    let server = Server::deriving();
    let folder = server.deposit("one");
    let masks = "annotations:\n  - {title: Cells, type: segmentation_mask, files: [{files: \"*_c.png\", source: \"wt/*.png\"}]}\n";
    let files: [(&str, &[u8]); 1] = [("0001_c.png", &mask(3))];
    deposit::study_with(&folder, "one", 2, &files, masks);
    server.import(&folder);
    let names = labels(&server, 1);
    assert!(names[0].starts_with("0001_c-"), "{names:?}");
    let list = server.get("/zarr/DND-S1-I1.1/labels/zarr.json");
    assert_eq!(
        list.header("cache-control"),
        "no-cache",
        "another version of the study may have others"
    );
    let group = server.get(&format!("/zarr/DND-S1-I1/labels/{}/zarr.json", names[0]));
    assert!(
        group.json()["attributes"]["ome"]["image-label"].is_object(),
        "{}",
        group.text()
    );
    let page = server.get_as("/id/DND-S1-I1", "text/html");
    let told = format!("data-labels=\"{}\"", names[0]);
    assert!(page.text().contains(&told), "{}", page.text());
    assert!(
        page.text().contains("data-label-titles=\"Cells\""),
        "{}",
        page.text()
    );
    assert!(
        !page.text().contains("data-annotations"),
        "a mask has no marks: {}",
        page.text()
    );
    assert_eq!(server.get("/zarr/DND-S1-I2/labels/zarr.json").status, 404);

    // a mask is changed and one is added: the image is as it was, what lies over it is not
    fs::write(folder.join("0001_c.png"), mask(4)).unwrap();
    fs::write(folder.join("0001_d_c.png"), mask(5)).unwrap();
    let yaml = fs::read_to_string(folder.join("study.yaml")).unwrap();
    fs::write(
        folder.join("study.yaml"),
        yaml.replace("0001_c.png\"]", "0001_c.png\", \"0001_d_c.png\"]"),
    )
    .unwrap();
    let report = server.import(&folder);
    assert_eq!(report.version, Some(2), "{report:?}");
    let two = labels(&server, 2);
    assert!(!two.contains(&names[0]), "{two:?}");
    assert_eq!(
        server.get("/id/DND-S1-I1.2").status,
        404,
        "the image has one version"
    );
    eventually("what is no longer wanted goes", || {
        let old = server.get(&format!("/zarr/DND-S1-I1/labels/{}/zarr.json", names[0]));
        (old.status == 404).then_some(())
    });
}

#[test]
fn a_mask_that_is_withdrawn_as_an_image_lies_over_no_other_any_more() {
    let server = Server::deriving();
    let folder = server.deposit("one");
    let masks = "annotations:\n  - {title: Cells, type: segmentation_mask, files: [{file: wt/0002.png, source: wt/0001.png}]}\n";
    deposit::study_with(&folder, "one", 2, &[], masks);
    fs::write(folder.join("wt/0002.png"), mask(3)).unwrap();
    server.import(&folder);
    let names = labels(&server, 1);
    let group = format!("/zarr/DND-S1-I1/labels/{}/zarr.json", names[0]);
    assert_eq!(server.get(&group).status, 200);
    let image = Accession::parse("DND-S1-I2").unwrap();
    server.make(&Move::Withdraw(image, Reason::Privacy));
    assert_eq!(server.get(&group).status, 404, "it is gone at once");
    wait(&server, 1);
    assert_eq!(server.get(&group).status, 404, "and is not made again");
    assert_eq!(server.get("/zarr/DND-S1-I1/zarr.json").status, 200);
}
