//! The pages of a portal: what people find, narrow, and are told where there is nothing.

use super::portal::{Portal, put_image, put_study};

fn studies() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings of fission yeast");
        put_image(log, "DND-S1-I1", "One ring");
        put_study(log, "DND-S2", "Mitotic <b>spindles</b>");
        put_study(log, "DND-S3", "Mitotic <b>Spindles</b>");
    })
}

fn page(portal: &Portal, path: &str) -> String {
    let got = portal.get(path).is(200);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    got.text().to_owned()
}

#[test]
fn a_search_is_a_page_with_its_hits_and_ways_to_narrow_it() {
    let portal = studies();
    let found = page(&portal, "search?q=rings");
    assert!(found.contains("<strong>1 study</strong>"), "{found}");
    assert!(found.contains("studies/DND-S1\">Septin rings of fission yeast"));
    // the facet's value is a link to the narrower question, which names the filter that holds
    let narrower = "search?q=rings&#38;organism=NCBITaxon%3A4896";
    assert!(found.contains(narrower), "{found}");
    let narrowed = page(&portal, "search?q=rings&organism=NCBITaxon:4896");
    assert!(narrowed.contains("<strong>1 study</strong>"));
    assert!(narrowed.contains("Remove the filter Organism: Schizosaccharomyces pombe"));
    let excluded = page(&portal, "search?q=rings&organism=-NCBITaxon:4896");
    assert!(
        excluded.contains("<strong>0 studies</strong>"),
        "{excluded}"
    );
    assert!(excluded.contains("Remove the filter Organism: not Schizosaccharomyces pombe"));
    // the form keeps the filter and not the words
    assert!(excluded.contains("type=\"hidden\" name=\"organism\" value=\"-NCBITaxon:4896\""));
    // images are a choice
    assert!(page(&portal, "search?q=ring&kind=image").contains("images/DND-S1-I1\">One ring"));
}

#[test]
fn studies_of_one_title_stand_together_and_titles_are_text() {
    let portal = studies();
    let found = page(&portal, "search?q=mitotic");
    assert!(found.contains("<strong>2 studies</strong>"), "{found}");
    assert!(found.contains("Under the same title: <a href=\"/studies/DND-S"));
    assert!(found.contains("spindles&#60;/b&#62;") || found.contains("Spindles&#60;/b&#62;"));
    assert!(!found.contains("<b>"), "a title is text");
}

#[test]
fn whoever_finds_nothing_is_told_what_to_try() {
    let portal = studies();
    let found = page(&portal, "search?q=septin+planet&year=1999");
    assert!(found.contains("<strong>0 studies</strong>"));
    assert!(
        found.contains("“septin planet” without any filter"),
        "{found}"
    );
    assert!(found.contains("href=\"/search\">all studies</a>"));
}

#[test]
fn odd_questions_are_answered_on_the_page() {
    let portal = studies();
    let long = "a".repeat(10_000);
    for (question, status) in [
        ("q=%01%02%7F", 200),
        ("q=%22%22+-+*+AND+OR+%28%29", 200),
        (
            "q=%E9%85%B5%E6%AF%8D%E3%81%AE%E6%9C%89%E7%B3%B8%E5%88%86%E8%A3%82",
            200,
        ),
        ("organism=NCBITaxon:999999999", 400),
        ("organism=%3Cscript%3E", 400),
        (&format!("q={long}"), 400),
        ("page=0", 400),
        ("page=100000", 400),
        ("year=soon", 400),
    ] {
        let got = portal.get(&format!("search?{question}")).is(status);
        assert_eq!(
            got.header("content-type"),
            "text/html; charset=utf-8",
            "{question}"
        );
        assert!(!got.text().contains("<script"), "{question}");
        if status == 400 {
            assert!(got.text().contains("role=\"alert\""), "{question}");
            let removes = got.text().contains("Remove the filter");
            assert_eq!(
                removes,
                question.starts_with("organism") || question.starts_with("year"),
                "{question}"
            );
        }
    }
}

#[test]
fn a_term_has_a_page_with_its_neighbours_and_counts() {
    let portal = studies();
    let yeast = page(&portal, "terms/NCBITaxon:4896");
    assert!(
        yeast.contains("<h1>Schizosaccharomyces pombe</h1>"),
        "{yeast}"
    );
    assert!(
        yeast.contains("4 studies and 1 image name this term"),
        "{yeast}"
    );
    assert!(yeast.contains("search?organism=NCBITaxon%3A4896&#38;kind=study"));
    portal.get("terms/NCBITaxon:999999999").is(404);
}

#[test]
fn the_start_page_says_what_is_in_here() {
    let portal = studies();
    let home = page(&portal, "");
    for part in [
        "name=\"q\"",
        "<dt>studies</dt><dd>4</dd>",
        "<dt>images</dt><dd>1</dd>",
        "Septin rings of fission yeast",
    ] {
        assert!(home.contains(part), "{part}: {home}");
    }
}
