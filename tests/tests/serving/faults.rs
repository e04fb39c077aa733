//! What pages make of odd questions, of members that are down, and of depositors who wrote anything: each is still a page.

use ontologies::schema::schema_org;
use protocol::record::Statement;
use tests::federation::{Fault, LogMaker, sample};

use super::portal::{Got, Portal, put_study};

/// Writes a study with this description.
fn put_described(log: &mut LogMaker, id: &str, title: &str, description: &str) {
    let namespace = log.namespace().clone();
    let mut statements: Vec<Statement> = sample::study(&namespace, id, title);
    let is_other =
        |statement: &Statement| statement.as_ref().predicate() != schema_org::DESCRIPTION;
    statements.retain(is_other);
    let id_of_it = protocol::identifier::Accession::parse(id).unwrap();
    let about = sample::About::iri(namespace.iri(&id_of_it));
    statements.extend(
        about
            .text(schema_org::DESCRIPTION, description)
            .statements(),
    );
    log.put(id, statements);
}

/// It is a page of ours: nothing of it runs, and it has its head, its title and its content.
#[track_caller]
fn is_a_page(got: &Got) {
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    assert!(
        got.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let text = without_data(got.text());
    let lower = text.to_lowercase();
    for forbidden in ["<script", "javascript:", "onerror=", "<img", "<b>"] {
        assert!(!lower.contains(forbidden), "{forbidden}: {text}");
    }
    assert_eq!(lower.matches("<h1").count(), 1, "{text}");
    assert!(
        text.contains("href=\"#content\"") && text.contains("<main id=\"content\""),
        "{text}"
    );
}

/// A page without the description of itself for programs, which browsers do not run and in which nothing may end it.
#[track_caller]
fn without_data(text: &str) -> String {
    let mut parts = text.split("<script type=\"application/ld+json\">");
    let mut rest = parts.next().unwrap().to_owned();
    for part in parts {
        let (data, behind) = part.split_once("</script>").unwrap();
        assert!(!data.contains('<'), "{data}");
        serde_json::from_str::<serde_json::Value>(data).unwrap();
        rest += behind;
    }
    rest
}

#[test]
fn whoever_asks_oddly_is_told_what_is_wrong_and_what_to_try() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings of fission yeast");
    });
    let long = "cell ".repeat(2_000);
    for (question, status, told) in [
        // Japanese, of which nothing is here
        (
            "q=%E9%85%B5%E6%AF%8D%E3%81%AE%E5%88%86%E8%A3%82",
            200,
            "What to try instead",
        ),
        // words that are none, and a filter: the same without them
        (
            "q=xyzzyxyzzy&organism=NCBITaxon:4896",
            200,
            "The same filters, without words</a> <span class=\"soft\">",
        ),
        // nothing but operators: everything, as for no words at all
        ("q=-+*+%22%22+AND+OR+%28+%29+%3A", 200, "role=\"status\""),
        ("q=%00%01%07%1B%5B31m%7F%E2%80%AE", 200, "role=\"status\""),
        ("organism=NCBITaxon:999999999", 400, "NCBITaxon:999999999"),
        (&format!("q={long}"), 400, "phrases in quotes"),
        (
            &format!("q={}", "%F0%9F%94%AC".repeat(2_500)),
            400,
            "phrases in quotes",
        ),
    ] {
        let got = portal.get(&format!("search?{question}")).is(status);
        is_a_page(&got);
        let shown = &question[..question.len().min(60)];
        assert!(got.text().contains(told), "{shown}: {}", got.text());
        // the way on is on the page, whatever was asked
        assert!(got.text().contains("name=\"q\""), "{shown}");
        assert!(
            got.body.len() < 150_000,
            "{shown}: {} bytes",
            got.body.len()
        );
    }
    // bytes that are no UTF-8 are no question
    let (status, _) = portal.get_raw("search?q=%FF%FE");
    assert!(status == 200 || status == 400, "{status}");
}

