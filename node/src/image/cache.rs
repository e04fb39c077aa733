//! What was read or decoded last, up to a number of bytes.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

/// Values by their keys; the one that was not asked for the longest goes first. One value may be larger than all the room:
/// it is then the only one.
pub(crate) struct Cache<K: Hash + Eq, V> {
    held: Mutex<Held<K, V>>,
    most: u64,
}

struct Held<K: Hash + Eq, V> {
    values: LruCache<K, (Arc<V>, u64)>,
    bytes: u64,
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// Room for so many bytes.
    pub(crate) fn of(most: u64) -> Self {
        Self {
            held: Mutex::new(Held {
                values: LruCache::unbounded(),
                bytes: 0,
            }),
            most,
        }
    }

    /// The value of a key, made where it is not held. It is made without holding anybody up, so that two who ask at once
    /// may both make it.
    pub(crate) fn get_or<E>(
        &self,
        key: K,
        make: impl FnOnce() -> Result<(V, u64), E>,
    ) -> Result<Arc<V>, E> {
        if let Some(value) = self.get(&key) {
            return Ok(value);
        }
        let (value, bytes) = make()?;
        let value = Arc::new(value);
        self.put(key, Arc::clone(&value), bytes);
        Ok(value)
    }

    /// The value of a key, where it is held.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut held = self.lock();
        held.values.get(key).map(|(value, _)| Arc::clone(value))
    }

    /// Holds a value, which takes so many bytes.
    pub(crate) fn put(&self, key: K, value: Arc<V>, bytes: u64) {
        let mut held = self.lock();
        held.bytes += bytes;
        if let Some((_, (_, replaced))) = held.values.push(key, (value, bytes)) {
            held.bytes -= replaced;
        }
        while held.bytes > self.most && held.values.len() > 1 {
            if let Some((_, (_, bytes))) = held.values.pop_lru() {
                held.bytes -= bytes;
            }
        }
    }

    /// A thread that panicked left whole values behind: each is written in one step.
    fn lock(&self) -> MutexGuard<'_, Held<K, V>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
