//! Arguments as they stand in an address or in the body of a form (OAI-PMH 2.0 section 3.1.1).

use percent_encoding::percent_decode;

use super::error::Refusal;

/// Bytes that the arguments of a request may have, encoded: an address of 8 KiB is about the longest that servers take.
pub const MOST_BYTES: usize = 8 << 10;
/// Arguments that are read at most: no verb has more than five.
const MOST: usize = 16;

/// Reads `name=value&…` as forms are written (URL Standard section 5.1).
///
/// # Errors
/// More than the protocol can need, or a text that is not UTF-8.
pub fn parameters(text: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    if text.len() > MOST_BYTES {
        return Err(Refusal::argument(format!(
            "the arguments have more than {MOST_BYTES} bytes"
        )));
    }
    let mut read = Vec::new();
    for pair in text
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        if read.len() == MOST {
            return Err(Refusal::argument(format!(
                "there are more than {MOST} arguments; no verb has more than five"
            )));
        }
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let mut next = || decoded(parts.next().unwrap_or_default());
        read.push((next()?, next()?));
    }
    Ok(read)
}

fn decoded(text: &[u8]) -> Result<String, Refusal> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| Refusal::argument("an argument is not UTF-8"))
}
