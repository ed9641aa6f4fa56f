//! RFC 5530, sections 3 and 4: response codes.

use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, ErrorKind, compliance::Check,
    credentials::CredentialError,
};
use anyrfc_sasl::Credentials;

use super::super::{
    rev1::{End, name},
    rev1_client::{PENCIL, connected, open},
};
use crate::{
    Error,
    codec::command::{Create, Noop},
    proto::{Report, State},
    rfc5530 as r,
    types::{Code, Data, StatusKind, StatusResponse},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5530-section-3/each-code-is-told-apart",
        covers: &[
            r::CONTACTADMIN_IS_FOR_THE_USER,
            r::NOPERM_IS_A_LACK_OF_RIGHTS,
            r::EXPUNGEISSUED_CALLS_FOR_NOOP,
            r::CORRUPTION_IS_OF_SERVER_DATA,
            r::SERVERBUG_IS_THE_SERVERS_FAULT,
            r::LIMIT_IS_OF_THE_IMPLEMENTATION,
            r::ALREADYEXISTS_IS_A_NAME_TAKEN,
            r::NONEXISTENT_IS_A_NAME_MISSING,
        ],
        run: each_code_is_told_apart,
    },
    Check {
        name: "rfc5530-section-3/what-may-pass-and-what-may-not",
        covers: &[r::UNAVAILABLE_IS_TEMPORARY, r::INUSE_MAY_BE_RETRIED, r::CANNOT_NEVER_SUCCEEDS],
        run: what_may_pass_and_what_may_not,
    },
    Check {
        name: "rfc5530-section-3/failed-credentials-are-not-tried-again",
        covers: &[r::AUTHENTICATIONFAILED_IS_FINAL],
        run: failed_credentials_are_not_tried_again,
    },
    Check {
        name: "rfc5530-section-3/expired-credentials-are-asked-for-anew",
        covers: &[r::EXPIRED_NEEDS_NEW_CREDENTIALS],
        run: expired_credentials_are_asked_for_anew,
    },
    Check {
        name: "rfc5530-section-3/a-refused-identity-is-told-apart",
        covers: &[r::AUTHORIZATIONFAILED_IS_ABOUT_THE_IDENTITY],
        run: a_refused_identity_is_told_apart,
    },
    Check {
        name: "rfc5530-section-3/privacy-is-not-about-credentials",
        covers: &[r::PRIVACYREQUIRED_NEEDS_TLS],
        run: privacy_is_not_about_credentials,
    },
    Check {
        name: "rfc5530-section-3/clientbug-comes-with-any-status",
        covers: &[r::CLIENTBUG_COMES_WITH_ANY_STATUS],
        run: clientbug_comes_with_any_status,
    },
    Check {
        name: "rfc5530-section-3/overquota-comes-with-ok-too",
        covers: &[r::OVERQUOTA_COMES_WITH_OK_TOO],
        run: overquota_comes_with_ok_too,
    },
    Check {
        name: "rfc5530-section-4/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn refused(code: &str) -> Error {
    End::rev1("").asks(Create::new(name("a")), &format!("NO [{code}] why")).1.expect_err("refused")
}

/// Each code, and the word for it.
const CODES: &[(&str, Code)] = &[
    ("UNAVAILABLE", Code::Unavailable),
    ("AUTHENTICATIONFAILED", Code::AuthenticationFailed),
    ("AUTHORIZATIONFAILED", Code::AuthorizationFailed),
    ("EXPIRED", Code::Expired),
    ("PRIVACYREQUIRED", Code::PrivacyRequired),
    ("CONTACTADMIN", Code::ContactAdmin),
    ("NOPERM", Code::NoPerm),
    ("INUSE", Code::InUse),
    ("EXPUNGEISSUED", Code::ExpungeIssued),
    ("CORRUPTION", Code::Corruption),
    ("SERVERBUG", Code::ServerBug),
    ("CLIENTBUG", Code::ClientBug),
    ("CANNOT", Code::Cannot),
    ("LIMIT", Code::Limit),
    ("OVERQUOTA", Code::OverQuota),
    ("ALREADYEXISTS", Code::AlreadyExists),
    ("NONEXISTENT", Code::Nonexistent),
];

fn each_code_is_told_apart() {
    for (word, code) in CODES {
        let error = refused(word);
        assert_eq!(error.code(), Some(code), "{word}");
        assert!(error.to_string().to_uppercase().contains(word), "{error}");
        // With NO of itself as well, and it ends nothing.
        let mut end = End::rev1("");
        end.says(&format!("* NO [{word}] by the way"));
        let told = Data::Status(StatusResponse::new(StatusKind::No, Some(code.clone()), "by the way"));
        assert!(end.data().contains(&told), "{word}");
        end.is_idle_and_well();
        // One letter more makes another code.
        assert!(matches!(refused(&format!("{word}X")).code(), Some(Code::Other { .. })), "{word}");
    }
    assert_eq!(refused("ALREADYEXISTS").kind(), ErrorKind::Refused);
}

fn what_may_pass_and_what_may_not() {
    for (word, code) in CODES {
        let temporary = refused(word).is_temporary();
        assert_eq!(temporary, matches!(code, Code::Unavailable | Code::InUse), "{word}");
    }
    assert!(!refused("X-OWN").is_temporary());
    assert!(!refused("CANNOT").is_temporary());
}

/// Gives the same credentials whenever it is asked, and notes why it was.
#[derive(Debug, Default)]
struct Source(std::sync::Mutex<Vec<CredentialReason>>);

