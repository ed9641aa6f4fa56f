//! RFC 5464, RFC 9590, RFC 4314, RFC 8440, RFC 9208: against the test kit's server, and against
//! servers that mean no good.

use anyrfc_core::testing::{Subject, harness, now, pair, run_virtual};
use anyrfc_imap::{
    AclIdentifier, AppendOptions, Capability, Code, Credentials, Data, ErrorKind, Event, ImapClient,
    MailboxName, MetadataCode, MetadataEntry, MetadataTarget, MetadataTold, Pattern, QuotaResource,
    QuotaRoot, Right, Rights, Security, StatusItem, StatusItems,
    command::{
        GetMetadata, GetQuota, List, ListReturn, MetadataDepth, MyRights, SetAcl, SetMetadata, SetQuota,
    },
    proto::{Config, Connection},
    testing::{Accounts, Dialogue, Server},
};
use anyrfc_sasl::{MechanismName, Policy};

use crate::support::{Peer, SEED, borrowed_words, with, words};

const ALL: [&str; 9] = [
    "METADATA",
    "LIST-METADATA",
    "ACL",
    "RIGHTS=texk",
    "LIST-MYRIGHTS",
    "QUOTA",
    "QUOTASET",
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
];

fn server() -> Server {
    let server = Server::new(Accounts::new().password("user", "pencil"));
    ALL.into_iter().fold(server, Server::with)
}

async fn login(stream: anyrfc_core::testing::MemoryStream) -> ImapClient {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    let builder = ImapClient::builder().security(Security::Plaintext).sasl(policy);
    let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
    client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
    client
}

/// A client of a whole server.
fn with_server(server: &Server, work: impl AsyncFnOnce(ImapClient)) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let client = async { work(login(near).await).await };
        let ((), _) = tokio::join!(client, server.serve(far));
    });
}

/// A client of a server that says this once somebody is logged in.
fn with_dialogue(dialogue: &str, work: impl AsyncFnOnce(ImapClient)) {
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
         S: in OK [CAPABILITY IMAP4rev1 {}] welcome\n{dialogue}",
        ALL.join(" ")
    );
    run_virtual(Dialogue::parse(&dialogue).play(async |stream| work(login(stream).await).await));
}

fn entry(name: &str) -> MetadataEntry {
    MetadataEntry::new(name).unwrap()
}

fn rights(letters: &str) -> Rights {
    letters.parse().unwrap()
}

#[test]
fn annotations_are_kept_as_they_are_set() {
    let server = server();
    with_server(&server, async |mut client| {
        let (comment, blob) = (MetadataEntry::PRIVATE_COMMENT, entry("/shared/vendor/example/blob"));
        assert_eq!(client.mailbox_metadata("INBOX", &comment).await.unwrap(), None);
        let octets: Vec<u8> = (0..=255).cycle().take(20_000).collect();
        let set = SetMetadata::new(MailboxName::inbox())
            .text(comment.clone(), "two\nlines")
            .binary(blob.clone(), octets.clone());
        client.set_metadata(set).await.unwrap();
        let told = client.mailbox_metadata("INBOX", &comment).await.unwrap();
        assert_eq!(told.as_deref(), Some(&b"two\r\nlines"[..]));
        assert_eq!(client.mailbox_metadata("INBOX", &blob).await.unwrap().as_deref(), Some(&*octets));
        assert_eq!(server.annotation("user", "INBOX", "/Shared/vendor/example/BLOB"), Some(octets));
        // Of the server, they are others.
        assert_eq!(client.server_metadata(&comment).await.unwrap(), None);
        let set = SetMetadata::new(MetadataTarget::Server).text(comment.clone(), "of the server");
        client.set_metadata(set).await.unwrap();
        assert_eq!(client.server_metadata(&comment).await.unwrap().as_deref(), Some(&b"of the server"[..]));
        client.set_metadata(SetMetadata::new(MailboxName::inbox()).remove(comment.clone())).await.unwrap();
        assert_eq!(client.mailbox_metadata("INBOX", &comment).await.unwrap(), None);
        // They go along with the name of the mailbox.
        client.create("a").await.unwrap();
        let of = |name: &str| MailboxName::new(name).unwrap();
        client.set_metadata(SetMetadata::new(of("a")).text(comment.clone(), "x")).await.unwrap();
        client.rename("a", "b").await.unwrap();
        assert_eq!(client.mailbox_metadata("b", &comment).await.unwrap().as_deref(), Some(&b"x"[..]));
        let error = client.mailbox_metadata("a", &comment).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::Nonexistent));
        client.logout().await.unwrap();
    });
}

