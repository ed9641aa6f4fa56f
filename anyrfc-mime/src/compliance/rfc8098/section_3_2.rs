//! RFC 8098, sections 3.2 and 5: the fields of the report.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{refused, written},
    displayed, field, fields, ready,
};
use crate::{
    build::{DispositionType, Notification},
    rfc8098 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8098/section-3.2.1/reporting-ua",
        covers: &[r::REPORTING_UA_IS_SENT],
        run: reporting_ua,
    },
    Check {
        name: "rfc8098/section-3.2.1/short-products",
        covers: &[r::PRODUCT_IDENTIFIERS_ARE_SHORT, r::NO_FINE_DETAIL, r::FEW_SUBPRODUCTS, r::NO_ADVERTISING],
        run: short_products,
    },
    Check { name: "rfc8098/section-3.2.2/no-gateway", covers: &[r::NO_GATEWAY_OTHERWISE], run: no_gateway },
    Check {
        name: "rfc8098/section-3.2.3/original-recipient",
        covers: &[
            r::ORIGINAL_RECIPIENT_IF_KNOWN,
            r::NO_ORIGINAL_RECIPIENT_OTHERWISE,
            r::NO_ORIGINAL_RECIPIENT_MADE_UP,
        ],
        run: original_recipient,
    },
    Check {
        name: "rfc8098/section-3.2.4/final-recipient",
        covers: &[
            r::FINAL_RECIPIENT_IS_PRESENT,
            r::FINAL_RECIPIENT_IS_THE_MAILBOX,
            r::FINAL_RECIPIENT_KEEPS_ITS_CASE,
        ],
        run: final_recipient,
    },
    Check {
        name: "rfc8098/section-3.2.5/original-message-id",
        covers: &[r::ORIGINAL_MESSAGE_ID_IF_THERE],
        run: original_message_id,
    },
    Check {
        name: "rfc8098/section-3.2.6/disposition",
        covers: &[r::DISPOSITION_IS_PRESENT],
        run: disposition,
    },
    Check {
        name: "rfc8098/section-3.2.6.1/modes",
        covers: &[
            r::MANUAL_IS_THE_DEFAULT,
            r::ACTION_MODE_IS_GIVEN,
            r::MANUAL_SENDING_IS_THE_DEFAULT,
            r::SENDING_MODE_IS_GIVEN,
        ],
        run: modes,
    },
    Check {
        name: "rfc8098/section-3.2.6.3/dispatched",
        covers: &[r::FORWARDING_MAY_BE_DISPATCHED],
        run: dispatched,
    },
];

fn reporting_ua() {
    let text = written(ready(displayed().reporting_ua("pc.example.com", "Mailer 1.0")));
    assert_eq!(field(&text, "Reporting-UA").as_deref(), Some("pc.example.com; Mailer 1.0"));
    let text = written(ready(displayed().reporting_ua("pc.example.com", "")));
    assert_eq!(field(&text, "Reporting-UA").as_deref(), Some("pc.example.com"));
    assert_eq!(field(&written(ready(displayed())), "Reporting-UA"), None);
    assert!(ready(displayed().reporting_ua("", "x")).build().is_err());
}

/// Room for a name and a version, and no more.
fn short_products() {
    let product = |product: String| ready(displayed().reporting_ua("pc.example.com", product)).build();
    product("Mailer 1.0 Plugin 2.0".to_owned()).expect("short");
    refused(product("Buy now! ".repeat(20)), r::PRODUCT_IDENTIFIERS_ARE_SHORT);
}

fn no_gateway() {
    let full = displayed()
        .reporting_ua("pc.example.com", "Mailer")
        .original_recipient("rfc822;b@x.test")
        .original_message_id("<1@x.test>")
        .error("e")
        .failure("f");
    let text = written(ready(full));
    let names: Vec<String> =
        fields(&text).iter().map(|line| line.split(':').next().expect("a name").to_owned()).collect();
    assert_eq!(
        names,
        [
            "Reporting-UA",
            "Original-Recipient",
            "Final-Recipient",
            "Original-Message-ID",
            "Disposition",
            "Error",
            "Failure"
        ]
    );
}

fn original_recipient() {
    assert_eq!(field(&written(ready(displayed())), "Original-Recipient"), None);
    let text = written(ready(displayed().original_recipient("rfc822;Orig@x.test")));
    assert_eq!(field(&text, "Original-Recipient").as_deref(), Some("rfc822;Orig@x.test"));
    for bad in ["", "b@x.test", "rfc822;", ";b@x.test", "rfc822;b\r\nX: y"] {
        assert!(ready(displayed().original_recipient(bad)).build().is_err(), "{bad}");
    }
}

fn final_recipient() {
    assert_eq!(
        field(&written(ready(displayed())), "Final-Recipient").as_deref(),
        Some("rfc822; Bob@Example.com")
    );
    for bad in ["", "bob", "a@b\r\nX: y"] {
        assert!(ready(Notification::new(bad, DispositionType::Deleted)).build().is_err());
    }
}

fn original_message_id() {
    assert_eq!(field(&written(ready(displayed())), "Original-Message-ID"), None);
    for id in ["1@example.org", "<1@example.org>"] {
        let text = written(ready(displayed().original_message_id(id)));
        assert_eq!(field(&text, "Original-Message-ID").as_deref(), Some("<1@example.org>"));
    }
    assert!(ready(displayed().original_message_id("x y")).build().is_err());
}

fn disposition() {
    let of = |kind| field(&written(ready(Notification::new("b@x.test", kind))), "Disposition");
    for (kind, word) in [
        (DispositionType::Displayed, "displayed"),
        (DispositionType::Processed, "processed"),
        (DispositionType::Deleted, "deleted"),
    ] {
        assert_eq!(of(kind), Some(format!("manual-action/MDN-sent-manually; {word}")));
    }
    let text = written(ready(displayed().error("broken")));
    assert_eq!(
        field(&text, "Disposition").as_deref(),
        Some("manual-action/MDN-sent-manually; displayed/error")
    );
}

fn modes() {
    let of = |notification| field(&written(ready(notification)), "Disposition").expect("a disposition");
    assert_eq!(of(displayed()), "manual-action/MDN-sent-manually; displayed");
    assert_eq!(of(displayed().automatic_action()), "automatic-action/MDN-sent-manually; displayed");
    assert_eq!(of(displayed().sent_automatically()), "manual-action/MDN-sent-automatically; displayed");
}

fn dispatched() {
    let text = written(ready(Notification::new("b@x.test", DispositionType::Dispatched)));
    assert_eq!(field(&text, "Disposition").as_deref(), Some("manual-action/MDN-sent-manually; dispatched"));
}
