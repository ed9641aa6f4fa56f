//! RFC 4978, section 5: the formal syntax.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::support::Talk;
use crate::{
    codec::command::Compress,
    rfc4978 as r,
    types::{Capability, Code},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4978-section-5/compress-needs-the-capability",
        covers: &[r::COMPRESS_NEEDS_THE_CAPABILITY],
        run: compress_needs_the_capability,
    },
    Check {
        name: "rfc4978-section-5/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc4978-section-5/several-capabilities-are-read",
        covers: &[r::SEVERAL_COMPRESS_CAPABILITIES_ARE_READ],
        run: several_capabilities_are_read,
    },
];

fn compress_needs_the_capability() {
    for other in ["", " COMPRESS=LZMA", " COMPRESS", " XCOMPRESS=DEFLATE", " COMPRESS=DEFLATE64"] {
        let mut talk = Talk::authenticated(&format!("IMAP4rev1{other}"));
        let error = talk.refuses(Compress);
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::COMPRESS_NEEDS_THE_CAPABILITY)),
            "{other}"
        );
    }
    // IMAP4rev2 does not include it.
    Talk::authenticated("IMAP4rev2").refuses(Compress);
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=DEFLATE");
    let _ticket = talk.submit(Compress);
    assert_eq!(talk.hears(), "COMPRESS DEFLATE");
}

fn tokens_ignore_case() {
    for (capability, code) in [
        ("compress=deflate", "compressionactive"),
        ("Compress=Deflate", "CompressionActive"),
        ("COMPRESS=DEFLATE", "COMPRESSIONACTIVE"),
    ] {
        let mut talk = Talk::authenticated(&format!("IMAP4rev1 {capability}"));
        let ticket = talk.submit(Compress);
        assert_eq!(talk.hears(), "COMPRESS DEFLATE");
        let error = talk.answered(ticket, &format!("{{tag}} no [{code}] by TLS")).expect_err("refused");
        assert_eq!(error.code(), Some(&Code::CompressionActive), "{code}");
    }
}

fn several_capabilities_are_read() {
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=LZMA COMPRESS=DEFLATE COMPRESS=X-OWN IDLE");
    let capabilities = talk.connection.capabilities().expect("told").clone();
    assert!(capabilities.has(&Capability::CompressDeflate));
    for other in ["COMPRESS=LZMA", "COMPRESS=X-OWN", "IDLE"] {
        assert!(capabilities.has(&Capability::from(other)), "{other}");
    }
    let _ticket = talk.submit(Compress);
    assert_eq!(talk.hears(), "COMPRESS DEFLATE");
}
