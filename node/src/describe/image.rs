//! An image: a record of its own, whose hash nodes are its channels and files.

use ontologies::schema::{dcat, dct, dwciri, obo, omma, schema_org, spdx, xsd};
use protocol::record::{Object, Statement};

use super::component::Named;
use super::describing::{acquisition, biosample, specimen};
use super::marks;
use super::statements::{Node, Statements};
use super::terms::{iri_of, say_method};
use super::{FileFacts, MOST_FILES_DESCRIBED, Naming, file_iri, text};
use crate::relative_path::RelPath;
use crate::study::{Annotated, Channel, Image, Number, Scale, Study, TermRole, TermUse};

pub(super) fn describe(
    study: &Study,
    index: usize,
    naming: &Naming<'_>,
    annotated: &Annotated<'_>,
    facts: &dyn Fn(&RelPath) -> Option<FileFacts>,
) -> Vec<Statement> {
    let image = &study.images[index];
    let accession = &naming.images[index];
    let home = Node::resource(naming.home());
    let node = Node::resource(naming.namespace.iri(accession));
    let named = Named::of_image(image, study.components.get(image.component));
    let mut said = Statements::default();

    said.classes(&node, &[schema_org::IMAGE_OBJECT, obo::IMAGE]);
    said.text(&node, dct::IDENTIFIER, accession.as_str());
    said.text(&node, schema_org::NAME, &image.title);
    said.node(&node, schema_org::IS_PART_OF, &home);
    said.node(
        &node,
        omma::COMPONENT,
        &home.part("component", image.component + 1),
    );
    let unknown = named.say(&mut said, &node, &home, study);
    inherited(&mut said, &node, study, &named);
    pixels(&mut said, &node, image);
    scale(&mut said, &node, &image.scale);
    for (index, channel) in image.channels.iter().enumerate() {
        say_channel(&mut said, &node, index + 1, channel);
    }
    marks::annotations(&mut said, &node, annotated.types(image));
    let further = marks::in_plate(&mut said, &node, image);
    said.number(&node, omma::FILE_COUNT, image.file_count());
    if image.files.len() <= MOST_FILES_DESCRIBED {
        for (index, path) in image.files.iter().enumerate() {
            say_file(
                &mut said,
                &node.part("file", index + 1),
                &node,
                naming,
                path,
                facts(path),
            );
        }
    }
    said.properties(&node, further.chain(unknown));
    said.into_all()
}

/// What the image is about and how it was made, stated again so that images can be asked for directly: from the
/// biosamples and acquisitions that it has, and from the study where those say nothing of the kind.
fn inherited(said: &mut Statements, node: &Node, study: &Study, named: &Named<'_>) {
    let through_specimens = named
        .specimens
        .iter()
        .filter_map(|name| specimen(study, name)?.1.biosample.as_ref());
    let biosamples = named
        .biosamples
        .iter()
        .chain(through_specimens)
        .filter_map(|name| biosample(study, name));
    let of_biosamples: Vec<&TermUse> = biosamples
        .flat_map(|(_, biosample)| &biosample.terms)
        .collect();
    let is_organism = |used: &&TermUse| used.role == TermRole::Organism && iri_of(used).is_some();
    let has_organism = of_biosamples.iter().any(&is_organism);
    let of_study = study
        .subjects
        .iter()
        .filter(|used| of_biosamples.is_empty() || (!has_organism && is_organism(used)));
    for used in of_biosamples
        .iter()
        .copied()
        .chain(of_study)
        .filter(|used| used.role != TermRole::Method)
    {
        if let Some(iri) = iri_of(used) {
            said.say(node, schema_org::ABOUT, Object::Iri(iri));
        }
    }
    let acquisitions = named
        .acquisitions
        .iter()
        .filter_map(|name| acquisition(study, name));
    let techniques = acquisitions.flat_map(|(_, acquisition)| &acquisition.methods);
    let mut methods: Vec<&TermUse> = techniques
        .filter(|used| used.role == TermRole::Method)
        .collect();
    if methods.is_empty() {
        methods = study.imaging_methods.iter().collect();
    }
    for method in methods {
        say_method(said, node, dwciri::MEASUREMENT_METHOD, method);
    }
}

