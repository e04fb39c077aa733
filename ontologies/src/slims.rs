//! The slims that the crate ships, and their format: tab-separated, one term a line, facts only.
//!
//! ```text
//! # name: FBbi
//! # version: …            (also licence, origin)
//! FBbi:00000253<TAB>spinning disk confocal microscopy<TAB>synonym|synonym<TAB>FBbi:00000251<TAB><TAB>
//! ```
//! Columns: identifier, label, exact synonyms, parents, wholes that it is part of (each list separated by `|`), and a state that
//! is empty, `obsolete`, or the identifier of the term that replaces an obsolete one. `scripts/make_slims.py` writes them.

use crate::curie::expand;
use crate::term::{Ontology, Source, Term};

/// Why a slim could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlimError {
    /// A line that is neither a header nor a term.
    #[error("line {line}: {problem}")]
    BadLine {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No `# name:` line.
    #[error("no \"# name:\" line at the head; it says which vocabulary the slim is of")]
    NoName,
}

/// Every slim, embedded: nothing needs to be installed beside the program.
pub(crate) static BUILTIN: &[&str] = &[
    include_str!("../data/slims/fbbi.tsv"),
    include_str!("../data/slims/ncbitaxon.tsv"),
    include_str!("../data/slims/cl.tsv"),
    include_str!("../data/slims/clo.tsv"),
    include_str!("../data/slims/uberon.tsv"),
    include_str!("../data/slims/cmpo.tsv"),
    include_str!("../data/slims/go.tsv"),
    include_str!("../data/slims/efo.tsv"),
    include_str!("../data/slims/duo.tsv"),
    include_str!("../data/slims/pato.tsv"),
    include_str!("../data/slims/methods.tsv"),
];

/// Reads a slim.
///
/// # Errors
/// [`SlimError`] names the first line that is not of the format.
pub fn parse(text: &str) -> Result<Ontology, SlimError> {
    let mut source = Source::default();
    let mut terms = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix('#') {
            read_header(header, &mut source);
        } else if !line.trim().is_empty() {
            let term = read_term(line).map_err(|problem| SlimError::BadLine {
                line: index + 1,
                problem,
            })?;
            terms.push(term);
        }
    }
    if source.name.is_empty() {
        return Err(SlimError::NoName);
    }
    for term in &mut terms {
        term.ontology.clone_from(&source.name);
    }
    Ok(Ontology { source, terms })
}

fn read_header(header: &str, source: &mut Source) {
    let Some((key, value)) = header.split_once(':') else {
        return;
    };
    let value = value.trim().to_owned();
    match key.trim() {
        "name" => source.name = value,
        "version" => source.version = Some(value),
        "licence" => source.licence = Some(value),
        "origin" => source.origin = Some(value),
        _ => {}
    }
}

fn read_term(line: &str) -> Result<Term, &'static str> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [id, label, synonyms, parents, part_of, state] = cells[..] else {
        return Err("six tab-separated columns are needed");
    };
    let replaced_by = match state {
        "" | "obsolete" => None,
        id => Some(expand(id).ok_or("the replacement is not an identifier")?),
    };
    Ok(Term {
        iri: expand(id).ok_or("the first column is not an identifier")?,
        label: label.to_owned(),
        synonyms: list(synonyms).map(str::to_owned).collect(),
        parents: identifiers(parents)?,
        part_of: identifiers(part_of)?,
        obsolete: !state.is_empty(),
        replaced_by,
        ..Term::default()
    })
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').filter(|item| !item.is_empty())
}

fn identifiers(cell: &str) -> Result<Vec<String>, &'static str> {
    list(cell)
        .map(|id| expand(id).ok_or("a parent is not an identifier"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_slim_can_be_read_and_says_where_it_comes_from() {
        for text in BUILTIN {
            let slim = parse(text).unwrap();
            let name = &slim.source.name;
            assert!(!slim.terms.is_empty(), "{name}");
            assert!(slim.source.version.is_some(), "{name}");
            assert!(slim.source.licence.is_some(), "{name}");
            assert!(slim.source.origin.is_some(), "{name}");
            assert!(
                slim.terms.iter().all(|term| !term.label.is_empty()),
                "{name}"
            );
        }
        let total: usize = BUILTIN.iter().map(|text| text.len()).sum();
        assert!(
            total < 600_000,
            "slims are {total} bytes: they are for demo and tests, operators load whole ontologies"
        );
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(
            parse("# name: X\nGO:1\tlabel\n").unwrap_err().to_string(),
            "line 2: six tab-separated columns are needed"
        );
        assert_eq!(parse("GO:1\ta\t\t\t\t\n"), Err(SlimError::NoName));
    }
}
