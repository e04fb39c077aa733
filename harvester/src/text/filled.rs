//! A document on its way into the index, in a form that tantivy reads without copying.

use std::slice::Iter;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, Value};

/// The values of a document. All its texts stand in one buffer, because memory that one thread takes and another gives back is dear.
#[derive(Debug)]
pub(super) struct Filled {
    texts: String,
    /// Texts that many documents have.
    shared: Vec<Arc<str>>,
    values: Vec<(Field, Held)>,
    /// Given back when the document is in the index, or was given up.
    room: Option<Taken>,
}

#[derive(Debug, Clone, Copy)]
enum Held {
    /// From here to there in the buffer.
    Text(usize, usize),
    /// The shared text of this number.
    Shared(usize),
    Number(u64),
    Real(f64),
}

/// How many values a common study has.
const VALUES: usize = 80;

impl Filled {
    /// No values, and room for about so many bytes of text.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self {
            texts: String::with_capacity(bytes),
            shared: Vec::new(),
            values: Vec::with_capacity(VALUES),
            room: None,
        }
    }

    /// Gives fields a number each.
    pub(super) fn number(&mut self, field: Field, number: u64) {
        self.values.push((field, Held::Number(number)));
    }

    /// The same for a number that is not whole.
    pub(super) fn real(&mut self, field: Field, number: f64) {
        self.values.push((field, Held::Real(number)));
    }

    /// Gives each of some fields the same text.
    pub(super) fn text(&mut self, fields: &[Field], text: &str) {
        let from = self.texts.len();
        self.texts.push_str(text);
        let held = Held::Text(from, self.texts.len());
        self.values
            .extend(fields.iter().map(|field| (*field, held)));
    }

    /// Gives a field a text that other documents have too.
    pub(super) fn shared(&mut self, field: Field, text: Arc<str>) {
        self.values.push((field, Held::Shared(self.shared.len())));
        self.shared.push(text);
    }

    /// About how much memory it takes, in bytes.
    fn bytes(&self) -> usize {
        self.texts.capacity() + size_of::<(Field, Held)>() * self.values.capacity()
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
            shared: &self.shared,
            values: self.values.iter(),
        }
    }
}

/// The fields and values of a document.
pub(super) struct Values<'a> {
    texts: &'a str,
    shared: &'a [Arc<str>],
    values: Iter<'a, (Field, Held)>,
}

impl<'a> Iterator for Values<'a> {
    type Item = (Field, Said<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (field, held) = self.values.next()?;
        let said = match held {
            Held::Text(from, to) => Said::Text(&self.texts[*from..*to]),
            Held::Shared(place) => Said::Text(&self.shared[*place]),
            Held::Number(number) => Said::Number(*number),
            Held::Real(number) => Said::Real(*number),
        };
        Some((*field, said))
    }
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said<'a> {
    Text(&'a str),
    Number(u64),
    Real(f64),
}

impl<'a> Value<'a> for Said<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(*number),
            Self::Real(number) => ReferenceValueLeaf::F64(*number),
        })
    }
}

/// Room for documents that wait for the threads which write the index: tantivy lets ten thousand wait, however large they are.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    state: Mutex<State>,
    given_back: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes of all documents that wait.
    taken: usize,
    /// How many wait for room. Nobody is woken for nothing, since that costs more than all else here.
    waiting: usize,
}

impl Room {
    /// After so long without room the document is handed over all the same, so that a writer that has failed can say so.
    const LONGEST_WAIT: Duration = Duration::from_secs(10);

    /// Room for so many bytes; one document that is larger has room when it is alone.
    pub(super) fn of(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            state: Mutex::default(),
            given_back: Condvar::new(),
        })
    }

    fn take(room: &Arc<Self>, bytes: usize) -> Taken {
        let mut state = room.state();
        if room.is_full(&state, bytes) {
            state.waiting += 1;
            let is_full = |state: &mut State| room.is_full(state, bytes);
            (state, _) = room
                .given_back
                .wait_timeout_while(state, Self::LONGEST_WAIT, is_full)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.taken += bytes;
        Taken {
            room: Arc::clone(room),
            bytes,
        }
    }

    fn is_full(&self, state: &State, bytes: usize) -> bool {
        state.taken > 0 && state.taken + bytes > self.most
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut state = self.room.state();
        state.taken -= self.bytes;
        // whoever waits is woken when half is free, and not for each document
        let is_time = state.waiting > 0 && state.taken <= self.room.most / 2;
        drop(state);
        if is_time {
            self.room.given_back.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Filled, Room};
    use tantivy::schema::Field;

    fn document(bytes: usize) -> Filled {
        let mut document = Filled::with_room(bytes);
        document.text(&[Field::from_field_id(0)], &"x".repeat(bytes));
        document
    }

    #[test]
    fn a_document_waits_until_those_before_it_are_gone() {
        let room = Room::of(10_000);
        let large = document(50_000).wait_for_room(&room);
        let waiting = std::thread::spawn({
            let room = room.clone();
            move || drop(document(6_000).wait_for_room(&room))
        });
        drop(large);
        waiting.join().unwrap();
        assert_eq!(room.state().taken, 0);
        // two that fit do not wait for each other
        let both = [document(1_000), document(1_000)].map(|small| small.wait_for_room(&room));
        assert!(room.state().taken > 2_000);
        drop(both);
        assert_eq!(room.state().taken, 0);
    }
}
