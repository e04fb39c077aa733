//! Terms: each use gets the one canonical IRI of what was meant, or stays text; what is odd about it is said once.

use std::collections::HashMap;

use ontologies::{Curie, Matched, Resolution, Scope, Term, Terms};
use oxiri::Iri;

use super::report::Report;
use crate::study::{Study, TermRole, TermUse};

/// Resolves every term of a study.
pub(super) fn resolve(study: &mut Study, terms: &Terms, report: &mut Report) {
    let mut resolver = Resolver {
        terms,
        report,
        known: HashMap::new(),
    };
    for (index, used) in study.subjects.iter_mut().enumerate() {
        resolver.resolve(used, &format!("{}[{index}]", list_of(used.role)));
    }
    for (index, used) in study.imaging_methods.iter_mut().enumerate() {
        resolver.resolve(used, &format!("imaging_methods[{index}]"));
    }
    for sample in &mut study.biosamples {
        for used in &mut sample.terms {
            resolver.resolve(
                used,
                &format!("biosample {} {}", sample.id, list_of(used.role)),
            );
        }
    }
    for specimen in &mut study.specimens {
        for used in specimen
            .preparation
            .iter_mut()
            .filter_map(|step| step.method.as_mut())
        {
            resolver.resolve(used, &format!("specimen {} preparation", specimen.id));
        }
    }
    for protocol in &mut study.acquisitions {
        for used in &mut protocol.methods {
            let is_stated = used.role == TermRole::Method
                && study
                    .imaging_methods
                    .iter()
                    .any(|method| method.given == used.given);
            resolver.technique(used, is_stated, &format!("acquisition {}", protocol.id));
        }
    }
    data_use(study, terms, report);
}

/// Whether a use names a way of taking images: any text or term does, except a loaded term that is known to be none.
pub(super) fn is_imaging(used: &TermUse, terms: &Terms) -> bool {
    used.role == TermRole::Method
        && used.iri.as_deref().is_none_or(|iri| {
            terms
                .by_iri(iri)
                .is_none_or(|term| term.obsolete || terms.is_imaging_method(iri))
        })
}

struct Resolver<'t, 'r> {
    terms: &'t Terms,
    report: &'r mut Report,
    /// What was resolved already: the same use in another place has the same answer and no second finding.
    known: HashMap<(TermRole, String, Option<String>), Option<String>>,
}

impl Resolver<'_, '_> {
    fn resolve(&mut self, used: &mut TermUse, path: &str) {
        let key = (used.role, used.given.clone(), used.label.clone());
        if let Some(iri) = self.known.get(&key) {
            used.iri.clone_from(iri);
            return;
        }
        used.iri = self.answer(used, path);
        self.known.insert(key, used.iri.clone());
    }

    /// A term of a protocol. Growing, treating and analysing are protocols too, and no ways of taking images: such a term
    /// is not a method, unless the study itself says that it is.
    fn technique(&mut self, used: &mut TermUse, is_stated: bool, path: &str) {
        if used.role == TermRole::Method && !is_stated {
            let any = TermUse::new(TermRole::Subject, used.given.clone(), used.label.clone());
            let is_other = match self.terms.resolve_in(&any.given, Scope::Any) {
                Resolution::Found { term, .. } | Resolution::Outside(term) => {
                    !self.terms.is_imaging_method(&term.iri)
                        && !self.terms.methods().is_sampling(&term.iri)
                }
                Resolution::NotLoaded(curie) => !Scope::ImagingMethod.admits(&curie.iri()),
                _ => false,
            };
            if is_other {
                used.role = TermRole::Subject;
            }
        }
        self.resolve(used, path);
    }

    fn answer(&mut self, used: &TermUse, path: &str) -> Option<String> {
        let terms = self.terms;
        // what has a label is not itself one: it is an identifier, if a broken one
        if let Some(label) = used
            .label
            .as_deref()
            .filter(|_| Curie::parse(&used.given).is_err())
        {
            return self.by_label(used, label, path);
        }
        match terms.resolve_in(&used.given, scope_of(used.role)) {
            Resolution::Found { term, by } => {
                if by == Matched::RepairedIdentifier {
                    self.report
                        .warning(path, format!("{} was read as {}", used.given, term.iri));
                }
                self.label(used, term, path);
                Some(term.iri.clone())
            }
            Resolution::Outside(term) => {
                self.report.warning(
                    path,
                    format!(
                        "{} ({}) is not {}",
                        used.given,
                        term.label,
                        kind_of(used.role)
                    ),
                );
                self.label(used, term, path);
                Some(term.iri.clone())
            }
            Resolution::Obsolete { term, replaced_by } => {
                self.obsolete(used, term, replaced_by, path)
            }
            Resolution::NotLoaded(curie) => {
                self.report.warning(path, format!("{} is not in the ontologies of this node; it is written as given and was not checked", used.given));
                Some(curie.iri())
            }
            Resolution::Ambiguous(several) => {
                let names = several
                    .iter()
                    .map(|term| format!("{} ({})", term.label, term.iri))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.report.warning(path, format!("{:?} fits several terms: {names}; it is kept as text, give the identifier of one", used.given));
                None
            }
            Resolution::Unknown { nearest } => self.unknown(used, &nearest, path),
        }
    }

