//! What a shape is, once parsed.

use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term};
use regex::Regex;

use super::path::Path;

/// A shape's place in [`super::Shapes`].
pub(super) type ShapeId = usize;

/// How grave a result is (section 2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `sh:Info`: worth knowing.
    Info,
    /// `sh:Warning`: asked for, not required.
    Warning,
    /// `sh:Violation`, the default: must not be.
    Violation,
    /// A severity that the shapes define themselves, by its IRI.
    Other(String),
}

/// A node shape, or with a path a property shape.
#[derive(Debug)]
pub(super) struct Shape {
    pub node: NamedOrBlankNode,
    pub path: Option<Path>,
    pub targets: Vec<Target>,
    pub constraints: Vec<Constraint>,
    pub severity: Severity,
    pub message: Option<String>,
    pub deactivated: bool,
}

/// Which nodes a shape is about (section 2.1.3).
#[derive(Debug)]
pub(super) enum Target {
    Node(Term),
    Class(Term),
    SubjectsOf(NamedNode),
    ObjectsOf(NamedNode),
}

/// One constraint: a component of section 4 with its parameters.
#[derive(Debug)]
pub(super) enum Constraint {
    Class(Term),
    Datatype(NamedNode),
    NodeKind {
        iri: bool,
        blank_node: bool,
        literal: bool,
    },
    MinCount(u64),
    MaxCount(u64),
    Bound(Bound, Literal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Regex),
    LanguageIn(Vec<String>),
    UniqueLang,
    Equals(NamedNode),
    Disjoint(NamedNode),
    LessThan(NamedNode),
    LessThanOrEquals(NamedNode),
    Not(ShapeId),
    And(Vec<ShapeId>),
    Or(Vec<ShapeId>),
    Xone(Vec<ShapeId>),
    Node(ShapeId),
    Property(ShapeId),
    /// Qualified count: the shape, the siblings that a counted value must not conform to, and the least or greatest number.
    QualifiedMinCount(Qualified, u64),
    QualifiedMaxCount(Qualified, u64),
    Closed(Vec<NamedNode>),
    HasValue(Term),
    In(Vec<Term>),
}

#[derive(Debug, Clone)]
pub(super) struct Qualified {
    pub shape: ShapeId,
    pub disjoint_with: Vec<ShapeId>,
}

/// A limit on the order of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

impl Constraint {
    /// Local name of the constraint component.
    pub(super) fn component(&self) -> &'static str {
        match self {
            Self::Class(_) => "ClassConstraintComponent",
            Self::Datatype(_) => "DatatypeConstraintComponent",
            Self::NodeKind { .. } => "NodeKindConstraintComponent",
            Self::MinCount(_) => "MinCountConstraintComponent",
            Self::MaxCount(_) => "MaxCountConstraintComponent",
            Self::Bound(Bound::MinExclusive, _) => "MinExclusiveConstraintComponent",
            Self::Bound(Bound::MinInclusive, _) => "MinInclusiveConstraintComponent",
            Self::Bound(Bound::MaxExclusive, _) => "MaxExclusiveConstraintComponent",
            Self::Bound(Bound::MaxInclusive, _) => "MaxInclusiveConstraintComponent",
            Self::MinLength(_) => "MinLengthConstraintComponent",
            Self::MaxLength(_) => "MaxLengthConstraintComponent",
            Self::Pattern(_) => "PatternConstraintComponent",
            Self::LanguageIn(_) => "LanguageInConstraintComponent",
            Self::UniqueLang => "UniqueLangConstraintComponent",
            Self::Equals(_) => "EqualsConstraintComponent",
            Self::Disjoint(_) => "DisjointConstraintComponent",
            Self::LessThan(_) => "LessThanConstraintComponent",
            Self::LessThanOrEquals(_) => "LessThanOrEqualsConstraintComponent",
            Self::Not(_) => "NotConstraintComponent",
            Self::And(_) => "AndConstraintComponent",
            Self::Or(_) => "OrConstraintComponent",
            Self::Xone(_) => "XoneConstraintComponent",
            Self::Node(_) => "NodeConstraintComponent",
            Self::Property(_) => "PropertyConstraintComponent",
            Self::QualifiedMinCount(..) => "QualifiedMinCountConstraintComponent",
            Self::QualifiedMaxCount(..) => "QualifiedMaxCountConstraintComponent",
            Self::Closed(_) => "ClosedConstraintComponent",
            Self::HasValue(_) => "HasValueConstraintComponent",
            Self::In(_) => "InConstraintComponent",
        }
    }

    /// What is asked for, for a shape that has no message of its own.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Class(class) => format!("each value must be an instance of {class}"),
            Self::Datatype(datatype) => format!("each value must be a valid literal of {datatype}"),
            Self::NodeKind {
                iri,
                blank_node,
                literal,
            } => {
                let kinds = [
                    (*iri, "an IRI"),
                    (*blank_node, "a blank node"),
                    (*literal, "a literal"),
                ];
                let allowed: Vec<&str> = kinds
                    .iter()
                    .filter(|(allowed, _)| *allowed)
                    .map(|(_, name)| *name)
                    .collect();
                format!("each value must be {}", allowed.join(" or "))
            }
            Self::MinCount(count) => format!("at least {count} values are needed"),
            Self::MaxCount(count) => format!("at most {count} values are allowed"),
            Self::Bound(Bound::MinExclusive, limit) => {
                format!("each value must be greater than {limit}")
            }
            Self::Bound(Bound::MinInclusive, limit) => {
                format!("each value must be {limit} or greater")
            }
            Self::Bound(Bound::MaxExclusive, limit) => {
                format!("each value must be less than {limit}")
            }
            Self::Bound(Bound::MaxInclusive, limit) => {
                format!("each value must be {limit} or less")
            }
            Self::MinLength(length) => format!("each value must have at least {length} characters"),
            Self::MaxLength(length) => format!("each value must have at most {length} characters"),
            Self::Pattern(pattern) => format!("each value must match the pattern {pattern}"),
            Self::LanguageIn(languages) => format!(
                "each value must be in one of the languages {}",
                languages.join(", ")
            ),
            Self::UniqueLang => "there must be at most one value in each language".to_owned(),
            Self::Equals(property) => format!("the values must be the same as those of {property}"),
            Self::Disjoint(property) => format!("no value may also be one of {property}"),
            Self::LessThan(property) => format!("each value must be less than those of {property}"),
            Self::LessThanOrEquals(property) => {
                format!("no value may be greater than one of {property}")
            }
            Self::Not(_) => "the value must not conform to the shape".to_owned(),
            Self::And(_) => "the value must conform to all of the shapes".to_owned(),
            Self::Or(_) => "the value must conform to at least one of the shapes".to_owned(),
            Self::Xone(_) => "the value must conform to exactly one of the shapes".to_owned(),
            Self::Node(_) | Self::Property(_) => "the value must conform to the shape".to_owned(),
            Self::QualifiedMinCount(_, count) => {
                format!("at least {count} values must conform to the shape")
            }
            Self::QualifiedMaxCount(_, count) => {
                format!("at most {count} values may conform to the shape")
            }
            Self::Closed(_) => "the property is not one that the shape allows".to_owned(),
            Self::HasValue(value) => format!("{value} must be among the values"),
            Self::In(values) => {
                let listed: Vec<String> = values.iter().map(Term::to_string).collect();
                format!("each value must be one of {}", listed.join(", "))
            }
        }
    }
}
