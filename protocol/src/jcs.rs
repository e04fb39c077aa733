//! The JSON Canonicalization Scheme (RFC 8785), for documents whose only numbers are integers in 0 … 2⁵³−1 (`docs/PROTOCOL.md` section 3).
//!
//! Entries, the roster and fork evidence are written so. Since no other number is allowed, the floating-point half of RFC 8785 is absent.

use serde_json::{Map, Value};

/// The largest integer that every JSON reader holds exactly: 2⁵³−1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// How deep arrays and objects may stand in each other. The reader stops here too, so that hostile nesting cannot use up the stack.
pub const MAX_DEPTH: usize = 127;

/// A document that has no canonical form here, or is not in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JcsError {
    /// Not JSON at all, or nested deeper than [`MAX_DEPTH`].
    #[error("not JSON: {0}")]
    NotJson(String),
    /// A number that is not an integer in 0 … 2⁵³−1.
    #[error("number {0} is not an integer from 0 to 9007199254740991")]
    Number(String),
    /// Arrays and objects deeper than [`MAX_DEPTH`].
    #[error("nested deeper than 127 levels")]
    TooDeep,
    /// JSON, but spaced, ordered or escaped in another way than RFC 8785 says, or with a key twice.
    #[error(
        "not in canonical form (RFC 8785): the order of names, white space, an escape or a repeated name differs"
    )]
    NotCanonical,
}

/// The canonical bytes of a document.
///
/// # Errors
/// [`JcsError::Number`] and [`JcsError::TooDeep`].
pub fn to_bytes(value: &Value) -> Result<Vec<u8>, JcsError> {
    let mut out = String::new();
    write_value(value, 0, &mut out)?;
    Ok(out.into_bytes())
}

/// Reads a document that is exactly the canonical form of what it says. A key that stands twice, white space, `1.0`, or an escape that
/// need not be one makes other bytes when written again, so one comparison finds them all.
///
/// # Errors
/// Any [`JcsError`].
pub fn parse_exact(bytes: &[u8]) -> Result<Value, JcsError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| JcsError::NotJson(error.to_string()))?;
    if to_bytes(&value)? == bytes {
        Ok(value)
    } else {
        Err(JcsError::NotCanonical)
    }
}

fn write_value(value: &Value, depth: usize, out: &mut String) -> Result<(), JcsError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => match number.as_u64() {
            Some(integer) if integer <= MAX_INTEGER => out.push_str(&integer.to_string()),
            _ => return Err(JcsError::Number(number.to_string())),
        },
        Value::String(text) => write_string(text, out),
        Value::Array(items) => write_array(items, deeper(depth)?, out)?,
        Value::Object(members) => write_object(members, deeper(depth)?, out)?,
    }
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, JcsError> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(JcsError::TooDeep)
    }
}

fn write_array(items: &[Value], depth: usize, out: &mut String) -> Result<(), JcsError> {
    out.push('[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_value(item, depth, out)?;
    }
    out.push(']');
    Ok(())
}

/// Members are sorted by the UTF-16 code units of their names (RFC 8785 section 3.2.3), which is not the order of code points.
fn write_object(
    members: &Map<String, Value>,
    depth: usize,
    out: &mut String,
) -> Result<(), JcsError> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    out.push('{');
    for (position, (name, value)) in sorted.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write_value(value, depth, out)?;
    }
    out.push('}');
    Ok(())
}

/// RFC 8785 section 3.2.2.2: two-character escapes where JSON has them, `\u00xx` for other control characters, all else as it is.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn canonical(json: &str) -> String {
        let value: Value = serde_json::from_str(json).unwrap();
        String::from_utf8(to_bytes(&value).unwrap()).unwrap()
    }

    #[test]
    fn names_are_sorted_as_in_rfc_8785_section_3_2_3() {
        let input = r#"{
            "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
        }"#;
        let order: Vec<_> = [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ]
        .into_iter()
        .map(|name| canonical(input).find(name).unwrap())
        .collect();
        assert!(order.is_sorted());
    }

    #[test]
    fn strings_and_literals_are_written_as_in_rfc_8785_section_3_2_2() {
        // the example of that section without its floating-point numbers
        let input = r#"{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
        assert_eq!(
            canonical(input),
            "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        assert_eq!(
            canonical("\"\\u007f\\u2028\\b\\f\\t\\r\""),
            "\"\u{7f}\u{2028}\\b\\f\\t\\r\""
        );
    }

    #[test]
    fn only_exact_integers_are_numbers() {
        for good in ["0", "9007199254740991"] {
            assert_eq!(canonical(good), good);
        }
        for bad in [
            "-1",
            "-0",
            "1.0",
            "1e2",
            "9007199254740992",
            "18446744073709551616",
            "0.5",
        ] {
            let value: Value = serde_json::from_str(bad).unwrap();
            assert!(
                matches!(to_bytes(&value), Err(JcsError::Number(_))),
                "{bad}"
            );
        }
    }

    #[test]
    fn what_is_not_its_own_canonical_form_is_refused() {
        assert!(parse_exact(br#"{"a":1,"b":[]}"#).is_ok());
        for bad in [
            r#"{"b":1,"a":1}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a": 1}"#,
            "{\"a\":1}\n",
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
        ] {
            assert_eq!(
                parse_exact(bad.as_bytes()),
                Err(JcsError::NotCanonical),
                "{bad}"
            );
        }
        for bad in [&b"{"[..], b"", b"\xff", br#""\ud800""#, b"{\"a\":1}x"] {
            assert!(matches!(parse_exact(bad), Err(JcsError::NotJson(_))));
        }
    }

    #[test]
    fn nesting_ends_at_the_same_depth_for_reader_and_writer() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse_exact(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse_exact(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        let deep = (0..=MAX_DEPTH).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert_eq!(to_bytes(&deep), Err(JcsError::TooDeep));
    }
}
