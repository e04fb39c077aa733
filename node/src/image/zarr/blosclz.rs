//! Decompressing BloscLZ, the codec of blosc that nothing else has: FastLZ's second level.

/// Distances of 13 bits reach so far; greater ones have two bytes more.
const FAR: usize = 8191;

/// Decompresses a stream into a buffer and tells how many bytes came out.
///
/// # Errors
/// Where the stream ends too early or points outside.
pub(super) fn decompress(input: &[u8], output: &mut [u8]) -> Result<usize, String> {
    let mut stream = Stream { input, at: 0 };
    let mut written = 0;
    let mut control = usize::from(stream.byte()? & 31);
    loop {
        if control >= 32 {
            let (length, distance) = stream.copy(control)?;
            copy(output, written, length, distance)?;
            written += length;
        } else {
            let length = control + 1;
            let literal = stream.take(length)?;
            output
                .get_mut(written..written + length)
                .ok_or_else(broken)?
                .copy_from_slice(literal);
            written += length;
        }
        if stream.at >= input.len() {
            return Ok(written);
        }
        control = usize::from(stream.byte()?);
    }
}

struct Stream<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Stream<'a> {
    fn byte(&mut self) -> Result<u8, String> {
        let byte = self.input.get(self.at).copied().ok_or_else(broken)?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let taken = self
            .input
            .get(self.at..self.at + length)
            .ok_or_else(broken)?;
        self.at += length;
        Ok(taken)
    }

    /// Length and distance of what is to be copied from before.
    fn copy(&mut self, control: usize) -> Result<(usize, usize), String> {
        let mut length = (control >> 5) - 1;
        let high = (control & 31) << 8;
        if length == 6 {
            loop {
                let more = self.byte()?;
                length += usize::from(more);
                if more != 255 {
                    break;
                }
            }
        }
        let low = usize::from(self.byte()?);
        let mut distance = high + low;
        if low == 255 && high == 31 << 8 {
            let far = usize::from(self.byte()?) << 8;
            distance = far + usize::from(self.byte()?) + FAR;
        }
        Ok((length + 3, distance + 1))
    }
}

/// Copies from `distance` before; what is copied may overlap what it is copied to, and then repeats.
fn copy(output: &mut [u8], at: usize, length: usize, distance: usize) -> Result<(), String> {
    if distance > at || length > output.len() - at {
        return Err(broken());
    }
    for place in at..at + length {
        output[place] = output[place - distance];
    }
    Ok(())
}

fn broken() -> String {
    "blosclz points outside of its block".to_owned()
}
