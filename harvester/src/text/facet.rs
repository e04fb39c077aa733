//! What hits can be narrowed by and counted by.

use ontologies::Scope;

/// A way to narrow a search, and to count its hits. The first seven have terms of ontologies as values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Taxa.
    Organism,
    /// Imaging methods, and the project's shelves for them.
    Method,
    /// Types of cell and cell lines.
    Cell,
    /// Organs and tissues.
    Tissue,
    /// Diseases.
    Disease,
    /// What the Gene Ontology names: processes, components, functions.
    Process,
    /// Phenotypes and qualities.
    Phenotype,
    /// Genes, by symbol or identifier.
    Gene,
    /// Authors, by ORCID where there is one, else by name.
    Author,
    /// Licences.
    Licence,
    /// Members of the federation.
    Member,
    /// Studies or images.
    Kind,
    /// Who may have the data.
    Access,
    /// Whether the node has the files.
    Holding,
    /// Year of publication.
    Year,
    /// Channels of an image.
    Channels,
    /// Planes of an image along the optical axis.
    Planes,
    /// Time points of an image.
    Times,
    /// Width or height of an image's pixels.
    PixelSize,
    /// How an image's pixels are stored.
    PixelType,
    /// The format of an image's files.
    ImageFormat,
    /// Kinds of annotation that an image has.
    Annotated,
}

impl Facet {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 22] = [
        Self::Organism,
        Self::Method,
        Self::Cell,
        Self::Tissue,
        Self::Disease,
        Self::Process,
        Self::Phenotype,
        Self::Gene,
        Self::Author,
        Self::Licence,
        Self::Member,
        Self::Kind,
        Self::Access,
        Self::Holding,
        Self::Year,
        Self::Channels,
        Self::Planes,
        Self::Times,
        Self::PixelSize,
        Self::PixelType,
        Self::ImageFormat,
        Self::Annotated,
    ];

    /// Those whose values are terms.
    pub const OF_TERMS: [Self; 7] = [
        Self::Organism,
        Self::Method,
        Self::Cell,
        Self::Tissue,
        Self::Disease,
        Self::Process,
        Self::Phenotype,
    ];

    /// Those that only images have.
    pub const OF_IMAGES: [Self; 7] = [
        Self::Planes,
        Self::Times,
        Self::Channels,
        Self::PixelSize,
        Self::PixelType,
        Self::ImageFormat,
        Self::Annotated,
    ];

    /// Those whose values are numbers, by which a search is narrowed to spans.
    pub const OF_NUMBERS: [Self; 5] = [
        Self::Year,
        Self::Channels,
        Self::Planes,
        Self::Times,
        Self::PixelSize,
    ];

    /// The name of the parameter and of the list in the answer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organism => "organism",
            Self::Method => "method",
            Self::Cell => "cell",
            Self::Tissue => "tissue",
            Self::Disease => "disease",
            Self::Process => "process",
            Self::Phenotype => "phenotype",
            Self::Gene => "gene",
            Self::Author => "author",
            Self::Licence => "licence",
            Self::Member => "member",
            Self::Kind => "kind",
            Self::Access => "access",
            Self::Holding => "holding",
            Self::Year => "year",
            Self::Channels => "channels",
            Self::Planes => "z",
            Self::Times => "t",
            Self::PixelSize => "pixel_size",
            Self::PixelType => "pixel_type",
            Self::ImageFormat => "image_format",
            Self::Annotated => "annotated",
        }
    }

    /// The facet of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    /// Whether its values are terms, with broader and narrower ones.
    pub fn is_of_terms(self) -> bool {
        Self::OF_TERMS.contains(&self)
    }

    /// Whether its values are numbers.
    pub fn is_of_numbers(self) -> bool {
        Self::OF_NUMBERS.contains(&self)
    }

    /// Whether only images have it.
    pub fn is_of_images(self) -> bool {
        Self::OF_IMAGES.contains(&self)
    }

    /// Its place in [`Facet::ALL`].
    pub(super) fn place(self) -> usize {
        self as usize
    }

    /// Where a label is looked up, the first that has it; empty for what has no terms.
    pub(super) fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Organism => &[Scope::Organism],
            Self::Method => &[Scope::ImagingMethod],
            Self::Cell => &[Scope::CellType, Scope::CellLine],
            Self::Tissue => &[Scope::Anatomy],
            Self::Disease => &[Scope::Disease],
            Self::Process => &[Scope::GeneOntology],
            Self::Phenotype => &[Scope::Phenotype],
            _ => &[],
        }
    }

    /// How a value stands in the index: `organism=http://…`.
    pub(super) fn token(self, value: &str) -> String {
        format!("{}={value}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Facet;

    #[test]
    fn each_facet_is_found_at_its_place_and_by_its_name() {
        for (place, facet) in Facet::ALL.into_iter().enumerate() {
            assert_eq!(facet.place(), place);
            assert_eq!(Facet::from_name(facet.name()), Some(facet));
            assert_eq!(facet.is_of_terms(), !facet.scopes().is_empty());
        }
    }
}
