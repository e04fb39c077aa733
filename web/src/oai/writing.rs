//! The parts of an answer as XML, in the order of the protocol's schema (OAI-PMH.xsd).

use super::error::{Code, Refusal};
use super::formats::MetadataFormat;
use super::repository::{Item, Repository, Set, Setting};
use crate::formats::is_iri;
use crate::formats::xml::{Attribute, Xml, is_xml_character};

const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/";
const LOCATION: &str =
    "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd";

/// Rights in what is said about a repository.
const RIGHTS: &str = "http://www.openarchives.org/OAI/2.0/rights/";
const RIGHTS_LOCATION: &str = "http://www.openarchives.org/OAI/2.0/rights/ http://www.openarchives.org/OAI/2.0/rightsManifest.xsd";
/// The rights are those in metadata, and not in what these are about.
const OF_METADATA: &str = "http://www.openarchives.org/OAI/2.0/entity#metadata";

/// The arguments that an answer repeats.
const REPEATED: [&str; 7] = [
    "verb",
    "identifier",
    "metadataPrefix",
    "from",
    "until",
    "set",
    "resumptionToken",
];

/// A whole answer: `body` stands behind the head. Arguments are repeated where all of them make sense to the protocol.
pub(super) fn envelope<R: Repository>(
    repository: &R,
    arguments: &[(String, String)],
    body: Result<String, Vec<Refusal>>,
) -> String {
    let mut xml = Xml::document();
    let attributes = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", LOCATION),
    ];
    xml.open("OAI-PMH", &attributes);
    xml.text("responseDate", &[], repository.response_date());
    let are_sound = match &body {
        Ok(_) => true,
        Err(refusals) => !refusals
            .iter()
            .any(|refusal| matches!(refusal.code, Code::BadVerb | Code::BadArgument)),
    };
    let repeated = if are_sound { arguments } else { &[] };
    xml.text(
        "request",
        &repeatable(repeated),
        &repository.setting().base_url,
    );
    match body {
        Ok(body) => xml.written(&body),
        Err(refusals) => {
            for refusal in &refusals {
                let code = [("code", refusal.code.as_str())];
                xml.text("error", &code, &refusal.sentence);
            }
        }
    }
    xml.close("OAI-PMH");
    xml.finish()
}

/// An identifier that is no IRI cannot be repeated: the schema asks for one.
fn repeatable(arguments: &[(String, String)]) -> Vec<Attribute<'_>> {
    arguments
        .iter()
        .filter(|(name, value)| {
            REPEATED.contains(&name.as_str()) && (name != "identifier" || is_iri(value))
        })
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

pub(super) fn identify(setting: &Setting, earliest: &str) -> String {
    let mut xml = Xml::fragment();
    xml.open("Identify", &[]);
    xml.text("repositoryName", &[], &setting.name);
    xml.text("baseURL", &[], &setting.base_url);
    xml.text("protocolVersion", &[], "2.0");
    let email = setting.email.clone();
    let email = email.unwrap_or_else(|| postmaster(&setting.base_url));
    xml.text("adminEmail", &[], &email);
    xml.text("earliestDatestamp", &[], earliest);
    xml.text("deletedRecord", &[], "persistent");
    xml.text("granularity", &[], "YYYY-MM-DDThh:mm:ssZ");
    xml.text("compression", &[], "gzip");
    if let Some(licence) = &setting.licence {
        rights(&mut xml, licence);
    }
    xml.close("Identify");
    xml.finish()
}

/// Under which licence all metadata here may be used: the container of the guidelines on rights, section 4.1.
fn rights(xml: &mut Xml, licence: &str) {
    let manifest = [
        ("xmlns", RIGHTS),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", RIGHTS_LOCATION),
        ("appliesTo", OF_METADATA),
    ];
    xml.open("description", &[]);
    xml.open("rightsManifest", &manifest);
    xml.open("rights", &[]);
    xml.empty("rightsReference", &[("ref", licence)]);
    xml.close("rights");
    xml.close("rightsManifest");
    xml.close("description");
}

