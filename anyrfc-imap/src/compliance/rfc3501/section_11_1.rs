//! RFC 3501, section 11.1: STARTTLS and certificates.

use std::net::SocketAddr;

use anyrfc_core::{
    BoxFuture, ErrorKind,
    compliance::Check,
    testing::{MemoryStream, pair, pki::Pki, run_virtual},
    tls::{TlsConfig, TlsServerConfig},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    Error, ImapClient,
    client::Builder,
    rfc3501 as r,
    testing::{Accounts, Server},
    transport::Resolve,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-11.1/a-suite-is-negotiated",
        covers: &[r::OTHER_CIPHER_SUITES],
        run: a_suite_is_negotiated,
    },
    Check {
        name: "rfc3501-section-11.1/the-certificate-is-checked",
        covers: &[r::SERVER_IDENTITY_IS_CHECKED],
        run: the_certificate_is_checked,
    },
    Check {
        name: "rfc3501-section-11.1/a-mismatch-closes",
        covers: &[r::MISMATCHED_IDENTITY_ASKS_OR_CLOSES],
        run: a_mismatch_closes,
    },
    Check {
        name: "rfc3501-section-11.1/the-host-of-the-url-is-compared",
        covers: &[r::HOST_NAME_OF_THE_CONNECTION_IS_COMPARED],
        run: the_host_of_the_url_is_compared,
    },
    Check {
        name: "rfc3501-section-11.1/no-name-from-the-network-is-compared",
        covers: &[r::HOST_NAME_IS_FROM_A_SECURE_SOURCE],
        run: no_name_from_the_network_is_compared,
    },
    Check {
        name: "rfc3501-section-11.1/subject-alt-names-count",
        covers: &[r::SUBJECT_ALT_NAME_IS_USED],
        run: subject_alt_names_count,
    },
    Check {
        name: "rfc3501-section-11.1/a-wildcard-is-the-leftmost-label",
        covers: &[r::WILDCARD_IN_THE_LEFTMOST_NAME],
        run: a_wildcard_is_the_leftmost_label,
    },
    Check {
        name: "rfc3501-section-11.1/starttls-has-to-lead-to-tls",
        covers: &[r::RESULT_OF_STARTTLS_IS_CHECKED],
        run: starttls_has_to_lead_to_tls,
    },
];

fn server() -> Server {
    Server::new(Accounts::new().password("user", "pencil")).only_rev1(&[])
}

/// Connects to a rev1 server with a certificate, by STARTTLS or by Implicit TLS; and what the
/// client said in cleartext.
fn connects(
    host: &str,
    tls: TlsServerConfig,
    trust: TlsConfig,
    implicit: bool,
) -> (Result<(), Error>, Vec<String>) {
    let (server, builder) = (server(), ImapClient::builder());
    let result = run_virtual(async {
        let (near, far) = pair(1 << 16);
        if implicit {
            let builder = builder.tls(trust);
            let client = async { builder.connect_over(&format!("imaps://{host}"), near).await.map(drop) };
            tokio::join!(client, server.serve_tls(far, &tls)).0
        } else {
            let (builder, server) = (builder.start_tls(trust), server.clone().starttls(tls));
            let client = async { builder.connect_over(&format!("imap://{host}"), near).await.map(drop) };
            tokio::join!(client, server.serve(far)).0
        }
    });
    let heard =
        server.commands().iter().map(|line| line.split_once(' ').expect("a tag").1.to_owned()).collect();
    (result, heard)
}

/// Whether a server with a certificate for these names is taken for `host`, both ways alike.
fn is_taken(pki: &Pki, names: &[&str], host: &str) -> bool {
    let [implicit, explicit] = [true, false].map(|implicit| {
        let tls = pki.server_for(names).server();
        let (result, heard) = connects(host, tls, pki.trusting(), implicit);
        assert!(heard.iter().all(|line| line == "STARTTLS"), "said to {names:?}: {heard:?}");
        match result {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Tls, "{names:?}: {error:?}");
                false
            }
        }
    });
    assert_eq!(implicit, explicit, "{names:?} for {host}");
    implicit
}

fn a_suite_is_negotiated() {
    let (tls, trust) = Pki::new().pair(&["imap.example.org"]);
    run_virtual(async {
        let (near, far) = pair(1 << 16);
        let (builder, server) = (ImapClient::builder().start_tls(trust), server().starttls(tls));
        let client = async {
            let client = builder.connect_over("imap://imap.example.org", near).await.expect("secured");
            let tls = client.tls_info().expect("TLS").clone();
            assert!(tls.cipher_suite.is_some() && tls.version.is_some(), "{tls:?}");
            let weak = format!("{:?}", tls.cipher_suite);
            assert!(
                !["RC4", "DES", "MD5", "NULL", "EXPORT"].iter().any(|word| weak.contains(word)),
                "{weak}"
            );
        };
        tokio::join!(client, server.serve(far)).0
    });
}

fn the_certificate_is_checked() {
    let pki = Pki::new();
    assert!(is_taken(&pki, &["imap.example.org"], "imap.example.org"));
    assert!(is_taken(&pki, &["imap.example.org"], "IMAP.Example.ORG"), "in any case");
    assert!(!is_taken(&pki, &["evil.example.org"], "imap.example.org"));
    // From an authority that nobody has heard of it says nothing.
    for implicit in [true, false] {
        let tls = Pki::new().server_for(&["imap.example.org"]).server();
        let (result, _) = connects("imap.example.org", tls, pki.trusting(), implicit);
        assert_eq!(result.expect_err("not trusted").kind(), ErrorKind::Tls);
    }
}

