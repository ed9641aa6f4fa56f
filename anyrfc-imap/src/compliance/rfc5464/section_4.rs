//! RFC 5464, sections 1, 4 and 5: the capabilities, the commands and the response.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::rev1::{End, gated, name},
    section_3::{entry, get, set},
};
use crate::{
    codec::command::{Enable, GetMetadata, MetadataDepth, SetMetadata},
    rfc5464 as r,
    types::{
        Capability, Code, Data, MailboxName, MetadataCode, MetadataEntry, MetadataTarget, MetadataTold, Names,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5464-section-1/the-capability-is-needed",
        covers: &[r::METADATA_NEEDS_THE_CAPABILITY],
        run: the_capability_is_needed,
    },
    Check {
        name: "rfc5464-section-1/metadata-server-is-for-the-server",
        covers: &[r::METADATA_SERVER_IS_FOR_THE_SERVER],
        run: metadata_server_is_for_the_server,
    },
    Check {
        name: "rfc5464-section-4.1/the-server-has-an-empty-name",
        covers: &[r::EMPTY_MAILBOX_MEANS_THE_SERVER],
        run: the_server_has_an_empty_name,
    },
    Check {
        name: "rfc5464-section-4.2/somebody-is-logged-in",
        covers: &[r::GETMETADATA_NEEDS_AUTHENTICATION, r::SETMETADATA_NEEDS_AUTHENTICATION],
        run: somebody_is_logged_in,
    },
    Check {
        name: "rfc5464-section-4.2/getmetadata-has-options",
        covers: &[r::GETMETADATA_MAY_HAVE_OPTIONS, r::LONG_ENTRIES_ARE_TOLD],
        run: getmetadata_has_options,
    },
    Check {
        name: "rfc5464-section-4.2.2/depth-is-one-of-three",
        covers: &[r::DEPTH_IS_ONE_OF_THREE],
        run: depth_is_one_of_three,
    },
    Check {
        name: "rfc5464-section-4.3/nil-removes",
        covers: &[r::ENTRY_IS_REMOVED_BY_NIL],
        run: nil_removes,
    },
    Check {
        name: "rfc5464-section-4.3/success-is-enough",
        covers: &[
            r::NO_METADATA_IS_EXPECTED,
            r::OK_MEANS_THE_ANNOTATION_IS_SET,
            r::SETMETADATA_GETS_NO_METADATA,
        ],
        run: success_is_enough,
    },
    Check {
        name: "rfc5464-section-4.3/refusals-say-why",
        covers: &[
            r::TOO_LARGE_VALUE_GETS_MAXSIZE,
            r::TOO_MANY_ANNOTATIONS_GET_TOOMANY,
            r::NO_PRIVATE_ANNOTATIONS_GET_NOPRIVATE,
        ],
        run: refusals_say_why,
    },
    Check {
        name: "rfc5464-section-4.4/changes-are-told-without-values",
        covers: &[r::CHANGED_VALUES_ARE_FETCHED, r::UNSOLICITED_METADATA_HAS_NO_VALUES],
        run: changes_are_told_without_values,
    },
    Check {
        name: "rfc5464-section-4.4/an-answer-comes-in-parts",
        covers: &[r::METADATA_MAY_COME_IN_PARTS, r::RESPONSE_HAS_ENTRIES],
        run: an_answer_comes_in_parts,
    },
    Check {
        name: "rfc5464-section-5/tokens-have-no-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_have_no_case,
    },
];

fn of_server() -> GetMetadata {
    GetMetadata::new(MetadataTarget::Server, [MetadataEntry::SHARED_COMMENT])
}

fn set_server() -> SetMetadata {
    SetMetadata::new(MetadataTarget::Server).text(MetadataEntry::SHARED_COMMENT, "x")
}

