//! RFC 8438: the size of a mailbox in STATUS.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, name, pattern};
use crate::{
    codec::command::{List, ListReturn, Status, StatusItem, StatusItems},
    rfc5258, rfc5819, rfc8438 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8438-section-1/size-needs-the-capability",
        covers: &[r::SIZE_NEEDS_THE_CAPABILITY],
        run: size_needs_the_capability,
    },
    Check {
        name: "rfc8438-section-3/size-has-63-bits",
        covers: &[r::SIZE_HAS_63_BITS],
        run: size_has_63_bits,
    },
];

fn size() -> StatusItems {
    StatusItems::new().item(StatusItem::Size)
}

fn size_needs_the_capability() {
    let of_status = ("STATUS=SIZE", r::SIZE_NEEDS_THE_CAPABILITY);
    gated(&[of_status], || Status::new(name("frop"), size()), "STATUS frop (SIZE)");
    let both = || Status::new(name("frop"), size().item(StatusItem::Messages));
    gated(&[of_status], both, "STATUS frop (SIZE MESSAGES)");
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-STATUS", rfc5819::LIST_STATUS_NEEDS_THE_CAPABILITY),
        of_status,
    ];
    let listed = || List::new(pattern("*")).returns(ListReturn::Status(size()));
    gated(&needed, listed, "LIST \"\" * RETURN (STATUS (SIZE))");
}

fn size_has_63_bits() {
    let mut end = End::rev1("STATUS=SIZE");
    let mut told = |value: &str| {
        let reply = format!("* STATUS frop (SIZE {value})\nOK done");
        end.gets(Status::new(name("frop"), size()), &reply).size
    };
    for (text, value) in [
        ("0", 0),
        ("44421", 44_421),
        ("4294967295", u64::from(u32::MAX)),
        ("4294967296", 1 << 32),
        ("9223372036854775807", i64::MAX as u64),
    ] {
        assert_eq!(told(text), Some(value));
    }
    // What is beyond every size is kept as it came, not cut off.
    for odd in ["18446744073709551616", "99999999999999999999999", "-1", "1e3"] {
        assert_eq!(told(odd), None, "{odd}");
    }
}