#[test]
fn annotations_are_asked_for_by_size_and_depth() {
    with_server(&server(), async |mut client| {
        let inbox = MailboxName::inbox;
        let set = SetMetadata::new(inbox())
            .text(entry("/private/f/v/small"), "s")
            .text(entry("/private/f/v/large"), &"l".repeat(300))
            .text(entry("/private/f/v/a/b"), "deep");
        client.set_metadata(set).await.unwrap();
        let get = || GetMetadata::new(inbox(), [entry("/private/f/v")]);
        for (depth, count) in [(MetadataDepth::One, 2), (MetadataDepth::Infinity, 3)] {
            let answer = client.metadata_with(get().depth(depth)).await.unwrap();
            assert_eq!((answer.values.len(), answer.long_entries), (count, None));
        }
        let answer = client.metadata_with(get().depth(MetadataDepth::One).max_size(10)).await.unwrap();
        assert_eq!((answer.values.len(), answer.long_entries), (1, Some(300)));
        assert_eq!(client.metadata_with(get()).await.unwrap().value(&entry("/private/f/v")), None);
    });
}

#[test]
fn what_cannot_be_set_says_why_and_nothing_else_is_set() {
    let server = server();
    with_server(&server, async |mut client| {
        let inbox = MailboxName::inbox;
        let large = SetMetadata::new(inbox())
            .text(entry("/private/small"), "x")
            .binary(entry("/private/large"), vec![b'x'; 100_000]);
        let error = client.set_metadata(large).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::Metadata(MetadataCode::MaxSize(65_536))));
        assert_eq!(server.annotation("user", "INBOX", "/private/small"), None);
        let many = (0..40)
            .fold(SetMetadata::new(inbox()), |set, n| set.text(entry(&format!("/private/n/{n}")), "x"));
        let error = client.set_metadata(many).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::Metadata(MetadataCode::TooMany)));
        assert_eq!(server.annotation("user", "INBOX", "/private/n/0"), None);
        // What no server may have set is not even asked for.
        let admin = SetMetadata::new(MetadataTarget::Server).remove(MetadataEntry::SHARED_ADMIN);
        assert!(client.set_metadata(admin).await.unwrap_err().is_unsent());
    });
}

#[test]
fn what_others_change_is_told() {
    let server = server();
    with_server(&server, async |mut client| {
        server.annotate("user", "INBOX", "/private/before", Some(b"x"));
        assert!(client.watch_metadata().await.unwrap());
        assert!(client.enabled().unwrap().has(&Capability::Metadata));
        // What one changes oneself is not told.
        let set = SetMetadata::new(MailboxName::inbox()).text(MetadataEntry::PRIVATE_COMMENT, "mine");
        client.set_metadata(set).await.unwrap();
        client.noop().await.unwrap();
        assert!(client.take_event().is_none());
        server.annotate("user", "INBOX", "/private/comment", Some(b"theirs"));
        server.annotate("user", "", "/shared/comment", None);
        client.noop().await.unwrap();
        let mut told = Vec::new();
        while let Some(event) = client.take_event() {
            let Event::Data(Data::Metadata(metadata)) = event else { panic!("{event:?}") };
            let MetadataTold::Changed(entries) = metadata.told else { panic!("{:?}", metadata.told) };
            told.push((metadata.target, entries));
        }
        let inbox = MetadataTarget::Mailbox(MailboxName::inbox());
        assert_eq!(
            told,
            [
                (inbox, vec![MetadataEntry::PRIVATE_COMMENT]),
                (MetadataTarget::Server, vec![MetadataEntry::SHARED_COMMENT])
            ]
        );
        let value = client.mailbox_metadata("INBOX", &MetadataEntry::PRIVATE_COMMENT).await.unwrap();
        assert_eq!(value.as_deref(), Some(&b"theirs"[..]));
    });
}