    /// A submitted label must be one of the term's names.
    fn label(&mut self, used: &TermUse, term: &Term, path: &str) {
        let Some(label) = &used.label else { return };
        if self.terms.fits(&term.iri, label) == Some(false) {
            self.report.graded(path, format!("{} is {:?}, and the study calls it {label:?}; one of the two is wrong, and the identifier is taken", used.given, term.label));
        }
    }

    fn obsolete(
        &mut self,
        used: &TermUse,
        term: &Term,
        replaced_by: Option<&Term>,
        path: &str,
    ) -> Option<String> {
        let instead = replaced_by
            .map(|term| format!("; use {} ({})", term.iri, term.label))
            .unwrap_or_default();
        self.report.graded(
            path,
            format!("{} ({}) is obsolete{instead}", used.given, term.label),
        );
        // a label that only an obsolete term has says nothing certain; an identifier does
        let is_identifier = Curie::parse(&used.given).is_ok();
        is_identifier.then(|| term.iri.clone())
    }

    /// A text that is no identifier: an address of another kind, or the name of nothing known.
    fn unknown(&mut self, used: &TermUse, nearest: &[&Term], path: &str) -> Option<String> {
        if used.given.contains("://") {
            return self.address(used, path);
        }
        self.report.warning(
            path,
            format!(
                "{:?} is not the name of a known term{}; it is kept as text",
                used.given,
                suggestion(nearest)
            ),
        );
        None
    }

    /// A broken identifier with a label: where exactly one term has that label, it is meant.
    fn by_label(&mut self, used: &TermUse, label: &str, path: &str) -> Option<String> {
        if used.given.contains("://") {
            return self.address(used, path);
        }
        match self.terms.resolve_label(label, scope_of(used.role)) {
            Resolution::Found { term, .. } => {
                self.report.warning(
                    path,
                    format!(
                        "{:?} is not an identifier; by its label {label:?} it was read as {}",
                        used.given, term.iri
                    ),
                );
                Some(term.iri.clone())
            }
            Resolution::Unknown { nearest } => {
                self.report.warning(path, format!("{:?} is not an identifier and {label:?} not the name of a known term{}; it is kept as text", used.given, suggestion(&nearest)));
                None
            }
            _ => {
                self.report.warning(path, format!("{:?} is not an identifier and {label:?} does not say which term is meant; it is kept as text", used.given));
                None
            }
        }
    }

    fn address(&mut self, used: &TermUse, path: &str) -> Option<String> {
        if Iri::parse(used.given.as_str()).is_err() {
            self.report.warning(
                path,
                format!("{:?} is not a legal IRI; it is kept as text", used.given),
            );
            return None;
        }
        self.report.warning(path, format!("{} is not a term of the ontologies of this node; it is written as given and was not checked", used.given));
        Some(used.given.clone())
    }
}

/// Terms of use, as IRIs.
fn data_use(study: &mut Study, terms: &Terms, report: &mut Report) {
    for (index, given) in study.data_use.iter_mut().enumerate() {
        let path = format!("access.data_use[{index}]");
        match terms.resolve_in(given, Scope::DataUse) {
            Resolution::Found { term, .. } => *given = term.iri.clone(),
            Resolution::NotLoaded(curie) if curie.prefix() == "DUO" => {
                report.warning(path, format!("{given} is not in the ontologies of this node; it is written as given and was not checked"));
                *given = curie.iri();
            }
            _ => report.graded(path, format!("{given:?} is not a current term of the Data Use Ontology; write DUO:0000042, for example")),
        }
    }
}

fn suggestion(nearest: &[&Term]) -> String {
    match nearest.first() {
        Some(term) => format!(" (is {:?}, {}, meant?)", term.label, term.iri),
        None => String::new(),
    }
}

fn scope_of(role: TermRole) -> Scope {
    match role {
        TermRole::Organism => Scope::Organism,
        TermRole::Method => Scope::ImagingMethod,
        TermRole::CellType => Scope::CellType,
        TermRole::CellLine => Scope::CellLine,
        TermRole::Tissue => Scope::Anatomy,
        TermRole::Disease => Scope::Disease,
        TermRole::Process => Scope::GeneOntology,
        TermRole::Preparation => Scope::SamplePreparation,
        TermRole::Subject => Scope::Any,
    }
}

fn kind_of(role: TermRole) -> &'static str {
    match role {
        TermRole::Organism => "an organism",
        TermRole::Method => "an imaging method",
        TermRole::CellType => "a type of cell",
        TermRole::CellLine => "a cell line",
        TermRole::Tissue => "an organ or tissue",
        TermRole::Disease => "a disease",
        TermRole::Process => "a process or a part of a cell",
        TermRole::Preparation => "a preparation of a specimen",
        TermRole::Subject => "a subject",
    }
}

fn list_of(role: TermRole) -> &'static str {
    match role {
        TermRole::Organism => "organisms",
        TermRole::Method => "imaging_methods",
        TermRole::CellType => "cell_type",
        TermRole::CellLine => "cell_line",
        TermRole::Tissue => "tissue",
        TermRole::Disease => "disease",
        TermRole::Process | TermRole::Preparation | TermRole::Subject => "subjects",
    }
}
