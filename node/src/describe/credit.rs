//! People, institutions, articles, funding.

use ontologies::schema::schema_org;
use protocol::record::Object;

use super::describing::{Describing, same_organisation};
use super::statements::{Node, pairs};
use super::text;
use crate::study::{Article, Funding, Organisation, Person};

/// Where PubMed shows an article, before its number.
const PUBMED: &str = "https://pubmed.ncbi.nlm.nih.gov/";

impl<'a> Describing<'a> {
    /// Who made the study, where it was told about, who paid, and who published it at its source.
    pub(super) fn credit(&mut self) {
        let study = self.study;
        for (index, person) in study.authors.iter().enumerate() {
            self.author(index + 1, person);
        }
        if let Some(publisher) = &study.publisher {
            let home = self.home.clone();
            self.organisation(&home, schema_org::PUBLISHER, publisher);
        }
        for (index, article) in study.publications.iter().enumerate() {
            self.article(index + 1, article);
        }
        for (index, funding) in study.funding.iter().enumerate() {
            self.grant(index + 1, funding);
        }
    }

    fn author(&mut self, number: usize, person: &'a Person) {
        let node = self.home.part("author", number);
        let said = &mut self.statements;
        said.node(&self.home, schema_org::AUTHOR, &node);
        said.classes(&node, &[schema_org::PERSON]);
        said.position(&node, number);
        said.optional(&node, schema_org::NAME, full_name(person).as_deref());
        said.optional(&node, schema_org::GIVEN_NAME, person.given_name.as_deref());
        said.optional(
            &node,
            schema_org::FAMILY_NAME,
            person.family_name.as_deref(),
        );
        said.link(&node, schema_org::SAME_AS, person.orcid.as_deref());
        for role in &person.roles {
            said.text(&node, schema_org::ROLE_NAME, role);
        }
        said.properties(&node, pairs(&person.additional));
        for affiliation in &person.affiliations {
            self.organisation(&node, schema_org::AFFILIATION, affiliation);
        }
    }

    /// Points to an organisation; equal ones are one node, numbered as they first come.
    fn organisation(
        &mut self,
        from: &Node,
        predicate: &'static str,
        organisation: &'a Organisation,
    ) {
        let key = same_organisation(organisation);
        if key == (None, None, None) {
            return;
        }
        let number = self.organisations.len() + 1;
        let known = self.organisations.get(&key).cloned();
        let node = known.unwrap_or_else(|| {
            let fresh = self.home.part("organisation", number);
            self.organisations.insert(key, fresh.clone());
            let said = &mut self.statements;
            said.classes(&fresh, &[schema_org::ORGANIZATION]);
            said.optional(&fresh, schema_org::NAME, organisation.name.as_deref());
            said.link(&fresh, schema_org::SAME_AS, organisation.ror.as_deref());
            said.link(&fresh, schema_org::URL, organisation.url.as_deref());
            fresh
        });
        self.statements.node(from, predicate, &node);
    }

    fn article(&mut self, number: usize, article: &Article) {
        let node = self.home.part("article", number);
        let said = &mut self.statements;
        said.node(&self.home, schema_org::CITATION, &node);
        said.classes(&node, &[schema_org::SCHOLARLY_ARTICLE]);
        said.position(&node, number);
        said.optional(&node, schema_org::NAME, article.title.as_deref());
        said.date(&node, schema_org::DATE_PUBLISHED, article.date.as_deref());
        said.link(&node, schema_org::SAME_AS, article.doi.as_deref());
        said.link(&node, schema_org::URL, article.url.as_deref());
        if let Some(number) = &article.pmid {
            said.text(&node, schema_org::IDENTIFIER, &format!("PMID:{number}"));
            if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() {
                said.say(
                    &node,
                    schema_org::SAME_AS,
                    text::link_or_text(&format!("{PUBMED}{number}/")),
                );
            }
        }
    }

    fn grant(&mut self, number: usize, funding: &'a Funding) {
        let node = self.home.part("grant", number);
        self.statements.node(&self.home, schema_org::FUNDING, &node);
        self.statements.classes(&node, &[schema_org::GRANT]);
        if let Some(award) = funding
            .award
            .as_deref()
            .filter(|award| !award.trim().is_empty())
        {
            self.statements
                .say(&node, schema_org::IDENTIFIER, Object::text(award));
        }
        self.organisation(&node, schema_org::FUNDER, &funding.funder);
    }
}

/// The name as the source writes it, else given and family name in that order.
fn full_name(person: &Person) -> Option<String> {
    if let Some(name) = person.name.as_ref().filter(|name| !name.trim().is_empty()) {
        return Some(name.clone());
    }
    let parts: Vec<&str> = [&person.given_name, &person.family_name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