#[test]
fn lists_bring_annotations_and_rights_along() {
    let server = server();
    server.deliver("user", "work/a", b"Subject: x\r\n\r\n");
    server.annotate("user", "work", "/shared/comment", Some(b"all of it"));
    server.annotate("user", "work/a", "/shared/comment", Some(b"binary\0"));
    with_server(&server, async |mut client| {
        let list = List::new(Pattern::all())
            .returns(ListReturn::Metadata(vec![MetadataEntry::SHARED_COMMENT]))
            .returns(ListReturn::MyRights)
            .returns(ListReturn::Status(StatusItems::common()));
        let listed = client.list_with(list).await.unwrap();
        let told: Vec<_> = listed
            .iter()
            .map(|one| {
                let value = one.metadata.first().and_then(|(_, value)| value.as_deref());
                (one.entry.mailbox.as_str(), value, one.status.as_ref().and_then(|status| status.messages))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("INBOX", None, Some(0)),
                ("work", Some(&b"all of it"[..]), Some(0)),
                ("work/a", Some(&b"binary\0"[..]), Some(1)),
            ]
        );
        for one in &listed {
            assert_eq!(one.my_rights, Some(rights("lrswipkxtea")), "{one:?}");
        }
    });
}

#[test]
fn rights_are_given_and_taken() {
    with_server(&server(), async |mut client| {
        let fred = AclIdentifier::new("fred").unwrap();
        let inbox = MailboxName::inbox;
        assert_eq!(client.my_rights("INBOX").await.unwrap(), rights("lrswipkxtea"));
        client.set_acl(SetAcl::replace(inbox(), fred.clone(), rights("lr7"))).await.unwrap();
        client.set_acl(SetAcl::grant(inbox(), fred.clone(), rights("te"))).await.unwrap();
        client.set_acl(SetAcl::revoke(inbox(), fred.clone(), rights("e"))).await.unwrap();
        let list = client.acl("INBOX").await.unwrap();
        assert_eq!(list.rights(&fred), Some(rights("lr7t")));
        client.set_acl(SetAcl::grant(inbox(), fred.negative(), rights("w"))).await.unwrap();
        let list = client.acl("INBOX").await.unwrap();
        assert_eq!((list.entries.len(), list.rights(&fred.negative())), (3, Some(rights("w"))));
        let listed = client.grantable_rights("INBOX", &fred).await.unwrap();
        assert_eq!(listed.tied_to(Right::CREATE_MAILBOXES), Some(rights("kx")));
        client.delete_acl("INBOX", &fred).await.unwrap();
        assert_eq!(client.acl("INBOX").await.unwrap().rights(&fred), None);
        let error = client.acl("nowhere").await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::Nonexistent));
        // What the server does not advertise is not tried.
        let error = client.set_acl(SetAcl::grant(inbox(), fred, rights("n"))).await.unwrap_err();
        assert!(error.is_unsent() && error.kind() == ErrorKind::Unsupported);
    });
}

#[test]
fn quotas_are_told_and_kept() {
    let server = server();
    server.limit("user", "STORAGE", 10);
    with_server(&server, async |mut client| {
        let root = QuotaRoot::from("");
        let answer = client.quota_roots("not/there").await.unwrap();
        assert_eq!(answer.roots, std::slice::from_ref(&root));
        let quota = client.quota(&root).await.unwrap();
        assert!(!quota.looks_too_small_for(10_240) && quota.looks_too_small_for(10_241));
        client.append_bytes("INBOX", AppendOptions::new(), vec![b'x'; 9 * 1024]).await.unwrap();
        let error = client.append_bytes("INBOX", AppendOptions::new(), vec![b'x'; 2000]).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::OverQuota));
        let now = client.quota(&root).await.unwrap();
        assert_eq!(now.of(&QuotaResource::Storage).map(|storage| storage.usage), Some(9));
        let set = SetQuota::from(&now).limit(QuotaResource::Message, 7);
        let set = client.set_quota(set).await.unwrap().unwrap();
        assert_eq!(set.resources.len(), 2);
        assert!(client.quota(&QuotaRoot::from("other")).await.is_err());
        let items = StatusItems::new().item(StatusItem::DeletedStorage).item(StatusItem::Deleted);
        let status = client.status("INBOX", items).await.unwrap();
        assert_eq!((status.deleted_storage, status.deleted), (Some(0), Some(0)));
    });
}

