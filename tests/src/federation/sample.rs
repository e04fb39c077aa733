//! Small records by hand, for stories that are about one thing.

use ontologies::schema::{dcat, dct, dwciri, obo, omma, rdf, schema_org, xsd};
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Statement};

/// Fission yeast.
pub const YEAST: &str = "http://purl.obolibrary.org/obo/NCBITaxon_4896";

/// Spinning disk confocal microscopy.
pub const SPINNING_DISK: &str = "http://purl.obolibrary.org/obo/FBbi_00000253";

/// Statements about one subject: what a story adds to a record, or puts in place of it.
pub struct About {
    subject: String,
    statements: Vec<Statement>,
}

impl About {
    /// About this IRI, nothing yet.
    pub fn iri(subject: impl Into<String>) -> About {
        About {
            subject: subject.into(),
            statements: Vec::new(),
        }
    }

    /// And this text.
    pub fn text(self, predicate: &str, value: &str) -> About {
        self.say(predicate, Object::text(value))
    }

    /// And this resource.
    pub fn link(self, predicate: &str, object: &str) -> About {
        self.say(predicate, Object::iri(object).unwrap())
    }

    /// And this value of a datatype.
    pub fn typed(self, predicate: &str, value: &str, datatype: &str) -> About {
        self.say(predicate, Object::typed(value, datatype).unwrap())
    }

    fn say(mut self, predicate: &str, object: Object) -> About {
        let statement = Statement::parse(self.subject.clone(), predicate, object);
        self.statements.push(statement.unwrap());
        self
    }

    /// The statements.
    pub fn statements(self) -> Vec<Statement> {
        self.statements
    }
}

/// A study: catalogued, by one author, of fission yeast.
pub fn study(namespace: &Namespace, id: &str, title: &str) -> Vec<Statement> {
    let home = namespace.iri(&Accession::parse(id).unwrap());
    let author = format!("{home}#author-1");
    let licence = "https://creativecommons.org/licenses/by/4.0/";
    let mut statements = About::iri(&home)
        .link(rdf::TYPE, dcat::DATASET)
        .link(rdf::TYPE, schema_org::DATASET)
        .text(dct::IDENTIFIER, id)
        .text(schema_org::NAME, title)
        .text(
            schema_org::DESCRIPTION,
            "Spinning-disk time series of tagged septins through two divisions, four fields of each strain.",
        )
        .typed(schema_org::DATE_PUBLISHED, "2026-01-05", xsd::DATE)
        .typed(dct::ISSUED, "2026-01-05T08:00:00Z", xsd::DATE_TIME)
        .text(dcat::VERSION, "1")
        .link(dct::LICENSE, licence)
        .link(schema_org::LICENSE, licence)
        .link(dct::CONFORMS_TO, omma::PROFILE_LEGACY)
        .link(schema_org::ABOUT, YEAST)
        .link(dwciri::MEASUREMENT_METHOD, SPINNING_DISK)
        .link(schema_org::AUTHOR, &author)
        .statements();
    statements.extend(
        About::iri(author)
            .link(rdf::TYPE, schema_org::PERSON)
            .typed(schema_org::POSITION, "1", xsd::INTEGER)
            .text(schema_org::NAME, "Ada Example")
            .statements(),
    );
    statements
}

/// An image of a study.
pub fn image(namespace: &Namespace, id: &str, title: &str) -> Vec<Statement> {
    let id = Accession::parse(id).unwrap();
    let study = namespace.iri(&id.study_id().unwrap());
    About::iri(namespace.iri(&id))
        .link(rdf::TYPE, schema_org::IMAGE_OBJECT)
        .link(rdf::TYPE, obo::IMAGE)
        .text(dct::IDENTIFIER, id.as_str())
        .text(schema_org::NAME, title)
        .link(schema_org::IS_PART_OF, &study)
        .link(schema_org::ABOUT, YEAST)
        .link(dwciri::MEASUREMENT_METHOD, SPINNING_DISK)
        .statements()
}

/// A record as bytes without any check: the lines are sorted, and nothing else is seen to.
pub fn unchecked(statements: &[Statement], further: &[&str]) -> Vec<u8> {
    let mut lines: Vec<String> = statements
        .iter()
        .map(|statement| statement.as_ref().to_line())
        .chain(further.iter().map(|line| format!("{line}\n")))
        .collect();
    lines.sort_unstable();
    lines.concat().into_bytes()
}
