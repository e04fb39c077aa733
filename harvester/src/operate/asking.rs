//! Questions to what a harvester shows: SPARQL over the graph, words over the text index.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use ontologies::Terms;

use super::Harvester;
use crate::projection::stores::{Kept, Stores};
use crate::query::{Queries, QueryLimits, SearchService};
use crate::text::{SearchAnswer, SearchError, SearchRequest, Text};

/// The text index as SPARQL's `SERVICE omma:search`.
struct Words {
    text: Arc<Kept<Text>>,
    terms: Arc<Terms>,
}

impl SearchService for Words {
    fn matches(&self, words: &str, most: usize) -> anyhow::Result<Vec<(String, f64)>> {
        Ok(self.text.matches(words, most, &self.terms)?)
    }
}

/// Queries on one generation of the stores, which stays as long as one of them runs.
#[derive(Clone)]
pub struct Asked {
    queries: Queries,
    stores: Stores,
    terms: Arc<Terms>,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Asked").finish_non_exhaustive()
    }
}

impl Asked {
    /// Answers queries on the graph of this generation.
    pub fn queries(&self) -> &Queries {
        &self.queries
    }

    fn is_of(&self, stores: &Stores, terms: &Arc<Terms>) -> bool {
        Arc::ptr_eq(&self.stores.graph, &stores.graph)
            && Arc::ptr_eq(&self.stores.text, &stores.text)
            && Arc::ptr_eq(&self.terms, terms)
    }
}

impl Harvester {
    /// Who answers queries on the graph that shows now. The slots for queries are shared by all who ask the same generation.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn asked(&self) -> anyhow::Result<Asked> {
        let (stores, terms) = (self.projections.stores(), self.projections.terms());
        let mut held = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = held.as_ref().filter(|asked| asked.is_of(&stores, &terms)) {
            return Ok(asked.clone());
        }
        let words = Words {
            text: Arc::clone(&stores.text),
            terms: Arc::clone(&terms),
        };
        let queries = Queries::new(
            stores.graph.store().clone(),
            Arc::new(words),
            self.query_limits(),
        )?;
        let asked = Asked {
            queries,
            stores,
            terms,
        };
        *held = Some(asked.clone());
        Ok(asked)
    }

    /// The queries of [`Harvester::asked`], for one who asks once.
    ///
    /// # Errors
    /// As [`Harvester::asked`].
    pub fn queries(&self) -> anyhow::Result<Queries> {
        Ok(self.asked()?.queries)
    }

    /// How much a query may ask for, by the configuration.
    pub fn query_limits(&self) -> QueryLimits {
        let settings = &self.config.sparql;
        QueryLimits {
            time: Duration::from_secs(settings.seconds),
            rows: settings.rows,
            bytes: settings.result_mib << 20,
            slots: settings.slots,
            query_bytes: settings.query_kib << 10,
            memory: settings.memory_mib << 20,
            folder: self.folder.path().to_owned(),
            ..QueryLimits::default()
        }
    }

    /// Searches the text index, and names the state when it shows one.
    ///
    /// # Errors
    /// What is wrong with the request, or the index.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, SearchError> {
        let state = self.state().map(|state| state.id);
        let mut answer = self
            .projections
            .stores()
            .text
            .search(request, &self.projections.terms())?;
        answer.state = state;
        Ok(answer)
    }
}
