//! The vocabularies whose identifiers are known here: prefix, base IRI, and what follows it.

/// One row: a vocabulary's prefix, other names of that prefix, its base IRI and the form of its identifiers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Vocabulary {
    /// Canonical spelling of the prefix.
    pub prefix: &'static str,
    /// Further prefixes in use for it, in lower case.
    pub aliases: &'static [&'static str],
    /// What an IRI starts with; the local part follows at once.
    pub base: &'static str,
    /// What the local part looks like.
    pub local: Local,
}

/// The form of a vocabulary's local identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Local {
    /// A number without leading zeros.
    Number,
    /// This many digits, with leading zeros.
    Digits(usize),
    /// The letter C and a number.
    Code,
    /// A name of letters, digits, `_`, `-` and percent escapes.
    Name,
}

impl Local {
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Local::Number => "a number follows the prefix",
            Local::Digits(4) => "four digits follow the prefix",
            Local::Digits(8) => "eight digits follow the prefix",
            Local::Digits(_) => "seven digits follow the prefix",
            Local::Code => "the letter C and a number follow the prefix",
            Local::Name => "a name of letters, digits, hyphens and underscores follows the prefix",
        }
    }
}

impl Vocabulary {
    /// Host of the base, without `www.`.
    fn base_host(&self) -> &'static str {
        let rest = self
            .base
            .split_once("://")
            .map_or(self.base, |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or(rest);
        host.strip_prefix("www.").unwrap_or(host)
    }

    /// What follows the host in the base, without the first slash.
    pub(crate) fn base_path(&self) -> &'static str {
        let rest = self
            .base
            .split_once("://")
            .map_or(self.base, |(_, rest)| rest);
        rest.split_once('/').map_or("", |(_, path)| path)
    }
}

const fn obo(prefix: &'static str, base: &'static str, digits: usize) -> Vocabulary {
    Vocabulary {
        prefix,
        aliases: &[],
        base,
        local: Local::Digits(digits),
    }
}

/// Every row that a repair depends on. An ontology of the OBO library that is not here is still read by its exact IRI.
static VOCABULARIES: &[Vocabulary] = &[
    Vocabulary {
        prefix: "NCBITaxon",
        aliases: &[
            "taxonomy",
            "taxon",
            "taxid",
            "ncbi_taxon",
            "ncbi_taxid",
            "ncbitaxonomy",
        ],
        base: "http://purl.obolibrary.org/obo/NCBITaxon_",
        local: Local::Number,
    },
    obo("FBbi", "http://purl.obolibrary.org/obo/FBbi_", 8),
    obo("GO", "http://purl.obolibrary.org/obo/GO_", 7),
    obo("CL", "http://purl.obolibrary.org/obo/CL_", 7),
    obo("UBERON", "http://purl.obolibrary.org/obo/UBERON_", 7),
    obo("CLO", "http://purl.obolibrary.org/obo/CLO_", 7),
    Vocabulary {
        prefix: "CMPO",
        aliases: &[],
        base: "http://www.ebi.ac.uk/cmpo/CMPO_",
        local: Local::Digits(7),
    },
    Vocabulary {
        prefix: "EFO",
        aliases: &[],
        base: "http://www.ebi.ac.uk/efo/EFO_",
        local: Local::Digits(7),
    },
    Vocabulary {
        prefix: "BAO",
        aliases: &[],
        base: "http://www.bioassayontology.org/bao#BAO_",
        local: Local::Digits(7),
    },
    obo("CHMO", "http://purl.obolibrary.org/obo/CHMO_", 7),
    obo("OBI", "http://purl.obolibrary.org/obo/OBI_", 7),
    obo("MI", "http://purl.obolibrary.org/obo/MI_", 4),
    Vocabulary {
        prefix: "EDAM",
        aliases: &[],
        base: "http://edamontology.org/",
        local: Local::Name,
    },
    Vocabulary {
        prefix: "omma",
        aliases: &[],
        base: "https://w3id.org/ommatidia/ns#",
        local: Local::Name,
    },
    obo("PATO", "http://purl.obolibrary.org/obo/PATO_", 7),
    obo("MONDO", "http://purl.obolibrary.org/obo/MONDO_", 7),
    obo("HP", "http://purl.obolibrary.org/obo/HP_", 7),
    obo("MP", "http://purl.obolibrary.org/obo/MP_", 7),
    Vocabulary {
        prefix: "DOID",
        aliases: &[],
        base: "http://purl.obolibrary.org/obo/DOID_",
        local: Local::Number,
    },
    Vocabulary {
        prefix: "CHEBI",
        aliases: &[],
        base: "http://purl.obolibrary.org/obo/CHEBI_",
        local: Local::Number,
    },
    Vocabulary {
        prefix: "NCIT",
        aliases: &[],
        base: "http://purl.obolibrary.org/obo/NCIT_",
        local: Local::Code,
    },
    obo("DUO", "http://purl.obolibrary.org/obo/DUO_", 7),
    obo("UO", "http://purl.obolibrary.org/obo/UO_", 7),
    obo("HANCESTRO", "http://purl.obolibrary.org/obo/HANCESTRO_", 4),
    obo("ENVO", "http://purl.obolibrary.org/obo/ENVO_", 8),
    obo("PO", "http://purl.obolibrary.org/obo/PO_", 7),
    obo("ZFA", "http://purl.obolibrary.org/obo/ZFA_", 7),
    obo("FBbt", "http://purl.obolibrary.org/obo/FBbt_", 8),
    obo("WBbt", "http://purl.obolibrary.org/obo/WBbt_", 7),
    obo("IAO", "http://purl.obolibrary.org/obo/IAO_", 7),
    obo("BFO", "http://purl.obolibrary.org/obo/BFO_", 7),
    obo("RO", "http://purl.obolibrary.org/obo/RO_", 7),
];

/// The row of a prefix, whatever its case, or of another name for it.
pub(crate) fn by_prefix(prefix: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|row| {
        row.prefix.eq_ignore_ascii_case(prefix)
            || row
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(prefix))
    })
}

/// The row of a prefix in its canonical spelling.
pub(crate) fn by_exact_prefix(prefix: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|row| row.prefix == prefix)
}

/// The row whose base an IRI starts with.
pub(crate) fn by_base(iri: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|row| iri.starts_with(row.base))
}

/// The row whose base has this host (lower case, without `www.`) and starts this path, whatever the scheme.
pub(crate) fn by_address(host: &str, path: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES
        .iter()
        .find(|row| row.base_host() == host && path.starts_with(row.base_path()))
}
