//! Which file of an annotation belongs to which image, by their names: `masks/*_nuclei.tif` and `raw/*.tif`.
//!
//! Both names have the same number of stars. A file belongs to the image for which the stars stand for the same texts, in
//! their order. Where there is none, the last star of the file may stand for more: for the image's text and something
//! behind it that begins with `_`, `-`, a dot or a space (`field-1_nuclei` belongs to `field-1`, `field-10` does not); of
//! several such images the one with the longest text is meant.

use std::collections::HashMap;

use regex::Regex;

/// What separates a name from what is added to it.
const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];

/// The two globs.
pub(super) struct Pairing<'a> {
    pub files: &'a str,
    pub sources: &'a str,
}

/// For each file the place of its image; none where it has none.
///
/// # Errors
/// When the globs are none by which files can be paired.
pub(super) fn pairs(
    pairing: &Pairing<'_>,
    files: &[String],
    sources: &[String],
) -> Result<Vec<Option<usize>>, String> {
    let (of_files, of_sources) = (Stars::parse(pairing.files)?, Stars::parse(pairing.sources)?);
    if of_files.count != of_sources.count || of_files.count == 0 {
        return Err(format!(
            "`{}` and `{}` must have the same number of stars, at least one, by which files and images are paired",
            pairing.files, pairing.sources
        ));
    }
    let mut by_text: HashMap<Vec<&str>, usize> = HashMap::new();
    for (place, name) in sources.iter().enumerate() {
        let texts = of_sources.texts(name);
        if let Some(texts) = texts
            && let Some(other) = by_text.insert(texts, place)
        {
            return Err(format!(
                "`{}` and `{name}` cannot be told apart by what the stars of `{}` stand for",
                sources[other], pairing.sources
            ));
        }
    }
    let find = |name: &String| {
        let mut texts = of_files.texts(name)?;
        if let Some(place) = by_text.get(&texts) {
            return Some(*place);
        }
        let last = texts.pop()?;
        let ends = last.char_indices().rev();
        let mut ends = ends.filter(|(_, letter)| SEPARATORS.contains(letter));
        ends.find_map(|(end, _)| {
            texts.push(&last[..end]);
            let place = by_text.get(&texts).copied();
            texts.pop();
            place
        })
    };
    Ok(files.iter().map(find).collect())
}

/// A glob as an expression that tells what its stars stand for.
struct Stars {
    expression: Regex,
    count: usize,
}

impl Stars {
    fn parse(glob: &str) -> Result<Stars, String> {
        if glob.contains(['[', ']', '{', '}', '?']) {
            return Err(format!(
                "`{glob}` pairs files by its stars, and may have no ?, [ ] or {{ }} beside them"
            ));
        }
        let glob = glob.strip_prefix("./").unwrap_or(glob);
        let mut expression = "^".to_owned();
        let mut count = 0;
        let mut rest = glob;
        while let Some(at) = rest.find('*') {
            expression += &regex::escape(&rest[..at]);
            rest = &rest[at..];
            let (group, length) = match rest {
                _ if rest.starts_with("**/") => ("((?:[^/]+/)*)", 3),
                _ if rest.starts_with("**") => ("(.*)", 2),
                _ => ("([^/]*)", 1),
            };
            expression += group;
            count += 1;
            rest = &rest[length..];
        }
        expression += &regex::escape(rest);
        expression.push('$');
        let expression = Regex::new(&expression)
            .map_err(|error| format!("`{glob}` cannot be used to pair files: {error}"))?;
        Ok(Stars { expression, count })
    }

    fn texts<'a>(&self, name: &'a str) -> Option<Vec<&'a str>> {
        let captured = self.expression.captures(name)?;
        let groups = captured.iter().skip(1);
        Some(
            groups
                .map(|group| group.map_or("", |group| group.as_str()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Pairing, pairs};

    fn paired(globs: [&str; 2], files: &[&str], sources: &[&str]) -> Result<Vec<String>, String> {
        let owned =
            |names: &[&str]| -> Vec<String> { names.iter().map(|&name| name.to_owned()).collect() };
        let pairing = Pairing {
            files: globs[0],
            sources: globs[1],
        };
        let places = pairs(&pairing, &owned(files), &owned(sources))?;
        let name = |place: Option<usize>| place.map_or("-".to_owned(), |at| sources[at].to_owned());
        Ok(places.into_iter().map(name).collect())
    }

    #[test]
    fn a_file_belongs_to_the_image_of_the_same_name() {
        let found = paired(
            ["masks/*_nuclei.tif", "raw/*.ome.tif"],
            &[
                "masks/b_nuclei.tif",
                "masks/a_nuclei.tif",
                "masks/c_nuclei.tif",
            ],
            &["raw/a.ome.tif", "raw/b.ome.tif"],
        );
        assert_eq!(found.unwrap(), ["raw/b.ome.tif", "raw/a.ome.tif", "-"]);
    }

    #[test]
    fn what_is_added_behind_a_separator_does_not_matter() {
        let found = paired(
            ["masks/*.tif", "raw/*.tif"],
            &[
                "masks/f-1_nuclei.tif",
                "masks/f-10 cells.tif",
                "masks/f-1b.tif",
                "masks/f-10_a_b.tif",
            ],
            &["raw/f-1.tif", "raw/f-10.tif", "raw/f-10_a.tif"],
        );
        assert_eq!(
            found.unwrap(),
            ["raw/f-1.tif", "raw/f-10.tif", "-", "raw/f-10_a.tif"]
        );
    }

    #[test]
    fn every_star_counts() {
        let found = paired(
            ["**/masks/*.png", "**/raw/*.png"],
            &["p1/masks/1.png", "p2/masks/1.png"],
            &["p1/raw/1.png", "p2/raw/1.png"],
        );
        assert_eq!(found.unwrap(), ["p1/raw/1.png", "p2/raw/1.png"]);
    }

    #[test]
    fn names_that_cannot_pair_say_so() {
        let message = |globs| paired(globs, &[], &["raw/a.tif"]).unwrap_err();
        assert!(message(["masks/*.tif", "raw/a.tif"]).contains("same number of stars"));
        assert!(message(["masks/a.tif", "raw/a.tif"]).contains("at least one"));
        assert!(message(["masks/?.tif", "raw/*.tif"]).contains("may have no ?"));
    }
}
