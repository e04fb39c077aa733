//! One fetch for a picture, however many ask for it at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::Key;

/// What is being fetched, each with what tells those who wait that it is done.
pub(super) type UnderWay = HashMap<Key, watch::Receiver<()>>;

/// The right and the duty to fetch a picture. It ends when this is dropped, also by a panic: those who wait go on then.
pub(super) struct Turn {
    all: Arc<Mutex<UnderWay>>,
    key: Key,
    _done: watch::Sender<()>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.key);
    }
}

/// What to wait for, and the turn where nobody has it yet; none where so many are under way already.
pub(super) fn join(
    all: &Arc<Mutex<UnderWay>>,
    key: &Key,
    most: usize,
) -> Option<(Option<Turn>, watch::Receiver<()>)> {
    let mut open = all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(done) = open.get(key) {
        return Some((None, done.clone()));
    }
    if open.len() >= most {
        return None;
    }
    let (sender, done) = watch::channel(());
    open.insert(key.clone(), done.clone());
    let turn = Turn {
        all: Arc::clone(all),
        key: key.clone(),
        _done: sender,
    };
    Some((Some(turn), done))
}
