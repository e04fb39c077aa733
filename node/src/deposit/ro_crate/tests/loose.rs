//! What nothing leads to, and crates that are made to take long.

use super::*;

#[test]
fn what_hangs_on_nothing_and_what_is_elsewhere_is_kept_and_reported() {
    let read = crate_of(
        json!({"hasPart": [{"@id": "https://files.example/1.tif"}, {"@id": "#inner"}], "variableMeasured": {"@type": "PropertyValue", "name": "depth", "value": 3, "unitText": "µm"}}),
        json!([
            {"@id": "#loose", "@type": "CreativeWork", "name": "Loose", "text": "end"},
            {"@id": "https://files.example/1.tif", "@type": "File", "name": "One", "contentSize": "10"},
            {"@id": "#inner", "@type": "Dataset", "name": "Inner part", "description": "parts"},
        ]),
    );
    let study = read.study;
    assert_eq!(study.components[0].title, "Inner part");
    for kept in [
        property("depth", "3 µm"),
        property("CreativeWork", "Loose"),
        property("text of Loose", "end"),
        property("hasPart", "One (https://files.example/1.tif)"),
    ] {
        assert!(
            study.additional.contains(&kept),
            "{kept:?} in {:?}",
            study.additional
        );
    }
    assert!(
        read.findings
            .iter()
            .any(|finding| finding.message.contains("#loose"))
    );
}

#[test]
fn a_circle_of_unknown_entities_ends() {
    let read = crate_of(
        json!({"mentions": {"@id": "#a"}}),
        json!([{"@id": "#a", "name": "A", "near": {"@id": "#b"}}, {"@id": "#b", "name": "B", "near": {"@id": "#a"}}]),
    );
    assert_eq!(
        read.study.additional,
        [
            property("mentions", "A"),
            property("near of A", "B"),
            property("near of B", "A")
        ]
    );
}

#[test]
fn a_chain_of_twenty_thousand_entities_is_no_recursion() {
    let count = 20_000;
    for (kind, key) in [
        ("Dataset", "hasPart"),
        ("PropertyValue", "valueReference"),
        ("Thing", "near"),
    ] {
        let chain = (0..count).map(|number| json!({"@id": format!("#{number}"), "@type": kind, "name": format!("n{number}"), "value": 1, key: {"@id": format!("#{}", number + 1)}}));
        let read = crate_of(json!({key: {"@id": "#0"}}), Value::Array(chain.collect()));
        assert_eq!(
            read.study.components.len(),
            if key == "hasPart" { count } else { 0 }
        );
    }
}

#[test]
fn a_hundred_thousand_values_are_read_in_time() {
    let ids = (0..100_000)
        .map(|number| json!(format!("https://example.org/{number}")))
        .collect::<Vec<_>>();
    let mut dataset = json!({"sameAs": ids, "identifier": ids, "thumbnailUrl": ids, "license": ids, "unknown": ids});
    for number in 0..20_000 {
        dataset[format!("key{number}")] = json!(number);
    }
    let read = crate_of(dataset, json!([]));
    assert!(read.study.additional.len() > 200_000);
}
