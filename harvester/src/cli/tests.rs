#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use clap::CommandFactory;

use super::*;

#[track_caller]
fn command(line: &str) -> (control::Command, bool) {
    let words = std::iter::once("omma-harvester").chain(line.split(' '));
    match CommandLine::try_parse_from(words)
        .unwrap()
        .command
        .task()
        .unwrap()
    {
        Task::Operate {
            data,
            command,
            json,
        } => {
            assert_eq!(data, Path::new("D"), "{line}");
            (command, json)
        }
        _ => panic!("{line} is no command on the stores"),
    }
}

#[test]
fn the_definitions_hold_together() {
    CommandLine::command().debug_assert();
}

#[test]
fn every_line_of_the_contract_is_understood() {
    use control::Command::{
        Check, OntologyList, OntologyLoad, Query, Rebuild, Search, Status, Sync,
    };
    let sync = |member: Option<&str>, mirror: Option<&str>| Sync {
        member: member.map(str::to_owned),
        mirror: mirror.map(str::to_owned),
    };
    let query = |format: Option<&str>| Query {
        text: "ASK{}".to_owned(),
        format: format.map(str::to_owned),
    };
    let words = "mitosis".to_owned();
    let here = std::env::current_dir().unwrap().join("a.obo");
    let files = vec![here, "/b.owl".into()];
    for (line, expected) in [
        ("sync --data D", (sync(None, None), false)),
        (
            "sync --data D --member m --json",
            (sync(Some("m"), None), true),
        ),
        // with or without its last slash
        (
            "sync --data D --mirror http://p/x",
            (sync(None, Some("http://p/x/")), false),
        ),
        (
            "sync --data D --mirror http://p",
            (sync(None, Some("http://p/")), false),
        ),
        ("status --data D --json", (Status, true)),
        ("query --data D ASK{}", (query(None), false)),
        (
            "query --data D --format csv ASK{}",
            (query(Some("csv")), false),
        ),
        ("search --data D --json mitosis", (Search { words }, true)),
        (
            "ontology load --data D a.obo /b.owl",
            (OntologyLoad { files }, false),
        ),
        ("ontology list --data D --json", (OntologyList, true)),
        ("check --data D --json", (Check, true)),
        ("rebuild --data D", (Rebuild, false)),
    ] {
        assert_eq!(command(line), expected, "{line}");
    }
}

#[test]
fn causes_are_said_once_and_on_one_line() {
    let error = anyhow::anyhow!("no\nroom")
        .context("disk: no\nroom")
        .context("cannot write");
    assert_eq!(causes(&error), "cannot write: disk: no room");
}
