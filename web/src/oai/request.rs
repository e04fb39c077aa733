//! What a request asks: a verb with its arguments, each checked by itself (OAI-PMH 2.0 section 4).

use super::datestamp::Datestamp;
use super::error::{Code, Refusal};
use super::formats::MetadataFormat;
use super::token::Listed;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    Identify,
    Formats { identifier: Option<String> },
    Sets,
    SetsFrom,
    Record { identifier: String, prefix: String },
    List { listed: Listed, begun: Begun },
    ListFrom { listed: Listed, token: String },
}

/// A list that is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun {
    pub format: MetadataFormat,
    pub from: Option<Datestamp>,
    pub until: Option<Datestamp>,
    pub set: Option<String>,
}

/// The arguments of a request.
pub(super) struct Arguments<'a>(pub &'a [(String, String)]);

const FROM_TOKEN: &str = "resumptionToken";

impl Arguments<'_> {
    /// What they ask.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(&self) -> Result<Asked, Vec<Refusal>> {
        let verb = self.verb().map_err(|refusal| vec![refusal])?;
        match verb {
            "Identify" => self.only(&[], &[]).map(|()| Asked::Identify),
            "ListMetadataFormats" => {
                self.only(&[], &["identifier"])?;
                let identifier = self.get("identifier").map(str::to_owned);
                Ok(Asked::Formats { identifier })
            }
            "ListSets" => {
                self.only(&[], &[FROM_TOKEN])?;
                Ok(match self.get(FROM_TOKEN) {
                    Some(_) => Asked::SetsFrom,
                    None => Asked::Sets,
                })
            }
            "GetRecord" => {
                self.only(&["identifier", "metadataPrefix"], &[])?;
                let prefix = self.prefix().map_err(|refusal| vec![refusal])?;
                let of = |name| self.get(name).unwrap_or_default().to_owned();
                Ok(Asked::Record {
                    identifier: of("identifier"),
                    prefix,
                })
            }
            "ListRecords" => self.list(Listed::Records),
            "ListIdentifiers" => self.list(Listed::Headers),
            other => Err(vec![Refusal::new(
                Code::BadVerb,
                format!(
                    "{} is no verb; there are Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords and GetRecord",
                    shortened(other)
                ),
            )]),
        }
    }

    fn verb(&self) -> Result<&str, Refusal> {
        let mut verbs = self.0.iter().filter(|(name, _)| name == "verb");
        match (verbs.next(), verbs.next()) {
            (Some((_, verb)), None) => Ok(verb),
            (None, _) => Err(Refusal::new(
                Code::BadVerb,
                "there is no verb; ask verb=Identify, say",
            )),
            _ => Err(Refusal::new(
                Code::BadVerb,
                "there are several verbs; give one",
            )),
        }
    }

    fn list(&self, listed: Listed) -> Result<Asked, Vec<Refusal>> {
        if let Some(token) = self.get(FROM_TOKEN) {
            self.only(&[FROM_TOKEN], &[])?;
            let token = token.to_owned();
            return Ok(Asked::ListFrom { listed, token });
        }
        self.only(&["metadataPrefix"], &["from", "until", "set"])?;
        let mut refusals = Vec::new();
        let mut kept = |result: Result<_, Refusal>| {
            result
                .map_err(|refusal| refusals.push(refusal))
                .ok()
                .flatten()
        };
        let from = kept(self.datestamp("from"));
        let until = kept(self.datestamp("until"));
        if let Err(refusal) = in_order(from.as_ref(), until.as_ref()) {
            refusals.push(refusal);
        }
        let set = self.set().map_err(|refusal| refusals.push(refusal)).ok();
        let format = self
            .prefix()
            .and_then(|prefix| format_of(&prefix))
            .map_err(|refusal| refusals.push(refusal))
            .ok();
        match (format, set) {
            (Some(format), Some(set)) if refusals.is_empty() => Ok(Asked::List {
                listed,
                begun: Begun {
                    format,
                    from,
                    until,
                    set,
                },
            }),
            _ => Err(refusals),
        }
    }

    /// Looks whether there are all that have to be, none that may not be, and each once.
    fn only(&self, needed: &[&str], possible: &[&str]) -> Result<(), Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (name, _) in self.0.iter().filter(|(name, _)| name != "verb") {
            let name = name.as_str();
            if !needed.contains(&name) && !possible.contains(&name) {
                let sentence = match needed {
                    [FROM_TOKEN] => format!(
                        "{} stands beside resumptionToken, which stands alone",
                        shortened(name)
                    ),
                    _ => format!(
                        "{} is no argument of this verb; leave it out",
                        shortened(name)
                    ),
                };
                refusals.push(Refusal::argument(sentence));
            } else if seen.contains(&name) {
                refusals.push(Refusal::argument(format!(
                    "{name} stands there twice; give it once"
                )));
            }
            seen.push(name);
        }
        for name in needed.iter().filter(|name| !seen.contains(name)) {
            refusals.push(Refusal::argument(format!(
                "{name} is missing; this verb needs it"
            )));
        }
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(refusals)
        }
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    fn datestamp(&self, name: &str) -> Result<Option<Datestamp>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        Datestamp::parse(text).map(Some).ok_or_else(|| {
            Refusal::argument(format!(
                "{name} is {} and has to be a day such as 2026-11-21, or a second such as 2026-11-21T09:30:00Z",
                shortened(text)
            ))
        })
    }

    fn set(&self) -> Result<Option<String>, Refusal> {
        match self.get("set") {
            Some(set) if !set.split(':').all(is_word) => Err(Refusal::argument(format!(
                "set is {}, which is no name of a set; ListSets names them",
                shortened(set)
            ))),
            set => Ok(set.map(str::to_owned)),
        }
    }

    fn prefix(&self) -> Result<String, Refusal> {
        let prefix = self.get("metadataPrefix").unwrap_or_default();
        if is_word(prefix) {
            return Ok(prefix.to_owned());
        }
        Err(Refusal::argument(format!(
            "metadataPrefix is {}, which is no name of a format; ListMetadataFormats names them",
            shortened(prefix)
        )))
    }
}

/// The format with a name.
///
/// # Errors
/// When there is none.
pub(super) fn format_of(prefix: &str) -> Result<MetadataFormat, Refusal> {
    MetadataFormat::of_prefix(prefix).ok_or_else(|| {
        let sentence = format!(
            "there is no format {}; there are oai_dc and oai_datacite",
            shortened(prefix)
        );
        Refusal::new(Code::CannotDisseminateFormat, sentence)
    })
}

fn in_order(from: Option<&Datestamp>, until: Option<&Datestamp>) -> Result<(), Refusal> {
    let (Some(from), Some(until)) = (from, until) else {
        return Ok(());
    };
    if from.granularity != until.granularity {
        return Err(Refusal::argument(
            "from and until are one a day and one a second; give both alike",
        ));
    }
    if from.first() > until.last() {
        return Err(Refusal::argument(
            "from is later than until; nothing can be between",
        ));
    }
    Ok(())
}

/// The letters that names of formats and sets have in the protocol's schema.
fn is_word(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter)
}

/// What a stranger wrote, in quotes and no longer than a sentence bears.
fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let mut head: String = letters.by_ref().take(60).collect();
    if letters.next().is_some() {
        head.push('…');
    }
    format!("{head:?}")
}
