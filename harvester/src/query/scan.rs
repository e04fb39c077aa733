//! Looks over the text of a query before the parser does, which goes down into itself at every bracket.
//!
//! What comes through has at most so many brackets open at once and so many *steps*: words, names, texts, brackets,
//! operators and separators. They are what makes an algebra deep (a chain of `UNION`, `OPTIONAL`, `+`, `/`, of triple
//! patterns or of members of a collection is one level a link). Lists in `VALUES` do not count, for they are flat. Parser, optimiser and evaluator run on a stack that is large
//! enough for both limits (`worker.rs`), so that no text can overflow it.
//!
//! Where the text could be read in two ways, both are counted: `<` may begin an IRI or be an operator, so brackets within
//! what looks like an IRI count as open for ever. A quotation mark, `#` or `\` is read as the grammar has it (SPARQL 1.1
//! section 19.8).

use super::error::QueryError;

/// What a text may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanLimits {
    /// Brackets open at the same time.
    pub nesting: usize,
    /// Words, names, texts, brackets, operators and separators outside VALUES.
    pub steps: usize,
}

/// Words with which an update begins (SPARQL 1.1 Update section 3).
const UPDATES: [&str; 10] = [
    "INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH",
];

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Whether it begins like an update: the parser has no word for that.
    pub is_update: bool,
}

/// Looks over a query.
///
/// # Errors
/// [`QueryError::TooDeep`], [`QueryError::TooManySteps`].
pub(super) fn scan(text: &str, limits: ScanLimits) -> Result<Scanned, QueryError> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        depth: 0,
        never_closed: 0,
        steps: 0,
        data: Data::None,
        form: None,
        limits,
    };
    while scanner.at < scanner.bytes.len() {
        scanner.token()?;
    }
    Ok(Scanned {
        is_update: scanner.form == Some(true),
    })
}

/// Where in `VALUES ?x { … }` the scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    None,
    /// Behind the word, before the block.
    Expected,
    /// In the block, which was opened at this depth.
    Block(usize),
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    never_closed: usize,
    steps: usize,
    data: Data,
    /// Whether the first word that is no prologue began an update.
    form: Option<bool>,
    limits: ScanLimits,
}