// What follows is said by servers that mean no good.

#[test]
fn a_quota_root_is_told_once_and_last() {
    let dialogue = "C: a GETQUOTAROOT INBOX\n\
        S: * QUOTAROOT INBOX r s\n\
        S: * QUOTA r (STORAGE 1 10)\n\
        S: * QUOTA s (STORAGE 2 10)\n\
        S: * QUOTA r (STORAGE 3 10)\n\
        S: a OK done";
    with_dialogue(dialogue, async |mut client| {
        let answer = client.quota_roots("INBOX").await.unwrap();
        assert_eq!(answer.quotas.len(), 2);
        let usage =
            |root| answer.quota(&QuotaRoot::from(root)).unwrap().of(&QuotaResource::Storage).unwrap().usage;
        assert_eq!((usage("r"), usage("s")), (3, 2));
    });
}

fn get() -> GetMetadata {
    GetMetadata::new(MailboxName::inbox(), [MetadataEntry::SHARED_COMMENT])
}

fn subject(config: Config) -> Subject<Connection> {
    let new = move || Connection::new(config.clone(), SEED, now());
    Subject::new(new, words, |event| borrowed_words(event))
}

#[test]
fn a_value_that_is_announced_takes_no_memory() {
    for announced in ["{4294967296}", "~{4294967296}", "{99999999999999999999}", "~{67108865}"] {
        let mut peer = Peer::authenticated("METADATA");
        let ticket = peer.submit(get());
        peer.hear();
        let error = peer.fails(&format!("* METADATA INBOX (/shared/comment {announced}\r\n"));
        assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Protocol), "{announced}: {error}");
        drop(ticket);
    }
    let input = b"* PREAUTH hello\r\n* METADATA INBOX (/shared/comment {60000000}\r\n";
    harness::announced_size_is_not_allocated(&subject(Config::default()), input);
    let mut peer = Peer::authenticated_with(with(|config| config.limits.literal = 1000), "METADATA");
    assert_eq!(peer.fails("* METADATA INBOX (/shared/comment {1001}\r\n").kind(), ErrorKind::Limit);
}

#[test]
fn many_values_are_limited() {
    let config = with(|config| config.limits.buffered = 300_000);
    // In one response without an end.
    let value = format!("/shared/comment {{1000}}\r\n{} ", "x".repeat(1000));
    let begin = b"* PREAUTH hello\r\n* METADATA INBOX (";
    let error = harness::endless_input_stops(&subject(config.clone()), begin, value.as_bytes());
    assert!(format!("{error:?}").contains("Limit"), "{error:?}");
    // In many responses to one command.
    for value in ["{1000}", "NIL"] {
        let mut peer = Peer::authenticated_with(config.clone(), "METADATA");
        let ticket = peer.submit(get());
        peer.hear();
        let octets = if value == "NIL" { String::new() } else { format!("\r\n{}", "x".repeat(1000)) };
        let mut told = 0;
        let error = loop {
            if let Err(error) =
                peer.try_say(&format!("* METADATA INBOX (/shared/c{told} {value}{octets})\r\n"))
            {
                break error;
            }
            told += 1;
            assert!(told < 10_000);
        };
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(told > 100, "{told}");
        drop(ticket);
    }
    // Small ones are counted as what they take, not as what they came as.
    let mut peer = Peer::authenticated_with(config, "METADATA");
    let ticket = peer.submit(get());
    peer.hear();
    let small = "a NIL ".repeat(20_000);
    assert!(small.len() < 150_000);
    let error = peer.fails(&format!("* METADATA INBOX ({})\r\n", small.trim_end()));
    assert_eq!(error.kind(), ErrorKind::Limit);
    drop(ticket);
}

