//! Licences under one key and one short name, however they are written.

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Licence {
    /// The key that records and requests agree on: for Creative Commons the licence's IRI, else the address or text.
    pub key: String,
    /// For display: `CC-BY-4.0`, else the address or text as given.
    pub label: String,
}

/// Reads an IRI (`https://creativecommons.org/licenses/by/4.0/legalcode`), a short name (`CC-BY-4.0`, `CC BY 4.0`, `CC0`) or
/// anything else, which is a licence of its own.
pub(super) fn licence(text: &str) -> Licence {
    let lower = text.trim().to_lowercase();
    let address = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let found = match address.map(|address| address.strip_prefix("www.").unwrap_or(address)) {
        Some(address) => commons_address(address).or_else(|| spdx_address(address)),
        None => commons_name(&lower),
    };
    found.unwrap_or_else(|| match address {
        Some(address) => Licence {
            key: format!("https://{}", address.trim_end_matches('/')),
            label: text.trim().to_owned(),
        },
        None => Licence {
            key: lower.clone(),
            label: text.trim().to_owned(),
        },
    })
}

fn commons_address(address: &str) -> Option<Licence> {
    let path = address.strip_prefix("creativecommons.org/")?;
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    match (segments.next()?, segments.next()?, segments.next()) {
        ("publicdomain", "zero", version) => Some(zero(version.unwrap_or("1.0"))),
        ("licenses", code, Some(version)) => attribution(code, version),
        _ => None,
    }
}

fn spdx_address(address: &str) -> Option<Licence> {
    let name = address.strip_prefix("spdx.org/licenses/")?;
    commons_name(name.trim_end_matches(".html"))
}

/// `cc-by-nc-4.0`, `cc by 4.0`, `cc0`, `cc0-1.0`.
fn commons_name(name: &str) -> Option<Licence> {
    let words: Vec<&str> = name
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '.')
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        ["cc0"] | ["cc", "0"] | ["cc", "zero"] => Some(zero("1.0")),
        ["cc0", version] => Some(zero(version)),
        ["cc", code @ .., version] if !code.is_empty() => attribution(&code.join("-"), version),
        _ => None,
    }
}

fn zero(version: &str) -> Licence {
    Licence {
        key: format!("https://creativecommons.org/publicdomain/zero/{version}/"),
        label: format!("CC0-{version}"),
    }
}

fn attribution(code: &str, version: &str) -> Option<Licence> {
    let is_code = code.starts_with("by")
        && code
            .split('-')
            .all(|part| matches!(part, "by" | "nc" | "nd" | "sa"));
    let is_version = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_code && is_version).then(|| Licence {
        key: format!("https://creativecommons.org/licenses/{code}/{version}/"),
        label: format!("CC-{}-{version}", code.to_uppercase()),
    })
}

#[cfg(test)]
mod tests {
    use super::licence;

    #[test]
    fn the_spellings_of_a_licence_are_one() {
        for text in [
            "https://creativecommons.org/licenses/by/4.0/",
            "http://creativecommons.org/licenses/by/4.0/legalcode",
            "https://www.creativecommons.org/licenses/by/4.0/deed.en",
            "CC-BY-4.0",
            "cc by 4.0",
            "https://spdx.org/licenses/CC-BY-4.0.html",
        ] {
            let found = licence(text);
            assert_eq!(
                found.key, "https://creativecommons.org/licenses/by/4.0/",
                "{text}"
            );
            assert_eq!(found.label, "CC-BY-4.0");
        }
        assert_eq!(licence("CC0").label, "CC0-1.0");
        assert_eq!(
            licence("https://creativecommons.org/publicdomain/zero/1.0/").label,
            "CC0-1.0"
        );
        assert_eq!(licence("CC BY-NC-SA 3.0").label, "CC-BY-NC-SA-3.0");
        assert_eq!(licence("Ask me").key, "ask me");
        assert_eq!(
            licence("http://example.org/terms/").key,
            "https://example.org/terms"
        );
    }
}
