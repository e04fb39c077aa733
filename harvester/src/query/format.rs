//! The forms of a result, and which of them is wanted.

use std::fmt;
use std::sync::Arc;

use oxigraph::io::{JsonLdProfile, RdfFormat};
use oxigraph::sparql::results::QueryResultsFormat;

use super::error::QueryError;

/// What a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table.
    Select,
    /// Yes or no.
    Ask,
    /// A graph.
    Construct,
    /// A graph.
    Describe,
}

impl Form {
    /// Its keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Form::Select => "SELECT",
            Form::Ask => "ASK",
            Form::Construct => "CONSTRUCT",
            Form::Describe => "DESCRIBE",
        }
    }

    /// The forms that its result can have; where several are wanted equally, the first.
    pub fn formats(self) -> &'static [ResultFormat] {
        match self {
            Form::Select | Form::Ask => &ResultFormat::TABLES,
            Form::Construct | Form::Describe => &ResultFormat::GRAPHS,
        }
    }
}

/// A form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultFormat {
    /// SPARQL 1.1 Query Results JSON Format.
    Json,
    /// SPARQL Query Results XML Format.
    Xml,
    /// SPARQL 1.1 Query Results CSV.
    Csv,
    /// SPARQL 1.1 Query Results TSV.
    Tsv,
    /// RDF 1.1 Turtle.
    Turtle,
    /// RDF 1.1 N-Triples.
    NTriples,
    /// RDF 1.1 XML Syntax.
    RdfXml,
    /// JSON-LD 1.1, expanded.
    JsonLd,
}

impl ResultFormat {
    /// The forms of a table, and of yes or no.
    pub const TABLES: [ResultFormat; 4] = [
        ResultFormat::Json,
        ResultFormat::Xml,
        ResultFormat::Csv,
        ResultFormat::Tsv,
    ];

    /// The forms of a graph.
    pub const GRAPHS: [ResultFormat; 4] = [
        ResultFormat::Turtle,
        ResultFormat::NTriples,
        ResultFormat::RdfXml,
        ResultFormat::JsonLd,
    ];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        self.asked_as()[0]
    }

    /// The media types by which it can be asked for, its own first.
    pub fn asked_as(self) -> &'static [&'static str] {
        match self {
            ResultFormat::Json => &["application/sparql-results+json", "application/json"],
            ResultFormat::Xml => &[
                "application/sparql-results+xml",
                "application/xml",
                "text/xml",
            ],
            ResultFormat::Csv => &["text/csv"],
            ResultFormat::Tsv => &["text/tab-separated-values", "text/plain"],
            ResultFormat::Turtle => &["text/turtle", "application/x-turtle"],
            ResultFormat::NTriples => &["application/n-triples", "text/plain"],
            ResultFormat::RdfXml => &["application/rdf+xml", "application/xml", "text/xml"],
            ResultFormat::JsonLd => &["application/ld+json", "application/json"],
        }
    }

    /// The name it has on the command line and in the parameter `format`.
    pub fn name(self) -> &'static str {
        match self {
            ResultFormat::Json => "json",
            ResultFormat::Xml => "xml",
            ResultFormat::Csv => "csv",
            ResultFormat::Tsv => "tsv",
            ResultFormat::Turtle => "ttl",
            ResultFormat::NTriples => "nt",
            ResultFormat::RdfXml => "rdf",
            ResultFormat::JsonLd => "jsonld",
        }
    }

    /// The name of its specification at <http://www.w3.org/ns/formats/>.
    pub fn iri(self) -> &'static str {
        match self {
            ResultFormat::Json => "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
            ResultFormat::Xml => "http://www.w3.org/ns/formats/SPARQL_Results_XML",
            ResultFormat::Csv => "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
            ResultFormat::Tsv => "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
            ResultFormat::Turtle => "http://www.w3.org/ns/formats/Turtle",
            ResultFormat::NTriples => "http://www.w3.org/ns/formats/N-Triples",
            ResultFormat::RdfXml => "http://www.w3.org/ns/formats/RDF_XML",
            ResultFormat::JsonLd => "http://www.w3.org/ns/formats/JSON-LD",
        }
    }

    /// The form with this name, for a table and for a graph: `json` and `xml` name one of each.
    fn named(name: &str, form: Form) -> Option<ResultFormat> {
        let graph_of_table = match name {
            "json" => "jsonld",
            "xml" => "rdf",
            other => other,
        };
        let formats = form.formats();
        let with = |name: &str| formats.iter().find(|format| format.name() == name);
        with(name).or_else(|| with(graph_of_table)).copied()
    }

    /// As the writer of tables knows it.
    pub(super) fn of_table(self) -> Option<QueryResultsFormat> {
        match self {
            ResultFormat::Json => Some(QueryResultsFormat::Json),
            ResultFormat::Xml => Some(QueryResultsFormat::Xml),
            ResultFormat::Csv => Some(QueryResultsFormat::Csv),
            ResultFormat::Tsv => Some(QueryResultsFormat::Tsv),
            _ => None,
        }
    }

    /// As the writer of graphs knows it.
    pub(super) fn of_graph(self) -> Option<RdfFormat> {
        match self {
            ResultFormat::Turtle => Some(RdfFormat::Turtle),
            ResultFormat::NTriples => Some(RdfFormat::NTriples),
            ResultFormat::RdfXml => Some(RdfFormat::RdfXml),
            ResultFormat::JsonLd => Some(RdfFormat::JsonLd {
                profile: JsonLdProfile::Expanded.into(),
            }),
            _ => None,
        }
    }
}

