//! Many files that are one image: `p{p}/t{t:3}_c{c}_z{z:2}.tif`.
//!
//! `{t}`, `{c}` and `{z}` (time, channel, plane) count within an image; whatever else is in braces tells images apart
//! and goes into their further names and values. `{t:3}` has exactly three characters. `t` and `z` are digits, `c`
//! digits and letters, all else anything within a folder's name. A name that stands twice must be the same twice.

use std::collections::{BTreeSet, HashMap};

use regex::Regex;

use crate::study::CountedAxis;

/// The names that count within an image, in the order in which its files are put.
const AXES: [&str; 3] = ["t", "c", "z"];

/// A pattern of file names.
#[derive(Debug)]
pub(super) struct FilenamePattern {
    regex: Regex,
    /// The name of each group of the expression.
    names: Vec<String>,
    /// Every path that fits begins with it.
    pub prefix: String,
}

/// Files that are one image.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Places of the files, by time, channel and plane.
    pub files: Vec<usize>,
    /// What tells it from the others: names and values, in the order of the pattern.
    pub values: Values,
    /// The axes along which its files are counted, the slowest first; none where a file is missing or too many.
    pub counted: Vec<CountedAxis>,
    /// What is odd about it.
    pub odd: Option<String>,
}

/// The names and values that tell an image from the others of its pattern.
type Values = Vec<(String, String)>;

/// Where in an image a file belongs: numbers before words, by their value.
type Position = Vec<(u128, String)>;

impl FilenamePattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(pattern: &str) -> Result<FilenamePattern, String> {
        let mut expression = "^".to_owned();
        let mut names = Vec::new();
        let mut rest = pattern;
        while let Some(start) = rest.find('{') {
            let length = rest[start..].find('}').ok_or("a `{` is not closed")?;
            let (name, width) = field(&rest[start + 1..start + length])?;
            expression += &regex::escape(&rest[..start]);
            expression += &format!("({}{width})", letters(&name));
            names.push(name);
            rest = &rest[start + length + 1..];
        }
        if names.is_empty() {
            return Err(
                "it has no part in braces such as {t} or {z:2}; write `file` instead of `pattern`"
                    .to_owned(),
            );
        }
        expression += &format!("{}$", regex::escape(rest));
        let regex = Regex::new(&expression).map_err(|_| "it is too long".to_owned())?;
        let prefix = pattern.split('{').next().unwrap_or_default().to_owned();
        Ok(FilenamePattern {
            regex,
            names,
            prefix,
        })
    }

    /// The values of a path's parts, each name once; none when the path does not fit.
    fn values(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let captures = self.regex.captures(path)?;
        let mut values: Vec<(&str, String)> = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            let value = captures.get(index + 1)?.as_str();
            match values.iter().find(|(other, _)| other == name) {
                Some((_, other)) if other != value => return None,
                Some(_) => {}
                None => values.push((name, value.to_owned())),
            }
        }
        Some(values)
    }

    /// Puts those of the paths that fit into images, in the order of their first paths.
    pub fn group<'a>(&self, paths: impl Iterator<Item = (usize, &'a str)>) -> Vec<Group> {
        let mut places: HashMap<Vec<String>, usize> = HashMap::new();
        let mut images: Vec<(Values, Vec<(Position, usize)>)> = Vec::new();
        for (file, path) in paths {
            let Some(values) = self.values(path) else {
                continue;
            };
            let (axes, rest): (Vec<_>, Vec<_>) = values
                .into_iter()
                .partition(|(name, _)| AXES.contains(name));
            let position = AXES.iter().map(|axis| position(&axes, axis)).collect();
            let key = rest.iter().map(|(_, value)| value.clone()).collect();
            let image = *places.entry(key).or_insert_with(|| {
                let rest = rest
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                images.push((rest, Vec::new()));
                images.len() - 1
            });
            images[image].1.push((position, file));
        }
        images
            .into_iter()
            .map(|(values, files)| group(values, files))
            .collect()
    }
}

/// `t:3` is a name and a width.
fn field(text: &str) -> Result<(String, String), String> {
    let (name, width) = text
        .split_once(':')
        .map_or((text, None), |(name, width)| (name, Some(width)));
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !is_name {
        return Err(format!(
            "`{{{text}}}` must be a name of letters and digits, or a name and a width such as {{t:3}}"
        ));
    }
    let lower = name.to_ascii_lowercase();
    let name = if AXES.contains(&lower.as_str()) {
        lower
    } else {
        name.to_owned()
    };
    match width.map(str::parse::<u8>) {
        None => Ok((name, "+?".to_owned())),
        Some(Ok(width @ 1..=40)) => Ok((name, format!("{{{width}}}"))),
        Some(_) => Err(format!(
            "the width in `{{{text}}}` must be a number from 1 to 40"
        )),
    }
}

fn letters(name: &str) -> &'static str {
    match name {
        "t" | "z" => "[0-9]",
        "c" => "[0-9A-Za-z]",
        _ => "[^/]",
    }
}

fn position(axes: &[(&str, String)], axis: &str) -> (u128, String) {
    let value = axes
        .iter()
        .find(|(name, _)| *name == axis)
        .map(|(_, value)| value.as_str())
        .unwrap_or_default();
    match value.parse() {
        Ok(number) => (number, String::new()),
        Err(_) => (u128::MAX, value.to_owned()),
    }
}

