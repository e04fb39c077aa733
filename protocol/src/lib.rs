//! What a node and a harvester agree on: the Ommatidia protocol, version 1 (`docs/PROTOCOL.md`).
//!
//! The modules in reading order tell how a statement about an image becomes something that anyone can check:
//! a resource has an [`identifier`]; its [`record`] has a [`digest`]; an [`entry`] (written in [`jcs`] form, stamped with a
//! [`timestamp`]) announces that digest; the [`history`] of entries decides which versions and moves are valid; a [`merkle`] tree binds
//! all entries and is published as [`tile`]s and [`bundle`]s; a signed [`note`] carries the tree's head as a [`checkpoint`]; witnesses
//! add a [`cosignature`]; a [`proof`] file shows one entry offline; [`fork`] evidence shows two heads that cannot both be true; and
//! the [`roster`] says whose keys count.
//!
//! Everything here is a pure function of its arguments: no files, no network, no clock, no randomness, no async.

pub mod identifier;

pub mod digest;

pub mod timestamp;

pub mod jcs;

pub mod record;

pub mod entry;

pub mod history;

pub mod merkle;

pub mod tile;

pub mod bundle;

pub mod note;

pub mod checkpoint;

pub mod cosignature;

pub mod proof;

pub mod fork;

pub mod roster;

pub mod thumbnail;

pub mod perceptual_hash;
pub mod relative_path;

pub mod manifest;

mod text_form;
