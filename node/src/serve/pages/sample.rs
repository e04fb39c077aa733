//! What was imaged and how, as cards: study components, biosamples, specimens, acquisitions.

use super::parts::{Linked, Pair, Term, pairs, paragraphs, terms};
use crate::study::{
    Acquisition, Biosample, BiosampleRole, Component, Specimen, Study, TermRole, TermUse, Treatment,
};

/// Cards of one kind on a page: a screen may have thousands, which the record lists.
const MOST_CARDS: usize = 60;

/// A thing with a title, terms, names and values.
#[derive(Debug)]
pub(super) struct Card {
    /// What it is called.
    pub title: String,
    /// In words, as paragraphs.
    pub description: Vec<String>,
    /// Its terms, under their headings.
    pub terms: Vec<Terms>,
    /// Names and values.
    pub pairs: Vec<Pair>,
}

/// Terms of one role.
#[derive(Debug)]
pub(super) struct Terms {
    /// What they are, such as `Organisms`.
    pub heading: &'static str,
    /// The terms.
    pub terms: Vec<Term>,
}

/// Cards of one kind.
#[derive(Debug)]
pub(super) struct Cards {
    /// The heading above them.
    pub heading: &'static str,
    /// The anchor of the section.
    pub anchor: &'static str,
    /// The cards.
    pub cards: Vec<Card>,
    /// How many more there are than stand here.
    pub left_out: usize,
}

/// The cards of a study.
pub(super) fn of_study(study: &Study) -> Vec<Cards> {
    let all = [
        cards(
            "Parts of the study",
            "components",
            &study.components,
            |one| component(study, one),
        ),
        cards("Biosamples", "biosamples", &study.biosamples, biosample),
        cards("Preparation", "preparation", &study.specimens, |one| {
            specimen(study, one)
        }),
        cards(
            "Image acquisition and protocols",
            "acquisition",
            &study.acquisitions,
            acquisition,
        ),
    ];
    all.into_iter()
        .filter(|cards| !cards.cards.is_empty())
        .collect()
}

/// The cards of an image: its own where it has its own, else those of its part of the study.
pub(super) fn of_image(study: &Study, image: &crate::study::Image) -> Vec<Cards> {
    let component = study.components.get(image.component);
    let own_or = |own: &[String], inherited: fn(&Component) -> &[String]| {
        let names = if own.is_empty() {
            component.map_or(&[][..], inherited)
        } else {
            own
        };
        names.to_vec()
    };
    let biosamples = own_or(&image.biosamples, |component| &component.biosamples);
    let specimens = own_or(&image.specimens, |component| &component.specimens);
    let acquisitions = own_or(&image.acquisitions, |component| &component.acquisitions);
    let biosamples: Vec<&Biosample> = study
        .biosamples
        .iter()
        .filter(|one| biosamples.contains(&one.id))
        .collect();
    let specimens: Vec<&Specimen> = study
        .specimens
        .iter()
        .filter(|one| specimens.contains(&one.id))
        .collect();
    let acquisitions: Vec<&Acquisition> = study
        .acquisitions
        .iter()
        .filter(|one| acquisitions.contains(&one.id))
        .collect();
    let all = [
        cards("Biosamples", "biosamples", &biosamples, |one| {
            biosample(one)
        }),
        cards("Preparation", "preparation", &specimens, |one| {
            specimen(study, one)
        }),
        cards("Image acquisition", "acquisition", &acquisitions, |one| {
            acquisition(one)
        }),
    ];
    all.into_iter()
        .filter(|cards| !cards.cards.is_empty())
        .collect()
}

fn cards<T>(
    heading: &'static str,
    anchor: &'static str,
    things: &[T],
    card: impl Fn(&T) -> Card,
) -> Cards {
    let left_out = things.len().saturating_sub(MOST_CARDS);
    Cards {
        heading,
        anchor,
        cards: things.iter().take(MOST_CARDS).map(card).collect(),
        left_out,
    }
}

/// Terms by their roles, in the order in which a biologist asks.
pub(super) fn by_role<'a>(uses: impl Iterator<Item = &'a TermUse> + Clone) -> Vec<Terms> {
    let headings = [
        (TermRole::Organism, "Organisms"),
        (TermRole::Tissue, "Organs and tissues"),
        (TermRole::CellType, "Cell types"),
        (TermRole::CellLine, "Cell lines"),
        (TermRole::Disease, "Diseases"),
        (TermRole::Process, "Processes and cell components"),
        (TermRole::Method, "Imaging methods"),
        (TermRole::Preparation, "Preparation"),
        (TermRole::Subject, "Other subjects"),
    ];
    let of_role = |role| terms(uses.clone().filter(move |used| used.role == role));
    headings
        .into_iter()
        .map(|(role, heading)| Terms {
            heading,
            terms: of_role(role),
        })
        .filter(|terms| !terms.terms.is_empty())
        .collect()
}

