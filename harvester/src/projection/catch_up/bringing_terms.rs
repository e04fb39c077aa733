//! Bringing what was made with other terms to those that are loaded.

use std::sync::{Arc, PoisonError};

use anyhow::Context;
use ontologies::Terms;

use super::applying::change;
use super::record_reader::RecordReader;
use super::{CaughtUp, GoOn, MOST_CHANGES, Projections};
use crate::crash;
use crate::ledger::Connection;
use crate::ledger::shown;
use crate::projection::stores::Stores;

impl Projections {
    /// Takes other terms: the graph states them, and the text index makes again what they change.
    ///
    /// # Errors
    /// As [`Projections::catch_up`]; what is left to be done then is done by the next call of it, if need be in another process.
    pub fn set_terms(&self, terms: Arc<Terms>) -> anyhow::Result<CaughtUp> {
        {
            let mut has_terms = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            *self.terms.write().unwrap_or_else(PoisonError::into_inner) = terms;
            *has_terms = false;
        }
        self.catch_up()
    }

    /// Gives stores that were loaded once the terms that are loaded now. Each knows by itself which it has, so that it is no matter
    /// who was interrupted when. Comes before anything is applied with these terms.
    pub(super) fn bring_terms(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<()> {
        let terms = self.terms();
        if stores.graph.position()?.is_some() {
            stores.graph.set_terms(&terms)?;
            crash::point("terms-stated");
        }
        go_on()?;
        let Some(outdated) = stores.text.begin_terms(&terms)? else {
            return Ok(());
        };
        crash::point("terms-begun");
        tracing::info!(
            documents = outdated.ids.len(),
            "ontologies have changed; the text index makes again what they change"
        );
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        for some in outdated.ids.chunks(MOST_CHANGES) {
            go_on()?;
            let mut changes = Vec::with_capacity(some.len());
            for id in some {
                let member = shown::versions(connection, id)?
                    .pop()
                    .with_context(|| format!("{id} is indexed and not in the ledger"))?
                    .member;
                changes.push(change(connection, &mut reader, &member, id)?);
            }
            let position = stores.text.position().unwrap_or(0);
            stores.text.apply(&changes, &terms, position)?;
            crash::point("terms-applied");
        }
        Ok(stores.text.end_terms(&outdated)?)
    }
}
