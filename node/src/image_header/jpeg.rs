//! JPEG (ITU-T T.81, annex B): width, height and precision stand in the frame header, after any number of segments.
//!
//! Ours because the decoders at hand read the whole file into memory before they say how large the picture is.

use std::io::{BufRead, Seek, SeekFrom};

use super::{HeaderError, fill, pixels};
use crate::study::Pixels;

const FORMAT: &str = "JPEG";
/// Segments before the frame header: a colour profile takes up to 255, a preview in EXIF one, comments a few.
const MOST_SEGMENTS: usize = 4096;

/// Reads up to the frame header.
pub(super) fn read(reader: &mut (impl BufRead + Seek)) -> Result<Pixels, HeaderError> {
    let mut start = [0; 2];
    fill(reader, &mut start, FORMAT)?;
    if start != [0xff, 0xd8] {
        return Err(HeaderError::broken(FORMAT, "it does not begin as one"));
    }
    for _ in 0..MOST_SEGMENTS {
        match marker(reader)? {
            // parameters that stand alone: TEM, RSTn
            0x01 | 0xd0..=0xd7 => {}
            0xd9 | 0xda => return Err(HeaderError::broken(FORMAT, "it has no frame header")),
            // SOF0 to SOF15 without DHT, JPG and DAC
            kind @ 0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                return frame_header(reader);
            }
            _ => skip_segment(reader)?,
        }
    }
    Err(HeaderError::broken(
        FORMAT,
        format!("none of its first {MOST_SEGMENTS} segments is a frame header"),
    ))
}

/// The next marker's second byte. Any number of fill bytes may stand before it; sixteen are enough for anybody.
fn marker(reader: &mut impl BufRead) -> Result<u8, HeaderError> {
    let mut byte = [0];
    fill(reader, &mut byte, FORMAT)?;
    if byte[0] != 0xff {
        return Err(HeaderError::broken(
            FORMAT,
            "a segment does not begin with a marker",
        ));
    }
    for _ in 0..16 {
        fill(reader, &mut byte, FORMAT)?;
        if byte[0] != 0xff {
            return Ok(byte[0]);
        }
    }
    Err(HeaderError::broken(
        FORMAT,
        "a marker has too many fill bytes",
    ))
}

fn segment_length(reader: &mut impl BufRead) -> Result<u16, HeaderError> {
    let mut length = [0; 2];
    fill(reader, &mut length, FORMAT)?;
    // the length counts its own two bytes
    u16::from_be_bytes(length)
        .checked_sub(2)
        .ok_or_else(|| HeaderError::broken(FORMAT, "a segment's length is below 2"))
}

fn skip_segment(reader: &mut (impl BufRead + Seek)) -> Result<(), HeaderError> {
    let length = segment_length(reader)?;
    reader.seek(SeekFrom::Current(i64::from(length)))?;
    Ok(())
}

fn frame_header(reader: &mut impl BufRead) -> Result<Pixels, HeaderError> {
    if segment_length(reader)? < 6 {
        return Err(HeaderError::broken(FORMAT, "its frame header is too short"));
    }
    let mut header = [0; 5];
    fill(reader, &mut header, FORMAT)?;
    let [precision, height @ .., width_high, width_low] = header;
    let height = u64::from(u16::from_be_bytes(height));
    let width = u64::from(u16::from_be_bytes([width_high, width_low]));
    pixels(width, height, Some(format!("uint{precision}")), FORMAT)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Cursor;

    use super::read;

    #[test]
    fn the_frame_header_is_found_behind_other_segments() {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xff];
        bytes.extend([0xc2, 0, 11, 8, 0x01, 0x00, 0x02, 0x80, 1, 1, 0x11, 0]);
        let pixels = read(&mut Cursor::new(bytes)).unwrap();
        assert_eq!(
            (pixels.size_x, pixels.size_y, pixels.pixel_type.as_deref()),
            (640, 256, Some("uint8"))
        );
    }

    #[test]
    fn what_has_no_frame_header_is_refused() {
        for bytes in [
            &b""[..],
            b"\xff\xd8",
            b"\xff\xd8\xff\xd9",
            b"\xff\xd8\xff\xe0\0\x01",
            b"\xff\xd8ab",
            &[0xff; 64],
        ] {
            assert!(read(&mut Cursor::new(bytes)).is_err(), "{bytes:?}");
        }
    }
}
