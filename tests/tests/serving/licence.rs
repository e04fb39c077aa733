//! The licence of the descriptions: one setting, and everything that says it.

use super::portal::{Portal, put_study};

const PLACES: [(&str, &str); 7] = [
    ("catalogue.ttl", "<CC> a dct:LicenseDocument"),
    ("catalogue.nq", "<http://purl.org/dc/terms/license> <CC>"),
    (".well-known/void", "dct:license <CC>"),
    (".well-known/ommatidia.json", "\"metadata_licence\":\"CC\""),
    ("oai?verb=Identify", "<rightsReference ref=\"CC\"/>"),
    ("help/machines", "<a href=\"CC\" rel=\"noopener\">"),
    ("", "<a href=\"CC\" rel=\"noopener\">"),
];

fn portal() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    })
}

/// What is at a path, as whoever reads there asks for it.
fn at(portal: &Portal, path: &str) -> String {
    match path {
        "" | "help/machines" => portal.browse(path),
        _ => portal.get(path),
    }
    .is(200)
    .text()
    .to_owned()
}

#[track_caller]
fn is_said_everywhere(portal: &Portal, licence: &str) {
    for (path, words) in PLACES {
        let (said, words) = (at(portal, path), words.replace("CC", licence));
        assert!(said.contains(&words), "{path}: {words}: {said}");
    }
    // what search engines read
    let home = at(portal, "");
    assert!(
        home.contains(&format!("\"license\": \"{licence}\"")),
        "{home}"
    );
}

#[test]
fn descriptions_are_free_unless_the_operator_says_otherwise() {
    let mut portal = portal();
    is_said_everywhere(
        &portal,
        "https://creativecommons.org/publicdomain/zero/1.0/",
    );
    let configure = |portal: &Portal, value: &str| {
        portal
            .federation
            .configure("serve", "metadata_licence", value);
    };
    portal.between(|portal| {
        configure(portal, "\"https://creativecommons.org/licenses/by/4.0/\"");
    });
    is_said_everywhere(&portal, "https://creativecommons.org/licenses/by/4.0/");
    portal.between(|portal| configure(portal, "\"\""));
    for (path, words) in PLACES {
        let words = words.split("CC").next().unwrap();
        // a study names its own licence in the catalogue
        let home = format!("<{}> {words}", portal.url());
        let is_said = match path {
            "catalogue.nq" => at(&portal, path).contains(&home),
            "catalogue.ttl" | "help/machines" | "" => continue,
            ".well-known/ommatidia.json" => {
                !at(&portal, path).contains("\"metadata_licence\":null")
            }
            _ => at(&portal, path).contains(words),
        };
        assert!(!is_said, "{path}");
    }
    assert!(!at(&portal, "help").contains("Descriptions:"));
    portal.stop();
    configure(&portal, "\"CC0\"");
    portal
        .federation
        .run(&["status"])
        .could_not()
        .says("serve.metadata_licence: \"CC0\" is no address of a licence");
}
