//! RFC 8098, sections 2.3, 3.2.6.3 and 7: reading notifications.

use anyrfc_core::compliance::Check;

use crate::{
    build::DispositionType,
    report::{DispositionNotification, Mode},
    rfc8098 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8098/section-2.3/comments",
        covers: &[r::COMMENTS_ARE_PARSED, r::GRAMMAR_COMMENTS_ARE_PARSED],
        run: comments,
    },
    Check {
        name: "rfc8098/section-3.2.6.3/unknown-modifiers",
        covers: &[r::UNKNOWN_MODIFIERS_MAY_BE_IGNORED, r::UNKNOWN_MODIFIERS_CAUSE_NO_ERROR],
        run: unknown_modifiers,
    },
];

fn comments() {
    let body = "Final-Recipient: (a) rfc822 (b) ; (c) bob@x.test (d)\r\n\
                Disposition: (a) manual-action (b) / (c) MDN-sent-manually (d) ;\r\n (e) displayed (f)\r\n";
    let report = DispositionNotification::parse(body.as_bytes());
    let recipient = report.final_recipient.expect("a recipient");
    assert_eq!((recipient.kind(), recipient.as_str()), ("rfc822", "bob@x.test"));
    let disposition = report.disposition.expect("a disposition");
    assert_eq!(disposition.kind(), Some(DispositionType::Displayed));
    assert_eq!((disposition.action(), disposition.sending()), (Some(Mode::Manual), Some(Mode::Manual)));
}

/// They are there, and nothing is wrong with the notification because of them.
fn unknown_modifiers() {
    let body = |modifiers: &str| {
        format!(
            "Final-Recipient: rfc822;bob@x.test\r\nDisposition: manual-action/MDN-sent-manually; deleted{modifiers}\r\n"
        )
    };
    for modifiers in ["", "/x-unheard-of", "/error,x-unheard-of"] {
        let report = DispositionNotification::parse(body(modifiers).as_bytes());
        assert!(report.defects.is_empty(), "{modifiers}");
        assert_eq!(report.disposition.expect("a disposition").kind(), Some(DispositionType::Deleted));
    }
    let report = DispositionNotification::parse(body("/error,x-unheard-of").as_bytes());
    assert_eq!(report.disposition.expect("a disposition").modifiers(), ["error", "x-unheard-of"]);
}
