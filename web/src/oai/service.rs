//! How requests come and answers go over HTTP: GET with arguments in the address, POST with arguments in a form
//! (OAI-PMH 2.0 section 3.1.1). Answers are compressed for clients that like that (section 3.1.3).

use std::future::Future;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::web::{self, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Resource};
use futures_util::StreamExt;

use super::answer::MEDIA_TYPE;
use super::error::Refusal;
use super::parameters::{MOST_BYTES, parameters};
use crate::http::{Document, Keep, Refused, preflight};

/// The methods that are answered, as `Allow` names them.
pub const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The arguments of a request, or why they cannot be read: what [`super::answer`] takes.
pub type Asking = Result<Vec<(String, String)>, Refusal>;

/// The resource at a path, for which a program answers by [`super::answer`].
pub fn resource<A, F, E>(path: &str, answer: A) -> Resource
where
    A: Fn(HttpRequest, Asking) -> F + Clone + 'static,
    F: Future<Output = Result<String, E>> + 'static,
    E: Into<actix_web::Error> + 'static,
{
    let of_address = answer.clone();
    let get = move |request: HttpRequest| {
        let asking = parameters(request.query_string().as_bytes());
        let answered = of_address(request.clone(), asking);
        async move { answered.await.map(|answer| respond(answer, &request)) }
    };
    let post = move |request: HttpRequest, body: Payload| {
        let answer = answer.clone();
        async move {
            let asking = posted(&request, body).await;
            let answered = answer(request.clone(), asking).await;
            answered.map(|answer| respond(answer, &request))
        }
    };
    web::resource(path)
        .route(web::get().to(get.clone()))
        .route(web::head().to(get))
        .route(web::post().to(post))
        .route(web::method(Method::OPTIONS).to(async || preflight(METHODS)))
        .default_service(web::to(another_method))
}

async fn another_method(request: HttpRequest) -> Result<HttpResponse, Refused> {
    Err(Refused::method(&request, METHODS))
}

/// The arguments of POST. Those in the address count too, so that none is silently left out.
async fn posted(request: &HttpRequest, body: Payload) -> Asking {
    let of_address = parameters(request.query_string().as_bytes());
    let bytes = read(body).await;
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Err(Refusal::argument(
            "arguments are posted with Content-Type application/x-www-form-urlencoded",
        ));
    }
    let mut all = of_address?;
    all.extend(parameters(&bytes?)?);
    Ok(all)
}

async fn read(mut body: Payload) -> Result<Vec<u8>, Refusal> {
    let all = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk
                .map_err(|error| Refusal::argument(format!("the body cannot be read: {error}")))?;
            // the reader of arguments says what is too long
            if bytes.len() <= MOST_BYTES {
                bytes.extend_from_slice(&chunk);
            } else {
                break;
            }
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_TIME, all)
        .await
        .unwrap_or_else(|_| {
            let seconds = BODY_TIME.as_secs();
            Err(Refusal::argument(format!(
                "the body did not come in {seconds} seconds"
            )))
        })
}

/// Sends an answer. It is never kept: the next may have more.
fn respond(answer: String, request: &HttpRequest) -> HttpResponse {
    Document::written(answer, MEDIA_TYPE, Keep::Revalidate).respond(request)
}
