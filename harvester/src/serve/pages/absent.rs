//! An identifier behind which nothing can be shown: never announced, or announced and standing aside.

use ::web::page::Linked;
use ::web::{Site, words};
use askama::Template;

use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::serve::owner::Owner;
use crate::serve::standing;
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "absent.html")]
struct AbsentPage<'a> {
    site: &'a Site,
    id: String,
    /// whether its member announced it
    is_announced: bool,
    member: Linked,
    prefix: String,
    /// `3 min ago`; none where it was never found up to date
    looked: Option<String>,
    /// the page there, which may know more
    at_institution: Option<String>,
}

/// The page.
///
/// # Errors
/// When ledger or page cannot be had.
pub(in crate::serve) fn absent(
    shared: &Shared,
    name: &Name,
    owner: &Owner,
    is_announced: bool,
) -> Result<String, ServeError> {
    let (member, base_path) = (&owner.member, &shared.site.base_path);
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let standing = standing::of_one(&shared.harvester, connection, &member.id)?;
    Ok(AbsentPage {
        site: &shared.site,
        id: name.stem(),
        is_announced,
        member: Linked::to(
            member.name.as_str(),
            format!("{base_path}members/{}", member.id),
        ),
        prefix: member.prefix.to_string(),
        looked: standing
            .seconds_behind
            .map(|seconds| words::ago(seconds.unsigned_abs())),
        at_institution: owner.page(name),
    }
    .render()?)
}
