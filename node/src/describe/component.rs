//! Study components, and the figures that images stand behind.

use ontologies::schema::{dcat, omma, prov, schema_org};

use super::acquisition::made_by;
use super::describing::{Describing, acquisition, biosample, specimen};
use super::statements::{Node, Statements};
use crate::study::{Component, Image, Study};

/// The parts that a component or an image names, by their names inside the source.
pub(super) struct Named<'a> {
    pub(super) biosamples: &'a [String],
    pub(super) specimens: &'a [String],
    pub(super) acquisitions: &'a [String],
}

impl<'a> Named<'a> {
    pub(super) fn of_component(component: &'a Component) -> Named<'a> {
        Named {
            biosamples: &component.biosamples,
            specimens: &component.specimens,
            acquisitions: &component.acquisitions,
        }
    }

    /// What an image names itself, and for each kind that it leaves out what its component names.
    pub(super) fn of_image(image: &'a Image, component: Option<&'a Component>) -> Named<'a> {
        let or = |own: &'a [String], inherited: fn(&Component) -> &Vec<String>| match component {
            Some(component) if own.is_empty() => inherited(component).as_slice(),
            _ => own,
        };
        Named {
            biosamples: or(&image.biosamples, |component| &component.biosamples),
            specimens: or(&image.specimens, |component| &component.specimens),
            acquisitions: or(&image.acquisitions, |component| &component.acquisitions),
        }
    }

    /// Points to the parts; gives the names that no part has, with what they should have named, so that they are kept.
    pub(super) fn say(
        &self,
        statements: &mut Statements,
        from: &Node,
        home: &Node,
        study: &Study,
    ) -> Vec<(&'a str, &'a str)> {
        let mut unknown = Vec::new();
        for name in self.biosamples {
            match biosample(study, name) {
                Some((number, _)) => {
                    statements.node(from, omma::BIOSAMPLE, &home.part("biosample", number))
                }
                None => unknown.push(("biosample", name.as_str())),
            }
        }
        for name in self.specimens {
            match specimen(study, name) {
                Some((number, _)) => {
                    statements.node(from, omma::SPECIMEN, &home.part("specimen", number))
                }
                None => unknown.push(("specimen", name.as_str())),
            }
        }
        for name in self.acquisitions {
            match acquisition(study, name) {
                Some((number, found)) => {
                    statements.node(from, made_by(found), &home.part("acquisition", number))
                }
                None => unknown.push(("acquisition", name.as_str())),
            }
        }
        unknown
    }
}

impl Describing<'_> {
    pub(super) fn components(&mut self) {
        for (index, component) in self.study.components.iter().enumerate() {
            let node = self.home.part("component", index + 1);
            let said = &mut self.statements;
            said.classes(&node, &[omma::STUDY_COMPONENT, dcat::DATASET]);
            said.node(&node, schema_org::IS_PART_OF, &self.home);
            said.position(&node, index + 1);
            said.text(&node, schema_org::NAME, &component.title);
            said.optional(
                &node,
                schema_org::DESCRIPTION,
                component.description.as_deref(),
            );
            let unknown = Named::of_component(component).say(said, &node, &self.home, self.study);
            said.properties(&node, unknown);
        }
    }

    /// Figures were made from images of the study; a file that is no image is named by its path.
    pub(super) fn figures(&mut self) {
        for (index, figure) in self.study.supports.iter().enumerate() {
            let node = self.home.part("figure", index + 1);
            self.statements.node(&self.home, omma::SUPPORTS, &node);
            self.statements.classes(&node, &[omma::FIGURE]);
            self.statements
                .text(&node, schema_org::NAME, &figure.figure);
            for file in &figure.images {
                match self.image_of(file) {
                    Some(image) => self.statements.node(&node, prov::WAS_DERIVED_FROM, &image),
                    None => self.statements.text(&node, omma::PATH, file.as_str()),
                }
            }
        }
    }
}
