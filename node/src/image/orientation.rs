//! Pictures that say of themselves that they are to be turned or mirrored when they are shown.

/// What depositors are told of such a picture.
pub(super) const AS_STORED: &str =
    "it says that it is to be turned or mirrored when it is shown; it is shown as it is stored";

/// The tag `Orientation` (TIFF 6.0, section 8; EXIF has the same).
const TAG: u16 = 0x0112;
/// Bytes of an entry of a directory.
const ENTRY: usize = 12;

/// Whether a number in that tag says to turn or to mirror; 1 does not.
pub(super) fn is_turned(orientation: u64) -> bool {
    (2..=8).contains(&orientation)
}

/// Whether EXIF data (a TIFF header and its first directory) say to turn or to mirror. What cannot be understood says nothing.
pub(super) fn is_turned_by_exif(exif: &[u8]) -> bool {
    orientation(exif).is_some_and(|orientation| is_turned(orientation.into()))
}

fn orientation(exif: &[u8]) -> Option<u16> {
    let is_little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match is_little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    };
    let offset: [u8; 4] = exif.get(4..8)?.try_into().ok()?;
    let offset = match is_little {
        true => u32::from_le_bytes(offset),
        false => u32::from_be_bytes(offset),
    } as usize;
    let entries = usize::from(short(offset)?);
    let first = offset.checked_add(2)?;
    // at most 65 535 of them
    let mut places = (0..entries).map(|entry| first.checked_add(entry * ENTRY));
    let place = places.find_map(|place| place.filter(|place| short(*place) == Some(TAG)))?;
    short(place.checked_add(8)?)
}

#[cfg(test)]
mod tests {
    use super::is_turned_by_exif;

    fn exif(is_little: bool, orientation: u16) -> Vec<u8> {
        let short = |number: u16| match is_little {
            true => number.to_le_bytes(),
            false => number.to_be_bytes(),
        };
        let mut bytes = if is_little {
            b"II*\0\x08\0\0\0"
        } else {
            b"MM\0*\0\0\0\x08"
        }
        .to_vec();
        bytes.extend(short(2));
        // a tag before it, of some text elsewhere
        bytes.extend(short(0x010f));
        bytes.extend([0; 10]);
        bytes.extend(short(0x0112));
        bytes.extend(short(3));
        bytes.extend(if is_little {
            [1, 0, 0, 0]
        } else {
            [0, 0, 0, 1]
        });
        bytes.extend(short(orientation));
        bytes.extend([0, 0]);
        bytes
    }

    #[test]
    fn turned_pictures_are_known_in_both_orders_of_bytes() {
        for is_little in [true, false] {
            assert!(is_turned_by_exif(&exif(is_little, 6)));
            assert!(!is_turned_by_exif(&exif(is_little, 1)));
            assert!(!is_turned_by_exif(&exif(is_little, 900)));
        }
    }

    #[test]
    fn nonsense_says_nothing() {
        let whole = exif(true, 6);
        for length in 0..whole.len() - 4 {
            assert!(!is_turned_by_exif(&whole[..length]));
        }
        assert!(!is_turned_by_exif(b"II*\0\xff\xff\xff\xff"));
        assert!(!is_turned_by_exif(b"Exif\0\0II*\0"));
    }
}
