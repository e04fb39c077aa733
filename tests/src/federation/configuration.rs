//! Changing `config.toml` as an operator does: a line of it.

/// The text with this key set: in place of the line that sets it, or right behind the head of its section.
pub(super) fn configured(text: &str, section: &str, key: &str, value: &str) -> String {
    let head = format!("[{section}]");
    let mut lines = Vec::new();
    let (mut is_inside, mut is_set) = (false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            is_inside = line.trim() == head;
        }
        let sets_it = line
            .split_once('=')
            .is_some_and(|(name, _)| name.trim() == key);
        if is_inside && sets_it {
            continue;
        }
        lines.push(line.to_owned());
        if is_inside && !is_set {
            lines.push(format!("{key} = {value}"));
            is_set = true;
        }
    }
    assert!(is_set, "config.toml has no section {head}");
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::configured;

    #[test]
    fn a_key_is_set_in_its_section_and_nowhere_else() {
        let text = "a = 1\n[one]\n# a comment\nkey = 1\nother = 2\n\n[two]\nkey = 3\n";
        assert_eq!(
            configured(text, "one", "key", "7"),
            "a = 1\n[one]\nkey = 7\n# a comment\nother = 2\n\n[two]\nkey = 3\n"
        );
        assert_eq!(
            configured(text, "two", "new", "\"x\""),
            "a = 1\n[one]\n# a comment\nkey = 1\nother = 2\n\n[two]\nnew = \"x\"\nkey = 3\n"
        );
    }
}
