//! SHACL Core: does a graph have the shape it should have? <https://www.w3.org/TR/shacl/>
//!
//! All of Core's constraint components are evaluated. What is beyond Core (SPARQL, JavaScript, rules, custom components) and what
//! is not well-formed is an error when the shapes are parsed: a constraint that is not understood is never silently satisfied.
//!
//! In reading order: `path` evaluates property paths; `literal` knows datatypes and their order; `shape` says what a shape is;
//! `parse` reads shapes from a graph, each with its `parameters`; `validate` applies them.

mod literal;
mod parameters;
mod parse;
mod path;
mod shape;
mod validate;

use oxrdf::{Graph, Term};

pub use parse::ShapeError;
pub use path::Path;
pub use shape::Severity;
use shape::{Shape, ShapeId};

/// Shapes, parsed and ready to be applied to any number of graphs.
#[derive(Debug)]
pub struct Shapes {
    shapes: Vec<Shape>,
    /// Those that say themselves which nodes they are about.
    targeted: Vec<ShapeId>,
}

/// One thing that is wrong with a node (section 3.6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationResult {
    /// The node that was checked.
    pub focus: Term,
    /// The property shape's path, or the property that a closed shape does not allow.
    pub path: Option<Path>,
    /// The value at fault, where it is one value and not the lack of one.
    pub value: Option<Term>,
    /// As the shape says; [`Severity::Violation`] where it says nothing.
    pub severity: Severity,
    /// The shape's own message, in English where it has several; otherwise a sentence that says what was asked for.
    pub message: String,
    /// Local name of the constraint component, for instance `MinCountConstraintComponent`.
    pub component: &'static str,
    /// The shape whose constraint it was: its IRI, or the blank node that it has in the shapes graph.
    pub shape: Term,
}

impl Shapes {
    /// Reads shapes from a Turtle document.
    ///
    /// # Errors
    /// [`ShapeError`] where the document is not Turtle, a shape is not well-formed, refers to itself, or uses what is not Core.
    pub fn parse(turtle: &str) -> Result<Self, ShapeError> {
        let mut graph = Graph::new();
        // relative IRIs have nothing to be resolved against: shapes are about terms that have names of their own
        for triple in oxttl::TurtleParser::new().for_slice(turtle.as_bytes()) {
            graph.insert(&triple.map_err(|error| ShapeError::NotTurtle(error.to_string()))?);
        }
        Self::from_graph(&graph)
    }

    /// Reads shapes from a graph.
    ///
    /// # Errors
    /// As [`Shapes::parse`].
    pub fn from_graph(graph: &Graph) -> Result<Self, ShapeError> {
        parse::parse(graph)
    }

    /// Applies every shape with a target to the nodes it is about. An empty list means that the graph conforms.
    ///
    /// The order is stable: by focus node, path, component and value.
    #[must_use]
    pub fn validate(&self, data: &Graph) -> Vec<ValidationResult> {
        validate::validate(self, data)
    }
}
