//! The tables of a message: where everything in it stands.

use crate::{
    proto::{BodyKind, MimeReader, Queued, State, Step},
    types::{Defects, MimeLimits, TransferEncoding},
};

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FieldAt {
    pub(super) start: usize,
    /// Its end, what is beyond the limit left out.
    pub(super) kept: usize,
    /// Its end.
    pub(super) end: usize,
    pub(super) name: u32,
    pub(super) value: u32,
}

/// Where an entity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntityAt {
    pub(super) parent: Option<usize>,
    /// The number of the first entity behind this one and all inside of it.
    pub(super) next: usize,
    pub(super) first_field: usize,
    pub(super) fields_end: usize,
    pub(super) start: usize,
    pub(super) body: usize,
    pub(super) end: usize,
    pub(super) preamble_end: usize,
    pub(super) epilogue: usize,
    pub(super) kind: BodyKind,
    pub(super) encoding: Option<TransferEncoding>,
}

impl EntityAt {
    /// Without a field and without a body.
    pub(super) const EMPTY: Self = Self::begin(None, 0, 0);

    /// One that begins at `start`, before its first field.
    const fn begin(parent: Option<usize>, start: usize, field: usize) -> Self {
        Self {
            parent,
            next: 0,
            first_field: field,
            fields_end: field,
            start,
            body: start,
            end: start,
            preamble_end: start,
            epilogue: usize::MAX,
            kind: BodyKind::Data,
            encoding: None,
        }
    }
}

/// The tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) fields: Vec<FieldAt>,
    pub(super) entities: Vec<EntityAt>,
    pub(super) defects: Defects,
    pub(super) limits: MimeLimits,
}

impl Tree {
    /// Reads a whole message: the push parser over one piece.
    pub(super) fn read(data: &[u8], limits: MimeLimits) -> Self {
        let mut tree = Self {
            fields: Vec::with_capacity(32),
            entities: Vec::with_capacity(4),
            defects: Defects::new(),
            limits,
        };
        let mut reader = MimeReader::whole(limits);
        let mut rest = data;
        loop {
            let (used, step) = reader.step(rest);
            rest = rest.get(used..).unwrap_or_default();
            match step {
                Step::Need => return tree,
                Step::Again => {}
                Step::Tell(queued) => tree.take(queued),
                Step::Field { name, value_at, end, length, offset } => {
                    let start = at(offset);
                    let narrow = |length| u32::try_from(length).unwrap_or(u32::MAX);
                    tree.fields.push(FieldAt {
                        start,
                        kept: start + end,
                        end: start + length,
                        name: narrow(name),
                        value: narrow(value_at),
                    });
                }
                Step::Chunk { state, part, end, offset } => {
                    let Some(entity) = tree.entities.get_mut(part) else { continue };
                    match state {
                        State::Preamble => entity.preamble_end = at(offset) + end,
                        State::Epilogue if entity.epilogue == usize::MAX => entity.epilogue = at(offset),
                        _ => {}
                    }
                }
            }
        }
    }

    fn take(&mut self, queued: Queued) {
        match queued {
            Queued::Defect(defect) => self.defects.record(defect.kind, defect.offset),
            Queued::Start { parent, offset, .. } => {
                self.entities.push(EntityAt::begin(parent, at(offset), self.fields.len()));
            }
            Queued::Body { part, kind, encoding, offset } => {
                let fields_end = self.fields.len();
                let Some(entity) = self.entities.get_mut(part) else { return };
                let body = at(offset);
                *entity =
                    EntityAt { fields_end, body, end: body, preamble_end: body, kind, encoding, ..*entity };
            }
            Queued::End { part, offset } => {
                let next = self.entities.len();
                let Some(entity) = self.entities.get_mut(part) else { return };
                entity.next = next;
                // The line break of a delimiter right behind a header is the header's.
                entity.end = at(offset).max(entity.body);
                entity.epilogue = entity.epilogue.min(entity.end);
            }
        }
    }
}

/// An offset into memory.
fn at(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