fn pixels(said: &mut Statements, node: &Node, image: &Image) {
    if let Some(pixels) = &image.pixels {
        said.number(node, omma::SIZE_X, pixels.size_x);
        said.number(node, omma::SIZE_Y, pixels.size_y);
        let sizes = [
            (omma::SIZE_Z, pixels.size_z),
            (omma::SIZE_C, pixels.size_c),
            (omma::SIZE_T, pixels.size_t),
            (
                omma::SIGNIFICANT_BITS,
                pixels.significant_bits.map(u64::from),
            ),
        ];
        for (predicate, size) in sizes {
            if let Some(size) = size {
                said.number(node, predicate, size);
            }
        }
        for (index, axis) in pixels.other_axes.iter().enumerate() {
            let of_axis = node.part("axis", index + 1);
            said.node(node, omma::HAS_AXIS, &of_axis);
            said.classes(&of_axis, &[omma::AXIS]);
            said.position(&of_axis, index + 1);
            said.text(&of_axis, schema_org::NAME, &axis.name);
            said.number(&of_axis, omma::SIZE, axis.size);
        }
        said.optional(node, omma::PIXEL_TYPE, pixels.pixel_type.as_deref());
        said.optional(node, omma::IMAGE_FORMAT, pixels.format.as_deref());
        said.optional(node, omma::CONVERTER, pixels.converter.as_deref());
        said.optional(node, omma::NAME_IN_FILE, pixels.name.as_deref());
        said.optional(node, omma::INSTRUMENT, pixels.instrument.as_deref());
        said.optional(node, omma::OBJECTIVE, pixels.objective.as_deref());
        said.date(node, schema_org::DATE_CREATED, pixels.acquired.as_deref());
        if let Some(hash) = &pixels.perceptual_hash {
            said.typed(node, omma::PERCEPTUAL_HASH, hash, xsd::HEX_BINARY);
        }
    }
    if let Some(series) = &image.series {
        // people count from 1
        said.number(node, omma::SERIES, series.number + 1);
    }
}

/// Micrometres and seconds, and as it was stated.
fn scale(said: &mut Statements, node: &Node, scale: &Scale) {
    let steps = [
        (
            omma::PHYSICAL_SIZE_X,
            omma::STATED_PHYSICAL_SIZE_X,
            &scale.x,
        ),
        (
            omma::PHYSICAL_SIZE_Y,
            omma::STATED_PHYSICAL_SIZE_Y,
            &scale.y,
        ),
        (
            omma::PHYSICAL_SIZE_Z,
            omma::STATED_PHYSICAL_SIZE_Z,
            &scale.z,
        ),
        (omma::TIME_INCREMENT, omma::STATED_TIME_INCREMENT, &scale.t),
    ];
    for (predicate, stated, step) in steps {
        if let Some(step) = step {
            measured(said, node, predicate, step.size);
            said.text(node, stated, &step.stated);
        }
    }
}

fn measured(said: &mut Statements, node: &Node, predicate: &'static str, number: Number) {
    said.typed(node, predicate, &number.to_string(), xsd::DOUBLE);
}

fn say_channel(said: &mut Statements, image: &Node, number: usize, channel: &Channel) {
    let node = image.part("channel", number);
    said.node(image, omma::CHANNEL, &node);
    said.classes(&node, &[omma::CHANNEL_CLASS]);
    said.position(&node, number);
    said.optional(&node, schema_org::NAME, channel.name.as_deref());
    said.optional(&node, omma::FLUOROPHORE, channel.fluorophore.as_deref());
    said.optional(&node, omma::COLOUR, channel.colour.as_deref());
    said.optional(&node, omma::CONTRAST_METHOD, channel.contrast.as_deref());
    for (predicate, wavelength) in [
        (omma::EXCITATION_WAVELENGTH, channel.excitation),
        (omma::EMISSION_WAVELENGTH, channel.emission),
    ] {
        if let Some(wavelength) = wavelength {
            measured(said, &node, predicate, wavelength);
        }
    }
    for target in &channel.targets {
        said.text(&node, omma::TARGET, target);
    }
}

fn say_file(
    said: &mut Statements,
    node: &Node,
    image: &Node,
    naming: &Naming<'_>,
    path: &RelPath,
    facts: Option<FileFacts>,
) {
    said.node(image, dcat::DISTRIBUTION, node);
    said.classes(node, &[dcat::DISTRIBUTION_CLASS]);
    said.text(node, omma::PATH, path.as_str());
    let address = Node::resource(file_iri(
        naming.namespace,
        naming.study,
        naming.version,
        path,
    ));
    said.node(node, dcat::DOWNLOAD_URL, &address);
    if let Some(facts) = facts {
        said.number(node, dcat::BYTE_SIZE, facts.bytes);
        said.say(node, dcat::MEDIA_TYPE, text::media_type(&facts.media_type));
        let checksum = node.only_part("checksum");
        said.node(node, spdx::CHECKSUM, &checksum);
        said.classes(&checksum, &[spdx::CHECKSUM_CLASS]);
        said.iri(&checksum, spdx::ALGORITHM, spdx::SHA_256);
        said.typed(
            &checksum,
            spdx::CHECKSUM_VALUE,
            &facts.sha256.to_string(),
            xsd::HEX_BINARY,
        );
    }
}
