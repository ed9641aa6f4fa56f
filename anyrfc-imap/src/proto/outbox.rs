//! What is to be sent, in order.

use std::collections::VecDeque;

use anyrfc_core::{Output, Secret};
use bytes::Bytes;

use super::CommandId;

/// What waits to be moved to the output.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pieces: VecDeque<Piece>,
    bytes: usize,
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    Secret(Secret<Vec<u8>>),
    /// Here a command ends, or what goes on with it: the server can answer from here on.
    End(CommandId),
}

/// So many bytes are prepared at once; the rest waits where it is.
const ENOUGH: usize = 64 << 10;

impl Outbox {
    pub(super) fn bytes(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.bytes = self.bytes.saturating_add(bytes.len());
            self.pieces.push_back(Piece::Bytes(bytes));
        }
    }

    pub(super) fn secret(&mut self, secret: Secret<Vec<u8>>) {
        self.bytes = self.bytes.saturating_add(secret.expose().len());
        self.pieces.push_back(Piece::Secret(secret));
    }

    pub(super) fn end(&mut self, id: CommandId) {
        self.pieces.push_back(Piece::End(id));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) const fn is_full(&self) -> bool {
        self.bytes >= ENOUGH
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Moves what fits below the high-water mark, and tells which commands were thereby said whole.
    pub(super) fn transmit(&mut self, out: &mut Output, mut said: impl FnMut(CommandId)) {
        while let Some(piece) = self.pieces.front() {
            if out.is_full() && !matches!(piece, Piece::End(_)) {
                return;
            }
            match self.pieces.pop_front() {
                Some(Piece::Bytes(bytes)) => {
                    self.bytes = self.bytes.saturating_sub(bytes.len());
                    out.push(bytes);
                }
                Some(Piece::Secret(secret)) => {
                    self.bytes = self.bytes.saturating_sub(secret.expose().len());
                    out.write(secret.expose());
                }
                Some(Piece::End(id)) => said(id),
                None => return,
            }
        }
        self.pieces.shrink_to(KEPT);
    }
}

/// An idle connection keeps no longer queue than this.
const KEPT: usize = 32;
