use super::WIDTH;
use crate::digest::Digest;

/// A path that names no tile, bundle or record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path:?} is not the path of a {what}")]
pub struct AddressError {
    path: String,
    what: &'static str,
}

impl AddressError {
    fn new(path: &str, what: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            what,
        }
    }
}

/// Where a tile of hashes stands: `tile/<level>/<index>[.p/<width>]` under the log prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAddress {
    level: u8,
    index: u64,
    width: u16,
}

impl TileAddress {
    /// The tile of this level (0 to 7), index and width (1 to 256); none for other numbers. tlog-tiles writes levels up to 63, but no
    /// tree whose size fits 64 bits has a hash above level 7.
    pub fn new(level: u8, index: u64, width: u16) -> Option<Self> {
        let exists = level < 8
            && (1..=256).contains(&width)
            // the tile's first hash must stand for leaves below 2⁶⁴
            && u128::from(index) << (8 * (u32::from(level) + 1)) < 1 << 64;
        exists.then_some(Self {
            level,
            index,
            width,
        })
    }

    /// Reads a path.
    ///
    /// # Errors
    /// [`AddressError`] for every text that [`TileAddress::path`] does not write.
    pub fn parse(path: &str) -> Result<Self, AddressError> {
        Self::read(path).ok_or_else(|| AddressError::new(path, "tile"))
    }

    fn read(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = read_index_and_width(rest)?;
        let level: u8 = read_decimal(level)?.try_into().ok()?;
        let address = Self::new(level, index, width)?;
        (address.path() == path).then_some(address)
    }

    /// The level: 0 holds leaf hashes, each higher one a hash for each full tile below.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The place in the level, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds 256 hashes and so never changes.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The path under the log prefix.
    pub fn path(&self) -> String {
        format!(
            "tile/{}/{}{}",
            self.level,
            encode_index(self.index),
            suffix(self.width)
        )
    }
}

/// Where a bundle of entries stands: `tile/entries/<index>[.p/<width>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryBundleAddress {
    index: u64,
    width: u16,
}

impl EntryBundleAddress {
    /// The bundle with this index and width (1 to 256); none for other numbers.
    pub fn new(index: u64, width: u16) -> Option<Self> {
        TileAddress::new(0, index, width).map(|_| Self { index, width })
    }

    /// Reads a path.
    ///
    /// # Errors
    /// [`AddressError`] for every text that [`EntryBundleAddress::path`] does not write.
    pub fn parse(path: &str) -> Result<Self, AddressError> {
        let read = || {
            let (index, width) = read_index_and_width(path.strip_prefix("tile/entries/")?)?;
            Self::new(index, width).filter(|address| address.path() == path)
        };
        read().ok_or_else(|| AddressError::new(path, "entry bundle"))
    }

    /// The place among bundles, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many entries it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds 256 entries and so never changes.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The index of its first entry in the log.
    pub fn first_entry(&self) -> u64 {
        self.index * WIDTH
    }

    /// The tile that holds the leaf hashes of its entries.
    pub fn tile(&self) -> TileAddress {
        TileAddress {
            level: 0,
            index: self.index,
            width: self.width,
        }
    }

    /// The path under the log prefix.
    pub fn path(&self) -> String {
        format!(
            "tile/entries/{}{}",
            encode_index(self.index),
            suffix(self.width)
        )
    }
}

/// Where the records of a full entry bundle stand: `records/<index>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordBundleAddress {
    index: u64,
}

impl RecordBundleAddress {
    /// The record bundle beside the entry bundle with this index; none when a log cannot be so long.
    pub fn new(index: u64) -> Option<Self> {
        TileAddress::new(0, index, 256).map(|_| Self { index })
    }

    /// Reads a path.
    ///
    /// # Errors
    /// [`AddressError`] for every text that [`RecordBundleAddress::path`] does not write.
    pub fn parse(path: &str) -> Result<Self, AddressError> {
        let read = || {
            let (index, width) = read_index_and_width(path.strip_prefix("records/")?)?;
            Self::new(index).filter(|address| width == 256 && address.path() == path)
        };
        read().ok_or_else(|| AddressError::new(path, "record bundle"))
    }

    /// The place among bundles, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The path under the log prefix.
    pub fn path(&self) -> String {
        format!("records/{}", encode_index(self.index))
    }
}

