//! The formats of metadata that every item has.

use super::repository::Described;
use crate::formats::{FormatError, datacite_xml, oai_dc};

/// A format of metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MetadataFormat {
    DublinCore,
    DataCite,
}

impl MetadataFormat {
    pub const ALL: [MetadataFormat; 2] = [MetadataFormat::DublinCore, MetadataFormat::DataCite];

    pub fn of_prefix(prefix: &str) -> Option<MetadataFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.prefix() == prefix)
    }

    pub fn prefix(self) -> &'static str {
        match self {
            MetadataFormat::DublinCore => "oai_dc",
            MetadataFormat::DataCite => "oai_datacite",
        }
    }

    pub fn schema(self) -> &'static str {
        match self {
            MetadataFormat::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            MetadataFormat::DataCite => "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd",
        }
    }

    pub fn namespace(self) -> &'static str {
        match self {
            MetadataFormat::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc/",
            MetadataFormat::DataCite => "http://datacite.org/schema/kernel-4",
        }
    }

    /// A study as an element that stands inside `metadata`. `datestamp` is when it became visible: the year that DataCite
    /// wants, where the record itself gives no date that can be read.
    pub fn write(self, described: Described, datestamp: &str) -> Result<String, FormatError> {
        let Described { mut study, archive } = described;
        match self {
            MetadataFormat::DublinCore => Ok(oai_dc(&study, &archive)),
            MetadataFormat::DataCite => {
                if study.date().is_none() {
                    study.issued = datestamp.get(..10).map(str::to_owned);
                }
                let document = datacite_xml(&study, &archive)?;
                // a declaration stands at the head of a document alone
                let element = document
                    .split_once("?>")
                    .map_or(document.as_str(), |(_, element)| element);
                Ok(element.trim_start().to_owned())
            }
        }
    }
}
