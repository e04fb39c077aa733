//! `tests/browser/unlinked.json`: the routes to which no page links, each once and with its reason.

use std::fs;

use serde_json::Value;

use super::WORKSPACE;

/// The file, for the program that looks whether its entries are still so.
pub(super) fn read() -> Value {
    serde_json::from_str(&text()).unwrap()
}

fn text() -> String {
    fs::read_to_string(format!("{WORKSPACE}/tests/browser/unlinked.json")).unwrap()
}

#[test]
fn every_route_that_is_not_linked_stands_there_once_with_a_reason() {
    // a reader of JSON keeps the last of two entries with one name and says nothing
    let written_again = serde_json::to_string_pretty(&read()).unwrap() + "\n";
    assert_eq!(text(), written_again, "sorted by name, and no name twice");
    let all = read();
    let programs = all.as_object().unwrap();
    assert!(programs.keys().eq(["harvester", "node"]), "{all:#}");
    for (program, excused) in programs {
        let routes = fs::read_to_string(format!("{WORKSPACE}/{program}/src/serve/routes.rs"));
        let routes = routes.unwrap();
        for (pattern, reason) in excused.as_object().unwrap() {
            let reason = reason.as_str().unwrap();
            assert!(
                reason.trim().split(' ').count() > 1,
                "{program} {pattern}: {reason:?}"
            );
            // below a scope a route is written without it
            let below = pattern.strip_prefix("/log").unwrap_or(pattern);
            let is_route = [pattern.as_str(), below]
                .iter()
                .any(|path| routes.contains(&format!("\"{path}\"")));
            assert!(is_route, "{program} {pattern} is no route any more");
        }
    }
}
