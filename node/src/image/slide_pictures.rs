//! The pictures in files of slides that are not of the specimen: the label, and the picture of the whole slide, on which the
//! label is seen as well. They carry names, and are shown to nobody.

/// What is in the name of a file, which some programs put before the word: `CMU-1.svs label image`.
const NAMES_A_FILE: char = '.';

/// A picture that a slide comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlidePicture {
    /// The label that is glued to it, or its barcode.
    Label,
    /// The whole slide.
    Macro,
}

impl SlidePicture {
    /// What a picture is by its name, however it is written: `label`, `Macro Image`, `label_image`, `x.svs [label]`.
    pub(super) fn of(name: &str) -> Option<Self> {
        let spaced = |character: char| match character {
            '_' | '-' | '[' | ']' | '(' | ')' | '#' | ':' | '|' => ' ',
            other => other.to_ascii_lowercase(),
        };
        let name: String = name.chars().map(spaced).collect();
        let mut words: Vec<&str> = name.split_whitespace().collect();
        let names_file = words.iter().rposition(|word| word.contains(NAMES_A_FILE));
        words.drain(..names_file.map_or(0, |place| place + 1));
        match words[..] {
            ["label" | "barcode"]
            | ["label" | "barcode", "image" | "picture"]
            | ["slide", "label" | "barcode"]
            | ["slide", "label", "image"] => Some(Self::Label),
            ["macro"]
            | ["macro", "image" | "picture"]
            | ["slide", "macro" | "overview" | "preview"]
            | ["slide", "macro", "image"] => Some(Self::Macro),
            _ => None,
        }
    }
}

/// Which of them were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LeftOut {
    label: bool,
    whole: bool,
}

impl LeftOut {
    /// One more was.
    pub(super) fn add(&mut self, picture: SlidePicture) {
        match picture {
            SlidePicture::Label => self.label = true,
            SlidePicture::Macro => self.whole = true,
        }
    }

    /// What depositors and readers are told of it; nothing where none was. Whoever has the file has them still.
    pub(super) fn sentence(self) -> Option<String> {
        let (what, they) = match (self.label, self.whole) {
            (false, false) => return None,
            (true, false) => ("the label of the slide is", "it"),
            (false, true) => ("the picture of the whole slide is", "it"),
            (true, true) => ("the label and the picture of the whole slide are", "they"),
        };
        Some(format!(
            "{what} left out, because {they} may show names; whoever downloads the file still has {}",
            if they == "it" { "it" } else { "them" }
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{LeftOut, SlidePicture};

    #[test]
    fn labels_and_macros_are_known_by_all_their_names() {
        for name in [
            "label",
            " Label ",
            "LABEL IMAGE",
            "label_image",
            "label-image",
            "slide label",
            "barcode",
            "CMU-1.svs label image",
            "a b.ndpi [label]",
        ] {
            assert_eq!(SlidePicture::of(name), Some(SlidePicture::Label), "{name}");
        }
        for name in [
            "macro",
            "Macro Image",
            "macro_image",
            "slide overview",
            "x.svs #macro",
        ] {
            assert_eq!(SlidePicture::of(name), Some(SlidePicture::Macro), "{name}");
        }
        for name in [
            "",
            "main",
            "macrophage",
            "labelled cells",
            "overview",
            "nuclei label image",
            "label.tif",
            "image 2",
        ] {
            assert_eq!(SlidePicture::of(name), None, "{name}");
        }
    }

    #[test]
    fn the_sentence_names_what_was_left_out() {
        let said = |pictures: &[SlidePicture]| {
            let mut left_out = LeftOut::default();
            pictures.iter().for_each(|picture| left_out.add(*picture));
            left_out.sentence()
        };
        assert_eq!(said(&[]), None);
        assert_eq!(
            said(&[SlidePicture::Macro]).as_deref(),
            Some(
                "the picture of the whole slide is left out, because it may show names; whoever downloads the file still has it"
            )
        );
        assert_eq!(
            said(&[SlidePicture::Label, SlidePicture::Macro]).as_deref(),
            Some(
                "the label and the picture of the whole slide are left out, because they may show names; whoever downloads the file still has them"
            )
        );
    }
}
