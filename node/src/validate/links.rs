//! What will be written as an IRI must be a legal one; what is not is kept as text, and never stops a study later on.

use oxiri::Iri;

use super::report::Report;
use crate::deposit::persistent_identifier;
use crate::study::{Article, Property, Study};

/// Whether a text is a legal absolute address on the web.
pub(super) fn is_link(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && Iri::parse(text).is_ok()
}

/// Checks the addresses of a study and brings the identifiers of its articles into form.
pub(super) fn check(study: &mut Study, report: &mut Report) {
    let mut kept = Vec::new();
    let mut keep = |name: &str, value: String, report: &mut Report| {
        report.warning(
            name,
            format!("{value:?} is not a legal address; it is kept as text"),
        );
        kept.push(Property {
            name: name.to_owned(),
            value,
        });
    };
    if let Some(iri) = study.source.iri.take_if(|iri| !is_link(iri)) {
        keep("source", iri, report);
    }
    if let Some(iri) = study.data_at.take_if(|iri| !is_link(iri)) {
        keep("data_at", iri, report);
    }
    for (name, list) in [
        ("same_as", &mut study.source.same_as),
        ("thumbnail", &mut study.thumbnails),
    ] {
        for url in list.extract_if(.., |url| !is_link(url)) {
            keep(name, url, report);
        }
    }
    for related in study.related.extract_if(.., |related| {
        related.id.contains("://") && !is_link(&related.id)
    }) {
        keep(
            &format!("related ({})", related.relation),
            related.id,
            report,
        );
    }
    for article in &mut study.publications {
        self::article(article, &mut keep, report);
    }
    study
        .publications
        .retain(|article| *article != Article::default());
    study.additional.append(&mut kept);
}

fn article(
    article: &mut Article,
    keep: &mut dyn FnMut(&str, String, &mut Report),
    report: &mut Report,
) {
    if let Some(given) = article.doi.take() {
        article.doi = persistent_identifier::doi(&given);
        match &article.doi {
            Some(_) => {}
            // an address at a resolver of DOIs that is no DOI may still be an address
            None if is_link(&given) && article.url.is_none() => article.url = Some(given),
            None => keep("publication doi", given, report),
        }
    }
    if let Some(given) = article.pmid.take() {
        article.pmid = persistent_identifier::pmid(&given);
        if article.pmid.is_none() {
            keep("publication pmid", given, report);
        }
    }
    if let Some(url) = article.url.take_if(|url| !is_link(url)) {
        keep("publication url", url, report);
    }
}
