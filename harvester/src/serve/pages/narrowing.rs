//! By what the results are narrowed, and by what they can be: the filters that hold, and the facets in the margin.

use std::collections::BTreeMap;

use ::web::words;

use super::called::{label, label_of_filter, title};
use super::question::Asked;
use crate::serve::state::Shared;
use crate::text::{Facet, FacetValue, SearchAnswer, place_of_value};

/// Values of a facet that are shown before "more".
const FIRST_VALUES: usize = 7;

/// A filter that holds, and the question without it.
pub(super) struct Filter {
    pub facet: &'static str,
    pub label: String,
    pub is_excluded: bool,
    pub href: String,
}

/// A facet in the margin.
pub(super) struct Margin {
    pub title: &'static str,
    pub first: Vec<Value>,
    pub rest: Vec<Value>,
    pub left_out: usize,
    pub is_open: bool,
    /// whether what is rarer is in sight too
    pub is_whole: bool,
    /// the span that is typed, where one can be
    pub typed: Option<Typed>,
}

/// A field for a span that is in no list.
pub(super) struct Typed {
    pub name: &'static str,
    pub value: String,
    /// what the form sends along unseen
    pub kept: Vec<(String, String)>,
}

/// A value in the margin, and the questions that it leads to.
pub(super) struct Value {
    pub label: String,
    pub count: String,
    pub href: String,
    pub exclude_href: String,
    pub is_chosen: bool,
}

/// The filters that hold, by the names that people know.
pub(super) fn filters(
    shared: &Shared,
    asked: &Asked,
    answer: Option<&SearchAnswer>,
    members: &BTreeMap<String, String>,
) -> Vec<Filter> {
    let label_of = |facet: Facet, value: &str| {
        let values = answer.map_or(&[][..], |answer| values(answer, facet));
        let counted = values.iter().find(|other| other.id == value);
        counted.map_or_else(
            || label_of_filter(shared, facet, value),
            |counted| label(facet, counted, members),
        )
    };
    asked
        .filters()
        .map(|(facet, text)| {
            let value = text.strip_prefix('-');
            Filter {
                facet: title(facet),
                label: label_of(facet, value.unwrap_or(text)),
                is_excluded: value.is_some(),
                href: asked
                    .without(facet.name(), text)
                    .href(&shared.site.base_path),
            }
        })
        .collect()
}

/// A facet with the values of what was found; none where it says nothing.
pub(super) fn margin(
    facet: Facet,
    asked: &Asked,
    answer: &SearchAnswer,
    members: &BTreeMap<String, String>,
    base_path: &str,
) -> Option<Margin> {
    let name = facet.name();
    let chosen: Vec<&str> = asked
        .filters()
        .filter(|(other, _)| *other == facet)
        .map(|(_, value)| value)
        .collect();
    let mut counted: Vec<&FacetValue> = values(answer, facet).iter().collect();
    if facet == Facet::Year {
        // in the order of time, whatever there is most of
        counted.sort_by(|one, other| other.id.cmp(&one.id));
    }
    // in the order of numbers
    counted.sort_by_key(|value| place_of_value(facet, &value.id));
    if says_nothing(facet, &counted, answer.total) && chosen.is_empty() {
        return None;
    }
    let mut first: Vec<Value> = counted
        .into_iter()
        .map(|value| {
            let is_chosen = chosen.contains(&value.id.as_str());
            let excluded = format!("-{}", value.id);
            let towards = match (is_chosen, facet) {
                (true, _) => asked.without(name, &value.id),
                // one span has others within it: with two of them the smaller would say nothing
                (false, Facet::Planes | Facet::Times) => asked.having(name, &value.id),
                (false, _) => asked.with(name, &value.id),
            };
            Value {
                label: label(facet, value, members),
                count: words::number(value.count),
                href: towards.href(base_path),
                exclude_href: asked
                    .without(name, &value.id)
                    .with(name, &excluded)
                    .href(base_path),
                is_chosen,
            }
        })
        .collect();
    if first.is_empty() {
        return None;
    }
    let rest = first.split_off(first.len().min(FIRST_VALUES));
    let mut more = answer.more.iter();
    Some(Margin {
        title: title(facet),
        is_open: !matches!(
            facet,
            Facet::Process | Facet::Phenotype | Facet::Access | Facet::PixelType
        ) || !chosen.is_empty(),
        typed: (facet == Facet::PixelSize).then(|| Typed {
            name,
            value: chosen.first().copied().unwrap_or_default().to_owned(),
            kept: asked.others_than(&[name, "page"]),
        }),
        is_whole: rest.iter().any(|value| value.is_chosen),
        first,
        rest,
        left_out: more
            .find(|(other, _)| *other == name)
            .map_or(0, |(_, left_out)| *left_out),
    })
}

/// Whether everything that was found has the same: what an image is, is shown beside it anyway.
fn says_nothing(facet: Facet, counted: &[&FacetValue], total: u64) -> bool {
    facet.is_of_images() && counted.iter().all(|value| value.count == total)
}

fn values(answer: &SearchAnswer, facet: Facet) -> &[FacetValue] {
    let mut facets = answer.facets.iter();
    facets
        .find(|(name, _)| *name == facet.name())
        .map_or(&[], |(_, values)| values.as_slice())
}
