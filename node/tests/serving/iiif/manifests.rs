//! Manifests: what a viewer of books makes of an image and of a study.

use super::{COLOUR, STACK, server};

#[test]
fn an_image_has_a_canvas_for_each_plane_and_time_and_each_leads_to_its_picture() {
    let (server, _) = server();
    let path = format!("/iiif/presentation/3/{STACK}/manifest");
    let answer = server.get(&path);
    assert!(
        answer
            .header("content-type")
            .starts_with("application/ld+json;profile=")
    );
    let manifest = answer.json();
    assert_eq!(manifest["id"], server.url(&path));
    assert_eq!(
        manifest["rights"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
    let items = manifest["items"].as_array().unwrap();
    assert_eq!(items.len(), 15);
    assert_eq!(manifest["start"]["id"], items[2]["id"]);
    for canvas in [&items[0], &items[14]] {
        let body = &canvas["items"][0]["items"][0]["body"];
        for address in [&body["id"], &canvas["thumbnail"][0]["id"]] {
            let path = address.as_str().unwrap().replace(&server.url(""), "");
            assert_eq!(server.get(&path).status, 200, "{path}");
        }
        let service = body["service"][0]["id"]
            .as_str()
            .unwrap()
            .replace(&server.url(""), "");
        assert_eq!(
            server.get(&format!("{service}/info.json")).json()["width"],
            canvas["width"]
        );
    }
    let again = server.get_with(&path, "if-none-match", &answer.header("etag"));
    assert_eq!(again.status, 304);
}

#[test]
fn a_study_has_a_canvas_for_each_image() {
    let (server, _) = server();
    let manifest = server.get("/iiif/presentation/3/DND-S1/manifest").json();
    assert_eq!(
        manifest["label"]["none"][0],
        "Septin rings in dividing fission yeast"
    );
    let items = manifest["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    let service =
        |number: usize| items[number]["items"][0]["items"][0]["body"]["service"][0]["id"].clone();
    assert_eq!(service(0), server.url(&format!("/iiif/3/{STACK}")));
    assert_eq!(service(1), server.url(&format!("/iiif/3/{COLOUR}")));
    let body = items[1]["items"][0]["items"][0]["body"]["id"]
        .as_str()
        .unwrap();
    assert_eq!(server.get(&body.replace(&server.url(""), "")).status, 200);
}
