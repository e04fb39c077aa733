//! Bundles in their order, several obtained at the same time.
//!
//! Entries may come in any order. Memory for records is taken in the order of the bundles, because each is given on in that order and keeps
//! its memory until then: were a later one first, an earlier one could wait for what only its own end gives back.

use futures_util::stream::{self, Stream, StreamExt};
use protocol::tile::EntryBundleAddress;

use super::obtain::{Obtained, Obtaining};
use super::stop::Stop;

/// Bundles of entries of one log that are fetched ahead of their records.
const ENTRIES_AHEAD: usize = 2;

/// Bundles of one log whose records are fetched and looked at at the same time.
pub const BUNDLES_AT_ONCE: usize = 4;

/// Obtains bundles; entries before `from` were judged before.
pub fn in_order<A: Iterator<Item = EntryBundleAddress>>(
    obtaining: &Obtaining,
    addresses: A,
    from: u64,
) -> impl Stream<Item = Result<Obtained, Stop>> + use<A> {
    let (proving, waiting, obtaining) = (obtaining.clone(), obtaining.clone(), obtaining.clone());
    stream::iter(addresses)
        .map(move |address| {
            let proving = proving.clone();
            async move { proving.prove(address).await }
        })
        .buffered(ENTRIES_AHEAD)
        .then(move |proven| {
            let waiting = waiting.clone();
            async move {
                let proven = proven?;
                let memory = waiting.memory(&proven).await?;
                Ok::<_, Stop>((proven, memory))
            }
        })
        .map(move |reserved| {
            let obtaining = obtaining.clone();
            async move {
                let (proven, memory) = reserved?;
                obtaining.with_records(proven, memory, from).await
            }
        })
        .buffered(BUNDLES_AT_ONCE)
}
