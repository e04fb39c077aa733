//! A name for each request, by which an operator finds in the log what a person complains of.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument;

/// The header that names a request: of a proxy before the server to it, and of every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that is taken over from whoever asks.
const LONGEST: usize = 64;

/// What sets the names of this process apart from those of the one before it.
static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Gives a request its name: the one that it brings, where that is harmless, or a new one. Whatever is logged while it is answered
/// carries the name, and so does the answer.
///
/// # Errors
/// Those of the framework itself.
pub async fn every_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    let id = brought(request.headers()).unwrap_or_else(new_id);
    let span = tracing::info_span!("request", request.id = %id, http.method = %request.method());
    let answered = async {
        let mut response = next.call(request).await?;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        // for who looks: a proxy keeps a list of all requests anyway
        tracing::debug!(
            url.path = response.request().path(),
            status = response.status().as_u16(),
            elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        Ok(response)
    };
    answered.instrument(span).await
}

fn brought(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_harmless = (1..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_harmless.then(|| text.to_owned())
}

fn new_id() -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{:012x}-{number:x}", *PROCESS & 0xffff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_over_where_it_is_harmless() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                REQUEST_ID,
                HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
            );
            brought(&headers)
        };
        let name = "0e8c1f9a-7d11_x.2";
        assert_eq!(with(name).as_deref(), Some(name));
        for harmful in ["", "a b", "<b>", "a\"}", "ä"] {
            assert_eq!(with(harmful), None, "{harmful}");
        }
        let long: &'static str =
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        assert_eq!((long.len(), with(long)), (LONGEST + 1, None));
        assert_eq!(brought(&HeaderMap::new()), None);
    }

    #[test]
    fn no_two_requests_get_one_name() {
        assert_ne!(new_id(), new_id());
    }
}
