//! Where each field of an image stands in RDF.

use ontologies::schema::{dcat, dwciri, obo, omma, prov, rdf, schema_org, spdx};
use protocol::record::Statement;

use super::any_study::full_study;
use super::every_field::{SPINNING_DISK, TAXON};
use super::{Names, assert_objects, facts, objects};
use crate::describe::{self, MOST_FILES_DESCRIBED};
use crate::relative_path::RelPath;
use crate::study::{Annotated, Study};

fn of_image(study: &Study, index: usize) -> Vec<Statement> {
    describe::image(
        study,
        index,
        &Names::of(study).naming(),
        &Annotated::of(study),
        &facts,
    )
}

#[test]
fn an_image_says_its_own_and_what_it_inherits() {
    let study = full_study();
    let second = of_image(&study, 1);
    assert_objects(
        &second,
        "-I2",
        &[
            (rdf::TYPE, &[obo::IMAGE, schema_org::IMAGE_OBJECT]),
            (schema_org::IS_PART_OF, &["~"]),
            (omma::COMPONENT, &["~#component-1"]),
            (omma::BIOSAMPLE, &["~#biosample-1"]),
            (omma::SPECIMEN, &["~#specimen-1"]),
            (prov::WAS_GENERATED_BY, &["~#acquisition-1"]),
            (dwciri::MEASUREMENT_METHOD, &[SPINNING_DISK]),
        ],
    );
    assert!(
        objects(&second, "-I2", schema_org::ABOUT)
            .contains(&"http://purl.obolibrary.org/obo/CL_0000521".to_owned())
    );
    let first = of_image(&study, 0);
    assert_objects(
        &first,
        "-I1",
        &[
            (omma::BIOSAMPLE, &["~#biosample-2"]),
            (omma::SPECIMEN, &[]),
            (omma::PROTOCOL, &["~#acquisition-2"]),
            // its biosample and its protocol say nothing of the kind, so the study does
            (
                schema_org::ABOUT,
                &["http://purl.obolibrary.org/obo/GO_0000910", TAXON],
            ),
            (dwciri::MEASUREMENT_METHOD, &[SPINNING_DISK]),
            (omma::SIZE_X, &["512"]),
            (omma::SIZE_Y, &["256"]),
            (omma::PIXEL_TYPE, &["uint16"]),
            (omma::SIGNIFICANT_BITS, &["12"]),
            (omma::SIZE_Z, &["21"]),
            (omma::SIZE_C, &["2"]),
            (omma::SIZE_T, &["5"]),
            (omma::HAS_AXIS, &["~-I1#axis-1"]),
            (omma::IMAGE_FORMAT, &["OME-TIFF"]),
            (omma::CONVERTER, &["bfconvert 7.3.1"]),
            (
                omma::PERCEPTUAL_HASH,
                &["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
            ),
            (omma::NAME_IN_FILE, &["overview of it"]),
            (omma::SERIES, &["3"]),
            (omma::PHYSICAL_SIZE_X, &["0.065"]),
            (omma::STATED_PHYSICAL_SIZE_X, &["65 nm"]),
            (omma::PHYSICAL_SIZE_Y, &["0.065"]),
            (omma::STATED_PHYSICAL_SIZE_Y, &["0.065 \u{b5}m"]),
            (omma::PHYSICAL_SIZE_Z, &["0.3"]),
            (omma::STATED_PHYSICAL_SIZE_Z, &["0.3 \u{b5}m"]),
            (omma::TIME_INCREMENT, &["120"]),
            (omma::STATED_TIME_INCREMENT, &["2 min"]),
            (omma::INSTRUMENT, &["Makers LSM 980"]),
            (omma::OBJECTIVE, &["Plan-Apochromat, NA 1.4"]),
            (schema_org::DATE_CREATED, &["2024-05-06T07:08:09Z"]),
            (omma::CHANNEL, &["~-I1#channel-1", "~-I1#channel-2"]),
            (dcat::DISTRIBUTION, &["~-I1#file-1", "~-I1#file-2"]),
        ],
    );
    assert_objects(
        &first,
        "-I1#channel-1",
        &[
            (omma::TARGET, &["Spn1", "septin ring"]),
            (omma::FLUOROPHORE, &["GFP"]),
            (omma::COLOUR, &["00FF00"]),
            (omma::EXCITATION_WAVELENGTH, &["488"]),
            (omma::EMISSION_WAVELENGTH, &["525.5"]),
            (omma::CONTRAST_METHOD, &["Fluorescence"]),
        ],
    );
    assert_objects(
        &first,
        "-I1#axis-1",
        &[
            (rdf::TYPE, &[omma::AXIS]),
            (schema_org::NAME, &["lifetime"]),
            (omma::SIZE, &["64"]),
        ],
    );
    assert_objects(
        &first,
        "-I1#file-2",
        &[
            (omma::PATH, &["wt/1 ä#.tif"]),
            (dcat::DOWNLOAD_URL, &["~.2/files/wt/1%20%C3%A4%23.tif"]),
            (dcat::BYTE_SIZE, &["1024"]),
            (
                dcat::MEDIA_TYPE,
                &["https://www.iana.org/assignments/media-types/image/tiff"],
            ),
            (spdx::CHECKSUM, &["~-I1#file-2-checksum"]),
        ],
    );
    assert_eq!(
        objects(&first, "-I1#file-2-checksum", spdx::CHECKSUM_VALUE)[0].len(),
        64
    );
}

#[test]
fn an_image_of_very_many_files_says_only_how_many() {
    let mut study = full_study();
    let paths = |count: usize| {
        (0..count)
            .map(|number| RelPath::parse(&format!("t{number}.tif")).unwrap())
            .collect()
    };
    study.images[1].files = paths(MOST_FILES_DESCRIBED);
    assert_eq!(
        objects(&of_image(&study, 1), "-I2", dcat::DISTRIBUTION).len(),
        MOST_FILES_DESCRIBED
    );
    study.images[1].files = paths(MOST_FILES_DESCRIBED + 1);
    assert_objects(
        &of_image(&study, 1),
        "-I2",
        &[(dcat::DISTRIBUTION, &[]), (omma::FILE_COUNT, &["201"])],
    );
}
