//! RFC 8314, sections 5 to 5.3: a minimum of confidentiality.

use anyrfc_core::{
    Credentials, Security,
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
    tls::{TlsConfig, TlsServerConfig, TlsVersion},
};

use super::super::{
    hello::{Hello, hello},
    support::{MAIL, envelope},
    tls::{HOST, WAYS, Way},
};
use crate::{
    ErrorKind, SmtpClient,
    client::Builder,
    rfc8314 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8314/section-5/confidentiality-can-be-required",
        covers: &[r::CONFIDENTIALITY_CAN_BE_REQUIRED, r::NOTHING_BELOW_THE_MINIMUM],
        run: confidentiality_can_be_required,
    },
    Check {
        name: "rfc8314/section-5/unvalidated-is-not-confidential",
        covers: &[r::UNVALIDATED_IS_NOT_CONFIDENTIAL, r::CERTIFICATES_ARE_VALIDATED],
        run: unvalidated_is_not_confidential,
    },
    Check {
        name: "rfc8314/section-5/more-may-be-required",
        covers: &[r::MORE_MAY_BE_REQUIRED],
        run: more_may_be_required,
    },
    Check {
        name: "rfc8314/section-5/tls-1.2-and-1.3",
        covers: &[r::CLIENT_HAS_TLS_1_2, r::DEFAULT_REQUIRES_TLS_1_1],
        run: tls_1_2_and_1_3,
    },
    Check {
        name: "rfc8314/section-5/recommended-ciphers",
        covers: &[r::CLIENT_HAS_RECOMMENDED_CIPHERS],
        run: recommended_ciphers,
    },
    Check {
        name: "rfc8314/section-5.1/no-credentials-below-the-minimum",
        covers: &[r::CREDENTIALS_ARE_NOT_TESTED_IN_CLEARTEXT, r::NO_EASY_WAY_BELOW_THE_MINIMUM],
        run: no_credentials_below_the_minimum,
    },
    Check {
        name: "rfc8314/section-5.2/the-default-is-confidential",
        covers: &[r::CONFIDENTIALITY_IS_THE_DEFAULT, r::DEFAULT_VALIDATES_CERTIFICATES],
        run: the_default_is_confidential,
    },
    Check {
        name: "rfc8314/section-5.2/each-account-has-its-own-minimum",
        covers: &[r::MINIMUM_IS_PER_ACCOUNT],
        run: each_account_has_its_own_minimum,
    },
    Check {
        name: "rfc8314/section-5.2/the-minimum-may-be-disabled",
        covers: &[r::MINIMUM_MAY_BE_DISABLED],
        run: the_minimum_may_be_disabled,
    },
];

fn ann() -> Credentials {
    Credentials::password("ann", "pencil".to_owned())
}

fn server() -> Server {
    Server::new(Accounts::new().password("ann", "pencil"))
}

/// Connects, logs in and sends a mail: whether that went well, or how it did not.
fn submits(way: Way, server: &Server, builder: &Builder) -> Result<(), ErrorKind> {
    let (done, _) = way.meets(server, builder, async |client| {
        let mut client = client?;
        client.authenticate(&ann()).await?;
        let report = client.send(envelope(&["b@mail.example"]), MAIL).await?;
        assert!(report.is_complete(), "{report:?}");
        client.quit().await
    });
    done.map_err(|error: crate::Error| error.kind())
}

/// What it says to a server below the minimum.
fn harmless(server: &Server) -> bool {
    let harmless = |line: &String| line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT";
    server.commands().iter().all(harmless) && server.deliveries().is_empty()
}

