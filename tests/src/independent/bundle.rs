//! Entry bundles (c2sp.org/tlog-tiles) and record bundles (docs/PROTOCOL.md section 3; the frame: RFC 8878 section 3.1.1).

/// The largest window that a reader must have: 8 MiB.
const LARGEST_WINDOW: u64 = 8 << 20;

/// The entries of a bundle, each after its length in two bytes.
///
/// # Errors
/// When the lengths do not come out even.
pub fn entries(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let entry = take(&mut bytes, 2).and_then(|length| {
            let length = u16::from_be_bytes([length[0], length[1]]);
            take(&mut bytes, length.into())
        });
        entries.push(
            entry
                .ok_or("an entry bundle ends in the middle of an entry")?
                .to_vec(),
        );
    }
    Ok(entries)
}

/// The records of a bundle, each after its length in four bytes; a length of 0 is a record that was redacted.
///
/// # Errors
/// When it is not one well-formed frame, or does not hold this number of records and nothing else.
pub fn records(frame: &[u8], number: usize) -> Result<Vec<Option<Vec<u8>>>, String> {
    let size = content_size(frame)?;
    let plain = zstd::bulk::decompress(frame, size).map_err(|error| error.to_string())?;
    if plain.len() != size {
        return Err(format!(
            "the frame says {size} bytes and holds {}",
            plain.len()
        ));
    }
    let mut rest = plain.as_slice();
    let mut records = Vec::with_capacity(number);
    for _ in 0..number {
        let record = take(&mut rest, 4).and_then(|length| {
            let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
            take(&mut rest, length as usize)
        });
        let record = record.ok_or("a record bundle ends in the middle of a record")?;
        records.push((!record.is_empty()).then(|| record.to_vec()));
    }
    if rest.is_empty() {
        Ok(records)
    } else {
        Err("there is more after the last record".to_owned())
    }
}

/// The content size that the header of the only frame states.
fn content_size(frame: &[u8]) -> Result<usize, String> {
    let length = zstd::zstd_safe::find_frame_compressed_size(frame)
        .map_err(|_| "it is no zstd frame".to_owned())?;
    if length != frame.len() || frame.get(..4) != Some(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err("there is something after the frame, or it is a skippable one".to_owned());
    }
    let descriptor = frame[4];
    if descriptor & 0b11 != 0 {
        return Err("the frame names a dictionary".to_owned());
    }
    let is_single_segment = descriptor & 0b10_0000 != 0;
    let size_bytes = match (descriptor >> 6, is_single_segment) {
        (0, false) => return Err("the frame does not state the size of its content".to_owned()),
        (0, true) => 1,
        (1, _) => 2,
        (2, _) => 4,
        _ => 8,
    };
    let at = if is_single_segment { 5 } else { 6 };
    let stated = frame
        .get(at..at + size_bytes)
        .ok_or("the frame ends in its header")?;
    let mut size = stated
        .iter()
        .rev()
        .fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
    if size_bytes == 2 {
        size += 256;
    }
    let window = if is_single_segment {
        size
    } else {
        window(frame[5])
    };
    if window > LARGEST_WINDOW {
        return Err(format!("the frame needs a window of {window} bytes"));
    }
    usize::try_from(size).map_err(|error| error.to_string())
}

/// The window that a descriptor states: a power of two and eighths of it.
fn window(descriptor: u8) -> u64 {
    let base = 1_u64 << (10 + (descriptor >> 3));
    base + base / 8 * u64::from(descriptor & 0b111)
}

fn take<'a>(bytes: &mut &'a [u8], number: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(number)?;
    *bytes = rest;
    Some(taken)
}
