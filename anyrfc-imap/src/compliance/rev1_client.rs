//! The client itself in a session with a server that speaks IMAP4rev1, which says what a
//! [`Dialogue`] has, on a virtual clock.

use anyrfc_core::{Security, testing::run_virtual};
use anyrfc_sasl::{Credentials, MechanismName, Policy};

use crate::{Error, ImapClient, client::Builder, testing::Dialogue};

/// `NUL user NUL pencil`, by hand.
pub(super) const PENCIL: &str = "AHVzZXIAcGVuY2ls";

/// Who logs in.
pub(super) fn pencil() -> Credentials {
    Credentials::password("user", String::from("pencil"))
}

/// In plaintext, and not afraid of who listens: there is nobody but the script.
pub(super) fn open() -> Builder {
    let policy = Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

/// Connects to the server of a dialogue, which is then done with.
pub(super) fn connected<T>(
    builder: &Builder,
    dialogue: &str,
    work: impl AsyncFnOnce(Result<ImapClient, Error>) -> T,
) -> T {
    run_virtual(
        Dialogue::parse(dialogue)
            .play(async |stream| work(builder.connect_over("imap://mail.example", stream).await).await),
    )
}

/// The same with a server that lets `user` in and has these capabilities then.
pub(super) fn logged_in<T>(capabilities: &str, dialogue: &str, work: impl AsyncFnOnce(ImapClient) -> T) -> T {
    logged_in_with(&open(), capabilities, dialogue, work)
}

/// The same with other options.
pub(super) fn logged_in_with<T>(
    builder: &Builder,
    capabilities: &str,
    dialogue: &str,
    work: impl AsyncFnOnce(ImapClient) -> T,
) -> T {
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN {PENCIL}\n\
         S: in OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\n{dialogue}"
    );
    connected(builder, &dialogue.replace(" ]", "]"), async |client| {
        let mut client = client.expect("connected");
        client.authenticate(&pencil()).await.expect("logged in");
        work(client).await
    })
}

/// The server's side of a SELECT of INBOX, in which there are the UIDs 11, 12 and 15.
pub(super) const INBOX: &str = "\
C: sel SELECT INBOX
S: * 3 EXISTS
S: * 1 RECENT
S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
S: * OK [UIDVALIDITY 7] ok
S: * OK [UIDNEXT 20] ok
S: sel OK [READ-WRITE] done
";
