//! What was imaged and how, as cards: study components, biosamples, specimens, acquisitions, annotations, figures.

use super::{Linked, Pair, ShownTerm, Terms, by_role, pairs, paragraphs};
use crate::view::{
    Annotation, Biosample, Component, Figure, ImageView, Protocol, Specimen, StudyView, Term,
};

/// Cards of one kind on a page: a screen may have thousands, which the record lists.
const MOST_CARDS: usize = 60;

/// A thing with a title, terms, names and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it is called.
    pub title: String,
    /// In words, as paragraphs.
    pub description: Vec<String>,
    /// Its terms, under their headings.
    pub terms: Vec<Terms>,
    /// Names and values.
    pub pairs: Vec<Pair>,
}

/// Cards of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// The heading above them.
    pub heading: &'static str,
    /// The anchor of the section.
    pub anchor: &'static str,
    /// The cards.
    pub cards: Vec<Card>,
    /// How many more there are than stand here.
    pub left_out: usize,
}

/// How a term is shown.
type Show<'s> = &'s dyn Fn(&Term) -> ShownTerm;

/// The cards of a study.
pub fn cards_of_study(study: &StudyView, show: Show<'_>) -> Vec<Cards> {
    let everything = |_: &str| true;
    chosen(study, show, &everything)
        .into_iter()
        .chain([
            cards(
                "Parts of the study",
                "components",
                &study.components,
                |one| component(study, one),
            ),
            cards("Annotations", "annotations", &study.annotations, annotation),
            cards("Figures", "figures", &study.figures, figure),
        ])
        .filter(|cards| !cards.cards.is_empty())
        .collect()
}

/// The cards of an image: what its record says that it was made from, as its study describes that.
pub fn cards_of_image(study: &StudyView, image: &ImageView, show: Show<'_>) -> Vec<Cards> {
    let is_of_image = |node: &str| image.made_from.iter().any(|other| other == node);
    chosen(study, show, &is_of_image)
        .into_iter()
        .filter(|cards| !cards.cards.is_empty())
        .collect()
}

/// Biosamples, specimens and protocols whose nodes are chosen.
fn chosen(study: &StudyView, show: Show<'_>, is_chosen: &dyn Fn(&str) -> bool) -> Vec<Cards> {
    let biosamples: Vec<&Biosample> = study
        .biosamples
        .iter()
        .filter(|one| is_chosen(&one.node))
        .collect();
    let specimens: Vec<&Specimen> = study
        .specimens
        .iter()
        .filter(|one| is_chosen(&one.node))
        .collect();
    let protocols: Vec<&Protocol> = study
        .protocols
        .iter()
        .filter(|one| is_chosen(&one.node))
        .collect();
    vec![
        cards("Samples", "samples", &biosamples, |one| {
            biosample(one, show)
        }),
        cards("Preparation", "preparation", &specimens, |one| {
            specimen(study, one, show)
        }),
        cards(
            "Image acquisition and protocols",
            "acquisition",
            &protocols,
            |one| protocol(one, show),
        ),
    ]
}

fn cards<T>(
    heading: &'static str,
    anchor: &'static str,
    things: &[T],
    card: impl Fn(&T) -> Card,
) -> Cards {
    Cards {
        heading,
        anchor,
        cards: things.iter().take(MOST_CARDS).map(card).collect(),
        left_out: things.len().saturating_sub(MOST_CARDS),
    }
}

fn component(study: &StudyView, component: &Component) -> Card {
    let samples = called(&component.biosamples, |node| {
        let found = study.biosamples.iter().find(|one| one.node == node);
        found.map(Biosample::text)
    });
    let specimens = called(&component.specimens, |node| {
        let found = study.specimens.iter().find(|one| one.node == node);
        found.map(Specimen::text)
    });
    let protocols = called(&component.protocols, |node| {
        let found = study.protocols.iter().find(|one| one.node == node);
        found.map(Protocol::text)
    });
    let mut stated = stated(&[
        ("Samples", samples.as_deref()),
        ("Preparation", specimens.as_deref()),
        ("Acquisition", protocols.as_deref()),
    ]);
    stated.extend(pairs(&component.properties));
    Card {
        title: component
            .title
            .clone()
            .unwrap_or_else(|| component.node.clone()),
        description: paragraphs(component.description.as_deref()),
        terms: Vec::new(),
        pairs: stated,
    }
}

