//! Answers as they are written, and in which order hits stand.

use ontologies::schema::schema_org;

use super::{MOUSE, SPINNING_DISK, Scene, Thing};

fn scene() -> Scene {
    Scene::with(&[
        Thing::new("DND-S10", "Ångström maps").year(2020),
        Thing::new("DND-S2", "beta <cells> & more")
            .about(MOUSE)
            .method(SPINNING_DISK)
            .description("Dividing cells, \"as they are\".")
            .link(
                schema_org::THUMBNAIL_URL,
                "https://images.example.org/t.png",
            )
            .year(2018),
        Thing::new("DND-S3", "=SUM(A1)"),
        Thing::new("DND-S1", "Alpha").year(2020),
    ])
}

fn written(scene: &Scene, parameters: &[(&str, &str)]) -> String {
    let mut answer = scene.search(parameters).unwrap();
    answer.took_ms = 0;
    let mut out = Vec::new();
    answer.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn json_is_as_the_contract_says() {
    let scene = scene();
    let mut answer = scene
        .search(&[("q", "divide"), ("facets", "organism,kind,year,author")])
        .unwrap();
    answer.took_ms = 3;
    answer.state = Some("current".to_owned());
    answer.hits[0].score = Some(1.5);
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
}

#[test]
fn a_hit_a_line_and_a_hit_a_row() {
    let scene = scene();
    let lines = written(&scene, &[("format", "jsonl"), ("sort", "title")]);
    assert_eq!(lines.lines().count(), 4);
    for line in lines.lines() {
        let hit: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(hit["id"].as_str().unwrap().starts_with("DND-S"));
        assert!(hit["score"].is_null());
    }
    insta::assert_snapshot!(written(&scene, &[("format", "csv"), ("sort", "title")]));
}

#[test]
fn hits_stand_in_the_order_that_is_asked_for() {
    let scene = scene();
    let order = |sort| scene.found(&[("sort", sort)]).join(" ");
    assert_eq!(order("newest"), "DND-S1 DND-S10 DND-S2 DND-S3");
    assert_eq!(order("oldest"), "DND-S2 DND-S1 DND-S10 DND-S3");
    assert_eq!(order("title"), "DND-S1 DND-S10 DND-S2 DND-S3");
    assert_eq!(order("relevance"), "DND-S1 DND-S10 DND-S2 DND-S3");
}

#[test]
fn pages_cover_all_hits_once_in_every_order_over_many_segments() {
    let scene = Scene::empty();
    let mut all = Vec::new();
    for batch in 0..7_u64 {
        let things: Vec<Thing> = (0..9)
            .map(|number| {
                let serial = batch * 9 + number + 1;
                let title = ["same title", "another title", "Same Title"][number as usize % 3];
                Thing::new(&format!("DND-S{serial}"), title).year(2000 + serial % 4)
            })
            .collect();
        all.extend(things.iter().map(|thing| thing.id.to_string()));
        let changes: Vec<_> = things.iter().map(Thing::comes).collect();
        scene.apply(&changes);
    }
    all.sort_unstable();
    for (sort, query) in [
        ("relevance", ""),
        ("relevance", "title"),
        ("newest", ""),
        ("oldest", ""),
        ("title", ""),
    ] {
        let mut paged = Vec::new();
        for page in 1..=13 {
            let page = page.to_string();
            let parameters = [
                ("sort", sort),
                ("q", query),
                ("page", page.as_str()),
                ("size", "5"),
            ];
            paged.extend(scene.found(&parameters));
        }
        let whole = scene.found(&[("sort", sort), ("q", query), ("size", "100")]);
        assert_eq!(paged, whole, "{sort} {query}");
        let mut sorted = paged.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, all, "{sort} {query}");
        if sort != "title" && sort != "relevance" {
            let years: Vec<u64> = whole.iter().map(|id| year_of(id)).collect();
            let is_ordered = if sort == "newest" {
                years.windows(2).all(|pair| pair[0] >= pair[1])
            } else {
                years.windows(2).all(|pair| pair[0] <= pair[1])
            };
            assert!(is_ordered, "{sort}: {years:?}");
        }
    }
}

fn year_of(id: &str) -> u64 {
    let serial: u64 = id.strip_prefix("DND-S").unwrap().parse().unwrap();
    2000 + serial % 4
}

#[test]
fn what_is_newest_is_listed_for_each_member_by_itself() {
    let pictured = |id: &str, member: &str, year: u64| {
        let picture = format!("https://images.example.org/id/{id}.1/files/a.png");
        Thing::new(id, id)
            .of(member)
            .year(year)
            .link(schema_org::THUMBNAIL_URL, &picture)
    };
    let scene = Scene::with(&[
        pictured("DND-S1", "dundee", 2030),
        pictured("DND-S2", "dundee", 2031),
        pictured("OTH-S1", "other", 2001),
        Thing::new("OTH-S2", "plain").of("other").year(2002),
    ]);
    let listed = |member: &str, most: usize| {
        let newest = scene.text.newest_with_pictures(member, most).unwrap();
        let ids: Vec<_> = newest.pictured.iter().map(|id| id.to_string()).collect();
        (ids.join(" "), newest.passed)
    };
    assert_eq!(listed("dundee", 9), ("DND-S2 DND-S1".to_owned(), 2));
    assert_eq!(listed("dundee", 1), ("DND-S2".to_owned(), 1));
    assert_eq!(listed("other", 9), ("OTH-S1".to_owned(), 2));
}
