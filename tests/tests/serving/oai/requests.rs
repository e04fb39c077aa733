//! Every verb and every error, by GET and by POST: whatever is asked, the answer is valid under the protocol's schema.

use std::sync::LazyLock;

use regex::Regex;
use reqwest::Method;
use reqwest::blocking::Client;
use tests::federation::Founding;
use tests::node::{BASE, Institution, TempNode};
use tests::patience::LONG;
use tests::served::Served;
use tests::studies::StudyFolder;

use super::clients;
use crate::portal::{Portal, put_image, put_study};
use crate::{NODE, PROGRAM};

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    // two providers of cryptography in one process panic when none is chosen; nothing here speaks TLS
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(LONG).build().unwrap()
});

static TIMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap());

/// The token that an answer ends with.
pub(super) fn token_in(answer: &str) -> Option<String> {
    let (_, behind) = answer.split_once("<resumptionToken")?;
    let (_, text) = behind.split_once('>')?;
    let (token, _) = text.split_once("</resumptionToken>")?;
    Some(token.to_owned())
}

/// The identifiers of an answer, in order.
pub(super) fn identifiers_in(answer: &str) -> Vec<String> {
    let parts = answer.split("<identifier>").skip(1);
    let until_end = |part: &str| part.split('<').next().unwrap_or_default().to_owned();
    parts.map(until_end).collect()
}

/// The codes of the errors in an answer, joined by spaces.
fn codes(answer: &str) -> String {
    let parts = answer.split("<error code=\"").skip(1);
    let codes: Vec<&str> = parts.filter_map(|part| part.split('"').next()).collect();
    codes.join(" ")
}

/// Where OAI-PMH is answered, the prefix of whoever is asked, and what requests are made of.
struct Asked {
    url: String,
    prefix: &'static str,
}

impl Asked {
    fn of(served: &str, prefix: &'static str) -> Asked {
        let url = format!("{served}oai");
        Asked { url, prefix }
    }

    /// The text of an answer by GET.
    #[track_caller]
    fn get(&self, asked: &str) -> String {
        let answer = CLIENT.get(format!("{}?{asked}", self.url)).send().unwrap();
        assert_eq!(answer.status(), 200, "{asked}");
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/xml; charset=utf-8", "{asked}");
        answer.text().unwrap()
    }

    /// The text of an answer by POST.
    #[track_caller]
    fn post(&self, content_type: &str, body: &str) -> String {
        let request = CLIENT.post(&self.url).header("content-type", content_type);
        let answer = request.body(body.to_owned()).send().unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        answer.text().unwrap()
    }

    /// Words of a request, with the study and the set of whoever is asked in the place of `=S` and `=MINE`.
    fn worded(&self, asked: &str) -> String {
        let namespace = "https%3A%2F%2Fimages.example.org%2Fid%2F";
        let study = format!("={namespace}{}-S", self.prefix);
        asked
            .replace("=S", &study)
            .replace("=MINE", &format!("={}", self.prefix))
    }

    /// The codes of an answer by either method, which have to agree on every word but the time.
    #[track_caller]
    fn codes(&self, asked: &str) -> String {
        let (got, posted) = (self.get(asked), self.post(FORM, asked));
        let timeless = |text: &str| TIMES.replace_all(text, "TIME").into_owned();
        assert_eq!(timeless(&got), timeless(&posted), "{asked}");
        codes(&got)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A study with an image, and one that was withdrawn.
fn small() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septins & <b>rings</b> of 𝒮. pombe");
        put_image(log, "DND-S1-I1", "A ring");
        put_study(log, "DND-S2", "Withdrawn");
        log.withdraw("DND-S2");
    })
}

/// The same at a node.
fn small_node() -> (TempNode, Served) {
    let node = TempNode::new(NODE);
    import(&node, 2);
    node.run(&["withdraw", "TST-S2", "--reason", "error"])
        .done();
    let served = node.serve();
    (node, served)
}

fn import(node: &TempNode, studies: usize) {
    let folder = tempfile::tempdir().unwrap();
    for serial in 1..=studies {
        StudyFolder::with_images(&format!("study-{serial:04}"), 1).write(folder.path());
    }
    assert_eq!(node.import(folder.path()).len(), studies);
}

