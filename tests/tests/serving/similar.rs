//! Images that look alike are found wherever they are, as long as they may be seen.

use ontologies::schema::{omma, xsd};
use protocol::identifier::Accession;
use protocol::perceptual_hash::{FREQUENCIES, Orientation, PerceptualHash};
use serde_json::{Value, json};
use tests::federation::sample::About;
use tests::federation::{LogMaker, sample};
use tests::patience::eventually;

use super::portal::{Portal, put_image, put_study};

/// What some picture looks like; another one for each number.
fn looks(number: u64) -> PerceptualHash {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let signs: Vec<bool> = (0..FREQUENCIES * FREQUENCIES)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 63 == 1
        })
        .collect();
    PerceptualHash::of_signs(|across, down| signs[down * FREQUENCIES + across])
}

/// The same with so many other bits.
fn changed(hash: PerceptualHash, bits: usize) -> PerceptualHash {
    let mut digits = hash.to_string().into_bytes();
    // the last bit of so many digits
    for digit in digits.iter_mut().rev().take(bits) {
        let value = (*digit as char).to_digit(16).unwrap() ^ 1;
        *digit = char::from_digit(value, 16).unwrap() as u8;
    }
    PerceptualHash::parse(std::str::from_utf8(&digits).unwrap()).unwrap()
}

fn put_looking(log: &mut LogMaker, id: &str, title: &str, hash: &str) {
    let mut statements = sample::image(log.namespace(), id, title);
    let iri = log.namespace().iri(&Accession::parse(id).unwrap());
    let about = About::iri(iri).typed(omma::PERCEPTUAL_HASH, hash, xsd::HEX_BINARY);
    statements.extend(about.statements());
    log.put(id, statements);
}

/// Two archives, and a picture that is in three studies: turned by 90° in the other archive.
fn with_copies() -> Portal {
    let original = looks(1);
    Portal::of_two(
        |log| {
            put_study(log, "DND-S1", "Septin rings");
            put_study(log, "DND-S2", "Actin cables");
            put_looking(log, "DND-S1-I1", "A ring", &original.to_string());
            put_looking(
                log,
                "DND-S1-I2",
                "The ring a moment later",
                &changed(original, 60).to_string(),
            );
            put_looking(log, "DND-S1-I3", "Another ring", &looks(2).to_string());
            put_looking(
                log,
                "DND-S2-I1",
                "A cable",
                &changed(original, 9).to_string(),
            );
            put_image(log, "DND-S2-I2", "An empty field");
        },
        |log| {
            put_study(log, "OTH-S2", "Rings of another strain");
            let turned = changed(original.turned(Orientation::ALL[1]), 3);
            put_looking(log, "OTH-S2-I1", "A ring, turned", &turned.to_string());
        },
    )
}

/// Id, distance and orientation of each.
fn found(answer: &Value) -> Vec<(&str, u64, &str)> {
    let images = answer["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| {
            let id = image["id"].as_str().unwrap();
            let orientation = image["orientation"].as_str().unwrap();
            (id, image["distance"].as_u64().unwrap(), orientation)
        })
        .collect()
}

/// The ids of each cluster, as soon as they are of the images of now.
fn clusters(portal: &Portal) -> Vec<Vec<String>> {
    let answer = eventually("the clusters are of the images of now", || {
        let answer = portal.get("api/v1/similar").is(200).json();
        (answer["is_current"] == true).then_some(answer)
    });
    let clusters = answer["clusters"].as_array().unwrap();
    clusters
        .iter()
        .map(|cluster| {
            let images = cluster["images"].as_array().unwrap();
            let id = |image: &Value| image["id"].as_str().unwrap().to_owned();
            images.iter().map(id).collect()
        })
        .collect()
}

const OF_ONE: &str = "api/v1/images/DND-S1-I1/similar";

#[test]
fn a_turned_copy_in_another_archive_is_found() {
    let portal = with_copies();
    let answer = portal.get(OF_ONE).is(200).json();
    assert_eq!(answer["perceptual_hash"], looks(1).to_string());
    let all = [
        ("OTH-S2-I1", 3, "90"),
        ("DND-S2-I1", 9, "0"),
        ("DND-S1-I2", 60, "0"),
    ];
    assert_eq!(found(&answer), all);
    let first = &answer["images"][0];
    assert_eq!(
        [&first["study"], &first["member"], &first["title"]],
        [&json!("OTH-S2"), &json!("other"), &json!("A ring, turned")]
    );
    assert_eq!(first["page"], format!("{}images/OTH-S2-I1", portal.url()));
    assert!(answer["next"].is_null());
    // seen from the copy it is the other way round
    let back = portal.get("api/v1/images/OTH-S2-I1/similar").is(200).json();
    assert_eq!(found(&back)[0], ("DND-S1-I1", 3, "270"));

    // one after the other
    let mut cursor = String::new();
    for expected in all {
        let page = portal.get(&format!("{OF_ONE}?size=1{cursor}")).is(200);
        let answer = page.json();
        assert_eq!(found(&answer), [expected]);
        match answer["next"].as_str() {
            Some(next) => {
                assert!(page.header("link").contains(next));
                cursor = format!("&cursor={next}");
            }
            None => assert_eq!(expected, all[2]),
        }
    }
}

