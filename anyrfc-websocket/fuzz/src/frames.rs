//! Frames, from either end.

use anyrfc_websocket::proto::{Connection, Role};

use crate::session::{Handing, Pieces, Taking, config, drive};

/// Gives `data` to an open connection. However it arrives, and however events
/// are taken, they are the same, and so are the error and the last words; and
/// they are the same for whole messages and for messages in pieces, unless a
/// limit ends it.
pub fn frames(data: &[u8]) {
    for role in [Role::Client, Role::Server] {
        let run = |pieces, handing, taking| {
            let connection = Connection::established(role, config(), [7; 32]);
            drive(connection, data, pieces, handing, taking)
        };
        let whole = run(Pieces::Whole, Handing::Whole, Taking::Borrowed);
        let chunks = run(Pieces::Whole, Handing::Chunks, Taking::Borrowed);
        for (pieces, taking) in
            [(Pieces::Whole, Taking::Owned), (Pieces::Bytes, Taking::Borrowed), (Pieces::Any, Taking::Any)]
        {
            let same = run(pieces, Handing::Whole, taking);
            assert_eq!(same, whole, "{role:?}, whole messages, {pieces:?}, {taking:?}");
            let same = run(pieces, Handing::Chunks, taking);
            assert_eq!(same, chunks, "{role:?}, messages in pieces, {pieces:?}, {taking:?}");
        }
        if !whole.limited && !chunks.limited {
            assert_eq!(chunks, whole, "{role:?}, messages in pieces and whole");
            for pieces in [Pieces::Whole, Pieces::Any] {
                let same = run(pieces, Handing::Any, Taking::Any);
                assert_eq!(same, whole, "{role:?}, now whole, now in pieces, {pieces:?}");
            }
        }
    }
}
