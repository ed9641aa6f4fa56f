//! RFC 9051, sections 11.1 and 11.2: TLS.

use anyrfc_core::{
    Credentials, ErrorKind, Security,
    compliance::Check,
    testing::{MemoryStream, pair, pki::Pki, run_virtual},
    tls::TlsVersion,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::hello::{Hello, hello};
use crate::{
    Error, ImapClient,
    client::Builder,
    rfc9051 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-11.1/nothing-goes-in-cleartext-by-default",
        covers: &[r::TLS_RECOMMENDATIONS_ARE_FOLLOWED],
        run: nothing_goes_in_cleartext_by_default,
    },
    Check {
        name: "rfc9051/section-11.1/tls-1.2-and-1.3",
        covers: &[r::TLS_1_2_OR_NEWER, r::TLS_1_3],
        run: tls_1_2_and_1_3,
    },
    Check {
        name: "rfc9051/section-11.1/cipher-suites",
        covers: &[r::ECDHE_RSA_AES_128_GCM_UNDER_TLS_1_2, r::OTHER_CIPHER_SUITES],
        run: cipher_suites,
    },
    Check {
        name: "rfc9051/section-11.1/the-certificate-names-the-host",
        covers: &[r::SERVER_IDENTITY_IS_CHECKED],
        run: the_certificate_names_the_host,
    },
    Check {
        name: "rfc9051/section-11.1/starttls-has-to-lead-to-tls",
        covers: &[r::RESULT_OF_STARTTLS_IS_CHECKED],
        run: starttls_has_to_lead_to_tls,
    },
    Check {
        name: "rfc9051/section-11.2/implicit-tls-and-starttls",
        covers: &[r::IMPLICIT_TLS_AND_STARTTLS_ARE_IMPLEMENTED],
        run: implicit_tls_and_starttls,
    },
];

const HOST: &str = "imap.example.org";

fn server() -> Server {
    Server::new(Accounts::new().password("alice", "secret"))
}

/// Connects to whatever is at the other end of the stream.
async fn connect(builder: Builder, scheme: &str, near: MemoryStream) -> Result<ImapClient, Error> {
    builder.connect_over(&format!("{scheme}://{HOST}"), near).await
}

/// What the client offers, by Implicit TLS and after STARTTLS.
fn hellos(builder: &Builder) -> [Hello; 2] {
    run_virtual(async {
        let (near, mut far) = pair(1 << 16);
        let listening = async {
            let hello = hello(&mut far).await;
            drop(far);
            hello
        };
        let (_, implicit) = tokio::join!(connect(builder.clone(), "imaps", near), listening);
        let (near, mut far) = pair(1 << 16);
        let listening = async {
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] hi\r\n")
                .await
                .expect("greeting");
            let tag = starttls(&mut far).await;
            far.write_all(format!("{tag} OK begin\r\n").as_bytes()).await.expect("agreed");
            let hello = hello(&mut far).await;
            drop(far);
            hello
        };
        let (_, explicit) = tokio::join!(connect(builder.clone(), "imap", near), listening);
        [implicit, explicit]
    })
}

/// Waits for STARTTLS and returns its tag; nothing else may come.
async fn starttls(far: &mut MemoryStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(far.read_u8().await.expect("STARTTLS"));
    }
    let line = String::from_utf8(line).expect("ASCII");
    line.strip_suffix(" STARTTLS\r\n").expect("STARTTLS").to_owned()
}

fn nothing_goes_in_cleartext_by_default() {
    run_virtual(async {
        // A server with STARTTLS: it is used. One without: nothing is sent.
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let (near, far) = pair(1 << 16);
        let secured = server().starttls(tls);
        let builder = ImapClient::builder().start_tls(trust);
        let (client, _) = tokio::join!(
            async {
                let client = connect(builder.clone(), "imap", near).await.expect("STARTTLS");
                assert!(client.tls_info().is_some(), "in cleartext");
                drop(client);
            },
            secured.serve(far)
        );
        let () = client;
        for builder in [builder, ImapClient::builder()] {
            let (near, mut far) = pair(1 << 16);
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 AUTH=PLAIN] hi\r\n").await.expect("greeting");
            let error = connect(builder, "imap", near).await.expect_err("in cleartext");
            assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Unsupported), "{error:?}");
            let mut heard = String::new();
            far.read_to_string(&mut heard).await.expect("the end");
            assert!(!heard.contains("LOGIN") && !heard.contains("AUTHENTICATE"), "{heard}");
        }
        // Cleartext has to be asked for, and imaps never is.
        let (near, far) = pair(1 << 16);
        let plain = ImapClient::builder().security(Security::Plaintext);
        let plainly = server();
        let (client, _) = tokio::join!(
            async { drop(connect(plain.clone(), "imap", near).await.expect("it was asked for")) },
            plainly.serve(far)
        );
        let () = client;
        let (near, _far) = pair(1 << 16);
        let error = connect(plain, "imaps", near).await.expect_err("imaps in cleartext");
        assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
    });
}

fn tls_1_2_and_1_3() {
    for hello in hellos(&ImapClient::builder()) {
        assert_eq!(hello.versions, [0x0304, 0x0303], "TLS 1.3, then TLS 1.2, and nothing older");
        assert_eq!(hello.server_name.as_deref(), Some(HOST));
    }
    for (maximum, name) in [(TlsVersion::V1_2, "TLSv1.2"), (TlsVersion::V1_3, "TLSv1.3")] {
        run_virtual(async {
            let (tls, trust) = Pki::new().pair(&[HOST]);
            let (near, far) = pair(1 << 16);
            let tls = tls.maximum_version(maximum);
            let server = server();
            let ((), _) = tokio::join!(
                async {
                    let client = connect(ImapClient::builder().tls(trust), "imaps", near).await.expect(name);
                    assert_eq!(client.tls_info().and_then(|info| info.version), Some(name));
                },
                server.serve_tls(far, &tls)
            );
        });
    }
}

