//! Line breaks that only an editor made.

use std::ops::RangeInclusive;

/// How many characters an editor or a form lets into a line.
const EDITORS_WIDTH: RangeInclusive<usize> = 50..=120;

/// A paragraph without the line breaks that its author's editor made: those behind which the next word would not have fitted into a
/// line as long as the longest. Breaks that were meant (an address, a list, a heading) stay.
pub(super) fn without_hard_wraps(paragraph: &str) -> String {
    let lines: Vec<&str> = paragraph.lines().map(str::trim_end).collect();
    let width = lines.iter().map(|line| line.chars().count()).max();
    let width = width.filter(|width| lines.len() > 2 && EDITORS_WIDTH.contains(width));
    let Some(width) = width else {
        return paragraph.to_owned();
    };
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        text.push_str(line);
        if let Some(next) = lines.get(place + 1) {
            text.push(if is_wrap(line, next, width) {
                ' '
            } else {
                '\n'
            });
        }
    }
    text
}

fn is_wrap(line: &str, next: &str, width: usize) -> bool {
    let next_word = next.split_whitespace().next().unwrap_or_default();
    let would_fit = line.chars().count() + 1 + next_word.chars().count() <= width;
    let begins_an_item = next.starts_with([' ', '\t', '-', '*', '\u{2022}'])
        || next_word.ends_with(['.', ')', ':'])
            && next_word
                .chars()
                .any(|character| character.is_ascii_digit());
    !line.is_empty() && !would_fit && !begins_an_item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_of_an_editor_go_and_breaks_of_an_author_stay() {
        let wrapped = "Rheumatoid arthritis is associated with heart and lung dysfunction.\n\
                       Current therapies fail to attenuate such complications, and we\n\
                       looked into why. Three questions:\n\
                       - what fails\n\
                       - where";
        assert_eq!(
            without_hard_wraps(wrapped),
            "Rheumatoid arthritis is associated with heart and lung dysfunction. Current therapies fail to attenuate such \
             complications, and we looked into why. Three questions:\n- what fails\n- where"
        );
        let address = "Institute of Cell Biology\nExample Street 1\nExampleton";
        assert_eq!(without_hard_wraps(address), address);
        let long = format!("{}\n{}\n{}", "a ".repeat(90), "b ".repeat(90), "c");
        assert_eq!(without_hard_wraps(&long), long);
    }
}
