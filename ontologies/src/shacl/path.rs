//! Property paths (section 2.3.1): read from a graph, evaluated from a node, shown as SPARQL writes them.

use std::collections::HashSet;
use std::fmt;

use oxrdf::vocab::rdf;
use oxrdf::{Graph, NamedNode, NamedOrBlankNodeRef, Term, TermRef};

use super::parse::{list, object};

/// A way from a node to its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Path {
    /// The values of one property.
    Predicate(NamedNode),
    /// The other way round.
    Inverse(Box<Path>),
    /// One path after the other.
    Sequence(Vec<Path>),
    /// Any of several paths.
    Alternative(Vec<Path>),
    /// Any number of times, not at all included.
    ZeroOrMore(Box<Path>),
    /// Any number of times, at least once.
    OneOrMore(Box<Path>),
    /// Once or not at all.
    ZeroOrOne(Box<Path>),
}

/// How deep a path may be nested; a path that contains itself is deeper than any.
const DEEPEST: usize = 32;

impl Path {
    /// Reads the path that a node of a shapes graph stands for.
    ///
    /// # Errors
    /// A few words that say why the node is no well-formed path.
    pub fn from_graph(graph: &Graph, node: TermRef<'_>) -> Result<Self, &'static str> {
        Self::read(graph, node, DEEPEST)
    }

    fn read(graph: &Graph, node: TermRef<'_>, depth: usize) -> Result<Self, &'static str> {
        let depth = depth.checked_sub(1).ok_or("the path contains itself")?;
        let node = match node {
            TermRef::NamedNode(predicate) => return Ok(Self::Predicate(predicate.into_owned())),
            TermRef::BlankNode(node) => NamedOrBlankNodeRef::from(node),
            _ => return Err("a path is an IRI or a blank node"),
        };
        let several = |head: TermRef<'_>| -> Result<Vec<Self>, &'static str> {
            let members = list(graph, head).ok_or("the list in the path is not well-formed")?;
            if members.len() < 2 {
                return Err("a sequence or alternative of paths has at least two members");
            }
            members
                .iter()
                .map(|member| Self::read(graph, member.as_ref(), depth))
                .collect()
        };
        // a node that is a list is a sequence, whatever else it says
        if graph
            .object_for_subject_predicate(node, rdf::FIRST)
            .is_some()
        {
            return Ok(Self::Sequence(several(node.into())?));
        }
        if let Some(head) = object(graph, node, "alternativePath") {
            return Ok(Self::Alternative(several(head)?));
        }
        let inner = |name: &str| object(graph, node, name);
        let read = |inner: TermRef<'_>| Self::read(graph, inner, depth).map(Box::new);
        if let Some(path) = inner("inversePath") {
            Ok(Self::Inverse(read(path)?))
        } else if let Some(path) = inner("zeroOrMorePath") {
            Ok(Self::ZeroOrMore(read(path)?))
        } else if let Some(path) = inner("oneOrMorePath") {
            Ok(Self::OneOrMore(read(path)?))
        } else if let Some(path) = inner("zeroOrOnePath") {
            Ok(Self::ZeroOrOne(read(path)?))
        } else {
            Err("the blank node is no path")
        }
    }

    /// The values that the path leads to from a node, each once, in the order in which they are reached.
    #[must_use]
    pub fn values(&self, data: &Graph, start: &Term) -> Vec<Term> {
        let mut seen = HashSet::new();
        let mut values = self.step(data, start);
        values.retain(|value| seen.insert(value.clone()));
        values
    }

    fn step(&self, data: &Graph, start: &Term) -> Vec<Term> {
        match self {
            Self::Predicate(predicate) => match subject(start) {
                Some(subject) => data
                    .objects_for_subject_predicate(subject, predicate)
                    .map(TermRef::into_owned)
                    .collect(),
                None => Vec::new(),
            },
            Self::Inverse(path) => path.step_back(data, start),
            Self::Sequence(paths) => paths.iter().fold(vec![start.clone()], |nodes, path| {
                let reached: Vec<Term> = nodes
                    .iter()
                    .flat_map(|node| path.values(data, node))
                    .collect();
                reached
            }),
            Self::Alternative(paths) => paths
                .iter()
                .flat_map(|path| path.step(data, start))
                .collect(),
            Self::ZeroOrMore(path) => closure(vec![start.clone()], |node| path.step(data, node)),
            Self::OneOrMore(path) => closure(path.step(data, start), |node| path.step(data, node)),
            Self::ZeroOrOne(path) => std::iter::once(start.clone())
                .chain(path.step(data, start))
                .collect(),
        }
    }

    /// The nodes from which the path leads to this one.
    fn step_back(&self, data: &Graph, end: &Term) -> Vec<Term> {
        match self {
            Self::Predicate(predicate) => data
                .subjects_for_predicate_object(predicate, end.as_ref())
                .map(|subject| TermRef::from(subject).into_owned())
                .collect(),
            Self::Inverse(path) => path.step(data, end),
            Self::Sequence(paths) => paths.iter().rev().fold(vec![end.clone()], |nodes, path| {
                nodes
                    .iter()
                    .flat_map(|node| path.step_back(data, node))
                    .collect()
            }),
            Self::Alternative(paths) => paths
                .iter()
                .flat_map(|path| path.step_back(data, end))
                .collect(),
            Self::ZeroOrMore(path) => closure(vec![end.clone()], |node| path.step_back(data, node)),
            Self::OneOrMore(path) => {
                closure(path.step_back(data, end), |node| path.step_back(data, node))
            }
            Self::ZeroOrOne(path) => std::iter::once(end.clone())
                .chain(path.step_back(data, end))
                .collect(),
        }
    }
}

/// Everything that repeated steps reach, the start included; ends on cycles.
fn closure(start: Vec<Term>, step: impl Fn(&Term) -> Vec<Term>) -> Vec<Term> {
    let mut seen: HashSet<Term> = HashSet::new();
    let mut reached: Vec<Term> = start
        .into_iter()
        .filter(|node| seen.insert(node.clone()))
        .collect();
    let mut next = 0;
    while let Some(node) = reached.get(next).cloned() {
        next += 1;
        reached.extend(
            step(&node)
                .into_iter()
                .filter(|node| seen.insert(node.clone())),
        );
    }
    reached
}

/// A node as the subject of triples; a literal is none.
pub(super) fn subject(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        _ => None,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |paths: &[Self], separator: &str| {
            paths
                .iter()
                .map(Self::to_string)
                .collect::<Vec<_>>()
                .join(separator)
        };
        match self {
            Self::Predicate(predicate) => write!(formatter, "{predicate}"),
            Self::Inverse(path) => write!(formatter, "^{path}"),
            Self::Sequence(paths) => write!(formatter, "({})", joined(paths, "/")),
            Self::Alternative(paths) => write!(formatter, "({})", joined(paths, "|")),
            Self::ZeroOrMore(path) => write!(formatter, "{path}*"),
            Self::OneOrMore(path) => write!(formatter, "{path}+"),
            Self::ZeroOrOne(path) => write!(formatter, "{path}?"),
        }
    }
}
