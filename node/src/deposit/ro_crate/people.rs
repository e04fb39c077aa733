//! Authors and institutions.

use super::graph::Item;
use super::taking::{Reader, Taking, Target};
use crate::study::{Organisation, Person, Property};

/// The authors of the dataset, in order.
pub(super) fn authors<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Vec<Person> {
    let mut items = dataset.take("author");
    if items.is_empty() {
        items = dataset.take("creator");
    }
    let dataset = dataset.entity;
    let mut authors = Vec::new();
    for item in items {
        match reader.target(item) {
            Target::Text(name) => authors.push(Person {
                name: Some(name.to_owned()),
                ..Person::default()
            }),
            Target::Entity(index, _) => {
                let mut taking = reader.open(index);
                authors.push(person(reader, &mut taking));
            }
            Target::Unknown(id) if is_orcid(id) => authors.push(Person {
                orcid: Some(id.to_owned()),
                ..Person::default()
            }),
            Target::Unknown(id) => {
                reader.warn(dataset, "author", format!("the author {id} is not described in the crate; add a Person with this @id and a name"));
                reader.additional.push(Property {
                    name: "author".to_owned(),
                    value: id.to_owned(),
                });
            }
        }
    }
    authors
}

fn person<'g>(reader: &mut Reader<'g>, taking: &mut Taking<'g>) -> Person {
    let mut person = Person {
        name: taking.text("name"),
        given_name: taking.text("givenName"),
        family_name: taking.text("familyName"),
        ..Person::default()
    };
    if person.name.is_none()
        && let (Some(given), Some(family)) = (&person.given_name, &person.family_name)
    {
        person.name = Some(format!("{given} {family}"));
    }
    person.orcid = orcid(taking);
    for item in taking.take("affiliation") {
        person.affiliations.extend(organisation(reader, item));
    }
    let entity = taking.entity;
    let is_elsewhere = entity.id.contains("://") && person.orcid.as_deref() != Some(&entity.id);
    if is_elsewhere {
        person.additional.push(Property {
            name: "@id".to_owned(),
            value: entity.id.clone(),
        });
    }
    if entity.is("Organization") {
        person.additional.push(Property {
            name: "@type".to_owned(),
            value: "Organization".to_owned(),
        });
    }
    reader.leftovers(taking, None, &mut person.additional);
    person
}

/// The ORCID as the crate writes it, from the id or from a property that holds one.
fn orcid(taking: &mut Taking<'_>) -> Option<String> {
    if is_orcid(&taking.entity.id) {
        return Some(taking.entity.id.clone());
    }
    ["identifier", "sameAs", "url", "orcid"]
        .into_iter()
        .find_map(|key| {
            taking
                .take_if(key, |item| is_orcid(item.raw()) || key == "orcid")
                .first()
                .map(|item| item.raw().to_owned())
        })
}

fn is_orcid(id: &str) -> bool {
    id.contains("orcid.org/")
}

/// An institution: its ROR and address from its id, or a bare name.
pub(super) fn organisation(reader: &mut Reader<'_>, item: &Item) -> Option<Organisation> {
    let mut organisation = Organisation::default();
    let id = item.raw();
    match reader.graph.find(id) {
        Some(index) => {
            let mut taking = reader.open(index);
            organisation.name = taking.text("name");
            place(&mut organisation, &taking.entity.id);
            for key in ["identifier", "sameAs", "url"] {
                let wanted = organisation.url.is_none() && key == "url";
                for item in taking.take_if(key, |item| {
                    item.raw().contains("ror.org/")
                        || wanted
                        || organisation.url.as_deref() == Some(item.raw())
                }) {
                    place(&mut organisation, item.raw());
                }
            }
            let called = organisation
                .name
                .clone()
                .unwrap_or_else(|| taking.entity.id.clone());
            reader.leftovers_of(&taking, &called);
        }
        None if id.contains("://") => place(&mut organisation, id),
        None if matches!(item, Item::Text { .. }) => organisation.name = Some(id.to_owned()),
        None => {
            reader.additional.push(Property {
                name: "organisation".to_owned(),
                value: id.to_owned(),
            });
            return None;
        }
    }
    (organisation != Organisation::default()).then_some(organisation)
}

fn place(organisation: &mut Organisation, id: &str) {
    if id.contains("ror.org/") {
        organisation.ror.get_or_insert_with(|| id.to_owned());
    } else if id.contains("://") {
        organisation.url.get_or_insert_with(|| id.to_owned());
    }
}
