//! Shapes from a graph (sections 2 and 4), refusing what is not well-formed or not understood.

use std::collections::{HashMap, HashSet};

use oxrdf::vocab::rdf;
use oxrdf::{Graph, Literal, NamedNode, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef};

use super::Shapes;
use super::parameters::Here;
use super::path::{Path, subject};
use super::shape::{Bound, Constraint, Qualified, Shape, ShapeId};

/// The SHACL vocabulary.
pub(super) const SH: &str = "http://www.w3.org/ns/shacl#";

/// Why shapes cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// Not a Turtle document.
    #[error("the shapes are not Turtle: {0}")]
    NotTurtle(String),
    /// A property in the SHACL namespace that is not of SHACL Core.
    #[error(
        "the shape {shape} uses sh:{property}, which is not evaluated here; only SHACL Core is"
    )]
    Unsupported {
        /// The shape.
        shape: String,
        /// Local name of the property.
        property: String,
    },
    /// A parameter that SHACL does not allow.
    #[error("the shape {shape} is not well-formed: {problem}")]
    IllFormed {
        /// The shape.
        shape: String,
        /// What is wrong.
        problem: String,
    },
    /// Shapes that refer to each other in a circle, for which SHACL defines no meaning (section 3.4.3).
    #[error(
        "the shape {0} refers to itself, directly or through others, which SHACL gives no meaning"
    )]
    Recursive(String),
}

/// Properties that point at shapes to be targeted or that only describe, and parameters that [`Reader::constraint`] takes
/// together with another one.
const NO_CONSTRAINT: &[&str] = &[
    "path",
    "targetNode",
    "targetClass",
    "targetSubjectsOf",
    "targetObjectsOf",
    "severity",
    "message",
    "deactivated",
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "flags",
    "ignoredProperties",
    "qualifiedValueShape",
    "qualifiedValueShapesDisjoint",
];

/// A term of the SHACL vocabulary.
pub(super) fn sh(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{SH}{name}"))
}

/// The value of a SHACL property, where there is one.
pub(super) fn object<'g>(
    graph: &'g Graph,
    node: NamedOrBlankNodeRef<'_>,
    name: &str,
) -> Option<TermRef<'g>> {
    graph.object_for_subject_predicate(node, &sh(name))
}

/// The members of an RDF list; `None` where it is not well-formed or runs in a circle.
pub(super) fn list(graph: &Graph, head: TermRef<'_>) -> Option<Vec<Term>> {
    let mut members = Vec::new();
    let mut seen = HashSet::new();
    let mut head = head.into_owned();
    while head != Term::from(rdf::NIL.into_owned()) {
        if !seen.insert(head.clone()) {
            return None;
        }
        let node = subject(&head)?;
        let (mut first, mut rest) = (
            graph.objects_for_subject_predicate(node, rdf::FIRST),
            graph.objects_for_subject_predicate(node, rdf::REST),
        );
        let (member, next) = (first.next()?.into_owned(), rest.next()?.into_owned());
        if first.next().is_some() || rest.next().is_some() {
            return None;
        }
        members.push(member);
        head = next;
    }
    Some(members)
}

pub(super) fn parse(graph: &Graph) -> Result<Shapes, ShapeError> {
    let mut reader = Reader {
        graph,
        shapes: Vec::new(),
        ids: HashMap::new(),
        open: Vec::new(),
    };
    let mut targeted = Vec::new();
    for node in starts(graph) {
        let id = reader.shape(node.as_ref().into())?;
        if reader.shapes[id]
            .as_ref()
            .is_some_and(|shape| !shape.targets.is_empty())
        {
            targeted.push(id);
        }
    }
    // every id was filled when its shape was read
    Ok(Shapes {
        shapes: reader.shapes.into_iter().flatten().collect(),
        targeted,
    })
}

