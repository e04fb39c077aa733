//! Pages: what stands on them, and what never does.

use crate::deposit;
use crate::server::Server;

const HOSTILE: &str = "keywords: [\"<script>alert(1)</script>\", \"\\\" onmouseover=x\"]\n\
    publication: {title: \"<img src=x onerror=alert(1)>\", doi: 10.1083/jcb.200512023}\n\
    related: [{relation: see-also, id: \"javascript:alert(1)\"}]\n\
    biosamples: [{id: b1, title: \"</h3><script>x</script>\", strain: \"972 & h-\"}]\n";

/// The page without the one block that no browser runs: JSON for search engines, in which there is no `<`.
fn without_data(page: &str) -> String {
    let (before, rest) = page
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let (data, after) = rest.split_once("</script>").unwrap();
    assert!(!data.contains(['<', '>', '&']), "{data}");
    format!("{before}{after}")
}

#[test]
fn a_study_page_says_what_a_biologist_asks_for() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 65, &[("table.csv", b"a,b\n")]);
    server.import(&folder);
    let page = server.get_as("/id/DND-S1", "text/html");
    for words in [
        "Septin rings in dividing fission yeast",
        "Ada Example",
        "https://orcid.org/0000-0002-1825-0097",
        "Schizosaccharomyces pombe",
        "NCBITaxon:4896",
        "spinning disk confocal microscopy",
        "CC BY 4.0",
        "1 March 2026",
        "Wild type",
        "4 \u{d7} 3, colour, uint8",
        "DND-S1-I1",
        "table.csv",
        "/id/DND-S1.1/files.tsv",
        "How to cite",
        "Ada Example (2026): Septin rings",
        "https://images.example.org/id/DND-S1",
        "sha256sum -c",
        "Page 1 of 2",
    ] {
        assert!(
            page.text().contains(words),
            "{words} is not on the page: {}",
            page.text()
        );
    }
    assert!(
        !without_data(page.text()).contains("<script"),
        "it needs no script"
    );
    let second = server.get_as("/id/DND-S1?images=2", "text/html");
    let lists = |title: &str| second.text().contains(&format!("\">{title}</a></h3>"));
    assert!(lists("0065.png") && lists("0061.png") && !lists("0060.png") && !lists("0001.png"));
    assert_eq!(
        server.get_as("/id/DND-S1?images=3", "text/html").status,
        404
    );
    assert_eq!(
        server.get_as("/id/DND-S1?images=x", "text/html").status,
        400
    );
    let image = server.get_as("/id/DND-S1-I30", "text/html");
    for words in [
        "0030.png",
        "4 \u{d7} 3",
        "uint8",
        "spinning disk confocal microscopy",
        "<a href=\"/id/DND-S1\" dir=\"auto\">Septin rings",
        "/id/DND-S1.1/files/wt/0030.png",
        "Wild type",
    ] {
        assert!(
            image.text().contains(words),
            "{words} is not on the image's page"
        );
    }
}

#[test]
fn the_picture_of_a_study_stands_on_its_page_and_in_lists() {
    let server = Server::start();
    let thumbnail = |name: &str, bytes: &[u8]| {
        let folder = server.deposit(name);
        let further = "thumbnail: its preview.png\n";
        deposit::study_with(&folder, name, 1, &[("its preview.png", bytes)], further);
        server.import(&folder);
    };
    thumbnail("one", &deposit::picture(7));
    let folder = server.deposit("two");
    deposit::study(&folder, "two", 1, &[]);
    server.import(&folder);
    // what is sent many times over is small
    thumbnail("three", &noise(400));
    let shown = "src=\"/id/DND-S1.1/files/its%20preview.png\"";
    for path in ["/", "/studies", "/id/DND-S1"] {
        let page = server.get_as(path, "text/html");
        assert_eq!(
            page.text().matches(shown).count(),
            1,
            "{path}: {}",
            page.text()
        );
    }
    for path in ["/", "/studies"] {
        let page = server.get_as(path, "text/html");
        assert_eq!(
            page.text().matches("<img").count(),
            1,
            "{path}: {}",
            page.text()
        );
    }
    let picture = server.get("/id/DND-S1.1/files/its%20preview.png");
    assert_eq!(
        (picture.status, picture.header("content-type").as_str()),
        (200, "image/png")
    );
    let large = server.get_as("/id/DND-S3", "text/html");
    assert!(
        large
            .text()
            .contains("src=\"/id/DND-S3.1/files/its%20preview.png\"")
    );
}

