//! The manifest: `files.tsv`, one line for every file of a study's version, and `sha256sums.txt` for those who only want
//! to check what they fetched (METADATA.md, "manifest").
//!
//! Tab-separated UTF-8 with LF at the end of each line. The first line names the columns: `path`, `bytes`, `sha256`,
//! `media_type`, `image`, then further ones, in the order in which the files first use them. Lines are sorted by the bytes
//! of the path. In a value, and in the name of a further column, a backslash is written `\\`, a tab `\t`, a line feed `\n`
//! and a carriage return `\r`. A file without a value in a column has nothing there, and a column with nothing is no
//! column of that file. A file that holds several images has their accessions in `image`, in order, a space between them. The
//! study's signed record states the SHA-256 of these bytes, so the same files give the same bytes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::digest::Digest;

use crate::relative_path::RelPath;

/// One file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestRow {
    /// Its path in the study.
    pub path: RelPath,
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Its media type, as `image/tiff`.
    pub media_type: String,
    /// The accession of the image that it holds, or is a part of; those of several in their order, a space between them.
    pub image: Option<String>,
    /// Further columns with their values, from the depositor's file list. Rows that were read share the names: a list is a
    /// stranger's, and a long name of each of its rows would be more than memory holds.
    pub columns: Vec<(Arc<str>, String)>,
}

/// The accessions in a manifest's column `image`: as a rule one.
pub fn images_in(column: &str) -> impl Iterator<Item = &str> {
    column.split(' ').filter(|id| !id.is_empty())
}

/// What keeps rows from being a manifest, or bytes from being one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Two rows are about one file.
    #[error("{0} is listed twice; keep one of the two")]
    Repeated(RelPath),
    /// A further column has the name of one that every manifest has, or stands twice in a row, or has no name.
    #[error(
        "{path} has a column {column:?}, which is taken or has no name; call it something else"
    )]
    Column {
        /// The file.
        path: RelPath,
        /// The name.
        column: String,
    },
    /// A line cannot be read.
    #[error(
        "line {line} of the manifest cannot be read: {reason}; fetch it again, or run omma-node check where it was made"
    )]
    Line {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

const COLUMNS: [&str; 5] = ["path", "bytes", "sha256", "media_type", "image"];

/// The bytes of `files.tsv`. The order of the rows does not matter; that of a file's further columns does only where no
/// file before it has them.
///
/// # Errors
/// [`ManifestError::Repeated`], [`ManifestError::Column`].
pub fn write(rows: &[ManifestRow]) -> Result<Vec<u8>, ManifestError> {
    let mut rows: Vec<&ManifestRow> = rows.iter().collect();
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    if let Some(pair) = rows.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(ManifestError::Repeated(pair[0].path.clone()));
    }
    let further = further_columns(&rows)?;
    let mut text = COLUMNS.join("\t");
    for column in &further {
        text.push('\t');
        text.push_str(&escape(column));
    }
    text.push('\n');
    for row in rows {
        write_row(&mut text, row, &further);
    }
    Ok(text.into_bytes())
}

fn write_row(text: &mut String, row: &ManifestRow, further: &[&str]) {
    let ManifestRow {
        path,
        bytes,
        sha256,
        media_type,
        image,
        columns,
    } = row;
    let image = image.as_deref().unwrap_or_default();
    text.push_str(&format!(
        "{path}\t{bytes}\t{sha256}\t{}\t{}",
        escape(media_type),
        escape(image)
    ));
    // a list is a stranger's, and may have as many columns as it has bytes: none of them is searched for
    let values: HashMap<&str, &str> = columns
        .iter()
        .map(|(name, value)| (&**name, value.as_str()))
        .collect();
    for column in further {
        text.push('\t');
        text.push_str(&escape(values.get(column).copied().unwrap_or_default()));
    }
    text.push('\n');
}

/// The names of the further columns that have a value somewhere, in the order of their first use.
fn further_columns<'row>(rows: &[&'row ManifestRow]) -> Result<Vec<&'row str>, ManifestError> {
    let mut seen = HashSet::new();
    let mut further = Vec::new();
    for row in rows {
        let mut of_row = HashSet::new();
        for (column, value) in &row.columns {
            if column.is_empty() || COLUMNS.contains(&&**column) || !of_row.insert(column) {
                return Err(ManifestError::Column {
                    path: row.path.clone(),
                    column: column.to_string(),
                });
            }
            if !value.is_empty() && seen.insert(&**column) {
                further.push(&**column);
            }
        }
    }
    Ok(further)
}

