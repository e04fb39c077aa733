//! What programs and operators look for, and what every answer has.

use reqwest::Method;
use serde_json::json;
use tests::federation::Fault;
use tests::http;
use tests::served::Served;

use super::portal::{Portal, put_study};

fn one_study() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    })
}

#[test]
fn who_it_is_and_where_to_ask_is_said() {
    let portal = one_study();
    let said = portal.get(".well-known/ommatidia.json").is(200).json();
    assert_eq!(
        (&said["name"], &said["protocol"]),
        (&"Test Federation".into(), &1.into())
    );
    for (name, path) in said["endpoints"].as_object().unwrap() {
        let path = path.as_str().unwrap().strip_prefix(portal.url()).unwrap();
        let status = portal.get(path).status;
        // those that take an id below them
        let is_prefix = path.ends_with('/');
        assert!(
            status == 200 || is_prefix || name == "suggest",
            "{name}: {status}"
        );
    }
}

#[test]
fn every_version_of_the_roster_is_there() {
    let mut portal = one_study();
    let newest = portal.get("roster").is(200);
    assert_eq!(newest.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(newest.header("cache-control"), "no-cache");
    assert!(newest.text().starts_with("ommatidia-roster/v1\n"));
    portal.between(|portal| {
        let suspend = ["--id", "other", "--status", "suspended"];
        portal.federation.roster("update", &suspend).done();
        portal.federation.sync();
    });
    let next = portal.get("roster").is(200);
    assert_ne!(next.body, newest.body);
    let version = |note: &str| {
        let line = note.lines().nth(1).unwrap().to_owned();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()["version"]
            .as_u64()
            .unwrap()
    };
    let (old, new) = (version(newest.text()), version(next.text()));
    assert_eq!(new, old + 1);
    let kept = portal.get(&format!("roster/{old}")).is(200);
    assert_eq!(kept.body, newest.body);
    assert_eq!(
        kept.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    for version in ["0", "99", "01", "+1", "x", "%2e%2e"] {
        let (status, _) = portal.get_raw(&format!("roster/{version}"));
        assert_eq!(status, 404, "{version}");
    }
}

#[test]
fn it_is_not_ready_before_it_has_something_to_answer_from() {
    let portal = Portal::before_harvest(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    portal.federation.impatient();
    portal.node.set_everywhere(Fault::Silence);
    let served = Served::listening(
        portal
            .federation
            .command(&["serve", "--bind", "127.0.0.1:0"]),
    );
    let ready = served.get("readyz");
    assert_eq!(ready.status, 503, "{}", ready.text());
    assert!(ready.text().contains("for the first time"));
    assert_eq!(served.get("healthz").status, 200);
    assert_eq!(served.get("api/v1/search").status, 503);
    assert_eq!(http::get_as(served.url(), "text/html").status, 200);
    portal.node.heal();
    tests::patience::eventually("it is ready", || {
        (served.get("readyz").status == 200).then_some(())
    });
    assert!(served.stop().0.success());
}

#[test]
fn how_it_does_is_measured() {
    let portal = one_study();
    portal.get("api/v1/search?q=septin").is(200);
    portal.get("sparql?query=ASK%7B%7D").is(200);
    portal.get("no/such/path").is(404);
    let metrics = portal.get("metrics").is(200);
    assert_eq!(
        metrics.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    for line in [
        "ommatidia_member_state{member=\"dundee\",state=\"current\"} 1",
        "ommatidia_member_entries{class=\"current\",member=\"dundee\"} 1",
        "ommatidia_member_entries{class=\"quarantined\",member=\"dundee\"} 0",
        "ommatidia_member_lag_entries{member=\"dundee\"} 0",
        "ommatidia_member_failures{member=\"dundee\"} 0",
        "ommatidia_queries_begun_total 1",
        "# TYPE ommatidia_queries_begun_total counter",
        "ommatidia_queries_slots 4",
        "ommatidia_ready 1",
        "ommatidia_http_requests_total{route=\"/api/v1/search\",status=\"200\"} 1",
        "ommatidia_http_requests_total{route=\"none\",status=\"404\"} 1",
    ] {
        assert!(metrics.text().contains(line), "{line}\n{}", metrics.text());
    }
    for name in [
        "process_resident_memory_bytes ",
        "process_open_fds ",
        "ommatidia_member_lag_seconds{",
        "ommatidia_http_request_duration_seconds_bucket{route=\"/api/v1/search\"",
    ] {
        assert!(metrics.text().contains(name), "{name}");
    }
}

#[test]
fn what_comes_of_fetching_is_counted() {
    let portal = Portal::before_harvest(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    portal.node.set_everywhere(Fault::Status(500));
    let served = Served::listening(
        portal
            .federation
            .command(&["serve", "--bind", "127.0.0.1:0"]),
    );
    let counted = |outcome: &str| {
        let metrics = served.get("metrics");
        let name = format!("ommatidia_fetches_total{{outcome=\"{outcome}\"}} ");
        let mut lines = metrics.text().lines();
        let value = lines.find_map(|line| line.strip_prefix(&name)?.parse::<u64>().ok());
        value.unwrap_or(0)
    };
    // one member answers, the other does not
    tests::patience::eventually("both were asked", || {
        (counted("status") > 0 && counted("body") > 0).then_some(())
    });
    assert_eq!(counted("connect"), 0);
    assert!(served.stop().0.success());
}

#[test]
fn every_answer_is_harmless_to_a_browser() {
    let portal = one_study();
    for path in [
        "",
        "id/DND-S1.nq",
        "api/v1/members",
        "metrics",
        "no/such/path",
        "sparql",
        "roster",
    ] {
        let got = portal.browse(path);
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            got.header("content-security-policy")
                .starts_with("default-src 'none'"),
            "{path}"
        );
        assert_eq!(got.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(got.header("access-control-allow-origin"), "*", "{path}");
    }
}

#[test]
fn what_is_read_is_not_written_to() {
    let portal = one_study();
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let refused = portal.ask(method, "id/DND-S1", &[("content-length", "0")]);
        refused.is_problem(405, "method");
        assert_eq!(refused.header("allow"), "GET, HEAD, OPTIONS");
    }
    let heads = portal.ask(Method::HEAD, "api/v1/members", &[]).is(200);
    assert!(heads.body.is_empty());
}

#[test]
fn the_start_page_names_the_members_and_where_to_ask() {
    let portal = one_study();
    let page = portal.browse("").is(200);
    let text = portal.named(page.text());
    for words in [
        "Test Federation",
        "href=\"/members/dundee\"",
        "DND Institute",
        "up to date",
        "2 records of 2 members",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    // which leads on to the institution itself
    let member = portal.named(portal.browse("members/dundee").is(200).text());
    assert!(member.contains("href=\"DUNDEE/\""), "{member}");
    portal
        .get_as("", "image/png")
        .is_problem(406, "not-acceptable");
}

#[test]
fn below_a_path_all_is_served_with_and_without_it() {
    let mut portal = one_study();
    portal.between(|portal| {
        portal
            .federation
            .configure("serve", "base_url", "\"https://portal.example.org/bio/\"");
    });
    for path in [
        "bio/id/DND-S1.nq",
        "id/DND-S1.nq",
        "bio/",
        "bio/sparql",
        "bio/api/v1/members",
        "bio/catalogue.ttl",
        "bio/sitemap-1.xml",
    ] {
        portal.browse(path).is(200);
    }
    let said = portal.get("bio/.well-known/ommatidia.json").is(200).json();
    assert_eq!(
        said["endpoints"]["sparql"],
        json!("https://portal.example.org/bio/sparql")
    );
    assert!(
        portal
            .get("id/DND-S1.nq")
            .header("link")
            .contains("<https://portal.example.org/bio/api/v1/records/DND-S1.1>")
    );
    let file = portal.get("bio/id/DND-S1/files/a%2Fb");
    assert_eq!(
        portal.named(file.header("location")),
        "DUNDEE/id/DND-S1/files/a%2Fb"
    );
}