impl Scanner<'_> {
    fn token(&mut self) -> Result<(), QueryError> {
        let byte = self.bytes[self.at];
        match byte {
            b'#' => self.skip_line(),
            b'"' | b'\'' => {
                self.step()?;
                self.string(byte);
            }
            // PN_LOCAL_ESC
            b'\\' => self.at += 2,
            b'<' => return self.iri_or_operator(),
            b'{' | b'(' | b'[' => {
                self.open(byte)?;
                self.at += 1;
            }
            b'}' | b')' | b']' => {
                self.close(byte);
                self.at += 1;
            }
            b'?' | b'$' => {
                self.step()?;
                self.word_after(1);
            }
            _ if is_word(byte) => {
                self.step()?;
                self.word();
            }
            _ => {
                if b";,.|/*+-!^=>&".contains(&byte) {
                    self.step()?;
                }
                self.at += 1;
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), QueryError> {
        if matches!(self.data, Data::Block(_)) {
            return Ok(());
        }
        self.steps += 1;
        if self.steps > self.limits.steps {
            let limit = self.limits.steps;
            return Err(QueryError::TooManySteps { limit });
        }
        Ok(())
    }

    fn open(&mut self, byte: u8) -> Result<(), QueryError> {
        self.step()?;
        self.depth += 1;
        match (self.data, byte) {
            (Data::Expected, b'{') => self.data = Data::Block(self.depth),
            // the variables: VALUES (?x ?y)
            (Data::Expected, b'(') | (Data::Block(_), _) => {}
            _ => self.data = Data::None,
        }
        self.check_depth()
    }

    fn check_depth(&self) -> Result<(), QueryError> {
        if self.depth + self.never_closed > self.limits.nesting {
            return Err(QueryError::TooDeep {
                limit: self.limits.nesting,
                line: 1 + self.bytes[..self.at]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count(),
            });
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) {
        match self.data {
            Data::Block(depth) if depth >= self.depth => self.data = Data::None,
            Data::Expected if byte != b')' => self.data = Data::None,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && !matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Behind a string. One that does not end is no SPARQL, and the parser comes no further than to its beginning.
    fn string(&mut self, quote: u8) {
        let rest = &self.bytes[self.at..];
        let long = [quote; 3];
        let (mark, is_long) = if rest.starts_with(&long) {
            (&long[..], true)
        } else {
            (&long[..1], false)
        };
        self.at += mark.len();
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            if rest.starts_with(mark) {
                self.at += mark.len();
                return;
            }
            match rest[0] {
                b'\\' => self.at += 2,
                b'\n' | b'\r' if !is_long => break,
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    fn iri_or_operator(&mut self) -> Result<(), QueryError> {
        self.step()?;
        let start = self.at + 1;
        let length = self.bytes[start..]
            .iter()
            .position(|byte| *byte <= b' ' || b"<>\"{}|^`\\".contains(byte));
        let content = match length {
            Some(length) if self.bytes[start + length] == b'>' => {
                &self.bytes[start..start + length]
            }
            _ => {
                self.at = start;
                return Ok(());
            }
        };
        let end = start + content.len() + 1;
        // nothing but an IRI has two slashes behind a scheme: as an operator's right side it would end there
        let slashes = content.windows(2).position(|two| two == b"//");
        let unsure = &content[..slashes.unwrap_or(content.len())];
        self.never_closed += unsure.iter().filter(|byte| b"([".contains(byte)).count();
        self.check_depth()?;
        for byte in unsure {
            if slashes.is_none() && b";,./*+-!=&".contains(byte) {
                self.step()?;
            }
        }
        self.refuse_doubtful_comment(unsure, end)?;
        self.at = end;
        Ok(())
    }

    /// `?a<b#…> "…` is either an IRI and then a string, or a comparison and then a comment. Nobody writes it; it is
    /// refused, since what follows would be read in two ways.
    fn refuse_doubtful_comment(&self, unsure: &[u8], end: usize) -> Result<(), QueryError> {
        if !unsure.contains(&b'#') {
            return Ok(());
        }
        let line = self.bytes[end..]
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .next()
            .unwrap_or_default();
        if line.iter().any(|byte| b"\"'#\\<(){}[]".contains(byte)) {
            let before = &self.bytes[..self.at];
            let mut lines = before.split(|byte| *byte == b'\n');
            return Err(QueryError::Syntax {
                line: lines.clone().count(),
                column: lines.next_back().map_or(0, <[u8]>::len) + 1,
                what: "a relative IRI with # can be read as a comparison and a comment; write the absolute IRI, or break the line behind it".to_owned(),
            });
        }
        Ok(())
    }

    fn word_after(&mut self, sign: usize) {
        self.at += sign;
        while self.at < self.bytes.len() && is_word(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    fn word(&mut self) {
        let start = self.at;
        self.word_after(0);
        let is_prefixed = start > 0 && matches!(self.bytes[start - 1], b':' | b'@' | b'-' | b'.');
        let word = &self.bytes[start..self.at];
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        if self.bytes.get(self.at) == Some(&b':') || is_prefixed {
            if !matches!(self.data, Data::Block(_)) {
                self.data = Data::None;
            }
            return;
        }
        match self.data {
            Data::Block(_) => {}
            _ if is("VALUES") => self.data = Data::Expected,
            _ => self.data = Data::None,
        }
        if self.form.is_none() && self.depth == 0 && !is("PREFIX") && !is("BASE") {
            self.form = Some(UPDATES.into_iter().any(is));
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects")]
    use super::{ScanLimits, scan};
    use crate::query::QueryError;

    const LIMITS: ScanLimits = ScanLimits {
        nesting: 8,
        steps: 50,
    };

    fn is_fine(text: &str) {
        scan(text, LIMITS).unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    fn is_too_deep(text: &str) {
        let error = scan(text, LIMITS).expect_err(text);
        assert!(
            matches!(error, QueryError::TooDeep { limit: 8, .. }),
            "{text}: {error}"
        );
    }

    fn has_too_many_steps(text: &str) {
        let error = scan(text, LIMITS).expect_err(text);
        assert!(
            matches!(error, QueryError::TooManySteps { limit: 50 }),
            "{text}: {error}"
        );
    }

    #[test]
    fn brackets_count_where_they_are_brackets() {
        is_fine("SELECT * { { { ?s ?p ((1)) } } }");
        for bracket in ["(", "{", "["] {
            is_fine(&bracket.repeat(8));
            is_too_deep(&bracket.repeat(9));
            is_fine(&format!("# {}\n", bracket.repeat(99)));
            is_fine(&format!("\"{}\"", bracket.repeat(99)));
            is_fine(&format!("'''\n'\"{}'''", bracket.repeat(99)));
            is_fine(&format!("'\\'{}'", bracket.repeat(99)));
            is_too_deep(&format!("'\\\\' {}", bracket.repeat(99)));
            is_too_deep(&format!("ex:it\\'s {}", bracket.repeat(99)));
            is_too_deep(&format!("# '\n{}", bracket.repeat(99)));
        }
        is_fine(&"() ".repeat(40));
    }

    #[test]
    fn what_may_be_an_iri_or_a_comparison_is_counted_as_both() {
        is_fine("?s <http://example.org/a_(b)#c> '((((((((((((((('");
        is_too_deep("FILTER(?a<b:f(((((((((((1>0");
        is_too_deep("FILTER(?a<b:f(((((1>0 && ?a<b:f(((((1>0");
        has_too_many_steps(&format!("FILTER(?a<1{}>2)", "+1".repeat(60)));
        is_fine(&"<http://example.org/a-b.c/d+e> ".repeat(40));
        let doubtful = scan("FILTER(?a<b:c#> '\n + ((((((((((((((", LIMITS).unwrap_err();
        assert!(
            matches!(
                doubtful,
                QueryError::Syntax {
                    line: 1,
                    column: 10,
                    ..
                }
            ),
            "{doubtful}"
        );
        is_fine("<#me> ?p ?o");
    }

    #[test]
    fn operators_and_separators_are_steps_and_lists_of_values_are_not() {
        for chain in ["1+", "!", "-", "a/", "a|", "^", "?a,", "?a;", "?a.", "x&&y"] {
            has_too_many_steps(&chain.repeat(60));
        }
        has_too_many_steps(&"OPTIONAL{} ".repeat(60));
        has_too_many_steps(&"{} UNION ".repeat(60));
        for member in ["1 ", "'a' ", "?x ", "<http://example.org/> ", "ex:a "] {
            has_too_many_steps(&format!("?s ?p ({})", member.repeat(60)));
        }
        let list = format!("VALUES ?x {{ {} }} ", "-1.5 <urn:a.b> ".repeat(60));
        is_fine(&list);
        is_fine(&format!(
            "values ( ?x $y ) {{ {} }}",
            "(UNDEF ex:a.b) ".repeat(60)
        ));
        has_too_many_steps(&format!("{list} {}", "1+".repeat(60)));
        has_too_many_steps(&format!("GRAPH ?VALUES {{ {} }}", "1+".repeat(60)));
        has_too_many_steps(&format!("x:VALUES ?x {{ {} }}", "1+".repeat(60)));
        has_too_many_steps(&format!("VALUES OPTIONAL {{ {} }}", "1+".repeat(60)));
    }

    #[test]
    fn an_update_is_known_by_its_first_word() {
        let is_update = |text: &str| scan(text, LIMITS).unwrap().is_update;
        for text in [
            "INSERT DATA { <a> <b> <c> }",
            "PREFIX ex: <http://example.org/>\n# SELECT\nBASE <http://x/> delete where { ?s ?p ?o }",
            "LOAD <http://example.org/>",
        ] {
            assert!(is_update(text), "{text}");
        }
        for text in [
            "SELECT * { ?insert ?p ?o }",
            "ASK {}",
            "",
            "PREFIX drop: <http://x/> ASK {}",
        ] {
            assert!(!is_update(text), "{text}");
        }
    }

    #[test]
    fn any_text_is_looked_over_to_its_end() {
        for text in [
            "'", "\"\"\"", "\\", "<", "é\\", "'\\", "<#", "VALUES", "#", "ä'ß",
        ] {
            is_fine(text);
        }
    }
}
