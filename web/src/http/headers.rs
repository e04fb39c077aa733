//! Headers of every answer, and what is the same before every handler.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// The state of a resource that is not simply public: `suppressed`, `superseded` (a structured field, RFC 9651).
pub const STATE: HeaderName = HeaderName::from_static("ommatidia-state");

/// What search engines may do with a page: `noindex` keeps it out of them.
pub const ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Pages run no script, load a stylesheet and pictures from here, send nothing and stand in nobody's frame. A page that
/// needs more sets a policy of its own.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Pages with the SPARQL editor or the image viewer: as [`PAGE_POLICY`], and a script from here that asks this program and
/// nobody else. The viewer's workers are that script again.
pub const EDITOR_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The policy of a page with the image viewer whose image is at another host: as [`EDITOR_POLICY`], and the script may ask that
/// host too. `origin` is scheme, host and port; one that is no such is left out.
pub fn viewer_policy(origin: &str) -> String {
    let is_origin = origin.starts_with("http")
        && !origin.contains([';', ',', '\'', '"', '*'])
        && !origin.contains(|character: char| character.is_whitespace() || character.is_control());
    match is_origin {
        true => EDITOR_POLICY.replace(
            "connect-src 'self'",
            &format!("connect-src 'self' {origin}"),
        ),
        false => EDITOR_POLICY.to_owned(),
    }
}

/// What is no page of ours loads nothing, and a browser that opens it gives it no rights of this site.
pub const DATA_POLICY: &str =
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What scripts of other sites may see beside the few headers that they always may.
const EXPOSED: &str = "accept-ranges, content-disposition, content-length, content-location, content-range, etag, link, ommatidia-copy, ommatidia-federation-state, ommatidia-state, repr-digest";

/// Adds what every answer has: who may read it (everybody), and what a browser may do with it (little).
///
/// # Errors
/// Those of the framework itself.
pub async fn on_every_answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    // "not modified" has no type; a browser would put what is said here in the place of what the page was sent with
    let is_known = response.status() == StatusCode::NOT_MODIFIED;
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
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
    if !is_known && !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    Ok(response)
}

/// The answer to `OPTIONS`: what may be asked, for browsers that want to know before they ask. `methods` as in `Allow`,
/// such as `GET, HEAD, OPTIONS`.
pub fn preflight(methods: &'static str) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ALLOW, methods))
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "*"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

/// Whether a request to read (GET, HEAD, OPTIONS) brings a body, by its headers. Such a one is refused before anything
/// is read of it.
pub(super) fn brings_body(request: &ServiceRequest) -> bool {
    // any other method is refused as such, or is meant to bring one
    let is_read = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    is_read && has_body(request.headers())
}

fn has_body(headers: &HeaderMap) -> bool {
    let is_long = headers
        .get(CONTENT_LENGTH)
        .is_some_and(|length| length.as_bytes() != b"0");
    is_long || headers.contains_key(TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};

    use super::{DATA_POLICY, EDITOR_POLICY, PAGE_POLICY, has_body, viewer_policy};

    #[test]
    fn no_policy_allows_a_script_or_another_host() {
        for policy in [PAGE_POLICY, DATA_POLICY] {
            assert!(policy.starts_with("default-src 'none'"));
            for word in ["script-src", "unsafe", "http", "*"] {
                assert!(!policy.contains(word), "{policy} has {word}");
            }
        }
        let editor = EDITOR_POLICY.replace("script-src 'self'; connect-src 'self'; ", "");
        assert_eq!(editor, PAGE_POLICY);
        let elsewhere = viewer_policy("https://images.example.org:8443");
        let words: Vec<&str> = elsewhere.split("; ").collect();
        assert!(words.contains(&"connect-src 'self' https://images.example.org:8443"));
        for origin in ["null", "https://a.example; script-src *", "https://a b", ""] {
            assert_eq!(viewer_policy(origin), EDITOR_POLICY, "{origin}");
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
