//! Shapes applied to a graph (section 3), one constraint component after the other (section 4).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use oxrdf::vocab::{rdf, rdfs};
use oxrdf::{Graph, Literal, NamedNode, Term, TermRef};

use super::literal::{compare, is_valid};
use super::path::{Path, subject};
use super::shape::{Bound, Constraint, Qualified, Shape, ShapeId, Target};
use super::{Shapes, ValidationResult};

pub(super) fn validate(shapes: &Shapes, data: &Graph) -> Vec<ValidationResult> {
    let run = Run {
        shapes: &shapes.shapes,
        data,
    };
    let mut results = Vec::new();
    for id in &shapes.targeted {
        for focus in run.focus_nodes(&run.shapes[*id]) {
            run.apply(*id, &focus, &mut results);
        }
    }
    results.sort_by_cached_key(|result| {
        let text = |term: &Option<Term>| term.as_ref().map(Term::to_string);
        (
            result.focus.to_string(),
            result.path.as_ref().map(Path::to_string),
            result.component,
            text(&result.value),
            result.shape.to_string(),
        )
    });
    results
}

struct Run<'r> {
    shapes: &'r [Shape],
    data: &'r Graph,
}

/// What one constraint found: a value at fault or none, and for a closed shape the property.
struct Fault {
    value: Option<Term>,
    path: Option<Path>,
}

impl Fault {
    fn of(value: Term) -> Self {
        Self {
            value: Some(value),
            path: None,
        }
    }

    fn of_the_whole() -> Self {
        Self {
            value: None,
            path: None,
        }
    }
}

