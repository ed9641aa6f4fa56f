//! URLs that carry a right: what a hostile server makes of them, and what the test kit's does.

use anyrfc_core::{
    Limits,
    testing::{pair, run_virtual},
};
use anyrfc_imap::{
    AppendOptions, AuthorizedUrl, Credentials, ErrorKind, ImapClient, MailboxName, PartPath, ProtocolState,
    RumpUrl, Section, Security, Uid, UrlAccess, UrlAnswer, UrlBinary, UrlMailbox, UrlMessage, UrlServer,
    client::Builder,
    codec::encode::{Dialect, Encoder},
    command::{Append, UrlContent, UrlFetch, UrlFetchItem},
    rfc4467,
    testing::{Accounts, Dialogue, Server},
    types::{AppendMessage, Capabilities, Capability, CatenatePart},
};
use anyrfc_sasl::{MechanismName, Policy};

const TOKEN: &str = "91354a473744909de610943775f92038";

fn builder() -> Builder {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

fn rump(mailbox: &str, part: u32) -> RumpUrl {
    let mailbox = UrlMailbox::new(MailboxName::new(mailbox).unwrap());
    let part = Section::part(PartPath::new(&[part]).unwrap());
    let message = UrlMessage::new(mailbox, Uid::new(1).unwrap()).section(part);
    let server = UrlServer::new("mail.example").unwrap().user("alice").unwrap();
    RumpUrl::new(server, message, UrlAccess::AuthUser).unwrap()
}

fn authorized() -> AuthorizedUrl {
    AuthorizedUrl::parse(&format!("{}:internal:{TOKEN}", rump("INBOX", 1))).unwrap()
}

/// A server that says this to whoever it has let in.
fn scripted<T>(builder: &Builder, dialogue: &str, work: impl AsyncFnOnce(ImapClient) -> T) -> T {
    let dialogue = format!("S: * PREAUTH [CAPABILITY IMAP4rev1 URLAUTH URLAUTH=BINARY] hello\n{dialogue}");
    run_virtual(
        Dialogue::parse(&dialogue).play(async |stream| {
            work(builder.connect_over("imap://mail.example", stream).await.unwrap()).await
        }),
    )
}

#[test]
fn another_url_than_was_asked_for_is_none() {
    let asked = format!("C: a GENURLAUTH \"{}\" INTERNAL\n", rump("INBOX", 1));
    for told in [
        format!("S: * GENURLAUTH \"{}:internal:{TOKEN}\"\nS: a OK done", rump("INBOX", 2)),
        format!("S: * GENURLAUTH \"{}:internal:{TOKEN}\"\nS: a OK done", rump("Secret", 1)),
        format!("S: * GENURLAUTH \"{0}\" \"{0}\"\nS: a OK done", authorized()),
        format!("S: * GENURLAUTH \"{}\"\nS: a OK done", rump("INBOX", 1)),
        format!(
            "S: * GENURLAUTH \"{}\"\nS: a OK done",
            authorized().as_str().replace("authuser", "anonymous")
        ),
        "S: * GENURLAUTH\nS: a OK done".to_owned(),
        "S: a OK done".to_owned(),
    ] {
        scripted(&builder(), &format!("{asked}{told}\nC: n NOOP\nS: n OK done"), async |mut client| {
            let error = client.authorize_url(rump("INBOX", 1)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{told}");
            client.noop().await.unwrap();
        });
    }
    // Written otherwise it is still the same.
    let same =
        format!("imap://alice@MAIL.example/%49NBOX/;uid=1/;section=1;urlauth=AuthUser:INTERNAL:{TOKEN}");
    scripted(&builder(), &format!("{asked}S: * GENURLAUTH \"{same}\"\nS: a OK done"), async |mut client| {
        assert_eq!(client.authorize_url(rump("INBOX", 1)).await.unwrap().as_str(), same);
    });
}

#[test]
fn what_is_said_of_other_urls_is_no_answer() {
    let asked = format!("C: a URLFETCH \"{}\"\n", authorized());
    let other = format!("{}:internal:{TOKEN}", rump("INBOX", 2));
    for told in [
        format!("S: * URLFETCH \"{other}\" \"not yours\"\nS: a OK done"),
        format!("S: * URLFETCH \"{}\"\nS: a OK done", authorized()),
        format!("S: * URLFETCH {} (\nS: a OK done", authorized()),
        "S: * URLFETCH\nS: a OK done".to_owned(),
        "S: a OK done".to_owned(),
    ] {
        scripted(&builder(), &format!("{asked}{told}\nC: n NOOP\nS: n OK done"), async |mut client| {
            let error = client.fetch_authorized(&authorized()).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(rfc4467::URLFETCH_GETS_URLFETCH))
            );
            client.noop().await.unwrap();
        });
    }
    let both = format!("{asked}S: * URLFETCH \"{other}\" \"no\" \"{}\" \"yes\"\nS: a OK done", authorized());
    scripted(&builder(), &both, async |mut client| {
        assert_eq!(client.fetch_authorized(&authorized()).await.unwrap().unwrap(), "yes");
    });
}

