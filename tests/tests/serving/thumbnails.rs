//! Thumbnails: fetched once, made anew, and never a byte of a stranger's.

use std::fs;
use std::io::Cursor;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use ontologies::schema::{omma, schema_org};
use protocol::entry::{Operation, Reason};
use reqwest::Method;
use tests::federation::sample::About;
use tests::federation::{Fault, LogMaker, sample};
use tests::http;
use tests::node::NAMESPACE;
use tests::patience::eventually;
use tests::served::Served;

use super::portal::{Got, Portal, put_image, put_study};

/// Where the picture of the first version of a study is, from its member's base on.
fn place(id: &str) -> String {
    format!("id/{id}.1/files/preview.png")
}

/// The same as records name it.
fn iri_of(id: &str) -> String {
    format!("{NAMESPACE}{id}.1/files/preview.png")
}

/// Writes a study whose record names this as its picture.
fn put_with(log: &mut LogMaker, id: &str, picture: &str) {
    let mut statements = sample::study(log.namespace(), id, &format!("Septin rings {id}"));
    let about = About::iri(format!("{NAMESPACE}{id}"));
    statements.extend(about.link(schema_org::THUMBNAIL_URL, picture).statements());
    log.put(id, statements);
}

/// Writes a study whose picture is a file of its own.
fn put_pictured(log: &mut LogMaker, id: &str) {
    put_with(log, id, &iri_of(id));
}

/// A portal of which the member has these pictured studies, DND-S1 and so on.
fn pictured(studies: u32) -> Portal {
    Portal::with(|log| {
        for serial in 1..=studies {
            put_pictured(log, &format!("DND-S{serial}"));
        }
    })
}

/// A picture of 300 × 200 pixels that hardly compresses.
fn picture(seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let noise = RgbImage::from_fn(300, 200, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    encoded(&noise.into())
}

fn encoded(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn offer(portal: &Portal, id: &str, bytes: Vec<u8>) {
    portal.node.put_file(&place(id), bytes);
}

fn asked(portal: &Portal, id: &str) -> u64 {
    let all = portal.node.all_asked();
    all.get(&place(id)).copied().unwrap_or(0)
}

/// The thumbnail, once nobody waits for it any more.
fn settled(portal: &Portal, path: &str) -> Got {
    eventually("the thumbnail is there or given up", || {
        let got = portal.get(path);
        (got.header("ommatidia-placeholder") != "pending").then_some(got)
    })
}

/// It is a JPEG of this size.
#[track_caller]
fn is_jpeg(got: &Got, width: u32, height: u32) {
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "image/jpeg")
    );
    let made = image::load_from_memory_with_format(&got.body, ImageFormat::Jpeg).unwrap();
    assert_eq!((made.width(), made.height()), (width, height));
}

/// It is the drawing that stands in the place of a picture.
#[track_caller]
fn is_drawing(got: &Got) {
    let kind = (got.status, got.header("content-type"));
    assert_eq!(kind, (200, "image/svg+xml"), "{}", got.body.escape_ascii());
    assert!(!got.text().contains("script") && got.text().contains("#8a8f98"));
    assert!(
        got.header("content-security-policy")
            .contains("default-src 'none'; sandbox")
    );
}

