//! A study whose record could not be written is refused before anything is looked up for it.

use super::report::Report;
use crate::study::Study;

/// Things that a study can say of itself: a record holds 10,000 statements (docs/PROTOCOL.md, section 1), and each of
/// these needs one at least. Images and files have records and rows of their own.
const MOST: usize = 10_000;

/// Terms among them: each is looked up, and one that is not found costs a search through all labels.
const MOST_TERMS: usize = 2_000;

/// Whether a study is small enough to be looked at further.
pub(super) fn check(study: &Study, report: &mut Report) -> bool {
    let terms = terms(study);
    let all = terms + everything_else(study);
    if terms > MOST_TERMS {
        report.error("", format!("the study names {terms} terms, more than the {MOST_TERMS} that a study may have; describe it in several studies"));
    } else if all > MOST {
        report.error("", format!("the study says {all} things of itself, more than the {MOST} that a record can hold; put tables into files, or describe it in several studies"));
    }
    terms <= MOST_TERMS && all <= MOST
}

fn terms(study: &Study) -> usize {
    let of_samples: usize = study
        .biosamples
        .iter()
        .map(|sample| sample.terms.len())
        .sum();
    let of_protocols: usize = study
        .acquisitions
        .iter()
        .map(|protocol| protocol.methods.len())
        .sum();
    let of_specimens: usize = study
        .specimens
        .iter()
        .map(|specimen| specimen.preparation.len())
        .sum();
    study.subjects.len()
        + study.imaging_methods.len()
        + study.data_use.len()
        + of_samples
        + of_protocols
        + of_specimens
}

fn everything_else(study: &Study) -> usize {
    let of_authors: usize = study
        .authors
        .iter()
        .map(|author| 1 + author.affiliations.len() + author.roles.len() + author.additional.len())
        .sum();
    let of_samples: usize = study
        .biosamples
        .iter()
        .map(|sample| 1 + sample.treatments.len() + sample.additional.len())
        .sum();
    let of_specimens: usize = study
        .specimens
        .iter()
        .map(|specimen| 1 + specimen.additional.len())
        .sum();
    let of_protocols: usize = study
        .acquisitions
        .iter()
        .map(|protocol| 1 + protocol.additional.len())
        .sum();
    let of_components: usize = study
        .components
        .iter()
        .map(|part| 1 + part.biosamples.len() + part.specimens.len() + part.acquisitions.len())
        .sum();
    let lists = [
        study.keywords.len(),
        study.publications.len(),
        study.funding.len(),
        study.related.len(),
        study.thumbnails.len(),
        study.source.same_as.len(),
        study.annotations.len(),
        study.supports.len(),
        study.additional.len(),
    ];
    of_authors
        + of_samples
        + of_specimens
        + of_protocols
        + of_components
        + lists.iter().sum::<usize>()
}
