//! People, institutions, articles and terms in schema.org's words.

use serde_json::{Map, Value, json};

use crate::formats::archive::{is_iri, web_address};
use crate::view::{Article, Biosample, Grant, Organisation, Person, StudyView, Term};

/// An object under construction: what is absent is not written.
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn of(class: &str) -> Object {
        let mut members = Map::new();
        members.insert("@type".to_owned(), json!(class));
        Object(members)
    }

    pub(super) fn set(&mut self, name: &str, value: Value) -> &mut Object {
        self.0.insert(name.to_owned(), value);
        self
    }

    pub(super) fn optional(&mut self, name: &str, value: Option<impl Into<Value>>) -> &mut Object {
        if let Some(value) = value {
            self.set(name, value.into());
        }
        self
    }

    /// A list; none where it is empty.
    pub(super) fn list(&mut self, name: &str, values: Vec<Value>) -> &mut Object {
        if !values.is_empty() {
            self.set(name, Value::Array(values));
        }
        self
    }

    pub(super) fn value(self) -> Value {
        Value::Object(self.0)
    }
}

/// An author: a person, or the institution that stands in a person's place.
pub(super) fn person(study: &StudyView, person: &Person) -> Value {
    let mut object = Object::of(match person.is_organisation() {
        true => "Organization",
        false => "Person",
    });
    let own = format!("{}#{}", study.iri, person.node);
    let id = person.orcid.as_deref().filter(|orcid| is_iri(orcid));
    object
        .set("@id", json!(id.unwrap_or(&own)))
        .optional("name", person.display_name())
        .optional("givenName", person.given_name.as_deref())
        .optional("familyName", person.family_name.as_deref())
        .optional("identifier", id)
        .list(
            "affiliation",
            person.affiliations.iter().map(organisation).collect(),
        );
    object.value()
}

pub(super) fn organisation(organisation: &Organisation) -> Value {
    let address = |text: &Option<String>| text.as_deref().and_then(web_address).map(str::to_owned);
    let (ror, url) = (address(&organisation.ror), address(&organisation.url));
    let mut object = Object::of("Organization");
    object
        .optional("@id", ror.clone())
        .optional("name", organisation.display_name())
        .optional("identifier", ror)
        .optional("url", url);
    object.value()
}

pub(super) fn article(article: &Article) -> Value {
    let address = article.address().filter(|text| web_address(text).is_some());
    let mut identifiers: Vec<Value> = article.doi.iter().map(|doi| json!(doi)).collect();
    identifiers.extend(
        article
            .pmid
            .iter()
            .map(|pmid| json!(format!("PMID:{pmid}"))),
    );
    let mut object = Object::of("ScholarlyArticle");
    object
        .optional("@id", address.clone())
        .optional("name", article.title.as_deref())
        .optional("datePublished", article.date.as_deref())
        .optional("url", address)
        .list("identifier", identifiers);
    object.value()
}

pub(super) fn grant(grant: &Grant) -> Value {
    let mut object = Object::of("Grant");
    object
        .optional("identifier", grant.award.as_deref())
        .optional("funder", grant.funder.as_ref().map(organisation));
    object.value()
}

/// What a study is about: a taxon for an organism, else as [`defined`].
pub(super) fn term(term: &Term) -> Value {
    match term.role.as_str() {
        "organism" => named(term, "Taxon", "identifier"),
        _ => defined(term),
    }
}

/// A term: defined where it has an IRI, else its text.
pub(super) fn defined(term: &Term) -> Value {
    named(term, "DefinedTerm", "termCode")
}

fn named(term: &Term, class: &str, code_name: &str) -> Value {
    let Some(iri) = term.iri.as_deref() else {
        return json!(term.text());
    };
    let mut object = Object::of(class);
    object
        .set("@id", json!(iri))
        .set("name", json!(term.text()));
    if let Some((prefix, local)) = ontologies::curie::compact(iri) {
        object.set(code_name, json!(format!("{prefix}:{local}")));
    }
    object.set("url", json!(iri));
    object.value()
}

pub(super) fn biosample(study: &StudyView, sample: &Biosample) -> Value {
    let (taxa, others): (Vec<&Term>, Vec<&Term>) = sample
        .terms
        .iter()
        .partition(|term| term.role == "organism");
    let mut properties: Vec<Value> = Vec::new();
    for (name, value) in [
        ("strain", &sample.strain),
        ("genotype", &sample.genotype),
        ("sex", &sample.sex),
        ("age", &sample.age),
        ("developmental stage", &sample.stage),
        ("role", &sample.role),
    ] {
        properties.extend(value.iter().map(|value| property(name, value)));
    }
    let treatments = sample.treatments.iter();
    properties.extend(treatments.map(|treatment| property("treatment", &treatment.text())));
    let further = sample.properties.iter();
    properties.extend(further.map(|further| property(&further.name, &further.value)));
    let mut object = Object::of("BioSample");
    object
        .set("@id", json!(format!("{}#{}", study.iri, sample.node)))
        .set("name", json!(sample.text()))
        .optional("description", sample.description.as_deref())
        .list("taxonomicRange", taxa.into_iter().map(term).collect())
        .list("about", others.into_iter().map(term).collect())
        .list("additionalProperty", properties);
    object.value()
}

pub(super) fn property(name: &str, value: &str) -> Value {
    json!({ "@type": "PropertyValue", "name": name, "value": value })
}
