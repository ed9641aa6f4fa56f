//! Compression (RFC 4978).

use super::{CompressionInfo, ImapClient};
use crate::{Error, ErrorKind, codec::command::Compress, types::Capability};

impl ImapClient {
    /// Compresses everything from now on, both ways: COMPRESS=DEFLATE (RFC 4978). Answers shrink
    /// to a quarter or less, messages by their nature. [`Builder::compress`](super::Builder::compress)
    /// does so after each login.
    ///
    /// It holds about 300 KiB for as long as the connection lasts. However much a server packs
    /// into a few bytes, no more of it exists at a time than is read at a time, and every other
    /// limit holds for what comes out: there is none to the ratio.
    ///
    /// What is secret and what others can choose end up in the same compressed stream: whoever can
    /// see the length of what is sent, and has messages delivered, may learn something of others.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server does not offer it, [`ErrorKind::Usage`] where the
    /// connection is compressed already, [`ErrorKind::Refused`] where the server does not want to
    /// ([`CompressionActive`](crate::types::Code::CompressionActive): something below compresses
    /// already). The connection goes on as it was.
    ///
    /// # Cancel safety
    /// Compression begins when the server agrees, whether that is awaited or not.
    pub async fn compress(&mut self) -> Result<(), Error> {
        self.inner.run(Compress).await
    }

    /// How much has been sent and received since the connection is compressed; `None` where it is not.
    #[must_use]
    pub fn compression(&self) -> Option<CompressionInfo> {
        self.inner.compression.as_ref().map(|meter| meter.info())
    }

    /// Compresses where that was asked for and can be had; what comes in between stays.
    pub(super) async fn compress_if_asked(&mut self) -> Result<(), Error> {
        let offered = self.origin.builder.compress && self.has(&Capability::CompressDeflate);
        if !offered || self.compression().is_some() {
            return Ok(());
        }
        match self.tolerated(Compress).await {
            // Begun by a login that nobody waited for.
            Err(error) if error.kind() == ErrorKind::Usage && self.compression().is_some() => Ok(()),
            result => result,
        }
    }
}
