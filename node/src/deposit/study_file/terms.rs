//! Terms: a CURIE, an IRI or a label; or `{label:, terms: […]}` where both are known.

use crate::study::{TermRole, TermUse};

use super::fields::{Fields, Placed, Report};

/// The terms of a list.
pub(super) fn list(
    fields: &Fields<'_>,
    key: &str,
    role: TermRole,
    report: &mut Report,
) -> Vec<TermUse> {
    let items = fields.list(key, "terms", report);
    items
        .iter()
        .flat_map(|item| uses(item, role, report))
        .collect()
}

/// The terms of a key that has one, or a list of them.
pub(super) fn one_or_many(
    fields: &Fields<'_>,
    key: &str,
    role: TermRole,
    report: &mut Report,
) -> Vec<TermUse> {
    let items = fields.one_or_many(key, "terms", report);
    items
        .iter()
        .flat_map(|item| uses(item, role, report))
        .collect()
}

/// One entry: a text is one term, a map one for each of its `terms`, or its label alone.
fn uses(item: &Placed<'_>, role: TermRole, report: &mut Report) -> Vec<TermUse> {
    if item.is_text() {
        return item
            .text(report)
            .map(|given| TermUse::new(role, given, None))
            .into_iter()
            .collect();
    }
    let Some(fields) = item.fields(&["label", "terms", "term"], report) else {
        return Vec::new();
    };
    let label = fields.text("label", report);
    let mut terms = fields.texts("terms", "terms", report);
    terms.extend(fields.text("term", report));
    match (terms.is_empty(), label) {
        (false, label) => terms
            .into_iter()
            .map(|term| TermUse::new(role, term, label.clone()))
            .collect(),
        (true, Some(label)) => vec![TermUse::new(role, label, None)],
        (true, None) => {
            report.error(
                &item.place,
                item.node.line,
                "it has neither `label` nor `terms`",
            );
            Vec::new()
        }
    }
}