fn component(study: &Study, component: &Component) -> Card {
    let title = |id: &String, found: Option<&Option<String>>| {
        found.cloned().flatten().unwrap_or_else(|| id.clone())
    };
    let mut pairs = Vec::new();
    let mut named = |name: &str, titles: Vec<String>| {
        if !titles.is_empty() {
            pairs.push(Pair::new(name, titles.join("; ")));
        }
    };
    named(
        "Biosamples",
        component
            .biosamples
            .iter()
            .map(|id| {
                title(
                    id,
                    study
                        .biosamples
                        .iter()
                        .find(|one| one.id == *id)
                        .map(|one| &one.title),
                )
            })
            .collect(),
    );
    named(
        "Preparation",
        component
            .specimens
            .iter()
            .map(|id| {
                title(
                    id,
                    study
                        .specimens
                        .iter()
                        .find(|one| one.id == *id)
                        .map(|one| &one.title),
                )
            })
            .collect(),
    );
    named(
        "Acquisition",
        component
            .acquisitions
            .iter()
            .map(|id| {
                title(
                    id,
                    study
                        .acquisitions
                        .iter()
                        .find(|one| one.id == *id)
                        .map(|one| &one.title),
                )
            })
            .collect(),
    );
    Card {
        title: component.title.clone(),
        description: paragraphs(component.description.as_deref()),
        terms: Vec::new(),
        pairs,
    }
}

fn biosample(biosample: &Biosample) -> Card {
    let role = biosample.role.map(|role| match role {
        BiosampleRole::Control => "control",
        BiosampleRole::Treated => "treated",
    });
    let mut stated = stated(&[
        ("Role", role),
        ("Strain", biosample.strain.as_deref()),
        ("Genotype", biosample.genotype.as_deref()),
        ("Sex", biosample.sex.as_deref()),
        ("Age", biosample.age.as_deref()),
        ("Developmental stage", biosample.stage.as_deref()),
    ]);
    stated.extend(
        biosample
            .treatments
            .iter()
            .map(|treatment| Pair::new("Treatment", treated(treatment))),
    );
    stated.extend(pairs(&biosample.additional));
    Card {
        title: biosample
            .title
            .clone()
            .unwrap_or_else(|| biosample.id.clone()),
        description: paragraphs(biosample.description.as_deref()),
        terms: by_role(biosample.terms.iter()),
        pairs: stated,
    }
}

/// `colchicine, 5 µM, 2 h`.
fn treated(treatment: &Treatment) -> String {
    let dose = match (&treatment.dose, &treatment.unit) {
        (Some(dose), Some(unit)) => Some(format!("{dose} {unit}")),
        (dose, _) => dose.clone(),
    };
    [
        Some(treatment.agent.clone()),
        dose,
        treatment.duration.clone(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

fn specimen(study: &Study, specimen: &Specimen) -> Card {
    let of = specimen.biosample.as_ref().map(|id| {
        let found = study
            .biosamples
            .iter()
            .find(|biosample| biosample.id == *id);
        found
            .and_then(|biosample| biosample.title.clone())
            .unwrap_or_else(|| id.clone())
    });
    let mut stated = stated(&[("Made from", of.as_deref())]);
    for (number, step) in specimen.preparation.iter().enumerate() {
        let method = step.method.as_ref().map(Term::of);
        let words = [
            method.as_ref().map(|method| method.label.clone()),
            step.description.clone(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
        let link = method
            .and_then(|method| method.curie)
            .and_then(|curie| curie.href);
        stated.push(Pair {
            name: format!("Step {}", number + 1),
            value: Linked {
                text: words.join(": "),
                href: link,
            },
        });
    }
    stated.extend(pairs(&specimen.additional));
    Card {
        title: specimen
            .title
            .clone()
            .unwrap_or_else(|| specimen.id.clone()),
        description: Vec::new(),
        terms: Vec::new(),
        pairs: stated,
    }
}

fn acquisition(acquisition: &Acquisition) -> Card {
    let mut stated = stated(&[("Instrument", acquisition.instrument.as_deref())]);
    stated.extend(pairs(&acquisition.additional));
    Card {
        title: acquisition
            .title
            .clone()
            .unwrap_or_else(|| acquisition.id.clone()),
        description: paragraphs(acquisition.description.as_deref()),
        terms: by_role(acquisition.methods.iter()),
        pairs: stated,
    }
}

fn stated(values: &[(&str, Option<&str>)]) -> Vec<Pair> {
    values
        .iter()
        .filter_map(|(name, value)| Some(Pair::new(name, (*value)?)))
        .collect()
}
