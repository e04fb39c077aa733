//! Headers of every answer, and what is done before and after every handler.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    TRANSFER_ENCODING, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use super::conditional::Keep;
use super::error::{PROBLEM_JSON, Problem, ServeError};
use super::negotiation::Accept;
use super::pages;
use super::state::State;

/// `Repr-Digest` of RFC 9530.
pub(super) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// The state of a resource that is not simply public: `suppressed`, `superseded` (a structured field, RFC 9651).
pub(super) const STATE: HeaderName = HeaderName::from_static("ommatidia-state");

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Pages run no script, load a stylesheet and pictures from here, send nothing and stand in nobody's frame.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What is no page of ours loads nothing, and a browser that opens it gives it no rights of this site.
pub(super) const DATA_POLICY: &str =
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What scripts of other sites may see beside the few headers that they always may.
const EXPOSED: &str = "accept-ranges, content-disposition, content-length, content-location, content-range, etag, link, ommatidia-state, repr-digest";

/// Adds what every answer has: who may read it (everybody), and what a browser may do with it (little).
pub(super) async fn on_every_answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let is_page = response
        .headers()
        .get(actix_web::http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value))
    };
    set(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    set(CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    Ok(response)
}

/// Refuses a request to read that brings a body.
pub(super) async fn without_body<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // any other method is refused as such, with or without one
    let is_read = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if is_read && has_body(request.headers()) {
        return Ok(request.error_response(ServeError::Body));
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_boxed_body)
}

fn has_body(headers: &HeaderMap) -> bool {
    let is_long = headers
        .get(CONTENT_LENGTH)
        .is_some_and(|length| length.as_bytes() != b"0");
    is_long || headers.contains_key(TRANSFER_ENCODING)
}

/// Writes an error as a page, where a person reads it, else as a problem document; and logs, once, what the operator
/// should know.
pub(super) async fn readable_errors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let (mut answer, problem) = match response.response().error() {
        None => return Ok(response),
        Some(error) => match error.as_error::<ServeError>() {
            Some(error) => {
                log_if_ours(&response, error);
                (error.response(), error.problem())
            }
            // said by the framework: a query or path that cannot be read
            None => {
                let status = error.as_response_error().status_code();
                (
                    HttpResponse::build(status),
                    Problem::of_status(status, error.to_string()),
                )
            }
        },
    };
    let request = response.request().clone();
    let is_reader = Accept::of(request.headers()).is_from_a_reader();
    let page = is_reader
        .then(|| request.app_data::<web::Data<State>>())
        .flatten()
        .map(|state| pages::problem(state, &problem));
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

fn log_if_ours(response: &ServiceResponse<BoxBody>, error: &ServeError) {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        let path = response.request().path();
        tracing::error!(url.path = path, %error, "{path} could not be answered: {error}");
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};

    use super::{DATA_POLICY, PAGE_POLICY, has_body};

    #[test]
    fn no_policy_allows_a_script_or_another_host() {
        for policy in [PAGE_POLICY, DATA_POLICY] {
            assert!(policy.starts_with("default-src 'none'"));
            for word in ["script-src", "unsafe", "http", "*"] {
                assert!(!policy.contains(word), "{policy} has {word}");
            }
        }
    }

    #[test]
    fn a_body_is_seen_by_its_headers() {
        let with = |name, value| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            headers
        };
        assert!(!has_body(&HeaderMap::new()) && !has_body(&with(CONTENT_LENGTH, "0")));
        assert!(
            has_body(&with(CONTENT_LENGTH, "5")) && has_body(&with(TRANSFER_ENCODING, "chunked"))
        );
    }
}
