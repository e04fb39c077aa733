//! What a depositor states of an image reaches what is seen of it: its pictures, its page, its OME-Zarr.

use std::fs;
use std::path::Path;

use node::derive::Place;
use node::status;
use serde_json::{Value, json};

use crate::deposit;
use crate::server::{Server, eventually};

const CHANNELS: &str =
    "channels: [{name: Nuclei, colour: \"#FFFF00\"}, {name: Walls, colour: \"#0080FF\"}]";

/// A study of the grey pictures of two channels at two times, of whose files nothing is known but their pixels, and what
/// `stated` says of them.
fn put_files(folder: &Path, stated: &str) {
    deposit::study(folder, "one", 0, &[]);
    fs::create_dir_all(folder.join("wt")).unwrap();
    for time in 0..2 {
        for channel in 0..2 {
            // the first channel is bright on the left, the second on the right
            let grey = image::GrayImage::from_fn(40, 30, |x, y| {
                let is_bright = (x < 20) == (channel == 0);
                image::Luma([if is_bright { 200 } else { (x + y) as u8 / 8 }])
            });
            let path = folder.join(format!("wt/s_t{time}_c{channel}.png"));
            grey.save(path).unwrap();
        }
    }
    state(
        folder,
        &format!("{{pattern: \"wt/s_t{{t}}_c{{c}}.png\", {stated}}}"),
    );
}

/// Writes what is stated of the one image of a study.
fn state(folder: &Path, image: &str) {
    let path = folder.join("study.yaml");
    let yaml = fs::read_to_string(&path).unwrap();
    let (before, rest) = yaml.split_once("    images: [").unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    fs::write(path, format!("{before}    images: [{image}]\n{after}")).unwrap();
}

fn wait(server: &Server, image: &str, version: u64) {
    let archive = server.archive();
    eventually("the image is ready", || {
        let place = Place::of(archive.folder(), image, version);
        let status = status::status(&archive).unwrap();
        (place.made().unwrap().is_some() && status.pictures.waiting == 0).then_some(())
    });
}

