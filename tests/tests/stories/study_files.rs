//! Study files with mistakes, honest and other: all of them are told at once, and nothing is published.

use std::path::Path;
use std::time::{Duration, Instant};

use tests::node::Report;
use tests::studies::StudyFolder;

use super::{assert_no_leftovers, assert_whole, new_node, node_with};

/// Imports a good study whose file was changed by hand; it is refused and nothing is in the log.
fn refused(edit: impl FnOnce(String) -> String) -> Report {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let report = import_edited(&node, folder.path(), edit);
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str()),
        ("refused", ""),
        "{report:?}"
    );
    assert_eq!(node.size(), 0);
    assert_no_leftovers(node.data());
    node.is_well();
    report
}

fn import_edited(
    node: &tests::node::TempNode,
    folder: &Path,
    edit: impl FnOnce(String) -> String,
) -> Report {
    let study = StudyFolder::new("study");
    let place = study.write(folder);
    std::fs::write(place.join("study.yaml"), edit(study.yaml())).unwrap();
    node.import_one(&place)
}

#[track_caller]
fn says(report: &Report, words: &[&str]) {
    let says = |error: &String| words.iter().all(|word| error.contains(word));
    assert!(
        report.errors.iter().any(says),
        "{words:?} is not in {report:#?}"
    );
}

#[test]
fn unknown_keys_are_told_with_the_nearest_known_one() {
    let report = refused(|yaml| {
        yaml.replace("organisms:", "organsims:")
            .replace("    images:", "    imges:")
    });
    says(&report, &["organsims", "did you mean `organisms`"]);
    says(&report, &["imges", "did you mean `images`"]);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let report = refused(|_| {
        "title: x\nlicence: [1, 2]\nauthors: Ada\ncomponents: {}\nrelease_date: soon\n".to_owned()
    });
    assert!(report.errors.len() >= 6, "{report:#?}");
    for word in [
        "title",
        "description",
        "licence",
        "authors",
        "components",
        "release_date",
        "organism",
    ] {
        says(&report, &[word]);
    }
}

#[test]
fn what_is_no_yaml_or_no_map_is_refused() {
    says(&refused(|_| "title: [".to_owned()), &["YAML"]);
    says(&refused(|_| "- title\n".to_owned()), &[""]);
    says(&refused(|_| String::new()), &[""]);
    says(&refused(|yaml| format!("{yaml}title: twice\n")), &["title"]);
    says(
        &refused(|yaml| format!("{yaml}---\ntitle: second\n")),
        &["more than one document"],
    );
}

#[test]
fn bombs_of_aliases_and_of_nesting_do_not_go_off() {
    let started = Instant::now();
    let report = refused(|yaml| {
        let mut bomb = "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..=9 {
            let below = format!("*l{}", level - 1);
            let ten = vec![below; 10].join(", ");
            bomb += &format!("l{level}: &l{level} [{ten}]\n");
        }
        format!("{bomb}{yaml}")
    });
    says(&report, &["aliases"]);
    says(
        &refused(|yaml| {
            format!(
                "{yaml}keywords: {}{}\n",
                "[".repeat(100_000),
                "]".repeat(100_000)
            )
        }),
        &["YAML"],
    );
    says(
        &refused(|yaml| format!("{yaml}variables: &v\n  more: *v\n")),
        &[""],
    );
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "it took {:?}",
        started.elapsed()
    );
}

#[test]
fn what_may_not_be_public_yet_is_refused() {
    let report = refused(|yaml| yaml.replace("2026-03-01", "2999-01-01"));
    says(&report, &["2999-01-01", "in the future"]);
    for level in ["controlled", "registered"] {
        let report = refused(|yaml| format!("{yaml}access:\n  level: {level}\n"));
        says(&report, &[level, "only open data can be published"]);
    }
}

#[test]
fn an_e_mail_address_in_a_study_file_is_refused_because_the_file_is_published_whole() {
    let report = refused(|yaml| format!("# ask ada@private.example.org\n{yaml}"));
    says(&report, &["e-mail address"]);
}

#[test]
fn a_study_that_is_known_and_comes_back_with_errors_stays_as_it_is() {
    let node = node_with(&[StudyFolder::new("study")]);
    let before = (node.proved().head, node.status());
    let folder = tempfile::tempdir().unwrap();
    let report = import_edited(&node, folder.path(), |yaml| {
        yaml.replace("title:", "titel:")
    });
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str(), report.version),
        ("refused", "TST-S1", 1)
    );
    assert_eq!((node.proved().head, node.status()), before);
    assert_whole(&node);
}

#[test]
fn a_person_reads_what_was_refused_and_why() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let place = StudyFolder::new("study").write(folder.path());
    let yaml = std::fs::read_to_string(place.join("study.yaml")).unwrap();
    std::fs::write(
        place.join("study.yaml"),
        yaml.replace("title: \"Septin", "titel: \"Septin"),
    )
    .unwrap();
    StudyFolder::new("zz good").write(folder.path());
    let ran = node.try_import(folder.path()).refused();
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let refusal = format!("refused {}: ", place.display());
    assert!(
        lines[0].starts_with(&refusal) && lines[0].contains("did you mean `title`"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("published TST-S1 from "), "{lines:?}");
    assert_eq!(
        lines[2],
        "2 studies: 1 published, 0 revised, 0 unchanged, 1 refused"
    );
}