/// Where a single record stands: `record/<first two digits>/<digest>`.
pub fn record_path(digest: &Digest) -> String {
    let hex = digest.to_string();
    format!("record/{}/{hex}", &hex[..2])
}

/// All tiles of a tree of `size` leaves, level by level, from left to right.
pub fn tiles_of(size: u64) -> impl Iterator<Item = TileAddress> {
    (0..8).flat_map(move |level: u8| {
        widths(size >> (8 * u32::from(level))).map(move |(index, width)| TileAddress {
            level,
            index,
            width,
        })
    })
}

/// All entry bundles of a tree of `size` leaves, from left to right.
pub fn entry_bundles_of(size: u64) -> impl Iterator<Item = EntryBundleAddress> {
    widths(size).map(|(index, width)| EntryBundleAddress { index, width })
}

/// The tiles that `hashes` hashes of one level are cut into.
fn widths(hashes: u64) -> impl Iterator<Item = (u64, u16)> {
    (0..hashes.div_ceil(WIDTH)).map(move |index| {
        let width = (hashes - index * WIDTH).min(WIDTH);
        (index, width as u16)
    })
}

/// Three digits to an element, all but the last with an `x` before them: 1234067 is `x001/x234/067`.
fn encode_index(index: u64) -> String {
    let last = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    let mut path = last;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

fn suffix(width: u16) -> String {
    if u64::from(width) == WIDTH {
        String::new()
    } else {
        format!(".p/{width}")
    }
}

/// Reads more than [`encode_index`] and [`suffix`] write; callers compare with the path written again.
fn read_index_and_width(text: &str) -> Option<(u64, u16)> {
    let (index, width) = match text.split_once(".p/") {
        Some((index, width)) => (index, read_decimal(width)?.try_into().ok()?),
        None => (text, WIDTH as u16),
    };
    let index = index.split('/').try_fold(0_u64, |number, element| {
        let digits = element.strip_prefix('x').unwrap_or(element);
        if digits.len() != 3 {
            return None;
        }
        number.checked_mul(1000)?.checked_add(read_decimal(digits)?)
    })?;
    Some((index, width))
}

fn read_decimal(digits: &str) -> Option<u64> {
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn the_examples_of_tlog_tiles() {
        let tile = TileAddress::new(0, 1_234_067, 256).unwrap();
        assert_eq!(tile.path(), "tile/0/x001/x234/067");
        let counted = |level, full| {
            tiles_of(70_000)
                .filter(|tile| tile.level() == level && tile.is_full() == full)
                .map(|tile| tile.width())
                .collect::<Vec<_>>()
        };
        assert_eq!(counted(0, true).len(), 273);
        assert_eq!(counted(0, false), [112]);
        assert_eq!(counted(1, true).len(), 1);
        assert_eq!(counted(1, false), [17]);
        assert_eq!(counted(2, false), [1]);
        assert_eq!(tiles_of(70_000).count(), 273 + 1 + 1 + 1 + 1);
        let of_256: Vec<_> = tiles_of(256).map(|tile| tile.path()).collect();
        assert_eq!(of_256, ["tile/0/000", "tile/1/000.p/1"]);
    }

    #[test]
    fn only_the_one_spelling_of_a_path_is_read() {
        for good in ["tile/0/000", "tile/7/000.p/1", "tile/0/x001/234.p/255"] {
            assert_eq!(TileAddress::parse(good).unwrap().path(), good);
        }
        for bad in [
            "",
            "tile/0/",
            "tile/0/0",
            "tile/0/1000",
            "tile/0/001/234",
            "tile/0/x000/234",
            "tile/0/x001/x234",
            "tile/00/000",
            "tile/8/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/2",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/../000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/x001/+34",
        ] {
            assert!(TileAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(EntryBundleAddress::parse("tile/entries/x001/234.p/5").is_ok());
        assert!(EntryBundleAddress::parse("tile/0/x001/234.p/5").is_err());
        assert_eq!(
            RecordBundleAddress::parse("records/x001/234")
                .unwrap()
                .index(),
            1234
        );
        assert!(RecordBundleAddress::parse("records/x001/234.p/5").is_err());
        assert!(RecordBundleAddress::parse("records/x001/234.p/256").is_err());
    }
}
