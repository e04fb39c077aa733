//! XML 1.0, written element by element; whatever text comes, the document is well-formed.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// What a writer into memory never does.
const NO_FAILURE: &str = "memory takes every byte that is written";

/// An attribute: its name and its value.
pub(crate) type Attribute<'a> = (&'a str, &'a str);

/// A document that is being written.
pub(crate) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    /// Begins with the declaration: UTF-8.
    pub(crate) fn document() -> Xml {
        let mut xml = Xml::fragment();
        let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
        xml.write(Event::Decl(declaration));
        xml
    }

    /// Begins with nothing: an element that will stand inside a document of somebody else.
    pub(crate) fn fragment() -> Xml {
        Xml {
            writer: Writer::new_with_indent(Vec::new(), b' ', 2),
        }
    }

    /// Begins an element.
    pub(crate) fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        let start = started(name, attributes);
        self.write(Event::Start(start));
    }

    /// Ends an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element with a text; none where the text is blank.
    pub(crate) fn text(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) {
        let text = storable(text);
        if text.trim().is_empty() {
            return;
        }
        self.write(Event::Start(started(name, attributes)));
        self.write(Event::Text(BytesText::new(&text)));
        self.close(name);
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.write(Event::Empty(started(name, attributes)));
    }

    /// Elements that were written elsewhere, by this writer too.
    pub(crate) fn written(&mut self, fragment: &str) {
        self.write(Event::Text(BytesText::from_escaped(fragment.trim_end())));
    }

    /// An element around others; none where `inner` writes none.
    pub(crate) fn around(&mut self, name: &str, is_wanted: bool, inner: impl FnOnce(&mut Xml)) {
        if is_wanted {
            self.open(name, &[]);
            inner(self);
            self.close(name);
        }
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// The document, with a line feed at its end.
    pub(crate) fn finish(self) -> String {
        let mut text = String::from_utf8_lossy(&self.writer.into_inner()).into_owned();
        text.push('\n');
        text
    }

    fn write(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect(NO_FAILURE);
    }
}

fn started<'a>(name: &'a str, attributes: &[Attribute<'_>]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, storable(value).as_ref()));
    }
    start
}

/// The text as XML can hold it: characters that it cannot hold, not even escaped, become U+FFFD.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_xml_character) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.replace(|character| !is_xml_character(character), "\u{fffd}"))
    }
}

/// The production `Char` of XML 1.0.
pub(crate) fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn text_and_attributes_arrive_as_they_were() {
        let text = "<b>&amp; \"quoted\" 'it'\r\n\ttab ]]> \u{202e}rtl";
        let mut xml = Xml::document();
        xml.open("a", &[]);
        xml.text("b", &[("c", text)], text);
        xml.text("blank", &[], " \n");
        xml.close("a");
        let written = xml.finish();
        let read = roxmltree::Document::parse(&written).expect("well-formed");
        let element = read.root_element().first_element_child().expect("b");
        assert_eq!(element.text(), Some(text));
        assert_eq!(element.attribute("c"), Some(text));
        assert!(element.next_sibling_element().is_none(), "{written}");
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        let mut xml = Xml::fragment();
        xml.text("a", &[("b", "\u{1}")], "x\u{0}\u{fffe}\u{1b}y");
        let written = xml.finish();
        assert_eq!(
            written,
            "<a b=\"\u{fffd}\">x\u{fffd}\u{fffd}\u{fffd}y</a>\n"
        );
    }
}
