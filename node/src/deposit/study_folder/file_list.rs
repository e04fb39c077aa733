//! File lists: a table, tab separated, whose first column is `Files` (docs/METADATA.md; a habit of the BioImage Archive).
//!
//! Paths are relative to the study's folder. Columns that mean the same in many studies get one name, by common
//! synonyms; all others keep theirs.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

/// A table of 100,000 files with twenty columns has some 20 MB.
const MOST_BYTES: u64 = 512 << 20;

/// The one name of each reserved column, and what it is told by: in lower case, without spaces and signs.
const SYNONYMS: [(&str, &[&str]); 15] = [
    (
        "plate",
        &[
            "plate",
            "platename",
            "plateid",
            "plateidentifier",
            "platebarcode",
        ],
    ),
    ("well", &["well", "wellname", "wellid", "wellposition"]),
    ("field", &["field", "fieldofview", "fov", "site"]),
    (
        "replicate",
        &["replicate", "replicatenumber", "replicateid", "rep"],
    ),
    (
        "gene_id",
        &[
            "geneid",
            "geneidentifier",
            "geneaccession",
            "ensemblid",
            "entrezid",
        ],
    ),
    ("gene_symbol", &["genesymbol", "symbol", "gene", "genename"]),
    (
        "taxon",
        &["taxon", "organism", "species", "taxonid", "taxonomy"],
    ),
    (
        "reagent",
        &[
            "reagent",
            "reagentid",
            "reagentname",
            "reagentidentifier",
            "sirna",
            "sirnaidentifier",
        ],
    ),
    (
        "compound",
        &["compound", "compoundname", "drug", "chemical"],
    ),
    (
        "concentration",
        &["concentration", "conc", "dose", "compoundconcentration"],
    ),
    (
        "unit",
        &["unit", "units", "concentrationunit", "concentrationunits"],
    ),
    ("control_type", &["controltype", "control"]),
    ("timepoint", &["timepoint", "timepoints", "time", "t"]),
    ("channel", &["channel", "channelname", "channels", "c"]),
    ("z", &["z", "zplane", "zslice", "slice", "zposition"]),
];

/// The names of the first column.
const FILES: [&str; 5] = ["files", "file", "filename", "filepath", "path"];

/// A file list as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileList {
    /// Names of the columns behind the first.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row: a file and what is said of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its line in the table, from 1.
    pub line: u64,
    /// The path as given.
    pub path: String,
    /// A cell for each column; empty where nothing is said.
    pub cells: Vec<String>,
}

impl FileList {
    /// Reads a table.
    ///
    /// # Errors
    /// What is wrong with the table as a whole, or with its first line that is not like the others.
    pub fn read(table: impl Read) -> Result<FileList, String> {
        let mut lines = Lines {
            reader: BufReader::new(table.take(MOST_BYTES + 1)),
            number: 0,
            bytes: 0,
        };
        let header = lines.next_cells()?.unwrap_or_default();
        let columns = columns(&header)?;
        let mut rows = Vec::new();
        while let Some(cells) = lines.next_cells()? {
            rows.extend(row(lines.number, cells, columns.len())?);
        }
        Ok(FileList { columns, rows })
    }
}

/// The lines of a table. Not by the crate `csv`, whose line numbers are wrong behind `\r\n` and empty lines.
struct Lines<R> {
    reader: R,
    number: u64,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// The cells of the next line, without spaces around them; none at the end.
    fn next_cells(&mut self) -> Result<Option<Vec<String>>, String> {
        let mut line = Vec::new();
        let read = self
            .reader
            .read_until(b'\n', &mut line)
            .map_err(|error| format!("it cannot be read: {error}"))?;
        self.bytes += read as u64;
        self.number += 1;
        if self.bytes > MOST_BYTES {
            return Err(format!(
                "it has more than {} MiB; split it",
                MOST_BYTES >> 20
            ));
        }
        if read == 0 {
            return Ok(None);
        }
        let number = self.number;
        let line = String::from_utf8(line)
            .map_err(|_| format!("line {number} is not UTF-8; save the table as UTF-8"))?;
        let line = if number == 1 {
            line.trim_start_matches('\u{feff}')
        } else {
            &line
        };
        let cells = line
            .trim_end_matches(['\n', '\r'])
            .split('\t')
            .map(cell)
            .collect::<Option<_>>();
        cells.map(Some).ok_or_else(|| {
            format!("line {number} has a cell that begins with \" and does not end with it")
        })
    }
}

