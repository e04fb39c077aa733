//! Terms of published vocabularies that records use, each IRI written once.

/// schema.org, in the spelling with `http`, which is the one in its own definitions.
pub mod schema_org {
    crate::schema::terms! { "http://schema.org/";
        /// A body of data: here, a study.
        DATASET = "Dataset",
        /// A person.
        PERSON = "Person",
        /// An institution.
        ORGANIZATION = "Organization",
        /// An article in a journal.
        SCHOLARLY_ARTICLE = "ScholarlyArticle",
        /// Money given for work.
        GRANT = "Grant",
        /// What was imaged, biologically.
        BIO_SAMPLE = "BioSample",
        /// A protocol of the laboratory.
        LAB_PROTOCOL = "LabProtocol",
        /// An image.
        IMAGE_OBJECT = "ImageObject",
        /// A name with a value.
        PROPERTY_VALUE = "PropertyValue",
        /// Name or title.
        NAME = "name",
        /// Description in words.
        DESCRIPTION = "description",
        /// An identifier as text.
        IDENTIFIER = "identifier",
        /// Another IRI of the same thing.
        SAME_AS = "sameAs",
        /// Date of publication, as the source gives it.
        DATE_PUBLISHED = "datePublished",
        /// When something was made; an image, when it was taken.
        DATE_CREATED = "dateCreated",
        /// Licence.
        LICENSE = "license",
        /// Author.
        AUTHOR = "author",
        /// Publisher.
        PUBLISHER = "publisher",
        /// A keyword.
        KEYWORDS = "keywords",
        /// What something is about.
        ABOUT = "about",
        /// A technique: a term or a text.
        MEASUREMENT_TECHNIQUE = "measurementTechnique",
        /// A picture that stands for the whole.
        THUMBNAIL_URL = "thumbnailUrl",
        /// An article that belongs to something.
        CITATION = "citation",
        /// A grant.
        FUNDING = "funding",
        /// Who gave a grant.
        FUNDER = "funder",
        /// The whole that a thing is part of.
        IS_PART_OF = "isPartOf",
        /// Place in an order, from 1.
        POSITION = "position",
        /// Given name.
        GIVEN_NAME = "givenName",
        /// Family name.
        FAMILY_NAME = "familyName",
        /// Where a person works.
        AFFILIATION = "affiliation",
        /// What somebody did, or how two things are tied.
        ROLE_NAME = "roleName",
        /// A page about something.
        URL = "url",
        /// A further name and value.
        ADDITIONAL_PROPERTY = "additionalProperty",
        /// The value of a name and value.
        VALUE = "value",
        /// The taxon of a biosample.
        TAXONOMIC_RANGE = "taxonomicRange",
        /// Instrument of a protocol.
        LAB_EQUIPMENT = "labEquipment",
        /// A unit as text.
        UNIT_TEXT = "unitText",
    }
}

/// The Data Catalog Vocabulary, version 3.
pub mod dcat {
    crate::schema::terms! { "http://www.w3.org/ns/dcat#";
        /// A body of data.
        DATASET = "Dataset",
        /// A file that holds data.
        DISTRIBUTION_CLASS = "Distribution",
        /// A tie to another resource that has a name.
        RELATIONSHIP = "Relationship",
        /// Size in bytes.
        BYTE_SIZE = "byteSize",
        /// Version, as text.
        VERSION = "version",
        /// From a thing to a file of it.
        DISTRIBUTION = "distribution",
        /// Where the bytes of a file are.
        DOWNLOAD_URL = "downloadURL",
        /// Media type, as an IRI of IANA's registry.
        MEDIA_TYPE = "mediaType",
        /// From a thing to a tie that has a name.
        QUALIFIED_RELATION = "qualifiedRelation",
    }
}

/// DCMI Metadata Terms.
pub mod dct {
    crate::schema::terms! { "http://purl.org/dc/terms/";
        /// The accession.
        IDENTIFIER = "identifier",
        /// When it was first published here.
        ISSUED = "issued",
        /// When this version was published here.
        MODIFIED = "modified",
        /// Licence.
        LICENSE = "license",
        /// Who may have it.
        ACCESS_RIGHTS = "accessRights",
        /// The profile that it was checked against.
        CONFORMS_TO = "conformsTo",
        /// What kind it is, as a term.
        TYPE = "type",
        /// Another resource that it has to do with.
        RELATION = "relation",
    }
}

