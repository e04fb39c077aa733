//! When two labels are the same label: case, white space and the kind of hyphen do not count; everything else does.
//!
//! This is not a fuzzy match. "Light-sheet  microscopy" is "light sheet microscopy"; "light microscopy" is neither.

/// The form under which a label is compared and indexed.
///
/// Lower case (Unicode), hyphens, dashes and underscores as spaces, runs of white space as one space, none at the ends.
#[must_use]
pub fn normalise(label: &str) -> String {
    let mut key = String::with_capacity(label.len());
    let mut pending_space = false;
    for character in label.chars() {
        if character.is_whitespace() || is_joiner(character) {
            pending_space = !key.is_empty();
            continue;
        }
        if pending_space {
            key.push(' ');
            pending_space = false;
        }
        key.extend(character.to_lowercase());
    }
    key
}

/// Hyphen-minus, underscore, and U+2010 hyphen to U+2015 horizontal bar, U+2212 minus.
fn is_joiner(character: char) -> bool {
    matches!(character, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Splits "scanning electron microscopy (SEM)" into "scanning electron microscopy" and "SEM".
///
/// `None` when the label does not end in a bracket or has nothing before it.
#[must_use]
pub fn split_trailing_bracket(label: &str) -> Option<(&str, &str)> {
    let inner = label.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let (before, content) = (inner[..open].trim(), inner[open + 1..].trim());
    (!before.is_empty() && !content.is_empty()).then_some((before, content))
}

/// The forms, normalised, by which a term with this label may also be called: where a bracket at the end holds an
/// abbreviation (or spells one out), the part before it and the part within it are names too.
///
/// "GO term (sensu Animalia)" has no such form: what stands in that bracket is a restriction and not a name.
#[must_use]
pub fn bracket_names(label: &str) -> Vec<String> {
    match split_trailing_bracket(label) {
        Some((before, content)) if is_abbreviation(content) || is_abbreviation(before) => {
            vec![normalise(before), normalise(content)]
        }
        _ => Vec::new(),
    }
}

/// One word of 2 to 12 characters with at least two capitals: SEM, FIB-SEM, STED, cryoET.
fn is_abbreviation(text: &str) -> bool {
    let length = text.chars().count();
    (2..=12).contains(&length)
        && !text.contains(char::is_whitespace)
        && text
            .chars()
            .filter(|character| character.is_uppercase())
            .count()
            >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_space_and_hyphens_do_not_count() {
        assert_eq!(
            normalise("  Light‐Sheet\u{a0}\tmicroscopy "),
            "light sheet microscopy"
        );
        assert_eq!(
            normalise("back-scattered_electron imaging"),
            "back scattered electron imaging"
        );
        assert_ne!(normalise("X-ray microscopy"), normalise("ray microscopy"));
    }

    #[test]
    fn a_bracket_is_a_name_only_where_it_abbreviates() {
        let sem = bracket_names("scanning electron microscopy (SEM)");
        assert_eq!(sem, ["scanning electron microscopy", "sem"]);
        let palm = bracket_names("PALM (photoactivation localization microscopy)");
        assert_eq!(palm, ["palm", "photoactivation localization microscopy"]);
        assert!(bracket_names("neuron (sensu Animalia)").is_empty());
        assert!(bracket_names("(SEM)").is_empty());
    }
}