fn group(values: Values, mut files: Vec<(Position, usize)>) -> Group {
    files.sort();
    let odd = odd(&files);
    let counted = match odd {
        None => counted(&files),
        Some(_) => Vec::new(),
    };
    Group {
        counted,
        files: files.into_iter().map(|(_, file)| file).collect(),
        values,
        odd,
    }
}

/// The axes along which there are several files, with what their places are called.
fn counted(files: &[(Position, usize)]) -> Vec<CountedAxis> {
    let along = |(number, axis): (usize, &&str)| {
        let places: BTreeSet<&(u128, String)> = files
            .iter()
            .map(|(position, _)| &position[number])
            .collect();
        let name = |(number, word): &(u128, String)| match word.is_empty() {
            true => number.to_string(),
            false => word.clone(),
        };
        CountedAxis {
            axis: (*axis).to_owned(),
            places: places.into_iter().map(name).collect(),
        }
    };
    let axes = AXES.iter().enumerate().map(along);
    axes.filter(|axis| axis.places.len() > 1).collect()
}

/// Every time has every channel and every plane, once.
fn odd(files: &[(Position, usize)]) -> Option<String> {
    if files.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Some("two of its files are the same time, channel and plane".to_owned());
    }
    let many = |axis: usize| {
        files
            .iter()
            .map(|(position, _)| &position[axis])
            .collect::<BTreeSet<_>>()
            .len()
    };
    let (times, channels, planes) = (many(0), many(1), many(2));
    let whole = times.saturating_mul(channels).saturating_mul(planes);
    (whole != files.len()).then(|| {
        let there = files.len();
        format!("{times} times × {channels} channels × {planes} planes would be {whole} files, and there are {there}")
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::FilenamePattern;

    fn groups(pattern: &str, paths: &[&str]) -> Vec<(String, Vec<usize>, Option<String>)> {
        let groups = FilenamePattern::parse(pattern)
            .unwrap()
            .group(paths.iter().copied().enumerate());
        let values = |values: super::Values| {
            values
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        groups
            .into_iter()
            .map(|group| (values(group.values), group.files, group.odd))
            .collect()
    }

    #[test]
    fn time_channel_and_plane_count_within_an_image_and_the_rest_tells_images_apart() {
        let paths = [
            "p1/t001_c0_z02.tif",
            "p1/t001_c0_z01.tif",
            "p2/t010_c0_z01.tif",
            "p2/t009_c0_z01.tif",
            "p2/x.tif",
            "q1/t001_c0_z01.tif",
        ];
        assert_eq!(
            groups("p{p}/t{t:3}_c{c}_z{z:2}.tif", &paths),
            [
                ("p=1".to_owned(), vec![1, 0], None),
                ("p=2".to_owned(), vec![3, 2], None),
            ]
        );
    }

    #[test]
    fn numbers_are_ordered_as_numbers_and_channels_may_be_words() {
        let paths = ["t10_GFP.tif", "t9_GFP.tif", "t9_DAPI.tif", "t10_DAPI.tif"];
        assert_eq!(
            groups("t{T}_{C}.tif", &paths),
            [(String::new(), vec![2, 1, 3, 0], None)]
        );
    }

    #[test]
    fn the_places_along_the_axes_are_called_as_in_the_names() {
        let paths = ["t10_GFP.tif", "t9_GFP.tif", "t9_DAPI.tif", "t10_DAPI.tif"];
        let groups = FilenamePattern::parse("t{T}_{C}.tif").unwrap();
        let [group] = &groups.group(paths.iter().copied().enumerate())[..] else {
            panic!("not one image");
        };
        let counted: Vec<_> = group
            .counted
            .iter()
            .map(|axis| (axis.axis.as_str(), axis.places.join(" ")))
            .collect();
        assert_eq!(
            counted,
            [("t", "9 10".to_owned()), ("c", "DAPI GFP".to_owned())]
        );
        let hole = FilenamePattern::parse("t{t}z{z}.tif").unwrap();
        let hole = hole.group(["t1z1.tif", "t1z2.tif", "t2z1.tif"].into_iter().enumerate());
        assert!(hole[0].counted.is_empty());
    }

    #[test]
    fn a_name_that_stands_twice_must_be_the_same() {
        let paths = ["A01/A01_1.tif", "A01/A02_1.tif"];
        assert_eq!(
            groups("{well}/{well}_{z}.tif", &paths),
            [("well=A01".to_owned(), vec![0], None)]
        );
    }

    #[test]
    fn holes_and_doubles_are_told() {
        let hole = groups("t{t}z{z}.tif", &["t1z1.tif", "t1z2.tif", "t2z1.tif"]);
        assert_eq!(
            hole[0].2.as_deref(),
            Some("2 times × 1 channels × 2 planes would be 4 files, and there are 3")
        );
        let double = groups("t{t}.tif", &["t1.tif", "t01.tif"]);
        assert_eq!(
            double[0].2.as_deref(),
            Some("two of its files are the same time, channel and plane")
        );
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for pattern in [
            "a.tif", "a{t.tif", "{}", "{t:}", "{t:0}", "{t:x}", "{a b}", "{t:41}",
        ] {
            assert!(FilenamePattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
