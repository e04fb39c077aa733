//! IRIs as URIs: where only ASCII may stand.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may stand in no URI, and what would end one inside `<>`, quotes or braces.
const NOT_IN_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An IRI as the URI that it maps to (RFC 3987 section 3.1): everything beyond ASCII percent-encoded as UTF-8, and so is
/// what no URI may have.
pub(crate) fn ascii(iri: &str) -> String {
    utf8_percent_encode(iri, NOT_IN_URI).to_string()
}
