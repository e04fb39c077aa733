//! JSON that may stand inside a page.

use serde_json::Value;

/// JSON as it may stand in `<script type="application/ld+json">`: no `<`, so no text ends the element or begins a comment,
/// and none of the two line separators that old scripts stumble over. Read as JSON it is the same.
///
/// A template writes it without escaping (`|safe`): this is what makes it safe.
pub(super) fn embeddable(value: &Value) -> String {
    let text = format!("{value:#}");
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => safe.push(other),
        }
    }
    safe
}
