//! RFC 6455, section 9.2: known extensions.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support::{fails, plain, text},
    support_deflate::{HELLO, PACKED_TEXT, Way, client, eager, receives, send, sent, words},
};
use crate::{proto::Role, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-9.2/separate-extensions-may-be-used",
    covers: &[r::SEPARATE_EXTENSIONS_MAY_BE_USED],
    run: separate_extensions_may_be_used,
}];

/// Of those that are defined elsewhere permessage-deflate (RFC 7692) is used, once it is agreed on.
fn separate_extensions_may_be_used() {
    receives(|| client(eager(), ""), plain(PACKED_TEXT, HELLO), &[text("Hello")]);
    let (mut client, data) = (client(eager(), ""), words(2000, 1));
    send(&mut client, Way::Owned, &data);
    let messages = sent(&mut client);
    assert!(messages[0].compressed && messages[0].read(&mut Judge::default()) == data);
    // Without it the same frame breaks the protocol.
    fails(Role::Client, plain(PACKED_TEXT, HELLO), r::RSV1_IS_ZERO, 1002);
}
