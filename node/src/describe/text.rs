//! How single values are written: dates by their shape, addresses where they are addresses, files under the namespace.

use ontologies::schema::{MEDIA_TYPES, obo, xsd};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Iri, Object};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::relative_path::RelPath;

/// Everything but the unreserved characters of RFC 3986 and the slash between folders.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Schemes by which a resource can be found. A CURIE (`GO:0005634`) has the form of an IRI too, so form is not enough.
const SCHEMES: [&str; 6] = ["http", "https", "ftp", "s3", "urn", "did"];

/// A path of a study as it stands in addresses, percent-encoded.
pub fn in_address(path: &RelPath) -> String {
    utf8_percent_encode(path.as_str(), IN_PATH).to_string()
}

/// The IRI of a file of a study version: `<namespace><study>.<version>/files/<path>`, the path percent-encoded.
pub fn file_iri(namespace: &Namespace, study: &Accession, version: u64, path: &RelPath) -> String {
    format!(
        "{}/files/{}",
        namespace.iri_of_version(study, version),
        in_address(path)
    )
}

/// A text as an IRI, where it is an absolute one of a scheme by which something can be found.
pub(super) fn link(text: &str) -> Option<Iri> {
    let (scheme, _) = text.split_once(':')?;
    let is_known = SCHEMES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    if is_known {
        Iri::parse(text).ok()
    } else {
        None
    }
}

/// A text as an IRI where it is one, else as the text that it is.
pub(super) fn link_or_text(text: &str) -> Object {
    link(text).map_or_else(|| Object::text(text), Object::Iri)
}

/// A date, typed by its shape: `2006` is a year, `2006-05` a month, `2006-05-01` a day, and with a time (RFC 3339) a moment;
/// anything else is text.
pub(super) fn date(text: &str) -> Object {
    date_type(text)
        .and_then(|datatype| Object::typed(text, datatype).ok())
        .unwrap_or_else(|| Object::text(text))
}

fn date_type(text: &str) -> Option<&'static str> {
    let has_shape = |length: usize| {
        text.len() == length
            && text.bytes().enumerate().all(|(at, byte)| {
                if at == 4 || at == 7 {
                    byte == b'-'
                } else {
                    byte.is_ascii_digit()
                }
            })
    };
    let number = |from: usize, to: usize| {
        text.get(from..to)
            .and_then(|digits| digits.parse::<u16>().ok())
    };
    let month =
        || number(5, 7).and_then(|month| time::Month::try_from(u8::try_from(month).ok()?).ok());
    if number(0, 4) == Some(0) {
        return None;
    }
    if has_shape(4) {
        Some(xsd::YEAR)
    } else if has_shape(7) {
        month().map(|_| xsd::YEAR_MONTH)
    } else if text.as_bytes().get(10) == Some(&b'T')
        && OffsetDateTime::parse(text, &Rfc3339).is_ok()
    {
        Some(xsd::DATE_TIME)
    } else if has_shape(10) {
        let day = u8::try_from(number(8, 10)?).ok()?;
        let year = i32::from(number(0, 4)?);
        time::Date::from_calendar_date(year, month()?, day)
            .ok()
            .map(|_| xsd::DATE)
    } else {
        None
    }
}

/// A media type as the IRI that IANA's registry gives it, where it has the form of one.
pub(super) fn media_type(text: &str) -> Object {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match text.split_once('/') {
        Some((kind, name)) if is_name(kind) && is_name(name) => {
            let encoded = utf8_percent_encode(name, IN_PATH);
            Object::iri(format!("{MEDIA_TYPES}{kind}/{encoded}"))
                .unwrap_or_else(|_| Object::text(text))
        }
        _ => Object::text(text),
    }
}

/// A data-use term: `DUO:0000042` as its IRI, an IRI as it is, anything else as text.
pub(super) fn data_use(text: &str) -> Object {
    let number = text
        .get(..4)
        .filter(|start| {
            ["DUO:", "DUO_"]
                .iter()
                .any(|known| start.eq_ignore_ascii_case(known))
        })
        .and_then(|_| text.get(4..));
    match number {
        Some(digits) if digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Object::iri(format!("{}DUO_{digits}", obo::NAMESPACE))
                .unwrap_or_else(|_| Object::text(text))
        }
        _ => link_or_text(text),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{data_use, date, file_iri, link, media_type};
    use crate::relative_path::RelPath;
    use protocol::identifier::{Accession, Namespace};
    use protocol::record::Object;

    fn datatype(object: &Object) -> &str {
        match object {
            Object::Literal(literal) => literal.datatype().rsplit('#').next().unwrap(),
            Object::Iri(_) => "iri",
        }
    }

    #[test]
    fn a_date_is_typed_by_its_shape_and_only_when_it_exists() {
        for (text, expected) in [
            ("2006", "gYear"),
            ("2006-05", "gYearMonth"),
            ("2024-02-29", "date"),
            ("2023-02-29", "string"),
            ("2006-13", "string"),
            ("0000", "string"),
            ("2006-05-01T00:00:00Z", "dateTime"),
            ("2006-05-01T00:00:00.25+02:00", "dateTime"),
            ("2006-05-01T25:00:00Z", "string"),
            ("May 2006", "string"),
            ("２００６", "string"),
            ("", "string"),
        ] {
            assert_eq!(datatype(&date(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_curie_is_no_address() {
        for text in [
            "https://doi.org/10.1/x",
            "urn:lsid:x",
            "HTTP://example.org/",
        ] {
            assert!(link(text).is_some(), "{text}");
        }
        for text in [
            "GO:0005634",
            "10.1/x",
            "https://exa mple.org/",
            "https://orcid.org/0000 Jane",
            "#00000251",
            "",
            ":",
        ] {
            assert!(link(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_file_is_named_under_its_study_version() {
        let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
        let study = Accession::parse("DND-S42").unwrap();
        let path = RelPath::parse("plate 1/ä#?%.tif").unwrap();
        assert_eq!(
            file_iri(&namespace, &study, 2, &path),
            "https://images.example.org/id/DND-S42.2/files/plate%201/%C3%A4%23%3F%25.tif"
        );
    }

    #[test]
    fn media_types_and_data_use_terms_have_their_registries() {
        let iri = |object: Object| match object {
            Object::Iri(iri) => iri.as_str().to_owned(),
            Object::Literal(literal) => format!("text {}", literal.value()),
        };
        assert_eq!(
            iri(media_type("image/tiff")),
            "https://www.iana.org/assignments/media-types/image/tiff"
        );
        assert_eq!(
            iri(media_type("image/svg+xml")),
            "https://www.iana.org/assignments/media-types/image/svg%2Bxml"
        );
        assert_eq!(
            iri(media_type("text/plain; charset=utf-8")),
            "text text/plain; charset=utf-8"
        );
        assert_eq!(
            iri(data_use("duo:0000042")),
            "http://purl.obolibrary.org/obo/DUO_0000042"
        );
        assert_eq!(iri(data_use("DUO:42")), "text DUO:42");
        assert_eq!(iri(data_use("ask me ✓")), "text ask me ✓");
    }
}
