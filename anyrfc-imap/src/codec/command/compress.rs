//! COMPRESS (RFC 4978).

use super::{Collected, Command, Effect, Needs, Order, Phase, Takes};
use crate::{Error, codec::encode::Encoder, rfc4978, types::Capability};

/// COMPRESS DEFLATE (RFC 4978, section 3): everything after it is compressed, both ways. Nothing is
/// sent before its answer has come, and it can be sent once on a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compress;

impl Command for Compress {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .capability(Capability::CompressDeflate)
            .because(rfc4978::COMPRESS_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("COMPRESS DEFLATE");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::nothing()
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Compress
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}
