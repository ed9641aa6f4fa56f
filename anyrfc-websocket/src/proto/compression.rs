//! permessage-deflate in use (RFC 7692, section 6).

use anyrfc_core::Output;

use super::{Connection, Role, packing::Packer};
use crate::{
    Error, Kind, Message, WindowBits,
    codec::deflate::{Agreed, Deflater, Inflater},
};

impl Connection {
    /// Compresses as it was agreed on in a handshake that was done elsewhere.
    #[must_use]
    pub fn with_deflate(mut self, agreed: Agreed) -> Self {
        self.compress(agreed);
        self
    }

    /// The connection is established with permessage-deflate.
    pub(super) fn compress(&mut self, agreed: Agreed) {
        let own = self.config.compression.clone().unwrap_or_default();
        let client_bits = agreed.client_max_window_bits.unwrap_or(WindowBits::MAX);
        let server_bits = agreed.server_max_window_bits.unwrap_or(WindowBits::MAX);
        let client_takeover = !agreed.client_no_context_takeover;
        let server_takeover = !agreed.server_no_context_takeover;
        let (inflater, deflater) = match self.role {
            Role::Client => {
                // What was hinted at in the offer holds whether or not the server took it up.
                let bits = client_bits.min(own.client_max_window_bits.unwrap_or(WindowBits::MAX));
                let takeover = client_takeover && !own.client_no_context_takeover;
                (
                    Inflater::new(server_takeover, server_bits, own.max_ratio),
                    Deflater::new(takeover, bits, own.level),
                )
            }
            Role::Server => (
                Inflater::new(client_takeover, client_bits, own.max_ratio),
                Deflater::new(server_takeover, server_bits, own.level),
            ),
        };
        self.incoming.inflate_with(inflater);
        self.outgoing.pack_with(deflater.map(|deflater| Packer::new(deflater, own.threshold)));
    }

    /// Gives back the memory of compression, some hundred KiB, for a connection that is
    /// going to be idle: of it stays what the peer may still refer to, which is nothing
    /// where its `no_context_takeover` was agreed on, and otherwise its window, 32 KiB
    /// at most.
    ///
    /// The peer notices nothing. The next message is compressed without reference to
    /// those before it, as it may be at any time (RFC 7692, section 7.2.1), and takes
    /// memory anew. What a message uses that has begun and is not yet over is kept.
    pub fn release_contexts(&mut self) {
        self.outgoing.release_packer();
        self.incoming.release_inflater();
    }

    /// Sends a message as [`send`](Self::send) does, but never compressed: for one
    /// whose length must not tell what it has in common with others (RFC 7692, section 8).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_uncompressed(&mut self, out: &mut Output, message: Message) -> Result<(), Error> {
        self.send_as(out, message, false)
    }

    /// Sends one fragment as [`send_part`](Self::send_part) does. When it is the
    /// first one, the whole message is not compressed.
    ///
    /// # Errors
    /// As [`send_part`](Self::send_part).
    pub fn send_part_uncompressed(
        &mut self,
        out: &mut Output,
        kind: Kind,
        part: &[u8],
        last: bool,
    ) -> Result<(), Error> {
        self.begin_sending(out)?;
        self.outgoing.part(out, kind, part, last, false)
    }
}
