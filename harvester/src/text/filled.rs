//! A document on its way into the index, in a form that tantivy reads without copying.

use std::slice::Iter;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, Value};

/// The values of a document. One text may be the value of several fields.
#[derive(Debug)]
pub(super) struct Filled {
    texts: Vec<Text>,
    values: Vec<(Field, Held)>,
    /// Given back when the document is in the index, or was given up.
    room: Option<Taken>,
}

#[derive(Debug)]
enum Text {
    Own(String),
    /// That many documents have.
    Shared(Arc<str>),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Shared(text) => text,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Own(text) => text.capacity(),
            Self::Shared(_) => 0,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Held {
    /// The text of this number.
    Text(usize),
    Number(u64),
}

impl Filled {
    /// No values, and room for those of a common study.
    pub(super) fn new() -> Self {
        Self {
            texts: Vec::with_capacity(48),
            values: Vec::with_capacity(80),
            room: None,
        }
    }

    /// Gives fields a number each.
    pub(super) fn number(&mut self, field: Field, number: u64) {
        self.values.push((field, Held::Number(number)));
    }

    /// Gives each of some fields the same text.
    pub(super) fn text(&mut self, fields: &[Field], text: String) {
        self.push(fields, Text::Own(text));
    }

    /// Gives a field a text that other documents have too.
    pub(super) fn shared(&mut self, field: Field, text: Arc<str>) {
        self.push(&[field], Text::Shared(text));
    }

    fn push(&mut self, fields: &[Field], text: Text) {
        let place = self.texts.len();
        self.texts.push(text);
        let of_fields = fields.iter().map(|field| (*field, Held::Text(place)));
        self.values.extend(of_fields);
    }

    /// About how much memory it takes, in bytes.
    fn bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(Text::bytes).sum();
        texts + 32 * (self.texts.len() + self.values.len())
    }

    /// Waits until there is room for it among the documents that wait.
    pub(super) fn wait_for_room(mut self, room: &Arc<Room>) -> Self {
        self.room = Some(Room::take(room, self.bytes()));
        self
    }
}

impl Document for Filled {
    type Value<'a> = Said<'a>;
    type FieldsValuesIter<'a> = Values<'a>;

    fn iter_fields_and_values(&self) -> Values<'_> {
        Values {
            texts: &self.texts,
            values: self.values.iter(),
        }
    }
}

/// The fields and values of a document.
pub(super) struct Values<'a> {
    texts: &'a [Text],
    values: Iter<'a, (Field, Held)>,
}

impl<'a> Iterator for Values<'a> {
    type Item = (Field, Said<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (field, held) = self.values.next()?;
        let said = match held {
            Held::Text(place) => Said::Text(self.texts[*place].as_str()),
            Held::Number(number) => Said::Number(*number),
        };
        Some((*field, said))
    }
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said<'a> {
    Text(&'a str),
    Number(u64),
}

impl<'a> Value<'a> for Said<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(*number),
        })
    }
}

/// Room for documents that wait for the threads which write the index: tantivy lets ten thousand wait, however large they are.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    taken: Mutex<usize>,
    given_back: Condvar,
}

impl Room {
    /// After so long without room the document is handed over all the same, so that a writer that has failed can say so.
    const LONGEST_WAIT: Duration = Duration::from_secs(10);

    /// Room for so many bytes; one document that is larger has room when it is alone.
    pub(super) fn of(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::new(0),
            given_back: Condvar::new(),
        })
    }

    fn take(room: &Arc<Self>, bytes: usize) -> Taken {
        let taken = room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken > 0 && *taken + bytes > room.most;
        let (mut taken, _) = room
            .given_back
            .wait_timeout_while(taken, Self::LONGEST_WAIT, is_full)
            .unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Taken {
            room: Arc::clone(room),
            bytes,
        }
    }
}

/// Room that a document takes for as long as it waits.
#[derive(Debug)]
struct Taken {
    room: Arc<Room>,
    bytes: usize,
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self
            .room
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *taken -= self.bytes;
        drop(taken);
        self.room.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Filled, Room};
    use tantivy::schema::Field;

    fn document(bytes: usize) -> Filled {
        let mut document = Filled::new();
        document.text(&[Field::from_field_id(0)], "x".repeat(bytes));
        document
    }

    #[test]
    fn a_document_waits_until_those_before_it_are_gone() {
        let room = Room::of(1_000);
        let large = document(5_000).wait_for_room(&room);
        let waiting = std::thread::spawn({
            let room = room.clone();
            move || drop(document(600).wait_for_room(&room))
        });
        drop(large);
        waiting.join().unwrap();
        assert_eq!(*room.taken.lock().unwrap(), 0);
        // two that fit do not wait for each other
        let both = [document(300), document(300)].map(|small| small.wait_for_room(&room));
        assert!(*room.taken.lock().unwrap() > 600);
        drop(both);
        assert_eq!(*room.taken.lock().unwrap(), 0);
    }
}
