//! DOI, ORCID, ROR and PubMed number as people write them, made the one IRI or number that everybody else writes.

/// `https://doi.org/10.…` in lower case, of a DOI with or without one of its usual beginnings.
pub fn doi(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let bare = without_web(&lower, &["doi.org/", "dx.doi.org/", "www.doi.org/"]);
    let bare = bare.strip_prefix("doi:").unwrap_or(bare).trim();
    let (registrant, suffix) = bare.strip_prefix("10.")?.split_once('/')?;
    let digits = registrant
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == '.');
    let printable = !suffix
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control());
    (registrant.len() >= 4 && digits && !suffix.is_empty() && printable)
        .then(|| format!("https://doi.org/{bare}"))
}

/// `https://orcid.org/0000-…`, of an ORCID whose check digit is right (ISO 7064, MOD 11-2).
pub fn orcid(text: &str) -> Option<String> {
    let upper = text.trim().to_uppercase();
    let bare = without_web(&upper, &["ORCID.ORG/", "WWW.ORCID.ORG/"]);
    let bare = bare
        .strip_prefix("ORCID:")
        .unwrap_or(bare)
        .trim()
        .trim_end_matches('/');
    let groups: Vec<&str> = bare.split('-').collect();
    if groups.len() != 4 || groups.iter().any(|group| group.len() != 4) {
        return None;
    }
    let letters = groups.concat();
    let (digits, check) = letters.split_at_checked(15)?;
    let total = digits
        .chars()
        .try_fold(0, |total, digit| Some((total + digit.to_digit(10)?) * 2))?;
    let expected = match (12 - total % 11) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    (check == expected).then(|| format!("https://orcid.org/{bare}"))
}

/// `https://ror.org/0…`, of a ROR whose two check digits are right (ISO 7064, MOD 97-10, over Crockford's base 32).
pub fn ror(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let bare = without_web(&lower, &["ror.org/", "www.ror.org/"]);
    let bare = bare
        .strip_prefix("ror:")
        .unwrap_or(bare)
        .trim()
        .trim_end_matches('/');
    if bare.len() != 9 || !bare.is_ascii() || !bare.starts_with('0') {
        return None;
    }
    let (number, check) = bare.split_at(7);
    let number = number
        .bytes()
        .try_fold(0_u64, |number, letter| Some(number * 32 + base32(letter)?))?;
    let expected = 98 - (number * 100) % 97;
    (check.parse() == Ok(expected)).then(|| format!("https://ror.org/{bare}"))
}

/// PubMed's number: digits alone.
pub fn pmid(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let bare = without_web(
        &lower,
        &["pubmed.ncbi.nlm.nih.gov/", "www.ncbi.nlm.nih.gov/pubmed/"],
    );
    let bare = bare
        .strip_prefix("pmid:")
        .unwrap_or(bare)
        .trim()
        .trim_end_matches('/');
    let digits =
        (1..=9).contains(&bare.len()) && bare.bytes().all(|letter| letter.is_ascii_digit());
    digits.then(|| bare.to_owned())
}

/// Without scheme and host, if it has one of the hosts.
fn without_web<'a>(text: &'a str, hosts: &[&str]) -> &'a str {
    let lower_end = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let rest = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower_end(scheme))
        .map_or(text, |scheme| &text[scheme.len()..]);
    hosts
        .iter()
        .find_map(|host| rest.strip_prefix(host))
        .unwrap_or(rest)
}

/// Crockford's digits: no i, l, o, u.
fn base32(letter: u8) -> Option<u64> {
    b"0123456789abcdefghjkmnpqrstvwxyz"
        .iter()
        .position(|digit| *digit == letter)
        .map(|place| place as u64)
}

#[cfg(test)]
mod tests {
    use super::{doi, orcid, pmid, ror};

    #[test]
    fn a_doi_is_one_iri_however_it_is_written() {
        for text in [
            "10.1038/S41586-020-1",
            "doi:10.1038/s41586-020-1",
            " http://dx.doi.org/10.1038/s41586-020-1",
        ] {
            assert_eq!(
                doi(text).as_deref(),
                Some("https://doi.org/10.1038/s41586-020-1")
            );
        }
        for text in [
            "",
            "10.1038",
            "10.1038/",
            "10.x/y",
            "https://example.org/10.1038/x",
            "10.1038/a b",
        ] {
            assert_eq!(doi(text), None, "{text}");
        }
    }

    #[test]
    fn an_orcid_has_a_check_digit() {
        // the two that ORCID's own documentation uses
        for text in [
            "0000-0002-1825-0097",
            "https://orcid.org/0000-0002-1694-233X",
            "orcid:0000-0002-1694-233x",
        ] {
            assert!(orcid(text).is_some(), "{text}");
        }
        assert_eq!(
            orcid("0000-0002-1825-0097").as_deref(),
            Some("https://orcid.org/0000-0002-1825-0097")
        );
        for text in [
            "",
            "0000-0002-1825-0098",
            "0000000218250097",
            "0000-0002-1825-009é",
            "A. Author",
        ] {
            assert_eq!(orcid(text), None, "{text}");
        }
    }

    #[test]
    fn a_ror_has_two_check_digits() {
        for text in [
            "https://ror.org/02catss52",
            "ror.org/03mstc592",
            "01cwqze88",
        ] {
            assert!(ror(text).is_some(), "{text}");
        }
        for text in ["", "02catss53", "12catss52", "EMBL", "02catss5é"] {
            assert_eq!(ror(text), None, "{text}");
        }
    }

    #[test]
    fn a_pubmed_number_is_digits() {
        assert_eq!(pmid("PMID: 23434591").as_deref(), Some("23434591"));
        assert_eq!(
            pmid("https://pubmed.ncbi.nlm.nih.gov/23434591/").as_deref(),
            Some("23434591")
        );
        assert_eq!(pmid("PMC3579752"), None);
    }
}
