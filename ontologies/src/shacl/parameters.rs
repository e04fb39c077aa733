//! The parameters of one shape: what each property may hold, and what is refused.

use oxrdf::vocab::{rdf, rdfs};
use oxrdf::{Graph, Literal, NamedNode, NamedOrBlankNodeRef, Term, TermRef};
use regex::{Regex, RegexBuilder};

use super::parse::{SH, ShapeError, list, object, sh};
use super::path::subject;
use super::shape::{Constraint, Severity, Target};

const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";

/// The shape that is being read, with what its properties say.
pub(super) struct Here<'g> {
    pub graph: &'g Graph,
    pub node: NamedOrBlankNodeRef<'g>,
}

impl<'g> Here<'g> {
    pub(super) fn ill_formed(&self, problem: &str) -> ShapeError {
        ShapeError::IllFormed {
            shape: self.node.to_string(),
            problem: problem.to_owned(),
        }
    }

    pub(super) fn all(&self, name: &str) -> Vec<TermRef<'g>> {
        let mut values: Vec<_> = self
            .graph
            .objects_for_subject_predicate(self.node, &sh(name))
            .collect();
        values.sort_by_key(ToString::to_string);
        values
    }

    /// The only value of a property that may have one at most.
    pub(super) fn one(&self, name: &str) -> Result<Option<TermRef<'g>>, ShapeError> {
        match self.all(name)[..] {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(self.ill_formed(&format!("sh:{name} has more than one value"))),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, ShapeError> {
        match self.one(name)? {
            None => Ok(false),
            Some(TermRef::Literal(literal)) if matches!(literal.value(), "true" | "1") => Ok(true),
            Some(TermRef::Literal(literal)) if matches!(literal.value(), "false" | "0") => {
                Ok(false)
            }
            Some(_) => Err(self.ill_formed(&format!("sh:{name} is true or false"))),
        }
    }

    pub(super) fn count(&self, name: &str, value: TermRef<'_>) -> Result<u64, ShapeError> {
        self.one(name)?;
        let number = if let TermRef::Literal(literal) = value {
            literal.value().parse().ok()
        } else {
            None
        };
        number.ok_or_else(|| self.ill_formed(&format!("sh:{name} is a whole number")))
    }

    pub(super) fn iri(&self, name: &str, value: Term) -> Result<NamedNode, ShapeError> {
        if let Term::NamedNode(node) = value {
            Ok(node)
        } else {
            Err(self.ill_formed(&format!("sh:{name} is an IRI")))
        }
    }

    pub(super) fn resource(&self, name: &str, value: Term) -> Result<Term, ShapeError> {
        if matches!(value, Term::Literal(_)) {
            Err(self.ill_formed(&format!("sh:{name} is no literal")))
        } else {
            Ok(value)
        }
    }

    pub(super) fn literal(&self, name: &str, value: Term) -> Result<Literal, ShapeError> {
        if let Term::Literal(literal) = value {
            Ok(literal)
        } else {
            Err(self.ill_formed(&format!("sh:{name} is a literal")))
        }
    }

    pub(super) fn members(&self, name: &str, head: TermRef<'_>) -> Result<Vec<Term>, ShapeError> {
        list(self.graph, head)
            .ok_or_else(|| self.ill_formed(&format!("sh:{name} is not a well-formed list")))
    }

    pub(super) fn node_kind(&self, value: TermRef<'_>) -> Result<Constraint, ShapeError> {
        let name = if let TermRef::NamedNode(node) = value {
            node.as_str().strip_prefix(SH)
        } else {
            None
        };
        let (iri, blank_node, literal) = match name {
            Some("IRI") => (true, false, false),
            Some("BlankNode") => (false, true, false),
            Some("Literal") => (false, false, true),
            Some("BlankNodeOrIRI") => (true, true, false),
            Some("BlankNodeOrLiteral") => (false, true, true),
            Some("IRIOrLiteral") => (true, false, true),
            _ => return Err(self.ill_formed("sh:nodeKind is none of the six kinds of nodes")),
        };
        Ok(Constraint::NodeKind {
            iri,
            blank_node,
            literal,
        })
    }

    /// SPARQL's REGEX is XPath's; what the two languages of patterns share is nearly everything but character class subtraction.
    pub(super) fn pattern(&self, value: TermRef<'_>) -> Result<Regex, ShapeError> {
        let TermRef::Literal(pattern) = value else {
            return Err(self.ill_formed("sh:pattern is a literal"));
        };
        let flags = match self.one("flags")? {
            Some(TermRef::Literal(flags)) => flags.value(),
            Some(_) => return Err(self.ill_formed("sh:flags is a literal")),
            None => "",
        };
        if let Some(unknown) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
            return Err(self.ill_formed(&format!("sh:flags knows no \"{unknown}\"")));
        }
        let text = if flags.contains('q') {
            regex::escape(pattern.value())
        } else {
            pattern.value().to_owned()
        };
        RegexBuilder::new(&text)
            .case_insensitive(flags.contains('i'))
            .dot_matches_new_line(flags.contains('s'))
            .multi_line(flags.contains('m'))
            .ignore_whitespace(flags.contains('x'))
            .build()
            .map_err(|error| self.ill_formed(&format!("sh:pattern cannot be read: {error}")))
    }

    pub(super) fn languages(&self, head: TermRef<'_>) -> Result<Vec<String>, ShapeError> {
        let members = self.members("languageIn", head)?;
        let tag = |member: Term| {
            self.literal("languageIn", member)
                .map(|literal| literal.value().to_owned())
        };
        members.into_iter().map(tag).collect()
    }

    /// The properties that a closed shape allows: the IRIs that are paths of its property shapes, and those it ignores.
    pub(super) fn allowed(&self) -> Result<Vec<NamedNode>, ShapeError> {
        let mut allowed = Vec::new();
        for property in self.all("property") {
            let node = property.into_owned();
            let path = subject(&node).and_then(|node| object(self.graph, node, "path"));
            if let Some(TermRef::NamedNode(predicate)) = path {
                allowed.push(predicate.into_owned());
            }
        }
        if let Some(head) = self.one("ignoredProperties")? {
            for member in self.members("ignoredProperties", head)? {
                allowed.push(self.iri("ignoredProperties", member)?);
            }
        }
        Ok(allowed)
    }

    /// The qualified value shapes of all property shapes of the shapes that this one is a property of.
    pub(super) fn siblings(&self) -> Vec<Term> {
        let (property, qualified) = (sh("property"), sh("qualifiedValueShape"));
        let parents = self
            .graph
            .subjects_for_predicate_object(&property, TermRef::from(self.node));
        let mut siblings: Vec<Term> = parents
            .flat_map(|parent| self.graph.objects_for_subject_predicate(parent, &property))
            .map(TermRef::into_owned)
            .flat_map(|shape| match subject(&shape) {
                Some(shape) => self
                    .graph
                    .objects_for_subject_predicate(shape, &qualified)
                    .map(TermRef::into_owned)
                    .collect(),
                None => Vec::new(),
            })
            .collect();
        siblings.sort_by_key(ToString::to_string);
        siblings.dedup();
        siblings
    }

    pub(super) fn targets(&self) -> Result<Vec<Target>, ShapeError> {
        let mut targets = Vec::new();
        for node in self.all("targetNode") {
            targets.push(Target::Node(node.into_owned()));
        }
        for class in self.all("targetClass") {
            targets.push(Target::Class(
                self.iri("targetClass", class.into_owned())?.into(),
            ));
        }
        for property in self.all("targetSubjectsOf") {
            targets.push(Target::SubjectsOf(
                self.iri("targetSubjectsOf", property.into_owned())?,
            ));
        }
        for property in self.all("targetObjectsOf") {
            targets.push(Target::ObjectsOf(
                self.iri("targetObjectsOf", property.into_owned())?,
            ));
        }
        // a shape that is a class is about its instances (section 2.1.3.3)
        let mut types = self
            .graph
            .objects_for_subject_predicate(self.node, rdf::TYPE);
        if types.any(|class| matches!(class, TermRef::NamedNode(class) if class == rdfs::CLASS || class.as_str() == OWL_CLASS)) {
            targets.push(Target::Class(TermRef::from(self.node).into_owned()));
        }
        Ok(targets)
    }

    pub(super) fn severity(&self) -> Result<Severity, ShapeError> {
        Ok(match self.one("severity")? {
            None => Severity::Violation,
            Some(TermRef::NamedNode(severity)) => match severity.as_str().strip_prefix(SH) {
                Some("Violation") => Severity::Violation,
                Some("Warning") => Severity::Warning,
                Some("Info") => Severity::Info,
                _ => Severity::Other(severity.as_str().to_owned()),
            },
            Some(_) => return Err(self.ill_formed("sh:severity is an IRI")),
        })
    }

    /// The message in English or without language; else the first of all.
    pub(super) fn message(&self) -> Result<Option<String>, ShapeError> {
        let mut first = None;
        for message in self.all("message") {
            let TermRef::Literal(literal) = message else {
                return Err(self.ill_formed("sh:message is text"));
            };
            if literal
                .language()
                .is_none_or(|language| language.starts_with("en"))
            {
                return Ok(Some(literal.value().to_owned()));
            }
            first.get_or_insert_with(|| literal.value().to_owned());
        }
        Ok(first)
    }
}
