//! The page of a study: what its record says, and what the archive has of it.

use ::web::Site;
use ::web::formats::{Cite, cite, dataset};
use ::web::page::{Pair, StudyBody, Title, data_elsewhere, facts_of_study};
use ::web::view::StudyView;
use askama::Template;

use super::about::About;
use super::holdings::{self, Files, Images, SmallPicture};
use super::parts::{other, show};
use super::{Turned, is_for_search};
use crate::database::Connection;
use crate::finding::Finding;
use crate::serve::contents;
use crate::serve::described::archive_of;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;

/// Findings that the page has; there may be very many.
const MOST_FINDINGS: usize = 100;

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    /// the address of the picture that stands for the study
    portrait: Option<String>,
    study: StudyBody,
    facts: Vec<Pair>,
    findings: Vec<Pair>,
    /// how many more there are
    findings_left_out: usize,
    cite: Cite,
    structured: Option<String>,
    images: Option<Images>,
    files: Option<Files>,
    file_commands: String,
}

/// The page of a study in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// [`ServeError::NotFound`] for a page of a list that there is not; what cannot be read.
pub(super) fn study(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    view: &StudyView,
    turned: &Turned,
) -> Result<Option<String>, ServeError> {
    let Some(content) = contents::content(state, &resolved.row)? else {
        return Ok(None);
    };
    let mut about = About::of(state, resolved)?;
    about.notices.extend(data_elsewhere(view));
    let images = holdings::images(state, connection, resolved, &content.study, turned)?;
    let files = holdings::files(state, connection, resolved, &content.study, turned)?;
    let archive = archive_of(state);
    let page = StudyPage {
        site: &state.site,
        about,
        title: Title::of(view.title()),
        portrait: holdings::portrait(state, connection, resolved, &content.study)?,
        study: StudyBody::of(view, &show, &|text| other(state, text)),
        facts: facts(view, images.as_ref(), files.as_ref()),
        findings: first(&content.findings),
        findings_left_out: content.findings.len().saturating_sub(MOST_FINDINGS),
        cite: cite(view, &archive, &state.site.base_path),
        structured: is_for_search(resolved).then(|| dataset(view, &archive, &[])),
        file_commands: files
            .as_ref()
            .map(|_| holdings::file_commands(state, resolved))
            .unwrap_or_default(),
        images,
        files,
    };
    Ok(Some(page.render()?))
}

fn first(findings: &[Finding]) -> Vec<Pair> {
    let first = findings.iter().take(MOST_FINDINGS);
    first
        .map(|finding| Pair::new(&finding.path, finding.message.clone()))
        .collect()
}

fn facts(view: &StudyView, images: Option<&Images>, files: Option<&Files>) -> Vec<Pair> {
    let images = images.map(|images| images.in_words.as_str());
    let files = files.map(|files| format!("{}, {}", files.in_words, files.bytes));
    facts_of_study(view, images, files.as_deref())
}

#[cfg(test)]
mod tests {
    use super::{MOST_FINDINGS, first};
    use crate::finding::Finding;

    #[test]
    fn the_page_has_the_first_of_very_many_findings() {
        let finding = |number: usize| Finding::warning("", format!("remark {number}"));
        let findings: Vec<Finding> = (0..5000).map(finding).collect();
        let shown = first(&findings);
        assert_eq!(shown.len(), MOST_FINDINGS);
        assert_eq!(shown[MOST_FINDINGS - 1].value.text, "remark 99");
        assert_eq!(first(&findings[..3]).len(), 3);
    }
}