impl CredentialSource for Source {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        let mut asked = self.0.lock().expect("nobody panics");
        asked.push(request.reason);
        let password = if asked.len() == 1 { "pencil" } else { "eraser" };
        Box::pin(async move { Ok(Credentials::password("user", String::from(password))) })
    }
}

impl Source {
    fn asked(&self) -> Vec<CredentialReason> {
        self.0.lock().expect("nobody panics").clone()
    }
}

const GREETING: &str = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] ready\n";
/// `NUL user NUL eraser`
const ERASER: &str = "AHVzZXIAZXJhc2Vy";

fn failed_credentials_are_not_tried_again() {
    // Neither by another mechanism nor once more by this one: asked for others, it gets them.
    let dialogue = format!(
        "{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a NO [AUTHENTICATIONFAILED] wrong\n\
         C: b AUTHENTICATE PLAIN {ERASER}\nS: b NO [AUTHENTICATIONFAILED] wrong as well\n<end>"
    );
    let source = Source::default();
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        let error = client.authenticate(&source).await.expect_err("wrong");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some(&Code::AuthenticationFailed)));
        assert_eq!(client.phase(), State::NotAuthenticated);
    });
    assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
}

fn expired_credentials_are_asked_for_anew() {
    let dialogue = format!(
        "{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a NO [EXPIRED] too old\n\
         C: b AUTHENTICATE PLAIN {ERASER}\nS: b OK [CAPABILITY IMAP4rev1] welcome\n<end>"
    );
    let source = Source::default();
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        client.authenticate(&source).await.expect("with the new ones");
        assert!(client.is_authenticated());
    });
    assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
    // Where there are no others, the refusal is what is told.
    let dialogue = format!("{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a NO [EXPIRED] too old\n<end>");
    connected(&open(), &dialogue, async |client| {
        let error = client.expect("connected").authenticate(&Once).await.expect_err("expired");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some(&Code::Expired)));
    });
}

/// Has credentials once.
#[derive(Debug)]
struct Once;

impl CredentialSource for Once {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(async move {
            match request.reason {
                CredentialReason::Needed => Ok(Credentials::password("user", String::from("pencil"))),
                _ => Err(CredentialError::new("there are no others")),
            }
        })
    }
}

/// What a server that answers a login so comes to; nothing more is tried.
fn login_refused(code: &str) -> Error {
    let dialogue = format!("{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a NO [{code}] no\n<end>");
    connected(&open(), &dialogue, async |client| {
        client.expect("connected").authenticate(&Once).await.expect_err("refused")
    })
}

fn a_refused_identity_is_told_apart() {
    let error = login_refused("AUTHORIZATIONFAILED");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some(&Code::AuthorizationFailed)));
    assert_ne!(login_refused("AUTHENTICATIONFAILED").code(), error.code());
}

/// Other credentials would be of no use: nobody is asked for any, and none are revealed.
fn privacy_is_not_about_credentials() {
    let dialogue =
        format!("{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a NO [PRIVACYREQUIRED] only by TLS\n<end>");
    let source = Source::default();
    connected(&open(), &dialogue, async |client| {
        let error = client.expect("connected").authenticate(&source).await.expect_err("refused");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::PrivacyRequired)));
    });
    assert_eq!(source.asked(), [CredentialReason::Needed]);
}

/// The status of a NOOP that is answered by this.
fn status(reply: &str) -> Result<StatusResponse, Error> {
    let mut end = End::rev1("");
    let (_ticket, _) = end.sends(Noop);
    end.says(reply);
    let done = end
        .events
        .into_iter()
        .find_map(|event| if let Report::Done(done) = event { Some(done) } else { None });
    done.expect("it has ended").outcome
}

fn clientbug_comes_with_any_status() {
    let status_ok = status("OK [CLIENTBUG] done, but").expect("done");
    assert_eq!(status_ok.code, Some(Code::ClientBug));
    let no = status("NO [CLIENTBUG] not so").expect_err("refused");
    assert_eq!((no.kind(), no.code()), (ErrorKind::Refused, Some(&Code::ClientBug)));
    let bad = status("BAD [CLIENTBUG] not so").expect_err("refused");
    assert_eq!(bad.code(), Some(&Code::ClientBug));
    assert_eq!(bad.refusal().map(|refusal| refusal.status.kind), Some(StatusKind::Bad));
}

fn overquota_comes_with_ok_too() {
    assert_eq!(status("OK [OVERQUOTA] done, but mind").expect("done").code, Some(Code::OverQuota));
    let no = status("NO [OVERQUOTA] too much").expect_err("refused");
    assert_eq!((no.kind(), no.code()), (ErrorKind::Refused, Some(&Code::OverQuota)));
    let mut end = End::rev1("");
    end.says("* NO [OVERQUOTA] soft limit");
    let told = Data::Status(StatusResponse::new(StatusKind::No, Some(Code::OverQuota), "soft limit"));
    assert_eq!(end.data(), [told]);
}

fn tokens_ignore_case() {
    for (word, code) in CODES {
        assert_eq!(refused(&word.to_lowercase()).code(), Some(code), "{word}");
        let mixed: String =
            word.char_indices().map(|(at, c)| if at % 2 == 0 { c } else { c.to_ascii_lowercase() }).collect();
        assert_eq!(refused(&mixed).code(), Some(code), "{mixed}");
    }
}