#[test]
fn ids_that_never_were_and_that_are_gone_have_pages_with_a_way_on() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Here to stay");
        put_study(log, "DND-S2", "Here to go");
        log.withdraw("DND-S2");
        put_study(log, "DND-S3", "In no list");
        log.suppress("DND-S3");
    });
    for (path, status) in [
        ("id/NOBODY-S1", 404),
        ("id/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404),
        ("id/%E6%97%A5%E6%9C%AC", 404),
        ("id/DND-S2", 410),
        ("terms/NCBITaxon:999999999", 404),
        ("nothing/at/all", 404),
    ] {
        let got = portal.browse(path).is(status);
        is_a_page(&got);
        assert!(
            got.text().contains("action=\"/search\""),
            "{path}: {}",
            got.text()
        );
        assert!(got.text().contains("noindex"), "{path}");
    }
    for id in ["DND-S2", "DND-S3"] {
        let found = portal.get(&format!("search?q={id}")).is(200);
        assert!(
            !found.text().contains(&format!("id/{id}\"")),
            "{id} is in a list"
        );
    }
}

#[test]
fn while_a_node_is_down_its_studies_are_found_and_the_page_says_since_when() {
    let mut portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings of fission yeast");
    });
    let members = portal.get("api/v1/members").is(200).json();
    let well_at = members["members"][0]["lag"]["current_at"]
        .as_str()
        .unwrap()
        .to_owned();
    portal.between(|portal| {
        portal.federation.set_clock(3_600);
        portal.node.set_everywhere(Fault::Closed);
        portal.federation.sync().of("dundee").is("unreachable");
    });
    let home = portal.browse("").is(200);
    is_a_page(&home);
    let row = home
        .text()
        .rsplit("<tr>")
        .find(|row| row.contains("DND Institute"))
        .unwrap();
    assert!(
        row.contains("does not answer") && row.contains("badge warn"),
        "{row}"
    );
    let since = format!(", {} UTC", &well_at[11..16]);
    assert!(row.contains(&since), "since {since}: {row}");
    let found = portal.get("search?q=septin").is(200);
    assert!(
        found.text().contains("studies/DND-S1\""),
        "{}",
        found.text()
    );
    // what was signed is answered although its institution does not
    portal.get("id/DND-S1.nq").is(200);
}

#[test]
fn whatever_depositors_write_is_text() {
    let markup = "<script>alert(1)</script><b>Bold</b> & \"quoted\" <img src=x onerror='alert(1)'>";
    let long = "Mitochondria".repeat(167);
    let arabic = "انقسام الخلايا في خميرة الانشطار";
    let overriding = "Rings \u{202e}sgnir\u{202c} of yeast";
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", &format!("Hardtitle {markup}"));
        put_study(log, "DND-S2", &format!("Hardtitle {long}"));
        put_study(log, "DND-S3", &format!("{arabic} Hardtitle"));
        put_study(log, "DND-S4", &format!("Hardtitle {overriding}"));
        put_described(
            log,
            "DND-S5",
            "Scripted",
            &format!("{markup} describedword {markup}"),
        );
    });
    let found = portal.get("search?q=hardtitle").is(200);
    is_plain(&found);
    let text = found.text();
    assert!(text.contains("<strong>4 studies</strong>"), "{text}");
    assert!(text.contains("&#60;script&#62;alert(1)"), "{text}");
    // nobody scrolls past a title of 2,000 characters to the next hit
    assert!(
        !text.contains(&long) && text.contains(&long[..200]),
        "{text}"
    );
    let direction = format!("<h2 dir=\"auto\"><a href=\"/studies/DND-S3\">{arabic}");
    assert!(text.contains(&direction), "{text}");
    let described = portal.get("search?q=describedword").is(200);
    is_plain(&described);
    assert!(
        described.text().contains("<mark>describedword</mark>"),
        "{}",
        described.text()
    );
    is_plain(&portal.browse("").is(200));
}

/// Its text has markup in it, none of which is an element.
#[track_caller]
fn is_plain(got: &Got) {
    let lower = without_data(got.text()).to_lowercase();
    for forbidden in ["<script", "<img", "<b>"] {
        assert!(!lower.contains(forbidden), "{forbidden}: {}", got.text());
    }
}