/// What nodes are called, in one line; a node that is not found has its own name.
fn called<'a>(nodes: &'a [String], find: impl Fn(&'a str) -> Option<&'a str>) -> Option<String> {
    let names: Vec<&str> = nodes
        .iter()
        .map(|node| find(node).unwrap_or(node))
        .collect();
    (!names.is_empty()).then(|| names.join("; "))
}

fn biosample(biosample: &Biosample, show: Show<'_>) -> Card {
    let mut stated = stated(&[
        ("Role", biosample.role.as_deref()),
        ("Strain", biosample.strain.as_deref()),
        ("Genotype", biosample.genotype.as_deref()),
        ("Sex", biosample.sex.as_deref()),
        ("Age", biosample.age.as_deref()),
        ("Developmental stage", biosample.stage.as_deref()),
    ]);
    let treatments = biosample.treatments.iter();
    stated.extend(treatments.map(|treatment| Pair::new("Treatment", treatment.text())));
    stated.extend(pairs(&biosample.properties));
    Card {
        title: biosample.text().to_owned(),
        description: paragraphs(biosample.description.as_deref()),
        terms: by_role(biosample.terms.iter(), show),
        pairs: stated,
    }
}

fn specimen(study: &StudyView, specimen: &Specimen, show: Show<'_>) -> Card {
    let samples = called(&specimen.biosamples, |node| {
        let found = study.biosamples.iter().find(|one| one.node == node);
        found.map(Biosample::text)
    });
    let mut stated = stated(&[("Made from", samples.as_deref())]);
    for (number, step) in specimen.preparation.iter().enumerate() {
        let methods: Vec<ShownTerm> = step.methods.iter().map(show).collect();
        let words: Vec<&str> = methods
            .iter()
            .map(|method| method.label.text.as_str())
            .chain(step.description.as_deref())
            .collect();
        let value = Linked {
            text: words.join(": "),
            href: methods.first().and_then(|method| method.label.href.clone()),
        };
        stated.push(Pair::linked(&format!("Step {}", number + 1), value));
    }
    stated.extend(pairs(&specimen.properties));
    Card {
        title: specimen.text().to_owned(),
        description: Vec::new(),
        terms: Vec::new(),
        pairs: stated,
    }
}

fn protocol(protocol: &Protocol, show: Show<'_>) -> Card {
    let mut stated = stated(&[("Instrument", protocol.instrument.as_deref())]);
    stated.extend(pairs(&protocol.properties));
    Card {
        title: protocol.text().to_owned(),
        description: paragraphs(protocol.description.as_deref()),
        terms: by_role(protocol.methods.iter(), show),
        pairs: stated,
    }
}

fn annotation(annotation: &Annotation) -> Card {
    let files: Vec<&str> = annotation
        .files
        .iter()
        .filter_map(|file| file.path.as_deref())
        .take(MOST_CARDS)
        .collect();
    let files = (!files.is_empty()).then(|| files.join("\n"));
    let kind = annotation
        .annotation_type
        .as_deref()
        .map(|kind| kind.replace('_', " "));
    Card {
        title: annotation
            .title
            .clone()
            .unwrap_or_else(|| annotation.node.clone()),
        description: Vec::new(),
        terms: Vec::new(),
        pairs: stated(&[
            ("Kind", kind.as_deref()),
            ("Made by", annotation.method.as_deref()),
            ("Files", files.as_deref()),
        ]),
    }
}

fn figure(figure: &Figure) -> Card {
    let last = |iri: &String| iri.rsplit('/').next().unwrap_or_default().to_owned();
    let images: Vec<String> = figure.images.iter().map(last).take(MOST_CARDS).collect();
    let images = (!images.is_empty()).then(|| images.join(", "));
    let files = (!figure.files.is_empty()).then(|| figure.files.join("\n"));
    Card {
        title: match &figure.figure {
            Some(number) => format!("Figure {number}"),
            None => figure.node.clone(),
        },
        description: Vec::new(),
        terms: Vec::new(),
        pairs: stated(&[("Images", images.as_deref()), ("Files", files.as_deref())]),
    }
}

fn stated(values: &[(&str, Option<&str>)]) -> Vec<Pair> {
    values
        .iter()
        .filter_map(|(name, value)| Some(Pair::new(name, (*value)?)))
        .collect()
}