#[test]
fn clusters_are_of_several_studies() {
    let portal = with_copies();
    assert_eq!(clusters(&portal), [["DND-S1-I1", "DND-S2-I1", "OTH-S2-I1"]]);
    let page = portal.browse("similar").is(200);
    for words in [
        "3 images of 3 studies",
        "A ring, turned",
        "the same field, a reuse that is cited, or chance",
        "5 images compared",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let after = portal.browse("similar?cursor=DND-S1-I1").is(200);
    assert!(after.text().contains("There are no more"));
}

#[test]
fn the_page_of_an_image_shows_those_of_other_studies_first() {
    let portal = with_copies();
    let page = portal.browse("images/DND-S1-I1").is(200);
    let text = page.text();
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"))
    };
    let in_order = [
        "<h2>Similar images</h2>",
        "In other studies",
        "Looks the same, turned by 90°",
        "A cable",
        "In the same study",
        "The ring a moment later",
    ];
    let places = in_order.map(place);
    assert!(places.is_sorted(), "{places:?}");
    assert!(!text.contains("Another ring"));
    let lonely = portal.browse("images/DND-S1-I3").is(200);
    assert!(!lonely.text().contains("Similar images</h2>"));
}

#[test]
fn what_is_taken_from_view_is_similar_to_nothing_at_once() {
    let mut portal = with_copies();
    assert_eq!(found(&portal.get(OF_ONE).json()).len(), 3);
    portal.log.suppress("DND-S2");
    portal.log.checkpoint();
    portal.node.publish(&portal.log);
    portal.federation.sync().of("dundee").is("current");
    let left = portal.get(OF_ONE).is(200).json();
    assert_eq!(
        found(&left),
        [("OTH-S2-I1", 3, "90"), ("DND-S1-I2", 60, "0")]
    );
    assert_eq!(clusters(&portal), [["DND-S1-I1", "OTH-S2-I1"]]);
    portal
        .get("api/v1/images/DND-S2-I1/similar")
        .is_problem(404, "not-found");

    portal.log.withdraw("DND-S1-I1");
    // what comes is there as well
    put_looking(
        &mut portal.log,
        "DND-S1-I4",
        "The ring once more",
        &looks(2).to_string(),
    );
    portal.log.checkpoint();
    portal.node.publish(&portal.log);
    portal.federation.sync().of("dundee").is("current");
    portal.get(OF_ONE).is_problem(410, "gone");
    let none: [[String; 0]; 0] = [];
    assert_eq!(clusters(&portal), none);
    let of_third = portal.get("api/v1/images/DND-S1-I3/similar").is(200).json();
    assert_eq!(found(&of_third), [("DND-S1-I4", 0, "0")]);
    // a start from what is on the disk knows the same
    portal.between(|_| {});
    let again = portal.get("api/v1/images/DND-S1-I3/similar").is(200).json();
    assert_eq!(found(&again), [("DND-S1-I4", 0, "0")]);
}

#[test]
fn a_record_says_nothing_of_what_images_of_others_look_like() {
    let mut portal = Portal::of_two(
        |log| {
            put_study(log, "DND-S1", "Septin rings");
            put_looking(log, "DND-S1-I1", "A ring", &looks(1).to_string());
            put_image(log, "DND-S1-I2", "An empty field");
        },
        |log| {
            let mut statements = sample::study(log.namespace(), "OTH-S2", "Rings as well");
            let study = Accession::parse("OTH-S2").unwrap();
            // a node of the own record, which is called like an image of another archive
            let iri = format!("{}#DND-S1-I2", log.namespace().iri(&study));
            let hash = looks(1).to_string();
            let about = About::iri(iri).typed(omma::PERCEPTUAL_HASH, &hash, xsd::HEX_BINARY);
            statements.extend(about.statements());
            log.put("OTH-S2", statements);
        },
    );
    for _ in 0..2 {
        assert_eq!(found(&portal.get(OF_ONE).is(200).json()), []);
        let other = portal.get("api/v1/images/DND-S1-I2/similar").is(200).json();
        assert!(other["perceptual_hash"].is_null());
        // and the same once all hashes are read anew
        portal.between(|_| {});
    }
}

#[test]
fn many_of_the_same_study_leave_those_of_others_their_place() {
    let portal = Portal::of_two(
        |log| {
            put_study(log, "DND-S1", "Septin rings");
            for serial in 1..=60 {
                let id = format!("DND-S1-I{serial}");
                put_looking(log, &id, "A ring", &looks(1).to_string());
            }
        },
        |log| {
            put_study(log, "OTH-S2", "Rings of another strain");
            let farther = changed(looks(1), 40).to_string();
            put_looking(log, "OTH-S2-I1", "A ring from far away", &farther);
        },
    );
    let page = portal.browse("images/DND-S1-I1").is(200);
    for words in [
        "In other studies",
        "A ring from far away",
        "In the same study",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let answer = portal.get(&format!("{OF_ONE}?size=100")).is(200).json();
    assert_eq!(found(&answer).len(), 60);
    assert_eq!(found(&answer)[59], ("OTH-S2-I1", 40, "0"));
    assert!(answer["next"].is_null());
}

#[test]
fn what_has_no_structure_is_similar_to_nothing() {
    let portal = with_copies();
    let answer = portal.get("api/v1/images/DND-S2-I2/similar").is(200).json();
    assert!(answer["perceptual_hash"].is_null());
    assert_eq!(found(&answer), []);
    for (path, status, word) in [
        ("api/v1/images/DND-S1/similar", 404, "not-found"),
        ("api/v1/images/DND-S1-I1.1/similar", 404, "not-found"),
        ("api/v1/images/DND-S1-I99/similar", 404, "not-found"),
        ("api/v1/images/DND-S1-I1/similar?size=0", 400, "malformed"),
        ("api/v1/images/DND-S1-I1/similar?size=101", 400, "malformed"),
        ("api/v1/images/DND-S1-I1/similar?cursor=3", 400, "malformed"),
        ("api/v1/similar?cursor=x", 400, "malformed"),
    ] {
        portal.get(path).is_problem(status, word);
    }
}
