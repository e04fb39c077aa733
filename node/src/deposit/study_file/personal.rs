//! Finds e-mail addresses: the study file is kept and served whole, comments and all, and so must hold none.

use crate::deposit::media_type;

/// The lines (from 1) on which something like an e-mail address stands.
pub(super) fn lines_with_addresses(text: &str) -> Vec<u64> {
    let numbered = (1..).zip(text.lines());
    numbered
        .filter(|(_, line)| line.match_indices('@').any(|(at, _)| is_address(line, at)))
        .map(|(number, _)| number)
        .collect()
}

/// Whether the `@` at this byte stands between a mailbox and the name of a host. `cells@2x.tif` is a file.
fn is_address(line: &str, at: usize) -> bool {
    let in_mailbox = |letter: char| letter.is_ascii_alphanumeric() || "._%+-".contains(letter);
    let in_host = |letter: char| letter.is_alphanumeric() || ".-".contains(letter);
    let mailbox = line[..at].chars().next_back().is_some_and(in_mailbox);
    let rest = &line[at + 1..];
    let host = &rest[..rest.find(|letter| !in_host(letter)).unwrap_or(rest.len())];
    let host = host.trim_end_matches(['.', '-']);
    let Some((name, top)) = host.rsplit_once('.') else {
        return false;
    };
    let is_top = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    mailbox
        && !name.is_empty()
        && is_top
        && media_type::by_name(host).is_none()
        && !media_type::is_microscopy(host)
}

#[cfg(test)]
mod tests {
    use super::lines_with_addresses;

    #[test]
    fn addresses_are_found_and_other_signs_are_not() {
        let text = "a: x.y@example.org\nb: (jo@lab.example.ac.uk).\nc: cells@2x.tif\nd: 5 @ 20.5 nm\ne: '@handle'\nf: a@b\n# me@host.eu";
        assert_eq!(lines_with_addresses(text), [1, 2, 7]);
    }
}
