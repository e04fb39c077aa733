//! How the images were made: imaging methods and the protocols behind them.

use super::graph::Entity;
use super::subjects::terms;
use super::taking::{Reader, Taking, Target};
use crate::study::{Acquisition, TermRole, TermUse};

/// What `measurementMethod` names: terms, and protocols that have terms.
#[derive(Debug, Default)]
pub(super) struct Methods {
    /// Methods as terms or text.
    pub terms: Vec<TermUse>,
    /// Protocols, in order.
    pub protocols: Vec<Acquisition>,
}

/// Reads `measurementMethod` and `measurementTechnique` of the dataset.
pub(super) fn methods<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Methods {
    let mut methods = Methods::default();
    let mut items = dataset.take("measurementMethod");
    items.extend(dataset.take("measurementTechnique"));
    for item in items {
        match reader.target(item) {
            Target::Entity(index, entity) if is_protocol(entity) => {
                if reader.listed.insert(index) {
                    let protocol = protocol(reader, index);
                    methods.protocols.push(protocol);
                }
            }
            _ => methods
                .terms
                .extend(terms(reader, item, Some(TermRole::Method))),
        }
    }
    methods
}

/// A protocol by its type, or by having what only a protocol has.
pub(super) fn is_protocol(entity: &Entity) -> bool {
    let has = |name| entity.values(name).next().is_some();
    entity.is("LabProtocol")
        || (!entity.is("DefinedTerm") && (has("measurementTechnique") || has("labEquipment")))
}

/// Reads a protocol.
pub(super) fn protocol(reader: &mut Reader<'_>, index: usize) -> Acquisition {
    let mut taking = reader.open(index);
    let mut protocol = Acquisition {
        id: taking.entity.id.clone(),
        title: taking.text("name"),
        description: taking.text("description"),
        ..Acquisition::default()
    };
    for item in taking.take("measurementTechnique") {
        protocol
            .methods
            .extend(terms(reader, item, Some(TermRole::Method)));
    }
    let mut equipment = Vec::new();
    for item in taking.take("labEquipment") {
        match reader.target(item) {
            Target::Text(text) => equipment.push(text.to_owned()),
            Target::Unknown(id) => equipment.push(reader.graph.expanded(id)),
            Target::Entity(index, entity) => {
                let (mut described, called) = (reader.open(index), reader.call(entity));
                described.take("name");
                reader.leftovers(&described, Some(&called), &mut protocol.additional);
                equipment.push(called);
            }
        }
    }
    protocol.instrument = Some(equipment.join("; ")).filter(|text| !text.is_empty());
    reader.leftovers(&taking, None, &mut protocol.additional);
    protocol
}
