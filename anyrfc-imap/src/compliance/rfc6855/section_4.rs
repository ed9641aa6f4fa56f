//! RFC 6855, sections 4 to 6: APPEND, LOGIN and UTF8=ONLY.

use anyrfc_core::{ErrorKind, Secret, compliance::Check};

use super::super::{
    rev1::{End, misused, name},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{Append, Create, Enable},
    rfc6855 as r,
    types::{AppendForm, AppendOptions, Capability},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6855-section-4/utf8-headers-are-appended-as-utf8",
        covers: &[r::UTF8_HEADERS_ARE_APPENDED_AS_UTF8],
        run: utf8_headers_are_appended_as_utf8,
    },
    Check {
        name: "rfc6855-section-5/login-knows-no-utf8",
        covers: &[r::UTF8_CREDENTIALS_NEED_AUTHENTICATE],
        run: login_knows_no_utf8,
    },
    Check {
        name: "rfc6855-section-6/utf8-only-is-not-enabled-by-its-name",
        covers: &[r::UTF8_ONLY_IS_NOT_ENABLED],
        run: utf8_only_is_not_enabled_by_its_name,
    },
    Check {
        name: "rfc6855-section-6/utf8-only-needs-enable",
        covers: &[r::UTF8_ONLY_NEEDS_ENABLE],
        run: utf8_only_needs_enable,
    },
];

const MESSAGE: &[u8] = "Subject: Grüße\r\n\r\nhello\r\n".as_bytes();

fn append(form: AppendForm) -> Append {
    Append::new(name("a"), AppendOptions::new().form(form), MESSAGE.len() as u64)
}

fn utf8_headers_are_appended_as_utf8() {
    let mut end = End::utf8("");
    end.message = MESSAGE.to_vec();
    let (ticket, heard) = end.sends(append(AppendForm::Utf8));
    assert_eq!(heard.text, [&b"APPEND a UTF8 (~{27}\r\n"[..], MESSAGE, b")"].concat());
    end.says("OK done");
    end.answer(ticket).expect("appended");
    // Others go as before.
    let (_ticket, heard) = end.sends(append(AppendForm::Literal));
    assert_eq!(heard.text, [b"APPEND a {27}\r\n", MESSAGE].concat());
    // Where it is not enabled there is no such form.
    for capabilities in ["", "ENABLE UTF8=ACCEPT", "BINARY"] {
        let error = End::rev1(capabilities).refuses(append(AppendForm::Utf8));
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::UTF8_HEADERS_ARE_APPENDED_AS_UTF8))
        );
    }
}

fn login_knows_no_utf8() {
    for (user, password) in [("user", "pässword"), ("üser", "password"), ("user", "\u{1F511}")] {
        let mut end = End::greeted_privately("AUTH=PLAIN");
        let error = end.connection.login(user, &Secret::new(password.to_owned())).expect_err("not ASCII");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::UTF8_CREDENTIALS_NEED_AUTHENTICATE))
        );
        assert!(password.is_ascii() || !error.to_string().contains(password));
        end.is_idle_and_well();
    }
    let mut end = End::greeted_privately("");
    let _ticket = end.connection.login("user", &Secret::new("pass word".to_owned())).expect("ASCII");
    assert_eq!(end.hears_one().text(), "LOGIN \"user\" \"pass word\"");
}

fn utf8_only_is_not_enabled_by_its_name() {
    for capabilities in ["ENABLE UTF8=ONLY", "ENABLE UTF8=ACCEPT"] {
        let mut end = End::rev1(capabilities);
        for what in [Capability::Utf8Only, Capability::from("utf8=only")] {
            misused(&end.refuses(Enable::new([what])), r::UTF8_ONLY_IS_NOT_ENABLED);
        }
    }
    // What does enable it.
    End::rev1("ENABLE UTF8=ONLY").enable_utf8();
}

/// Before it is enabled, only commands whose form does not depend on it are sent in its place
/// as the server would refuse them: what is sent afterwards is UTF-8.
fn utf8_only_needs_enable() {
    let mut end = End::rev1("ENABLE UTF8=ONLY");
    let error = end.refuses(Create::new(name("é")));
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::UTF8_ONLY_NEEDS_ENABLE))
    );
    let mut end = End::rev1("ENABLE UTF8=ONLY");
    end.enable_utf8();
    assert_eq!(end.asks(Create::new(name("é")), "OK done").0, "CREATE \"é\"");
    // The client does so by itself.
    let dialogue = "C: a ENABLE UTF8=ACCEPT\nS: * ENABLED UTF8=ACCEPT\nS: a OK done\nC: b CREATE \"é\"\nS: b OK done\n<end>";
    logged_in("ENABLE UTF8=ONLY", dialogue, async |mut client| {
        client.create("é").await.expect("created");
    });
    let dialogue = "C: b CREATE &AOk-\nS: b OK done\n<end>";
    logged_in("ENABLE UTF8=ACCEPT", dialogue, async |mut client| {
        client.create("é").await.expect("created, as before");
    });
}