fn the_capability_is_needed() {
    for capability in ["METADATA", "METADATA-SERVER"] {
        let needed = [(capability, r::METADATA_NEEDS_THE_CAPABILITY)];
        gated(&needed, of_server, "GETMETADATA \"\" /shared/comment");
        gated(&needed, set_server, "SETMETADATA \"\" (/shared/comment \"x\")");
    }
}

fn metadata_server_is_for_the_server() {
    let needed = [("METADATA", r::METADATA_SERVER_IS_FOR_THE_SERVER)];
    gated(&needed, || get(&["/shared/comment"]), "GETMETADATA INBOX /shared/comment");
    gated(&needed, || set().remove(entry("/private/x")), "SETMETADATA INBOX (/private/x NIL)");
    let mut end = End::rev1("METADATA-SERVER");
    let error = end.refuses(get(&["/shared/comment"]));
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::METADATA_SERVER_IS_FOR_THE_SERVER))
    );
    assert_eq!(end.asks(of_server(), "OK done").0, "GETMETADATA \"\" /shared/comment");
}

fn the_server_has_an_empty_name() {
    let mut end = End::rev1("METADATA");
    let reply = "* METADATA INBOX (/shared/comment \"of the mailbox\")\n\
                 * METADATA \"\" (/shared/comment \"of the server\")\nOK done";
    let answer = end.gets(of_server(), reply);
    let value = answer.value(&MetadataEntry::SHARED_COMMENT).expect("told");
    assert_eq!((answer.values.len(), &**value), (1, &b"of the server"[..]));
    // What was not asked for is told as what it is.
    let others = end.data();
    assert!(
        matches!(&others[..], [Data::Metadata(other)] if other.target == MetadataTarget::Mailbox(name("INBOX")))
    );
    let answer = end.gets(get(&["/shared/comment"]), reply);
    assert_eq!(&**answer.value(&MetadataEntry::SHARED_COMMENT).expect("told"), b"of the mailbox");
    assert!(matches!(&end.data()[..], [Data::Metadata(other)] if other.target == MetadataTarget::Server));
    // No mailbox is ever written so.
    let nameless = MailboxName::received(b"", Names::ModifiedUtf7);
    let error = end.refuses(GetMetadata::new(nameless, [MetadataEntry::SHARED_COMMENT]));
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn somebody_is_logged_in() {
    let mut end = End::greeted("METADATA");
    for error in [end.refuses(get(&["/shared/comment"])), end.refuses(of_server()), end.refuses(set_server())]
    {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    for mut end in [End::rev1("METADATA"), End::selected("METADATA")] {
        assert_eq!(end.asks(get(&["/shared/comment"]), "OK done").0, "GETMETADATA INBOX /shared/comment");
        assert_eq!(end.asks(set_server(), "OK done").0, "SETMETADATA \"\" (/shared/comment \"x\")");
    }
}

fn getmetadata_has_options() {
    let mut end = End::rev1("METADATA");
    let both = || get(&["/shared/comment", "/private/comment"]);
    let (text, answer) = end.asks(both(), "* METADATA INBOX (/private/comment \"a\")\nOK done");
    assert_eq!(text, "GETMETADATA INBOX (/shared/comment /private/comment)");
    assert_eq!(answer.expect("done").long_entries, None);
    let reply = "* METADATA INBOX (/private/comment \"My own comment\")\n\
                 OK [METADATA LONGENTRIES 2199] GETMETADATA complete";
    let (text, answer) = end.asks(both().max_size(1024), reply);
    assert_eq!(text, "GETMETADATA (MAXSIZE 1024) INBOX (/shared/comment /private/comment)");
    let answer = answer.expect("done");
    assert_eq!((answer.long_entries, answer.values.len()), (Some(2199), 1));
    let (text, _) = end.asks(both().depth(MetadataDepth::One).max_size(0), "OK done");
    assert_eq!(text, "GETMETADATA (MAXSIZE 0 DEPTH 1) INBOX (/shared/comment /private/comment)");
    // All may be too large.
    let answer = end.gets(both().max_size(1), "OK [METADATA LONGENTRIES 9223372036854775807] done");
    assert_eq!((answer.long_entries, answer.values.len()), (Some(i64::MAX as u64), 0));
    let nothing = end.refuses(GetMetadata::new(name("INBOX"), []));
    assert_eq!(nothing.kind(), ErrorKind::Usage);
}

fn depth_is_one_of_three() {
    let mut end = End::rev1("METADATA");
    for (depth, word) in
        [(MetadataDepth::Zero, "0"), (MetadataDepth::One, "1"), (MetadataDepth::Infinity, "infinity")]
    {
        let reply = "* METADATA INBOX (/private/filters/values/small \"SMALLER 5000\" \
                     /private/filters/values/boss \"FROM \\\"boss@example.com\\\"\")\nOK done";
        let (text, answer) = end.asks(get(&["/private/filters/values"]).depth(depth), reply);
        assert_eq!(text, format!("GETMETADATA (DEPTH {word}) INBOX /private/filters/values"));
        // Entries that were not named themselves belong to the answer.
        let answer = answer.expect("done");
        let boss = answer.value(&entry("/private/filters/values/boss")).expect("told");
        assert_eq!((answer.values.len(), &**boss), (2, &b"FROM \"boss@example.com\""[..]));
    }
}

fn nil_removes() {
    let mut end = End::rev1("METADATA");
    let (text, answer) = end.asks(set().remove(entry("/private/comment")), "OK done");
    assert_eq!(text, "SETMETADATA INBOX (/private/comment NIL)");
    answer.expect("removed");
    // A text that reads NIL is one, and the empty one is none the less a value.
    let texts = set().text(entry("/private/a"), "NIL").text(entry("/private/b"), "");
    assert_eq!(end.asks(texts, "OK done").0, "SETMETADATA INBOX (/private/a \"NIL\" /private/b \"\")");
    let reply = "* METADATA INBOX (/private/a NIL /private/b \"NIL\" /private/c \"\")\nOK done";
    let answer = end.gets(get(&["/private/a", "/private/b", "/private/c"]), reply);
    assert_eq!(answer.values[0].1, None);
    assert_eq!(answer.value(&entry("/private/b")).map(|value| &**value), Some(&b"NIL"[..]));
    assert_eq!(answer.value(&entry("/private/c")).map(|value| &**value), Some(&b""[..]));
}

fn success_is_enough() {
    let mut end = End::rev1("METADATA");
    let change = || set().text(entry("/private/comment"), "new");
    end.asks(change(), "OK done").1.expect("set");
    assert!(end.events.is_empty());
    // What comes beside it is no part of the answer, but somebody's change.
    end.asks(change(), "* METADATA INBOX (/private/comment \"old\")\nOK done").1.expect("set");
    assert_eq!(end.data().len(), 1);
    let error = end.asks(change(), "NO no").1.expect_err("not set");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let nothing = end.refuses(set());
    assert_eq!(nothing.kind(), ErrorKind::Usage);
}

fn refusals_say_why() {
    let mut end = End::rev1("METADATA");
    for (written, code) in [
        ("MAXSIZE 1024", MetadataCode::MaxSize(1024)),
        ("maxsize 0", MetadataCode::MaxSize(0)),
        ("TOOMANY", MetadataCode::TooMany),
        ("NoPrivate", MetadataCode::NoPrivate),
    ] {
        let reply = format!("NO [METADATA {written}] SETMETADATA failed");
        let error = end.asks(set().text(entry("/private/x"), "y"), &reply).1.expect_err("refused");
        assert_eq!(error.code(), Some(&Code::Metadata(code)));
    }
    for odd in ["MAXSIZE", "MAXSIZE x", "TOOMANY 1", "SOMETHING", "LONGENTRIES 18446744073709551616"] {
        let reply = format!("NO [METADATA {odd}] SETMETADATA failed");
        let error = end.asks(set().text(entry("/private/x"), "y"), &reply).1.expect_err("refused");
        assert!(matches!(error.code(), Some(Code::Other { name, .. }) if name == "METADATA"), "{odd}");
    }
}

fn changes_are_told_without_values() {
    let mut end = End::rev1("ENABLE METADATA");
    let (text, _) = end.asks(Enable::new([Capability::Metadata]), "* ENABLED METADATA\nOK done");
    assert_eq!(text, "ENABLE METADATA");
    assert!(end.connection.enabled().has(&Capability::Metadata));
    end.events.clear();
    let changed = |data: &[Data]| match data {
        [Data::Metadata(metadata)] => match &metadata.told {
            MetadataTold::Changed(entries) => (metadata.target.clone(), entries.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    end.says("* METADATA \"\" /shared/comment");
    assert_eq!(changed(&end.data()), (MetadataTarget::Server, vec![entry("/shared/comment")]));
    end.says("* METADATA \"INBOX\" /shared/comment \"/private/a b\"");
    let both = vec![entry("/shared/comment"), entry("/private/a b")];
    assert_eq!(changed(&end.data()), (name("INBOX").into(), both));
    // Even where the same is being asked for, it is no answer: the value is asked for, and comes.
    let (ticket, _) = end.sends(get(&["/shared/comment"]));
    end.says("* METADATA INBOX /shared/comment");
    end.says("* METADATA INBOX (/shared/comment \"new\")\nOK done");
    let answer = end.answer(ticket).expect("done");
    assert_eq!(answer.value(&entry("/shared/comment")).map(|value| &**value), Some(&b"new"[..]));
    assert_eq!(changed(&end.data()).1.len(), 1);
}

fn an_answer_comes_in_parts() {
    let mut end = End::rev1("METADATA");
    let both = || get(&["/private/comment", "/shared/comment"]);
    for reply in [
        "* METADATA \"INBOX\" (/private/comment \"My comment\" /shared/comment \"Its sunny outside!\")\nOK done",
        "* METADATA \"INBOX\" (/private/comment \"My comment\")\n* 23 EXISTS\n\
         * METADATA \"INBOX\" (/shared/comment \"Its sunny outside!\")\nOK done",
    ] {
        let answer = end.gets(both(), reply);
        let told: Vec<_> = answer.values.iter().filter_map(|(_, value)| value.as_deref()).collect();
        assert_eq!(told, [&b"My comment"[..], b"Its sunny outside!"]);
    }
    end.events.clear();
    // What is neither is told as it came, and not taken for entries without values.
    for odd in ["INBOX (/shared/a)", "INBOX (/shared/a (x))", "INBOX", "INBOX ((/shared/a) x)", ""] {
        let reply = format!("* METADATA {odd}\n* METADATA INBOX (/private/comment \"x\")\nOK done");
        let error = end.asks(both(), &reply).1.expect_err(odd);
        assert!(error.requirement().is_some() && error.unparsed().is_some(), "{odd}: {error}");
        assert!(matches!(&end.data()[..], [Data::Malformed { .. }]), "{odd}");
    }
    assert!(end.deviated(r::RESPONSE_HAS_ENTRIES) >= 4);
    // Nor is nothing in parentheses an error that would cost anything.
    assert!(end.gets(both(), "* METADATA INBOX ()\nOK done").values.is_empty());
}

fn tokens_have_no_case() {
    let mut end = End::rev1("metadata");
    let reply =
        "* metaDATA INBOX (/shared/comment nil /private/comment \"x\")\nOK [metadata longEntries 7] done";
    let answer = end.gets(get(&["/shared/comment", "/private/comment"]), reply);
    assert_eq!((answer.values.len(), answer.values[0].1.is_none(), answer.long_entries), (2, true, Some(7)));
}
