//! Undoing blosc's shuffles, by which bytes, or bits, of one significance stand together.

/// Bytes: all first bytes of the samples, then all second ones … What is left over at the end stays.
pub(super) fn unshuffle_bytes(input: &[u8], output: &mut [u8], sample_bytes: usize) {
    let samples = input.len() / sample_bytes;
    let whole = samples * sample_bytes;
    output[whole..].copy_from_slice(&input[whole..]);
    if samples == 0 {
        return;
    }
    for (byte, plane) in input[..whole].chunks_exact(samples).enumerate() {
        let places = output[..whole].chunks_exact_mut(sample_bytes);
        for (sample, value) in places.zip(plane) {
            sample[byte] = *value;
        }
    }
}

/// Bits: those of one place in all samples stand together, eight samples a byte. Where samples do not come in eights, c-blosc
/// does not shuffle.
pub(super) fn unshuffle_bits(input: &[u8], output: &mut [u8], sample_bytes: usize) {
    let samples = input.len() / sample_bytes;
    let whole = samples * sample_bytes;
    if !samples.is_multiple_of(8) || samples == 0 {
        output.copy_from_slice(input);
        return;
    }
    output[whole..].copy_from_slice(&input[whole..]);
    output[..whole].fill(0);
    for (row, bits) in input[..whole].chunks_exact(samples / 8).enumerate() {
        let (byte, bit) = (row / 8, row % 8);
        for (eight, value) in bits.iter().enumerate() {
            for place in 0..8 {
                let sample = eight * 8 + place;
                output[sample * sample_bytes + byte] |= (value >> place & 1) << bit;
            }
        }
    }
}