#[test]
fn what_is_too_large_is_refused_at_its_announcement() {
    let mut limits = Limits::default();
    limits.literal = 1000;
    let builder = builder().limits(limits);
    for octets in ["1001", "4294967295", "9223372036854775807", "99999999999999999999"] {
        let dialogue =
            format!("C: a URLFETCH \"{0}\"\nS: * URLFETCH \"{0}\" {{{octets}}}\n<hold>", authorized());
        scripted(&builder, &dialogue, async |mut client| {
            let error = client.fetch_authorized(&authorized()).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Protocol), "{octets}: {error}");
            assert_eq!(client.state(), ProtocolState::Failed);
            assert!(client.buffer_capacity() < 1 << 20);
        });
    }
}

#[test]
fn lists_without_an_end_are_no_structure() {
    let deep = "(".repeat(5000) + &")".repeat(5000);
    let dialogue = format!(
        "C: a URLFETCH (\"{0}\" BODYPARTSTRUCTURE)\nS: * URLFETCH \"{0}\" (BODYPARTSTRUCTURE {deep})\nS: a OK done\nC: n NOOP\nS: n OK done",
        authorized()
    );
    scripted(&builder(), &dialogue, async |mut client| {
        let item = UrlFetchItem::new(authorized()).content(UrlContent::Nothing).structure();
        assert!(client.fetch_authorized_with([item]).await.is_err());
        client.noop().await.unwrap();
    });
}

#[test]
fn a_url_is_good_until_its_key_is_reset() {
    let server = Server::new(Accounts::new().password("alice", "pencil").password("bob", "pencil"));
    let message = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n";
    server.deliver("alice", "INBOX", message.as_bytes());
    let login = async |stream, user: &str| {
        let mut client = builder().connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&Credentials::password(user, "pencil".to_owned())).await.unwrap();
        client
    };
    run_virtual(async {
        let ((near, far), (other_near, other_far)) = (pair(1 << 16), pair(1 << 16));
        let work = async {
            let (mut alice, mut bob) = (login(near, "alice").await, login(other_near, "bob").await);
            let url = alice.authorize_url(rump("INBOX", 1)).await.unwrap();
            assert_eq!(bob.fetch_authorized(&url).await.unwrap().unwrap(), "AAECAw==\r\n");
            let item = || UrlFetchItem::new(url.clone());
            let found = bob
                .fetch_authorized_with([item().content(UrlContent::Binary).structure(), item()])
                .await
                .unwrap();
            let UrlAnswer::Metadata(metadata) = &found[0].answer else { panic!("{found:?}") };
            assert_eq!(metadata.binary, Some(UrlBinary::Decoded(vec![0, 1, 2, 3].into())));
            assert!(found[0].structure().unwrap().media_type().eq_ignore_ascii_case("image"));
            assert_eq!(found[1].content().unwrap(), "AAECAw==\r\n");
            // To the letter.
            let forged = url.as_str().replace("SECTION=1", "SECTION=2");
            assert_eq!(bob.fetch_authorized(&AuthorizedUrl::parse(&forged).unwrap()).await.unwrap(), None);
            assert_eq!(bob.authorize_url(rump("INBOX", 1)).await.unwrap_err().kind(), ErrorKind::Refused);
            let mechanisms = alice.reset_url_key("INBOX").await.unwrap().unwrap();
            assert_eq!(mechanisms.len(), 1);
            assert_eq!(bob.fetch_authorized(&url).await.unwrap(), None);
            let again = alice.authorize_url(rump("INBOX", 1)).await.unwrap();
            assert_ne!(again, url);
            alice.reset_all_url_keys().await.unwrap();
            assert_eq!(bob.fetch_authorized(&again).await.unwrap(), None);
        };
        let _ = tokio::join!(work, server.serve(far), server.serve(other_far));
    });
}

