//! The project's own namespace: what nobody else has a word for (`data/vocabulary/omma.ttl` defines each).

super::terms! { "https://w3id.org/ommatidia/ns#";
    /// A part of a study whose images belong together.
    STUDY_COMPONENT = "StudyComponent",
    /// A term as it was submitted, beside the term that it was read as.
    TERM_USE = "TermUse",
    /// What was done to a biosample before it was imaged.
    TREATMENT = "Treatment",
    /// A figure or panel of an article that the data stand behind.
    FIGURE = "Figure",
    /// A channel of an image.
    CHANNEL_CLASS = "Channel",
    /// An axis of an image that is none of x, y, z, channels and time.
    AXIS = "Axis",
    /// The grade for new deposits.
    PROFILE_1 = "profile-1",
    /// The grade for what existed before.
    PROFILE_LEGACY = "profile-legacy",

    /// Random literal, one per version, so that a digest confirms no guess (PROTOCOL.md section 1).
    SALT = "salt",
    /// SHA-256, in hex, of the `files.tsv` of a study version.
    MANIFEST = "manifest",
    /// Number of files.
    FILE_COUNT = "fileCount",
    /// Where the data of a catalogued study are.
    DATA_AT = "dataAt",
    /// What the profile asks for and the study does not have, in plain words.
    MISSING = "missing",
    /// What kind of sample stands in the place of an organism.
    SAMPLE_KIND = "sampleKind",
    /// From a thing to a term as it was submitted for it.
    HAS_TERM_USE = "termUse",
    /// The term that a submitted term was read as.
    TERM = "term",
    /// The label as submitted.
    SUBMITTED_LABEL = "submittedLabel",
    /// The identifier as submitted, where it is not the term's canonical IRI.
    SUBMITTED_TERM = "submittedTerm",
    /// What a submitted term stands for: organism, method …
    ROLE = "role",
    /// The biosample that something was made from.
    BIOSAMPLE = "biosample",
    /// The specimen that something was made from.
    SPECIMEN = "specimen",
    /// The study component that an image belongs to.
    COMPONENT = "component",
    /// A protocol that was followed.
    PROTOCOL = "protocol",
    /// A channel of an image.
    CHANNEL = "channel",
    /// The type of cell.
    CELL_TYPE = "cellType",
    /// The organ or tissue.
    TISSUE = "tissue",
    /// The disease.
    DISEASE = "disease",
    /// The strain.
    STRAIN = "strain",
    /// The genotype.
    GENOTYPE = "genotype",
    /// The age, as given.
    AGE = "age",
    /// The developmental stage, as given.
    DEVELOPMENTAL_STAGE = "developmentalStage",
    /// Whether a biosample was treated or is a control.
    SAMPLE_ROLE = "sampleRole",
    /// A treatment of a biosample.
    HAS_TREATMENT = "treatment",
    /// What a treatment was made with.
    AGENT = "agent",
    /// How much, as given.
    DOSE = "dose",
    /// How long, as given.
    DURATION = "duration",
    /// A figure that the study's data stand behind.
    SUPPORTS = "supports",
    /// The kind of an annotation (MIFA's list).
    ANNOTATION_TYPE = "annotationType",
    /// The kind of an annotation that is made from an image, on the image itself.
    ANNOTATED_WITH = "annotatedWith",
    /// The plane, from 0, that a selector of an annotation means.
    PLANE = "plane",
    /// The time point, from 0, that a selector of an annotation means.
    TIME_POINT = "timePoint",
    /// The channel, from 0, that a selector of an annotation means.
    CHANNEL_INDEX = "channelIndex",
    /// The colour in which the outline of what an annotation marks is drawn.
    STROKE_COLOUR = "strokeColour",
    /// The multi-well plate that an image was taken in.
    PLATE = "plate",
    /// The well of the plate: `B03`.
    WELL = "well",
    /// The number of the field of view in the well.
    FIELD = "field",
    /// The path of a file in its study.
    PATH = "path",
    /// Columns of an image, in pixels.
    SIZE_X = "sizeX",
    /// Rows of an image, in pixels.
    SIZE_Y = "sizeY",
    /// Focal planes of an image.
    SIZE_Z = "sizeZ",
    /// Channels of an image.
    SIZE_C = "sizeC",
    /// Time points of an image.
    SIZE_T = "sizeT",
    /// From an image to an axis that is none of these.
    HAS_AXIS = "axis",
    /// How long such an axis is.
    SIZE = "size",
    /// How a pixel is stored: uint8, uint16, float32 …
    PIXEL_TYPE = "pixelType",
    /// Bits of a pixel that mean something, where they are fewer.
    SIGNIFICANT_BITS = "significantBits",
    /// The format of an image's files, as people call it.
    IMAGE_FORMAT = "imageFormat",
    /// The program by whose conversion an image's files were read.
    CONVERTER = "converter",
    /// What an image looks like, in 256 bits.
    PERCEPTUAL_HASH = "perceptualHash",
    /// Which of several images in its files an image is, from 1.
    SERIES = "series",
    /// What an image is called in its file.
    NAME_IN_FILE = "nameInFile",
    /// Width of a pixel, in micrometres.
    PHYSICAL_SIZE_X = "physicalSizeX",
    /// Height of a pixel, in micrometres.
    PHYSICAL_SIZE_Y = "physicalSizeY",
    /// Distance of focal planes, in micrometres.
    PHYSICAL_SIZE_Z = "physicalSizeZ",
    /// Time between two time points, in seconds.
    TIME_INCREMENT = "timeIncrement",
    /// Width of a pixel, as stated.
    STATED_PHYSICAL_SIZE_X = "statedPhysicalSizeX",
    /// Height of a pixel, as stated.
    STATED_PHYSICAL_SIZE_Y = "statedPhysicalSizeY",
    /// Distance of focal planes, as stated.
    STATED_PHYSICAL_SIZE_Z = "statedPhysicalSizeZ",
    /// Time between two time points, as stated.
    STATED_TIME_INCREMENT = "statedTimeIncrement",
    /// The microscope.
    INSTRUMENT = "instrument",
    /// The objective.
    OBJECTIVE = "objective",
    /// The colour in which a channel is shown.
    COLOUR = "colour",
    /// How the contrast of a channel arises.
    CONTRAST_METHOD = "contrastMethod",
    /// Wavelength of the light that excites, in nanometres.
    EXCITATION_WAVELENGTH = "excitationWavelength",
    /// Wavelength of the light that is recorded, in nanometres.
    EMISSION_WAVELENGTH = "emissionWavelength",
    /// The dye or fluorescent protein of a channel.
    FLUOROPHORE = "fluorophore",
    /// What is seen in a channel.
    TARGET = "target",

    /// Reserved for harvesters: from a catalogue record to the member that published.
    MEMBER = "member",
    /// Reserved for harvesters: the index of the entry in the member's log.
    LOG_INDEX = "logIndex",
    /// Reserved for harvesters: the digest of the record.
    DIGEST = "digest",
    /// Reserved for harvesters: when the record was verified.
    VERIFIED_AT = "verifiedAt",
    /// Reserved for harvesters: from a term to each of its ancestors and to itself.
    BROADER = "broader",
    /// Reserved for harvesters: the words of a text search inside SPARQL.
    MATCHES = "matches",
    /// Reserved for harvesters: the score of a hit of a text search inside SPARQL.
    SCORE = "score",
}

/// The predicates that only a harvester may write (PROTOCOL.md section 1).
pub const RESERVED: &[&str] = &[
    MEMBER,
    LOG_INDEX,
    DIGEST,
    VERIFIED_AT,
    BROADER,
    MATCHES,
    SCORE,
];
