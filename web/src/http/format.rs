//! The forms of a resource: what each is called, how it is asked for and where it stands.

use protocol::identifier::Kind;

/// A form in which a resource is served: one list for both programs.
///
/// The first five are forms of any record. The others are a study in the form of somebody else
/// ([`crate::formats::of_study`]), and only a study has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page for people.
    Html,
    /// JSON-LD 1.1 under the pinned context.
    JsonLd,
    /// Turtle.
    Turtle,
    /// Canonical N-Quads: the record itself.
    NQuads,
    /// RDF/XML.
    RdfXml,
    /// A detached RO-Crate 1.2 in the GIDE profile.
    RoCrate,
    /// DataCite 4.6 XML.
    DataCite,
    /// BibTeX.
    BibTex,
    /// RIS, which reference managers read.
    Ris,
    /// CSL-JSON.
    CslJson,
}

/// What stands behind the name of a resource in an address, after the first full stop that is not a version's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffix {
    /// The resource in a form.
    Form(Format),
    /// The links of its page, as a link set (RFC 9264): no form of it, so nobody gets it by `Accept`.
    LinkSet,
}

impl Suffix {
    /// The suffix of link sets.
    pub const OF_LINK_SET: &str = "linkset.json";

    /// Reads what stands behind the full stop.
    pub fn parse(text: &str) -> Option<Suffix> {
        match text {
            Suffix::OF_LINK_SET => Some(Suffix::LinkSet),
            _ => Format::of_study_from_suffix(text).map(Suffix::Form),
        }
    }

    /// Whether a resource of this kind can be asked for so: only studies have citations and other archives' forms, and
    /// only studies and images have a page whose links are worth a set.
    pub fn is_of(self, kind: Kind) -> bool {
        match self {
            Suffix::Form(format) => format.is_of(kind),
            Suffix::LinkSet => matches!(kind, Kind::Study | Kind::Image),
        }
    }

    /// All that a resource of this kind can be asked for, as text with a full stop before each: `.jsonld .ttl …`.
    pub fn all_of(kind: Kind) -> String {
        let forms = Format::of(kind)
            .iter()
            .skip(1)
            .map(|format| format.suffix());
        let set = Suffix::LinkSet.is_of(kind).then_some(Suffix::OF_LINK_SET);
        let all: Vec<String> = forms.chain(set).map(|one| format!(".{one}")).collect();
        all.join(" ")
    }
}

/// What a form is called, how it is asked for and where it stands.
struct Row {
    format: Format,
    media_type: &'static str,
    /// Media types by which it can be asked for, without parameters.
    asked_as: &'static [&'static str],
    suffix: &'static str,
    title: &'static str,
}

/// In the order of [`Format`], which is the order in which forms that a client likes equally are preferred.
const TABLE: [Row; 10] = [
    Row {
        format: Format::Html,
        media_type: "text/html; charset=utf-8",
        asked_as: &["text/html", "application/xhtml+xml"],
        suffix: "",
        title: "Page",
    },
    Row {
        format: Format::JsonLd,
        media_type: "application/ld+json",
        asked_as: &["application/ld+json", "application/json"],
        suffix: "jsonld",
        title: "JSON-LD",
    },
    Row {
        format: Format::Turtle,
        media_type: "text/turtle; charset=utf-8",
        asked_as: &["text/turtle"],
        suffix: "ttl",
        title: "Turtle",
    },
    Row {
        format: Format::NQuads,
        media_type: "application/n-quads",
        asked_as: &["application/n-quads"],
        suffix: "nq",
        title: "N-Quads (signed)",
    },
    Row {
        format: Format::RdfXml,
        media_type: "application/rdf+xml",
        asked_as: &["application/rdf+xml"],
        suffix: "rdf",
        title: "RDF/XML",
    },
    // asked for by its suffix alone: without the profile, which tells it from a record, its media type is JSON-LD's
    Row {
        format: Format::RoCrate,
        media_type: "application/ld+json; profile=\"https://w3id.org/ro/crate\"",
        asked_as: &[],
        suffix: "ro-crate.json",
        title: "RO-Crate",
    },
    Row {
        format: Format::DataCite,
        media_type: "application/vnd.datacite.datacite+xml",
        asked_as: &["application/vnd.datacite.datacite+xml"],
        suffix: "datacite.xml",
        title: "DataCite XML",
    },
    Row {
        format: Format::BibTex,
        media_type: "application/x-bibtex; charset=utf-8",
        asked_as: &["application/x-bibtex", "text/x-bibtex"],
        suffix: "bib",
        title: "BibTeX",
    },
    Row {
        format: Format::Ris,
        media_type: "application/x-research-info-systems; charset=utf-8",
        asked_as: &["application/x-research-info-systems"],
        suffix: "ris",
        title: "RIS",
    },
    Row {
        format: Format::CslJson,
        media_type: "application/vnd.citationstyles.csl+json",
        asked_as: &["application/vnd.citationstyles.csl+json"],
        suffix: "csl.json",
        title: "CSL-JSON",
    },
];

