//! Answers that are the same at every server: that it lives, and the files that pages and readers of records need.

use actix_web::http::header::{CACHE_CONTROL, EntityTag};
use actix_web::{HttpRequest, HttpResponse};
use ontologies::schema::CONTEXT;

use super::conditional::Keep;
use super::document::Document;

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

/// What `/assets/<name>` is: the stylesheet or a script under the address that pages give it, and nothing else.
pub fn asset(name: &str) -> Option<Document> {
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
    use super::asset;

    #[test]
    fn the_stylesheet_is_found_where_pages_look_for_it_and_nowhere_else() {
        let name = crate::stylesheet_path().trim_start_matches("assets/");
        assert!(asset(name).is_some());
        for script in [crate::sparql_editor(), crate::viewer()]
            .into_iter()
            .flatten()
        {
            assert!(asset(script.path.trim_start_matches("assets/")).is_some());
        }
        for name in ["", "style.css", "../style.css"] {
            assert!(asset(name).is_none(), "{name}");
        }
    }
}