/// Reads `files.tsv` back.
///
/// # Errors
/// [`ManifestError::Line`] for the first line that [`write()`] would not have written so.
pub fn parse(bytes: &[u8]) -> Result<Vec<ManifestRow>, ManifestError> {
    let refuse = |line, reason: &str| ManifestError::Line {
        line,
        reason: reason.to_owned(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| refuse(1, "it is not UTF-8"))?;
    let text = text
        .strip_suffix('\n')
        .ok_or_else(|| refuse(text.lines().count(), "it does not end with a line feed"))?;
    let mut lines = text.split('\n').zip(1..);
    let header = lines.next().map_or("", |(line, _)| line);
    let names = header
        .split('\t')
        .map(|name| unescape(name).map(Arc::from))
        .collect::<Option<Vec<Arc<str>>>>()
        .ok_or_else(|| refuse(1, "an unknown escape"))?;
    if names.len() < COLUMNS.len()
        || names
            .iter()
            .zip(COLUMNS)
            .any(|(name, expected)| **name != *expected)
    {
        return Err(refuse(
            1,
            "it does not begin with the columns path, bytes, sha256, media_type, image",
        ));
    }
    let mut rows: Vec<ManifestRow> = Vec::new();
    for (line, number) in lines {
        let row =
            parse_row(line, &names[COLUMNS.len()..]).map_err(|reason| refuse(number, &reason))?;
        if rows.last().is_some_and(|before| before.path >= row.path) {
            return Err(refuse(
                number,
                "its path does not come after the one before it",
            ));
        }
        rows.push(row);
    }
    match write(&rows) {
        Ok(again) if again == bytes => Ok(rows),
        _ => Err(refuse(
            1,
            "its columns are repeated, empty, or in another order than their first use",
        )),
    }
}

fn parse_row(line: &str, further: &[Arc<str>]) -> Result<ManifestRow, String> {
    let fields: Vec<String> = line
        .split('\t')
        .map(unescape)
        .collect::<Option<_>>()
        .ok_or("an unknown escape")?;
    let [path, bytes, sha256, media_type, image, values @ ..] = &fields[..] else {
        return Err("it has too few columns".to_owned());
    };
    if values.len() != further.len() {
        return Err("it has another number of columns than the first line".to_owned());
    }
    let columns = further
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty());
    Ok(ManifestRow {
        path: RelPath::parse(path).map_err(|error| error.to_string())?,
        bytes: bytes
            .parse()
            .map_err(|_| format!("{bytes:?} is not a size"))?,
        sha256: Digest::parse(sha256).map_err(|error| error.to_string())?,
        media_type: media_type.clone(),
        image: Some(image.clone()).filter(|image| !image.is_empty()),
        columns: columns
            .map(|(name, value)| (Arc::clone(name), value.clone()))
            .collect(),
    })
}

