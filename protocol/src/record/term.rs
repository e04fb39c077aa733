use std::borrow::Cow;

/// The datatype of a literal that states none.
pub const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

/// The datatype of a literal with a language tag.
pub const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

const RDF_DIR_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString";

/// A text that is no RDF 1.1 term as records hold them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// Not an absolute IRI of RFC 3987.
    #[error("{iri:?} is not an absolute IRI: {detail}")]
    Iri {
        /// the text
        iri: String,
        /// what is wrong with it
        detail: String,
    },
    /// Not a language tag of BCP 47.
    #[error("{0:?} is not a well-formed language tag (BCP 47)")]
    Language(String),
    /// A language tag that is not in lower case.
    #[error("language tag {0:?} is not in lower case")]
    LanguageCase(String),
    /// A datatype that only a language tag can give.
    #[error("datatype {0} needs a language tag instead of its name")]
    Datatype(String),
}

pub(super) fn check_iri(iri: &str) -> Result<(), TermError> {
    match oxiri::Iri::parse(iri) {
        Ok(_) => Ok(()),
        Err(error) => Err(TermError::Iri {
            iri: iri.to_owned(),
            detail: error.to_string(),
        }),
    }
}

pub(super) fn check_language(tag: &str) -> Result<(), TermError> {
    if tag.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(TermError::LanguageCase(tag.to_owned()));
    }
    match oxilangtag::LanguageTag::parse(tag) {
        Ok(_) => Ok(()),
        Err(_) => Err(TermError::Language(tag.to_owned())),
    }
}

pub(super) fn check_datatype(datatype: &str) -> Result<(), TermError> {
    check_iri(datatype)?;
    if datatype == RDF_LANG_STRING || datatype == RDF_DIR_LANG_STRING {
        return Err(TermError::Datatype(datatype.to_owned()));
    }
    Ok(())
}

/// An absolute IRI.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iri(String);

impl Iri {
    /// Reads an absolute IRI (RFC 3987).
    ///
    /// # Errors
    /// [`TermError::Iri`], which says at what character it fails.
    pub fn parse(text: impl Into<String>) -> Result<Self, TermError> {
        let text = text.into();
        check_iri(&text)?;
        Ok(Self(text))
    }

    /// The IRI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Iri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A literal: a text with a datatype or a language tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    value: String,
    qualifier: Qualifier,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Qualifier {
    Plain,
    Datatype(String),
    Language(String),
}

impl Literal {
    /// A text without datatype or language (`xsd:string`).
    pub fn text(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            qualifier: Qualifier::Plain,
        }
    }

    /// A text with a datatype; `xsd:string` gives the same as [`Literal::text`]. Whether the text fits the datatype is not looked at.
    ///
    /// # Errors
    /// [`TermError`] for a datatype that is no IRI, or is one of those that only a language tag gives.
    pub fn typed(value: impl Into<String>, datatype: impl Into<String>) -> Result<Self, TermError> {
        let datatype = datatype.into();
        check_datatype(&datatype)?;
        let qualifier = if datatype == XSD_STRING {
            Qualifier::Plain
        } else {
            Qualifier::Datatype(datatype)
        };
        Ok(Self {
            value: value.into(),
            qualifier,
        })
    }

    /// A text in a language; the tag is written in lower case.
    ///
    /// # Errors
    /// [`TermError::Language`] for a tag that is not well-formed by BCP 47.
    pub fn tagged(value: impl Into<String>, language: &str) -> Result<Self, TermError> {
        let language = language.to_ascii_lowercase();
        check_language(&language)?;
        Ok(Self {
            value: value.into(),
            qualifier: Qualifier::Language(language),
        })
    }

    fn as_ref(&self) -> LiteralRef<'_> {
        let (datatype, language) = match &self.qualifier {
            Qualifier::Plain => (XSD_STRING, None),
            Qualifier::Datatype(datatype) => (datatype.as_str(), None),
            Qualifier::Language(language) => (RDF_LANG_STRING, Some(language.as_str())),
        };
        LiteralRef {
            value: Cow::Borrowed(&self.value),
            datatype,
            language,
        }
    }

    /// The text.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The datatype's IRI; `rdf:langString` where there is a language.
    pub fn datatype(&self) -> &str {
        self.as_ref().datatype
    }

    /// The language tag, in lower case.
    pub fn language(&self) -> Option<&str> {
        self.as_ref().language
    }
}

