//! ontology: to come.
