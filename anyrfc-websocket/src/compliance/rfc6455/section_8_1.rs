//! RFC 6455, section 8.1: handling of errors in UTF-8-encoded data.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{
        CLOSE, End, Form, KEY, TEXT, assert_last_words, body, close, fails, frame, receives, text, to,
    },
    section_5_6::WRONG,
};
use crate::{
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-8.1/invalid-utf8-fails",
    covers: &[r::INVALID_UTF8_FAILS],
    run: invalid_utf8_fails,
}];

fn invalid_utf8_fails() {
    for role in [Role::Client, Role::Server] {
        let key = (role == Role::Server).then_some(KEY);
        // At the first byte that cannot be mended: in the middle of a frame, with the rest
        // still to come, in the first frame and in a later one.
        for (first, before) in [(TEXT, vec![]), (0x01, vec![]), (0x80, to(role, 0x01, "begun "))] {
            for wrong in WRONG {
                let place = (1..=wrong.len())
                    .find(|n| std::str::from_utf8(&wrong[..*n]).is_err_and(|e| e.error_len().is_some()))
                    .expect("wrong at some byte");
                let announced = frame(first, key, Form::Ext16, 1000, wrong);
                let header = announced.len() - wrong.len();
                let mut end = End::new(role, &Config::default(), [1; 32]);
                end.feed(&before).fine();
                let (fine, rest) = announced.split_at(header + place - 1);
                assert_eq!(end.feed(fine).fine(), []);
                let error = end.feed([rest[0]]).error.expect("the first wrong byte");
                assert_eq!(error.requirement(), Some(r::TEXT_IS_UTF8));
                assert_last_words(role, &end.frames(), 1007);
                // The same at once.
                let mut end = End::new(role, &Config::default(), [1; 32]);
                let fed = end.feed([&before[..], &announced].concat());
                assert_eq!(
                    (fed.messages.len(), fed.error.and_then(|e| e.requirement())),
                    (0, Some(r::TEXT_IS_UTF8))
                );
            }
        }
        for wrong in WRONG {
            fails(role, to(role, CLOSE, body(1000, wrong)), r::INVALID_UTF8_FAILS, 1007);
            fails(
                role,
                to(role, CLOSE, body(4999, [b"fine, then ", wrong].concat())),
                r::INVALID_UTF8_FAILS,
                1007,
            );
        }
        receives(role, to(role, TEXT, "κόσμε"), &[text("κόσμε")]);
        receives(role, to(role, CLOSE, body(1000, "κόσμε")), &[close(1000, "κόσμε")]);
    }
}
