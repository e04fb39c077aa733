//! Searches and completions.

use actix_web::http::header::{CACHE_CONTROL, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use url::form_urlencoded;

use super::error::ServeError;
use super::sparql::STATE_HEADER;
use super::state::{State, blocking};
use crate::text::{Format, SearchRequest};

/// Completions at most.
const SUGGESTIONS: usize = 10;

/// `/api/v1/search`.
pub(super) async fn search(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let pairs = pairs(&request)?;
    let asked = SearchRequest::from_query(&pairs)?;
    let media_type = match asked.format() {
        Format::Json => "application/json",
        Format::JsonLines => "application/jsonl",
        Format::Csv => "text/csv; charset=utf-8",
    };
    let (body, id, cursor) = blocking(&state, move |shared| {
        let harvester = &shared.harvester;
        if !harvester.is_ready() {
            return Err(ServeError::NotReady(
                "the records are being indexed for the first time; ask again soon".to_owned(),
            ));
        }
        let answer = harvester.search(&asked)?;
        let mut body = Vec::new();
        answer
            .write(&mut body)
            .map_err(|error| ServeError::Broken(error.into()))?;
        Ok((body, answer.state, answer.cursor))
    })
    .await?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((CACHE_CONTROL, "no-cache"));
    if let Some(id) = id {
        response.insert_header((STATE_HEADER, id));
    }
    // rows and lines have no room for it
    if let Some(cursor) = cursor {
        response.insert_header((
            LINK,
            format!("<?{}>; rel=\"next\"", with_cursor(pairs, &cursor)),
        ));
    }
    Ok(response.body(body))
}

/// The same question from where an answer ended.
fn with_cursor(mut pairs: Vec<(String, String)>, cursor: &str) -> String {
    pairs.retain(|(name, _)| name != "cursor");
    pairs.push(("cursor".to_owned(), cursor.to_owned()));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish()
}

/// `/api/v1/suggest?q=`.
pub(super) async fn suggest(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let pairs = pairs(&request)?;
    let Some((_, words)) = pairs.into_iter().find(|(name, _)| name == "q") else {
        return Err(ServeError::Malformed(
            "give the beginning of what you look for as parameter q".to_owned(),
        ));
    };
    let found = blocking(&state, move |shared| {
        let harvester = &shared.harvester;
        let projections = harvester.projections();
        let text = projections.stores().text;
        Ok(text.suggest(&words, SUGGESTIONS, &projections.terms())?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "suggestions": found })))
}

/// The parameters of an address, in their order.
pub(super) fn pairs(request: &HttpRequest) -> Result<Vec<(String, String)>, ServeError> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    pairs
        .map(web::Query::into_inner)
        .map_err(|error| ServeError::Malformed(format!("the parameters cannot be read: {error}")))
}
