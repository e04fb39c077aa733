//! Why something is gone, in words: the one table of the reason codes of docs/PROTOCOL.md section 3 for people.

use protocol::entry::Reason;

/// A reason code in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonInWords {
    /// The code, as it stands in the log.
    pub code: &'static str,
    /// What it means: half a sentence that goes on behind a colon.
    pub means: &'static str,
    /// What somebody may do who wanted the thing: a sentence.
    pub advice: &'static str,
}

/// What a reason means, and what can be done about it.
pub fn reason_in_words(reason: Reason) -> ReasonInWords {
    let (means, advice) = match reason {
        Reason::Error => (
            "a mistake was found in it",
            "Do not rely on what you may have of it. The institution can say what was wrong.",
        ),
        Reason::Duplicate => (
            "the same had been published twice",
            "Look for the other by its title or its authors, and cite that one.",
        ),
        Reason::Consent => (
            "people whose agreement it needs have not given it, or no longer give it",
            "If you have a copy, ask the institution before you use it or pass it on.",
        ),
        Reason::Privacy => (
            "it said too much about a person",
            "If you have a copy, ask the institution before you use it or pass it on.",
        ),
        Reason::Legal => (
            "the law, a court or an authority does not allow it to be public",
            "If you have a copy, ask the institution whether you may keep it.",
        ),
        Reason::Superseded => (
            "something newer stands for it",
            "Use what is newer. What you made with the older one stays as it was.",
        ),
        Reason::OwnerRequest => (
            "those whose data these are asked for it",
            "They may still share it themselves. The institution can say whom to ask.",
        ),
        Reason::Other => (
            "for a reason of the institution that has no code of its own",
            "The institution can say more.",
        ),
    };
    ReasonInWords {
        code: reason.as_str(),
        means,
        advice,
    }
}

impl ReasonInWords {
    /// A code that stands in an answer; none where it is no code of ours.
    pub fn of(code: &str) -> Option<ReasonInWords> {
        Reason::parse(code).ok().map(reason_in_words)
    }

    /// Whether something else stands for the thing, as the advice says.
    pub fn is_of_another(&self) -> bool {
        [Reason::Duplicate, Reason::Superseded]
            .map(Reason::as_str)
            .contains(&self.code)
    }

    /// What it means, as a sentence of its own.
    pub fn sentence(&self) -> String {
        let (first, rest) = self.means.split_at(1);
        format!("{}{rest}.", first.to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use protocol::entry::Reason;

    use super::{ReasonInWords, reason_in_words};

    #[test]
    fn every_code_has_words_of_its_own() {
        let all = Reason::ALL.map(reason_in_words);
        let meanings: BTreeSet<&str> = all.iter().map(|words| words.means).collect();
        assert_eq!(meanings.len(), Reason::ALL.len());
        for words in all {
            assert_eq!(ReasonInWords::of(words.code), Some(words));
            let sentence = words.sentence();
            assert!(
                sentence.starts_with(|first: char| first.is_ascii_uppercase()),
                "{sentence}"
            );
            for text in [words.advice, &sentence] {
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            }
            assert!(
                !words.means.contains(words.code) || words.code == "error",
                "a code explains nothing: {}",
                words.means
            );
        }
        assert_eq!(ReasonInWords::of("bad weather"), None);
    }
}
