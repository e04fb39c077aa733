//! The licence as an IRI: the many spellings of the Creative Commons ones become the one that everybody else writes.

use oxiri::Iri;

use super::report::Report;
use crate::study::Study;

/// Brings the licence into form.
pub(super) fn check(study: &mut Study, report: &mut Report) {
    let Some(given) = &study.licence else { return };
    match canonical(given) {
        Some(iri) => {
            if let Some(restriction) = restriction(&iri) {
                report.warning("licence", format!("{iri} forbids {restriction}, which much reuse of data is; CC0 or CC BY is recommended"));
            }
            study.licence = Some(iri);
        }
        None => {
            let given = given.clone();
            report.error("licence", format!("{given:?} is not the IRI of a licence; give one, for example https://creativecommons.org/licenses/by/4.0/"));
        }
    }
}

/// The IRI of a licence given by IRI or by the name of a Creative Commons licence with its version.
fn canonical(given: &str) -> Option<String> {
    let text = given.trim();
    if let Some(name) = after_host(text, &["spdx.org/licenses/"]) {
        return by_name(name.trim_end_matches(".html")).or_else(|| absolute(text));
    }
    if let Some(path) = after_host(text, &["creativecommons.org/", "www.creativecommons.org/"]) {
        return by_path(path).or_else(|| absolute(text));
    }
    by_name(text).or_else(|| absolute(text))
}

fn absolute(text: &str) -> Option<String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    (is_web && Iri::parse(text).is_ok()).then(|| text.to_owned())
}

fn after_host<'a>(text: &'a str, hosts: &[&str]) -> Option<&'a str> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    hosts.iter().find_map(|host| rest.strip_prefix(host))
}

/// `licenses/by-nc/4.0/legalcode` and `publicdomain/zero/1.0`.
fn by_path(path: &str) -> Option<String> {
    let mut parts = path
        .split(['?', '#'])
        .next()?
        .split('/')
        .filter(|part| !part.is_empty());
    match (
        parts.next()?,
        parts.next()?.to_ascii_lowercase(),
        parts.next()?,
    ) {
        ("publicdomain", tool, version) if is_version(version) => Some(format!(
            "https://creativecommons.org/publicdomain/{tool}/{version}/"
        )),
        ("licenses", kind, version) if is_kind(&kind) && is_version(version) => {
            // a licence ported to a country keeps that country: licenses/by/3.0/us/
            let place = parts
                .next()
                .filter(|part| part.len() == 2)
                .map(|place| format!("{place}/"))
                .unwrap_or_default();
            Some(format!(
                "https://creativecommons.org/licenses/{kind}/{version}/{place}"
            ))
        }
        _ => None,
    }
}

/// `CC BY-NC 4.0`, `cc-by-4.0`, `CC0`, `Creative Commons Attribution 4.0 International`. Without its version a licence
/// is none, except CC0, of which there is one version.
fn by_name(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase().replace("creative commons", "cc");
    let words = lower
        .replace("attribution", "by")
        .replace("noncommercial", "nc")
        .replace("non-commercial", "nc")
        .replace("noderivatives", "nd")
        .replace("no derivatives", "nd")
        .replace("sharealike", "sa")
        .replace("share alike", "sa");
    let mut kind = Vec::new();
    let mut version = None;
    let mut parts = words
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '.')
        .filter(|part| !part.is_empty())
        .peekable();
    match parts.next()? {
        "cc0" => {
            return parts
                .all(|part| matches!(part, "1.0" | "universal"))
                .then(|| "https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
        }
        "cc" | "ccby" => {}
        _ => return None,
    }
    if words.starts_with("ccby") {
        kind.push("by");
    }
    for part in parts {
        match part {
            "by" | "nc" | "nd" | "sa" => kind.push(part),
            "international" | "generic" | "unported" | "license" | "licence" => {}
            "zero" => return Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            other if is_version(other) && version.is_none() => version = Some(other),
            _ => return None,
        }
    }
    let kind = kind.join("-");
    (is_kind(&kind)).then_some(())?;
    Some(format!(
        "https://creativecommons.org/licenses/{kind}/{}/",
        version?
    ))
}

fn is_kind(kind: &str) -> bool {
    matches!(
        kind,
        "by" | "by-sa" | "by-nd" | "by-nc" | "by-nc-sa" | "by-nc-nd"
    )
}

fn is_version(text: &str) -> bool {
    matches!(text, "1.0" | "2.0" | "2.1" | "2.5" | "3.0" | "4.0")
}

/// What a Creative Commons licence forbids that hinders reuse.
fn restriction(iri: &str) -> Option<&'static str> {
    let kind = after_host(iri, &["creativecommons.org/licenses/"])?
        .split('/')
        .next()?;
    match (kind.contains("nc"), kind.contains("nd")) {
        (true, true) => Some("commercial use and derived works"),
        (true, false) => Some("commercial use"),
        (false, true) => Some("derived works"),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_licence_become_one_iri() {
        let by = "https://creativecommons.org/licenses/by/4.0/";
        for given in [
            by,
            "http://creativecommons.org/licenses/by/4.0",
            "https://www.creativecommons.org/licenses/BY/4.0/legalcode",
            "https://creativecommons.org/licenses/by/4.0/deed.en",
            "CC BY 4.0",
            "cc-by-4.0",
            "CC-BY 4.0 International",
            "Creative Commons Attribution 4.0 International License",
            "https://spdx.org/licenses/CC-BY-4.0.html",
        ] {
            assert_eq!(canonical(given).as_deref(), Some(by), "{given}");
        }
        let zero = "https://creativecommons.org/publicdomain/zero/1.0/";
        for given in [
            "CC0",
            "CC0 1.0 Universal",
            "cc-zero",
            "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
            "CC0-1.0",
        ] {
            assert_eq!(canonical(given).as_deref(), Some(zero), "{given}");
        }
        assert_eq!(
            canonical("CC BY-NC-SA 3.0").as_deref(),
            Some("https://creativecommons.org/licenses/by-nc-sa/3.0/")
        );
        assert_eq!(
            canonical("https://creativecommons.org/licenses/by/3.0/us/").as_deref(),
            Some("https://creativecommons.org/licenses/by/3.0/us/")
        );
    }

    #[test]
    fn other_licences_are_kept_and_words_are_not_licences() {
        assert_eq!(
            canonical("https://v18.proteinatlas.org/about/licence").as_deref(),
            Some("https://v18.proteinatlas.org/about/licence")
        );
        assert_eq!(
            canonical("https://spdx.org/licenses/MIT").as_deref(),
            Some("https://spdx.org/licenses/MIT")
        );
        for words in [
            "CC BY",
            "open",
            "see the paper",
            "",
            "https://exa mple.org/x",
            "ftp://example.org/x",
            "CC SA 4.0",
        ] {
            assert_eq!(canonical(words), None, "{words}");
        }
    }

    #[test]
    fn what_hinders_reuse_is_told() {
        assert_eq!(
            restriction("https://creativecommons.org/licenses/by-nc-nd/4.0/"),
            Some("commercial use and derived works")
        );
        assert_eq!(
            restriction("https://creativecommons.org/licenses/by-sa/4.0/"),
            None
        );
    }
}
