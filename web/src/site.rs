//! What the layout says on every page.

use crate::page::Licence;

/// A link in the head of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its words.
    pub text: String,
    /// Its target, relative to the program's base path.
    pub path: String,
}

/// The program that a page belongs to, as the layout shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name, such as the institution's.
    pub name: String,
    /// What the program is, in a few words beside the name.
    pub kind: String,
    /// The path of its base URL, with `/` at both ends: `/` or `/images/`.
    pub base_path: String,
    /// Links in the head.
    pub links: Vec<Link>,
    /// The licence of the descriptions, where one is named.
    pub licence: Option<Licence>,
}

impl Site {
    /// The address of the stylesheet for this site's pages.
    pub fn stylesheet(&self) -> String {
        format!("{}{}", self.base_path, crate::stylesheet_path())
    }
}