impl Format {
    /// The forms of any record; where a client likes several equally, the first of them.
    pub const ALL: [Format; 5] = [
        Format::Html,
        Format::JsonLd,
        Format::Turtle,
        Format::NQuads,
        Format::RdfXml,
    ];

    /// The forms of any record that have a suffix: all but the page.
    pub const WITH_SUFFIX: [Format; 4] = [
        Format::JsonLd,
        Format::Turtle,
        Format::NQuads,
        Format::RdfXml,
    ];

    /// Every form of a study, those of its record first.
    pub const OF_STUDY: [Format; 10] = [
        Format::Html,
        Format::JsonLd,
        Format::Turtle,
        Format::NQuads,
        Format::RdfXml,
        Format::RoCrate,
        Format::DataCite,
        Format::BibTex,
        Format::Ris,
        Format::CslJson,
    ];

    /// The forms that a resource of this kind has, the page first.
    pub fn of(kind: Kind) -> &'static [Format] {
        match kind {
            Kind::Study => &Format::OF_STUDY,
            _ => &Format::ALL,
        }
    }

    /// Whether a resource of this kind has this form.
    pub fn is_of(self, kind: Kind) -> bool {
        Format::of(kind).contains(&self)
    }

    /// Whether a client gets it by `Accept`; the others only by their address.
    pub fn is_negotiated(self) -> bool {
        !self.asked_as().is_empty()
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        self.row().media_type
    }

    /// The media type without parameters, as links give it.
    pub fn bare_media_type(self) -> &'static str {
        self.media_type().split(';').next().unwrap_or_default()
    }

    /// Media types by which it can be asked for, without parameters.
    pub(super) fn asked_as(self) -> &'static [&'static str] {
        self.row().asked_as
    }

    /// What stands behind the first full stop that is not a version's in its address; nothing for the page.
    pub fn suffix(self) -> &'static str {
        self.row().suffix
    }

    /// The form of any record with this suffix.
    pub fn from_suffix(suffix: &str) -> Option<Format> {
        Format::WITH_SUFFIX
            .into_iter()
            .find(|format| format.suffix() == suffix)
    }

    /// The form of a study with this suffix, which may have a full stop in it.
    pub fn of_study_from_suffix(suffix: &str) -> Option<Format> {
        TABLE
            .iter()
            .find(|row| !suffix.is_empty() && row.suffix == suffix)
            .map(|row| row.format)
    }

    /// Whether only a study has this form.
    pub fn is_of_study_alone(self) -> bool {
        !Format::ALL.contains(&self)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        self.row().title
    }
}

#[cfg(test)]
mod tests {
    use protocol::identifier::Kind;

    use super::{Format, Suffix, TABLE};

    #[test]
    fn a_resource_has_the_suffixes_of_its_kind() {
        assert_eq!(Suffix::parse("linkset.json"), Some(Suffix::LinkSet));
        assert_eq!(Suffix::parse("bib"), Some(Suffix::Form(Format::BibTex)));
        assert_eq!(Suffix::parse(""), None);
        let bibtex = Suffix::Form(Format::BibTex);
        assert!(bibtex.is_of(Kind::Study) && !bibtex.is_of(Kind::Image));
        assert!(Suffix::LinkSet.is_of(Kind::Image) && !Suffix::LinkSet.is_of(Kind::Statement));
        assert_eq!(Suffix::all_of(Kind::Statement), ".jsonld .ttl .nq .rdf");
        for one in Suffix::all_of(Kind::Study).split(' ') {
            assert!(Suffix::parse(&one[1..]).is_some_and(|one| one.is_of(Kind::Study)));
        }
    }

    #[test]
    fn a_suffix_names_one_form() {
        for format in Format::WITH_SUFFIX {
            assert_eq!(Format::from_suffix(format.suffix()), Some(format));
        }
        for format in Format::OF_STUDY.into_iter().skip(1) {
            assert_eq!(Format::of_study_from_suffix(format.suffix()), Some(format));
            assert_eq!(
                Format::from_suffix(format.suffix()).is_none(),
                format.is_of_study_alone()
            );
        }
        assert_eq!(Format::from_suffix(""), None);
        assert_eq!(Format::of_study_from_suffix(""), None);
        assert_eq!(Format::from_suffix("html"), None);
        assert_eq!(Format::of_study_from_suffix("crate.json"), None);
    }

    #[test]
    fn every_form_stands_in_its_own_row() {
        for (row, format) in TABLE.iter().zip(Format::OF_STUDY) {
            assert_eq!((row.format, format.row().format), (format, format));
        }
    }
}
