//! What is refused, and how.

use std::sync::atomic::Ordering;

use reqwest::Method;

use super::{BROKEN, STACK, server, server_with};
use crate::server::{Server, answer};

#[track_caller]
fn refused(server: &Server, path: &str, status: u16, words: &str) {
    // a person's browser gets the same
    for accept in ["*/*", "text/html"] {
        let answer = server.get_as(path, accept);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{path}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{path}: {detail}");
    }
}

#[test]
fn what_is_malformed_is_400_what_is_not_there_404_and_what_is_not_done_501() {
    let (server, _) = server();
    for (rest, status, words) in [
        ("nothing/max/0/default.jpg", 400, "is no region"),
        ("full/full/0/default.jpg", 400, "is no size"),
        ("full/901,/0/default.jpg", 400, "put ^ before the size"),
        ("full/max/x/default.jpg", 400, "is no rotation"),
        ("full/max/0/native.jpg", 400, "is no quality"),
        ("full/max/0/default.exe", 400, "is no format"),
        ("full/max/0/default.tif", 501, "there are jpg, png and webp"),
        ("1000,0,5,5/max/0/default.jpg", 400, "outside the image"),
        (
            "full/^16000,16000/0/default.jpg",
            400,
            "more than are made at once",
        ),
        ("full/max/0", 404, "there is nothing here"),
        ("info.xml", 404, "there is nothing here"),
        ("full/%FF/0/default.jpg", 400, "percent-encoding"),
    ] {
        refused(&server, &format!("/iiif/3/{STACK}/{rest}"), status, words);
    }
    for (identifier, status, words) in [
        ("DND-S9-I9", 404, "there is no DND-S9-I9"),
        ("DND-S1-I1.7", 404, "there is no version 7"),
        ("DND-S1", 404, "is not an image"),
        ("DND-S1-I1.ttl", 404, "is not an image"),
        ("ABC-S1-I1", 404, "another member"),
        ("a%2Fb", 404, "not of the form"),
        ("..%2F..%2Fconfig.toml", 404, "not of the form"),
        ("%00", 404, "not of the form"),
        ("DND-S1-I1~z=5", 404, "there is no focal plane 5"),
        ("DND-S1-I1~c=2:0-1:ffffff", 404, "there is no channel 2"),
        ("DND-S1-I1~axis.phase=0", 404, "no axis"),
        ("DND-S1-I1~z", 400, "is no part of a rendering"),
        ("DND-S1-I1~c=0:5-1", 400, "is not understood"),
        ("DND-S1-I1~z=1~z=2", 400, "given twice"),
    ] {
        for rest in ["info.json", "full/max/0/default.jpg"] {
            refused(
                &server,
                &format!("/iiif/3/{identifier}/{rest}"),
                status,
                words,
            );
        }
    }
    for path in ["/iiif/3/", "/iiif/3//info.json"] {
        refused(&server, path, 404, "there is nothing here");
    }
    refused(
        &server,
        "/iiif/presentation/3/DND-S9/manifest",
        404,
        "there is no DND-S9",
    );
    assert_eq!(server.get("/iiif/3").status, 404);
}

#[test]
fn a_file_that_is_no_image_says_why_and_is_opened_once() {
    let (server, shown) = server();
    for rest in [
        "info.json",
        "full/max/0/default.jpg",
        "full/90,/0/default.png",
    ] {
        refused(
            &server,
            &format!("/iiif/3/{BROKEN}/{rest}"),
            501,
            "its header ends too early",
        );
    }
    refused(
        &server,
        &format!("/id/{BROKEN}/thumbnail"),
        501,
        "downloaded as they are",
    );
    refused(
        &server,
        &format!("/iiif/presentation/3/{BROKEN}/manifest"),
        501,
        "no picture",
    );
    assert_eq!(shown.opened.load(Ordering::Relaxed), 1);
}

#[test]
fn what_would_cost_too_much_is_refused_by_the_operators_limits() {
    let further = "max_pixels = 262144\nmax_samples = 1048576\n";
    let (server, _) = server_with("/", further);
    let whole = server.get(&format!("/iiif/3/{STACK}~z=0~c=0/full/max/0/default.png"));
    let whole = image::load_from_memory(&whole.body).unwrap();
    assert!(whole.width() * whole.height() <= 262_144 && whole.width() > 600);
    refused(
        &server,
        &format!("/iiif/3/{STACK}/full/900,600/0/default.jpg"),
        400,
        "262144 in all",
    );
    refused(
        &server,
        &format!("/iiif/3/{STACK}~z=max~c=0/full/max/0/default.jpg"),
        501,
        "fewer planes",
    );
}

#[test]
fn only_reading_is_possible_and_browsers_may_ask_beforehand() {
    let (server, _) = server();
    let path = format!("/iiif/3/{STACK}/full/90,/0/default.jpg");
    assert_eq!(answer(server.request(Method::POST, &path)).status, 405);
    let asked = answer(server.request(Method::OPTIONS, &path));
    assert_eq!(
        (asked.status, asked.header("access-control-allow-origin")),
        (204, "*".to_owned())
    );
    let head = answer(server.request(Method::HEAD, &path));
    let whole = server.get(&path);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), whole.body.len().to_string());
}
