//! Titles, descriptions and names, from lists of words.

use crate::federation::chance::Chance;

const ASPECTS: &[&str] = &[
    "Dynamics",
    "Localisation",
    "Segmentation",
    "Lineage tracing",
    "Morphology",
    "Three-dimensional reconstruction",
    "Time-lapse imaging",
    "Ultrastructure",
    "Quantification",
    "Live imaging",
    "Distribution",
    "Assembly",
    "Turnover",
    "Mechanics",
    "An atlas",
    "A screen",
    "Development",
    "Regeneration",
    "Heterogeneity",
    "Volume imaging",
];
const STRUCTURES: &[&str] = &[
    "septin rings",
    "mitotic spindles",
    "focal adhesions",
    "nuclear pores",
    "synaptic vesicles",
    "actin cables",
    "primary cilia",
    "centrosomes",
    "stress granules",
    "lysosomes",
    "the endoplasmic reticulum",
    "mitochondria",
    "peroxisomes",
    "tight junctions",
    "filopodia",
    "kinetochores",
    "nucleoli",
    "the Golgi apparatus",
    "microtubule bundles",
    "lipid droplets",
    "chromosome territories",
    "desmosomes",
    "autophagosomes",
    "sarcomeres",
];
const CONDITIONS: &[&str] = &[
    "under osmotic stress",
    "after wounding",
    "during cytokinesis",
    "in early embryos",
    "upon drug treatment",
    "in knock-out strains",
    "during differentiation",
    "at single-cell resolution",
    "after heat shock",
    "in three-dimensional culture",
    "during infection",
    "over a full cell cycle",
    "in aged tissue",
    "under hypoxia",
];
const VERBS: &[&str] = &[
    "were imaged",
    "were recorded",
    "were followed",
    "were stained and imaged",
    "were acquired",
    "were tracked",
    "were reconstructed",
    "were compared",
    "were measured",
    "were segmented by hand",
];
const DETAILS: &[&str] = &[
    "every thirty seconds for two hours",
    "in four fields of each strain",
    "with three biological replicates",
    "at five z planes",
    "before and after treatment",
    "with a sixty-fold oil objective",
    "in two colours",
    "until the cells had divided twice",
    "from fixed sections of the same block",
    "with matched controls",
    "by two observers independently",
    "at room temperature",
    "in microfluidic chambers",
    "without averaging",
];
const SUBJECTS: &[&str] = &[
    "Cells",
    "Embryos",
    "Sections",
    "Tagged proteins",
    "Whole mounts",
    "Cultures",
    "Organoids",
    "Explants",
    "Transgenic lines",
    "Primary cultures",
    "Nuclei",
    "Monolayers",
];
const KEYWORDS: &[&str] = &[
    "cytoskeleton",
    "cell division",
    "deep learning",
    "light sheet",
    "super-resolution",
    "phenotypic screen",
    "RNA interference",
    "CRISPR",
    "neuroscience",
    "development",
    "cancer",
    "infection",
    "plant biology",
    "yeast",
    "segmentation",
    "tracking",
    "high-content screening",
    "electron microscopy",
    "drug response",
    "morphogenesis",
];
const GIVEN: &[&str] = &[
    "Ada", "Amara", "Anika", "Bram", "Chidi", "Clara", "Dmitri", "Elif", "Emeka", "Farid", "Greta",
    "Hana", "Ines", "Ivan", "Jonas", "Kaito", "Leila", "Lin", "Maja", "Marek", "Nadia", "Noor",
    "Olga", "Pavel", "Priya", "Rosa", "Samir", "Sofia", "Tomas", "Wei", "Yara", "Zofia",
];
const FAMILY: &[&str] = &[
    "Abara", "Almeida", "Andersen", "Bauer", "Bianchi", "Castro", "Chen", "Demir", "Dubois",
    "Eriksen", "Fischer", "Garcia", "Haddad", "Horvat", "Ivanova", "Jansen", "Kato", "Kowalska",
    "Kumar", "Larsen", "Lopez", "Mbeki", "Meyer", "Moreau", "Nakamura", "Novak", "Okafor", "Olsen",
    "Petrov", "Rao", "Rossi", "Sato", "Silva", "Singh", "Tanaka", "Tran", "Vasquez", "Weber",
    "Wong", "Yilmaz",
];
const PLACES: &[&str] = &[
    "Dundee",
    "Heidelberg",
    "Osaka",
    "Nairobi",
    "Lyon",
    "Toronto",
    "Uppsala",
    "Bangalore",
    "Recife",
    "Prague",
];

/// A title that names a structure, an organism and a condition.
pub(super) fn title(organism: &str, chance: &mut Chance) -> String {
    format!(
        "{} of {} in {organism} {}",
        chance.one_of(ASPECTS),
        chance.one_of(STRUCTURES),
        chance.one_of(CONDITIONS)
    )
}

/// Two to five sentences that name a cell type, a process and a method.
pub(super) fn description(cell: &str, process: &str, method: &str, chance: &mut Chance) -> String {
    let mut text = format!(
        "We studied {} of {cell} by {method}, with regard to {process}.",
        chance.one_of(STRUCTURES)
    );
    for _ in 0..chance.between(1, 4) {
        text += &format!(
            " {} {} {} {}.",
            chance.one_of(SUBJECTS),
            chance.one_of(CONDITIONS),
            chance.one_of(VERBS),
            chance.one_of(DETAILS)
        );
    }
    text
}

pub(super) fn keyword(chance: &mut Chance) -> &'static str {
    chance.one_of(KEYWORDS)
}

pub(super) fn structure(chance: &mut Chance) -> &'static str {
    chance.one_of(STRUCTURES)
}

/// Given and family name.
pub(super) fn person(chance: &mut Chance) -> (&'static str, &'static str) {
    (chance.one_of(GIVEN), chance.one_of(FAMILY))
}

pub(super) fn institute(chance: &mut Chance) -> String {
    format!("Institute of Bioimaging, {}", chance.one_of(PLACES))
}

/// An ORCID iD with its check digit (ISO/IEC 7064, MOD 11-2).
pub(super) fn orcid(chance: &mut Chance) -> String {
    let digits = format!("000000{:09}", chance.below(1_000_000_000));
    let total = digits
        .bytes()
        .fold(0, |total, digit| (total + u32::from(digit - b'0')) * 2 % 11);
    let check = match (12 - total) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap(),
    };
    format!(
        "https://orcid.org/{}-{}-{}-{}{check}",
        &digits[..4],
        &digits[4..8],
        &digits[8..12],
        &digits[12..]
    )
}
