//! The image on its page: what the viewer in the browser is told, and what is shown without a script.

use node::moves::Move;
use node::status;
use protocol::entry::Reason;
use protocol::identifier::Accession;

use crate::deposit;
use crate::server::{Server, eventually};

/// A server with one study of one picture of 1,200 × 900 pixels, ready to be looked at.
fn server() -> Server {
    let server = Server::deriving();
    deposit::study(&server.deposit("one"), "one", 1, &[]);
    let mut large = image::RgbImage::from_pixel(1200, 900, image::Rgb([10, 20, 30]));
    for (column, row, pixel) in large.enumerate_pixels_mut() {
        pixel.0 = [(column % 256) as u8, (row % 256) as u8, 90];
    }
    large
        .save(server.deposit("one").join("wt/0001.png"))
        .unwrap();
    server.import(&server.deposit("one"));
    let archive = server.archive();
    eventually("the image is ready", || {
        (status::status(&archive).unwrap().pictures.ready == 1).then_some(())
    });
    server
}

fn page(server: &Server, query: &str) -> String {
    page_of(server, &format!("/id/DND-S1-I1{query}"))
}

fn page_of(server: &Server, address: &str) -> String {
    let answer = server.get_with(address, "accept", "text/html");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

/// The address of the picture on a page, which has to be there.
fn picture(server: &Server, page: &str) -> String {
    let begin = page.find("src=\"/iiif/3/").expect("no picture") + 5;
    let rest = &page[begin..];
    let address = rest[..rest.find('"').unwrap()].replace("&#38;", "&");
    let answer = server.get(&address);
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "image/jpeg");
    address
}

#[test]
fn the_page_of_an_image_shows_it_and_tells_the_viewer_where_it_is() {
    let server = server();
    let text = page(&server, "");
    for attribute in [
        "data-zarr=\"/zarr/DND-S1-I1/\"",
        "data-iiif=\"/iiif/3/DND-S1-I1\"",
        "data-manifest=\"/iiif/presentation/3/DND-S1-I1/manifest\"",
        "data-format=\"3\"",
        "data-licence=\"CC BY 4.0\"",
    ] {
        assert!(text.contains(attribute), "{attribute} is not in {text}");
    }
    assert!(
        !text.contains("data-annotations"),
        "nothing is marked in it: {text}"
    );
    assert_eq!(
        picture(&server, &text),
        "/iiif/3/DND-S1-I1/full/512,384/0/default.jpg"
    );
    let of_version = server.get_with("/id/DND-S1-I1.1", "accept", "text/html");
    assert!(
        of_version
            .text()
            .contains("data-zarr=\"/zarr/DND-S1-I1.1/\"")
    );
    let policy = of_version.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'; connect-src 'self'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("http"),
        "{policy}"
    );
}

#[test]
fn a_link_to_a_spot_is_that_picture_without_a_script() {
    let server = server();
    let text = page(
        &server,
        "?x=600&y=450&zoom=2&c=0:0-200:00ff00&box=590,440,20,20",
    );
    assert_eq!(
        picture(&server, &text),
        "/iiif/3/DND-S1-I1~c=0:0-200:00ff00/408,258,384,384/%5E768,768/0/default.jpg"
            .replace("%5E", "^")
    );
    assert!(
        text.contains("<rect class=\"look-mark\" x=\"364\" y=\"364\" width=\"40\" height=\"40\"/>")
    );
    let links: Vec<&str> = text
        .split("href=\"?")
        .skip(1)
        .map(|rest| &rest[..rest.find('"').unwrap()])
        .collect();
    assert!(links.len() > 5, "{links:?}");
    for link in links {
        let link = link.replace("&#38;", "&");
        let link = link.split('#').next().unwrap();
        picture(&server, &page(&server, &format!("?{link}")));
    }
}

