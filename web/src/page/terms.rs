//! Terms as a page shows them.

use ontologies::curie;

use super::Linked;
use crate::view::Term;

/// A term as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTerm {
    /// What it is called: as submitted, else as its ontology says; and where that leads.
    pub label: Linked,
    /// Its ontology's own label, where that is another.
    pub known_as: Option<String>,
    /// Its short name, such as `FBbi:00000251`; none for what is only text.
    pub curie: Option<String>,
}

/// Terms of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What they are, such as `Organisms`.
    pub heading: &'static str,
    /// The terms, each once.
    pub terms: Vec<ShownTerm>,
}

/// Roles in the order in which a biologist asks.
const HEADINGS: [(&str, &str); 9] = [
    ("organism", "Organisms"),
    ("tissue", "Organs and tissues"),
    ("cell-type", "Cell types"),
    ("cell-line", "Cell lines"),
    ("disease", "Diseases"),
    ("process", "Processes and cell components"),
    ("method", "Imaging methods"),
    ("preparation", "Preparation"),
    (SUBJECT, "Other subjects"),
];

/// The role of what a thing is about, without saying in what way.
const SUBJECT: &str = "subject";

/// A term of which the ontology's own label is `known`, and whose page is at `href`; without a page it leads to its IRI.
pub fn shown(term: &Term, known: Option<&str>, href: Option<String>) -> ShownTerm {
    let known = known.filter(|label| !label.is_empty());
    let text = match (&term.label, known) {
        (None, Some(known)) => known.to_owned(),
        _ => term.text(),
    };
    let iri = term.iri.as_deref();
    ShownTerm {
        known_as: known
            .filter(|known| !known.eq_ignore_ascii_case(&text))
            .map(str::to_owned),
        curie: iri.map(|iri| match curie::compact(iri) {
            Some((prefix, local)) => format!("{prefix}:{local}"),
            None => iri.to_owned(),
        }),
        label: match href {
            Some(href) => Linked::to(text, href),
            None => Linked::out(text, iri),
        },
    }
}

/// Terms by their roles. Those of a role that has no heading stand among the subjects.
pub fn by_role<'a>(
    terms: impl Iterator<Item = &'a Term>,
    show: &dyn Fn(&Term) -> ShownTerm,
) -> Vec<Terms> {
    let mut groups: Vec<Terms> = HEADINGS
        .iter()
        .map(|(_, heading)| Terms {
            heading,
            terms: Vec::new(),
        })
        .collect();
    for term in terms {
        let role = role(term);
        let place = HEADINGS.iter().position(|(known, _)| *known == role);
        let group = &mut groups[place.unwrap_or(HEADINGS.len() - 1)];
        let term = show(term);
        // two may name one term: as submitted, and as a predicate says it
        let is_there = |other: &ShownTerm| *other == term;
        if !term.label.text.is_empty() && !group.terms.iter().any(is_there) {
            group.terms.push(term);
        }
    }
    groups.retain(|group| !group.terms.is_empty());
    groups
}

/// What a term stands for. A record that only says what a thing is about leaves that to the ontology, where that has one kind of things.
fn role(term: &Term) -> &str {
    if HEADINGS.iter().any(|(role, _)| *role == term.role) && term.role != SUBJECT {
        return &term.role;
    }
    let prefix = term.iri.as_deref().and_then(ontologies::curie::compact);
    match prefix.map(|(prefix, _)| prefix) {
        Some("NCBITaxon") => "organism",
        Some("FBbi") => "method",
        Some("CL") => "cell-type",
        Some("CLO") => "cell-line",
        Some("UBERON") => "tissue",
        Some("MONDO" | "DOID") => "disease",
        Some("GO") => "process",
        _ => SUBJECT,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_role, shown};
    use crate::view::Term;

    const HUMAN: &str = "http://purl.obolibrary.org/obo/NCBITaxon_9606";

    fn term(role: &str, iri: Option<&str>, label: Option<&str>) -> Term {
        Term {
            role: role.to_owned(),
            iri: iri.map(str::to_owned),
            label: label.map(str::to_owned),
            submitted: None,
        }
    }

    #[test]
    fn a_term_has_its_own_name_and_its_ontology_s() {
        let man = shown(
            &term("organism", Some(HUMAN), Some("man")),
            Some("Homo sapiens"),
            None,
        );
        assert_eq!(
            (man.label.text.as_str(), man.known_as.as_deref()),
            ("man", Some("Homo sapiens"))
        );
        assert_eq!(man.curie.as_deref(), Some("NCBITaxon:9606"));
        assert_eq!(man.label.href.as_deref(), Some(HUMAN));
        let nameless = shown(
            &term("organism", Some(HUMAN), None),
            Some("Homo sapiens"),
            None,
        );
        assert_eq!(
            (nameless.label.text.as_str(), nameless.known_as),
            ("Homo sapiens", None)
        );
        let hostile = shown(
            &term("subject", Some("javascript:alert(1)"), None),
            None,
            None,
        );
        assert_eq!(hostile.label.href, None);
    }

    #[test]
    fn terms_stand_once_under_their_role_and_none_is_lost() {
        let all = [
            term("method", None, Some("a new method")),
            term("organism", Some(HUMAN), Some("man")),
            term("organism", Some(HUMAN), Some("man")),
            term("weather", None, Some("rain")),
            // an image says what it is about, and the ontology what that is
            term(
                "subject",
                Some("http://purl.obolibrary.org/obo/CL_0000066"),
                None,
            ),
            term(
                "subject",
                Some("http://purl.obolibrary.org/obo/PATO_0000047"),
                None,
            ),
        ];
        let groups = by_role(all.iter(), &|term| shown(term, None, None));
        let said: Vec<(&str, usize)> = groups
            .iter()
            .map(|group| (group.heading, group.terms.len()))
            .collect();
        assert_eq!(
            said,
            [
                ("Organisms", 1),
                ("Cell types", 1),
                ("Imaging methods", 1),
                ("Other subjects", 2)
            ]
        );
    }
}
