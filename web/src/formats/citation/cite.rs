//! "How to cite", as a page shows it.

use std::borrow::Cow;

use super::citation;
use crate::formats::Archive;
use crate::http::Format;
use crate::page::cut;
use crate::view::StudyView;

/// The forms that reference managers and repositories take, the most asked for first.
const FORMS: [Format; 5] = [
    Format::BibTex,
    Format::Ris,
    Format::CslJson,
    Format::DataCite,
    Format::RoCrate,
];

/// Characters of a citation that a page shows at once: five authors and a long title.
const AT_ONCE: usize = 280;

/// What the template `cite.html` shows: a page of a study has one in its field `cite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// The citation as a line of text.
    pub text: String,
    /// The same for programs.
    pub forms: Vec<CiteForm>,
}

impl Cite {
    /// Whether the citation would fill a page: of hundreds of authors, or of a title without end.
    pub fn is_long(&self) -> bool {
        self.beginning() != self.text
    }

    /// As much of it as a page shows at once.
    pub fn beginning(&self) -> Cow<'_, str> {
        cut(&self.text, AT_ONCE)
    }
}

/// A form to be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiteForm {
    /// What people call it.
    pub title: &'static str,
    /// Where it is: a path on this host.
    pub href: String,
    /// What to call the file.
    pub file_name: String,
}

/// How to cite a version of a study. `base_path` is the path of the program's base URL, with `/` at both ends.
pub fn cite(study: &StudyView, archive: &Archive, base_path: &str) -> Cite {
    let forms = FORMS.map(|format| {
        let file_name = format!("{}.{}", study.versioned(), format.suffix());
        CiteForm {
            title: format.title(),
            href: format!("{base_path}id/{file_name}"),
            file_name,
        }
    });
    Cite {
        text: citation(study, archive),
        forms: forms.into(),
    }
}
