//! Some files of a study as one zip, made while it is sent.

use std::fs;
use std::io::{Cursor, Read};
use std::process::Command;

use reqwest::Method;

use crate::deposit;
use crate::server::{Answer, BASE, Server, answer};

const TEXT: &[u8] = b"well,gene\nA1,cdc10\n";
const ODD: &str = "plate 1 %\u{e4}#?+;'.csv";
const ODD_IN_QUERY: &str = "plate%201%20%25%C3%A4%23%3F%2B%3B%27.csv";

fn server() -> Server {
    filled(Server::start())
}

fn filled(server: Server) -> Server {
    let folder = server.deposit("one");
    // more than one turn of reading
    let large: Vec<u8> = (0..300_000_u32).map(|place| (place % 251) as u8).collect();
    let files: [(&str, &[u8]); 4] = [
        ("table.csv", TEXT),
        (ODD, TEXT),
        ("large.bin", &large),
        ("empty.txt", b""),
    ];
    deposit::study(&folder, "one", 1, &files);
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    server
}

/// The members of a zip, with their bytes.
fn members(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(&answer.body)).unwrap();
    (0..zip.len())
        .map(|place| {
            let mut member = zip.by_index(place).unwrap();
            let mut bytes = Vec::new();
            // the reader checks the checksum at the end
            member.read_to_end(&mut bytes).unwrap();
            (member.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn chosen_files_come_as_one_zip_by_a_link_and_by_the_form() {
    let server = server();
    let asked = format!("path=large.bin&path={ODD_IN_QUERY}&path=empty.txt&path=large.bin");
    let linked = server.get(&format!("/id/DND-S1/files.zip?{asked}"));
    assert_eq!(linked.status, 200);
    assert_eq!(linked.header("content-type"), "application/zip");
    assert_eq!(
        linked.header("content-disposition"),
        "attachment; filename=\"DND-S1.1-files.zip\""
    );
    assert_eq!(
        linked.header("content-length"),
        linked.body.len().to_string()
    );
    let found = members(&linked);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "DND-S1.1/empty.txt",
            "DND-S1.1/large.bin",
            &format!("DND-S1.1/{ODD}"),
        ]
    );
    assert_eq!(found[1].1.len(), 300_000);
    assert_eq!(found[2].1, TEXT);

    let form = server
        .request(Method::POST, "/id/DND-S1.1/files.zip")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(asked);
    assert!(
        answer(form).body == linked.body,
        "the same files give the same bytes"
    );
    let head = answer(server.request(Method::HEAD, "/id/DND-S1.1/files.zip?path=table.csv"));
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn other_readers_take_it_from_the_front_and_from_the_end() {
    let server = server();
    let got = server.get("/id/DND-S1/files.zip?path=large.bin&path=table.csv&path=empty.txt");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("files.zip");
    fs::write(&path, &got.body).unwrap();
    let said = Command::new("python3")
        .args(["-m", "zipfile", "-t"])
        .arg(&path)
        .output();
    if let Ok(said) = said {
        assert!(said.status.success(), "{said:?}");
    } else {
        assert!(std::env::var_os("CI").is_none(), "python3 is not installed");
        eprintln!("SKIPPED: python3 is not installed");
    }
    // without a directory at the end, as a stream is read
    let mut stream = Cursor::new(&got.body);
    let mut found = Vec::new();
    while let Some(mut member) = zip::read::read_zipfile_from_stream(&mut stream).unwrap() {
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        found.push((member.name().unwrap().into_owned(), bytes));
    }
    assert!(found == members(&got));
}

#[test]
fn what_cannot_be_put_into_a_zip_is_said_before_a_byte_is_sent() {
    let server = server();
    for (asked, status, words) in [
        ("", 400, "no file is chosen"),
        ("?name=table.csv", 400, "no file is chosen"),
        ("?path=nothing.csv", 404, "has no file nothing.csv"),
        (
            "?path=table.csv&path=..%2Ftable.csv",
            404,
            "cannot be a file",
        ),
    ] {
        let got = server.get(&format!("/id/DND-S1/files.zip{asked}"));
        assert_eq!(got.status, status, "{asked}");
        let detail = got.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{detail}");
    }
    assert_eq!(server.get("/id/DND-S2/files.zip?path=a").status, 404);
    assert_eq!(server.get("/id/DND-S1-I1/files.zip?path=a").status, 404);
}

#[test]
fn the_list_of_files_has_a_form_that_asks_for_one() {
    let server = server();
    let page = server.get_as("/id/DND-S1/files", "text/html");
    let page = page.text();
    assert!(
        page.contains("method=\"post\" action=\"/id/DND-S1.1/files.zip\""),
        "{page}"
    );
    assert!(page.contains("name=\"path\" value=\"table.csv\""), "{page}");
}

/// Has the server publish an image of one file, DND-S1-I1, and one of an OME-Zarr of four, DND-S1-I2.
fn with_zarr(server: Server) -> Server {
    let folder = server.deposit("zarr");
    let more = "  - {title: Zarr, images: [z/a.zarr]}\n";
    deposit::study_with(&folder, "zarr", 1, &[], more);
    let axis = |name: &str| serde_json::json!({"name": name, "type": "space"});
    let scale = serde_json::json!([{"type": "scale", "scale": [1.0, 1.0]}]);
    let multiscale = serde_json::json!({
        "version": "0.4", "axes": [axis("y"), axis("x")], "datasets": [{"path": "0", "coordinateTransformations": scale}],
    });
    let array = serde_json::json!({
        "zarr_format": 2, "shape": [3, 4], "chunks": [3, 4], "dtype": "|u1", "compressor": null, "fill_value": 0,
        "order": "C", "filters": null, "dimension_separator": "/",
    });
    for (path, text) in [
        (".zgroup", "{\"zarr_format\": 2}".to_owned()),
        (
            ".zattrs",
            serde_json::json!({"multiscales": [multiscale]}).to_string(),
        ),
        ("0/.zarray", array.to_string()),
        ("0/0/0", "pixels......".to_owned()),
    ] {
        let path = folder.join("z/a.zarr").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    server
}

const OF_ZARR: [&str; 4] = [
    "DND-S1.1/z/a.zarr/.zattrs",
    "DND-S1.1/z/a.zarr/.zgroup",
    "DND-S1.1/z/a.zarr/0/.zarray",
    "DND-S1.1/z/a.zarr/0/0/0",
];

#[test]
fn an_image_of_many_files_comes_as_one_zip() {
    let server = with_zarr(Server::start());
    let zip = server.get("/id/DND-S1/files.zip?image=DND-S1-I2");
    let names = |answer: &Answer| -> Vec<String> {
        members(answer).into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(&zip), OF_ZARR);
    assert_eq!(
        zip.header("content-disposition"),
        "attachment; filename=\"DND-S1-I2-files.zip\""
    );
    let folder = server.get("/id/DND-S1/files.zip?path=z/a.zarr&path=z/a.zarr/0/0/0");
    assert_eq!(
        names(&folder),
        OF_ZARR,
        "a folder is all that is in it, once"
    );
    assert_eq!(
        names(&server.get("/id/DND-S1/files.zip?path=z/a.zarr/0")).len(),
        2
    );
    for (asked, words) in [
        ("image=DND-S1-I3", "has no files of an image DND-S1-I3"),
        ("image=%25", "has no files of an image %"),
        ("path=z/a", "has no file z/a"),
    ] {
        let got = server.get(&format!("/id/DND-S1/files.zip?{asked}"));
        assert_eq!(got.status, 404, "{asked}");
        let detail = got.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{detail}");
    }
}

#[test]
fn the_page_of_an_image_says_how_to_get_all_of_it() {
    let server = with_zarr(Server::start());
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    for words in [
        "href=\"/id/DND-S1.1/files.zip?image=DND-S1-I2\"",
        "(4 files, ",
        "<dt>Size</dt>",
        "id=\"fetch-wget\"",
        "DND-S1.1.tsv &gt; DND-S1-I2.tsv",
    ] {
        let text = page.text().replace("&#62;", "&gt;");
        assert!(text.contains(words), "{words}: {text}");
    }
    let single = server.get_as("/id/DND-S1-I1", "text/html");
    assert!(!single.text().contains("files.zip") && single.text().contains("id=\"fetch-wget\""));
    let server = with_zarr(Server::configured(BASE, "zip_files = 3"));
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    assert!(page.text().contains("too much for one zip") && !page.text().contains("files.zip"));
    let got = server.get("/id/DND-S1/files.zip?image=DND-S1-I2");
    assert_eq!(got.status, 400);
    let detail = got.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("more than the 3"), "{detail}");
}

#[test]
fn an_operator_bounds_files_and_bytes() {
    for (setting, words) in [
        ("zip_files = 1", "2 files are more than the 1"),
        ("zip_bytes = 20", "at most 20"),
    ] {
        let server = filled(Server::configured(BASE, setting));
        let got = server.get("/id/DND-S1/files.zip?path=table.csv&path=large.bin");
        assert_eq!(got.status, 400);
        let detail = got.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{detail}");
    }
}

#[test]
fn an_archive_may_make_no_zips_and_then_offers_none() {
    let server = filled(Server::configured(BASE, "zip_files = 0"));
    let got = server.get("/id/DND-S1/files.zip?path=table.csv");
    assert_eq!(got.status, 404);
    let detail = got.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("makes no zips"), "{detail}");
    let page = server.get_as("/id/DND-S1/files", "text/html");
    assert!(page.text().contains("table.csv") && !page.text().contains("<form class=\"stack\""));
}

#[test]
fn more_readers_than_turns_get_theirs_and_those_who_leave_take_none_along() {
    let server = Server::start();
    let folder = server.deposit("one");
    // three turns of reading through
    let large: Vec<u8> = (0..40_000_000_u32)
        .map(|place| (place.wrapping_mul(0x9E37_79B9) >> 24) as u8)
        .collect();
    deposit::study(&folder, "one", 1, &[("large.bin", &large)]);
    assert_eq!(server.import(&folder).id.as_deref(), Some("DND-S1"));
    let asked = "/id/DND-S1/files.zip?path=large.bin";
    for _ in 0..8 {
        // the head is taken, and nothing of the body
        drop(server.request(Method::GET, asked).send().unwrap());
    }
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| members(&server.get(asked))))
            .collect();
        for reader in readers {
            let found = reader.join().unwrap();
            assert_eq!(found.len(), 1);
            assert!(found[0].1 == large);
        }
    });
}
