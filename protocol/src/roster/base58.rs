//! Just enough of base58 to see whether a record key equals another key: a Multikey of Ed25519 is `z`, then base58 (Bitcoin's digits) of
//! the two bytes 0xed 0x01 and 32 bytes of key.

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const BYTES: usize = 34;

/// The 32 bytes of an Ed25519 Multikey; none for any other text.
pub(super) fn ed25519_of_multikey(multibase: &str) -> Option<[u8; 32]> {
    let digits = multibase.strip_prefix('z')?;
    let mut number = [0_u8; BYTES];
    for digit in digits.bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        times_58_plus(&mut number, value as u32)?;
    }
    // a leading 1 would be a leading zero byte, of which this key has none: 0xed is not zero
    match number {
        [0xed, 0x01, key @ ..] if !digits.starts_with('1') => Some(key),
        _ => None,
    }
}

/// One step of reading a number by its digits; none when it does not fit any more.
fn times_58_plus(number: &mut [u8; BYTES], digit: u32) -> Option<()> {
    let mut carry = digit;
    for byte in number.iter_mut().rev() {
        carry += u32::from(*byte) * 58;
        *byte = (carry & 0xff) as u8;
        carry >>= 8;
    }
    (carry == 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_did_key_specification() {
        // did:key method, test vectors for Ed25519
        let key = ed25519_of_multikey("z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH");
        let hex = key.map(|key| crate::digest::to_hex(&key));
        let known = "94966b7c08e405775f8de6cc1c4508f6eb227403e1025b2c8ad2d7477398c5b2";
        assert_eq!(hex.as_deref(), Some(known));
        for bad in [
            "",
            "z",
            "6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
            "z0",
            "z16Mk",
            "zQ3sh",
        ] {
            assert_eq!(ed25519_of_multikey(bad), None, "{bad}");
        }
    }
}
