//! The record of an image.

use ontologies::schema::{MEDIA_TYPES, dcat, dct, dwciri, obo, omma, rdf, schema_org, spdx, xsd};

use super::Made;
use super::lines::Lines;
use super::study::Study;
use super::vocabulary::Vocabulary;
use super::words;
use crate::federation::chance::Chance;

const FLUOROPHORES: &[&str] = &[
    "GFP",
    "mCherry",
    "DAPI",
    "Alexa Fluor 647",
    "mNeonGreen",
    "SiR-DNA",
];
const PIXEL_TYPES: &[&str] = &["uint16", "uint8", "float"];

/// Image `number` of a study.
pub(super) fn record(
    study: &Study,
    number: u64,
    namespace: &str,
    vocabulary: &Vocabulary,
    chance: &mut Chance,
) -> Made {
    let id = format!("{}-I{number}", study.id);
    let home = format!("{namespace}{}", study.id);
    let mut said = Lines::about(format!("{namespace}{id}"), &chance.salt());
    said.iri("", rdf::TYPE, schema_org::IMAGE_OBJECT);
    said.iri("", rdf::TYPE, obo::IMAGE);
    said.text("", dct::IDENTIFIER, &id);
    let title = format!("{}, field {number}", words::structure(chance));
    said.text("", schema_org::NAME, &title);
    said.iri("", schema_org::IS_PART_OF, &home);
    said.iri("", omma::COMPONENT, &format!("{home}#component-1"));
    for (_, term) in study.subjects() {
        said.iri("", schema_org::ABOUT, &term.iri);
    }
    // an image in a few shows something that its study does not name
    if chance.below(6) == 0 {
        let further = vocabulary.processes[chance.often_low(vocabulary.processes.len())];
        said.iri("", schema_org::ABOUT, &further.iri);
    }
    said.iri("", dwciri::MEASUREMENT_METHOD, &study.method.iri);
    pixels(&mut said, chance);
    for channel in 1..=chance.between(1, 3) {
        say_channel(&mut said, channel, chance);
    }
    file(&mut said, study, number, namespace, chance);
    (id, said.into_bytes())
}

fn pixels(said: &mut Lines, chance: &mut Chance) {
    let side = (256 << chance.below(4)).to_string();
    said.typed("", omma::SIZE_X, &side, xsd::INTEGER);
    said.typed("", omma::SIZE_Y, &side, xsd::INTEGER);
    said.text(
        "",
        omma::PIXEL_TYPE,
        PIXEL_TYPES[chance.often_low(PIXEL_TYPES.len())],
    );
}

fn say_channel(said: &mut Lines, number: u64, chance: &mut Chance) {
    let part = format!("#channel-{number}");
    said.part("", omma::CHANNEL, &part);
    said.iri(&part, rdf::TYPE, omma::CHANNEL_CLASS);
    said.typed(
        &part,
        schema_org::POSITION,
        &number.to_string(),
        xsd::INTEGER,
    );
    said.text(&part, schema_org::NAME, words::structure(chance));
    said.text(&part, omma::FLUOROPHORE, chance.one_of(FLUOROPHORES));
}

fn file(said: &mut Lines, study: &Study, number: u64, namespace: &str, chance: &mut Chance) {
    let path = format!("fields/{number:04}.ome.tif");
    said.typed("", omma::FILE_COUNT, "1", xsd::INTEGER);
    said.part("", dcat::DISTRIBUTION, "#file-1");
    said.iri("#file-1", rdf::TYPE, dcat::DISTRIBUTION_CLASS);
    said.text("#file-1", omma::PATH, &path);
    let address = format!("{namespace}{}.1/files/{path}", study.id);
    said.iri("#file-1", dcat::DOWNLOAD_URL, &address);
    let bytes = chance.between(1 << 16, 1 << 31).to_string();
    said.typed("#file-1", dcat::BYTE_SIZE, &bytes, xsd::INTEGER);
    said.iri(
        "#file-1",
        dcat::MEDIA_TYPE,
        &format!("{MEDIA_TYPES}image/tiff"),
    );
    said.part("#file-1", spdx::CHECKSUM, "#file-1-checksum");
    let checksum = "#file-1-checksum";
    said.iri(checksum, rdf::TYPE, spdx::CHECKSUM_CLASS);
    said.iri(checksum, spdx::ALGORITHM, spdx::SHA_256);
    let digest: String = (0..4)
        .map(|_| format!("{:016x}", chance.number()))
        .collect();
    said.typed(checksum, spdx::CHECKSUM_VALUE, &digest, xsd::HEX_BINARY);
}
