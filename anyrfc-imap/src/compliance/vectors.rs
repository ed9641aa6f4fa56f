//! The examples that the RFCs print.

use anyrfc_core::compliance::Vector;

/// Names of mailboxes in modified UTF-7 and what they stand for.
pub(super) static VECTORS: &[Vector] = &[Vector {
    name: "a mailbox name in English, Chinese and Japanese",
    source: "rfc9051#A.1",
    input: b"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
    output: "~peter/mail/台北/日本語".as_bytes(),
}];
