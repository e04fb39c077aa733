//! Collects findings, weighed by the grade that a study is checked against.

use crate::finding::Finding;
use crate::study::Profile;

/// What validation has to say so far.
#[derive(Debug)]
pub(super) struct Report {
    profile: Profile,
    /// In the order in which they were found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Begins with what reading found.
    pub fn new(profile: Profile, findings: Vec<Finding>) -> Report {
        Report { profile, findings }
    }

    /// An error in every grade.
    pub fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding::error(path, message));
    }

    /// A warning in every grade.
    pub fn warning(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding::warning(path, message));
    }

    /// An error in a new deposit, a warning in what existed before.
    pub fn graded(&mut self, path: impl Into<String>, message: impl Into<String>) {
        match self.profile {
            Profile::One => self.error(path, message),
            Profile::Legacy => self.warning(path, message),
        }
    }
}
