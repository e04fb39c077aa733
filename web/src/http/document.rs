//! A small answer that is made in memory: a page, a record, a list.

use std::io::Write;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, HeaderMap,
    HeaderName, HeaderValue, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use protocol::digest::Digest;

use super::conditional::{self, Keep, REPR_DIGEST};

/// Shorter bodies gain nothing: they fit one packet either way.
const SHORTEST_COMPRESSED: usize = 1400;

/// An answer in memory.
#[derive(Debug)]
pub struct Document {
    body: Vec<u8>,
    media_type: HeaderValue,
    tag: EntityTag,
    /// Whether the bytes are promised as they are, so that there is no content coding.
    is_exact: bool,
    digest: Option<Digest>,
    keep: Keep,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// the body in gzip, where that was made beforehand
    coded: Option<&'static [u8]>,
}

impl Document {
    /// Bytes with a digest that clients may rely on: a strong tag, `Repr-Digest`, and never a content coding (RFC 9530 counts the coding in).
    pub fn exact(body: Vec<u8>, digest: Digest, media_type: &'static str, keep: Keep) -> Document {
        let tag = conditional::strong(&digest);
        let media_type = HeaderValue::from_static(media_type);
        Document {
            body,
            media_type,
            tag,
            is_exact: true,
            digest: Some(digest),
            keep,
            headers: Vec::new(),
            coded: None,
        }
    }

    /// As [`Document::exact`], where the digest is not known beforehand.
    pub fn hashed(body: Vec<u8>, media_type: &'static str, keep: Keep) -> Document {
        let digest = Digest::of(&body);
        Document::exact(body, digest, media_type, keep)
    }

    /// Bytes with a strong tag of the caller's, and never a content coding.
    pub fn bytes(body: Vec<u8>, tag: EntityTag, media_type: &'static str, keep: Keep) -> Document {
        let media_type = HeaderValue::from_static(media_type);
        Document {
            body,
            media_type,
            tag,
            is_exact: true,
            digest: None,
            keep,
            headers: Vec::new(),
            coded: None,
        }
    }

    /// Text whose meaning counts and not its bytes: a weak tag; compressed for clients that like that.
    pub fn text(body: String, tag: EntityTag, media_type: &'static str, keep: Keep) -> Document {
        let media_type = HeaderValue::from_static(media_type);
        Document {
            body: body.into_bytes(),
            media_type,
            tag,
            is_exact: false,
            digest: None,
            keep,
            headers: Vec::new(),
            coded: None,
        }
    }

    /// The same text in gzip, as small as it gets: for what is sent often and never changes.
    pub fn coded_as(mut self, coded: &'static [u8]) -> Document {
        self.coded = Some(coded);
        self
    }

    /// As [`Document::text`], with a tag that is made from the text.
    pub fn written(body: String, media_type: &'static str, keep: Keep) -> Document {
        let tag = conditional::weak(&Digest::of(body.as_bytes()), "");
        Document::text(body, tag, media_type, keep)
    }

    /// A page; its tag is made from its text.
    pub fn page(body: String) -> Document {
        Document::written(body, "text/html; charset=utf-8", Keep::Revalidate)
    }

    /// Adds a header. A value that cannot stand in one (a line break in a link) is left out.
    pub fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Document {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.push((name, value));
        }
        self
    }

    /// The answer to a request: the body, or 304 where the client has it.
    pub fn respond(self, request: &HttpRequest) -> HttpResponse {
        let is_known = conditional::is_known(request, &self.tag);
        let mut response = HttpResponse::build(if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        });
        response.insert_header((CACHE_CONTROL, self.keep.cache_control()));
        response.insert_header((ETAG, self.tag.to_string()));
        for header in self.headers {
            response.append_header(header);
        }
        let may_be_coded = !self.is_exact && self.body.len() >= SHORTEST_COMPRESSED;
        if may_be_coded {
            response.append_header((VARY, "Accept-Encoding"));
        }
        if let Some(digest) = &self.digest {
            response.insert_header((REPR_DIGEST, conditional::repr_digest(digest)));
        }
        if is_known {
            return response.finish();
        }
        response.insert_header((CONTENT_TYPE, self.media_type));
        let coded = if may_be_coded {
            gzip(request.headers(), &self.body, self.coded)
        } else {
            None
        };
        match coded {
            Some(coded) => response
                .insert_header((CONTENT_ENCODING, "gzip"))
                .body(coded),
            None => response.body(self.body),
        }
    }
}

/// The body in gzip, where the client takes that.
fn gzip(headers: &HeaderMap, body: &[u8], coded: Option<&'static [u8]>) -> Option<Vec<u8>> {
    if !takes_gzip(headers) {
        return None;
    }
    if let Some(coded) = coded {
        return Some(coded.to_vec());
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::fast());
    encoder.write_all(body).and_then(|()| encoder.finish()).ok()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let is_refused = parts.any(|weight| {
            weight
                .strip_prefix("q=0")
                .is_some_and(|rest| rest.trim_matches(['.', '0']).is_empty())
        });
        is_gzip && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
    use actix_web::test::TestRequest;

    use super::{Document, Keep, REPR_DIGEST};

    fn long() -> String {
        "words ".repeat(1000)
    }

    #[test]
    fn exact_bytes_are_never_coded_and_have_a_strong_tag() {
        let request = TestRequest::get()
            .insert_header((ACCEPT_ENCODING, "gzip"))
            .to_http_request();
        let response = Document::hashed(long().into_bytes(), "application/n-quads", Keep::Briefly)
            .respond(&request);
        assert!(response.headers().get(CONTENT_ENCODING).is_none());
        assert!(
            response
                .headers()
                .get(ETAG)
                .is_some_and(|tag| tag.as_bytes().starts_with(b"\""))
        );
        assert!(response.headers().contains_key(&REPR_DIGEST));
    }

    #[test]
    fn pages_are_coded_for_those_who_like_it() {
        for (value, coded) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000", false),
            ("br", false),
        ] {
            let request = TestRequest::get()
                .insert_header((ACCEPT_ENCODING, value))
                .to_http_request();
            let response = Document::page(long()).respond(&request);
            assert_eq!(
                response.headers().contains_key(CONTENT_ENCODING),
                coded,
                "{value}"
            );
            assert!(
                response
                    .headers()
                    .get(ETAG)
                    .is_some_and(|tag| tag.as_bytes().starts_with(b"W/"))
            );
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let first = Document::page(long()).respond(&TestRequest::get().to_http_request());
        let tag = first.headers().get(ETAG).cloned();
        let again = TestRequest::get()
            .insert_header((IF_NONE_MATCH, tag.expect("a tag")))
            .to_http_request();
        let response = Document::page(long()).respond(&again);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(response.headers().contains_key(ETAG));
    }
}
