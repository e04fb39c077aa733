//! From bytes to a JSON document that may be a crate, within bounds.

use serde_json::Value;

/// The largest metadata file that is read: 64 MiB, a thousand times the largest seen in the wild.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why bytes are not a crate; each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    /// Nothing in it.
    #[error("the file is empty; an RO-Crate is a JSON-LD document")]
    Empty,
    /// Not JSON at all.
    #[error("not JSON: {0}; an RO-Crate is a JSON-LD document")]
    NotJson(String),
    /// Deeper than the parser goes.
    #[error(
        "nested more than 127 levels deep; an RO-Crate is a flat list of entities, so write it flattened"
    )]
    TooDeep,
    /// JSON, and something else.
    #[error("JSON, but no RO-Crate: {0}")]
    NotACrate(&'static str),
}

/// Parses a document and makes sure that it has the outer form of a crate: an object with a list `@graph`.
///
/// # Errors
/// Says whether it is empty, not JSON, too deep, or JSON of another kind.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, DocumentError> {
    // a byte order mark is legal in files and not in JSON
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DocumentError::Empty);
    }
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        if text.contains("recursion limit") {
            DocumentError::TooDeep
        } else {
            DocumentError::NotJson(text)
        }
    })?;
    check_form(&document)?;
    Ok(document)
}

/// Whether a document has the outer form of a crate: an object with `@context` and a list `@graph`.
pub(crate) fn looks_like_crate(document: &Value) -> bool {
    check_form(document).is_ok()
}

fn check_form(document: &Value) -> Result<(), DocumentError> {
    let Value::Object(members) = document else {
        return Err(DocumentError::NotACrate(
            "it is not an object with @context and @graph",
        ));
    };
    if !members.contains_key("@context") {
        return Err(DocumentError::NotACrate(
            "it has no @context; add \"https://w3id.org/ro/crate/1.2/context\"",
        ));
    }
    match members.get("@graph") {
        Some(Value::Array(_)) => Ok(()),
        Some(_) => Err(DocumentError::NotACrate(
            "its @graph is not a list of entities",
        )),
        None => Err(DocumentError::NotACrate(
            "it has no @graph; write the crate flattened, as a list of entities",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_crate_is_told_apart() {
        assert_eq!(parse(b" \n"), Err(DocumentError::Empty));
        assert!(matches!(
            parse(b"title: yaml"),
            Err(DocumentError::NotJson(_))
        ));
        assert!(matches!(
            parse(b"\xff\xfe{}"),
            Err(DocumentError::NotJson(_))
        ));
        for other in [
            "[]",
            "3",
            "{}",
            r#"{"@context":"x"}"#,
            r#"{"@graph":[]}"#,
            r#"{"@context":"x","@graph":{}}"#,
        ] {
            assert!(
                matches!(parse(other.as_bytes()), Err(DocumentError::NotACrate(_))),
                "{other}"
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_survived() {
        assert!(parse("\u{feff}{\"@context\":[],\"@graph\":[]}".as_bytes()).is_ok());
    }

    #[test]
    fn fifty_megabytes_of_nesting_are_refused_at_once() {
        let mut bytes = br#"{"@context":[],"@graph":"#.to_vec();
        bytes.resize(50 * 1024 * 1024, b'[');
        assert_eq!(parse(&bytes), Err(DocumentError::TooDeep));
    }
}
