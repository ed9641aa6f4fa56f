//! Names of mailboxes.

use anyrfc_imap::{
    codec::utf7::{decode, encode},
    types::{MailboxName, Names, Pattern},
};

/// Reads `data` as modified UTF-7, and writes it as such: what decodes has one encoding, what is
/// text has one, and a name of a server goes back to it as it came.
pub fn modified_utf7(data: &[u8]) {
    if let Ok(text) = decode(data) {
        assert_eq!(encode(&text).as_bytes(), data);
    }
    for names in [Names::ModifiedUtf7, Names::Utf8] {
        let name = MailboxName::received(data, names);
        assert_eq!((&*name.encoded(names), name.as_bytes()), (data, data));
        assert_eq!(name, MailboxName::received(data, names));
        let shown = name.to_string();
        assert!(!shown.contains(|shown: char| shown.is_control()), "{shown:?}");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let wire = encode(text);
    assert!(wire.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    assert_eq!(decode(wire.as_bytes()).as_deref(), Ok(text));
    assert_eq!(decode(wire.as_bytes()).ok(), utf16(&wire));
    let Ok(name) = MailboxName::new(text) else { return };
    for names in [Names::ModifiedUtf7, Names::Utf8] {
        let wire = name.encoded(names);
        assert_eq!(MailboxName::received(&wire, names), name);
    }
    let pattern = Pattern::new(text).expect("a name is a pattern");
    assert_eq!(pattern.encoded(Names::Utf8), name.encoded(Names::Utf8));
    let wildcards = |text: &[u8]| text.iter().filter(|byte| matches!(byte, b'*' | b'%')).count();
    assert_eq!(wildcards(&pattern.encoded(Names::ModifiedUtf7)), wildcards(name.as_str().as_bytes()));
    assert_eq!(Pattern::exactly(&name).is_ok(), wildcards(text.as_bytes()) == 0);
}

/// Another way to read modified UTF-7: bit by bit, through the standard library's UTF-16.
fn utf16(wire: &str) -> Option<std::borrow::Cow<'_, str>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    let mut text = String::new();
    for (index, piece) in wire.split('&').enumerate() {
        if index == 0 {
            text.push_str(piece);
            continue;
        }
        let (base64, direct) = piece.split_once('-')?;
        if base64.is_empty() {
            text.push('&');
        }
        let mut bits = Vec::new();
        for character in base64.chars() {
            let value = ALPHABET.find(character)?;
            bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
        }
        let unit = |bits: &[bool]| bits.iter().fold(0_u16, |unit, bit| unit << 1 | u16::from(*bit));
        let units: Vec<u16> = bits.chunks_exact(16).map(unit).collect();
        text.push_str(&String::from_utf16(&units).ok()?);
        text.push_str(direct);
    }
    Some(text.into())
}
