//! A small table of what was worked out for texts before.

/// What was worked out for a text, found by the text. Each text has one place only, which the newest takes, so that whatever texts
/// come, looking one up is one comparison and the table takes so much memory and no more.
#[derive(Clone)]
pub(super) struct Kept<V> {
    /// A power of two of them, or none as long as nothing was kept.
    places: Vec<Option<(String, V)>>,
    most: usize,
    /// How many were kept since the table grew.
    kept: usize,
}

/// Places of the first table: a query needs no more.
const FIRST: usize = 64;

impl<V: Default> Kept<V> {
    /// An empty table that grows up to `most` places, a power of two.
    pub(super) fn up_to(most: usize) -> Self {
        Self {
            places: Vec::new(),
            most,
            kept: 0,
        }
    }

    /// What is kept for a text. `work_out` is told the text and an old value to write over when nothing is.
    pub(super) fn get(&mut self, text: &str, work_out: impl FnOnce(&str, &mut V)) -> &mut V {
        let place = self.find(text, work_out);
        self.at(place)
    }

    /// As [`Kept::get`]: where it is, until the next text is looked up.
    pub(super) fn find(&mut self, text: &str, work_out: impl FnOnce(&str, &mut V)) -> usize {
        let hash = hash(text);
        let place = self.place(hash);
        match self.places.get(place) {
            Some(Some((known, _))) if known == text => return place,
            _ => self.grow(),
        }
        self.kept += 1;
        let place = self.place(hash);
        let (known, value) = self.places[place].get_or_insert_default();
        known.clear();
        known.push_str(text);
        work_out(text, value);
        place
    }

    /// What stands at a place that was just found.
    pub(super) fn at(&mut self, place: usize) -> &mut V {
        &mut self.places[place].get_or_insert_default().1
    }

    fn place(&self, hash: u64) -> usize {
        let last = self.places.len().saturating_sub(1);
        // the upper half is the better mixed one
        (hash >> 32) as usize & last
    }

    /// Doubles the table when it was filled about once.
    fn grow(&mut self) {
        let places = self.places.len();
        if places == self.most || self.kept < places {
            return;
        }
        let larger = (places * 2).clamp(FIRST.min(self.most), self.most);
        let old = std::mem::take(&mut self.places);
        self.places.resize_with(larger, || None);
        self.kept = 0;
        for kept in old.into_iter().flatten() {
            let place = self.place(hash(&kept.0));
            self.places[place] = Some(kept);
        }
    }
}

/// Eight bytes at a time, each mixed in by a multiplication (the constant is 2⁶⁴ over the golden ratio).
fn hash(text: &str) -> u64 {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = text.len() as u64;
    let mut eights = text.as_bytes().chunks_exact(8);
    for eight in &mut eights {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(eight);
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(bytes)).wrapping_mul(MIX);
    }
    let rest = eights.remainder();
    let mut bytes = [0; 8];
    bytes[..rest.len()].copy_from_slice(rest);
    (hash.rotate_left(23) ^ u64::from_le_bytes(bytes)).wrapping_mul(MIX)
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn whatever_was_kept_is_what_was_worked_out() {
        let mut kept: Kept<String> = Kept::up_to(256);
        for round in 0..3 {
            for number in 0..2_000 {
                let text = format!("word {}", number * (round + 1) % 700);
                let found = kept.get(&text, |text, value| {
                    value.clear();
                    value.push_str(&text.to_uppercase());
                });
                assert_eq!(*found, text.to_uppercase());
            }
        }
        assert_eq!(kept.places.len(), 256);
    }

    #[test]
    fn what_is_asked_again_is_not_worked_out_again() {
        let mut kept: Kept<usize> = Kept::up_to(64);
        for _ in 0..2 {
            for text in ["spindle", "pole", ""] {
                kept.get(text, |_, times| *times += 1);
            }
        }
        for text in ["spindle", "pole", ""] {
            assert_eq!(*kept.get(text, |_, times| *times += 1), 1, "{text}");
        }
    }
}