/// Nobody is asked: it ends, and says why, before anything of the user's was sent.
fn a_mismatch_closes() {
    let pki = Pki::new();
    for implicit in [true, false] {
        let tls = pki.server_for(&["other.example.org"]).server();
        let (result, heard) = connects("imap.example.org", tls, pki.trusting(), implicit);
        let error = result.expect_err("another server");
        assert_eq!(error.kind(), ErrorKind::Tls);
        assert!(!heard.iter().any(|line| line.contains("AUTH") || line.contains("LOGIN")), "{heard:?}");
        let tls = pki.server_for(&["imap.example.org"]).server();
        assert!(connects("imap.example.org", tls, pki.trusting(), implicit).0.is_ok());
    }
}

fn the_host_of_the_url_is_compared() {
    let pki = Pki::new();
    // What counts is the name of the URL, not that of any other server of the certificate.
    for (host, taken) in [
        ("imap.example.org", true),
        ("mail.example.org", true),
        ("example.org", false),
        ("org", false),
        ("imap.example.org.evil.example", false),
        ("ximap.example.org", false),
    ] {
        assert_eq!(is_taken(&pki, &["imap.example.org", "mail.example.org"], host), taken, "{host}");
    }
}

/// A resolver that says that every name is this address, whatever it calls it.
#[derive(Clone, Debug)]
struct Answers(SocketAddr);

impl Resolve for Answers {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, std::io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(vec![self.0]) })
    }
}

/// What the resolver answers is where to connect, and no name to compare with.
fn no_name_from_the_network_is_compared() {
    let pki = Pki::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for (names, taken) in [
            (&["imap.example.org"][..], true),
            // The address, and a canonical name, are what an attacker could have made up.
            (&["127.0.0.1", "real-name.example.net"], false),
        ] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("bound");
            let (tls, server) = (pki.server_for(names).server(), server());
            let builder: Builder = ImapClient::builder()
                .tls(pki.trusting())
                .transport(move |connector| connector.resolver(Answers(address)));
            let url = format!("imaps://imap.example.org:{}", address.port());
            let client = async { builder.connect(&url).await.map(drop) };
            let serving = async {
                let (stream, _) = listener.accept().await.expect("connected");
                drop(server.serve_tls(stream, &tls).await);
            };
            let (result, ()) = tokio::join!(client, serving);
            match result {
                Ok(()) => assert!(taken, "{names:?}"),
                Err(error) => assert!(!taken && error.kind() == ErrorKind::Tls, "{names:?}: {error:?}"),
            }
        }
    });
}

fn subject_alt_names_count() {
    let pki = Pki::new();
    // Any of several names will do.
    assert!(is_taken(&pki, &["a.example.org", "imap.example.org", "z.example.org"], "imap.example.org"));
    assert!(!is_taken(&pki, &["a.example.org", "z.example.org"], "imap.example.org"));
    assert!(is_taken(&pki, &["127.0.0.1"], "127.0.0.1"), "an address is a name of its own kind");
    assert!(!is_taken(&pki, &["imap.example.org"], "127.0.0.1"));
}

fn a_wildcard_is_the_leftmost_label() {
    let pki = Pki::new();
    for (name, host, taken) in [
        ("*.example.org", "imap.example.org", true),
        ("*.example.org", "example.org", false),
        ("*.example.org", "a.imap.example.org", false),
        ("*.example.org", "imap.example.net", false),
        ("*.mail.example.org", "imap.mail.example.org", true),
    ] {
        assert_eq!(is_taken(&pki, &[name], host), taken, "{name} for {host}");
    }
}

async fn line(far: &mut MemoryStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(far.read_u8().await.expect("a line"));
    }
    String::from_utf8(line).expect("ASCII")
}

/// What a client that wants STARTTLS says to a server that greets and answers so, and what
/// comes of it.
fn refused(greeting: &str, answer: &str) -> (ErrorKind, String) {
    run_virtual(async {
        let (_, trust) = Pki::new().pair(&["imap.example.org"]);
        let (near, mut far) = pair(1 << 16);
        let builder = ImapClient::builder().start_tls(trust);
        let client = async { builder.connect_over("imap://imap.example.org", near).await.map(drop) };
        let listening = async {
            far.write_all(format!("{greeting}\r\n").as_bytes()).await.expect("greeted");
            if !answer.is_empty() {
                let asked = line(&mut far).await;
                let tag = asked.strip_suffix(" STARTTLS\r\n").expect("STARTTLS");
                far.write_all(answer.replace("{tag}", tag).as_bytes()).await.expect("answered");
            }
            let mut rest = Vec::new();
            drop(far.read_to_end(&mut rest).await);
            String::from_utf8_lossy(&rest).into_owned()
        };
        let (result, rest) = tokio::join!(client, listening);
        (result.expect_err("without TLS").kind(), rest)
    })
}

fn starttls_has_to_lead_to_tls() {
    let offered = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi";
    for (greeting, answer) in [
        (offered, "{tag} NO not today\r\n"),
        (offered, "{tag} BAD what\r\n"),
        (offered, "{tag} OK begin\r\n* OK this is no TLS\r\n"),
        ("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", ""),
        ("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] you are in already", ""),
    ] {
        let (kind, said) = refused(greeting, answer);
        assert!(!matches!(kind, ErrorKind::Io | ErrorKind::Timeout), "{greeting} {answer}: {kind:?}");
        assert!(!said.contains("AUTHENTICATE") && !said.contains("LOGIN"), "{greeting} {answer}: {said}");
    }
    let pki = Pki::new();
    assert!(is_taken(&pki, &["imap.example.org"], "imap.example.org"));
}
