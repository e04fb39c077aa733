//! The studies of these tests, from Turtle that can be read.

use oxrdf::Term;
use oxttl::TurtleParser;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, Statement};
use web::formats::{Archive, CatalogueView};
use web::view::{ImageView, StudyView, read_image, read_study};

fn record(id: &str, turtle: &str) -> Record {
    let statements = TurtleParser::new()
        .for_slice(turtle)
        .map(|triple| {
            let triple = triple.unwrap();
            let subject = triple.subject.to_string();
            let subject = subject.trim_matches(['<', '>']);
            let object = match triple.object {
                Term::NamedNode(iri) => Object::iri(iri.as_str()).unwrap(),
                Term::Literal(literal) => match literal.language() {
                    Some(tag) => Object::tagged(literal.value(), tag).unwrap(),
                    None => Object::typed(literal.value(), literal.datatype().as_str()).unwrap(),
                },
                other => panic!("{other} stands in no record"),
            };
            Statement::parse(subject, triple.predicate.as_str(), object).unwrap()
        })
        .collect();
    let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
    Record::from_statements(&Accession::parse(id).unwrap(), &namespace, statements).unwrap()
}

/// A held study that says everything.
pub fn rich_record() -> Record {
    record("DND-S42", include_str!("rich.ttl"))
}

/// A catalogued study that says hardly anything.
pub fn poor_record() -> Record {
    record("DND-S43", include_str!("poor.ttl"))
}

/// An image of the rich study.
pub fn image_record() -> Record {
    record("DND-S42-I1", include_str!("image.ttl"))
}

pub fn rich() -> StudyView {
    let mut study = read_study(&rich_record()).unwrap();
    study.name_terms(label);
    study
}

pub fn poor() -> StudyView {
    read_study(&poor_record()).unwrap()
}

pub fn image() -> ImageView {
    read_image(&image_record()).unwrap()
}

/// The poor study under another title and description.
pub fn titled(title: &str, description: &str) -> StudyView {
    StudyView {
        title: Some(title.to_owned()),
        description: Some(description.to_owned()),
        ..poor()
    }
}

/// What the shipped ontologies call a term.
pub fn label(iri: &str) -> Option<String> {
    let term = ontologies::Terms::builtin().by_iri(iri)?;
    Some(term.label.clone())
}

pub fn archive() -> Archive {
    Archive {
        name: "Images of the Institute of Yeast & Moulds".to_owned(),
        ror: Some("https://ror.org/02hw5fp67".to_owned()),
        home: "https://node.example.org/".to_owned(),
    }
}

pub fn catalogue() -> CatalogueView {
    CatalogueView {
        archive: archive(),
        title: "Images of yeast".to_owned(),
        description: "Biological images that the institute publishes.".to_owned(),
        keywords: vec!["biological images".to_owned(), "yeast".to_owned()],
        licence: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
        modified: Some("2026-04-05T10:00:00Z".to_owned()),
        sparql: Some("https://node.example.org/sparql".to_owned()),
    }
}