fn cipher_suites() {
    /// TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    const ECDHE_RSA_AES_128_GCM: u16 = 0xC02F;
    /// Those of TLS 1.3, and of TLS 1.2 with ECDHE and an AEAD.
    const GOOD: &[u16] = &[0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9];
    /// TLS_EMPTY_RENEGOTIATION_INFO_SCSV, which is no suite.
    const SIGNAL: u16 = 0x00FF;
    for hello in hellos(&ImapClient::builder()) {
        assert!(hello.suites.contains(&ECDHE_RSA_AES_128_GCM), "{:x?}", hello.suites);
        for suite in &hello.suites {
            assert!(GOOD.contains(suite) || *suite == SIGNAL, "{suite:x}");
        }
        assert!(hello.suites.len() > 4, "others as well: {:x?}", hello.suites);
    }
}

fn the_certificate_names_the_host() {
    let pki = Pki::new();
    for (names, right) in
        [(["imap.example.org"], true), (["other.example.org"], false), (["*.example.org"], true)]
    {
        for implicit in [true, false] {
            let (server, trust) = (server(), pki.trusting());
            let tls = pki.server_for(&names).server();
            let result = run_virtual(async {
                let (near, far) = pair(1 << 16);
                if implicit {
                    let builder = ImapClient::builder().tls(trust);
                    let client = async { connect(builder, "imaps", near).await.map(drop) };
                    tokio::join!(client, server.serve_tls(far, &tls)).0
                } else {
                    let (builder, server) = (ImapClient::builder().start_tls(trust), server.starttls(tls));
                    let client = async { connect(builder, "imap", near).await.map(drop) };
                    tokio::join!(client, server.serve(far)).0
                }
            });
            match result {
                Ok(()) => assert!(right, "{names:?} is not {HOST}"),
                Err(error) => assert!(!right && error.kind() == ErrorKind::Tls, "{names:?}: {error:?}"),
            }
        }
    }
}

fn starttls_has_to_lead_to_tls() {
    run_virtual(async {
        // After the OK comes no TLS, but more of the protocol.
        let (_, trust) = Pki::new().pair(&[HOST]);
        let (near, mut far) = pair(1 << 16);
        let client = connect(ImapClient::builder().start_tls(trust), "imap", near);
        let listening = async {
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 STARTTLS] hi\r\n").await.expect("greeting");
            let tag = starttls(&mut far).await;
            far.write_all(format!("{tag} OK begin\r\n").as_bytes()).await.expect("agreed");
            assert_eq!(hello(&mut far).await.server_name.as_deref(), Some(HOST));
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 AUTH=PLAIN] go on\r\n").await.expect("no TLS");
            let mut rest = Vec::new();
            let _ = far.read_to_end(&mut rest).await;
            assert!(
                !rest.windows(5).any(|five| five == b"LOGIN" || five == b"AUTHE"),
                "went on in cleartext"
            );
        };
        let (client, ()) = tokio::join!(client, listening);
        assert_eq!(client.expect_err("in cleartext").kind(), ErrorKind::Tls);
        // The server refuses: nothing more is sent either.
        let (_, trust) = Pki::new().pair(&[HOST]);
        let (near, mut far) = pair(1 << 16);
        let client = connect(ImapClient::builder().start_tls(trust), "imap", near);
        let listening = async {
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 STARTTLS] hi\r\n").await.expect("greeting");
            let tag = starttls(&mut far).await;
            far.write_all(format!("{tag} NO not today\r\n").as_bytes()).await.expect("refused");
            let mut rest = String::new();
            let _ = far.read_to_string(&mut rest).await;
            assert!(!rest.contains("AUTHENTICATE"), "{rest}");
        };
        let (client, ()) = tokio::join!(client, listening);
        assert!(client.is_err(), "in cleartext");
        // With TLS it goes on, and says by which.
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let (near, far) = pair(1 << 16);
        let server = server().starttls(tls);
        let ((), _) = tokio::join!(
            async {
                let client =
                    connect(ImapClient::builder().start_tls(trust), "imap", near).await.expect("STARTTLS");
                assert_eq!(client.tls_info().and_then(|info| info.version), Some("TLSv1.3"));
            },
            server.serve(far)
        );
    });
}

fn implicit_tls_and_starttls() {
    for implicit in [true, false] {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let server = server();
        run_virtual(async {
            let (near, far) = pair(1 << 16);
            let builder = ImapClient::builder();
            let (builder, scheme) =
                if implicit { (builder.tls(trust), "imaps") } else { (builder.start_tls(trust), "imap") };
            let client = async {
                let mut client = connect(builder, scheme, near).await.expect("connected");
                assert!(client.tls_info().is_some());
                let alice = Credentials::password("alice", "secret".to_owned());
                client.authenticate(&alice).await.expect("logged in");
                client.close().await.expect("in order");
            };
            let served = if implicit {
                tokio::join!(client, server.serve_tls(far, &tls)).1
            } else {
                let server = server.clone().starttls(tls);
                tokio::join!(client, server.serve(far)).1
            };
            served.expect("served");
        });
        let asked = server.commands().iter().any(|command| command.ends_with(" STARTTLS"));
        assert_eq!(asked, !implicit, "{:?}", server.commands());
    }
}