#[test]
fn a_flood_of_changes_is_cut_off() {
    // 40 MiB that nobody has asked for.
    let value = "x".repeat(128 << 10);
    let flood =
        format!("S: * METADATA INBOX (/shared/comment {{{}}}\nS: {value})\n", value.len()).repeat(320);
    let dialogue = format!("C: a NOOP\n{flood}S: a OK done\n<end>");
    with_dialogue(&dialogue, async |mut client| {
        client.noop().await.unwrap();
        let Some(Event::Missed(missed)) = client.take_event() else { panic!("nothing was missed") };
        let mut kept = 0;
        while client.take_event().is_some() {
            kept += 1;
        }
        assert_eq!(missed + kept, 320);
        assert!((1..=128).contains(&kept), "{kept}");
    });
    // Of what takes more than it came as, what it takes counts.
    let flood = format!("S: * ACL INBOX{}\n", " a l".repeat(20_000)).repeat(100);
    with_dialogue(&format!("C: a NOOP\n{flood}S: a OK done\n<end>"), async |mut client| {
        client.noop().await.unwrap();
        let Some(Event::Missed(missed)) = client.take_event() else { panic!("nothing was missed") };
        assert!(missed > 80, "{missed}");
    });
    // And so is one of small ones.
    let flood = "S: * METADATA INBOX /shared/comment\n".repeat(20_000);
    with_dialogue(&format!("C: a NOOP\n{flood}S: a OK done\n<end>"), async |mut client| {
        client.noop().await.unwrap();
        assert!(matches!(client.take_event(), Some(Event::Missed(_))));
    });
}

#[test]
fn however_it_is_cut_it_is_the_same() {
    let said = "* METADATA \"\" (/shared/a {5}\r\n)\r\n* /private/b ~{3}\r\na\0\n /private/c NIL)\r\n\
                * METADATA {5}\r\nINBOX /shared/a \"/private/b c\"\r\n\
                * ACL INBOX {4}\r\nfr d lrk -anyone w\r\n* LISTRIGHTS INBOX \"\" \"\" l r\r\n\
                * MYRIGHTS INBOX \"lrs\"\r\n* QUOTAROOT INBOX {0}\r\n \"x y\"\r\n\
                * QUOTA {0}\r\n (STORAGE 1 2 X 3 9223372036854775808)\r\n";
    let mut whole = Peer::authenticated("METADATA ACL QUOTA");
    let told = whole.say(said);
    assert_eq!(told.len(), 7, "{told:#?}");
    assert!(told.iter().all(|one| !one.contains("Malformed") && !one.contains("Other {")), "{told:#?}");
    for chunk in [1, 2, 3, 7] {
        let mut peer = Peer::authenticated("METADATA ACL QUOTA");
        peer.chunk = chunk;
        assert_eq!(peer.say(said), told, "{chunk}");
    }
    // It ends anywhere.
    for end in 0..said.len() {
        let mut peer = Peer::authenticated("METADATA ACL QUOTA");
        let _ = peer.try_say(said.get(..end).unwrap_or_default());
    }
}

#[test]
fn what_is_no_answer_costs_only_itself() {
    let mut peer = Peer::authenticated("METADATA ACL QUOTA");
    let deep = format!("* METADATA INBOX {}{}\r\n", "(".repeat(100_000), ")".repeat(100_000));
    let many = format!("* ACL INBOX{}\r\n", " a lrs".repeat(100_000));
    let quota = format!("* QUOTA \"\" ({})\r\n", "X 1 99999999999999999999 ".repeat(40_000).trim_end());
    let told = peer.say(&format!("{deep}{many}{quota}* MYRIGHTS INBOX \u{fc}\r\n* MYRIGHTS INBOX\r\n"));
    assert!(told[0].contains("Malformed") && told[1].starts_with("Acl") && told[2].starts_with("Quota"));
    assert!(told[3].contains("Malformed") && told[4].contains("Malformed"), "{told:?}");
    let ticket = peer.submit(MyRights::new(MailboxName::inbox()));
    peer.hear();
    peer.say("* MYRIGHTS INBOX llllrrrr\r\n%% OK done\r\n");
    assert_eq!(peer.answer(ticket).unwrap(), rights("lr"));
    let ticket = peer.submit(GetQuota::new(QuotaRoot::from("")));
    peer.hear();
    peer.say("* QUOTA \"\" (STORAGE 1 2 STORAGE 3 4)\r\n%% OK done\r\n");
    // Told twice, the first counts, and the other is there to be seen.
    let quota = peer.answer(ticket).unwrap();
    assert_eq!((quota.resources.len(), quota.of(&QuotaResource::Storage).map(|one| one.usage)), (2, Some(1)));
}
