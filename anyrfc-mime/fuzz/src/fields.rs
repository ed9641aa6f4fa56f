//! Values of fields.

use anyrfc_mime::{
    Address, AddressList, ContentType, DefectKind, Defects,
    codec::{Reading, address::address_list, content::content_type, encoded_word::unstructured},
};

fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| c.is_ascii_control() && c != '\t')
}

/// Reads `data` as a list of addresses. What is read is written, and reads the same again.
pub fn addresses(data: &[u8]) {
    let mut defects = Defects::new();
    let list = address_list(data, &mut Reading::new(&mut defects));
    assert!(defects.iter().all(|defect| defect.offset <= 3 * data.len() as u64));
    let is_full = defects.count() > Defects::KEPT as u64;
    assert!(list.damaged().is_empty() || defects.has(DefectKind::BadAddress) || is_full);
    for mailbox in list.mailboxes() {
        let address = mailbox.address();
        assert!(is_clean(address.as_str()) && mailbox.name().is_none_or(is_clean));
        assert!(!address.domain().is_empty() && address.as_str().ends_with(address.domain()));
    }
    let written = list.to_string();
    let again: AddressList = written.parse().unwrap_or_else(|error| panic!("{written:?}: {error}"));
    assert_eq!(again.addresses(), list.addresses(), "{written:?}");
    for address in list.addresses() {
        assert_eq!(&address.to_string().parse::<Address>().expect("one of them"), address);
    }
}

/// Reads `data` as an unstructured field. What is shown is one line, and what is plain stays.
pub fn encoded_word(data: &[u8]) {
    let mut defects = Defects::new();
    let text = unstructured(data, &mut Reading::new(&mut defects));
    assert!(is_clean(&text), "{text:?}");
    let plain = data.is_ascii() && !data.iter().any(|byte| byte.is_ascii_control() || *byte == b'=');
    if plain {
        assert_eq!(text.as_bytes(), data.trim_ascii());
        assert!(defects.is_empty());
    }
    // Alone in a field, between words, and folded: an encoded-word is the same.
    if let Ok(word) = std::str::from_utf8(data)
        && word.starts_with("=?")
        && word.ends_with("?=")
        && word.matches('?').count() == 4
        && !word.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        let folded = format!("a\r\n {word} b");
        let shown = unstructured(folded.as_bytes(), &mut Reading::new(&mut Defects::new())).into_owned();
        assert_eq!(shown, format!("a {text} b"), "{word}");
    }
}

/// Reads `data` as `Content-Type`. What is read is written, and reads the same again.
pub fn parameters(data: &[u8]) {
    let mut defects = Defects::new();
    let read = content_type(data, &mut Reading::new(&mut defects));
    let mut names: Vec<&str> = read.parameters().iter().map(|parameter| parameter.name()).collect();
    for parameter in read.parameters() {
        assert!(is_clean(parameter.value()) && !parameter.name().contains('*'));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), read.parameters().len(), "a name twice");
    let written = read.to_string();
    let mut again_defects = Defects::new();
    let again: ContentType = content_type(written.as_bytes(), &mut Reading::new(&mut again_defects));
    assert_eq!(again.essence(), read.essence());
    let pairs = |content: &ContentType| -> Vec<(String, String)> {
        content.parameters().iter().map(|p| (p.name().to_owned(), p.value().to_owned())).collect()
    };
    // A value that is all encoded-words is decoded again.
    if !written.contains("=?") {
        assert_eq!(pairs(&again), pairs(&read), "{written:?}");
        assert!(again_defects.is_empty(), "{written:?}: {:?}", again_defects.as_slice());
    }
}
