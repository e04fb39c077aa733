//! Numbers in addresses: no signs, no exponents, no spaces, nothing that a number could hide in.

/// A whole number of at most 9 digits.
pub(super) fn whole(text: &str) -> Option<u32> {
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A decimal of at most 16 characters: `41.6`, `.5`, `7`.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    let is_number = digits >= 1 && points <= 1 && digits + points == text.len() && text.len() <= 16;
    is_number.then(|| text.parse().ok()).flatten()
}

/// As short as it can be written and read back: `7`, `0.5`.
pub(super) fn written(number: f64) -> String {
    // "{}" of a number never has an exponent, nor zeros that say nothing
    format!("{number}")
}

/// As many numbers as there are places, by `,`.
pub(super) fn list<const N: usize, T: Copy + Default>(
    text: &str,
    number: impl Fn(&str) -> Option<T>,
) -> Option<[T; N]> {
    let mut found = [T::default(); N];
    let mut parts = text.split(',');
    for place in &mut found {
        *place = number(parts.next()?)?;
    }
    parts.next().is_none().then_some(found)
}
