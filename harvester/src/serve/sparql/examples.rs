//! The questions of `docs/queries`, compiled in: the page offers them at a click.

use std::sync::LazyLock;

/// A question with the query that asks it.
#[derive(Debug)]
pub(super) struct Example {
    /// The comment that the query begins with, as one line of text.
    pub title: String,
    /// What the title leaves for a second look: further lines of the comment.
    pub note: Option<String>,
    /// The query, with its comment.
    pub query: &'static str,
}

macro_rules! queries {
    ($($name:literal),+ $(,)?) => {
        [$(include_str!(concat!("../../../../docs/queries/", $name, ".rq"))),+]
    };
}

const QUERIES: [&str; 12] = queries![
    "01-organism-and-method",
    "02-methods-of-all-archives",
    "03-below-confocal",
    "04-organisms-by-method",
    "05-same-article",
    "06-people-in-several-archives",
    "07-what-is-missing",
    "08-free-to-reuse",
    "09-words-and-terms",
    "10-label-that-does-not-fit",
    "11-studies-by-year",
    "12-what-to-cite",
];

static EXAMPLES: LazyLock<Vec<Example>> =
    LazyLock::new(|| QUERIES.into_iter().map(example).collect());

/// All of them, in their order.
pub(super) fn all() -> &'static [Example] {
    &EXAMPLES
}

fn example(query: &'static str) -> Example {
    let mut comments = query.lines().map_while(|line| line.strip_prefix("# "));
    let title = comments.next().unwrap_or_default().to_owned();
    let note: Vec<&str> = comments.collect();
    Example {
        title,
        note: (!note.is_empty()).then(|| note.join(" ")),
        query,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::collections::BTreeSet;
    use std::fs;

    use super::all;

    #[test]
    fn every_question_of_the_folder_is_offered_under_its_own_title() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/queries");
        let of_folder: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "rq"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        let offered: BTreeSet<String> = all().iter().map(|one| one.query.to_owned()).collect();
        assert_eq!(offered, of_folder);
        let titles: BTreeSet<&str> = all().iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles.len(), all().len());
        assert!(
            titles.iter().all(|title| title.ends_with('.')),
            "{titles:?}"
        );
    }
}