/// What may be asked, and the codes of the errors that come of it.
const REQUESTS: &[(&str, &str)] = &[
    ("verb=Identify", ""),
    ("verb=ListMetadataFormats", ""),
    ("verb=ListMetadataFormats&identifier=S1", ""),
    (
        "verb=ListMetadataFormats&identifier=urn:x",
        "idDoesNotExist",
    ),
    ("verb=ListSets", ""),
    ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
    ("verb=ListIdentifiers&metadataPrefix=oai_dc", ""),
    ("verb=ListRecords&metadataPrefix=oai_dc", ""),
    ("verb=ListRecords&metadataPrefix=oai_datacite", ""),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=MINE", ""),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&set=XYZ",
        "noRecordsMatch",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&set=a:b",
        "noRecordsMatch",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2000-01-01&until=2999-12-31",
        "",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&until=2000-01-01",
        "noRecordsMatch",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01T00:00:00Z",
        "noRecordsMatch",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2000-01-01&until=2999-12-31T00:00:00Z",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2001-01-01&until=2000-01-01",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2001-02-30",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=marc21",
        "cannotDisseminateFormat",
    ),
    ("verb=ListRecords&metadataPrefix=a%20b", "badArgument"),
    ("verb=ListRecords", "badArgument"),
    ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
    ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
    (
        "verb=ListRecords&resumptionToken=%00%01%3C",
        "badResumptionToken",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&colour=red",
        "badArgument",
    ),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc",
        "badArgument",
    ),
    ("verb=GetRecord&metadataPrefix=oai_dc&identifier=S1", ""),
    (
        "verb=GetRecord&metadataPrefix=oai_datacite&identifier=S1",
        "",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=S1-I1",
        "idDoesNotExist",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=S12",
        "idDoesNotExist",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=DND-S1",
        "idDoesNotExist",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=%5B%20%3C%00",
        "idDoesNotExist",
    ),
    (
        "verb=GetRecord&metadataPrefix=marc21&identifier=x",
        "cannotDisseminateFormat idDoesNotExist",
    ),
    ("verb=GetRecord", "badArgument badArgument"),
    ("verb=Identify&identifier=x", "badArgument"),
    ("verb=identify", "badVerb"),
    ("verb=", "badVerb"),
    ("", "badVerb"),
    ("verb=Identify&verb=Identify", "badVerb"),
    ("verb=%ff", "badArgument"),
    // the deleted one has every form as well
    ("verb=GetRecord&metadataPrefix=oai_dc&identifier=S2", ""),
    ("verb=ListMetadataFormats&identifier=S2", ""),
    (
        "verb=ListIdentifiers&metadataPrefix=oai_dc&set=MINE&set=MINE",
        "badArgument",
    ),
    (
        "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2000-01-01&from=2000-01-01",
        "badArgument",
    ),
    ("verb=ListIdentifiers", "badArgument"),
    (
        "verb=ListIdentifiers&metadataPrefix=marc21",
        "cannotDisseminateFormat",
    ),
    (
        "verb=ListIdentifiers&resumptionToken=x",
        "badResumptionToken",
    ),
    (
        "verb=ListIdentifiers&resumptionToken=x&resumptionToken=x",
        "badArgument",
    ),
    (
        "verb=ListIdentifiers&metadataPrefix=oai_dc&until=1999-12-31",
        "noRecordsMatch",
    ),
    (
        "verb=ListSets&resumptionToken=x&resumptionToken=x",
        "badArgument",
    ),
    ("verb=ListSets&set=MINE", "badArgument"),
    (
        "verb=ListMetadataFormats&identifier=S1&identifier=S1",
        "badArgument",
    ),
    (
        "verb=ListMetadataFormats&metadataPrefix=oai_dc",
        "badArgument",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=S1&identifier=S1",
        "badArgument",
    ),
    (
        "verb=GetRecord&metadataPrefix=oai_dc&metadataPrefix=oai_dc&identifier=S1",
        "badArgument",
    ),
    ("verb=Identify&verb=ListSets", "badVerb"),
];

fn answers_everything(asked: &Asked) {
    let long = format!("verb=ListRecords&metadataPrefix={}", "x".repeat(20_000));
    let many = "verb=Identify&".repeat(30);
    let mut answers = Vec::new();
    for (words, expected) in REQUESTS {
        let words = asked.worded(words);
        assert_eq!(asked.codes(&words), *expected, "{words}");
        answers.extend([asked.get(&words), asked.post(FORM, &words)]);
    }
    // an address of that length is refused before it comes there
    for words in [&long, &many] {
        let posted = asked.post(FORM, words);
        assert_eq!(codes(&posted), "badArgument");
        answers.push(posted);
    }
    let other = asked.post("application/json", "verb=Identify");
    assert_eq!(codes(&other), "badArgument");
    answers.push(other);
    if clients::are_there() {
        clients::are_valid(&answers);
    }
}

