//! Every verb and every error, by GET and by POST: whatever is asked, the answer is valid under the protocol's schema.

use reqwest::Method;

use super::clients;
use crate::portal::{Portal, put_image, put_study};

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

fn small() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septins & <b>rings</b> of 𝒮. pombe");
        put_image(log, "DND-S1-I1", "A ring");
        put_study(log, "DND-S2", "Withdrawn");
        log.withdraw("DND-S2");
    })
}

/// Asks by POST.
fn post(portal: &Portal, content_type: &str, body: &str) -> (u16, String) {
    let client = reqwest::blocking::Client::new();
    let request = client
        .post(format!("{}oai", portal.url()))
        .header("content-type", content_type)
        .body(body.to_owned());
    let response = request.send().unwrap();
    (response.status().as_u16(), response.text().unwrap())
}

const FORM: &str = "application/x-www-form-urlencoded";
const S1: &str = "https%3A%2F%2Fimages.example.org%2Fid%2FDND-S1";

#[test]
fn every_request_is_answered_with_200_and_a_valid_document() {
    let portal = small();
    let long = format!("verb=ListRecords&metadataPrefix={}", "x".repeat(20_000));
    let many = "verb=Identify&".repeat(30);
    let mut answers = Vec::new();
    for (asked, expected) in [
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
        ("verb=ListRecords&metadataPrefix=oai_dc&set=DND", ""),
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
        (long.as_str(), "badArgument"),
        (many.as_str(), "badArgument"),
    ] {
        let asked = asked.replace("=S1", &format!("={S1}"));
        let (status, posted) = post(&portal, FORM, &asked);
        assert_eq!(
            (status, codes(&posted).as_str()),
            (200, expected),
            "{asked}"
        );
        answers.push(posted.clone());
        // an address of that length is refused before it comes here
        if asked.len() < 8_000 {
            let got = portal.get(&format!("oai?{asked}")).is(200);
            assert_eq!(got.header("content-type"), "text/xml; charset=utf-8");
            assert_eq!(portal.named(got.text()), portal.named(&posted), "{asked}");
            answers.push(got.text().to_owned());
        }
    }
    let (_, other) = post(&portal, "application/json", "verb=Identify");
    assert_eq!(codes(&other), "badArgument");
    answers.push(other);
    if clients::are_there() {
        clients::are_valid(&answers);
    }
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
    let path = format!("oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={S1}");
    let answer = portal.get(&path).is(200);
    assert!(
        answer
            .text()
            .contains("<dc:title>Septins &amp; &lt;b&gt;rings&lt;/b&gt; of 𝒮. pombe</dc:title>")
    );
    let withdrawn = portal.get(&path.replace("DND-S1", "DND-S2")).is(200);
    assert!(withdrawn.text().contains("<header status=\"deleted\">"));
    assert!(!withdrawn.text().contains("<metadata>"));
}

#[test]
fn a_token_that_was_altered_cut_or_given_by_another_is_refused() {
    let many = |log: &mut tests::federation::LogMaker| {
        for serial in 1..=101 {
            put_study(log, &format!("DND-S{serial}"), "Septins");
        }
    };
    let (portal, other) = (Portal::with(many), Portal::with(many));
    let first = portal
        .get("oai?verb=ListRecords&metadataPrefix=oai_dc")
        .is(200);
    let token = token_in(first.text()).unwrap();
    let ask = |portal: &Portal, verb: &str, token: &str| {
        let got = portal
            .get(&format!("oai?verb={verb}&resumptionToken={token}"))
            .is(200);
        codes(got.text())
    };
    // however often it is asked, and whatever was asked between
    for _ in 0..3 {
        assert_eq!(ask(&portal, "ListRecords", &token), "");
    }
    let bad = "badResumptionToken";
    assert_eq!(ask(&other, "ListRecords", &token), bad);
    assert_eq!(ask(&portal, "ListIdentifiers", &token), bad);
    for length in 0..token.len() {
        assert_eq!(ask(&portal, "ListRecords", &token[..length]), bad);
    }
    for (from, to) in [
        ("oai_dc", "oai_datacite"),
        (".1", ".2"),
        ("records", "headers"),
    ] {
        assert_eq!(
            ask(&portal, "ListRecords", &token.replacen(from, to, 1)),
            bad
        );
    }
    let last = portal
        .get(&format!("oai?verb=ListRecords&resumptionToken={token}"))
        .is(200);
    assert_eq!(identifiers_in(last.text()).len(), 2);
    assert!(last.text().contains("<resumptionToken cursor=\"100\"/>"));
}

#[test]
fn another_method_is_refused_and_options_names_those_that_there_are() {
    let portal = small();
    let options = portal.ask(Method::OPTIONS, "oai", &[]).is(204);
    assert_eq!(options.header("allow"), "GET, HEAD, POST, OPTIONS");
    portal
        .ask(Method::DELETE, "oai", &[])
        .is_problem(405, "method");
    portal.ask(Method::HEAD, "oai?verb=Identify", &[]).is(200);
}
