//! RFC 5802, section 5.1: the user's name and whom to act as.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer},
    support::{first, login, nonce, pencil, scram_with},
};
use crate::{Binding, Credentials, ErrorKind, Exchange, Preparation, Scram, ScramHash, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-5.1/the-user-is-named",
        covers: &[r::USERNAME_IS_SENT],
        run: the_user_is_named,
    },
    Check {
        name: "rfc5802/section-5.1/user-name-is-prepared",
        covers: &[r::USERNAME_IS_PREPARED],
        run: user_name_is_prepared,
    },
    Check {
        name: "rfc5802/section-5.1/user-name-that-cannot-be-prepared",
        covers: &[r::UNPREPARABLE_USERNAME_ABORTS],
        run: user_name_that_cannot_be_prepared,
    },
    Check {
        name: "rfc5802/section-5.1/commas-and-equals-signs-are-escaped",
        covers: &[r::USERNAME_IS_ESCAPED],
        run: commas_and_equals_signs_are_escaped,
    },
];

fn opening(user: &str, authorization_id: Option<&str>) -> String {
    let mut credentials = Credentials::password(user, String::from("pencil"));
    credentials.authorization_id = authorization_id.map(str::to_owned);
    let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
    String::from_utf8(first(&mut Exchange::new(mechanism))).expect("UTF-8")
}

fn the_user_is_named() {
    assert_eq!(opening("user", None), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    assert_eq!(opening("user", Some("admin")), "n,a=admin,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    let nobody = Scram::new(
        ScramHash::Sha256,
        &Credentials::default(),
        Preparation::Saslprep,
        Binding::Unsupported,
        nonce(),
    );
    assert_eq!(nobody.expect_err("nobody to name").kind(), ErrorKind::Usage);
    login(
        scram_with(ScramHash::Sha256, &pencil(), Binding::Unsupported),
        &mut ScramServer::new(Hash::Sha256),
    )
    .expect("the judge finds the user by that name");
}

fn user_name_is_prepared() {
    for (typed, sent) in [
        ("I\u{ad}X", "IX"),
        ("\u{2168}", "IX"),
        ("U\u{308}ser", "\u{dc}ser"),
        ("a\u{3000}b", "a b"),
        ("User", "User"),
        // Not known to Unicode 3.2: a query lets it through.
        ("\u{1f511}", "\u{1f511}"),
    ] {
        assert_eq!(opening(typed, None), format!("n,,n={sent},r=fyko+d2lbbFgONRv9qkxdawL"));
    }
}

fn user_name_that_cannot_be_prepared() {
    for user in ["", "\u{ad}\u{200c}", "\u{7}", "a\u{e000}", "\u{627}1", "a\0b"] {
        let credentials = Credentials::password(user, String::from("pencil"));
        let mechanism =
            Scram::new(ScramHash::Sha256, &credentials, Preparation::Saslprep, Binding::Unsupported, nonce());
        let error = mechanism.expect_err("it cannot be prepared");
        assert_eq!(error.kind(), ErrorKind::Usage, "{}", user.escape_unicode());
    }
    assert!(!opening("a", None).is_empty());
}

fn commas_and_equals_signs_are_escaped() {
    assert_eq!(opening("us,er=x", None), "n,,n=us=2Cer=3Dx,r=fyko+d2lbbFgONRv9qkxdawL");
    assert_eq!(opening("=2C", None), "n,,n==3D2C,r=fyko+d2lbbFgONRv9qkxdawL");
    assert_eq!(opening("user", Some("a,b=c")), "n,a=a=2Cb=3Dc,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    // Signed as it was sent: unescaped it would be another message.
    let mut server = ScramServer::new(Hash::Sha256);
    server.user = "us=2Cer=3Dx".into();
    let mut credentials = Credentials::password("us,er=x", String::from("pencil"));
    credentials.authorization_id = Some("=,=".into());
    login(scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported), &mut server)
        .expect("signed alike");
    assert_eq!(server.authzid(), Some("=3D=2C=3D"));
}
