//! Errors as whoever asked can read them: a page for a person, a problem document for a program.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};

use super::conditional::Keep;
use super::negotiation::Accept;
use super::problem::{PROBLEM_JSON, Problem};
use super::refused::Refused;

/// A program's own error, as it is answered.
pub trait Answer: ResponseError + 'static {
    /// The problem document. What is broken inside is for the operator's log, not for the public.
    fn problem(&self) -> Problem;

    /// A response with the status and the headers that it asks for, without a body yet.
    fn response(&self) -> HttpResponseBuilder {
        HttpResponse::build(self.status_code())
    }

    /// The response with the problem document as its body: what `ResponseError::error_response` is to return.
    fn as_problem_document(&self) -> HttpResponse {
        self.response()
            .content_type(PROBLEM_JSON)
            .body(self.problem().to_json())
    }
}

/// Writes an error as a page, where a person reads it, else as a problem document; and logs, once, what the operator
/// should know. `page` makes the page, or says why it could not; nothing where the program has none.
///
/// # Errors
/// Those of the framework itself.
pub async fn readable_errors<E: Answer, B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    page: impl FnOnce(&HttpRequest, &Problem) -> Option<Result<String, E>>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let (mut answer, problem) = match response.response().error() {
        None => return Ok(response),
        Some(error) => answer::<E>(&response, error),
    };
    let request = response.request().clone();
    let is_reader = Accept::of(request.headers()).is_from_a_reader();
    let page = is_reader.then(|| page(&request, &problem)).flatten();
    // an id may come into being; what is gone or broken is asked for again as well
    answer
        .insert_header((CACHE_CONTROL, Keep::Revalidate.cache_control()))
        .insert_header((VARY, "Accept"));
    let answer = match page {
        Some(Ok(html)) => answer.content_type("text/html; charset=utf-8").body(html),
        Some(Err(error)) => {
            tracing::error!(%error, "an error page could not be written");
            answer.content_type(PROBLEM_JSON).body(problem.to_json())
        }
        None => answer.content_type(PROBLEM_JSON).body(problem.to_json()),
    };
    Ok(ServiceResponse::new(request, answer))
}

/// What an error asks for and says: the program's own, one of a request that no handler takes, or the framework's.
fn answer<E: Answer>(
    response: &ServiceResponse<BoxBody>,
    error: &Error,
) -> (HttpResponseBuilder, Problem) {
    if let Some(error) = error.as_error::<E>() {
        log_if_ours(response, error);
        return (error.response(), error.problem());
    }
    if let Some(refused) = error.as_error::<Refused>() {
        return (refused.response(), refused.problem());
    }
    // said by the framework: a query or path that cannot be read
    let status = error.as_response_error().status_code();
    let problem = Problem::of_status(status, error.to_string());
    (HttpResponse::build(status), problem)
}

fn log_if_ours(response: &ServiceResponse<BoxBody>, error: &impl Answer) {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        let path = response.request().path();
        tracing::error!(url.path = path, %error, "{path} could not be answered: {error}");
    }
}
