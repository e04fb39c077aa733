//! YAML as a tree of texts, lists and maps, each with its line.
//!
//! A study file has no numbers and no booleans: `strain: 1.10` is the text "1.10" and `sex: no` the text "no", spelled
//! as they stand in the file. A tree is read, and not structs, so that everything wrong is found and not the first.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{Location, Spanned};

/// Characters of all values: a study of 100,000 images, each with its own title and channels, has a quarter of it.
pub(crate) const MOST_BYTES: usize = 64 << 20;
/// Values in a file, written out and repeated by aliases: some ten an image.
const MOST_VALUES: usize = 2_000_000;
/// What aliases may repeat: they spare typing, not disk.
const MOST_REPEATED: usize = 100_000;
/// Lists and maps inside each other: the study file needs eight.
const MOST_DEPTH: usize = 32;

/// A value and the line where it begins, from 1; of a value that an alias repeats, the alias's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub line: u64,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A key without a value, or `null`.
    Nothing,
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; no key twice.
    Map(Vec<Entry>),
}

/// A key with its line, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: String,
    pub line: u64,
    pub value: Node,
}

/// Parses one document.
///
/// # Errors
/// A sentence that says what is wrong and in which line.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    parse_within(text, MOST_VALUES)
}

fn parse_within(text: &str, most_values: usize) -> Result<Node, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 2 * most_values + 16,
            max_nodes: most_values,
            max_depth: MOST_DEPTH,
            max_documents: 1,
            max_total_scalar_bytes: MOST_BYTES,
            flow_nesting_limit: MOST_DEPTH,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MOST_REPEATED,
            max_replay_stack_depth: 8,
        },
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options)
        .map(|raw| spell(raw, text))
        .map_err(|error| explain(&error))
}

/// What is wrong, in words about study files rather than about parsers.
fn explain(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error;
    if let Error::AliasError { error, .. } = error.without_snippet() {
        return explain(error);
    }
    let line = error
        .location()
        .map(|location| format!(" (line {})", location.line()))
        .unwrap_or_default();
    match error.without_snippet() {
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => {
            format!(
                "its aliases (*name) repeat more than {MOST_REPEATED} values; write the values out{line}"
            )
        }
        Error::Budget { breach, .. } => format!("{}{line}", too_much(breach)),
        other => format!(
            "it cannot be read as YAML: {}",
            one_line(&other.to_string())
        ),
    }
}

fn too_much(breach: &BudgetBreach) -> String {
    match breach {
        BudgetBreach::Depth { .. } => {
            format!("its lists and maps are more than {MOST_DEPTH} deep inside each other")
        }
        BudgetBreach::Documents { .. } => {
            "it holds more than one document; write a folder for each study".to_owned()
        }
        BudgetBreach::Aliases { .. }
        | BudgetBreach::Anchors { .. }
        | BudgetBreach::AliasAnchorRatio { .. } => {
            "it has too many aliases (*name); write the values out".to_owned()
        }
        _ => format!(
            "it holds more than {MOST_VALUES} values; name many files by a glob or a file list"
        ),
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the parser gives: numbers and booleans have lost their spelling and keep their place.
enum Raw {
    Nothing,
    Text(String),
    Spelled,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

/// Gives numbers and booleans the spelling that they have in the file.
fn spell(raw: Spanned<Raw>, text: &str) -> Node {
    let value = match raw.value {
        Raw::Nothing => Value::Nothing,
        Raw::Text(text) => Value::Text(text),
        Raw::Spelled => Value::Text(spelling(&raw.defined, text).to_owned()),
        Raw::List(items) => Value::List(items.into_iter().map(|item| spell(item, text)).collect()),
        Raw::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|entry| spell_entry(entry, text))
                .collect(),
        ),
    };
    Node {
        line: raw.referenced.line(),
        value,
    }
}

fn spell_entry((key, value): (Spanned<String>, Spanned<Raw>), text: &str) -> Entry {
    Entry {
        line: key.referenced.line(),
        key: key.value,
        value: spell(value, text),
    }
}

fn spelling<'a>(place: &Location, text: &'a str) -> &'a str {
    let bytes = place.span().byte_offset().zip(place.span().byte_len());
    let range = bytes.map(|(start, length)| start as usize..(start + length) as usize);
    range
        .and_then(|range| text.get(range))
        .unwrap_or_default()
        .trim()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a list or a map")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Spelled)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Spelled)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Spelled)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Spelled)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Node, Value, parse, parse_within};

    fn texts(node: &Node) -> Vec<&str> {
        match &node.value {
            Value::Nothing => vec!["(nothing)"],
            Value::Text(text) => vec![text],
            Value::List(items) => items.iter().flat_map(texts).collect(),
            Value::Map(entries) => entries
                .iter()
                .flat_map(|entry| texts(&entry.value))
                .collect(),
        }
    }

    #[test]
    fn values_keep_their_spelling() {
        let node = parse("a: 1.10\nb: [no, true, 0x1F, 007, 2026-03-01, 1e3, .nan, 1_0, é, 12345678901234567890123]\nc: 'x'\nd:\ne: ~\n").unwrap();
        assert_eq!(
            texts(&node),
            [
                "1.10",
                "no",
                "true",
                "0x1F",
                "007",
                "2026-03-01",
                "1e3",
                ".nan",
                "1_0",
                "é",
                "12345678901234567890123",
                "x",
                "(nothing)",
                "(nothing)",
            ]
        );
    }

    #[test]
    fn a_value_knows_its_line_and_an_alias_repeats_one() {
        let node = parse("# é comment\na: &name {x: 1.0}\n\nb: *name\n").unwrap();
        let Value::Map(entries) = &node.value else {
            panic!("{node:?}")
        };
        assert_eq!((entries[0].line, entries[1].value.line), (2, 4));
        assert_eq!(texts(&node), ["1.0", "1.0"]);
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_with_what_to_do() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let before = format!("*a{}", level - 1);
            bomb += &format!(
                "a{level}: &a{level} [{}]\n",
                [before.as_str(); 10].join(", ")
            );
        }
        let message = parse(&bomb).unwrap_err();
        assert!(
            message.contains("write the values out") && message.contains("(line "),
            "{message}"
        );
    }

    #[test]
    fn depth_and_syntax_are_named_with_their_line() {
        for text in [
            "[".repeat(10_000),
            format!("a: {}x", "[".repeat(200)),
            "- ".repeat(5_000),
        ] {
            let message = parse(&text).unwrap_err();
            assert!(message.len() < 300, "{message}");
        }
        let deep: String = (0..1000)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect();
        assert!(
            parse(&deep)
                .unwrap_err()
                .starts_with("its lists and maps are more than 32 deep")
        );
        assert!(parse("a: [1\nb: 2").unwrap_err().contains("line 2"));
        assert!(parse("a: 1\na: 2").unwrap_err().contains("a"));
        assert!(parse("a: 1\n---\nb: 2").is_err());
        let many = "- [a, b, c, d, e, f, g, h, i]\n".repeat(101);
        assert!(
            parse_within(&many, 1000)
                .unwrap_err()
                .contains("a glob or a file list")
        );
    }
}
