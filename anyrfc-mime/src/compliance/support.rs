//! What the checks have in common.

use anyrfc_core::Requirement;

use crate::{
    DateTime, Error,
    build::{Builder, Composed, Receiver},
};

/// A builder whose date, identifier and boundaries are always the same.
pub(super) fn letter<'a>() -> Builder<'a> {
    bare().from("ann@example.org")
}

/// The same without an author.
pub(super) fn bare<'a>() -> Builder<'a> {
    let date = DateTime::from_unix(880_127_706, -360).expect("a date");
    Builder::new().date(date).seed([1; 32]).message_id("1@example.org")
}

/// The message in seven bits.
pub(super) fn written(message: Builder<'_>) -> String {
    written_for(message, Receiver::default())
}

/// The message as this receiver gets it.
pub(super) fn written_for(message: Builder<'_>, receiver: Receiver) -> String {
    octets(&message.build().expect("a message"), receiver)
}

/// A message that is built, as this receiver gets it.
pub(super) fn octets(message: &Composed<'_>, receiver: Receiver) -> String {
    let octets = message.to_vec_for(receiver).expect("octets");
    String::from_utf8(octets).expect("text")
}

/// The header, with the line break of its last field.
pub(super) fn header(text: &str) -> &str {
    let end = text.find("\r\n\r\n").expect("a header");
    &text[..end + 2]
}

/// What follows the header.
pub(super) fn body(text: &str) -> &str {
    &text[header(text).len() + 2..]
}

/// The fields of this name: everything behind the colon, folded as it is.
pub(super) fn raw_fields<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut rest = header(text);
    while !rest.is_empty() {
        let mut end = rest.find("\r\n").expect("a whole line") + 2;
        while rest[end..].starts_with([' ', '\t']) {
            end += rest[end..].find("\r\n").expect("a whole line") + 2;
        }
        let (field, after) = rest.split_at(end);
        let (found_name, value) = field.split_once(':').expect("a field");
        if found_name.eq_ignore_ascii_case(name) {
            found.push(value.strip_suffix("\r\n").expect("a whole line"));
        }
        rest = after;
    }
    found
}

/// The one field of this name, unfolded, without the white space around it.
pub(super) fn field(text: &str, name: &str) -> String {
    let found = raw_fields(text, name);
    assert_eq!(found.len(), 1, "{name} occurs {} times in\n{text}", found.len());
    found[0].replace("\r\n", "").trim().to_owned()
}

/// Whether the header has such a field.
pub(super) fn has(text: &str, name: &str) -> bool {
    !raw_fields(text, name).is_empty()
}

/// The names of the fields in their order.
pub(super) fn names(text: &str) -> Vec<&str> {
    header(text)
        .split_terminator("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').expect("a field").0)
        .collect()
}

/// It is refused, and this requirement is named.
#[track_caller]
pub(super) fn refused<T>(result: Result<T, Error>, requirement: &Requirement) {
    match result {
        Ok(_) => panic!("accepted against {requirement}"),
        Err(error) => {
            assert_eq!(error.requirement().map(Requirement::id), Some(requirement.id()), "{error}");
        }
    }
}

/// Every line has at most so many octets.
#[track_caller]
pub(super) fn lines_within(text: &str, limit: usize) {
    for line in text.split("\r\n") {
        assert!(line.len() <= limit, "{} octets: {line}", line.len());
    }
}

/// CR and LF occur together or not at all.
#[track_caller]
pub(super) fn only_crlf(text: &str) {
    let rest = text.replace("\r\n", "");
    assert!(!rest.contains(['\r', '\n']), "a lone CR or LF in\n{text:?}");
}
