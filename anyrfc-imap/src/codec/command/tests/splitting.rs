//! Lines that would be too long for a server.

use super::{REV2, name, sent};
use crate::{
    codec::command::{
        Command, Copy, Fetch, Move, Select, Store, StoreAction, UidCopy, UidExpunge, UidFetch, UidMove,
        UidStore,
    },
    types::{FetchItems, Flag, Partial, Section, SequenceSet, Uid, UidSet},
};

/// As a machine would send it: a tag stands before.
const TAG: usize = 32;

fn many() -> SequenceSet {
    (1..20_000).step_by(2).filter_map(Uid::new).collect::<UidSet>().into()
}

fn parts<C: Command>(command: C, limit: usize) -> Vec<String> {
    let parts: Vec<_> = command.split(limit).iter().map(|part| sent(REV2, part)).collect();
    for part in &parts {
        assert!(part.len() + TAG <= limit || parts.len() == 1, "{} > {limit}", part.len());
    }
    parts
}

/// What stands between two words of each part, put together again.
fn sets(parts: &[String], before: &str, after: &str) -> String {
    let sets: Vec<_> = parts
        .iter()
        .map(|part| part.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).unwrap())
        .collect();
    sets.join(",")
}

#[test]
fn uid_commands_are_split_and_say_the_same() {
    let whole = many().to_string();
    for limit in [1000, 8000, 16_384] {
        let fetch = parts(UidFetch::new(many(), FetchItems::fast().header_fields(["From", "To"])), limit);
        let items = " (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (From To)])\r\n";
        assert_eq!(sets(&fetch, "UID FETCH ", items), whole);
        assert!(fetch.len() > whole.len() / limit);
        let store = parts(UidStore::new(many(), StoreAction::Add, Flag::Seen).silent(), limit);
        assert_eq!(sets(&store, "UID STORE ", " +FLAGS.SILENT (\\Seen)\r\n"), whole);
        assert_eq!(
            sets(&parts(UidCopy::new(many(), name("a b")), limit), "UID COPY ", " \"a b\"\r\n"),
            whole
        );
        assert_eq!(sets(&parts(UidMove::new(many(), name("foo")), limit), "UID MOVE ", " foo\r\n"), whole);
        assert_eq!(sets(&parts(UidExpunge::new(many()), limit), "UID EXPUNGE ", "\r\n"), whole);
    }
}

/// What only a newer server takes is measured as well.
#[test]
fn numbers_beyond_32_bits_are_split() {
    let partial = Partial::new(1 << 40, 1 << 40).unwrap();
    let items = FetchItems::new().peek_partial(Section::all(), partial).header_fields(["x".repeat(500)]);
    assert!(parts(UidFetch::new(many(), items), 1000).len() > 50);
}

#[test]
fn what_fits_is_not_split() {
    let fetch = UidFetch::new(SequenceSet::all(), FetchItems::full());
    assert_eq!(fetch.clone().split(8000), std::slice::from_ref(&fetch));
    // Nor is what cannot be: a single range is as long as it is.
    assert_eq!(fetch.clone().split(1), [fetch]);
    assert_eq!(UidFetch::new(SequenceSet::saved(), FetchItems::full()).split(1).len(), 1);
    assert_eq!(Select::new(name("a")).split(1).len(), 1);
}

/// Sequence numbers may change from one part to the next.
#[test]
fn sequence_numbers_are_not_split() {
    assert_eq!(Fetch::new(many(), FetchItems::full()).split(1000).len(), 1);
    assert_eq!(Store::new(many(), StoreAction::Add, Flag::Seen).split(1000).len(), 1);
    assert_eq!(Copy::new(many(), name("a")).split(1000).len(), 1);
    assert_eq!(Move::new(many(), name("a")).split(1000).len(), 1);
}
