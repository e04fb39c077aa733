//! The 953 crates of three archives, read and validated: nothing refused without a reason, nothing lost, nothing
//! invented, and nobody's address let through.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "support/raw_crate.rs"]
mod raw_crate;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use node::deposit::{Found, crate_package};
use node::study::{Study, TermRole, TermUse};
use node::validate::{Policy, Refused, Validated, validate};
use ontologies::Terms;
use raw_crate::RawCrate;
use time::macros::date;

/// Reads and validates one crate.
fn validated(path: &Path) -> Result<Validated, Refused> {
    match crate_package::read_detached(path) {
        Found::Deposit(deposit) => validate(
            *deposit,
            Terms::builtin(),
            &Policy::default(),
            date!(2026 - 11 - 21),
        ),
        Found::Unreadable { source, findings } => Err(Refused {
            source,
            identifier: None,
            findings,
        }),
    }
}

/// The crates that are accepted, beside their bare JSON; read once for all tests.
static ACCEPTED: LazyLock<Vec<(RawCrate, Study)>> = LazyLock::new(|| {
    let accepted = |path: &PathBuf| {
        validated(path)
            .ok()
            .map(|validated| (RawCrate::read(path), validated.into_parts().0))
    };
    raw_crate::corpus()
        .unwrap_or_default()
        .iter()
        .filter_map(accepted)
        .collect()
});

fn every(check: impl Fn(&RawCrate, &Study)) {
    if raw_crate::corpus().is_none() {
        return;
    }
    assert!(
        ACCEPTED.len() >= 900,
        "{} crates were accepted",
        ACCEPTED.len()
    );
    for (raw, study) in ACCEPTED.iter() {
        check(raw, study);
    }
}

/// The terms of a list, as IRIs or, where they have none, as text.
fn written<'a>(uses: impl Iterator<Item = &'a TermUse>) -> BTreeSet<String> {
    uses.map(|used| used.iri.clone().unwrap_or_else(|| used.text().to_owned()))
        .collect()
}

#[test]
fn at_least_99_percent_are_accepted_and_the_others_say_why() {
    let Some(paths) = raw_crate::corpus() else {
        return;
    };
    let mut refused = Vec::new();
    let mut warnings: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        match validated(path) {
            Ok(validated) => {
                assert!(
                    validated.study().is_catalogued() && validated.study().data_at.is_some(),
                    "{}",
                    path.display()
                );
                assert!(validated.files().is_empty());
                for finding in validated.findings() {
                    let kind = finding
                        .message
                        .split(['"', ';', ':'])
                        .next()
                        .unwrap_or_default();
                    *warnings
                        .entry(
                            kind.chars()
                                .filter(|character| !character.is_ascii_digit())
                                .take(60)
                                .collect(),
                        )
                        .or_default() += 1;
                }
            }
            Err(refusal) => refused.push(refusal),
        }
    }
    for refusal in &refused {
        let errors: Vec<_> = refusal
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .collect();
        assert!(!errors.is_empty());
        eprintln!("refused {}: {errors:?}", refusal.source.display());
        // what the profile requires of a study of before may be missing; no quirk is a reason
        assert!(
            errors
                .iter()
                .all(|finding| finding.message.starts_with("missing: ")),
            "{errors:?}"
        );
    }
    for (kind, count) in &warnings {
        eprintln!("{count:6} {kind}");
    }
    assert!(
        refused.len() * 100 <= paths.len(),
        "{} of {} refused",
        refused.len(),
        paths.len()
    );
}

#[test]
fn taxa_methods_and_subjects_are_those_of_the_crate() {
    every(|raw, study| {
        let at = raw.path.display();
        assert_eq!(written(study.organisms()), raw.taxa(), "taxa of {at}");
        let subjects = written(
            study
                .subjects
                .iter()
                .filter(|used| used.role != TermRole::Organism),
        );
        assert_eq!(subjects, raw.subjects(), "subjects of {at}");
        // a local node becomes the term of its name, or its name
        let methods = written(study.imaging_methods.iter());
        let terms: BTreeSet<String> = raw
            .methods()
            .into_iter()
            .filter(|id| !id.starts_with('#'))
            .collect();
        assert!(
            methods.is_superset(&terms),
            "methods of {at}: {methods:?}, {terms:?}"
        );
        let local = study
            .imaging_methods
            .iter()
            .filter(|used| used.given.starts_with('#'))
            .filter_map(|used| used.label.clone());
        assert_eq!(
            local.collect::<BTreeSet<_>>(),
            raw.local_methods(),
            "local methods of {at}"
        );
        assert!(
            methods.len() <= raw.methods().len(),
            "methods of {at}: {methods:?}"
        );
    });
}

#[test]
fn people_articles_licences_dates_and_publishers_are_those_of_the_crate() {
    every(|raw, study| {
        let at = raw.path.display();
        assert_eq!(
            study
                .authors
                .iter()
                .map(|author| author.name.clone())
                .collect::<Vec<_>>(),
            raw.authors(),
            "authors of {at}"
        );
        let orcids = study
            .authors
            .iter()
            .filter_map(|author| author.orcid.clone())
            .collect::<BTreeSet<_>>();
        assert!(orcids.is_superset(&raw.orcids()), "orcids of {at}");
        assert_eq!(study.licence, raw.licence(), "licence of {at}");
        assert_eq!(study.release_date, raw.date(), "date of {at}");
        assert_eq!(
            study
                .publisher
                .as_ref()
                .and_then(|publisher| publisher.name.clone()),
            raw.publisher(),
            "publisher of {at}"
        );
        assert_eq!(
            study.publications.len(),
            raw.articles().len(),
            "articles of {at}"
        );
        for doi in study
            .publications
            .iter()
            .filter_map(|article| article.doi.as_ref())
        {
            assert!(raw.articles().contains(doi), "{doi} of {at}");
        }
        assert_eq!(
            study
                .biosamples
                .iter()
                .map(|sample| sample.id.clone())
                .collect::<BTreeSet<_>>(),
            raw.biosamples(),
            "biosamples of {at}"
        );
        assert_eq!(
            study
                .acquisitions
                .iter()
                .map(|protocol| protocol.id.clone())
                .collect::<BTreeSet<_>>(),
            raw.protocols(),
            "protocols of {at}"
        );
        assert_eq!(
            (study.stated_bytes, study.stated_files),
            raw.sizes(),
            "sizes of {at}"
        );
    });
}

#[test]
fn texts_arrive_and_addresses_do_not() {
    every(|raw, study| {
        let at = raw.path.display();
        let json = serde_json::to_string(study).unwrap();
        for address in raw.addresses() {
            let quoted = serde_json::to_string(&address).unwrap();
            assert!(
                !json.contains(quoted.trim_matches('"')),
                "an address of {at}"
            );
        }
        assert!(!json.contains("@example.org"), "{at}");
        for text in raw
            .texts()
            .iter()
            .filter(|text| !text.contains("@example.org"))
        {
            assert!(
                study.title.as_ref() == Some(text) || study.description.as_ref() == Some(text),
                "a text of {at}"
            );
        }
        for (name, value) in raw
            .further()
            .iter()
            .filter(|(_, value)| !value.contains('@'))
        {
            let mut all = study
                .additional
                .iter()
                .chain(study.authors.iter().flat_map(|author| &author.additional));
            assert!(
                all.any(|property| property.name == *name && property.value == *value),
                "{name} of {at}"
            );
        }
        let again: Study = serde_json::from_str(&json).unwrap();
        assert_eq!(again, *study, "{at}");
    });
}