/// The text of `sha256sums.txt`, which `sha256sum -c` reads: a path has no backslash and no line feed, so it needs no
/// escape there.
pub fn sha256sums(rows: &[ManifestRow]) -> String {
    let mut rows: Vec<&ManifestRow> = rows.iter().collect();
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    rows.iter()
        .map(|row| format!("{}  {}\n", row.sha256, row.path))
        .collect()
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn unescape(value: &str) -> Option<String> {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;
    use std::process::Command;

    use std::sync::Arc;

    use proptest::prelude::*;

    use super::{Digest, ManifestError, ManifestRow, RelPath, parse, sha256sums, write};

    fn row(path: &str, columns: &[(&str, &str)]) -> ManifestRow {
        ManifestRow {
            path: RelPath::parse(path).unwrap(),
            bytes: path.len() as u64,
            sha256: Digest::of(path.as_bytes()),
            media_type: "image/tiff".to_owned(),
            image: path.ends_with("tif").then(|| "DND-S1-I1".to_owned()),
            columns: columns
                .iter()
                .map(|(name, value)| (Arc::from(*name), value.to_string()))
                .collect(),
        }
    }

    #[test]
    fn a_manifest_lists_files_by_path_with_all_columns_that_any_of_them_has() {
        let rows = [
            row("b.tif", &[("well", "A1"), ("note", "")]),
            row("a.csv", &[("gene", "tab\there")]),
            row("a/z.tif", &[]),
        ];
        let text = String::from_utf8(write(&rows).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "path\tbytes\tsha256\tmedia_type\timage\tgene\twell"
        );
        assert!(
            lines[1].starts_with("a.csv\t5\t")
                && lines[1].ends_with("\timage/tiff\t\ttab\\there\t"),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].starts_with("a/z.tif\t7\t") && lines[2].ends_with("\tDND-S1-I1\t\t"),
            "{}",
            lines[2]
        );
        assert!(lines[3].ends_with("\tDND-S1-I1\t\tA1"), "{}", lines[3]);
        assert_eq!(
            write(&[]).unwrap(),
            b"path\tbytes\tsha256\tmedia_type\timage\n"
        );
        assert_eq!(parse(&write(&[]).unwrap()), Ok(vec![]));
    }

    #[test]
    fn the_name_of_a_column_is_kept_once_for_all_rows() {
        let rows = ["a", "b"].map(|path| row(path, &[("a very long name", "x")]));
        let again = parse(&write(&rows).unwrap()).unwrap();
        let [one, other] = [0, 1].map(|number| &again[number].columns[0].0);
        assert!(Arc::ptr_eq(one, other));
    }

    #[test]
    fn a_row_with_very_many_columns_is_written_and_read_in_the_time_that_its_bytes_take() {
        // to search each column among the others would be twenty thousand million comparisons, twice
        let columns: Vec<(Arc<str>, String)> = (0..200_000)
            .map(|number| (format!("c{number}").into(), "x".to_owned()))
            .collect();
        let rows = [ManifestRow {
            columns,
            ..row("a.tif", &[])
        }];
        assert_eq!(parse(&write(&rows).unwrap()).unwrap(), rows);
    }

    #[test]
    fn what_cannot_be_a_manifest_is_refused() {
        assert!(matches!(
            write(&[row("a", &[]), row("a", &[])]),
            Err(ManifestError::Repeated(_))
        ));
        for columns in [
            &[("bytes", "1")][..],
            &[("", "1")],
            &[("x", "1"), ("x", "2")],
        ] {
            assert!(
                matches!(
                    write(&[row("a", columns)]),
                    Err(ManifestError::Column { .. })
                ),
                "{columns:?}"
            );
        }
    }

    #[test]
    fn bytes_that_were_not_written_so_are_refused_with_their_line() {
        let good = String::from_utf8(
            write(&[row("a.tif", &[("well", "A1")]), row("b.tif", &[])]).unwrap(),
        )
        .unwrap();
        assert_eq!(parse(good.as_bytes()).unwrap().len(), 2);
        let changes = [
            ("\nb.tif", "\na.tif", 3),
            ("\nb.tif", "\n../b.tif", 3),
            ("\tA1", "", 2),
            ("\tA1", "\t\\q", 2),
            ("\timage/tiff", "", 2),
            ("path\t", "Path\t", 1),
            ("\twell", "\tpath", 1),
            ("\twell", "\t", 1),
            ("\t5\t", "\t05\t", 1),
            ("\t5\t", "\tfive\t", 2),
            ("\tA1", "\t", 1),
        ];
        for (from, to, line) in changes {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good);
            match parse(bad.as_bytes()) {
                Err(ManifestError::Line { line: found, .. }) => {
                    assert_eq!(found, line, "{from:?} as {to:?}")
                }
                other => panic!("{from:?} as {to:?}: {other:?}"),
            }
        }
        assert!(
            parse(good.trim_end().as_bytes()).is_err()
                && parse(b"").is_err()
                && parse(b"\xff\n").is_err()
        );
    }

    #[test]
    fn the_sums_are_what_sha256sum_checks() {
        let folder = tempfile::tempdir().unwrap();
        let rows: Vec<ManifestRow> = ["plate 1/ä.tif", "-x", "b"]
            .iter()
            .map(|path| row(path, &[]))
            .collect();
        fs::create_dir(folder.path().join("plate 1")).unwrap();
        for row in &rows {
            fs::write(row.path.below(folder.path()), row.path.as_str()).unwrap();
        }
        let sums = folder.path().join("sha256sums.txt");
        fs::write(&sums, sha256sums(&rows)).unwrap();
        let check = || {
            Command::new("sha256sum")
                .args(["--strict", "-c"])
                .arg(&sums)
                .current_dir(folder.path())
                .output()
                .unwrap()
        };
        assert!(
            check().status.success(),
            "{}",
            String::from_utf8_lossy(&check().stderr)
        );
        fs::write(folder.path().join("b"), "changed").unwrap();
        assert!(!check().status.success());
    }

    proptest! {
        #[test]
        fn a_manifest_reads_back_as_it_was(
            paths in proptest::collection::btree_set("[a-zA-Zä .-]{1,8}(/[a-z]{1,3}){0,2}x", 0..12),
            values in proptest::collection::vec(("[a-c\\\\\t]{1,2}", "(?s).{0,4}"), 0..24),
        ) {
            let mut values = values.into_iter();
            let rows: Vec<ManifestRow> = paths.iter().filter_map(|path| RelPath::parse(path).ok()).map(|path| {
                let given = values.by_ref().take(2).filter(|(_, value): &(String, String)| !value.is_empty());
                let mut columns: Vec<(Arc<str>, String)> = given.map(|(name, value)| (name.into(), value)).collect();
                columns.dedup_by(|one, other| one.0 == other.0);
                ManifestRow { columns, ..row(path.as_str(), &[]) }
            }).collect();
            let bytes = write(&rows).unwrap();
            let again = parse(&bytes).unwrap();
            prop_assert_eq!(write(&again).unwrap(), bytes);
            let sorted = |rows: &[ManifestRow]| {
                let mut rows = rows.to_vec();
                rows.sort_by(|one, other| one.path.cmp(&other.path));
                rows.iter_mut().for_each(|row| row.columns.sort());
                rows
            };
            prop_assert_eq!(sorted(&again), sorted(&rows));
        }
    }
}
