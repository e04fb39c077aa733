//! Letters in one form: lower case, Greek ones by their names; and which marks belong to words.

/// Hyphen-minus and its kin, U+2010 hyphen to U+2015 horizontal bar, U+2212 minus.
pub(super) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// An accent that stands behind its letter, as in texts that were decomposed.
pub(super) fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// The bytes of an English possessive at the beginning of what follows a word: "Parkinson's" is "Parkinson".
pub(super) fn possessive(following: &str) -> usize {
    let mut characters = following.chars();
    let (Some(apostrophe), Some(letter)) = (characters.next(), characters.next()) else {
        return 0;
    };
    let ends = characters
        .next()
        .is_none_or(|character| !character.is_alphanumeric());
    if matches!(apostrophe, '\'' | '’') && matches!(letter, 's' | 'S') && ends {
        apostrophe.len_utf8() + letter.len_utf8()
    } else {
        0
    }
}

/// Writes a character in lower case; Greek letters by their names, the micro sign as u, accents that stand alone not at all.
pub(super) fn push_folded(character: char, letters: &mut String) {
    if character.is_ascii() {
        letters.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match greek(lower) {
            Some(name) => letters.push_str(name),
            None if lower == 'µ' => letters.push('u'),
            None if is_combining(lower) => {}
            None => letters.push(lower),
        }
    }
}

fn greek(lower: char) -> Option<&'static str> {
    Some(match lower {
        'α' | 'ά' => "alpha",
        'β' | 'ϐ' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' | 'έ' | 'ϵ' => "epsilon",
        'ζ' => "zeta",
        'η' | 'ή' => "eta",
        'θ' | 'ϑ' => "theta",
        'ι' | 'ί' => "iota",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'ο' | 'ό' => "omicron",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'υ' | 'ύ' => "upsilon",
        'φ' | 'ϕ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' | 'ώ' => "omega",
        _ => return None,
    })
}
