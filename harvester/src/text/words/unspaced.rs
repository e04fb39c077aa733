//! Scripts that are written without spaces between words.

/// Whether a character is of a script that leaves no spaces between words, or, as Korean does, ties particles to them.
///
/// Such characters are words of one character each: what stands together in a query is looked for as it stands, so that a word is
/// found wherever it is part of a sentence, without a dictionary that would cut questions in another way than texts.
pub(in crate::text) fn is_unspaced(character: char) -> bool {
    matches!(character,
        // Thai, Lao; Myanmar; Khmer
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // radicals; iteration mark and zero; kana, bopomofo, and what belongs to them
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}'
        // Chinese characters
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        // Korean syllables; kana of half the width
        | '\u{ac00}'..='\u{d7a3}' | '\u{ff66}'..='\u{ff9f}')
}