/// A picture of so many pixels a side that hardly compresses.
fn noise(side: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(side, side, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn text_of_a_study_stays_text() {
    let server = Server::start();
    let folder = server.deposit("hostile");
    deposit::study_with(&folder, "hostile", 1, &[], HOSTILE);
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    let page = server.get_as("/id/DND-S1", "text/html");
    let text = &without_data(page.text());
    for hostile in [
        "<script",
        "<img src=x",
        "href=\"javascript:",
        "\" onmouseover",
    ] {
        assert!(
            !text.contains(hostile),
            "{hostile} is on the page as it came: {text}"
        );
    }
    assert!(
        text.contains("972 &#38; h-"),
        "and it is still there to be read: {text}"
    );
}

#[test]
fn no_page_asks_another_host_for_anything() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    server.import(&folder);
    for path in ["/", "/id/DND-S1", "/id/DND-S1-I1", "/log/", "/nothing"] {
        let page = server.get_as(path, "text/html");
        for attribute in [
            "src=\"",
            "rel=\"stylesheet\" href=\"",
            "rel=\"icon\" type=\"image/svg+xml\" href=\"",
            "action=\"",
        ] {
            for address in page
                .text()
                .split(attribute)
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                // a place on the page itself
                .filter(|address| !address.starts_with('#'))
            {
                assert!(
                    address.starts_with('/') && !address.starts_with("//"),
                    "{path}: {address}"
                );
                assert_eq!(server.get(address).status, 200, "{path}: {address}");
            }
        }
        assert!(
            !page.text().contains(" style="),
            "{path}: the policy allows no style in the text"
        );
    }
}

#[test]
fn the_stylesheet_is_kept_for_ever_under_the_address_of_its_content() {
    let server = Server::start();
    let page = server.get_as("/", "text/html");
    let address = page
        .text()
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let stylesheet = server.get(address);
    assert_eq!(
        (
            stylesheet.status,
            stylesheet.header("content-type").as_str()
        ),
        (200, "text/css; charset=utf-8")
    );
    assert_eq!(
        stylesheet.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(server.get("/assets/0000000000000000.css").status, 404);
}

#[test]
fn a_node_below_a_path_links_below_it_and_answers_with_and_without() {
    let server = Server::at("http://127.45.67.89:9/images/");
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    server.import(&folder);
    for root in ["/images", ""] {
        let home = server.get_as(&format!("{root}/"), "text/html");
        assert!(home.text().contains("href=\"/images/id/DND-S1\""));
        assert_eq!(server.get(&format!("{root}/log/checkpoint")).status, 200);
        assert_eq!(server.get(&format!("{root}/id/DND-S1.nq")).status, 200);
    }
    assert!(
        server
            .get("/id/DND-S1.ttl")
            .header("link")
            .contains("<http://127.45.67.89:9/images/id/DND-S1.1.jsonld>")
    );
    assert!(
        server
            .get("/metrics")
            .text()
            .contains("{route=\"/log/checkpoint\",status=\"200\"} 2"),
        "one route, counted once"
    );
}

#[test]
fn an_empty_archive_has_a_home_page() {
    let page = Server::start().get_as("/", "text/html");
    assert!(page.text().contains("Nothing has been published here yet"));
}

#[test]
fn hundreds_of_authors_are_folded_and_titles_keep_their_direction() {
    let server = Server::start();
    let folder = server.deposit("crowd");
    deposit::study(&folder, "crowd", 1, &[]);
    let yaml = std::fs::read_to_string(folder.join("study.yaml")).unwrap();
    let authors: Vec<String> = (1..=500)
        .map(|number| format!("{{name: Author {number:03}, affiliation: Example Institute}}"))
        .collect();
    let yaml: String = yaml
        .lines()
        .map(|line| match line.split_once(": ") {
            Some(("authors", _)) => format!("authors: [{}]\n", authors.join(", ")),
            Some(("title", _)) => format!("title: \"{}\"\n", "انقسام".repeat(330)),
            _ => format!("{line}\n"),
        })
        .collect();
    std::fs::write(folder.join("study.yaml"), yaml).unwrap();
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    let page = server.get_as("/id/DND-S1", "text/html");
    let folded = page.text().find("480 more authors").unwrap();
    assert!(page.text().find("Author 020").unwrap() < folded);
    assert!(page.text()[folded..].contains("Author 500"));
    assert!(
        page.text()
            .contains("<h1 class=\"long\" dir=\"auto\">انقسام")
    );
    let heading = page.text().split("<h1").nth(1).unwrap();
    let heading = heading.split("</h1>").next().unwrap();
    assert!(heading.chars().count() < 350, "{heading}");
    let whole = format!("dir=\"auto\">{}</p></details>", "انقسام".repeat(330));
    assert!(page.text().contains(&whole), "the whole is one click away");
    let title = page.text().split("<title>").nth(1).unwrap();
    let title = title.split("</title>").next().unwrap();
    assert!(title.chars().count() < 200, "a tab has no room for more");
    let list = server.get("/studies");
    assert!(list.text().contains("dir=\"auto\">انقسام"));
    for path in [
        "/studies",
        "/id/DND-S1/files",
        "/id/DND-S1/versions",
        "/id/DND-S1-I1",
    ] {
        let page = server.get_as(path, "text/html").text().to_owned();
        // how to cite what is seen is for copying, behind a fold
        let (before, after) = page
            .split_once("<div class=\"look-share\">")
            .map_or((page.as_str(), ""), |(before, rest)| {
                (before, rest.split_once("</div>").unwrap().1)
            });
        for part in [before, after] {
            assert!(!part.contains(&"انقسام".repeat(60)), "{path}: {part}");
        }
    }
    let home = without_data(server.get_as("/", "text/html").text());
    assert!(!home.contains(&"انقسام".repeat(60)));
}
