//! RFC 8474, section 8: what clients do with identifiers.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, name, set, uid},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    codec::command::UidFetch,
    rfc8474 as r,
    types::{EmailId, FetchItems, MailboxId, MailboxIds},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8474-section-8.3/emailids-come-before-content",
        covers: &[r::EMAILID_SPARES_DOWNLOADS],
        run: emailids_come_before_content,
    },
    Check {
        name: "rfc8474-section-8.3/renames-are-detected",
        covers: &[r::RENAMES_ARE_DETECTED],
        run: renames_are_detected,
    },
    Check {
        name: "rfc8474-section-8.4/shared-identifiers-are-not-believed",
        covers: &[r::INCONSISTENT_IDENTIFIERS_ARE_DISTRUSTED],
        run: shared_identifiers_are_not_believed,
    },
    Check {
        name: "rfc8474-section-8.4/nothing-is-fetched-again-by-itself",
        covers: &[r::DISCARDING_DOES_NOT_LOOP],
        run: nothing_is_fetched_again_by_itself,
    },
];

/// The identifiers of all new messages in one command, which asks for nothing else.
fn emailids_come_before_content() {
    let dialogue = format!(
        "{INBOX}C: ids UID FETCH 11:15 (EMAILID)\n\
         S: * 1 FETCH (UID 11 EMAILID (M1))\n\
         S: * 2 FETCH (EMAILID (a.b) UID 12)\n\
         S: * 3 FETCH (FLAGS (\\Seen))\n\
         S: * 3 FETCH (UID 15 EMAILID (M1))\n\
         S: ids OK done\n\
         C: new UID FETCH 11 (BODY.PEEK[])\n\
         S: * 1 FETCH (UID 11 BODY[] \"x\")\n\
         S: new OK done\n"
    );
    logged_in("OBJECTID", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let ids = inbox.email_ids(set("11:15")).await.expect("told");
        let told: Vec<_> = ids.iter().map(|(uid, id)| (uid.get(), id.as_str())).collect();
        // The two of one content: one of them need not be fetched.
        assert_eq!(told, [(11, "M1"), (15, "M1")]);
        let known: std::collections::BTreeMap<&EmailId<'_>, _> =
            ids.iter().rev().map(|(uid, id)| (id, *uid)).collect();
        for uid in known.into_values() {
            let items = FetchItems::new().peek(crate::types::Section::all());
            inbox.fetch(uid, items).expect("asked").collect().await.expect("fetched");
        }
    });
}

fn ids(all: &[(&str, &'static str)]) -> MailboxIds {
    all.iter().map(|(mailbox, id)| (name(mailbox), MailboxId::new(*id).expect("one"))).collect()
}

fn renames_are_detected() {
    let before = ids(&[("INBOX", "F0"), ("old", "F1"), ("gone", "F2")]);
    let now = ids(&[("INBOX", "F0"), ("new", "F1"), ("other", "F3")]);
    let (old, new) = (name("old"), name("new"));
    assert_eq!(now.renamed_since(&before), [(&old, &new)]);
    // In one round trip, or mailbox by mailbox; one that cannot be selected is not asked.
    let with_status = "C: a LIST \"\" * RETURN (STATUS (MAILBOXID))\n\
        S: * LIST () \"/\" new\n\
        S: * STATUS new (MAILBOXID (F1))\n\
        S: * LIST (\\Noselect) \"/\" x\n\
        S: * LIST () \"/\" INBOX\n\
        S: * STATUS INBOX (MAILBOXID (F0))\n\
        S: a OK done\n";
    let one_by_one = "C: a LIST \"\" *\n\
        S: * LIST () \"/\" new\n\
        S: * LIST (\\Noselect) \"/\" x\n\
        S: * LIST () \"/\" vanishing\n\
        S: * LIST () \"/\" INBOX\n\
        S: a OK done\n\
        C: b STATUS new (MAILBOXID)\n\
        C: c STATUS vanishing (MAILBOXID)\n\
        C: d STATUS INBOX (MAILBOXID)\n\
        S: * STATUS new (MAILBOXID (F1))\n\
        S: b OK done\n\
        S: c NO [NONEXISTENT] it is gone\n\
        S: * STATUS INBOX (MAILBOXID (F0))\n\
        S: d OK done\n";
    for (capabilities, dialogue) in
        [("OBJECTID LIST-EXTENDED LIST-STATUS", with_status), ("OBJECTID", one_by_one)]
    {
        logged_in(capabilities, dialogue, async |mut client| {
            let now = client.mailbox_ids("*").await.expect("told");
            assert_eq!(now, ids(&[("INBOX", "F0"), ("new", "F1")]));
            assert_eq!(now.renamed_since(&before), [(&old, &new)]);
        });
    }
    logged_in("LIST-EXTENDED LIST-STATUS", "", async |mut client| {
        let error = client.mailbox_ids("*").await.expect_err("refused");
        assert!(error.is_unsent());
        assert_eq!(error.requirement(), Some(r::OBJECTID_NEEDS_THE_CAPABILITY));
    });
}

/// Mailboxes with one identifier are known by their names.
fn shared_identifiers_are_not_believed() {
    let before = ids(&[("a", "F1"), ("b", "F2")]);
    let shared = ids(&[("a", "F1"), ("c", "F2"), ("d", "F2")]);
    assert!(shared.renamed_since(&before).is_empty());
    assert_eq!((shared.id(&name("c")), shared.id(&name("d"))), (None, None));
    assert!(before.renamed_since(&shared).is_empty());
    assert!(shared.id(&name("a")).is_some());
    // Once they are told apart, they are believed again.
    let told_apart = ids(&[("a", "F1"), ("c", "F2"), ("d", "F3")]);
    assert_eq!(told_apart.renamed_since(&before), [(&name("b"), &name("c"))]);
}

/// Identifiers that change where they must not make nobody fetch anything.
fn nothing_is_fetched_again_by_itself() {
    let mut end = End::selected("OBJECTID");
    let fetch = || UidFetch::new(uid(11), FetchItems::new().email_id().thread_id());
    for id in ["M1", "M2", "M1"] {
        let reply = format!("* 1 FETCH (UID 11 EMAILID ({id}) THREADID ({id}))\nOK done");
        end.gets(fetch(), &reply);
        assert_eq!(end.rows().len(), 1);
        end.is_idle_and_well();
    }
    let dialogue = format!(
        "{INBOX}C: ids UID FETCH 11 (EMAILID)\n\
         S: * 1 FETCH (UID 11 EMAILID (M1))\n\
         S: * 1 FETCH (UID 11 EMAILID (M2))\n\
         S: ids OK done\n\
         C: end NOOP\n\
         S: end OK done\n"
    );
    logged_in("OBJECTID", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        assert_eq!(inbox.email_ids(uid(11)).await.expect("told").len(), 1);
        inbox.noop().await.expect("nothing else was sent");
    });
}
