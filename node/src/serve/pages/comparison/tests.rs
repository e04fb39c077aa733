//! What is said of two versions.

use super::{Changed, compare};
use crate::study::{Image, PackageFormat, Person, Profile, Source, Study};

fn study() -> Study {
    let source = Source {
        identifier: "one".to_owned(),
        identifier_is_given: true,
        iri: None,
        same_as: Vec::new(),
        format: PackageFormat::StudyFile,
    };
    let mut study = Study::new(Profile::One, source);
    study.title = Some("Septin rings in yeast".to_owned());
    study.authors = vec![person("Ada Example", None)];
    study.images = (1..=3).map(image).collect();
    study
}

fn person(name: &str, orcid: Option<&str>) -> Person {
    Person {
        name: Some(name.to_owned()),
        orcid: orcid.map(str::to_owned),
        ..Person::default()
    }
}

fn image(number: usize) -> Image {
    Image {
        key: format!("{number}.tif"),
        title: format!("Field {number}"),
        component: 0,
        files: Vec::new(),
        biosamples: Vec::new(),
        specimens: Vec::new(),
        acquisitions: Vec::new(),
        channels: Vec::new(),
        counted: Vec::new(),
        file_count: None,
        series: None,
        scale: crate::study::Scale::default(),
        pixels: None,
        additional: Vec::new(),
    }
}

/// `heading: what [of] text`, where what went stands in `-…-` and what came in `+…+`.
fn said(changes: &[Changed]) -> Vec<String> {
    let mut said = Vec::new();
    for changed in changes {
        for line in &changed.lines {
            let words = line.words.iter().map(|words| {
                let sign = match (words.is_old, words.is_new) {
                    (true, _) => "-",
                    (_, true) => "+",
                    _ => "",
                };
                format!("{sign}{}{sign}", words.text)
            });
            let words: String = words.collect();
            said.push(format!(
                "{}: {} [{}] {words}",
                changed.heading, line.what, line.of
            ));
        }
    }
    said
}

#[test]
fn what_was_added_removed_and_changed_is_said_in_words() {
    let (before, mut after) = (study(), study());
    assert!(compare(&before, &after).expect("fields").is_empty());
    after.title = Some("Septin rings in fission yeast".to_owned());
    after.licence = Some("https://creativecommons.org/licenses/by/4.0/".to_owned());
    after.authors[0].roles = vec!["imaging".to_owned()];
    after.authors.push(person("Ben Example", Some("0000-1")));
    after.images.remove(0);
    after.images[0].title = "Field two".to_owned();
    after.images.push(image(4));
    assert_eq!(
        said(&compare(&before, &after).expect("fields")),
        [
            "Title: Changed [] Septin rings in +fission +yeast",
            "Authors: Added [Ada Example, roles] +imaging+",
            "Authors: Added [] +Ben Example (ORCID 0000-1)+",
            "Licence: Added [] +https://creativecommons.org/licenses/by/4.0/+",
            "Images: Removed [] -Field 1-",
            "Images: Changed [Field two, title] Field -2-+two+",
            "Images: Added [] +Field 4+",
        ]
    );
}

#[test]
fn another_order_is_a_change_too() {
    let (mut before, mut after) = (study(), study());
    before.keywords = vec!["a".to_owned(), "b".to_owned()];
    after.keywords = vec!["b".to_owned(), "a".to_owned()];
    assert_eq!(
        said(&compare(&before, &after).expect("fields")),
        ["Keywords: Changed [] the order"]
    );
}

#[test]
fn thousands_of_changes_are_counted_and_some_of_them_shown() {
    let (before, mut after) = (study(), study());
    after.images = (10..5_000).map(image).collect();
    let changes = compare(&before, &after).expect("fields");
    assert_eq!((changes[0].lines.len(), changes[0].left_out), (100, 4_893));
}
