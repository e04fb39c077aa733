//! Log entries: JSON objects in the one form that RFC 8785 allows, as far as entries need it: members in ascending
//! order, no space, texts with no escape that is not needed, whole numbers.

use serde_json::Value;

/// Parses an entry and insists on its form.
///
/// # Errors
/// Says what is not canonical.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if !value.is_object() {
        return Err("it is no object".to_owned());
    }
    let mut canonical = String::new();
    write(&value, &mut canonical)?;
    // a duplicate member is gone from the parsed value, so that the lengths differ
    if canonical == text {
        Ok(value)
    } else {
        Err(format!("{text} is not canonical"))
    }
}

fn write(value: &Value, out: &mut String) -> Result<(), String> {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            // by UTF-16 code units, as the specification says
            names.sort_by_key(|name| name.encode_utf16().collect::<Vec<_>>());
            out.push('{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(&members[name], out)?;
            }
            out.push('}');
        }
        Value::String(text) => write_text(text, out),
        Value::Number(number) => match number.as_u64().filter(|number| *number < 1 << 53) {
            Some(number) => out.push_str(&number.to_string()),
            None => return Err(format!("{number} is not a whole number below 2^53")),
        },
        other => return Err(format!("{other} has no place in an entry")),
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            letter => out.push(letter),
        }
    }
    out.push('"');
}
