//! What images look like, as their records say it: the perceptual hashes that are shown.

use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use protocol::perceptual_hash::PerceptualHash;

use super::{Graph, GraphError, vocabulary as v};

impl Graph {
    /// Calls a function with the IRI of each image that has a hash, and that; with an image twice where it has two.
    ///
    /// # Errors
    /// As [`Graph::position`].
    pub fn each_perceptual_hash(
        &self,
        mut take: impl FnMut(&str, PerceptualHash),
    ) -> Result<(), GraphError> {
        let default = Some(GraphNameRef::DefaultGraph);
        let quads = self
            .store
            .quads_for_pattern(None, Some(v::PERCEPTUAL_HASH), None, default);
        for quad in quads {
            let quad = quad.map_err(|error| self.fault(error))?;
            if let (NamedOrBlankNode::NamedNode(image), Some(hash)) = (&quad.subject, hash(&quad)) {
                take(image.as_str(), hash);
            }
        }
        Ok(())
    }

    /// The hash of an image; none where it is not shown or has none.
    ///
    /// # Errors
    /// As [`Graph::position`].
    pub fn perceptual_hash(&self, image: &str) -> Result<Option<PerceptualHash>, GraphError> {
        let Ok(image) = NamedNode::new(image) else {
            return Ok(None);
        };
        let subject = NamedNodeRef::from(&image).into();
        let default = Some(GraphNameRef::DefaultGraph);
        let mut quads =
            self.store
                .quads_for_pattern(Some(subject), Some(v::PERCEPTUAL_HASH), None, default);
        let mut least = None;
        quads.try_for_each(|quad| {
            let found = hash(&quad.map_err(|error| self.fault(error))?);
            least = least.into_iter().chain(found).min();
            Ok::<_, GraphError>(())
        })?;
        Ok(least)
    }
}

/// What members write that is no hash is nothing.
fn hash(quad: &Quad) -> Option<PerceptualHash> {
    match &quad.object {
        Term::Literal(text) => PerceptualHash::parse(text.value()).ok(),
        _ => None,
    }
}
