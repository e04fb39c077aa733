//! What crawlers read: `robots.txt`, and sitemaps of all public studies.

use ::web::formats::{self, Located, SitemapPart};
use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};

use super::blocking::blocking;
use super::error::ServeError;
use super::state::State;
use crate::database::catalogue;

/// Pages are to be found; the log is for harvesters, and the catalogue says in other words what pages say.
const KEPT_FROM: [&str; 5] = [
    "log/tile/",
    "log/record",
    "catalogue.",
    "healthz",
    "metrics",
];

/// Answers `/robots.txt`.
pub(super) async fn robots(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let home = &state.archive.config().base;
    let text = formats::robots(&state.site.base_path, home, &KEPT_FROM);
    let media_type = "text/plain; charset=utf-8";
    Document::hashed(text.into_bytes(), media_type, Keep::Briefly).respond(&request)
}

/// Answers `/sitemap.xml`: the index of all.
pub(super) async fn index(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let text = blocking(&state, |state| {
        let mut connection = state.archive.database().connection()?;
        let mut parts = Vec::new();
        // from each that has something to the next
        let mut from = 1;
        while let Some(serial) = catalogue::first_from(&mut connection, from)? {
            let part = SitemapPart::with(serial);
            parts.push(part);
            from = SitemapPart::of(part).map_or(u64::MAX, |part| part.behind);
        }
        let home = &state.archive.config().base;
        Ok(formats::index_of_sitemaps(home, parts)?)
    })
    .await?;
    Ok(document(text).respond(&request))
}

/// Answers `/sitemap-<number>.xml`.
pub(super) async fn part(
    state: web::Data<State>,
    request: HttpRequest,
    number: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let number = number.into_inner();
    let text = blocking(&state, move |state| part_of(state, &number)).await?;
    Ok(document(text).respond(&request))
}

fn part_of(state: &State, number: &str) -> Result<String, ServeError> {
    let absent = || {
        ServeError::NotFound(format!(
            "there is no sitemap {number}; /sitemap.xml lists those that there are"
        ))
    };
    let part = number.parse().ok().and_then(SitemapPart::of);
    let part = part.ok_or_else(absent)?;
    let mut connection = state.archive.database().connection()?;
    let (_, newest) = catalogue::size(&mut connection)?;
    let serials = part.first..part.behind;
    let rows = catalogue::ids(&mut connection, serials, SitemapPart::NUMBERS)?;
    if rows.is_empty() && !part.has_home() {
        return Err(absent());
    }
    let home = &state.archive.config().base;
    let first = part.has_home().then(|| Located {
        address: home.clone(),
        modified: newest,
    });
    let studies = rows.into_iter().map(|row| Located {
        address: format!("{home}id/{}", row.id),
        modified: Some(row.modified),
    });
    Ok(formats::sitemap(first.into_iter().chain(studies))?)
}

fn document(text: String) -> Document {
    Document::written(text, "application/xml; charset=utf-8", Keep::Briefly)
}