/// Says how much a media type is wanted, in thousandths; 0 is "not this".
pub type Weight = dyn Fn(&str) -> u16 + Send + Sync;

/// Which form of a result is wanted. It is known only when the query was read which of them there are.
#[derive(Clone, Default)]
pub enum Wanted {
    /// Whatever suits the query.
    #[default]
    Anything,
    /// By a name such as `csv`: the command line, the parameter `format`.
    Named(String),
    /// By media type: `Accept` (RFC 9110 section 12.5.1).
    Weighed(Arc<Weight>),
}

impl fmt::Debug for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Anything => formatter.write_str("Anything"),
            Wanted::Named(name) => write!(formatter, "Named({name})"),
            Wanted::Weighed(_) => formatter.write_str("Weighed"),
        }
    }
}

impl Wanted {
    /// The form for this query, and the media type to give it: the one by which it was asked for.
    ///
    /// # Errors
    /// [`QueryError::NotAcceptable`] when the query has no such form.
    pub fn choose(&self, form: Form) -> Result<(ResultFormat, &'static str), QueryError> {
        let chosen = match self {
            Wanted::Anything => form.formats().first().map(|it| (*it, it.media_type())),
            Wanted::Named(name) => {
                ResultFormat::named(name, form).map(|format| (format, format.media_type()))
            }
            Wanted::Weighed(weight) => best(form, weight.as_ref()),
        };
        chosen.ok_or_else(|| QueryError::NotAcceptable {
            form: form.keyword(),
            available: form.formats().iter().map(|it| it.media_type()).collect(),
        })
    }
}

/// The form with the highest weight. Its own media type goes before other names for it, so that `*/*` gets that.
fn best(form: Form, weight: &Weight) -> Option<(ResultFormat, &'static str)> {
    let mut best = None;
    let mut highest = 0;
    let names = form.formats().iter().flat_map(|format| {
        let rank = |index| usize::from(index > 0);
        format
            .asked_as()
            .iter()
            .enumerate()
            .map(move |(index, name)| (rank(index), *format, *name))
    });
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|(rank, ..)| *rank);
    for (_, format, name) in names {
        let weight = weight(name);
        if weight > highest {
            (best, highest) = (Some((format, name)), weight);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects")]
    use std::sync::Arc;

    use super::{Form, ResultFormat, Wanted};

    fn only(wanted: &'static str) -> Wanted {
        Wanted::Weighed(Arc::new(move |name| u16::from(name == wanted)))
    }

    #[test]
    fn each_form_of_query_has_its_own_default() {
        let anything = Wanted::Weighed(Arc::new(|_| 1000));
        for wanted in [Wanted::Anything, anything] {
            let of = |form| wanted.choose(form).unwrap().0;
            assert_eq!(of(Form::Select), ResultFormat::Json);
            assert_eq!(of(Form::Ask), ResultFormat::Json);
            assert_eq!(of(Form::Construct), ResultFormat::Turtle);
            assert_eq!(of(Form::Describe), ResultFormat::Turtle);
        }
    }

    #[test]
    fn a_general_media_type_means_what_suits_the_query() {
        for (name, table, graph) in [
            ("application/json", ResultFormat::Json, ResultFormat::JsonLd),
            ("application/xml", ResultFormat::Xml, ResultFormat::RdfXml),
            ("text/plain", ResultFormat::Tsv, ResultFormat::NTriples),
        ] {
            let wanted = only(name);
            assert_eq!(wanted.choose(Form::Select).unwrap(), (table, name));
            assert_eq!(wanted.choose(Form::Construct).unwrap(), (graph, name));
        }
    }

    #[test]
    fn a_form_that_the_query_cannot_have_is_refused_with_those_it_can() {
        let refused = only("text/csv").choose(Form::Construct).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the answer to CONSTRUCT can be had as text/turtle, application/n-triples, application/rdf+xml, \
             application/ld+json; none of these is asked for"
        );
        Wanted::Named("nt".to_owned())
            .choose(Form::Select)
            .unwrap_err();
    }

    #[test]
    fn the_names_of_the_command_line_are_known() {
        for (name, form, format) in [
            ("json", Form::Select, ResultFormat::Json),
            ("xml", Form::Ask, ResultFormat::Xml),
            ("csv", Form::Select, ResultFormat::Csv),
            ("tsv", Form::Select, ResultFormat::Tsv),
            ("nt", Form::Describe, ResultFormat::NTriples),
            ("ttl", Form::Construct, ResultFormat::Turtle),
            ("json", Form::Construct, ResultFormat::JsonLd),
        ] {
            let wanted = Wanted::Named(name.to_owned());
            assert_eq!(wanted.choose(form).unwrap().0, format, "{name}");
        }
    }
}
