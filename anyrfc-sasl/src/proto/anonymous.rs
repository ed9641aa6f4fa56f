//! ANONYMOUS (RFC 4505).

use anyrfc_core::Secret;

use super::once::Once;
use crate::{Error, Established, Mechanism, MechanismName, Step, rfc4505, types::preparation};

/// ANONYMOUS (RFC 4505): nobody in particular, with something for the server's
/// log at most.
#[derive(Debug)]
pub struct Anonymous {
    once: Once,
}

/// The most characters of a trace that is no mail address.
const TOKEN_MAX: usize = 255;

impl Anonymous {
    /// With trace information: nothing, a mail address, or up to 255 characters
    /// without an at sign. It identifies the user only where the user wants that.
    ///
    /// # Errors
    /// The trace is neither, or has a character that none may have (section 3).
    pub fn new(trace: &str) -> Result<Self, Error> {
        preparation::trace(trace).map_err(|error| {
            Error::unfit(rfc4505::TRACE_IS_PREPARED, "the trace cannot be sent").with_source(error)
        })?;
        match trace.rsplit_once('@') {
            Some((local, domain)) if local.is_empty() || domain.is_empty() => {
                return Err(Error::unfit(rfc4505::TRACE_IS_EMAIL_OR_TOKEN, "the trace is no mail address"));
            }
            None if trace.chars().count() > TOKEN_MAX => {
                return Err(Error::unfit(rfc4505::TOKEN_OF_255_CHARACTERS, "the trace is too long"));
            }
            _ => {}
        }
        Ok(Self { once: Once::new(MechanismName::ANONYMOUS, Secret::new(trace.as_bytes().to_vec())) })
    }
}

impl Mechanism for Anonymous {
    fn name(&self) -> MechanismName {
        MechanismName::ANONYMOUS
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.once.first()
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        self.once.step(challenge)
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        self.once.finish(additional, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exchange;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 4505, section 4.
        let mut exchange = Exchange::new(Anonymous::new("sirhc").unwrap());
        let first = exchange.first().unwrap().unwrap();
        assert_eq!(crate::codec::base64::encode(&first).expose(), "c2lyaGM=");
        exchange.succeed(None).unwrap();
    }

    #[test]
    fn what_a_trace_may_be() {
        let token = |length| "é".repeat(length);
        for trace in ["", "sirhc", "sirhc@example.com", "🔑", "a b", &token(255)] {
            assert_eq!(Anonymous::new(trace).unwrap().first().unwrap().expose(), trace.as_bytes());
        }
        for (trace, requirement) in [
            (token(256), rfc4505::TOKEN_OF_255_CHARACTERS),
            ("@example.com".to_owned(), rfc4505::TRACE_IS_EMAIL_OR_TOKEN),
            ("sirhc@".to_owned(), rfc4505::TRACE_IS_EMAIL_OR_TOKEN),
            ("a\nb".to_owned(), rfc4505::TRACE_IS_PREPARED),
            ("\u{627}1".to_owned(), rfc4505::TRACE_IS_PREPARED),
        ] {
            assert_eq!(Anonymous::new(&trace).unwrap_err().requirement(), Some(requirement), "{trace}");
        }
    }
}