/// What a statement says of its subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// Another resource.
    Iri(Iri),
    /// A value.
    Literal(Literal),
}

impl Object {
    /// A resource.
    ///
    /// # Errors
    /// As [`Iri::parse`].
    pub fn iri(text: impl Into<String>) -> Result<Self, TermError> {
        Iri::parse(text).map(Self::Iri)
    }

    /// A text without datatype or language.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Literal(Literal::text(value))
    }

    /// A text with a datatype.
    ///
    /// # Errors
    /// As [`Literal::typed`].
    pub fn typed(value: impl Into<String>, datatype: impl Into<String>) -> Result<Self, TermError> {
        Literal::typed(value, datatype).map(Self::Literal)
    }

    /// A text in a language.
    ///
    /// # Errors
    /// As [`Literal::tagged`].
    pub fn tagged(value: impl Into<String>, language: &str) -> Result<Self, TermError> {
        Literal::tagged(value, language).map(Self::Literal)
    }
}

/// One statement, to build records of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    subject: Iri,
    predicate: Iri,
    object: Object,
}

impl Statement {
    /// Joins three terms.
    pub fn new(subject: Iri, predicate: Iri, object: Object) -> Self {
        Self {
            subject,
            predicate,
            object,
        }
    }

    /// Reads subject and predicate as IRIs and joins them with an object.
    ///
    /// # Errors
    /// As [`Iri::parse`].
    pub fn parse(
        subject: impl Into<String>,
        predicate: impl Into<String>,
        object: Object,
    ) -> Result<Self, TermError> {
        Ok(Self::new(
            Iri::parse(subject)?,
            Iri::parse(predicate)?,
            object,
        ))
    }

    /// What the statement is about.
    pub fn subject(&self) -> &str {
        self.subject.as_str()
    }

    /// What it says.
    pub fn predicate(&self) -> &str {
        self.predicate.as_str()
    }

    /// What it says it of.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// A view of this statement.
    pub fn as_ref(&self) -> StatementRef<'_> {
        StatementRef {
            subject: self.subject.as_str(),
            predicate: self.predicate.as_str(),
            object: match &self.object {
                Object::Iri(iri) => ObjectRef::Iri(iri.as_str()),
                Object::Literal(literal) => ObjectRef::Literal(literal.as_ref()),
            },
        }
    }
}

/// A view of a literal inside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiteralRef<'a> {
    pub(super) value: Cow<'a, str>,
    pub(super) datatype: &'a str,
    pub(super) language: Option<&'a str>,
}

impl<'a> LiteralRef<'a> {
    /// The text, borrowed where the line holds no escape.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The datatype's IRI; `rdf:langString` where there is a language.
    pub fn datatype(&self) -> &'a str {
        self.datatype
    }

    /// The language tag, in lower case.
    pub fn language(&self) -> Option<&'a str> {
        self.language
    }
}

/// A view of an object inside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectRef<'a> {
    /// Another resource's IRI.
    Iri(&'a str),
    /// A value.
    Literal(LiteralRef<'a>),
}

/// A view of a statement inside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRef<'a> {
    pub(super) subject: &'a str,
    pub(super) predicate: &'a str,
    pub(super) object: ObjectRef<'a>,
}

impl<'a> StatementRef<'a> {
    /// The subject's IRI.
    pub fn subject(&self) -> &'a str {
        self.subject
    }

    /// The predicate's IRI.
    pub fn predicate(&self) -> &'a str {
        self.predicate
    }

    /// The object.
    pub fn object(&self) -> &ObjectRef<'a> {
        &self.object
    }

    /// The statement's canonical line, with its line feed.
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        super::write_line(self, &mut line);
        line
    }

    /// A copy that stands by itself.
    pub fn to_statement(&self) -> Statement {
        let object = match &self.object {
            ObjectRef::Iri(iri) => Object::Iri(Iri((*iri).to_owned())),
            ObjectRef::Literal(literal) => Object::Literal(Literal {
                value: literal.value.clone().into_owned(),
                qualifier: match (literal.language, literal.datatype) {
                    (Some(language), _) => Qualifier::Language(language.to_owned()),
                    (None, XSD_STRING) => Qualifier::Plain,
                    (None, datatype) => Qualifier::Datatype(datatype.to_owned()),
                },
            }),
        };
        Statement {
            subject: Iri(self.subject.to_owned()),
            predicate: Iri(self.predicate.to_owned()),
            object,
        }
    }
}
