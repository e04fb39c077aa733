use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{IdentifierError, MAX_NUMBER, Prefix, parse_number};
use crate::text_form::text_form;

/// What an accession names (section 2, column `kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A study: letter `S` behind the prefix.
    Study,
    /// An image of a study: letter `I`.
    Image,
    /// An annotation of a study (masks, tracks, tables, regions): letter `A`.
    Annotation,
    /// A batch of observations of a study: letter `O`.
    Observations,
    /// A statement about anybody's resource: letter `N` behind the prefix.
    Statement,
}

impl Kind {
    /// All kinds that this version of the protocol knows, in the order of the table in section 2.
    pub const ALL: [Self; 5] = [
        Self::Study,
        Self::Image,
        Self::Annotation,
        Self::Observations,
        Self::Statement,
    ];

    /// The word that stands in an entry's `kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Image => "image",
            Self::Annotation => "annotation",
            Self::Observations => "observations",
            Self::Statement => "statement",
        }
    }

    /// The kind that a word names, if this version of the protocol knows it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    fn letter(self) -> char {
        match self {
            Self::Study => 'S',
            Self::Image => 'I',
            Self::Annotation => 'A',
            Self::Observations => 'O',
            Self::Statement => 'N',
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The identifier of a resource of a known kind, such as `DND-S42-I7` (section 2). Ordered and hashed by its text.
#[derive(Debug, Clone)]
pub struct Accession {
    text: String,
    kind: Kind,
    serial: u64,
    prefix_length: usize,
    study_length: Option<usize>,
}

impl Accession {
    /// Reads an accession.
    ///
    /// # Errors
    /// [`IdentifierError::Accession`] for anything that does not match
    /// `^[A-Z]{2,6}-(S[1-9][0-9]{0,14}(-[IAO][1-9][0-9]{0,14})?|N[1-9][0-9]{0,14})$`.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        Self::read(text).ok_or_else(|| IdentifierError::Accession(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let (prefix, rest) = text.split_once('-')?;
        Prefix::parse(prefix).ok()?;
        let (first, part) = match rest.split_once('-') {
            Some((first, part)) => (first, Some(part)),
            None => (rest, None),
        };
        let (first_letter, first_digits) = split_letter(first)?;
        let first_serial = parse_number(first_digits)?;
        let (kind, serial) = match (first_letter, part) {
            ('N', None) => (Kind::Statement, first_serial),
            ('S', None) => (Kind::Study, first_serial),
            ('S', Some(part)) => {
                let (letter, digits) = split_letter(part)?;
                let kind = [Kind::Image, Kind::Annotation, Kind::Observations]
                    .into_iter()
                    .find(|kind| kind.letter() == letter)?;
                (kind, parse_number(digits)?)
            }
            _ => return None,
        };
        Some(Self {
            text: text.to_owned(),
            kind,
            serial,
            prefix_length: prefix.len(),
            study_length: (kind != Kind::Statement).then(|| prefix.len() + 1 + first.len()),
        })
    }

    /// The study with this serial, from 1.
    ///
    /// # Errors
    /// [`IdentifierError::Number`] for a serial that is 0 or longer than fifteen digits.
    pub fn study(prefix: &Prefix, serial: u64) -> Result<Self, IdentifierError> {
        Self::assemble(prefix.as_str(), Kind::Study, serial)
    }

    /// The statement with this serial, from 1.
    ///
    /// # Errors
    /// As [`Accession::study`].
    pub fn statement(prefix: &Prefix, serial: u64) -> Result<Self, IdentifierError> {
        Self::assemble(prefix.as_str(), Kind::Statement, serial)
    }

    /// The image of a study with this serial, from 1 in the order of the source.
    ///
    /// # Errors
    /// [`IdentifierError::NotAStudy`] when `study` is of another kind; [`IdentifierError::Number`] as in [`Accession::study`].
    pub fn image(study: &Self, serial: u64) -> Result<Self, IdentifierError> {
        study.part(Kind::Image, serial)
    }

    /// The annotation of a study with this serial.
    ///
    /// # Errors
    /// As [`Accession::image`].
    pub fn annotation(study: &Self, serial: u64) -> Result<Self, IdentifierError> {
        study.part(Kind::Annotation, serial)
    }

    /// The observations of a study with this serial.
    ///
    /// # Errors
    /// As [`Accession::image`].
    pub fn observations(study: &Self, serial: u64) -> Result<Self, IdentifierError> {
        study.part(Kind::Observations, serial)
    }

    fn part(&self, kind: Kind, serial: u64) -> Result<Self, IdentifierError> {
        if self.kind != Kind::Study {
            return Err(IdentifierError::NotAStudy(self.text.clone()));
        }
        Self::assemble(&self.text, kind, serial)
    }

    fn assemble(stem: &str, kind: Kind, serial: u64) -> Result<Self, IdentifierError> {
        if !(1..=MAX_NUMBER).contains(&serial) {
            return Err(IdentifierError::Number(serial));
        }
        Self::parse(&format!("{stem}-{}{serial}", kind.letter()))
    }

    /// The accession as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it names.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The letters before the first hyphen.
    pub fn prefix(&self) -> &str {
        &self.text[..self.prefix_length]
    }

    /// The last number.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The id of the study that this is or belongs to, as text; none for a statement.
    pub fn study_part(&self) -> Option<&str> {
        self.study_length.map(|length| &self.text[..length])
    }

    /// The id of the study that this is or belongs to (a study's own self); none for a statement.
    pub fn study_id(&self) -> Option<Self> {
        let study = self.study_part()?;
        Some(Self {
            text: study.to_owned(),
            kind: Kind::Study,
            serial: parse_number(&study[self.prefix_length + 2..])?,
            prefix_length: self.prefix_length,
            study_length: Some(study.len()),
        })
    }

    /// Whether an operation on `study` holds for this too: its id begins with the study's id and `-` (section 3).
    pub fn is_part_of(&self, study: &Self) -> bool {
        self.text
            .strip_prefix(study.as_str())
            .is_some_and(|rest| rest.starts_with('-'))
    }
}

/// The letter before a number, and the number's digits.
fn split_letter(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let letter = characters.next()?;
    Some((letter, characters.as_str()))
}

impl PartialEq for Accession {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Accession {}

impl PartialOrd for Accession {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Accession {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Accession {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

text_form!(Accession, IdentifierError);

/// One version of a resource, such as `DND-S42.2` (section 2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionedId {
    text: String,
    id: Accession,
    version: u64,
}

impl VersionedId {
    /// Joins an accession and a version from 1.
    ///
    /// # Errors
    /// [`IdentifierError::Number`] for a version that is 0 or longer than fifteen digits.
    pub fn new(id: Accession, version: u64) -> Result<Self, IdentifierError> {
        if !(1..=MAX_NUMBER).contains(&version) {
            return Err(IdentifierError::Number(version));
        }
        Ok(Self {
            text: format!("{id}.{version}"),
            id,
            version,
        })
    }

    /// Reads an accession, a full stop and a version.
    ///
    /// # Errors
    /// [`IdentifierError::VersionedId`] when any of the three is not as it should be.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = || IdentifierError::VersionedId(text.to_owned());
        let (id, digits) = text.split_once('.').ok_or_else(refuse)?;
        let id = Accession::parse(id).map_err(|_| refuse())?;
        let version = parse_number(digits).ok_or_else(refuse)?;
        Self::new(id, version)
    }

    /// The accession.
    pub fn id(&self) -> &Accession {
        &self.id
    }

    /// The version, from 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Accession, full stop and version as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

text_form!(VersionedId, IdentifierError);