#[test]
fn a_picture_in_colours_is_said_to_be_one() {
    let server = server();
    let text = page(&server, "");
    for words in ["colour (red, green and blue)", "uint8 of each colour"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn without_a_script_a_view_is_cited_linked_to_and_opened_elsewhere() {
    let server = server();
    let text = page(&server, "?x=600&y=450&zoom=2&labels=cells:0.5&marks=1");
    let text = text.replace("&#38;", "&").replace("&#34;", "\"");
    let texts: Vec<&str> = text
        .split("<pre class=\"copyable\" tabindex=\"0\" aria-label=\"")
        .skip(1)
        .map(|rest| rest.split_once("</pre>").unwrap().0)
        .collect();
    let of = |label: &str| {
        let found = texts.iter().find_map(|text| text.strip_prefix(label));
        found.unwrap_or_else(|| panic!("{label} is not in {texts:?}"))
    };
    let link = of("Link to this view\">");
    let (address, query) = link.split_once("/id/").unwrap();
    assert!(address.starts_with("http"), "{link}");
    assert!(
        query.starts_with("DND-S1-I1.1?x=600&y=450&zoom=2&w=384&h=384&c=0:")
            && query.ends_with("&labels=cells:0.5&marks=1"),
        "{link}"
    );
    picture(&server, &page_of(&server, &format!("/id/{query}")));
    let citation = of("Cite this view\">");
    assert!(
        citation.contains("Septin rings") && citation.ends_with(link),
        "{citation}"
    );
    let iiif = of("As a picture (IIIF)\">");
    let (_, path) = iiif.split_once("/iiif/").unwrap();
    assert_eq!(server.get(&format!("/iiif/{path}")).status, 200, "{iiif}");
    assert!(of("As a W3C annotation\">").contains("xywh=pixel:408,258,384,384"));
    assert!(of("For napari\">").contains("/zarr/DND-S1-I1.1\""));
    let manifest = of("For Mirador and other viewers of IIIF\">");
    let (_, path) = manifest.split_once("/iiif/").unwrap();
    assert_eq!(server.get(&format!("/iiif/{path}")).status, 200);
    for words in [
        "Open in neuroglancer",
        "Open in vizarr",
        "The size of a pixel is not known.",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(
        text.contains("asks for labels and marks over the image"),
        "{text}"
    );
}

#[test]
fn the_form_of_the_channels_leads_to_the_address_of_what_it_means() {
    let server = server();
    let fields = "?x=600&y=450&zoom=1&on=0&least.0=5&greatest.0=99&gamma.0=0.8&colour.0=%23ff00ff&least.1=x&set=channels";
    let sent = server.get_with(&format!("/id/DND-S1-I1{fields}"), "accept", "text/html");
    assert_eq!(sent.status, 303);
    assert_eq!(
        sent.header("location"),
        "?x=600&y=450&zoom=1&c=0:5-99:ff00ff:g0.8#look"
    );
    let none = server.get_with("/id/DND-S1-I1?set=channels", "accept", "text/html");
    assert_eq!(none.header("location"), "?c=none#look");
    assert!(page(&server, "?c=none").contains("No channel is shown"));
}

#[test]
fn what_an_address_asks_in_vain_is_said_and_the_image_is_shown() {
    let server = server();
    let text = page(&server, "?z=7&zoom=many&box=1,2,3");
    for sentence in [
        "there is no focal plane 7 in this image",
        "What the address says of \u{201c}zoom\u{201d} is not understood",
        "What the address says of \u{201c}box\u{201d} is not understood",
    ] {
        assert!(text.contains(sentence), "{sentence} is not in {text}");
    }
    picture(&server, &text);
    // markup in an address stays text
    let text = page(&server, "?axis.%3Cscript%3E=x&labels=%22%3E%3Cscript%3E");
    assert!(
        !text.contains("<script>") && text.contains("axis.&#60;script&#62;"),
        "{text}"
    );
}

#[test]
fn programs_get_records_whatever_the_address_says_of_a_view() {
    let server = server();
    let record = server.get_with("/id/DND-S1-I1?z=3&set=channels", "accept", "text/turtle");
    assert_eq!(record.status, 200);
    assert!(record.header("content-type").starts_with("text/turtle"));
}

#[test]
fn an_image_that_is_gone_is_gone_whatever_the_address_says_of_a_view() {
    let server = server();
    deposit::study(&server.deposit("two"), "two", 1, &[]);
    server.import(&server.deposit("two"));
    server.make(&Move::Withdraw(
        Accession::parse("DND-S2").unwrap(),
        Reason::Error,
    ));
    let gone = server.get_with("/id/DND-S2-I1?z=3", "accept", "text/html");
    assert_eq!(gone.status, 410);
    assert!(!gone.text().contains("data-viewer"));
    let absent = server.get_with("/id/DND-S9-I1?z=3", "accept", "text/html");
    assert_eq!(absent.status, 404);
}