#[test]
fn every_request_to_a_harvester_is_answered_with_200_and_a_valid_document() {
    answers_everything(&Asked::of(small().url(), "DND"));
}

#[test]
fn every_request_to_a_node_is_answered_with_200_and_a_valid_document() {
    let (_node, served) = small_node();
    answers_everything(&Asked::of(served.url(), "TST"));
}

#[test]
fn a_federation_without_members_has_no_sets_and_no_records() {
    let federation = Founding::new(PROGRAM).found();
    let served = federation.serve();
    let asked = Asked::of(served.url(), "DND");
    let list = "verb=ListRecords&metadataPrefix=oai_dc";
    assert_eq!(asked.codes("verb=Identify"), "");
    assert_eq!(asked.codes("verb=ListSets"), "noSetHierarchy");
    assert_eq!(asked.codes(list), "noRecordsMatch");
    assert_eq!(asked.codes(&format!("{list}&set=DND")), "noSetHierarchy");
    if clients::are_there() {
        let questions = ["verb=Identify", "verb=ListSets", list];
        clients::are_valid(&questions.map(|words| asked.get(words)));
    }
}

#[test]
fn a_node_has_its_prefix_as_the_one_set() {
    let (_node, served) = small_node();
    let sets = Asked::of(served.url(), "TST").get("verb=ListSets");
    assert_eq!(sets.matches("<setSpec>").count(), 1);
    assert!(sets.contains("<setSpec>TST</setSpec>"), "{sets}");
}

