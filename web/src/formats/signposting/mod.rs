//! FAIR Signposting: typed links by which a program finds its way from a page to the identifier, the metadata and the data
//! (level 1 in the header `Link`, level 2 as a link set, RFC 9264).

mod of_resource;

pub use of_resource::Signposts;

use serde_json::{Map, Value, json};

use super::Archive;
use super::archive::web_address;
use super::uri::ascii;
use crate::http::Format;
use crate::view::{FileView, ImageView, StudyView};

/// The media type of a link set.
pub const LINKSET_MEDIA_TYPE: &str = "application/linkset+json";

/// Files of a study that stand in its link set. Where there are more, its list of files has them all.
pub const MOST_ITEMS: u64 = 100;

/// The longest header `Link` made here, in bytes: what servers in between pass on. What does not fit is in the link set.
const LONGEST_HEADER: usize = 4096;

/// A typed link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedLink {
    /// The relation: `cite-as` …; several have spaces between them.
    pub relation: &'static str,
    /// The target: an absolute URI in ASCII.
    pub target: String,
    /// The media type of the target.
    pub media_type: Option<String>,
    /// The profile of the target: an IRI.
    pub profile: Option<&'static str>,
    /// The size of the target in bytes.
    pub length: Option<u64>,
}

impl TypedLink {
    /// A link to an address, which is written as the URI that it maps to.
    pub fn to(relation: &'static str, target: &str) -> TypedLink {
        TypedLink {
            relation,
            target: ascii(target),
            media_type: None,
            profile: None,
            length: None,
        }
    }

    /// A link to a file of a resource: its media type and size are what its depositor said.
    pub fn to_file(address: &str, media_type: Option<&str>, bytes: Option<u64>) -> TypedLink {
        TypedLink {
            media_type: media_type.map(str::to_owned),
            length: bytes,
            ..TypedLink::to("item", address)
        }
    }

    /// With the media type of the target.
    pub fn of_type(mut self, media_type: &str) -> TypedLink {
        self.media_type = Some(media_type.to_owned());
        self
    }

    /// As a member of the header `Link` (RFC 8288).
    fn in_header(&self) -> String {
        let mut text = format!("<{}>; rel=\"{}\"", self.target, self.relation);
        // the media type of a file is a depositor's text
        if let Some(media_type) = self
            .media_type
            .as_deref()
            .filter(|text| is_media_type(text))
        {
            text.push_str(&format!("; type=\"{media_type}\""));
        }
        if let Some(profile) = self.profile {
            text.push_str(&format!("; profile=\"{profile}\""));
        }
        text
    }

    fn in_linkset(&self) -> Value {
        let mut link = Map::new();
        link.insert("href".to_owned(), json!(self.target));
        if let Some(media_type) = self
            .media_type
            .as_deref()
            .filter(|text| is_media_type(text))
        {
            link.insert("type".to_owned(), json!(media_type));
        }
        if let Some(profile) = self.profile {
            link.insert("profile".to_owned(), json!([profile]));
        }
        if let Some(length) = self.length {
            // no attribute of RFC 8288, so it is written as RFC 9264 section 4.2.4.3 has it for those: as a list of texts
            link.insert("length".to_owned(), json!([length.to_string()]));
        }
        Value::Object(link)
    }
}

/// The links of the page of a study: what to cite, what it is, whose it is, its licence, its metadata in every form, and
/// its data: the list of all files of a held study, or where they are elsewhere.
pub fn links_of_study(study: &StudyView, archive: &Archive) -> Vec<TypedLink> {
    let mut links = vec![
        TypedLink::to("cite-as", &study.iri),
        TypedLink::to("type", "https://schema.org/Dataset"),
        TypedLink::to("type", "https://schema.org/AboutPage"),
    ];
    let licence = study.licence.as_deref().and_then(web_address);
    links.extend(licence.map(|licence| TypedLink::to("license", licence)));
    for format in Format::OF_STUDY.into_iter().skip(1) {
        let mut link = TypedLink::to(describing(format), &archive.form(study, format))
            .of_type(format.bare_media_type());
        if format == Format::RoCrate {
            link.profile = Some("https://w3id.org/ro/crate");
        }
        links.push(link);
    }
    let list = study.file_list();
    links
        .extend(list.map(|list| TypedLink::to("item", &list).of_type("text/tab-separated-values")));
    let elsewhere = study.data_at.as_deref().filter(|_| !study.is_held());
    links.extend(
        elsewhere
            .and_then(web_address)
            .map(|address| TypedLink::to("item", address)),
    );
    let orcids = study
        .authors
        .iter()
        .filter_map(|author| author.orcid.as_deref());
    links.extend(
        orcids
            .filter_map(web_address)
            .map(|orcid| TypedLink::to("author", orcid)),
    );
    links
}

