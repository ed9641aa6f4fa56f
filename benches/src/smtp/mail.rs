//! The messages that everybody sends.

use bytes::Bytes;

/// As everybody names itself.
pub(super) const HELLO: &str = "bench.example.com";
/// The envelope of every message.
pub(super) const SENDER: &str = "sender@example.com";
pub(super) const RECIPIENT: &str = "recipient@example.com";

const HEADER: &str = "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nFrom: Sender <sender@example.com>\r\nTo: Recipient \
                      <recipient@example.com>\r\nSubject: One of many\r\nMessage-ID: \
                      <one.of.many@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; \
                      charset=us-ascii\r\n\r\n";

/// A message of exactly so many octets: lines of 76 characters, none of which begins with a dot. Everybody has to look
/// for such lines all the same.
pub(super) fn message(octets: usize) -> Bytes {
    let mut message = HEADER.as_bytes().to_vec();
    let line: Vec<u8> = (b'0'..b'0' + 76).chain(*b"\r\n").collect();
    while message.len() < octets {
        message.extend_from_slice(&line);
    }
    message.truncate(octets - 2);
    // Should the last line have lost its LF only.
    if message.last() == Some(&b'\r') {
        message.pop();
        message.push(b'.');
    }
    message.extend_from_slice(b"\r\n");
    message.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_as_long_as_asked_and_of_whole_lines_without_leading_dots() {
        for octets in [1 << 10, 100_000].into_iter().chain(1000..1100) {
            let message = message(octets);
            assert_eq!(message.len(), octets);
            let text = std::str::from_utf8(&message).unwrap();
            let lines: Vec<_> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
            assert!(!lines.iter().any(|line| line.starts_with('.')));
        }
    }
}