fn confidentiality_can_be_required() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    for way in WAYS {
        let good = way.server(server(), tls.clone());
        assert_eq!(submits(way, &good, &way.builder(trust.clone())), Ok(()));
        assert!(good.deliveries()[0].secured);
    }
    // No STARTTLS, no TLS behind it, no certificate that is good enough.
    let none = server();
    assert_eq!(
        submits(Way::Upgrade, &none, &Way::Upgrade.builder(trust.clone())),
        Err(ErrorKind::Unsupported)
    );
    assert!(harmless(&none), "{:?}", none.commands());
    let wrong = server().starttls(Pki::new().server_for(&[HOST]).server());
    assert_eq!(submits(Way::Upgrade, &wrong, &Way::Upgrade.builder(trust.clone())), Err(ErrorKind::Tls));
    assert_eq!(wrong.commands(), ["EHLO [127.0.0.1]", "STARTTLS"]);
    let clear = server();
    assert_eq!(submits(Way::Implicit, &clear, &Way::Implicit.builder(trust)), Err(ErrorKind::Tls));
    assert!(!clear.commands().iter().any(|line| line.contains("AUTH") || line.contains("MAIL")));
}

fn unvalidated_is_not_confidential() {
    let (pki, stranger) = (Pki::new(), Pki::new());
    let certificates: [(TlsServerConfig, bool); 5] = [
        (pki.server_for(&[HOST]).server(), true),
        (stranger.server_for(&[HOST]).server(), false),
        (pki.server_for(&["other.example"]).server(), false),
        (pki.expired_server_for(&[HOST]).server(), false),
        (pki.future_server_for(&[HOST]).server(), false),
    ];
    for (index, (tls, valid)) in certificates.into_iter().enumerate() {
        for way in WAYS {
            let server = way.server(server(), tls.clone());
            let expected = if valid { Ok(()) } else { Err(ErrorKind::Tls) };
            assert_eq!(submits(way, &server, &way.builder(pki.trusting())), expected, "{index} {way:?}");
            assert_eq!(server.deliveries().len(), usize::from(valid));
        }
    }
}

fn more_may_be_required() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    for (maximum, minimum, enough) in [
        (TlsVersion::V1_2, TlsVersion::V1_2, true),
        (TlsVersion::V1_2, TlsVersion::V1_3, false),
        (TlsVersion::V1_3, TlsVersion::V1_3, true),
    ] {
        for way in WAYS {
            let server = way.server(server(), tls.clone().maximum_version(maximum));
            let builder = way.builder(trust.clone().minimum_version(minimum));
            let expected = if enough { Ok(()) } else { Err(ErrorKind::Tls) };
            assert_eq!(submits(way, &server, &builder), expected, "{maximum:?} {minimum:?} {way:?}");
        }
    }
}

/// What a client offers when TLS begins.
fn offers(builder: &Builder) -> Hello {
    run_virtual(async {
        let (near, mut far) = pair(64 << 10);
        let server = async {
            let hello = hello(&mut far).await;
            drop(far);
            hello
        };
        tokio::join!(builder.connect_over(Way::Implicit.url(), near), server).1
    })
}

fn tls_1_2_and_1_3() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let hello = offers(&SmtpClient::builder());
    assert_eq!(hello.versions, [0x0304, 0x0303], "TLS 1.3, then TLS 1.2, and nothing older");
    assert_eq!(hello.server_name.as_deref(), Some(HOST));
    for (maximum, name) in [(TlsVersion::V1_2, "TLSv1.2"), (TlsVersion::V1_3, "TLSv1.3")] {
        for way in WAYS {
            let server = way.server(server(), tls.clone().maximum_version(maximum));
            way.secured(&server, &way.builder(trust.clone()), async |client| {
                assert_eq!(client.tls_info().and_then(|info| info.version), Some(name));
                client.quit().await.expect("in order");
            });
        }
    }
}

fn recommended_ciphers() {
    /// ECDHE with RSA and ECDSA, AES in GCM with 128 and 256 bits (RFC 9325, section 4.2).
    const RECOMMENDED: [u16; 4] = [0xC02F, 0xC030, 0xC02B, 0xC02C];
    /// Those of TLS 1.3, and ChaCha20 with Poly1305.
    const OTHERS: [u16; 6] = [0x1301, 0x1302, 0x1303, 0xCCA8, 0xCCA9, 0x00FF];
    let hello = offers(&SmtpClient::builder());
    for suite in RECOMMENDED {
        assert!(hello.suites.contains(&suite), "{suite:x} of {:x?}", hello.suites);
    }
    for suite in hello.suites {
        assert!(RECOMMENDED.contains(&suite) || OTHERS.contains(&suite), "{suite:x}");
    }
}