/// Where reading begins: what is typed as a shape, what has a target, and whatever uses a SHACL property that is not of Core, so
/// that it is refused wherever it stands.
fn starts(graph: &Graph) -> Vec<NamedOrBlankNode> {
    let mut found = Vec::new();
    for triple in graph.iter() {
        let is_start = if triple.predicate == rdf::TYPE {
            matches!(triple.object, TermRef::NamedNode(class) if matches!(class.as_str().strip_prefix(SH), Some("NodeShape" | "PropertyShape")))
        } else {
            let local = triple.predicate.as_str().strip_prefix(SH);
            local.is_some_and(|name| {
                name.starts_with("target")
                    || matches!(
                        name,
                        "sparql" | "js" | "expression" | "rule" | "reifierShape"
                    )
            })
        };
        if is_start {
            found.push(triple.subject.into_owned());
        }
    }
    // the order of a graph's triples is nobody's choice
    found.sort_by_key(ToString::to_string);
    found.dedup();
    found
}

struct Reader<'g> {
    graph: &'g Graph,
    /// `None` while the shape is being read.
    shapes: Vec<Option<Shape>>,
    ids: HashMap<Term, ShapeId>,
    open: Vec<ShapeId>,
}

impl<'g> Reader<'g> {
    fn shape(&mut self, term: TermRef<'_>) -> Result<ShapeId, ShapeError> {
        let term = term.into_owned();
        if let Some(id) = self.ids.get(&term).copied() {
            return if self.open.contains(&id) {
                Err(ShapeError::Recursive(term.to_string()))
            } else {
                Ok(id)
            };
        }
        let node = match &term {
            Term::NamedNode(node) => NamedOrBlankNode::from(node.clone()),
            Term::BlankNode(node) => NamedOrBlankNode::from(node.clone()),
            _ => {
                return Err(ShapeError::IllFormed {
                    shape: term.to_string(),
                    problem: "a literal is no shape".to_owned(),
                });
            }
        };
        let id = self.shapes.len();
        self.ids.insert(term, id);
        self.shapes.push(None);
        self.open.push(id);
        let shape = self.read(node)?;
        self.open.pop();
        self.shapes[id] = Some(shape);
        Ok(id)
    }

    fn read(&mut self, node: NamedOrBlankNode) -> Result<Shape, ShapeError> {
        let graph = self.graph;
        let here = Here {
            graph,
            node: node.as_ref(),
        };
        let path = match here.one("path")? {
            Some(path) => {
                Some(Path::from_graph(graph, path).map_err(|problem| here.ill_formed(problem))?)
            }
            None => None,
        };
        let mut shape = Shape {
            path,
            targets: here.targets()?,
            constraints: Vec::new(),
            severity: here.severity()?,
            message: here.message()?,
            deactivated: here.boolean("deactivated")?,
            node: node.clone(),
        };
        let mut triples: Vec<_> = graph.triples_for_subject(here.node).collect();
        triples.sort_by_key(ToString::to_string);
        for triple in triples {
            let Some(name) = triple.predicate.as_str().strip_prefix(SH) else {
                continue;
            };
            if !NO_CONSTRAINT.contains(&name) {
                let constraint = self.constraint(&here, name, triple.object)?;
                shape.constraints.extend(constraint);
            }
        }
        if shape.path.is_none() {
            refuse_in_node_shape(&here, &shape.constraints)?;
        }
        Ok(shape)
    }

