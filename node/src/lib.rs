//! A node of Ommatidia: keeps biological images and vouches for them.
//!
//! A study goes down this list, a stage a module, each taking what the stage before it made:
//! [`deposit`] reads a package from disk, [`validate`] checks it and resolves its terms, [`staging`] holds its files,
//! [`describe`] says it in RDF, [`publish`] gives it an accession and decides the act, [`log`] appends it, [`store`] keeps
//! it, [`projection`] makes it known to the [`database`], [`derive`](mod@derive) makes of its images what people look at,
//! [`serve`] shows it.
//!
//! [`moves`] are what an operator says of something public afterwards. [`check`] and [`rebuild`] prove that storage and
//! log are the truth, and the database only their projection.

// what everything speaks of
pub mod clock;
pub mod crash;
pub mod finding;
pub use protocol::relative_path;
pub mod study;

// the stages
pub mod convert;
pub mod database;
pub mod deposit;
pub mod derive;
pub mod describe;
pub mod erase;
pub mod iiif;
pub mod image;
pub mod log;
pub mod look;
pub mod marks;
pub mod projection;
pub mod publish;
pub mod serve;
pub mod staging;
pub mod store;
pub mod study_object;
pub mod validate;

// what is done with them
pub mod archive;
pub mod check;
pub mod cli;
pub mod config;
pub mod import;
pub mod init;
pub mod keys;
pub mod moves;
pub mod ontology;
pub mod rebuild;
pub mod samples;
pub mod status;
