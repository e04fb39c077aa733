//! Answers that are the same at every server: that it lives, and the files that pages and readers of records need.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, EntityTag};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use ontologies::schema::CONTEXT;

use super::conditional::Keep;
use super::document::Document;
use super::measure::METRICS_MEDIA_TYPE;
use super::refused::Refused;

/// Answers `/healthz`: the process lives.
pub async fn alive() -> HttpResponse {
    word("alive\n")
}

/// The answer of `/readyz` where all is well; what is not is a problem of the program's own, 503.
pub fn ready() -> HttpResponse {
    word("ready\n")
}

fn word(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, Keep::Never.cache_control()))
        .content_type("text/plain; charset=utf-8")
        .body(text)
}

/// Answers `/context/1`: the JSON-LD context of all records, for those who do not have it yet; no program fetches it.
pub async fn context(request: HttpRequest) -> HttpResponse {
    Document::hashed(
        CONTEXT.as_bytes().to_vec(),
        "application/ld+json",
        Keep::Briefly,
    )
    .respond(&request)
}

/// Answers `/favicon.svg`: the mark.
pub async fn mark(request: HttpRequest) -> HttpResponse {
    let mark = crate::MARK.as_bytes().to_vec();
    Document::hashed(mark, "image/svg+xml", Keep::Briefly).respond(&request)
}

/// The answer of `/metrics`: what Prometheus reads.
pub fn metrics(text: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, Keep::Never.cache_control()))
        .insert_header((CONTENT_TYPE, METRICS_MEDIA_TYPE))
        .body(text)
}

/// Answers `/assets/<name>`: the stylesheet or a script under the address that pages give it.
///
/// # Errors
/// [`Refused::Nothing`] for any other name.
pub async fn asset(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Refused> {
    let found = asset_named(&name).ok_or_else(|| {
        Refused::Nothing(format!(
            "there is no asset {name}; reload the page that asked for it"
        ))
    })?;
    Ok(found.respond(&request))
}

/// What `/assets/<name>` is: the stylesheet or a script under the address that pages give it, and nothing else.
fn asset_named(name: &str) -> Option<Document> {
    let path = format!("assets/{name}");
    let mut scripts = [crate::sparql_editor(), crate::viewer()]
        .into_iter()
        .flatten();
    if let Some(script) = scripts.find(|script| script.path == path) {
        let document = Document::text(
            script.text.to_owned(),
            EntityTag::new_weak(script.digest.clone()),
            "text/javascript; charset=utf-8",
            Keep::Immutable,
        );
        return Some(match &script.coded {
            Some(coded) => document.coded_as(coded),
            None => document,
        });
    }
    if crate::stylesheet_path() != path {
        return None;
    }
    let tag = EntityTag::new_weak(crate::stylesheet_digest().to_owned());
    Some(Document::text(
        crate::STYLESHEET.to_owned(),
        tag,
        "text/css; charset=utf-8",
        Keep::Immutable,
    ))
}

#[cfg(test)]
mod tests {
    use super::asset_named;

    #[test]
    fn the_stylesheet_is_found_where_pages_look_for_it_and_nowhere_else() {
        let name = crate::stylesheet_path().trim_start_matches("assets/");
        assert!(asset_named(name).is_some());
        for script in [crate::sparql_editor(), crate::viewer()]
            .into_iter()
            .flatten()
        {
            assert!(asset_named(script.path.trim_start_matches("assets/")).is_some());
        }
        for name in ["", "style.css", "../style.css"] {
            assert!(asset_named(name).is_none(), "{name}");
        }
    }
}
