//! Articles and other things that the dataset points to.

use super::graph::Item;
use super::taking::{Reader, Taking, Target};
use crate::study::{Article, Related};

/// Articles under `citation`, and those under `seeAlso`; what else `seeAlso` names is a related resource.
pub(super) fn articles<'g>(
    reader: &mut Reader<'g>,
    dataset: &mut Taking<'g>,
) -> (Vec<Article>, Vec<Related>) {
    let mut articles = Vec::new();
    let mut related = Vec::new();
    for item in dataset.take("citation") {
        articles.push(read(reader, item));
    }
    for item in dataset.take("seeAlso") {
        match reader.target(item) {
            Target::Entity(index, entity)
                if !is_article(&entity.types) && doi(&entity.id).is_none() =>
            {
                let id = reader.graph.expanded(&entity.id);
                if id.contains("://") {
                    related.push(Related {
                        relation: "see-also".to_owned(),
                        id,
                    });
                }
                let called = reader.call(entity);
                let taking = reader.open(index);
                reader.leftovers_of(&taking, &called);
            }
            Target::Text(text) | Target::Unknown(text)
                if doi(text).is_none() && text.contains("://") =>
            {
                related.push(Related {
                    relation: "see-also".to_owned(),
                    id: reader.graph.expanded(text),
                });
            }
            _ => articles.push(read(reader, item)),
        }
    }
    for (key, relation) in [("isBasedOn", "derived-from"), ("isPartOf", "part-of")] {
        for item in dataset.take_if(key, |item| item.raw().contains("://")) {
            let id = item.raw();
            related.push(Related {
                relation: relation.to_owned(),
                id: id.to_owned(),
            });
            if let Target::Entity(index, entity) = reader.target(item) {
                let (taking, called) = (reader.open(index), reader.call(entity));
                reader.leftovers_of(&taking, &called);
            }
        }
    }
    (articles, related)
}

fn read(reader: &mut Reader<'_>, item: &Item) -> Article {
    let mut article = Article::default();
    let id = item.raw();
    let Some(index) = reader.graph.find(id) else {
        identify(&mut article, &reader.graph.expanded(id));
        if article == Article::default() {
            article.title = Some(id.trim().to_owned());
        }
        return article;
    };
    let mut taking = reader.open(index);
    identify(&mut article, &reader.graph.expanded(&taking.entity.id));
    for key in ["identifier", "sameAs", "url", "doi", "pmid"] {
        for found in taking.take_if(key, |item| {
            is_identifier(item.raw()) || matches!(key, "doi" | "pmid")
        }) {
            let id = found.raw();
            match key {
                "doi" => article.doi = article.doi.take().or_else(|| Some(id.to_owned())),
                "pmid" => article.pmid = article.pmid.take().or_else(|| Some(id.to_owned())),
                _ => identify(&mut article, id),
            }
        }
    }
    article.title = taking.text("name").or_else(|| taking.text("headline"));
    article.date = taking.text("datePublished");
    let called = article
        .title
        .clone()
        .unwrap_or_else(|| reader.call(taking.entity));
    reader.leftovers_of(&taking, &called);
    article
}

fn is_article(types: &[String]) -> bool {
    types.iter().any(|own| {
        matches!(
            own.as_str(),
            "ScholarlyArticle" | "Article" | "PublicationIssue" | "Thesis" | "Book" | "Report"
        )
    })
}

fn is_identifier(id: &str) -> bool {
    doi(id).is_some() || pmid(id).is_some() || id.contains("://")
}

/// Puts an identifier of an article where it belongs; validation brings it into form.
fn identify(article: &mut Article, id: &str) {
    if let Some(doi) = doi(id) {
        article.doi.get_or_insert_with(|| doi.to_owned());
    } else if let Some(pmid) = pmid(id) {
        article.pmid.get_or_insert_with(|| pmid.to_owned());
    } else if id.contains("://") {
        article.url.get_or_insert_with(|| id.to_owned());
    }
}

/// The text, if it is a DOI in any of its spellings.
fn doi(id: &str) -> Option<&str> {
    let lower = id.trim().to_ascii_lowercase();
    (lower.contains("doi.org/10.")
        || lower.starts_with("doi:")
        || (lower.starts_with("10.") && lower.contains('/')))
    .then_some(id.trim())
}

/// PubMed's number, if the text is one with its name before it.
fn pmid(id: &str) -> Option<&str> {
    let lower = id.trim().to_ascii_lowercase();
    let is_pubmed = lower.starts_with("pmid:")
        || lower.contains("pubmed.ncbi.nlm.nih.gov/")
        || lower.contains("/pubmed/")
        || lower.contains("/pubmed:");
    is_pubmed
        .then(|| {
            id.trim()
                .trim_end_matches('/')
                .rsplit([':', '/'])
                .next()
                .unwrap_or("")
                .trim()
        })
        .filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_articles_are_told_apart() {
        for spelling in [
            "https://doi.org/10.1/x",
            "http://dx.doi.org/10.1/x",
            "doi:10.1/x",
            "DOI: 10.1/x",
            "10.1/x",
        ] {
            assert!(doi(spelling).is_some(), "{spelling}");
        }
        for spelling in [
            "PMID:123",
            "PMID: 123",
            "https://pubmed.ncbi.nlm.nih.gov/123/",
            "https://identifiers.org/pubmed:123",
            "http://www.ncbi.nlm.nih.gov/pubmed/123",
        ] {
            assert_eq!(pmid(spelling), Some("123"), "{spelling}");
        }
        assert_eq!(
            (doi("https://example.org/10"), pmid("https://example.org/1")),
            (None, None)
        );
    }
}