fn no_credentials_below_the_minimum() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    // A server that would take the password as it is; a client for which TLS is required never comes so far.
    let open = server().plaintext_passwords();
    assert_eq!(
        submits(Way::Upgrade, &open, &Way::Upgrade.builder(trust.clone())),
        Err(ErrorKind::Unsupported)
    );
    assert!(harmless(&open), "{:?}", open.commands());
    // Nor does one for which it is not: a password takes a dangerous word of its own.
    let open = server()
        .plaintext_passwords()
        .mechanisms(&[anyrfc_sasl::MechanismName::PLAIN, anyrfc_sasl::MechanismName::LOGIN]);
    let plain = SmtpClient::builder().security(Security::Plaintext);
    assert_eq!(submits(Way::Upgrade, &open, &plain), Err(ErrorKind::Unsupported));
    assert!(harmless(&open), "{:?}", open.commands());
    // An account under TLS is not used in cleartext by a mistake.
    let (kind, written) =
        Way::Implicit.meets(&open, &plain, async |client| client.expect_err("they disagree").kind());
    assert_eq!((kind, written.len()), (ErrorKind::Usage, 0));
    let good = server().starttls(tls);
    assert_eq!(submits(Way::Upgrade, &good, &Way::Upgrade.builder(trust)), Ok(()));
    let login = good.commands().iter().position(|line| line.starts_with("AUTH ")).expect("logged in");
    let upgrade = good.commands().iter().position(|line| line == "STARTTLS").expect("secured");
    assert!(upgrade < login);
}

fn the_default_is_confidential() {
    let pki = Pki::new();
    let tls = pki.server_for(&[HOST]).server();
    for way in WAYS {
        // Nobody but this test trusts the authority.
        let server = way.server(server(), tls.clone());
        assert_eq!(submits(way, &server, &SmtpClient::builder()), Err(ErrorKind::Tls), "{way:?}");
        assert!(harmless(&server), "{:?}", server.commands());
        assert_eq!(submits(way, &server, &way.builder(pki.trusting())), Ok(()));
    }
    let none = server();
    assert_eq!(submits(Way::Upgrade, &none, &SmtpClient::builder()), Err(ErrorKind::Unsupported));
    assert!(harmless(&none), "{:?}", none.commands());
}

fn each_account_has_its_own_minimum() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let lax = Way::Implicit.builder(trust.clone());
    let strict = Way::Implicit.builder(trust.minimum_version(TlsVersion::V1_3));
    for (builder, expected) in [(&lax, Ok(())), (&strict, Err(ErrorKind::Tls)), (&lax, Ok(()))] {
        let server = server().implicit_tls(tls.clone().maximum_version(TlsVersion::V1_2));
        assert_eq!(submits(Way::Implicit, &server, builder), expected);
    }
}

fn the_minimum_may_be_disabled() {
    let open = server().plaintext_passwords();
    let policy = anyrfc_sasl::Policy::default().danger_reveal_in_plaintext(anyrfc_sasl::MechanismName::PLAIN);
    let plain = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
    assert_eq!(submits(Way::Upgrade, &open, &plain), Ok(()));
    assert!(!open.deliveries()[0].secured);
    // And the certificate's validation.
    let tls = Pki::new().expired_server_for(&["other.example"]).server();
    for (trust, expected) in [
        (TlsConfig::default().danger_accept_any_certificate(), Ok(())),
        (TlsConfig::default(), Err(ErrorKind::Tls)),
    ] {
        for way in WAYS {
            let server = way.server(server(), tls.clone());
            assert_eq!(submits(way, &server, &way.builder(trust.clone())), expected, "{way:?}");
        }
    }
}
