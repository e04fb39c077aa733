//! Authors, funding, articles and ties to other studies.

use crate::deposit::persistent_identifier::{doi, orcid, pmid, ror};
use crate::study::{Article, Funding, Organisation, Person, Related};

use super::fields::{Fields, Placed, Report};

pub(super) fn authors(study: &Fields<'_>, report: &mut Report) -> Vec<Person> {
    let authors = study.list("authors", "authors, each with a `name`", report);
    authors
        .iter()
        .filter_map(|author| person(author, report))
        .collect()
}

fn person(author: &Placed<'_>, report: &mut Report) -> Option<Person> {
    const KNOWN: [&str; 6] = [
        "name",
        "given_name",
        "family_name",
        "orcid",
        "affiliation",
        "roles",
    ];
    let fields = author.fields(&KNOWN, report)?;
    let affiliations = fields.one_or_many(
        "affiliation",
        "institutions, each with `name` or `ror`",
        report,
    );
    Some(Person {
        name: fields.required("name", report),
        given_name: fields.text("given_name", report),
        family_name: fields.text("family_name", report),
        orcid: checked(
            &fields,
            "orcid",
            orcid,
            "an ORCID: four groups of four, the last a check digit",
            report,
        ),
        affiliations: affiliations
            .iter()
            .filter_map(|place| organisation(place, report))
            .collect(),
        roles: fields.texts("roles", "texts", report),
        additional: Vec::new(),
    })
}

/// `{name:, ror:, url:}`, or a name alone.
fn organisation(value: &Placed<'_>, report: &mut Report) -> Option<Organisation> {
    if value.is_text() {
        return Some(Organisation {
            name: value.text(report).map(str::to_owned),
            ..Organisation::default()
        });
    }
    let fields = value.fields(&["name", "ror", "url"], report)?;
    Some(Organisation {
        name: fields.text("name", report),
        ror: checked(
            &fields,
            "ror",
            ror,
            "a ROR: https://ror.org/ and nine letters and digits",
            report,
        ),
        url: fields.text("url", report),
    })
}

pub(super) fn publisher(study: &Fields<'_>, report: &mut Report) -> Option<Organisation> {
    organisation(&study.get("publisher")?, report)
}

pub(super) fn publications(study: &Fields<'_>, report: &mut Report) -> Vec<Article> {
    let articles = study.one_or_many(
        "publication",
        "articles, each with `doi`, `pmid` or `title`",
        report,
    );
    articles
        .iter()
        .filter_map(|value| article(value, report))
        .collect()
}

fn article(value: &Placed<'_>, report: &mut Report) -> Option<Article> {
    let fields = value.fields(&["doi", "pmid", "title", "url", "date"], report)?;
    let article = Article {
        doi: checked(&fields, "doi", doi, "a DOI, 10.1234/abc", report),
        pmid: checked(
            &fields,
            "pmid",
            pmid,
            "PubMed's number, digits alone",
            report,
        ),
        url: fields.text("url", report),
        title: fields.text("title", report),
        date: fields.text("date", report),
    };
    (article != Article::default()).then_some(article)
}

pub(super) fn funding(study: &Fields<'_>, report: &mut Report) -> Vec<Funding> {
    let grants = study.one_or_many("funding", "grants, each with `funder` or `award`", report);
    grants
        .iter()
        .filter_map(|value| grant(value, report))
        .collect()
}

fn grant(value: &Placed<'_>, report: &mut Report) -> Option<Funding> {
    let fields = value.fields(&["funder", "ror", "award"], report)?;
    let funder = Organisation {
        name: fields.text("funder", report),
        ror: checked(
            &fields,
            "ror",
            ror,
            "a ROR: https://ror.org/ and nine letters and digits",
            report,
        ),
        url: None,
    };
    let grant = Funding {
        funder,
        award: fields.text("award", report),
    };
    (grant != Funding::default()).then_some(grant)
}

pub(super) fn related(study: &Fields<'_>, report: &mut Report) -> Vec<Related> {
    let ties = study.list("related", "ties, each with `relation` and `id`", report);
    ties.iter()
        .filter_map(|value| {
            let fields = value.fields(&["relation", "id"], report)?;
            let (relation, id) = (
                fields.required("relation", report),
                fields.required("id", report),
            );
            Some(Related {
                relation: relation?,
                id: id?,
            })
        })
        .collect()
}

/// An identifier in its one form. A study that is written today can be mended today: what does not check is an error.
fn checked(
    fields: &Fields<'_>,
    key: &str,
    check: fn(&str) -> Option<String>,
    wanted: &str,
    report: &mut Report,
) -> Option<String> {
    let value = fields.get(key)?;
    let text = value.text(report)?;
    let found = check(text);
    if found.is_none() {
        report.error(
            &value.place,
            value.node.line,
            format!("{text:?} is not {wanted}"),
        );
    }
    found
}