/// The colours in the middle of the left and of the right half of the picture of an image.
fn halves(server: &Server, image: &str) -> [[u8; 3]; 2] {
    let answer = server.get(&format!("/iiif/3/{image}/full/max/0/default.png"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let picture = image::load_from_memory(&answer.body).unwrap().to_rgb8();
    let (width, height) = picture.dimensions();
    [1, 3].map(|quarter| picture.get_pixel(quarter * width / 4, height / 2).0)
}

/// What the page of an image states to the viewer.
fn stated(server: &Server, image: &str) -> Value {
    let page = server.get_as(&format!("/id/{image}"), "text/html");
    let text = page.text();
    let begin = text.find("data-stated=\"").expect("nothing is stated") + 13;
    let json = &text[begin..begin + text[begin..].find('"').unwrap()];
    serde_json::from_str(&json.replace("&#34;", "\"")).unwrap()
}

fn expected(steps: Value) -> Value {
    json!({
        "channels": [{"name": "Nuclei", "colour": "FFFF00"}, {"name": "Walls", "colour": "0080FF"}],
        "steps": steps,
    })
}

const YELLOW_AND_BLUE: [[u8; 3]; 2] = [[255, 255, 0], [0, 128, 255]];

/// Whether two pictures' colours are the same but for what encoding does.
fn assert_about(found: [[u8; 3]; 2], expected: [[u8; 3]; 2]) {
    let pairs = found.as_flattened().iter().zip(expected.as_flattened());
    let is_about = |(one, other): (&u8, &u8)| one.abs_diff(*other) <= 12;
    assert!(pairs.into_iter().all(is_about), "{found:?} {expected:?}");
}

#[test]
fn names_colours_and_steps_that_are_stated_are_in_picture_page_and_pyramid() {
    let server = Server::deriving();
    let folder = server.deposit("one");
    let further = format!("{CHANNELS}, pixel_size: 0.5 \u{b5}m, time_increment: 30 s");
    put_files(&folder, &further);
    server.import(&folder);
    wait(&server, "DND-S1-I1", 1);
    let group = server.get("/zarr/DND-S1-I1/zarr.json").json();
    let ome = &group["attributes"]["ome"];
    let of_channels = |word: &str| -> Vec<Value> {
        let channels = ome["omero"]["channels"].as_array().unwrap().iter();
        channels.map(|channel| channel[word].clone()).collect()
    };
    assert_eq!(of_channels("label"), ["Nuclei", "Walls"]);
    assert_eq!(of_channels("color"), ["FFFF00", "0080FF"]);
    let multiscale = &ome["multiscales"][0];
    assert_eq!(
        multiscale["datasets"][0]["coordinateTransformations"][0]["scale"],
        json!([30.0, 1.0, 0.5, 0.5])
    );
    let units = multiscale["axes"].as_array().unwrap().iter();
    let units: Vec<_> = units.map(|axis| axis["unit"].as_str()).collect();
    let length = Some("micrometer");
    assert_eq!(units, [Some("second"), None, length, length]);
    let page = server.get_as("/id/DND-S1-I1", "text/html");
    assert!(
        page.text().contains("showing Nuclei, Walls"),
        "{}",
        page.text()
    );
    let steps = json!({"x": 0.5, "y": 0.5, "t": 30.0});
    assert_eq!(stated(&server, "DND-S1-I1"), expected(steps));
    assert_about(halves(&server, "DND-S1-I1"), YELLOW_AND_BLUE);

    // other words for the same files: the image has a new version, and what is seen of it follows
    put_files(
        &folder,
        &further.replace("Nuclei", "DNA").replace("0.5", "2"),
    );
    server.import(&folder);
    wait(&server, "DND-S1-I1", 2);
    let group = server.get("/zarr/DND-S1-I1/zarr.json").json();
    let ome = &group["attributes"]["ome"];
    assert_eq!(ome["omero"]["channels"][0]["label"], "DNA");
    assert_eq!(
        ome["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]["scale"],
        json!([30.0, 1.0, 2.0, 2.0])
    );
}

#[test]
fn an_ome_zarr_that_is_shown_as_it_is_has_the_words_of_its_depositor() {
    let server = Server::deriving();
    let folder = server.deposit("one");
    put_files(&folder, "pixel_size: 3 nm");
    server.import(&folder);
    wait(&server, "DND-S1-I1", 1);
    // what was made of it is deposited as an OME-Zarr, which says otherwise than its depositor
    let zarr = Place::of(server.archive().folder(), "DND-S1-I1", 1).pyramid();
    let folder = server.deposit("two");
    deposit::study(&folder, "two", 0, &[]);
    copy(&zarr, &folder.join("wt.ome.zarr"));
    state(
        &folder,
        &format!("{{file: wt.ome.zarr, {CHANNELS}, pixel_size: 0.5 \u{b5}m}}"),
    );
    server.import(&folder);
    wait(&server, "DND-S2-I1", 1);
    let group = server.get("/zarr/DND-S2-I1/zarr.json");
    let as_deposited = fs::read(folder.join("wt.ome.zarr/zarr.json")).unwrap();
    assert_eq!(group.body, as_deposited, "it is the file itself");
    let said = stated(&server, "DND-S2-I1");
    assert_eq!(said, expected(json!({"x": 0.5, "y": 0.5})));
    let page = server.get_as("/id/DND-S2-I1", "text/html");
    assert!(
        page.text().contains("showing Nuclei, Walls"),
        "{}",
        page.text()
    );
    assert_about(halves(&server, "DND-S2-I1"), YELLOW_AND_BLUE);
    // the thumbnail, which was made before anybody asked
    let small = server.get("/iiif/3/DND-S2-I1/full/40,30/0/default.jpg");
    let small = image::load_from_memory(&small.body).unwrap().to_rgb8();
    let [red, green, blue] = small.get_pixel(10, 15).0;
    assert!(
        red > 200 && green > 200 && blue < 60,
        "{red} {green} {blue}"
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}
