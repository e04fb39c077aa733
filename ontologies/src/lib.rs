//! ontologies
