//! Telling what is behind what became of everything that was touched since.

use protocol::identifier::Accession;

use super::record_reader::RecordReader;
use super::{GoOn, MOST_CHANGES, Projections};
use crate::crash;
use crate::ledger::shown;
use crate::ledger::{Connection, log};
use crate::projection::Change;
use crate::projection::stores::Stores;

impl Projections {
    /// Tells what is behind what became of everything that was touched since.
    pub(super) fn apply(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        from: i64,
        target: i64,
        places: (Option<i64>, Option<i64>),
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        let windows = log::windows(connection, from, target)?;
        let mut resources = 0;
        let mut touched: Vec<(String, Accession)> = Vec::new();
        for (place, window) in windows.iter().enumerate() {
            let member = log::by_id(connection, window.log)?.member;
            let ids = shown::touched(connection, window)?;
            touched.extend(ids.into_iter().map(|id| (member.clone(), id)));
            let is_last = place + 1 == windows.len();
            if touched.len() < MOST_CHANGES && !is_last {
                continue;
            }
            touched.sort_unstable();
            touched.dedup();
            resources += touched.len() as u64;
            let position = window.sequence;
            go_on()?;
            self.apply_some(connection, stores, &mut reader, &touched, position, places)?;
            touched.clear();
        }
        Ok(resources)
    }

    fn apply_some(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        reader: &mut RecordReader,
        touched: &[(String, Accession)],
        position: i64,
        (graph_at, text_at): (Option<i64>, Option<i64>),
    ) -> anyhow::Result<()> {
        let is_behind = |at: Option<i64>| at.is_some_and(|at| at < position);
        let mut parts = touched.chunks(MOST_CHANGES).peekable();
        while let Some(part) = parts.next() {
            let changes = part
                .iter()
                .map(|(member, id)| change(connection, reader, member, id))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let is_last = parts.peek().is_none();
            // a window that is too large for one transaction moves the position with its last part
            let at = |held: Option<i64>| {
                if is_last { position } else { held.unwrap_or(0) }.cast_unsigned()
            };
            let terms = self.terms();
            if is_behind(graph_at) {
                let held = stores.graph.position()?.map(u64::cast_signed);
                stores.graph.apply(&changes, self, at(held))?;
            }
            if is_behind(text_at) {
                // before the studies themselves, which tell whether this is done
                self.apply_images(connection, stores, reader, &changes, touched)?;
                let held = stores.text.position().map(u64::cast_signed);
                stores.text.apply(&changes, &terms, at(held))?;
                crash::point("text-applied");
            }
        }
        Ok(())
    }
}

impl Projections {
    /// Tells the text index of the images of studies that are called otherwise now, as they are found by their study's words too.
    /// Those that were touched themselves are told of anyway.
    fn apply_images(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        reader: &mut RecordReader,
        changes: &[Change],
        touched: &[(String, Accession)],
    ) -> anyhow::Result<()> {
        let terms = self.terms();
        for study in stores.text.called_otherwise(changes)? {
            let mut before = 0;
            loop {
                let images = shown::images(connection, &study, before, MOST_CHANGES as u64)?;
                if images.is_empty() {
                    break;
                }
                before += images.len() as u64;
                let mut of_study = Vec::new();
                for image in images {
                    let named = (image.member, image.id);
                    if touched.binary_search(&named).is_err() {
                        of_study.push(change(connection, reader, &named.0, &named.1)?);
                    }
                }
                if !of_study.is_empty() {
                    let position = stores.text.position().unwrap_or(0);
                    stores.text.apply(&of_study, &terms, position)?;
                }
            }
        }
        Ok(())
    }
}

/// What is to be shown of a resource now.
pub(super) fn change(
    connection: &mut Connection,
    reader: &mut RecordReader,
    member: &str,
    id: &Accession,
) -> anyhow::Result<Change> {
    let shown = match shown::shown(connection, id)? {
        Some(version) => Some(reader.shown(connection, version)?),
        None => None,
    };
    Ok(Change {
        id: id.clone(),
        namespace: reader.namespaces.get(member)?.clone(),
        shown,
    })
}
