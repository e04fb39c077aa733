//! Authors, institutions, articles, funding.

use serde_json::json;

use super::Crated;
use super::entities::{Entity, reference};
use crate::formats::archive::{is_iri, web_address};
use crate::view::{Article, Organisation, Person};

impl Crated<'_> {
    pub(super) fn credit(&mut self) {
        let study = self.study;
        for author in &study.authors {
            let author = self.person(author);
            self.root.add("author", reference(&author));
        }
        let publisher = match &study.publisher {
            Some(publisher) => self.organisation(publisher),
            None => self.organisation(&Organisation {
                name: Some(self.archive.name.clone()),
                ror: self.archive.ror.clone(),
                url: web_address(&self.archive.home).map(str::to_owned),
                same_as: Vec::new(),
                node: "archive".to_owned(),
            }),
        };
        self.root.set("publisher", reference(&publisher));
        for article in &study.articles {
            let article = self.article(article);
            self.root.add("citation", reference(&article));
        }
        for grant in &study.grants {
            let id = self.entities.free_id("", &format!("#{}", grant.node));
            let mut entity = Entity::of(&id, "Grant");
            // the award is the name: a second time as identifier it would be a second fact
            entity.set("name", json!(grant.award.as_deref().unwrap_or_default()));
            if let Some(funder) = &grant.funder {
                let funder = self.organisation(funder);
                entity.set("funder", reference(&funder));
            }
            self.entities.put(entity);
            self.root.add("funding", reference(&id));
        }
    }

    fn person(&mut self, person: &Person) -> String {
        let own_id = person
            .properties
            .iter()
            .find(|property| property.name == "@id" && web_address(&property.value).is_some())
            .map(|property| property.value.as_str());
        let orcid = person.orcid.as_deref().filter(|orcid| is_iri(orcid));
        let id = self.entities.free_id(
            own_id.or(orcid).unwrap_or_default(),
            &format!("#{}", person.node),
        );
        let class = match person.is_organisation() {
            true => "Organization",
            false => "Person",
        };
        let mut entity = Entity::of(&id, class);
        entity.set("name", json!(person.name.as_deref().unwrap_or_default()));
        entity.optional("givenName", person.given_name.as_deref());
        entity.optional("familyName", person.family_name.as_deref());
        if let Some(orcid) = person.orcid.as_deref().filter(|orcid| *orcid != id) {
            entity.set("identifier", json!(orcid));
        }
        for other in &person.same_as {
            entity.add("sameAs", json!(other));
        }
        for role in &person.roles {
            entity.add("roleName", json!(role));
        }
        for affiliation in &person.affiliations {
            let affiliation = self.organisation(affiliation);
            entity.add("affiliation", reference(&affiliation));
        }
        for property in &person.properties {
            let is_said = (property.name == "@id" && Some(property.value.as_str()) == own_id)
                || (property.name == "@type" && person.is_organisation());
            if !is_said {
                self.entities
                    .property(&mut entity, &person.node, &property.name, &property.value);
            }
        }
        self.entities.put(entity);
        id
    }

    /// An institution, which several may point to: one entity for each node of the record.
    fn organisation(&mut self, organisation: &Organisation) -> String {
        if let Some(id) = self.organisations.get(&organisation.node) {
            return id.clone();
        }
        let address =
            |text: &Option<String>| text.clone().filter(|text| web_address(text).is_some());
        let wanted = address(&organisation.ror)
            .or_else(|| address(&organisation.url))
            .unwrap_or_default();
        let id = self
            .entities
            .free_id(&wanted, &format!("#{}", organisation.node));
        let mut entity = Entity::of(&id, "Organization");
        entity.set(
            "name",
            json!(organisation.name.as_deref().unwrap_or_default()),
        );
        if let Some(ror) = organisation.ror.as_deref().filter(|ror| *ror != id) {
            entity.set("identifier", json!(ror));
        }
        entity.optional("url", organisation.url.as_deref());
        for other in &organisation.same_as {
            entity.add("sameAs", json!(other));
        }
        self.entities.put(entity);
        self.organisations
            .insert(organisation.node.clone(), id.clone());
        id
    }

    fn article(&mut self, article: &Article) -> String {
        let address = article.address().filter(|text| web_address(text).is_some());
        let id = self
            .entities
            .free_id(&address.unwrap_or_default(), &format!("#{}", article.node));
        let mut entity = Entity::of(&id, "ScholarlyArticle");
        entity.set("name", json!(article.title.as_deref().unwrap_or_default()));
        entity.optional("datePublished", article.date.as_deref());
        let pmid = article.pmid.as_ref().map(|pmid| format!("PMID:{pmid}"));
        for identifier in pmid.iter().chain(&article.others) {
            entity.add("identifier", json!(identifier));
        }
        for (name, address) in [("sameAs", &article.doi), ("url", &article.url)] {
            if let Some(address) = address.as_ref().filter(|address| **address != id) {
                entity.add(name, json!(address));
            }
        }
        self.entities.put(entity);
        id
    }
}