/// Whether a text is an e-mail address as the protocol's schema wants it: `\S+@(\S+\.)+\S+`.
pub fn is_email(text: &str) -> bool {
    let is_whole = !text.chars().any(char::is_whitespace) && text.chars().all(is_xml_character);
    let host = text.split_once('@').filter(|(user, _)| !user.is_empty());
    let labels = host.and_then(|(_, host)| host.rsplit_once('.'));
    is_whole && labels.is_some_and(|(before, last)| !before.is_empty() && !last.is_empty())
}

/// The postmaster of the host of an address; the schema wants a dot in the host.
fn postmaster(address: &str) -> String {
    let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = behind.split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let is_name = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    match is_name {
        true => format!("postmaster@{host}"),
        false => "postmaster@localhost.localdomain".to_owned(),
    }
}

pub(super) fn metadata_formats() -> String {
    let mut xml = Xml::fragment();
    xml.open("ListMetadataFormats", &[]);
    for format in MetadataFormat::ALL {
        xml.open("metadataFormat", &[]);
        xml.text("metadataPrefix", &[], format.prefix());
        xml.text("schema", &[], format.schema());
        xml.text("metadataNamespace", &[], format.namespace());
        xml.close("metadataFormat");
    }
    xml.close("ListMetadataFormats");
    xml.finish()
}

pub(super) fn sets(sets: &[Set]) -> String {
    let mut xml = Xml::fragment();
    xml.open("ListSets", &[]);
    for set in sets {
        xml.open("set", &[]);
        xml.text("setSpec", &[], &set.spec);
        let name = match set.name.trim() {
            "" => &set.spec,
            name => name,
        };
        xml.text("setName", &[], name);
        xml.close("set");
    }
    xml.close("ListSets");
    xml.finish()
}

pub(super) fn header(xml: &mut Xml, item: &Item, is_deleted: bool) {
    let deleted = [("status", "deleted")];
    let status: &[Attribute<'_>] = if is_deleted { &deleted } else { &[] };
    xml.open("header", status);
    xml.text("identifier", &[], &item.iri);
    xml.text("datestamp", &[], &item.datestamp);
    xml.text("setSpec", &[], item.id.prefix());
    xml.close("header");
}

pub(super) fn record<R: Repository>(
    xml: &mut Xml,
    repository: &mut R,
    item: &Item,
    format: MetadataFormat,
) -> Result<(), R::Error> {
    let described = match item.version {
        Some(_) => repository.describe(item)?,
        None => None,
    };
    let metadata = described
        .map(|described| format.write(described, &item.datestamp))
        .transpose()?;
    xml.open("record", &[]);
    header(xml, item, metadata.is_none());
    if let Some(metadata) = metadata {
        xml.open("metadata", &[]);
        xml.written(&metadata);
        xml.close("metadata");
    }
    xml.close("record");
    Ok(())
}

/// The token that ends a page; one without content ends the last of several (section 3.5).
pub(super) fn token(xml: &mut Xml, token: Option<&str>, before: u64) {
    let before_text = before.to_string();
    let cursor = [("cursor", before_text.as_str())];
    match token {
        Some(token) => xml.text("resumptionToken", &cursor, token),
        None if before > 0 => xml.empty("resumptionToken", &cursor),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{is_email, postmaster};

    #[test]
    fn an_address_by_e_mail_is_one() {
        for text in ["images@example.org", "a+b@x.y.z", "postmaster@127.0.0.1"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "images",
            "@example.org",
            "a@b",
            "a@.b",
            "a@b.",
            "a b@c.d",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn there_is_somebody_to_write_to() {
        for (address, email) in [
            (
                "https://images.example.org/oai",
                "postmaster@images.example.org",
            ),
            ("http://127.0.0.1:8080/omma/oai", "postmaster@127.0.0.1"),
            (
                "http://localhost:8080/oai",
                "postmaster@localhost.localdomain",
            ),
            ("http://[::1]:8080/oai", "postmaster@localhost.localdomain"),
            ("http://<b>.x/oai", "postmaster@localhost.localdomain"),
        ] {
            assert_eq!(postmaster(address), email);
            assert!(is_email(email));
        }
    }
}
