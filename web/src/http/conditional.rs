//! Entity tags, and how long an answer may be kept (RFC 9110 section 13, RFC 9111).

use actix_web::HttpMessage;
use actix_web::http::header::{EntityTag, HeaderName, IF_RANGE, IfNoneMatch};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::digest::Digest;

/// `Repr-Digest` of RFC 9530.
pub const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// How long a cache may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For ever: the address names the bytes.
    Immutable,
    /// For ever, by whoever asked and by no cache between: the address names the bytes, and they may have to go.
    WithReader,
    /// Five minutes: it never changes but may be removed for legal cause (PROTOCOL.md section 3, "Caching").
    Briefly,
    /// As long as the server says that it is unchanged.
    Revalidate,
    /// Not at all.
    Never,
}

impl Keep {
    /// The value of `Cache-Control`.
    pub fn cache_control(self) -> &'static str {
        match self {
            Keep::Immutable => "public, max-age=31536000, immutable",
            Keep::WithReader => "private, max-age=31536000, immutable",
            Keep::Briefly => "public, max-age=300",
            Keep::Revalidate => "no-cache",
            Keep::Never => "no-store",
        }
    }
}

/// The tag of bytes that have this digest, under whatever address.
pub fn strong(digest: &Digest) -> EntityTag {
    EntityTag::new_strong(digest.to_string())
}

/// The tag of a form that is derived from something with this digest: equal in meaning, whatever the coding.
pub fn weak(digest: &Digest, form: &str) -> EntityTag {
    EntityTag::new_weak(format!("{digest}{form}"))
}

/// Whether the client has the current state already (`If-None-Match`), so that 304 says all.
pub fn is_known(request: &impl HttpMessage, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}

/// Whether a range may be answered with a part: without `If-Range`, or when its tag is exactly this one. A date there
/// fits nothing, because no answer here has a date.
pub fn range_applies(request: &impl HttpMessage, tag: &EntityTag) -> bool {
    match request.headers().get(IF_RANGE) {
        None => true,
        Some(value) => value
            .to_str()
            .ok()
            .and_then(|text| text.trim().parse::<EntityTag>().ok())
            .is_some_and(|known| known.strong_eq(tag)),
    }
}

/// `Repr-Digest` with SHA-256 (RFC 9530): of the representation as a whole, without content coding.
pub fn repr_digest(digest: &Digest) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest.as_bytes()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{IF_NONE_MATCH, IF_RANGE};
    use actix_web::test::TestRequest;
    use protocol::digest::Digest;

    use super::{is_known, range_applies, repr_digest, strong, weak};

    #[test]
    fn a_known_tag_is_found_in_a_list_weak_or_strong() {
        let digest = Digest::of(b"record");
        let with = |value: String| {
            TestRequest::get()
                .insert_header((IF_NONE_MATCH, value))
                .to_http_request()
        };
        for (value, expected) in [
            (format!("\"{digest}\""), true),
            (format!("W/\"{digest}\""), true),
            (format!("\"x\", \"{digest}\""), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
            (digest.to_string(), false),
        ] {
            assert_eq!(
                is_known(&with(value.clone()), &strong(&digest)),
                expected,
                "{value}"
            );
        }
        assert!(is_known(
            &with(format!("W/\"{digest}.ttl\"")),
            &weak(&digest, ".ttl")
        ));
        assert!(!is_known(
            &TestRequest::get().to_http_request(),
            &strong(&digest)
        ));
    }

    #[test]
    fn if_range_takes_nothing_but_the_same_strong_tag() {
        let digest = Digest::of(b"file");
        let with = |value: String| {
            TestRequest::get()
                .insert_header((IF_RANGE, value))
                .to_http_request()
        };
        assert!(range_applies(
            &TestRequest::get().to_http_request(),
            &strong(&digest)
        ));
        assert!(range_applies(
            &with(format!("\"{digest}\"")),
            &strong(&digest)
        ));
        for value in [
            format!("W/\"{digest}\""),
            "\"x\"".to_owned(),
            "Sat, 21 Nov 2026 09:30:00 GMT".to_owned(),
        ] {
            assert!(
                !range_applies(&with(value.clone()), &strong(&digest)),
                "{value}"
            );
        }
    }

    #[test]
    fn the_digest_field_is_as_in_rfc_9530() {
        // the example of its appendix B.1, whose content is {"hello": "world"} and a line feed
        let digest = Digest::of(b"{\"hello\": \"world\"}\n");
        assert_eq!(
            repr_digest(&digest),
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
        );
    }
}
