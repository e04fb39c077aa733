//! Authors and institutions: identifiers brought into form, or kept as text where they cannot be.

use super::links::is_link;
use super::report::Report;
use crate::deposit::persistent_identifier;
use crate::study::{Organisation, Person, Property, Study};

/// Checks authors, publisher and funders.
pub(super) fn check(study: &mut Study, report: &mut Report) {
    for (index, author) in study.authors.iter_mut().enumerate() {
        let path = format!("authors[{index}]");
        orcid(author, &path, report);
        if author.name.is_none() {
            report.graded(&path, "the author has no name");
        }
        let mut kept = Vec::new();
        for affiliation in &mut author.affiliations {
            organisation(
                affiliation,
                &format!("{path}.affiliation"),
                &mut kept,
                report,
            );
        }
        author
            .affiliations
            .retain(|affiliation| *affiliation != Organisation::default());
        author.additional.append(&mut kept);
    }
    if let Some(publisher) = &mut study.publisher {
        organisation(publisher, "publisher", &mut study.additional, report);
    }
    for (index, funding) in study.funding.iter_mut().enumerate() {
        organisation(
            &mut funding.funder,
            &format!("funding[{index}]"),
            &mut study.additional,
            report,
        );
    }
    study
        .publisher
        .take_if(|publisher| *publisher == Organisation::default());
}

fn orcid(author: &mut Person, path: &str, report: &mut Report) {
    let Some(given) = author.orcid.take() else {
        return;
    };
    let path = format!("{path}.orcid");
    if let Some(orcid) = persistent_identifier::orcid(&given) {
        author.orcid = Some(orcid);
        return;
    }
    let (found, behind) = embedded(&given);
    let names_another = !behind.is_empty()
        && author
            .name
            .as_deref()
            .is_some_and(|name| !shares_a_word(name, &behind));
    match found {
        Some(orcid) if !names_another => {
            report.warning(path, format!("{given:?} is not an ORCID; the one in it was taken, {orcid}"));
            author.orcid = Some(orcid);
        }
        Some(_) => {
            report.warning(path, format!("{given:?} names somebody else than the author; it is kept as text"));
        }
        None => report.warning(path, format!("{given:?} is not an ORCID (four groups of four, the last a check digit); it is kept as text")),
    }
    author.additional.push(Property {
        name: "orcid".to_owned(),
        value: given,
    });
}

/// The ORCID in a text, and what words stand behind it.
fn embedded(text: &str) -> (Option<String>, String) {
    let is_group = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'X' | b'x');
    for start in 0..text.len().saturating_sub(18) {
        let Some(candidate) = text.get(start..start + 19) else {
            continue;
        };
        if candidate.bytes().all(is_group)
            && let Some(orcid) = persistent_identifier::orcid(candidate)
        {
            let behind =
                text[start + 19..].trim_matches(|character: char| !character.is_alphanumeric());
            return (Some(orcid), behind.to_owned());
        }
    }
    (None, String::new())
}

fn shares_a_word(name: &str, other: &str) -> bool {
    let words = |text: &str| {
        text.split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let other = words(other);
    words(name).iter().any(|word| other.contains(word))
}

fn organisation(
    organisation: &mut Organisation,
    path: &str,
    kept: &mut Vec<Property>,
    report: &mut Report,
) {
    let called = organisation
        .name
        .clone()
        .unwrap_or_else(|| "institution".to_owned());
    if let Some(given) = organisation.ror.take() {
        organisation.ror = persistent_identifier::ror(&given);
        if organisation.ror.is_none() {
            report.warning(path, format!("{given:?} is not a ROR (https://ror.org/ and nine letters and digits); it is kept as text"));
            kept.push(Property {
                name: format!("ror of {called}"),
                value: given,
            });
        }
    }
    if let Some(url) = organisation.url.take_if(|url| !is_link(url)) {
        report.warning(
            path,
            format!("{url:?} is not a legal address; it is kept as text"),
        );
        kept.push(Property {
            name: format!("url of {called}"),
            value: url,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Profile;

    fn read(orcid: &str, name: &str) -> (Person, usize) {
        let mut report = Report::new(Profile::Legacy, Vec::new());
        let mut author = Person {
            orcid: Some(orcid.to_owned()),
            name: Some(name.to_owned()),
            ..Person::default()
        };
        super::orcid(&mut author, "authors[0]", &mut report);
        (author, report.findings.len())
    }

    #[test]
    fn an_orcid_with_a_name_behind_it_is_repaired_if_the_name_is_the_authors() {
        let (author, findings) = read(
            "https://orcid.org/0000-0002-1825-0097 (Josiah)",
            "Josiah Carberry",
        );
        assert_eq!(
            (author.orcid.as_deref(), findings),
            (Some("https://orcid.org/0000-0002-1825-0097"), 1)
        );
        let (author, findings) = read(
            "https://orcid.org/0000-0002-1825-0097 (Robert B.)",
            "Sandeep C.",
        );
        assert_eq!(
            (author.orcid, findings, author.additional.len()),
            (None, 1, 1)
        );
    }

    #[test]
    fn a_wrong_check_digit_is_kept_as_text() {
        let (author, findings) = read("0000-0002-1825-0098", "Josiah Carberry");
        assert_eq!((author.orcid, findings), (None, 1));
        assert_eq!(author.additional[0].value, "0000-0002-1825-0098");
        let (author, findings) = read("http://orcid.org/0000-0002-1694-233x", "A");
        assert_eq!(
            (author.orcid.as_deref(), findings),
            (Some("https://orcid.org/0000-0002-1694-233X"), 0)
        );
    }
}
