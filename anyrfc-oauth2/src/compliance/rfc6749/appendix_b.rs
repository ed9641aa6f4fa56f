//! RFC 6749, appendices A and B.

use anyrfc_core::compliance::Check;

use super::support::{SECRET, app, asking, begun, last, query, scope, server, values, web, with_server};
use crate::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, DeviceCode, Error, ErrorKind, RefreshToken,
    codec::callback::Callback,
    rfc6749 as r,
    testing::{Misbehaviour, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/appendix-a/visible-characters",
        covers: &[r::SECRETS_ARE_VISIBLE],
        run: visible_characters,
    },
    Check {
        name: "rfc6749/appendix-b/utf-8-then-escaped",
        covers: &[r::FORMS_ARE_UTF_8, r::FORMS_ARE_ESCAPED],
        run: utf_8_then_escaped,
    },
    Check {
        name: "rfc6749/appendix-b/unescaped-then-utf-8",
        covers: &[r::FORMS_ARE_READ_AS_UTF_8],
        run: unescaped_then_utf_8,
    },
];

fn visible_characters() {
    type Make = fn(String) -> Result<(), Error>;
    let makes: [Make; 6] = [
        |text| AccessToken::new(text).map(drop),
        |text| RefreshToken::new(text).map(drop),
        |text| AuthorizationCode::new(text).map(drop),
        |text| DeviceCode::new(text).map(drop),
        |text| ClientSecret::new(text).map(drop),
        |text| ClientId::new(text).map(drop),
    ];
    for make in makes {
        for code in (0..=0x17f).chain([0x2028, 0xfffd, 0x1f600]) {
            let character = char::from_u32(code).expect("a character");
            let made = make(format!("a{character}b"));
            if (' '..='~').contains(&character) {
                assert!(made.is_ok(), "{character:?}");
            } else {
                let error = made.expect_err("not visible");
                assert_eq!(
                    (error.kind(), error.requirement()),
                    (ErrorKind::Usage, Some(r::SECRETS_ARE_VISIBLE)),
                    "{character:?}"
                );
            }
        }
        assert!(make(String::new()).is_err());
    }
    // Those that come are held to it too.
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        let client = web(&server).await;
        for fault in [Misbehaviour::ControlInAccessToken, Misbehaviour::UnicodeInAccessToken] {
            server.plant(fault);
            let error = client.client_credentials().send().await.expect_err("not visible");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(r::SECRETS_ARE_VISIBLE))
            );
            server.behave();
        }
    });
}

/// The appendix's example: space, percent sign, ampersand, plus sign, pound sign, euro sign.
const TEXT: &str = " %&+\u{a3}\u{20ac}";
const ENCODED: &str = "+%25%26%2B%C2%A3%E2%82%AC";

fn utf_8_then_escaped() {
    with_server(async |server| {
        let client = web(&server).await;
        let name = "n\u{f6}te&x=";
        let grant = crate::proto::Grant::client_credentials().parameter(name, TEXT);
        client.grant(grant).send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        let expected = format!("grant_type=client_credentials&n%C3%B6te%26x%3D={ENCODED}");
        assert_eq!(std::str::from_utf8(&sent.body).expect("text"), expected);
        assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
        // In a query, and in the credentials of Basic, the same.
        let request = begun(&client, asking(&client).scope(scope("a/b")).parameter(name, TEXT)).await;
        assert!(request.url().contains(&format!("&n%C3%B6te%26x%3D={ENCODED}")), "{}", request.url());
        assert_eq!(values(&query(request.url()), name), [TEXT]);
        assert_eq!(crate::codec::form::Form::escape(SECRET), "s%25c%2Br%3Aet+%26%7E");
    });
}

fn unescaped_then_utf_8() {
    with_server(async |server| {
        let callback =
            Callback::from_query(&format!("error=x&error_description={ENCODED}&n%c3%b6te=%e2%82%ac"));
        let callback = callback.expect("it can be read");
        assert_eq!(callback.parameter("error_description"), Some(TEXT));
        assert_eq!(callback.parameter("n\u{f6}te"), Some("\u{20ac}"));
        for text in ["a=%C2", "a=%A3", "%FF=1", "a=%E2%82", "a=%C0%80", "a=%", "a=%2", "a=%zz", "a=%+1"] {
            let error = Callback::from_query(text).expect_err("no UTF-8");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(r::FORMS_ARE_READ_AS_UTF_8)),
                "{text}"
            );
            let error = Callback::from_form(text.as_bytes()).expect_err("no UTF-8");
            assert_eq!(error.requirement(), Some(r::FORMS_ARE_READ_AS_UTF_8), "{text}");
        }
        assert!(Callback::from_form(b"a=\xff").is_err());
        // All the way.
        let client = app(&server).await;
        let request = begun(&client, asking(&client)).await;
        let denied = server.authorize(request.url());
        let code =
            values(&query(&denied), "code").first().map(|code| format!("code={code}")).expect("a code");
        let told = denied.replace(&code, &format!("error=access_denied&error_description={ENCODED}"));
        let callback = Callback::from_url(&told).expect("it can be read");
        let error = client.finish(request.into_pending(), &callback).await.expect_err("it says no");
        let refusal = error.response().expect("it says why");
        assert_eq!(refusal.description.as_deref(), Some(TEXT));
    });
}
