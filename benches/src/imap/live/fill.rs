//! What is in the mailboxes of the server.

use std::{fmt::Write as _, net::SocketAddr};

use super::{LARGE, MANY, OCTETS, ROWS, Result, corpus, raw::Raw};

/// Messages that are appended with one command.
const BATCH: usize = 250;

/// Puts everything where it belongs.
pub(super) fn fill(server: SocketAddr) -> Result<()> {
    eprintln!("  (filling the mailboxes)");
    let mut raw = Raw::connect(server)?;
    for mailbox in [MANY, LARGE] {
        raw.command(&format!("CREATE {mailbox}"))?;
    }
    let mut mails = corpus::mails(ROWS);
    loop {
        let mut command = format!("APPEND {MANY}");
        let begun = command.len();
        for mail in mails.by_ref().take(BATCH) {
            let octets = mail.octets();
            let _ = write!(command, " {} {{{}+}}\r\n{octets}", mail.appended(), octets.len());
        }
        if command.len() == begun {
            break;
        }
        raw.command(&command)?;
    }
    let large = large();
    let command = format!("APPEND {LARGE} {{{}+}}\r\n", large.len());
    raw.send(&[command.as_bytes(), &large].concat())?;
    // From here on no message is recent, and the server has looked at every one once.
    raw.command(&format!("SELECT {MANY}"))?;
    raw.command(&format!("FETCH 1:* {}", corpus::ITEMS))?;
    raw.command(&format!("SELECT {LARGE}"))?;
    raw.command("LOGOUT")?;
    Ok(())
}

/// A message of fifty mebibytes exactly.
fn large() -> Vec<u8> {
    let mut octets = b"From: bench@example.com\r\nSubject: large\r\n\r\n".to_vec();
    let line: Vec<u8> = (b'!'..b'!' + 76).chain(*b"\r\n").collect();
    while octets.len() < OCTETS {
        octets.extend_from_slice(&line);
    }
    octets.truncate(OCTETS - 2);
    octets.extend_from_slice(b"\r\n");
    octets
}

/// What everybody must see of that message.
pub(super) fn checksum() -> u64 {
    super::body::sum(0, &large())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_message_is_as_large_as_it_says_and_ends_in_a_line() {
        let large = large();
        assert_eq!(large.len(), OCTETS);
        assert!(large.ends_with(b"\r\n") && !large.ends_with(b"\r\r\n"));
    }
}
