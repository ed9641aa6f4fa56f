//! RFC 4468, section 6: what BURL is answered.

use anyrfc_core::compliance::Check;

use super::{
    super::support::Talk,
    section_3::{send_url, url},
};
use crate::{Outcome, rfc4468 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc4468/section-6/whatever-is-answered-is-understood",
    covers: &[r::ANY_REPLY_CODE_IS_TOLERATED],
    run: whatever_is_answered_is_understood,
}];

fn whatever_is_answered_is_understood() {
    let codes = [
        200, 211, 250, 251, 299, 400, 421, 450, 451, 452, 454, 499, 500, 501, 502, 503, 504, 550, 552, 554,
        555, 599,
    ];
    for code in codes {
        for windowed in [false, true] {
            let mut talk = Talk::ready("PIPELINING|BURL imap");
            let id = send_url(&mut talk, url(), windowed).expect("offered");
            talk.says("250 s\n250 r").octets();
            talk.says(&format!("{code}-{}.6.6 whatever\n{code} {}.6.6 it is", code / 100, code / 100));
            let report = talk.report(id);
            let outcome = report.recipients()[0].outcome();
            let reply = outcome.reply().expect("an answer");
            assert_eq!((reply.code().as_u16(), &*reply.text()), (code, "whatever\nit is"));
            assert_eq!(matches!(outcome, Outcome::Accepted(_)), code < 300, "{code}");
            assert_eq!(matches!(outcome, Outcome::Rejected(_)), code >= 400, "{code}");
            assert_eq!(
                reply.enhanced().map(|status| status.to_string()),
                Some(format!("{}.6.6", code / 100))
            );
            // The connection goes on, unless the server leaves.
            assert_eq!(talk.error.is_none(), code != 421, "{code}: {:?}", talk.error);
        }
    }
}