#[test]
fn each_url_gets_what_was_told_of_it_in_whatever_order() {
    let urls: Vec<String> =
        [3, 1, 2, 1].map(|part| format!("{}:internal:{TOKEN}", rump("INBOX", part))).into();
    // One of them in other words, and one twice.
    let told = [&urls[2], &urls[1], &urls[0].replace("INBOX", "%49NBOX"), &urls[1]];
    let told: String =
        told.iter().enumerate().map(|(at, url)| format!("S: * URLFETCH \"{url}\" \"{at}\"\n")).collect();
    let asked: String = urls.iter().map(|url| format!(" \"{url}\"")).collect();
    scripted(&builder(), &format!("C: a URLFETCH{asked}\n{told}S: a OK done"), async |mut client| {
        let items = urls.iter().map(|url| UrlFetchItem::new(AuthorizedUrl::parse(url).unwrap()));
        let found = client.fetch_authorized_with(items).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|found| found.into_content().unwrap()).collect();
        assert_eq!(found, ["2", "1", "0", "3"]);
    });
    // Twice the same, of which one is told in other words.
    let told =
        format!("S: * URLFETCH \"{0}\" \"x\" \"{1}\" \"y\"\n", urls[0], urls[0].replace("INBOX", "%49NBOX"));
    let twice = format!("C: a URLFETCH \"{0}\" \"{0}\"\n{told}S: a OK done", urls[0]);
    scripted(&builder(), &twice, async |mut client| {
        let items = [&urls[0]; 2].map(|url| UrlFetchItem::new(AuthorizedUrl::parse(url).unwrap()));
        let found = client.fetch_authorized_with(items).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|found| found.into_content().unwrap()).collect();
        assert_eq!(found, ["x", "y"]);
    });
    // What is told twice of one URL is not told of another.
    let told = format!("S: * URLFETCH \"{0}\" \"x\" \"{0}\" \"y\"\n", urls[0]);
    scripted(&builder(), &format!("C: a URLFETCH{asked}\n{told}S: a OK done"), async |mut client| {
        let items = urls.iter().map(|url| UrlFetchItem::new(AuthorizedUrl::parse(url).unwrap()));
        let error = client.fetch_authorized_with(items).await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4467::URLFETCH_GETS_URLFETCH));
    });
}

#[test]
fn no_log_shows_a_token() {
    let dialect = Dialect::new(
        [Capability::Imap4Rev1, Capability::UrlAuth, Capability::UrlAuthBinary, Capability::Catenate]
            .into_iter()
            .collect(),
        &Capabilities::default(),
    );
    let item = || UrlFetchItem::new(authorized());
    let fetch = UrlFetch::new([item(), item().content(UrlContent::Binary)]);
    let joined = AppendMessage::catenate(
        AppendOptions::new(),
        [CatenatePart::Url(Box::new(authorized().url().relative()))],
    );
    let append = Append::several(MailboxName::inbox(), [joined]);
    for (encoded, shown) in [
        (Encoder::command(&fetch, &dialect).unwrap(), format!("{fetch:?}")),
        (Encoder::command(&append, &dialect).unwrap(), format!("{append:?}")),
    ] {
        let wire: Vec<u8> =
            encoded.segments().iter().filter_map(|segment| segment.bytes()).flatten().copied().collect();
        assert!(String::from_utf8(wire).unwrap().contains(TOKEN));
        for shown in [format!("{encoded}"), format!("{encoded:?}"), shown] {
            assert!(!shown.contains(TOKEN), "{shown}");
        }
    }
    let dialogue = format!("C: a URLFETCH \"{0}\"\nS: * URLFETCH \"{0}\" NIL\nS: a OK done", authorized());
    scripted(&builder(), &dialogue, async |mut client| {
        let found = client.fetch_authorized_with([item()]).await.unwrap();
        assert!(found[0].url.contains(TOKEN) && !format!("{found:?}").contains(TOKEN));
    });
}
