//! `derive`, and what is said of each image.

use std::process::ExitCode;
use std::sync::Arc;

use crate::archive::Archive;
use crate::database::derivation::State;
use crate::derive::{self, Derived, Settings};

use super::arguments::Data;
use super::ending::end_conversions_on_signals;
use super::moving::accession;
use super::{REFUSED, print_line};

pub(super) fn run_derive(data: &Data, json: bool, ids: &[String]) -> anyhow::Result<ExitCode> {
    let archive = Arc::new(Archive::open(&data.data)?);
    let ids = ids
        .iter()
        .map(|id| accession(id))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let settings = Settings::of_command(&archive.config().images);
    if let Some(converter) = &settings.converter {
        converter.find()?;
        end_conversions_on_signals()?;
    }
    let mut broken_pipe = Ok(());
    let mut all = Vec::new();
    let outcome = derive::derive(&archive, settings, &ids, &mut |derived| {
        all.push(derived.clone());
        if !json && broken_pipe.is_ok() {
            broken_pipe = print_line(describe(derived));
        }
    });
    broken_pipe?;
    if json {
        print_line(serde_json::to_string_pretty(&all)?)?;
    } else if outcome.is_ok() {
        let ready = all.iter().filter(|derived| is_ready(derived)).count();
        print_line(format_args!(
            "{} images: {ready} ready, {} not",
            all.len(),
            all.len() - ready
        ))?;
    }
    outcome?;
    Ok(if all.iter().all(is_ready) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn is_ready(derived: &Derived) -> bool {
    derived.state == State::Ready.word()
}

fn describe(derived: &Derived) -> String {
    let id = format!("{}.{}", derived.image, derived.version);
    match &derived.reason {
        Some(reason) => format!("{} {id}: {reason}", derived.state),
        None => format!("{} {id}", derived.state),
    }
}
