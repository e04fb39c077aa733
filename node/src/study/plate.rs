//! Where in a multi-well plate an image was taken: what the columns `plate`, `well` and `field` of it say.

use std::fmt;

use super::Image;

/// The names under which an image says where in a plate it was taken.
pub const PLATE: &str = "plate";
/// The name of the well.
pub const WELL: &str = "well";
/// The name of the field of view.
pub const FIELD: &str = "field";

/// Rows of the largest plate that is made, of 1,536 wells: A to Z, AA to AF.
pub const MOST_ROWS: u8 = 32;
/// Its columns.
pub const MOST_COLUMNS: u8 = 48;

/// A well of a plate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Well {
    /// Its row from the top, from 0.
    pub row: u8,
    /// Its column from the left, from 0.
    pub column: u8,
}

impl Well {
    /// Reads `B3`, `b03`, `AF48`.
    ///
    /// # Errors
    /// Why it is no well, in words that go on "… is no well: ".
    pub fn parse(text: &str) -> Result<Well, String> {
        let text = text.trim();
        let digits = text
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(text.len());
        let (letters, number) = text.split_at(digits);
        let is_named = matches!(letters.len(), 1 | 2)
            && letters.bytes().all(|letter| letter.is_ascii_alphabetic())
            && matches!(number.len(), 1..=3)
            && number.bytes().all(|digit| digit.is_ascii_digit());
        if !is_named {
            return Err("a well is a row and a column, such as B03".to_owned());
        }
        let row = letters.bytes().fold(0_u32, |row, letter| {
            row * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
        });
        let column: u32 = number.parse().map_err(|_| "its column is no number")?;
        let (most_rows, most_columns) = (u32::from(MOST_ROWS), u32::from(MOST_COLUMNS));
        if row > most_rows || column == 0 || column > most_columns {
            return Err(format!(
                "the largest plates have the rows A to AF and the columns 1 to {most_columns}"
            ));
        }
        // both were compared with bounds below 256
        Ok(Well {
            row: (row - 1) as u8,
            column: (column - 1) as u8,
        })
    }

    /// The letters of a row, counted from 0.
    pub fn row_name(row: u8) -> String {
        let letter = |number: u8| char::from(b'A' + number);
        match row {
            0..26 => letter(row).to_string(),
            _ => format!("{}{}", letter(row / 26 - 1), letter(row % 26)),
        }
    }
}

impl fmt::Display for Well {
    /// With two digits: `B03`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column + 1;
        write!(formatter, "{}{column:02}", Well::row_name(self.row))
    }
}

/// Where an image was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPlate<'a> {
    /// The plate's name; absent where the study speaks of one plate only and does not name it.
    pub plate: Option<&'a str>,
    /// The well, where it is one.
    pub well: Option<Well>,
    /// The number of the field of view in the well.
    pub field: Option<u64>,
}

impl Image {
    /// Where in a plate it was taken; none where nothing is said of it.
    pub fn in_plate(&self) -> Option<InPlate<'_>> {
        let place = InPlate {
            plate: self.said(PLATE),
            well: self.said(WELL).and_then(|well| Well::parse(well).ok()),
            field: self.said(FIELD).and_then(field_number),
        };
        (place.plate.is_some() || place.well.is_some()).then_some(place)
    }

    /// What it says under a name.
    pub fn said(&self, name: &str) -> Option<&str> {
        let mut said = self.additional.iter();
        let found = said.find(|property| property.name == name)?;
        Some(found.value.trim()).filter(|value| !value.is_empty())
    }
}

/// The number of a field of view: `2`, `f02`, `Site 2`.
pub fn field_number(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let prefixes = ["field", "fov", "site", "f", "s"];
    let number = prefixes
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text);
    let number = number.trim_start_matches([' ', '_', '-']);
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Well, field_number};

    #[test]
    fn wells_are_read_as_people_write_them() {
        for (text, name) in [
            ("B3", "B03"),
            ("b03", "B03"),
            ("A001", "A01"),
            ("Z48", "Z48"),
            ("AA1", "AA01"),
            ("af48", "AF48"),
        ] {
            assert_eq!(Well::parse(text).unwrap().to_string(), name);
        }
        for text in ["Z99", "AG1", "A0", "3B", "B", "17", "B-3", "ABC1", "", "Ä1"] {
            assert!(Well::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_are_numbers_with_or_without_a_word() {
        assert_eq!(field_number("2"), Some(2));
        assert_eq!(field_number("f02"), Some(2));
        assert_eq!(field_number("Site 12"), Some(12));
        assert_eq!(field_number("centre"), None);
        assert_eq!(field_number("field"), None);
    }
}
