//! Says nothing twice.

use crate::study::{Article, Study};

/// Removes repetitions; order is that of the first.
pub(super) fn remove(study: &mut Study) {
    unique(&mut study.subjects);
    unique(&mut study.imaging_methods);
    unique(&mut study.keywords);
    unique(&mut study.funding);
    unique(&mut study.related);
    unique(&mut study.thumbnails);
    unique(&mut study.source.same_as);
    unique(&mut study.data_use);
    unique(&mut study.additional);
    for sample in &mut study.biosamples {
        unique(&mut sample.terms);
    }
    for protocol in &mut study.acquisitions {
        unique(&mut protocol.methods);
    }
    let mut articles: Vec<Article> = Vec::new();
    for article in std::mem::take(&mut study.publications) {
        let same = |known: &&mut Article| {
            **known == article
                || (known.doi.is_some() && known.doi == article.doi)
                || (known.pmid.is_some() && known.pmid == article.pmid)
        };
        match articles.iter_mut().find(same) {
            Some(known) => complete(known, article),
            None => articles.push(article),
        }
    }
    study.publications = articles;
}

/// One article told twice: what the first leaves out is taken from the second.
fn complete(known: &mut Article, other: Article) {
    known.doi = known.doi.take().or(other.doi);
    known.pmid = known.pmid.take().or(other.pmid);
    known.url = known.url.take().or(other.url);
    known.title = known.title.take().or(other.title);
    known.date = known.date.take().or(other.date);
}

fn unique<T: PartialEq>(list: &mut Vec<T>) {
    // lists are short: validation has refused those that no record could hold
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for value in list.drain(..) {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    *list = kept;
}