    /// The constraint that one parameter makes; none where the parameter's value switches it off (`sh:closed false`).
    fn constraint(
        &mut self,
        here: &Here<'_>,
        name: &str,
        value: TermRef<'_>,
    ) -> Result<Option<Constraint>, ShapeError> {
        let owned = value.into_owned();
        Ok(Some(match name {
            "class" => Constraint::Class(here.resource(name, owned)?),
            "datatype" => Constraint::Datatype(here.iri(name, owned)?),
            "nodeKind" => here.node_kind(value)?,
            "minCount" => Constraint::MinCount(here.count(name, value)?),
            "maxCount" => Constraint::MaxCount(here.count(name, value)?),
            "minExclusive" => Constraint::Bound(Bound::MinExclusive, here.literal(name, owned)?),
            "minInclusive" => Constraint::Bound(Bound::MinInclusive, here.literal(name, owned)?),
            "maxExclusive" => Constraint::Bound(Bound::MaxExclusive, here.literal(name, owned)?),
            "maxInclusive" => Constraint::Bound(Bound::MaxInclusive, here.literal(name, owned)?),
            "minLength" => Constraint::MinLength(here.count(name, value)?),
            "maxLength" => Constraint::MaxLength(here.count(name, value)?),
            "pattern" => Constraint::Pattern(here.pattern(value)?),
            "languageIn" => Constraint::LanguageIn(here.languages(value)?),
            // the specification and its suite know the literal "true" only: "1" switches nothing on (case uniqueLang-002)
            "uniqueLang" => {
                return Ok((here.boolean(name)? && owned == Literal::from(true).into())
                    .then_some(Constraint::UniqueLang));
            }
            "equals" => Constraint::Equals(here.iri(name, owned)?),
            "disjoint" => Constraint::Disjoint(here.iri(name, owned)?),
            "lessThan" => Constraint::LessThan(here.iri(name, owned)?),
            "lessThanOrEquals" => Constraint::LessThanOrEquals(here.iri(name, owned)?),
            "not" => Constraint::Not(self.shape(value)?),
            "and" => Constraint::And(self.shapes(here, name, value)?),
            "or" => Constraint::Or(self.shapes(here, name, value)?),
            "xone" => Constraint::Xone(self.shapes(here, name, value)?),
            "node" => Constraint::Node(self.shape(value)?),
            "property" => Constraint::Property(self.property(here, value)?),
            "qualifiedMinCount" | "qualifiedMaxCount" => {
                let count = here.count(name, value)?;
                // without its shape the count declares no constraint (section 4.7.3; case node/qualified-001)
                let Some(qualified) = self.qualified(here)? else {
                    return Ok(None);
                };
                if name == "qualifiedMinCount" {
                    Constraint::QualifiedMinCount(qualified, count)
                } else {
                    Constraint::QualifiedMaxCount(qualified, count)
                }
            }
            "closed" => {
                return Ok(if here.boolean(name)? {
                    Some(Constraint::Closed(here.allowed()?))
                } else {
                    None
                });
            }
            "hasValue" => Constraint::HasValue(owned),
            "in" => Constraint::In(here.members(name, value)?),
            other => {
                return Err(ShapeError::Unsupported {
                    shape: here.node.to_string(),
                    property: other.to_owned(),
                });
            }
        }))
    }

    fn shapes(
        &mut self,
        here: &Here<'_>,
        name: &str,
        head: TermRef<'_>,
    ) -> Result<Vec<ShapeId>, ShapeError> {
        here.members(name, head)?
            .iter()
            .map(|member| self.shape(member.as_ref()))
            .collect()
    }

    fn property(&mut self, here: &Here<'_>, value: TermRef<'_>) -> Result<ShapeId, ShapeError> {
        let id = self.shape(value)?;
        let has_path = self.shapes[id]
            .as_ref()
            .is_some_and(|shape| shape.path.is_some());
        if has_path {
            Ok(id)
        } else {
            Err(here.ill_formed("a value of sh:property has no sh:path"))
        }
    }

    /// The qualified shape of this property shape, with its siblings where they must be disjoint (section 4.7.3).
    fn qualified(&mut self, here: &Here<'_>) -> Result<Option<Qualified>, ShapeError> {
        let Some(own) = here.one("qualifiedValueShape")? else {
            return Ok(None);
        };
        let shape = self.shape(own)?;
        let mut disjoint_with = Vec::new();
        if here.boolean("qualifiedValueShapesDisjoint")? {
            for sibling in here.siblings() {
                if sibling != own.into_owned() {
                    disjoint_with.push(self.shape(sibling.as_ref())?);
                }
            }
        }
        Ok(Some(Qualified {
            shape,
            disjoint_with,
        }))
    }
}

/// Components that only property shapes may have (section 4, "may not be used in node shapes").
fn refuse_in_node_shape(here: &Here<'_>, constraints: &[Constraint]) -> Result<(), ShapeError> {
    let only_with_path = |constraint: &&Constraint| {
        matches!(
            constraint,
            Constraint::MinCount(_)
                | Constraint::MaxCount(_)
                | Constraint::UniqueLang
                | Constraint::LessThan(_)
                | Constraint::LessThanOrEquals(_)
                | Constraint::QualifiedMinCount(..)
                | Constraint::QualifiedMaxCount(..)
        )
    };
    match constraints.iter().find(only_with_path) {
        Some(constraint) => {
            Err(here.ill_formed(&format!("{} needs a sh:path", constraint.component())))
        }
        None => Ok(()),
    }
}
