//! Which fields a study must have, which it is asked for, and what is missing.

use ontologies::Terms;

use super::policy::{AskedFor, Policy};
use super::report::Report;
use super::terms::is_imaging;
use crate::study::{Profile, Study};

/// Shortest title and description that the profile takes, in characters.
const TITLE: usize = 10;
const DESCRIPTION: usize = 50;

/// Kinds of samples that are no organism.
const SAMPLE_KINDS: &[&str] = &["synthetic", "calibration", "in-vitro", "environmental"];

/// What the profile asks for, in a biologist's words; the first four are required of a new deposit.
const ASKED_FOR: &[(AskedFor, &str)] = &[
    (AskedFor::Description, "description"),
    (AskedFor::Organisms, "organism"),
    (AskedFor::ImagingMethods, "imaging method"),
    (AskedFor::Components, "study component"),
    (AskedFor::Orcid, "ORCID of an author"),
    (AskedFor::Ror, "ROR of an institution"),
    (AskedFor::Publication, "publication"),
    (AskedFor::Funding, "funding"),
    (AskedFor::Keywords, "keywords"),
    (AskedFor::Biosamples, "biosample"),
    (AskedFor::Specimens, "specimen preparation"),
    (AskedFor::Acquisitions, "image acquisition"),
    (AskedFor::Channels, "channels of the images"),
    (AskedFor::Supports, "figure that the data stand behind"),
    (AskedFor::DataUse, "terms of use of the data"),
];

/// Checks the fields and fills `missing`.
pub(super) fn check(study: &mut Study, terms: &Terms, policy: &Policy, report: &mut Report) {
    always(study, report);
    let mut missing = Vec::new();
    let mut asked_for = Vec::new();
    for (field, words) in ASKED_FOR {
        if has(study, *field, terms) {
            continue;
        }
        let is_required = matches!(
            field,
            AskedFor::Description
                | AskedFor::Organisms
                | AskedFor::ImagingMethods
                | AskedFor::Components
        );
        if policy.required.contains(field) {
            report.error(
                *words,
                format!("missing: {words}; this node takes no study without"),
            );
        } else if is_required {
            report.graded(*words, format!("missing: {}", advice(*field, study)));
        } else if !(study.is_catalogued() && matches!(field, AskedFor::Channels)) {
            asked_for.push(*words);
        }
        if is_required {
            missing.push((*words).to_owned());
        }
    }
    if !asked_for.is_empty() {
        report.warning(
            "",
            format!("the profile also asks for: {}", asked_for.join(", ")),
        );
    }
    study.missing = missing;
}

/// What no study may be without.
fn always(study: &mut Study, report: &mut Report) {
    match study.title.as_deref().map(str::trim) {
        None | Some("") => report.error("title", "missing: title; give the study a name"),
        Some(title) if title.chars().count() < TITLE => report.graded(
            "title",
            format!("the title {title:?} has fewer than {TITLE} characters"),
        ),
        Some(_) => {}
    }
    if study.licence.is_none() {
        report.error("licence", "missing: licence; give its IRI, for example https://creativecommons.org/licenses/by/4.0/");
    }
    if study.authors.is_empty() {
        report.error("authors", "missing: author; name at least one");
    } else if study
        .authors
        .iter()
        .all(|author| author.name.is_none() && author.orcid.is_none())
    {
        report.error("authors", "no author has a name; name at least one");
    }
    if study.release_date.is_none()
        && !report
            .findings
            .iter()
            .any(|finding| finding.path == "release_date")
    {
        report.error(
            "release_date",
            "missing: date of release; write 2026-03-01, 2026-03 or 2026",
        );
    }
    for (index, component) in study
        .components
        .iter()
        .enumerate()
        .filter(|(_, component)| component.title.trim().is_empty())
    {
        report.graded(
            format!("components[{index}].title"),
            format!(
                "the study component {} has no title",
                component.description.as_deref().unwrap_or("")
            ),
        );
    }
    if let Some(kind) = study
        .sample_kind
        .as_deref()
        .filter(|kind| !SAMPLE_KINDS.contains(kind))
    {
        report.graded(
            "sample_kind",
            format!("{kind:?} is not one of {}", SAMPLE_KINDS.join(", ")),
        );
    }
    access(study, report);
}

/// Import publishes at once, so only what anybody may see can come in.
fn access(study: &mut Study, report: &mut Report) {
    match study.access_level.as_deref() {
        None | Some("open") => {}
        Some("public") => study.access_level = Some("open".to_owned()),
        Some(level) => report.error(
            "access.level",
            format!("the access level is {level:?}; only open data can be published before holds and controlled access exist"),
        ),
    }
}

fn has(study: &Study, field: AskedFor, terms: &Terms) -> bool {
    let people = || study.authors.iter();
    match field {
        AskedFor::Description => study
            .description
            .as_deref()
            .is_some_and(|text| text.trim().chars().count() >= DESCRIPTION),
        AskedFor::Organisms => {
            study
                .sample_kind
                .as_deref()
                .is_some_and(|kind| SAMPLE_KINDS.contains(&kind))
                || study.organisms().next().is_some()
        }
        AskedFor::ImagingMethods => study
            .imaging_methods
            .iter()
            .any(|used| is_imaging(used, terms)),
        AskedFor::Components => !study.components.is_empty(),
        AskedFor::Orcid => people().any(|author| author.orcid.is_some()),
        AskedFor::Ror => people()
            .flat_map(|author| &author.affiliations)
            .any(|place| place.ror.is_some()),
        AskedFor::Publication => study
            .publications
            .iter()
            .any(|article| article.doi.is_some() || article.pmid.is_some()),
        AskedFor::Funding => !study.funding.is_empty(),
        AskedFor::Keywords => !study.keywords.is_empty(),
        AskedFor::Biosamples => !study.biosamples.is_empty(),
        AskedFor::Specimens => !study.specimens.is_empty(),
        AskedFor::Acquisitions => study
            .acquisitions
            .iter()
            .flat_map(|protocol| &protocol.methods)
            .any(|used| is_imaging(used, terms)),
        AskedFor::Channels => study.images.iter().any(|image| !image.channels.is_empty()),
        AskedFor::Supports => !study.supports.is_empty(),
        AskedFor::DataUse => !study.data_use.is_empty() || study.access_level.is_some(),
    }
}

/// What a new deposit is told to do.
fn advice(field: AskedFor, study: &Study) -> String {
    match (field, &study.description) {
        (AskedFor::Description, Some(text)) => format!(
            "description of at least {DESCRIPTION} characters (it has {})",
            text.trim().chars().count()
        ),
        (AskedFor::Description, None) => {
            format!("description of at least {DESCRIPTION} characters")
        }
        (AskedFor::Organisms, _) if study.profile == Profile::One => format!(
            "organism; name one, or say by sample_kind that there is none ({})",
            SAMPLE_KINDS.join(", ")
        ),
        (AskedFor::Organisms, _) => "organism".to_owned(),
        (AskedFor::Components, _) if study.is_catalogued() => "study component".to_owned(),
        (AskedFor::Components, _) => "study component; each image belongs to one".to_owned(),
        (AskedFor::ImagingMethods, _) => "imaging method".to_owned(),
        _ => String::new(),
    }
}
