use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use super::{Past, Standing};
use crate::digest::Digest;
use crate::identifier::Accession;

/// A past kept in memory: about 150 bytes for each id.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    standings: HashMap<String, Standing>,
    redactions: HashSet<(String, Digest)>,
    promises: HashMap<(String, u64), Digest>,
}

impl Past for Memory {
    type Error = Infallible;

    fn standing(&self, id: &Accession) -> Result<Option<Standing>, Infallible> {
        Ok(self.standings.get(id.as_str()).cloned())
    }

    fn set_standing(&mut self, id: &Accession, standing: Standing) -> Result<(), Infallible> {
        self.standings.insert(id.as_str().to_owned(), standing);
        Ok(())
    }

    fn is_redacted(&self, id: &Accession, record: &Digest) -> Result<bool, Infallible> {
        Ok(self.redactions.contains(&(id.as_str().to_owned(), *record)))
    }

    fn add_redaction(&mut self, id: &Accession, record: &Digest) -> Result<(), Infallible> {
        self.redactions.insert((id.as_str().to_owned(), *record));
        Ok(())
    }

    fn promise(&self, id: &Accession, index: u64) -> Result<Option<Digest>, Infallible> {
        Ok(self.promises.get(&(id.as_str().to_owned(), index)).copied())
    }

    fn add_promise(
        &mut self,
        id: &Accession,
        index: u64,
        commitment: &Digest,
    ) -> Result<(), Infallible> {
        self.promises
            .insert((id.as_str().to_owned(), index), *commitment);
        Ok(())
    }
}