/// PROV: where things come from.
pub mod prov {
    crate::schema::terms! { "http://www.w3.org/ns/prov#";
        /// Something that happened.
        ACTIVITY = "Activity",
        /// Something that has an origin.
        ENTITY = "Entity",
        /// From a thing to what made it.
        WAS_GENERATED_BY = "wasGeneratedBy",
        /// From a thing to what it was made from.
        WAS_DERIVED_FROM = "wasDerivedFrom",
    }
}

/// Web Annotation.
pub mod oa {
    crate::schema::terms! { "http://www.w3.org/ns/oa#";
        /// An annotation.
        ANNOTATION = "Annotation",
        /// What it says.
        HAS_BODY = "hasBody",
        /// What it is about.
        HAS_TARGET = "hasTarget",
    }
}

/// Open Biological and Biomedical Ontologies.
pub mod obo {
    crate::schema::terms! { "http://purl.obolibrary.org/obo/";
        /// in taxon (RO).
        IN_TAXON = "RO_0002162",
        /// imaging assay (OBI).
        IMAGING_ASSAY = "OBI_0000185",
        /// specimen (OBI).
        SPECIMEN = "OBI_0100051",
        /// image (IAO).
        IMAGE = "IAO_0000101",
    }
}

/// BioAssay Ontology.
pub mod bao {
    crate::schema::terms! { "http://www.bioassayontology.org/bao#";
        /// has cell line.
        HAS_CELL_LINE = "BAO_0002004",
    }
}

/// Darwin Core.
pub mod dwc {
    crate::schema::terms! { "http://rs.tdwg.org/dwc/terms/";
        /// The sex, as given.
        SEX = "sex",
    }
}

/// Darwin Core, the properties whose values are IRIs.
pub mod dwciri {
    crate::schema::terms! { "http://rs.tdwg.org/dwc/iri/";
        /// The method by which something was imaged.
        MEASUREMENT_METHOD = "measurementMethod",
    }
}

/// Open Digital Rights Language.
pub mod odrl {
    crate::schema::terms! { "http://www.w3.org/ns/odrl/2/";
        /// Terms of use.
        HAS_POLICY = "hasPolicy",
    }
}

/// SPDX: checksums.
pub mod spdx {
    crate::schema::terms! { "http://spdx.org/rdf/terms#";
        /// A checksum.
        CHECKSUM_CLASS = "Checksum",
        /// From a file to its checksum.
        CHECKSUM = "checksum",
        /// The algorithm of a checksum.
        ALGORITHM = "algorithm",
        /// SHA-256.
        SHA_256 = "checksumAlgorithm_sha256",
        /// The value, in hex.
        CHECKSUM_VALUE = "checksumValue",
    }
}

/// RDF.
pub mod rdf {
    crate::schema::terms! { "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
        /// From a thing to its class.
        TYPE = "type",
    }
}

/// RDF Schema.
pub mod rdfs {
    crate::schema::terms! { "http://www.w3.org/2000/01/rdf-schema#";
        /// More about it.
        SEE_ALSO = "seeAlso",
    }
}

/// XML Schema: datatypes of literals.
pub mod xsd {
    crate::schema::terms! { "http://www.w3.org/2001/XMLSchema#";
        /// Text.
        STRING = "string",
        /// A whole number.
        INTEGER = "integer",
        /// A day.
        DATE = "date",
        /// A moment with its time zone.
        DATE_TIME = "dateTime",
        /// A year.
        YEAR = "gYear",
        /// A month of a year.
        YEAR_MONTH = "gYearMonth",
        /// A number with a fraction.
        DOUBLE = "double",
        /// Bytes in hex.
        HEX_BINARY = "hexBinary",
    }
}

/// Access right of the European Union's authority table: open to everybody.
pub const ACCESS_PUBLIC: &str =
    "http://publications.europa.eu/resource/authority/access-right/PUBLIC";

/// Where IANA's registry names media types, before `type/subtype`.
pub const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";
