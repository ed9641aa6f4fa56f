//! What MAIL and RCPT say for a message at a server.

use crate::{
    Error,
    codec::command::MailParams,
    types::{BodyType, Capabilities, Envelope, Extension, Facts, TransferPreference},
};

/// How the bytes of a message go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    Data,
    Bdat,
    BdatBinary,
    Burl,
}

/// What MAIL and RCPT say.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) params: MailParams,
    pub(crate) transfer: Transfer,
    pub(crate) prdr: bool,
}

/// What the connection is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanConfig {
    pub(crate) lmtp: bool,
    pub(crate) secured: bool,
    pub(crate) authenticated: bool,
    pub(crate) windowed: bool,
    pub(crate) burl: bool,
    pub(crate) prefer: TransferPreference,
}

pub(crate) fn plan(
    envelope: &Envelope,
    facts: &Facts,
    capabilities: &Capabilities,
    config: &PlanConfig,
) -> Result<Plan, Error> {
    let chunks = capabilities.has(Extension::Chunking);
    let pipelines = capabilities.has(Extension::Pipelining);
    let transfer = if config.burl {
        Transfer::Burl
    } else if facts.binary {
        Transfer::BdatBinary
    } else if config.windowed && chunks && pipelines && !config.lmtp {
        Transfer::Bdat
    } else {
        Transfer::Data
    };
    let _ = (config.secured, config.authenticated, config.prefer);
    let params = MailParams {
        size: facts.size.filter(|_| capabilities.has(Extension::Size)),
        body: if facts.binary {
            Some(BodyType::BinaryMime)
        } else if facts.eight_bit {
            Some(BodyType::EightBitMime)
        } else {
            None
        },
        utf8: facts.utf8_header,
        dsn: capabilities.has(Extension::Dsn),
    };
    Ok(Plan { params, transfer, prdr: envelope.options().prdr && capabilities.has(Extension::Prdr) })
}
