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
    // what is offered differs by one thing, finds something, and says how much
    for (question, offered) in [
        (
            "q=rings+planet",
            "“rings”, without “planet”</a> <span class=\"soft\">1 study<",
        ),
        (
            "q=rings&year=1999",
            "Without year: 1999</a> <span class=\"soft\">1 study<",
        ),
        (
            "q=pomeb",
            "“pombe” instead of “pomeb”</a> <span class=\"soft\">4 studies<",
        ),
        (
            "q=ring&year=1999&kind=image",
            "Without year: 1999</a> <span class=\"soft\">1 image<",
        ),
        (
            "q=xyzzyx",
            "href=\"/search\" rel=\"nofollow\" dir=\"auto\">All studies</a>",
        ),
    ] {
        let found = page(&portal, &format!("search?{question}"));
        assert!(found.contains("<strong>0 "), "{question}: {found}");
        assert!(found.contains("What to try instead"), "{question}: {found}");
        assert!(found.contains(offered), "{question}: {found}");
    }
    let found = page(&portal, "search?q=rings+planet");
    assert!(
        !found.contains("without “rings”"),
        "it finds nothing: {found}"
    );
    // so is whoever asks for what nobody knows
    let odd = portal
        .get("search?q=rings&organism=NCBITaxon:999999999")
        .is(400);
    let without = "Without organism: NCBITaxon:999999999</a> <span class=\"soft\">1 study<";
    assert!(odd.text().contains(without), "{}", odd.text());
}

#[test]
fn japanese_is_found_within_a_sentence() {
    let portal = Portal::with(|log| {
        put_study(
            log,
            "DND-S1",
            "分裂酵母のセプチンリングを新規顕微鏡法で観察した",
        );
        put_study(log, "DND-S2", "酵素と母細胞");
    });
    for (words, number) in [
        ("酵母", "1 study"),
        ("顕微鏡", "1 study"),
        ("母", "2 studies"),
    ] {
        let found = page(&portal, &format!("search?q={words}"));
        assert!(
            found.contains(&format!("<strong>{number}</strong>")),
            "{words}: {found}"
        );
    }
}

#[test]
fn studies_of_one_title_are_named_on_whatever_page_they_would_be() {
    let portal = Portal::with(|log| {
        for serial in 1..=30 {
            let title = match serial {
                1 | 30 => "The same rings twice".to_owned(),
                other => format!("Rings number {other}"),
            };
            put_study(log, &format!("DND-S{serial}"), &title);
        }
    });
    let mut seen = Vec::new();
    for number in 1..=2 {
        let path = format!("search?q=%22same+rings+twice%22&size=1&page={number}");
        let found = page(&portal, &path);
        let (here, other) = match found.contains("<h2 dir=\"auto\"><a href=\"/studies/DND-S1\">") {
            true => ("DND-S1", "DND-S30"),
            false => ("DND-S30", "DND-S1"),
        };
        let same = format!("Under the same title: <a href=\"/studies/{other}\">{other}</a>");
        assert!(found.contains(&same), "{here}: {found}");
        seen.push(here);
    }
    seen.sort_unstable();
    assert_eq!(seen, ["DND-S1", "DND-S30"]);
    // on one page the first stands for both
    let both = page(&portal, "search?q=%22same+rings+twice%22");
    assert!(both.contains("<strong>2 studies</strong>"), "{both}");
    assert_eq!(both.matches("<h2 dir=\"auto\">").count(), 1, "{both}");
}

#[test]
fn without_words_the_newest_study_comes_first() {
    let portal = studies();
    let all = page(&portal, "search");
    assert!(
        all.contains("<span aria-current=\"true\">Newest</span>"),
        "{all}"
    );
    assert!(!all.contains("Best match"), "{all}");
    assert!(
        all.contains("format=json") && all.contains("sort=newest"),
        "{all}"
    );
    let found = page(&portal, "search?q=rings");
    assert!(found.contains("<span aria-current=\"true\">Best match</span>"));
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
    assert!(yeast.contains("search?organism=NCBITaxon%3A4896&#38;kind=study\">4 studies</a>"));
    // its newest studies, those of one title once
    assert!(
        yeast.contains("studies/DND-S1\">Septin rings of fission yeast"),
        "{yeast}"
    );
    assert_eq!(
        yeast
            .to_lowercase()
            .matches("spindles&#60;/b&#62;</a>")
            .count(),
        1
    );
    // what is below a term, with how much there is of it
    let confocal = page(&portal, "terms/FBbi:00000251");
    let below = confocal.split("Directly below").nth(1).unwrap();
    let spinning = below
        .split("<li")
        .find(|line| line.contains("FBbi%3A00000253"))
        .unwrap();
    assert!(spinning.contains("max=\"4\" value=\"4\""), "{spinning}");
    assert!(
        spinning.contains("4<span class=\"visually-hidden\"> studies<"),
        "{spinning}"
    );
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