#[test]
fn a_repository_says_what_it_is() {
    let portal = small();
    let answer = portal.get("oai?verb=Identify").is(200);
    insta::assert_snapshot!(portal.named(answer.text()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
      <responseDate>TIME</responseDate>
      <request verb="Identify">PORTAL/oai</request><Identify>
      <repositoryName>Test Federation</repositoryName>
      <baseURL>PORTAL/oai</baseURL>
      <protocolVersion>2.0</protocolVersion>
      <adminEmail>postmaster@127.0.0.1</adminEmail>
      <earliestDatestamp>TIME</earliestDatestamp>
      <deletedRecord>persistent</deletedRecord>
      <granularity>YYYY-MM-DDThh:mm:ssZ</granularity>
      <compression>gzip</compression>
      <description>
        <rightsManifest xmlns="http://www.openarchives.org/OAI/2.0/rights/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/rights/ http://www.openarchives.org/OAI/2.0/rightsManifest.xsd" appliesTo="http://www.openarchives.org/OAI/2.0/entity#metadata">
          <rights>
            <rightsReference ref="https://creativecommons.org/publicdomain/zero/1.0/"/>
          </rights>
        </rightsManifest>
      </description>
    </Identify></OAI-PMH>
    "#);
    let answer = portal.get("oai?verb=ListSets").is(200);
    insta::assert_snapshot!(portal.named(answer.text()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
      <responseDate>TIME</responseDate>
      <request verb="ListSets">PORTAL/oai</request><ListSets>
      <set>
        <setSpec>DND</setSpec>
        <setName>DND Institute</setName>
      </set>
      <set>
        <setSpec>OTH</setSpec>
        <setName>OTH Institute</setName>
      </set>
    </ListSets></OAI-PMH>
    "#);
    let answer = portal
        .get("oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=DND")
        .is(200);
    insta::assert_snapshot!(portal.named(answer.text()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
      <responseDate>TIME</responseDate>
      <request verb="ListIdentifiers" metadataPrefix="oai_dc" set="DND">PORTAL/oai</request><ListIdentifiers>
      <header>
        <identifier>https://images.example.org/id/DND-S1</identifier>
        <datestamp>TIME</datestamp>
        <setSpec>DND</setSpec>
      </header>
      <header status="deleted">
        <identifier>https://images.example.org/id/DND-S2</identifier>
        <datestamp>TIME</datestamp>
        <setSpec>DND</setSpec>
      </header>
    </ListIdentifiers></OAI-PMH>
    "#);
}

#[test]
fn a_record_is_given_as_it_is_now_and_the_withdrawn_one_as_deleted() {
    let portal = small();
    let path = "oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=https%3A%2F%2Fimages.example.org%2Fid%2FDND-S1";
    let answer = portal.get(path).is(200);
    assert!(
        answer
            .text()
            .contains("<dc:title>Septins &amp; &lt;b&gt;rings&lt;/b&gt; of 𝒮. pombe</dc:title>")
    );
    let withdrawn = portal.get(&path.replace("DND-S1", "DND-S2")).is(200);
    assert!(withdrawn.text().contains("<header status=\"deleted\">"));
    assert!(!withdrawn.text().contains("<metadata>"));
}

/// More than stand on a page.
const MANY: usize = 101;

/// Refuses every token but its own, asked either way, and its own at the other verb.
fn knows_its_token(asked: &Asked, foreign: &[String]) {
    let first = asked.get("verb=ListRecords&metadataPrefix=oai_dc");
    let token = token_in(&first).unwrap();
    let codes = |verb: &str, token: &str| {
        let token: String = reqwest::Url::parse_with_params("http://x/", [("t", token)])
            .unwrap()
            .query()
            .unwrap()
            .replacen("t=", "resumptionToken=", 1);
        asked.codes(&format!("verb={verb}&{token}"))
    };
    // however often it is asked, and whatever was asked between
    for _ in 0..3 {
        assert_eq!(codes("ListRecords", &token), "");
    }
    let bad = "badResumptionToken";
    assert_eq!(codes("ListIdentifiers", &token), bad);
    assert_eq!(codes("ListSets", &token), bad);
    for other in foreign {
        assert_eq!(codes("ListRecords", other), bad, "{other}");
    }
    for place in 0..token.len() {
        let (head, tail) = token.split_at(place);
        assert_eq!(codes("ListRecords", head), bad, "{head}");
        let altered = if tail.starts_with('1') { "2" } else { "1" };
        let altered = format!("{head}{altered}{}", &tail[1..]);
        assert_eq!(codes("ListRecords", &altered), bad, "{altered}");
    }
    for longer in [
        format!("{token}0"),
        format!(" {token}"),
        format!("{token}\u{0}"),
    ] {
        assert_eq!(codes("ListRecords", &longer), bad, "{longer:?}");
    }
    let last = asked.post(FORM, &format!("verb=ListRecords&resumptionToken={token}"));
    assert!(last.contains("<resumptionToken cursor=\"100\"/>"), "{last}");
    let whole = [identifiers_in(&first), identifiers_in(&last)].concat();
    let distinct: std::collections::BTreeSet<&String> = whole.iter().collect();
    assert_eq!(distinct.len(), whole.len());
}

#[test]
fn a_token_that_was_altered_cut_or_given_by_another_is_refused() {
    let many = |log: &mut tests::federation::LogMaker| {
        for serial in 1..=MANY {
            put_study(log, &format!("DND-S{serial}"), "Septins");
        }
    };
    let portals = [Portal::with(many), Portal::with(many)];
    let node_of = |base| {
        let (prefix, name) = ("TST", "Test Institute");
        let node = TempNode::of(NODE, Institution { prefix, name, base });
        import(&node, MANY);
        node
    };
    let nodes = [node_of(BASE), node_of("http://127.45.67.89:9/other/")];
    let served = nodes.each_ref().map(TempNode::serve);
    let mut all: Vec<Asked> = portals
        .iter()
        .map(|portal| Asked::of(portal.url(), "DND"))
        .collect();
    all.extend(served.iter().map(|node| Asked::of(node.url(), "TST")));
    let tokens: Vec<String> = all
        .iter()
        .map(|one| token_in(&one.get("verb=ListRecords&metadataPrefix=oai_dc")).unwrap())
        .collect();
    for (place, asked) in all.iter().enumerate() {
        let mut foreign = tokens.clone();
        foreign.remove(place);
        // there are two of each kind: the first is looked at, and the second gives what is of another
        if place % 2 == 0 {
            knows_its_token(asked, &foreign);
        }
    }
}

#[test]
fn another_method_is_refused_and_options_names_those_that_there_are() {
    let portal = small();
    let options = portal.ask(Method::OPTIONS, "oai", &[]).is(204);
    assert_eq!(options.header("allow"), "GET, HEAD, POST, OPTIONS");
    let refused = portal.ask(Method::DELETE, "oai", &[]);
    let sentence = refused.is_problem(405, "method");
    assert!(sentence.contains("GET, HEAD, POST, OPTIONS"), "{sentence}");
    assert_eq!(refused.header("allow"), "GET, HEAD, POST, OPTIONS");
    portal.ask(Method::HEAD, "oai?verb=Identify", &[]).is(200);
}