/// The links to the files of an image, as far as its record lists them.
pub fn links_to_files(image: &ImageView) -> Vec<TypedLink> {
    let to = |file: &FileView| {
        let address = web_address(file.address.as_deref()?)?;
        let media_type = file.media_type.as_deref();
        Some(TypedLink::to_file(address, media_type, file.bytes))
    };
    image.files.iter().filter_map(to).collect()
}

/// The links of the page of a version of an image: what to cite, what it is, its metadata, its files, and the study that it
/// belongs to.
pub fn links_of_image(image: &ImageView, archive: &Archive, version: u64) -> Vec<TypedLink> {
    let mut links = vec![
        TypedLink::to("cite-as", &image.iri),
        TypedLink::to("type", "https://schema.org/ImageObject"),
        TypedLink::to("type", "https://schema.org/AboutPage"),
    ];
    for format in Format::WITH_SUFFIX {
        let page = archive.page(&image.id);
        let address = format!("{page}.{version}.{}", format.suffix());
        links.push(TypedLink::to(describing(format), &address).of_type(format.bare_media_type()));
    }
    let study = image.id.study_id().map(|study| archive.page(&study));
    links.extend(study.map(|study| TypedLink::to("collection", &study).of_type("text/html")));
    links.extend(links_to_files(image));
    links
}

/// A form describes what its page is about; those that `Accept` gives at the address of the page stand in its place, too.
fn describing(format: Format) -> &'static str {
    match format.is_negotiated() {
        true => "describedby alternate",
        false => "describedby",
    }
}

/// The value of the header `Link` (level 1), with the address of the link set at its end. What would make it longer than
/// servers in between pass on is left to the link set: authors and items, which are many, come last and go first.
pub fn link_header(links: &[TypedLink], linkset: &str) -> String {
    let last = TypedLink::to("linkset", linkset)
        .of_type(LINKSET_MEDIA_TYPE)
        .in_header();
    let mut header = String::new();
    for link in links {
        let text = link.in_header();
        if header.len() + text.len() + last.len() + 4 > LONGEST_HEADER {
            break;
        }
        header.push_str(&text);
        header.push_str(", ");
    }
    header + &last
}

/// The link set of a page (level 2), with the links of its items and forms of metadata back to it.
pub fn linkset(page: &str, links: &[TypedLink]) -> String {
    let page = ascii(page);
    let mut anchor = Map::new();
    anchor.insert("anchor".to_owned(), json!(page));
    let mut back: Vec<Value> = Vec::new();
    for (link, relation) in links.iter().flat_map(|link| {
        link.relation
            .split(' ')
            .map(move |relation| (link, relation))
    }) {
        let of_relation = anchor.entry(relation).or_insert_with(|| json!([]));
        if let Value::Array(of_relation) = of_relation {
            of_relation.push(link.in_linkset());
        }
        let relation = match relation {
            "describedby" => "describes",
            "item" => "collection",
            _ => continue,
        };
        back.push(json!({
            "anchor": link.target,
            relation: [{ "href": page, "type": "text/html" }],
        }));
    }
    let mut sets = vec![Value::Object(anchor)];
    sets.extend(back);
    format!("{:#}\n", json!({ "linkset": sets }))
}

/// `type/subtype` of RFC 6838's letters, and nothing behind it.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(kind, name)| is_name(kind) && is_name(name))
}