impl Run<'_> {
    fn focus_nodes(&self, shape: &Shape) -> Vec<Term> {
        let mut seen = HashSet::new();
        let mut nodes: Vec<Term> = shape
            .targets
            .iter()
            .flat_map(|target| self.nodes_of(target))
            .collect();
        nodes.retain(|node| seen.insert(node.clone()));
        nodes
    }

    fn nodes_of(&self, target: &Target) -> Vec<Term> {
        match target {
            Target::Node(node) => vec![node.clone()],
            Target::Class(class) => self.instances(class),
            Target::SubjectsOf(property) => self
                .data
                .triples_for_predicate(property)
                .map(|triple| TermRef::from(triple.subject).into_owned())
                .collect(),
            Target::ObjectsOf(property) => self
                .data
                .triples_for_predicate(property)
                .map(|triple| triple.object.into_owned())
                .collect(),
        }
    }

    /// Nodes whose type is the class or, as the data say, narrower than it.
    fn instances(&self, class: &Term) -> Vec<Term> {
        let narrower = Path::ZeroOrMore(Box::new(Path::Inverse(Box::new(Path::Predicate(
            rdfs::SUB_CLASS_OF.into_owned(),
        )))));
        let of_type = Path::Inverse(Box::new(Path::Predicate(rdf::TYPE.into_owned())));
        Path::Sequence(vec![narrower, of_type]).values(self.data, class)
    }

    fn is_instance(&self, node: &Term, class: &Term) -> bool {
        let broader = Path::ZeroOrMore(Box::new(Path::Predicate(rdfs::SUB_CLASS_OF.into_owned())));
        Path::Sequence(vec![Path::Predicate(rdf::TYPE.into_owned()), broader])
            .values(self.data, node)
            .contains(class)
    }

    /// Checks a node against a shape and adds what is wrong with it.
    fn apply(&self, id: ShapeId, focus: &Term, results: &mut Vec<ValidationResult>) {
        let shape = &self.shapes[id];
        if shape.deactivated {
            return;
        }
        let values = match &shape.path {
            Some(path) => path.values(self.data, focus),
            None => vec![focus.clone()],
        };
        for constraint in &shape.constraints {
            // the results of a nested property shape are its own
            if let Constraint::Property(property) = constraint {
                for value in &values {
                    self.apply(*property, value, results);
                }
                continue;
            }
            for fault in self.faults(constraint, focus, &values) {
                results.push(ValidationResult {
                    focus: focus.clone(),
                    path: fault.path.or_else(|| shape.path.clone()),
                    value: fault.value,
                    severity: shape.severity.clone(),
                    message: shape
                        .message
                        .clone()
                        .unwrap_or_else(|| constraint.describe()),
                    component: constraint.component(),
                    shape: shape.node.clone().into(),
                });
            }
        }
    }

    fn conforms(&self, id: ShapeId, node: &Term) -> bool {
        let mut results = Vec::new();
        self.apply(id, node, &mut results);
        results.is_empty()
    }

    fn conforming(&self, ids: &[ShapeId], node: &Term) -> usize {
        ids.iter().filter(|id| self.conforms(**id, node)).count()
    }

    /// Constraints on single values are a question asked of each; the others look at all values together.
    fn faults(&self, constraint: &Constraint, focus: &Term, values: &[Term]) -> Vec<Fault> {
        let count = values.len() as u64;
        let whole = |is_fault: bool| {
            if is_fault {
                vec![Fault::of_the_whole()]
            } else {
                Vec::new()
            }
        };
        match constraint {
            Constraint::MinCount(least) => whole(count < *least),
            Constraint::MaxCount(most) => whole(count > *most),
            Constraint::QualifiedMinCount(qualified, least) => {
                whole(self.count_qualified(qualified, values) < *least)
            }
            Constraint::QualifiedMaxCount(qualified, most) => {
                whole(self.count_qualified(qualified, values) > *most)
            }
            Constraint::HasValue(value) => whole(!values.contains(value)),
            Constraint::UniqueLang => repeated_languages(values)
                .map(|_| Fault::of_the_whole())
                .collect(),
            Constraint::Equals(property) => {
                let others = self.values_of(focus, property);
                let only_here = values.iter().filter(|value| !others.contains(value));
                let only_there = others.iter().filter(|value| !values.contains(value));
                only_here
                    .chain(only_there)
                    .cloned()
                    .map(Fault::of)
                    .collect()
            }
            Constraint::Disjoint(property) => {
                let others = self.values_of(focus, property);
                values
                    .iter()
                    .filter(|value| others.contains(value))
                    .cloned()
                    .map(Fault::of)
                    .collect()
            }
            Constraint::LessThan(property) => {
                self.out_of_order(focus, values, property, Ordering::is_lt)
            }
            Constraint::LessThanOrEquals(property) => {
                self.out_of_order(focus, values, property, Ordering::is_le)
            }
            Constraint::Closed(allowed) => values
                .iter()
                .flat_map(|value| self.not_allowed(value, allowed))
                .collect(),
            single => values
                .iter()
                .filter(|value| !self.accepts(single, value))
                .cloned()
                .map(Fault::of)
                .collect(),
        }
    }

    fn accepts(&self, constraint: &Constraint, value: &Term) -> bool {
        match constraint {
            Constraint::Class(class) => self.is_instance(value, class),
            Constraint::Datatype(datatype) => {
                matches!(value, Term::Literal(literal) if literal.datatype() == datatype.as_ref() && is_valid(literal))
            }
            Constraint::NodeKind {
                iri,
                blank_node,
                literal,
            } => match value {
                Term::NamedNode(_) => *iri,
                Term::BlankNode(_) => *blank_node,
                _ => *literal,
            },
            Constraint::Bound(bound, limit) => {
                matches!(value, Term::Literal(literal) if is_within(literal, *bound, limit))
            }
            Constraint::MinLength(least) => {
                text(value).is_some_and(|text| text.chars().count() as u64 >= *least)
            }
            Constraint::MaxLength(most) => {
                text(value).is_some_and(|text| text.chars().count() as u64 <= *most)
            }
            Constraint::Pattern(pattern) => text(value).is_some_and(|text| pattern.is_match(text)),
            Constraint::LanguageIn(ranges) => language(value)
                .is_some_and(|tag| ranges.iter().any(|range| matches_range(tag, range))),
            Constraint::Not(shape) => !self.conforms(*shape, value),
            Constraint::And(shapes) => self.conforming(shapes, value) == shapes.len(),
            Constraint::Or(shapes) => self.conforming(shapes, value) > 0,
            Constraint::Xone(shapes) => self.conforming(shapes, value) == 1,
            Constraint::Node(shape) => self.conforms(*shape, value),
            Constraint::In(allowed) => allowed.contains(value),
            // answered by `faults`, which looks at all values together, and by `apply`
            Constraint::MinCount(_)
            | Constraint::MaxCount(_)
            | Constraint::QualifiedMinCount(..)
            | Constraint::QualifiedMaxCount(..)
            | Constraint::HasValue(_)
            | Constraint::UniqueLang
            | Constraint::Equals(_)
            | Constraint::Disjoint(_)
            | Constraint::LessThan(_)
            | Constraint::LessThanOrEquals(_)
            | Constraint::Closed(_)
            | Constraint::Property(_) => true,
        }
    }

    fn values_of(&self, focus: &Term, property: &NamedNode) -> Vec<Term> {
        Path::Predicate(property.clone()).values(self.data, focus)
    }

    /// One fault for each pair of values that is not in order or cannot be compared.
    fn out_of_order(
        &self,
        focus: &Term,
        values: &[Term],
        property: &NamedNode,
        in_order: fn(Ordering) -> bool,
    ) -> Vec<Fault> {
        let others = self.values_of(focus, property);
        let pairs = values
            .iter()
            .flat_map(|value| others.iter().map(move |other| (value, other)));
        let is_fault = |(value, other): &(&Term, &Term)| match (value, other) {
            (Term::Literal(value), Term::Literal(other)) => {
                !compare(value, other).is_some_and(in_order)
            }
            _ => true,
        };
        pairs
            .filter(is_fault)
            .map(|(value, _)| Fault::of(value.clone()))
            .collect()
    }

    fn not_allowed(&self, value: &Term, allowed: &[NamedNode]) -> Vec<Fault> {
        let Some(subject) = subject(value) else {
            return Vec::new();
        };
        let triples = self.data.triples_for_subject(subject);
        let others = triples.filter(|triple| {
            !allowed
                .iter()
                .any(|property| property.as_ref() == triple.predicate)
        });
        others
            .map(|triple| Fault {
                value: Some(triple.object.into_owned()),
                path: Some(Path::Predicate(triple.predicate.into_owned())),
            })
            .collect()
    }

    fn count_qualified(&self, qualified: &Qualified, values: &[Term]) -> u64 {
        let counts = |value: &&Term| {
            self.conforms(qualified.shape, value)
                && !qualified
                    .disjoint_with
                    .iter()
                    .any(|sibling| self.conforms(*sibling, value))
        };
        values.iter().filter(counts).count() as u64
    }
}

fn is_within(value: &Literal, bound: Bound, limit: &Literal) -> bool {
    compare(value, limit).is_some_and(|order| match bound {
        Bound::MinExclusive => order.is_gt(),
        Bound::MinInclusive => order.is_ge(),
        Bound::MaxExclusive => order.is_lt(),
        Bound::MaxInclusive => order.is_le(),
    })
}

/// The text of an IRI or a literal; a blank node has none.
fn text(value: &Term) -> Option<&str> {
    match value {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn language(value: &Term) -> Option<&str> {
    if let Term::Literal(literal) = value {
        literal.language()
    } else {
        None
    }
}

/// Basic filtering of RFC 4647: "en" accepts "en" and "en-GB", and "*" any language.
fn matches_range(tag: &str, range: &str) -> bool {
    if range == "*" {
        return true;
    }
    let Some(head) = tag.get(..range.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(range) && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// Languages that more than one value has.
fn repeated_languages(values: &[Term]) -> impl Iterator<Item = String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for tag in values.iter().filter_map(language) {
        *counts.entry(tag.to_ascii_lowercase()).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(tag, _)| tag)
}