/// Files in the cache, by their names.
fn kept(portal: &Portal) -> Vec<String> {
    let files = fs::read_dir(portal.federation.path("thumbnails")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_list_shows_thumbnails_and_their_member_is_asked_once() {
    let portal = Portal::with(|log| {
        put_pictured(log, "DND-S1");
        put_study(log, "DND-S2", "Septin rings without a picture");
        put_image(log, "DND-S1-I1", "A ring");
    });
    offer(&portal, "DND-S1", picture(1));
    let page = portal.get("search?q=septin").is(200);
    let shown = page.text().matches("<img").count();
    assert_eq!(shown, 1, "{}", page.text());
    for part in [
        "src=\"/thumbnails/DND-S1.1/128\"",
        "srcset=\"/thumbnails/DND-S1.1/256 2x\"",
        "width=\"128\" height=\"128\" alt=\"\" loading=\"lazy\"",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert_eq!(asked(&portal, "DND-S1"), 0, "a page asks nobody");

    let small = settled(&portal, "thumbnails/DND-S1.1/128");
    is_jpeg(&small, 128, 85);
    let large = portal.get("thumbnails/DND-S1.1/256");
    is_jpeg(&large, 256, 171);
    assert_eq!(
        small.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    let newest = portal.get("thumbnails/DND-S1/128").is(200);
    assert_eq!(newest.body, small.body);
    assert_eq!(newest.header("cache-control"), "no-cache");
    let tag = ("if-none-match", small.header("etag"));
    let again = portal.ask(Method::GET, "thumbnails/DND-S1/128", &[tag]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(asked(&portal, "DND-S1"), 1);
    assert_eq!(kept(&portal).len(), 2);
}

#[test]
fn the_start_page_and_pages_of_terms_and_studies_show_pictures() {
    let portal = Portal::with(|log| {
        for serial in 1..=7 {
            let id = format!("DND-S{serial}");
            let mut statements = sample::study(log.namespace(), &id, &format!("Septin rings {id}"));
            let about = About::iri(format!("{NAMESPACE}{id}"))
                .link(schema_org::THUMBNAIL_URL, &iri_of(&id))
                .text(omma::MANIFEST, &"0".repeat(64));
            statements.extend(about.statements());
            log.put(&id, statements);
        }
    });
    let home = portal.get("").is(200);
    let mosaic = home.text().split("class=\"mosaic\"").nth(1).unwrap();
    let (mosaic, rest) = mosaic.split_once("</div>").unwrap();
    assert_eq!(mosaic.matches("/256\"").count(), 7, "{mosaic}");
    let recent = rest.split("Recently published").nth(1).unwrap();
    assert_eq!(recent.matches("class=\"cover\"").count(), 6, "{recent}");
    let term = portal.get("terms/NCBITaxon:4896").is(200);
    assert_eq!(term.text().matches("class=\"cover\"").count(), 6);
    let study = portal.get("studies/DND-S1").is(200);
    assert!(study.text().contains("src=\"/thumbnails/DND-S1.1/256\""));
    assert_eq!(
        portal.node.all_asked().get(&place("DND-S1")),
        None,
        "a page asks nobody"
    );
}

#[test]
fn what_has_no_thumbnail_is_not_found() {
    let portal = Portal::with(|log| {
        put_pictured(log, "DND-S1");
        put_study(log, "DND-S2", "Septin rings");
        put_with(log, "DND-S3", &iri_of("DND-S1"));
        put_with(log, "DND-S4", &format!("{NAMESPACE}OTH-S1.1/files/x.png"));
        put_with(log, "DND-S5", "http://127.0.0.1:1/x.png");
        put_with(log, "DND-S6", "javascript:alert(1)");
        put_with(log, "DND-S7", "data:image/png;base64,iVBORw0KGgo=");
    });
    offer(&portal, "DND-S1", picture(1));
    for path in [
        "thumbnails/DND-S2/128",
        // what another study has, what another member has, and what is fetched from nowhere
        "thumbnails/DND-S3/128",
        "thumbnails/DND-S4/128",
        "thumbnails/DND-S5/128",
        "thumbnails/DND-S6/128",
        "thumbnails/DND-S7.1/256",
        "thumbnails/DND-S99/128",
        "thumbnails/DND-S1.7/128",
        "thumbnails/DND-S1/100000",
        "thumbnails/DND-S1/0128",
        "thumbnails/DND-S1.nq/128",
        "thumbnails/XYZ-S1/128",
        "thumbnails/..%2f..%2fetc/128",
    ] {
        portal.get(path).is_problem(404, "not-found");
    }
    let page = portal.get("search?q=septin").is(200);
    assert_eq!(page.text().matches("<img").count(), 1, "{}", page.text());
    assert!(!page.text().contains("javascript:"));
}

#[test]
fn no_byte_of_a_stranger_is_served_as_it_came() {
    let portal = pictured(8);
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let other_port = format!("http://{}/secret", elsewhere.local_addr().unwrap());
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    // only the header of a PNG of 50,000 by 50,000 pixels is needed to fill 10 GB
    let mut bomb = encoded(&DynamicImage::new_luma8(8, 8));
    bomb.splice(16..24, [0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    bomb.splice(29..33, 0x6ec4_6216_u32.to_be_bytes());
    let faults = [
        Fault::Html,
        Fault::Instead(svg.to_vec()),
        Fault::Instead(bomb),
        Fault::Declared(300 << 20),
        Fault::Endless,
        Fault::Redirect(other_port),
        Fault::Redirect("http://169.254.169.254/latest/meta-data".to_owned()),
        Fault::Status(404),
    ];
    for (serial, fault) in (1..).zip(faults) {
        let id = format!("DND-S{serial}");
        portal.node.set_at_base(&place(&id), fault.clone());
        let path = format!("thumbnails/{id}.1/128");
        let got = settled(&portal, &path);
        is_drawing(&got);
        assert_eq!(got.header("ommatidia-placeholder"), "none", "{fault:?}");
        is_drawing(&portal.get(&path));
        assert_eq!(asked(&portal, &id), 1, "{fault:?}");
    }
    assert_eq!(kept(&portal), [""; 0]);
    // nobody was sent on
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err());
}

#[test]
fn who_looks_does_not_wait_for_a_server_that_drips_or_is_silent() {
    for fault in [Fault::Drip(Duration::from_millis(20)), Fault::Silence] {
        let portal = Portal::before_harvest(|log| {
            for serial in 1..=30 {
                put_pictured(log, &format!("DND-S{serial}"));
            }
        });
        portal.federation.impatient();
        for key in ["answer_seconds", "idle_seconds", "grace_seconds"] {
            portal.federation.configure("fetch", key, "4");
        }
        let mut portal = portal;
        portal.federation.sync().of("dundee").is("current");
        portal.serve();
        for serial in 1..=30 {
            let id = format!("DND-S{serial}");
            offer(&portal, &id, picture(serial));
        }
        portal.node.set_at_base(&place("DND-S1"), fault);
        let begun = Instant::now();
        let got = portal.get("thumbnails/DND-S1.1/128");
        is_drawing(&got);
        assert_eq!(got.header("ommatidia-placeholder"), "pending");
        assert_eq!(got.header("cache-control"), "no-store");
        assert!(begun.elapsed() < Duration::from_secs(10));
        is_drawing(&settled(&portal, "thumbnails/DND-S1.1/128"));
        // the whole server is left alone for a while
        is_drawing(&portal.get("thumbnails/DND-S30.1/128"));
        assert_eq!(
            (asked(&portal, "DND-S1"), asked(&portal, "DND-S30")),
            (1, 0)
        );
        portal.node.heal();
    }
}

#[test]
fn a_member_that_was_not_reached_is_not_asked_and_what_is_kept_is_shown() {
    let mut portal = pictured(2);
    offer(&portal, "DND-S1", picture(1));
    is_jpeg(&settled(&portal, "thumbnails/DND-S1.1/128"), 128, 85);
    portal.between(|portal| {
        portal.node.set_everywhere(Fault::Closed);
        portal.federation.sync().of("dundee").is("unreachable");
        portal.node.forget();
    });
    is_jpeg(&portal.get("thumbnails/DND-S1.1/128"), 128, 85);
    let got = portal.get("thumbnails/DND-S2.1/128");
    is_drawing(&got);
    assert_eq!(got.header("ommatidia-placeholder"), "pending");
    assert_eq!(asked(&portal, "DND-S2"), 0);
}

#[test]
fn what_nobody_looked_at_is_there_when_its_member_is_down() {
    let mut portal = Portal::before_harvest(|log| {
        for id in ["DND-S1", "DND-S2", "DND-S3"] {
            put_pictured(log, id);
        }
    });
    offer(&portal, "DND-S1", picture(1));
    offer(&portal, "DND-S2", picture(2));
    offer(&portal, "DND-S3", b"no picture".to_vec());
    portal.federation.configure("thumbnails", "ahead", "true");
    portal.federation.sync().of("dundee").is("current");
    portal.serve();
    eventually("both pictures are kept in both sizes", || {
        (kept(&portal).len() == 4).then_some(())
    });
    eventually("all that was done is counted", || {
        let metrics = portal.get("metrics").is(200);
        let says = |line: &str| metrics.text().lines().any(|other| other == line);
        (says("ommatidia_thumbnails_fetched_ahead_total 2")
            && says("ommatidia_thumbnails_failed_ahead_total 1"))
        .then_some(())
    });
    // what came later comes as well, and what is there is not asked for again
    portal.between(|portal| {
        put_pictured(&mut portal.log, "DND-S4");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
        offer(portal, "DND-S4", picture(4));
    });
    eventually("the new picture is kept too", || {
        let metrics = portal.get("metrics").is(200);
        let line = "ommatidia_thumbnails_fetched_ahead_total 1";
        let mut lines = metrics.text().lines();
        lines.any(|other| other == line).then_some(())
    });
    assert_eq!(kept(&portal).len(), 6);
    portal.between(|portal| {
        assert_eq!(asked(portal, "DND-S1"), 1);
        portal.node.set_everywhere(Fault::Closed);
        portal.federation.sync().of("dundee").is("unreachable");
    });
    for id in ["DND-S1", "DND-S2", "DND-S4"] {
        is_jpeg(&portal.get(&format!("thumbnails/{id}.1/128")), 128, 85);
    }
}

#[test]
fn a_member_that_gives_its_pictures_slowly_keeps_no_others_away() {
    let serials = 1..=9;
    let mut portal = Portal::of_two_before_harvest(
        |log| {
            for serial in serials.clone() {
                put_pictured(log, &format!("DND-S{serial}"));
            }
        },
        |log| put_pictured(log, "OTH-S2"),
    );
    for serial in serials.clone() {
        let path = place(&format!("DND-S{serial}"));
        // the head comes at once, and of the picture nothing
        portal.node.put_file(&path, picture(serial));
        portal.node.set_at_base(&path, Fault::SilentBody);
    }
    portal.other.put_file(&place("OTH-S2"), picture(20));
    portal.federation.configure("thumbnails", "ahead", "true");
    portal.federation.sync().of("other").is("current");
    portal.serve();
    eventually("the picture of the other member is kept", || {
        (kept(&portal).len() == 2).then_some(())
    });
    let asked: u64 = serials
        .map(|serial| asked(&portal, &format!("DND-S{serial}")))
        .sum();
    assert!(
        asked <= 1,
        "the slow one has one place, and {asked} were taken"
    );
    portal.node.heal();
}

#[test]
fn what_is_taken_back_is_gone_at_once_and_leaves_the_disk() {
    let mut portal = pictured(3);
    let paths = ["1", "2", "3"].map(|serial| format!("thumbnails/DND-S{serial}.1/128"));
    let mut tags = Vec::new();
    for (serial, path) in (1..).zip(&paths) {
        offer(&portal, &format!("DND-S{serial}"), picture(serial));
        let got = settled(&portal, path);
        is_jpeg(&got, 128, 85);
        tags.push(got.header("etag").to_owned());
    }
    assert_eq!(kept(&portal).len(), 6);
    portal.between(|portal| {
        let reason = Reason::OwnerRequest;
        portal
            .log
            .operate("DND-S1", &Operation::Suppress { reason });
        portal.log.withdraw("DND-S2");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
    });
    let with_tag = |place: usize| {
        let tag = ("if-none-match", tags[place].as_str());
        portal.ask(Method::GET, &paths[place], &[tag])
    };
    let sentence = with_tag(0).is_problem(404, "not-found");
    assert!(sentence.contains("out of lists"), "{sentence}");
    with_tag(1).is_problem(410, "gone");
    assert_eq!(with_tag(2).status, 304);
    // nothing has to ask for them to go
    eventually("the pictures are removed", || {
        (kept(&portal).len() == 2).then_some(())
    });
    assert!(kept(&portal)[0].starts_with("DND-S3.1-"));
}

#[test]
fn a_new_version_has_a_picture_of_its_own() {
    let mut portal = pictured(1);
    offer(&portal, "DND-S1", picture(1));
    is_jpeg(&settled(&portal, "thumbnails/DND-S1/128"), 128, 85);
    portal.between(|portal| {
        let second = format!("{NAMESPACE}DND-S1.2/files/preview.png");
        put_with(&mut portal.log, "DND-S1", &second);
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
    });
    let wide = encoded(&DynamicImage::new_rgb8(200, 50));
    portal.node.put_file("id/DND-S1.2/files/preview.png", wide);
    is_jpeg(&settled(&portal, "thumbnails/DND-S1/128"), 128, 32);
    let page = portal.get("search?q=septin").is(200);
    assert!(page.text().contains("/thumbnails/DND-S1.2/128"));
}

#[test]
fn the_bound_of_the_cache_holds() {
    let mut portal = Portal::before_harvest(|log| {
        for serial in 1..=40 {
            put_pictured(log, &format!("DND-S{serial}"));
        }
    });
    portal.federation.configure("thumbnails", "cache_mib", "1");
    portal.federation.sync().of("dundee").is("current");
    portal.serve();
    for serial in 1..=40 {
        let id = format!("DND-S{serial}");
        offer(&portal, &id, picture(serial));
        is_jpeg(
            &settled(&portal, &format!("thumbnails/{id}.1/256")),
            256,
            171,
        );
        // the first is looked at all the time, and stays
        is_jpeg(&portal.get("thumbnails/DND-S1.1/256"), 256, 171);
    }
    let sizes = kept(&portal).into_iter().map(|name| {
        let path = portal.federation.path("thumbnails").join(name);
        fs::metadata(path).unwrap().len()
    });
    let (files, bytes) = sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size));
    assert!(bytes <= 1 << 20, "{files} files, {bytes} bytes");
    assert!((10..80).contains(&files), "{files} files");
    assert_eq!(asked(&portal, "DND-S1"), 1);
}

#[cfg(debug_assertions)]
#[test]
fn a_kill_in_the_middle_of_writing_leaves_nothing_half() {
    let mut portal = pictured(1);
    offer(&portal, "DND-S1", picture(1));
    portal.between(|portal| {
        let mut serve = portal
            .federation
            .command(&["serve", "--bind", "127.0.0.1:0"]);
        serve.env("OMMA_CRASH_AT", "thumbnail-written");
        let served = Served::start(serve);
        let path = format!("{}thumbnails/DND-S1.1/128", served.url());
        // it dies of the question, or in the middle of the answer
        eventually("the server is dead", || {
            http::try_get(&path).is_none().then_some(())
        });
        let left = kept(portal);
        assert!(
            matches!(&left[..], [half] if half.starts_with("writing-")),
            "{left:?}"
        );
    });
    is_jpeg(&settled(&portal, "thumbnails/DND-S1.1/128"), 128, 85);
    assert!(
        kept(&portal)
            .iter()
            .all(|name| name.starts_with("DND-S1.1-"))
    );
}

#[test]
fn an_operator_may_keep_to_members() {
    let mut portal = Portal::before_harvest(|log| {
        put_with(log, "DND-S1", "https://127.0.0.1:1/thumb.png");
    });
    portal.federation.sync().of("dundee").is("current");
    portal.serve();
    let shown = |portal: &Portal| {
        let page = portal.get("search?q=septin").is(200);
        page.text().matches("<img").count()
    };
    assert_eq!(shown(&portal), 1);
    is_drawing(&settled(&portal, "thumbnails/DND-S1.1/128"));
    portal.between(|portal| {
        portal
            .federation
            .configure("thumbnails", "elsewhere", "false");
    });
    assert_eq!(shown(&portal), 0);
    portal
        .get("thumbnails/DND-S1.1/128")
        .is_problem(404, "not-found");
}
