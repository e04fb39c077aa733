//! What is painted: a module for each kind of picture.

mod bacteria;
mod calcium;
mod cytoskeleton;
mod dividing;
mod electron;
mod embryo;
mod histology;
mod immune;
mod neurons;
mod nuclei;
mod organoid;
mod plate;
mod skin;
mod yeast;

pub(super) use bacteria::bacteria;
pub(super) use calcium::calcium;
pub(super) use cytoskeleton::cytoskeleton;
pub(super) use dividing::{dividing, dividing_progenitors};
pub(super) use electron::electron;
pub(super) use embryo::embryo;
pub(super) use histology::histology;
pub(super) use immune::immune;
pub(super) use neurons::neurons;
pub(super) use nuclei::nuclei;
pub(super) use organoid::organoid;
pub(super) use plate::plate;
pub(super) use skin::skin;
pub(super) use yeast::yeast;
