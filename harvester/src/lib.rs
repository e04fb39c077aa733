//! The harvester: mirrors every member's log, proves that it has all of it unaltered, and makes it findable.
//!
//! The modules in reading order are the way of a record: the [`roster`] says who belongs and with which keys; [`fetch`]
//! brings bytes from a stranger's server without being harmed; [`tree`] proves them against a signed head; [`verify`] decides
//! what each entry is worth; the [`mirror`] keeps the bytes, the [`ledger`] the verdicts; [`harvest`] is these five in one
//! walk. [`projection`] turns verdicts into what is seen: the [`graph`] and the [`text`] index, with [`ontology`] terms, which
//! can be thrown away and made again. [`query`] asks the graph; [`similar`] finds images that look alike; [`thumbnails`] are fetched when somebody looks; [`operate`] is the
//! harvester as one value; [`serve`] answers everybody, [`control`] the operator. [`get`] is for whoever reads: it needs no harvester but
//! somebody's portal.

pub mod clock;
pub mod crash;
pub mod ending;

pub mod config;
pub mod data_folder;
pub mod init;
pub mod keys;

pub mod roster;

pub mod fetch;

pub mod tree;

pub mod verify;

pub mod mirror;

pub mod ledger;

pub mod harvest;

pub mod projection;

pub mod graph;

pub mod text;

pub mod ontology;

pub mod query;

pub mod similar;

pub mod thumbnails;

pub mod control;

pub mod operate;

pub mod serve;

pub mod get;

pub mod cli;
