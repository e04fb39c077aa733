//! From the arguments of a request to the whole answer.

use super::error::{Code, Refusal};
use super::listing::{Listing, PAGE};
use super::repository::Repository;
use super::request::{Arguments, Asked, format_of};
use super::service::Asking;
use super::token::Listed;
use super::writing::{self, envelope};
use crate::formats::xml::Xml;

/// The media type of every answer (OAI-PMH 2.0 section 3.1.2.1).
pub const MEDIA_TYPE: &str = "text/xml; charset=utf-8";

/// Bytes of metadata after which a page ends before it has all its items: what depositors write is long now and then, and
/// an answer is made in memory.
const LONG_PAGE: usize = 4 << 20;

/// What is wrong with a request is part of the answer; what is wrong with the repository is not.
type Body<R> = Result<Result<String, Vec<Refusal>>, <R as Repository>::Error>;

/// Answers a request: an XML document that is valid under OAI-PMH.xsd, whatever the arguments are. `arguments` are those
/// of the request, decoded, or why they cannot be read.
///
/// # Errors
/// Those of the repository: a fault that is no answer of the protocol.
pub fn answer<R: Repository>(repository: &mut R, arguments: Asking) -> Result<String, R::Error> {
    let (arguments, body) = match arguments {
        Ok(arguments) => {
            let body = match Arguments(&arguments).read() {
                Ok(asked) => body(repository, asked)?,
                Err(refusals) => Err(refusals),
            };
            (arguments, body)
        }
        Err(refusal) => (Vec::new(), Err(vec![refusal])),
    };
    Ok(envelope(repository, &arguments, body))
}

fn body<R: Repository>(repository: &mut R, asked: Asked) -> Body<R> {
    match asked {
        Asked::Identify => {
            let earliest = repository.earliest()?;
            let earliest = earliest.unwrap_or_else(|| repository.response_date().to_owned());
            Ok(Ok(writing::identify(repository.setting(), &earliest)))
        }
        Asked::Formats { identifier: None } => Ok(Ok(writing::metadata_formats())),
        Asked::Formats {
            identifier: Some(identifier),
        } => Ok(match repository.item(&identifier)? {
            Some(_) => Ok(writing::metadata_formats()),
            None => Err(vec![unknown()]),
        }),
        Asked::Sets => {
            let sets = repository.sets()?;
            Ok(match sets.is_empty() {
                false => Ok(writing::sets(&sets)),
                true => Err(vec![without_sets()]),
            })
        }
        Asked::SetsFrom => Ok(Err(vec![Refusal::new(
            Code::BadResumptionToken,
            "the list of sets is never divided, so no token of it was given",
        )])),
        Asked::Record { identifier, prefix } => record(repository, &identifier, &prefix),
        Asked::List { begun, .. } if begun.set.is_some() && repository.sets()?.is_empty() => {
            Ok(Err(vec![without_sets()]))
        }
        Asked::List { listed, begun } => {
            let listing = Listing::begin(repository, listed, &begun)?;
            page(repository, listed, &listing)
        }
        Asked::ListFrom { listed, token } => match Listing::resume(repository, listed, &token)? {
            Ok(listing) => page(repository, listed, &listing),
            Err(refusal) => Ok(Err(vec![refusal])),
        },
    }
}

fn without_sets() -> Refusal {
    Refusal::new(
        Code::NoSetHierarchy,
        "no institution belongs to this federation yet, and there is a set for each",
    )
}

fn unknown() -> Refusal {
    Refusal::new(
        Code::IdDoesNotExist,
        "there is no such item; items are studies, and their identifiers are IRIs as ListIdentifiers gives them",
    )
}

fn record<R: Repository>(repository: &mut R, identifier: &str, prefix: &str) -> Body<R> {
    let format = format_of(prefix);
    let item = repository.item(identifier)?.ok_or_else(unknown);
    let (format, item) = match (format, item) {
        (Ok(format), Ok(item)) => (format, item),
        (format, item) => {
            let refusals = [format.err(), item.err()];
            return Ok(Err(refusals.into_iter().flatten().collect()));
        }
    };
    let mut xml = Xml::fragment();
    xml.open("GetRecord", &[]);
    writing::record(&mut xml, repository, &item, format)?;
    xml.close("GetRecord");
    Ok(Ok(xml.finish()))
}

fn page<R: Repository>(repository: &mut R, listed: Listed, listing: &Listing) -> Body<R> {
    let items = listing.items(repository)?;
    if items.is_empty() {
        let sentence = "nothing here was published, changed or deleted as from, until and set say";
        return Ok(Err(vec![Refusal::new(Code::NoRecordsMatch, sentence)]));
    }
    let name = match listed {
        Listed::Records => "ListRecords",
        Listed::Headers => "ListIdentifiers",
    };
    let mut xml = Xml::fragment();
    xml.open(name, &[]);
    let mut written = 0;
    for item in items.iter().take(PAGE) {
        if xml.len() > LONG_PAGE {
            break;
        }
        match listed {
            Listed::Records => writing::record(&mut xml, repository, item, listing.format())?,
            Listed::Headers => writing::header(&mut xml, item, item.version.is_none()),
        }
        written += 1;
    }
    let identity = &repository.setting().identity;
    let next = items
        .get(written)
        .map(|next| listing.token_at(next, written, identity));
    writing::token(&mut xml, next.as_deref(), listing.before());
    xml.close(name);
    Ok(Ok(xml.finish()))
}
