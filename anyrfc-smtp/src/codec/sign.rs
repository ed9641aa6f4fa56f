//! Header fields in front of a message that is signed.

use anyrfc_core::ErrorKind;
use bytes::Bytes;

use super::lines::LineFixer;
use crate::{
    error::Error,
    rfc5321,
    types::{
        content::{Body, Content, LINE_MAX, LineEnds},
        sign::Sign,
    },
};

impl<'a> Content<'a> {
    /// The message with what `signer` says of it in front. From now on its line ends are not
    /// altered any more: they are [refused](LineEnds::Refuse) where they are not CRLF.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when it is not in memory, holds line ends that are to be refused, or the
    /// signer returned what is no header field; what the signer failed with otherwise.
    pub fn signed(self, signer: &dyn Sign) -> Result<Self, Error> {
        let Self { body, mut declared } = self;
        let Body::Whole(message) = body else {
            return Err(Error::usage("only a message that is in memory can be signed"));
        };
        // How long lines are is looked at when it is known whether the server cares.
        let message = LineFixer::new(declared.line_ends, usize::MAX).fix(message, true)?;
        let fields = signer.sign(&message).map_err(|error| {
            Error::new(ErrorKind::Usage, "the message could not be signed").with_source(error)
        })?;
        check_fields(&fields)?;
        if declared.line_ends != LineEnds::Keep {
            declared.line_ends = LineEnds::Refuse;
        }
        declared.size = None;
        Ok(Self { body: Body::Whole(joined(&fields, message)), declared })
    }
}

fn joined(fields: &str, message: Bytes) -> Bytes {
    if fields.is_empty() {
        return message;
    }
    [fields.as_bytes(), &message].concat().into()
}

/// Whether these are whole header fields and nothing else (RFC 5322, section 2.2).
fn check_fields(fields: &str) -> Result<(), Error> {
    let wrong =
        |what: &'static str| Err(Error::usage(what).with_requirement(rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT));
    if fields.is_empty() {
        return Ok(());
    }
    let Some(lines) = fields.strip_suffix("\r\n") else {
        return wrong("the last line of the signer's header fields has no CRLF");
    };
    for (number, line) in lines.split("\r\n").enumerate() {
        if line.bytes().any(|octet| octet.is_ascii_control() && octet != b'\t') {
            return wrong("the signer's header fields hold a control character");
        }
        if line.len() > LINE_MAX {
            return Err(Error::usage("the signer's header fields hold a line over 998 octets")
                .with_requirement(rfc5321::TEXT_LINE_HAS_1000_OCTETS));
        }
        if line.starts_with([' ', '\t']) {
            // A line of white space alone could be taken for the end of the header.
            if number == 0 || line.trim_matches([' ', '\t']).is_empty() {
                return wrong("the signer's header fields hold a line that continues nothing");
            }
            continue;
        }
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_graphic());
        if !line.split_once(':').is_some_and(|(name, _)| is_name(name)) {
            return wrong("the signer's header fields hold what is no field");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::types::content::ContentError;

    /// Signs with this, and keeps what it was given.
    struct With(&'static str, Mutex<Vec<u8>>);

    impl With {
        fn new(fields: &'static str) -> Self {
            Self(fields, Mutex::default())
        }
    }

    impl Sign for With {
        fn sign(&self, message: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
            *self.1.lock().unwrap() = message.to_vec();
            if self.0 == "fail" { Err("no key".into()) } else { Ok(self.0.to_owned()) }
        }
    }

    fn whole(content: Content<'_>) -> Vec<u8> {
        let Body::Whole(message) = content.body else { panic!("no stream") };
        message.to_vec()
    }

    #[test]
    fn what_is_signed_is_what_is_sent_and_is_never_altered_afterwards() {
        let signer = With::new("Sig: a;\r\n\tb\r\nX: ü\r\n");
        let signed = Content::from("Subject: hi\n\n.dot").signed(&signer).unwrap();
        assert_eq!(*signer.1.lock().unwrap(), b"Subject: hi\r\n\r\n.dot\r\n");
        let facts = signed.facts().unwrap();
        assert_eq!((facts.line_ends, facts.utf8_header), (LineEnds::Refuse, true));
        assert_eq!(whole(signed), "Sig: a;\r\n\tb\r\nX: ü\r\nSubject: hi\r\n\r\n.dot\r\n".as_bytes());
        // Twice, and by nobody in particular.
        let twice = Content::from("x").signed(&&signer).unwrap().signed(&Box::new(With::new(""))).unwrap();
        assert!(twice.facts().unwrap().line_ends == LineEnds::Refuse);
        let binary = Content::from("a\nb").binary().signed(&With::new("S: x\r\n")).unwrap();
        assert_eq!(binary.facts().unwrap().line_ends, LineEnds::Keep);
        assert_eq!(whole(binary), b"S: x\r\na\nb");
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for fields in [
            "S: x",
            "S: x\n",
            "S: x\r",
            "\r\n",
            "S: x\r\n\r\n",
            "S: x\r\n\r\nbody\r\n",
            " S: x\r\n",
            "S x\r\n",
            "S: x\r\n \t\r\n",
            "S: x\r\n \r\n",
            "S: \0\r\n",
            "S: a\nT: b\r\n",
            "S: a\rT: b\r\n",
            ": x\r\n",
            "S T: x\r\n",
            "Ü: x\r\n",
            "S: x\r\n.\r\n",
        ] {
            let error = Content::from("x\r\n").signed(&With::new(fields)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{fields:?}");
        }
        let long = format!("S: {}\r\n", "x".repeat(LINE_MAX));
        assert!(check_fields(&long).is_err());
        assert!(check_fields(&format!("S: {}\r\n", "x".repeat(LINE_MAX - 2))).is_err());
        assert!(check_fields(&format!("S: {}\r\n", "x".repeat(LINE_MAX - 3))).is_ok());
        assert!(check_fields("S: x\r\n").is_ok());
    }

    #[test]
    fn what_cannot_be_signed_is_not_sent() {
        let refused = Content::from("a\nb").line_ends(LineEnds::Refuse).signed(&With::new("S: x\r\n"));
        let refused = refused.unwrap_err();
        assert_eq!(refused.requirement(), Some(ContentError::BareLineEnd { line: None }.requirement()));
        let failed = Content::from("a").signed(&With::new("fail")).unwrap_err();
        assert!(std::error::Error::source(&failed).is_some_and(|source| source.to_string() == "no key"));
    }
}
