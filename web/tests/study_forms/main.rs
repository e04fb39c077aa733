//! A study in the forms that others read: as they were written down once, as validators from outside judge them, as readers
//! that nobody here wrote read them back, and with whatever text a depositor may send.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod catalogues;
mod golden;
mod hostile;
mod outside;
mod reading;
mod records;
mod signposts;
mod valid;
