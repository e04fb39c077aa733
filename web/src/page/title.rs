//! A title as pages show it: however long it is, no page is filled by it.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Characters above which a heading is set in smaller type: three lines of a wide screen.
const LONG: usize = 110;
/// Characters of a heading; the whole stands behind it, one click away.
const HEADING: usize = 300;
/// Characters in a list of studies, where the next one is what a reader looks for.
const IN_LIST: usize = 240;
/// Characters in a line of text that leads to the page of the title.
const IN_LINE: usize = 120;
/// Characters in the name of a window, of which a browser shows some thirty.
const OF_WINDOW: usize = 100;
/// Code points that the characters of a text may have on average: scripts with accents and signs of vowels have two or three,
/// a family of emoji seven.
const CODE_POINTS: usize = 8;

/// A title of whatever length. Characters are counted as readers see them (grapheme clusters).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Title {
    whole: String,
}

impl Title {
    /// A title as its depositor wrote it.
    pub fn of(whole: impl Into<String>) -> Title {
        Title {
            whole: whole.into(),
        }
    }

    /// All of it.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Whether it is too long for the largest type.
    pub fn is_long(&self) -> bool {
        end_of(&self.whole, LONG).is_some()
    }

    /// Whether [`Title::heading`] is less than the whole.
    pub fn is_cut(&self) -> bool {
        end_of(&self.whole, HEADING).is_some()
    }

    /// What stands as the heading of its own page.
    pub fn heading(&self) -> Cow<'_, str> {
        cut(&self.whole, HEADING)
    }

    /// What stands in a list.
    pub fn in_list(&self) -> Cow<'_, str> {
        cut(&self.whole, IN_LIST)
    }

    /// What stands in a line among other words.
    pub fn in_line(&self) -> Cow<'_, str> {
        cut(&self.whole, IN_LINE)
    }

    /// What stands in the name of the window.
    pub fn of_window(&self) -> Cow<'_, str> {
        cut(&self.whole, OF_WINDOW)
    }
}

/// The beginning of a text, ended by an ellipsis where it is longer than so many characters: behind a word where one ends
/// in the last quarter, else behind a character as readers see it.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    let Some(end) = end_of(text, most) else {
        return Cow::Borrowed(text);
    };
    let beginning = &text[..end];
    let word = beginning.rfind(char::is_whitespace);
    let word = word.filter(|word| *word >= end / 4 * 3);
    let beginning = word.map_or(beginning, |word| &beginning[..word]);
    Cow::Owned(format!("{}…", beginning.trim_end()))
}

/// Where a text passes so many characters; nothing where it does not. What heaps accents upon a letter without end counts
/// as longer than it looks.
fn end_of(text: &str, most: usize) -> Option<usize> {
    let mut code_points = 0;
    for (place, (start, character)) in text.grapheme_indices(true).enumerate() {
        code_points += character.chars().count();
        if place == most || code_points > most * CODE_POINTS {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{HEADING, IN_LIST, Title, cut};

    #[test]
    fn a_usual_title_is_whole_everywhere() {
        let title = Title::of("Septin rings in dividing fission yeast");
        assert!(!title.is_long() && !title.is_cut());
        for shown in [
            title.heading(),
            title.in_list(),
            title.in_line(),
            title.of_window(),
        ] {
            assert_eq!(shown, title.whole());
        }
    }

    #[test]
    fn a_long_title_is_cut_behind_a_word() {
        let title = Title::of("Mitochondria divide ".repeat(100));
        assert!(title.is_long() && title.is_cut());
        let heading = title.heading();
        assert!(heading.chars().count() <= HEADING + 1, "{heading}");
        assert!(
            heading.ends_with("divide…") || heading.ends_with("Mitochondria…"),
            "{heading}"
        );
    }

    #[test]
    fn one_word_without_end_is_cut_between_characters() {
        let word = Title::of("Mitochondria".repeat(170));
        let shown = word.in_list();
        assert_eq!(shown.chars().count(), IN_LIST + 1);
        // a letter keeps its accents, a family its members
        for character in ["e\u{301}", "👩‍👩‍👧"] {
            let text = character.repeat(9);
            assert_eq!(cut(&text, 8), format!("{}…", character.repeat(8)));
            assert_eq!(cut(&text, 9), text);
        }
        let heaped = format!("Rings e{}", "\u{301}".repeat(100_000));
        assert_eq!(cut(&heaped, 100), "Rings…");
    }
}