/// A cell without the quotes that spreadsheets put around those that hold quotes.
fn cell(text: &str) -> Option<String> {
    let text = text.trim();
    match text.strip_prefix('"') {
        None => Some(text.to_owned()),
        Some(quoted) => quoted
            .strip_suffix('"')
            .map(|inside| inside.replace("\"\"", "\"").trim().to_owned()),
    }
}

fn columns(header: &[String]) -> Result<Vec<String>, String> {
    let first = header.first().map(String::as_str).unwrap_or_default();
    if !FILES.contains(&plain(first).as_str()) {
        return Err(format!(
            "its first column must be `Files` and is `{}`; columns are separated by tabs",
            short(first)
        ));
    }
    let mut names: Vec<String> = header
        .iter()
        .skip(1)
        .map(|column| one_name(column))
        .collect();
    // editors leave tabs at the ends of lines
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let mut seen = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("its column {} has no name", index + 2));
        }
        if !seen.insert(name) {
            return Err(format!(
                "two of its columns are both `{name}`; rename or remove one"
            ));
        }
    }
    Ok(names)
}

fn row(line: u64, cells: Vec<String>, columns: usize) -> Result<Option<Row>, String> {
    let mut cells = cells.into_iter();
    let path = cells.next().unwrap_or_default();
    let mut cells: Vec<String> = cells.collect();
    if path.is_empty() {
        return if cells.iter().all(String::is_empty) {
            Ok(None)
        } else {
            Err(format!("line {line} names no file"))
        };
    }
    if cells.iter().skip(columns).any(|cell| !cell.is_empty()) {
        return Err(format!("line {line} has more cells than there are columns"));
    }
    cells.resize(columns, String::new());
    Ok(Some(Row { line, path, cells }))
}

/// A column's one name: the reserved one that it is a synonym of, else its own.
fn one_name(column: &str) -> String {
    let plain = plain(column);
    let reserved = SYNONYMS
        .iter()
        .find(|(_, synonyms)| synonyms.contains(&plain.as_str()));
    reserved.map_or_else(|| column.trim().to_owned(), |(name, _)| (*name).to_owned())
}

fn plain(column: &str) -> String {
    column
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{FileList, Row};

    #[test]
    fn reserved_columns_have_one_name_and_free_ones_their_own() {
        let table = "\u{feff}Files\tPlate Name\tGene Identifier\tMy Column\t\r\na/1.tif\tP1\t\t x \t\r\n\r\n\"b.tif\"\t\"P\"\"2\"\n";
        let list = FileList::read(table.as_bytes()).unwrap();
        assert_eq!(list.columns, ["plate", "gene_id", "My Column"]);
        assert_eq!(
            list.rows,
            [
                Row {
                    line: 2,
                    path: "a/1.tif".into(),
                    cells: vec!["P1".into(), String::new(), "x".into()]
                },
                Row {
                    line: 4,
                    path: "b.tif".into(),
                    cells: vec!["P\"2".into(), String::new(), String::new()]
                },
            ]
        );
    }

    #[test]
    fn what_is_no_file_list_is_told() {
        let message = |table: &[u8]| FileList::read(table).unwrap_err();
        assert!(message(b"").contains("its first column must be `Files`"));
        assert!(message(b"Plate\tFiles\n").contains("is `Plate`"));
        assert!(message(b"Files\tgene\tSymbol\n").contains("both `gene_symbol`"));
        assert!(message(b"Files\t\tx\n").contains("column 2 has no name"));
        assert!(message(b"Files\tx\n\ty\n").contains("line 2 names no file"));
        assert!(message(b"Files\tx\na\tb\tc\n").contains("line 2 has more cells"));
        assert!(message(b"Files\tx\na\t\"b\n").contains("line 2 has a cell that begins with \""));
        assert_eq!(
            message(b"Files\tx\nb\xe9b\xe9\ty\n"),
            "line 2 is not UTF-8; save the table as UTF-8"
        );
    }
}
