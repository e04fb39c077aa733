//! What crawlers read: `robots.txt`, and sitemaps of all public studies.

use ::web::formats::{self, Located, SitemapPart};
use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::Connection as _;

use super::error::ServeError;
use super::state::{Shared, State, blocking};
use crate::ledger::listed;

/// Pages about something are to be found. What is computed for whoever asks is without end, and mirrors are for harvesters.
const KEPT_FROM: [&str; 8] = [
    "search",
    "sparql",
    "api/",
    "mirror/",
    "state/",
    "catalogue.",
    "healthz",
    "metrics",
];

/// `/robots.txt`.
pub(super) async fn robots(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let home = state.home(&request)?;
    let text = formats::robots(&state.shared().site.base_path, &home, &KEPT_FROM);
    let media_type = "text/plain; charset=utf-8";
    Ok(Document::hashed(text.into_bytes(), media_type, Keep::Briefly).respond(&request))
}

/// `/sitemap.xml`: the index of all.
pub(super) async fn index(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let home = state.home(&request)?;
    let text = blocking(&state, move |shared| {
        let connection = &mut *shared.harvester.desk().ledger.reader()?;
        let mut parts = Vec::new();
        // from each that has something to the next
        let mut from = 1;
        while let Some(place) = listed::first_from(connection, from)? {
            let part = SitemapPart::with(place);
            parts.push(part);
            from = SitemapPart::of(part).map_or(u64::MAX, |part| part.behind);
        }
        Ok(formats::index_of_sitemaps(&home, parts)?)
    })
    .await?;
    Ok(document(text).respond(&request))
}

/// `/sitemap-<number>.xml`.
pub(super) async fn part(
    state: web::Data<State>,
    number: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let home = state.home(&request)?;
    let number = number.into_inner();
    let text = blocking(&state, move |shared| part_of(shared, &home, &number)).await?;
    Ok(document(text).respond(&request))
}

fn part_of(shared: &Shared, home: &str, number: &str) -> Result<String, ServeError> {
    let absent = || {
        ServeError::NotFound(format!(
            "there is no sitemap {number}; /sitemap.xml lists those that there are"
        ))
    };
    let part = number.parse().ok().and_then(SitemapPart::of);
    let part = part.ok_or_else(absent)?;
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let (newest, listed) = connection.transaction(|connection| {
        let listed = listed::page(connection, part.first..part.behind, SitemapPart::NUMBERS)?;
        Ok::<_, ServeError>((listed::newest(connection)?, listed))
    })?;
    if listed.is_empty() && !part.has_home() {
        return Err(absent());
    }
    let first = part.has_home().then(|| Located {
        address: home.to_owned(),
        modified: newest,
    });
    let studies = listed.into_iter().map(|study| Located {
        address: format!("{home}id/{}", study.accession),
        modified: Some(study.verified_at),
    });
    Ok(formats::sitemap(first.into_iter().chain(studies))?)
}

fn document(text: String) -> Document {
    Document::written(text, "application/xml; charset=utf-8", Keep::Briefly)
}
