//! Servers that say what cannot be.

use anyrfc_imap::{Error, ErrorKind, Limits, MailboxSync, SyncDelta, SyncMethod, SyncState};

use crate::script::{Script, open_builder};

const KNOWN: &str = "anyrfc-sync-1 7 100 1:3 - -";
const FLAGGED: &str = "anyrfc-sync-1 7 - 1:3 - - \\Seen=1";

/// Somebody who is logged in already.
fn script(capabilities: &str) -> Script {
    Script::with_window(4 << 20)
        .send(format!("* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH {capabilities}] hello\r\n"))
}

fn with_qresync(told: &str) -> Script {
    let select = "SELECT INBOX (QRESYNC (7 100))";
    script("ENABLE QRESYNC CONDSTORE").on("ENABLE QRESYNC", "* ENABLED QRESYNC\r\n{tag} OK done\r\n").on(
        select,
        &format!(
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 200] x\r\n{told}{{tag}} OK done\r\n"
        ),
    )
}

fn select(script: Script, command: &str, told: &str) -> Script {
    script.on(command, &format!("{told}{{tag}} OK done\r\n"))
}

fn search(all: &str) -> String {
    format!("* ESEARCH (TAG \"{{tag}}\") UID {all}\r\n{{tag}} OK done\r\n")
}

/// What one call tells, and the state after it.
fn play(script: Script, state: &str) -> (Result<SyncDelta, Error>, SyncState) {
    play_with(script, state, Limits::default())
}

fn play_with(script: Script, state: &str, limits: Limits) -> (Result<SyncDelta, Error>, SyncState) {
    let mut state: SyncState = if state.is_empty() { SyncState::new() } else { state.parse().unwrap() };
    let script = script.then(|peer| peer.swallow());
    let told = script.play(async |stream| {
        let builder = open_builder().limits(limits.clone());
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        client.sync("INBOX", &mut state).await
    });
    (told, state)
}

fn numbers(messages: &[anyrfc_imap::SyncedMessage]) -> Vec<u32> {
    messages.iter().map(|message| message.uid.get()).collect()
}

#[test]
fn what_is_there_has_not_vanished() {
    for storm in ["1:4294967295", "2", "1:3,5,7,9:4000000000"] {
        let told = format!("* VANISHED (EARLIER) {storm}\r\n");
        let script = with_qresync(&told).on("UID SEARCH RETURN (ALL) ALL", &search("ALL 1:3"));
        let (delta, state) = play(script, KNOWN);
        assert!(delta.unwrap().is_empty(), "{storm}");
        assert_eq!(state.to_string(), "anyrfc-sync-1 7 200 1:3 - -");
    }
    // Messages that were never known are none that vanish.
    let (delta, _) = play(with_qresync("* VANISHED (EARLIER) 4:4294967295\r\n"), KNOWN);
    assert!(delta.unwrap().is_empty());
}

#[test]
fn a_storm_of_vanished_is_bounded() {
    let mut storm = String::new();
    for line in 0..2000_u32 {
        let uids: Vec<_> = (0..50).map(|nth| (10 + line * 200 + nth * 2).to_string()).collect();
        storm += &format!("* VANISHED (EARLIER) {}\r\n", uids.join(","));
    }
    let mut limits = Limits::default();
    limits.buffered = 256 << 10;
    let (delta, state) = play_with(with_qresync(&storm), KNOWN, limits);
    assert_eq!(delta.unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(state.to_string(), KNOWN);
}

#[test]
fn a_list_that_never_agrees_with_the_count_is_no_reason_to_forget() {
    let mut script = with_qresync("* VANISHED (EARLIER) 2\r\n");
    for _ in 0..3 {
        script = script.on("UID SEARCH RETURN (ALL) ALL", &search("ALL 1"));
    }
    let (delta, state) = play(script, KNOWN);
    assert_eq!(delta.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(state.to_string(), KNOWN);
}

#[test]
fn what_was_left_out_is_asked_for() {
    // A new message that the server has not told of.
    let script = script("ENABLE QRESYNC CONDSTORE")
        .on("ENABLE QRESYNC", "* ENABLED QRESYNC\r\n{tag} OK done\r\n")
        .on(
            "SELECT INBOX (QRESYNC (7 100))",
            "* 4 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 200] x\r\n{tag} OK done\r\n",
        )
        .on("UID SEARCH RETURN (ALL) ALL", &search("ALL 1:3,9"))
        .on(
            "UID FETCH 9 (UID FLAGS MODSEQ)",
            "* 4 FETCH (UID 9 FLAGS (\\Seen) MODSEQ (150))\r\n{tag} OK done\r\n",
        );
    let (delta, state) = play(script, KNOWN);
    assert_eq!(numbers(&delta.unwrap().arrived), [9]);
    assert_eq!(state.to_string(), "anyrfc-sync-1 7 200 1:3,6 - -");
}

#[test]
fn a_row_that_is_missing_is_no_message_that_is_gone() {
    let script = script("");
    let script = select(script, "SELECT INBOX", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        .on("UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n{tag} OK done\r\n")
        .on("UID SEARCH RETURN (ALL) ALL", &search("ALL 1:3"));
    let (delta, state) = play(script, FLAGGED);
    assert!(delta.unwrap().is_empty());
    assert_eq!(state.to_string(), FLAGGED);
}

#[test]
fn rows_come_in_any_order_and_more_than_once() {
    let rows = "* 3 FETCH (UID 9 FLAGS (\\Recent \\Seen \\Seen))\r\n\
                * 2 FETCH (UID 2 FLAGS ())\r\n\
                * 1 FETCH (FLAGS (\\Deleted))\r\n\
                * 1 FETCH (UID 1 FLAGS (\\SEEN \\Recent))\r\n\
                * 2 FETCH (UID 2 FLAGS (b a))\r\n\
                * 3 FETCH (UID 9 MODSEQ (7))\r\n\
                {tag} OK done\r\n";
    let script = select(script(""), "SELECT INBOX", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        .on("UID FETCH 1:* (UID FLAGS)", rows);
    let (delta, state) = play(script, FLAGGED);
    let delta = delta.unwrap();
    assert_eq!((numbers(&delta.arrived), numbers(&delta.changed)), (vec![9], vec![2]));
    assert_eq!(delta.vanished.to_string(), "3");
    assert_eq!(state.to_string(), "anyrfc-sync-1 7 - 1:2,7 - - \\Seen=1,8 a=2 b=2");
}

#[test]
fn a_sequence_that_goes_back_is_worth_nothing() {
    let rows = "* 1 FETCH (UID 1 FLAGS () MODSEQ (5))\r\n* 2 FETCH (UID 2 FLAGS (a) MODSEQ (6))\r\n\
                * 3 FETCH (UID 3 FLAGS () MODSEQ (70))\r\n{tag} OK done\r\n";
    let script = script("ENABLE QRESYNC CONDSTORE")
        .on("ENABLE QRESYNC", "* ENABLED QRESYNC\r\n{tag} OK done\r\n")
        .on(
            "SELECT INBOX (QRESYNC (7 100))",
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 60] x\r\n\
             * VANISHED (EARLIER) 1:2\r\n{tag} OK done\r\n",
        )
        .on("UID FETCH 1:* (UID FLAGS MODSEQ)", rows);
    let (delta, state) = play(script, KNOWN);
    let delta = delta.unwrap();
    assert_eq!((numbers(&delta.changed), delta.vanished.is_empty()), (vec![1, 2, 3], true));
    // The last one would be told again otherwise.
    assert_eq!(state.to_string(), "anyrfc-sync-1 7 60 1:3 3:10 -");
}

#[test]
fn without_modification_sequences_flags_are_compared_from_then_on() {
    let rows = "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS (a))\r\n{tag} OK done\r\n";
    let script = script("CONDSTORE")
        .on(
            "SELECT INBOX (CONDSTORE)",
            "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [NOMODSEQ] none\r\n{tag} OK done\r\n",
        )
        .on("UID FETCH 1:* (UID FLAGS)", rows);
    let (delta, state) = play(script, KNOWN);
    let delta = delta.unwrap();
    assert_eq!((numbers(&delta.changed), delta.vanished.to_string()), (vec![1, 2], "3".to_owned()));
    assert_eq!(state.to_string(), "anyrfc-sync-1 7 - 1:2 - - a=2");
}

#[test]
fn uids_that_do_not_last_are_forgotten() {
    for told in ["", "* OK [UIDVALIDITY 7] x\r\n* NO [UIDNOTSTICKY] x\r\n"] {
        let script = select(script(""), "SELECT INBOX", &format!("* 1 EXISTS\r\n{told}"))
            .on("UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n");
        let (delta, state) = play(script, FLAGGED);
        let delta = delta.unwrap();
        let change = delta.uid_validity.unwrap();
        assert_eq!((change.before.map(|before| before.get()), change.now), (Some(7), None));
        assert_eq!(numbers(&delta.arrived), [1]);
        assert_eq!(state.uid_validity(), None);
    }
}

#[test]
fn messages_expunged_meanwhile_are_no_error() {
    let script = select(script(""), "SELECT INBOX", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n").on(
        "UID FETCH 1:* (UID FLAGS)",
        "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 FLAGS ())\r\n* 2 EXPUNGE\r\n\
             {tag} NO [EXPUNGEISSUED] some are gone\r\n",
    );
    let (delta, _) = play(script, FLAGGED);
    assert_eq!(delta.unwrap().vanished.to_string(), "2");
}

#[test]
fn flags_without_end_are_too_many() {
    let rows: String =
        (1..=1100).map(|uid| format!("* {uid} FETCH (UID {uid} FLAGS (flag{uid}))\r\n")).collect();
    let script = select(script(""), "SELECT INBOX", "* 1100 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        .on("UID FETCH 1:* (UID FLAGS)", &format!("{rows}{{tag}} OK done\r\n"));
    let (delta, state) = play(script, "");
    assert_eq!(delta.unwrap_err().kind(), ErrorKind::Limit);
    assert!(state.is_empty());
}

/// The same message again and again, each time with other flags.
#[test]
fn flags_without_end_are_too_many_of_one_message_too() {
    let flags: Vec<String> = (0..1100).map(|nth| format!("flag{nth}")).collect();
    let row = |flags: &[String]| format!("* 1 FETCH (UID 1 FLAGS ({}))\r\n", flags.join(" "));
    let rows = row(&[]) + &flags.chunks(300).map(row).collect::<String>();
    let script = select(script(""), "SELECT INBOX", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        .on("UID FETCH 1:* (UID FLAGS)", &format!("{rows}{{tag}} OK done\r\n"));
    let (delta, state) = play(script, "");
    assert_eq!(delta.unwrap_err().kind(), ErrorKind::Limit);
    assert!(state.is_empty());
}

/// The first synchronisation ended half-way, and as many messages are gone as were not told: what
/// is counted is the same, and it is not the same mailbox.
#[test]
fn half_of_a_first_synchronisation_is_not_all() {
    for highest in [1, 50] {
        let told = format!("* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ {highest}] x\r\n");
        let row = |nth: u32, uid: u32| format!("* {nth} FETCH (UID {uid} FLAGS () MODSEQ (1))\r\n");
        let first = select(script("CONDSTORE"), "SELECT INBOX (CONDSTORE)", &format!("* 4 EXISTS\r\n{told}"))
            .on("UID FETCH 1:* (UID FLAGS MODSEQ)", &format!("{}{}", row(1, 1), row(2, 2)))
            .then(|peer| peer.close());
        let mut half = MailboxSync::new("INBOX", SyncState::new()).unwrap().batch(2);
        first.play(async |stream| {
            let mut client = open_builder().connect_over("imap://mail.example", stream).await.unwrap();
            let delta = client.sync_step(&mut half).await.unwrap().unwrap();
            assert_eq!(numbers(&delta.arrived), [1, 2]);
            client.sync_step(&mut half).await.unwrap_err();
        });
        // 1 and 3 are gone; a server without QRESYNC need not count that as a change.
        let since = u64::max(highest - 1, 1);
        let second =
            select(script("CONDSTORE"), "SELECT INBOX (CONDSTORE)", &format!("* 2 EXISTS\r\n{told}"))
                .on(&format!("UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE {since})"), "{tag} OK done\r\n")
                .on("UID SEARCH RETURN (ALL) ALL", &search("ALL 2,4"))
                .on("UID FETCH 4 (UID FLAGS MODSEQ)", &format!("{}{{tag}} OK done\r\n", row(2, 4)));
        let (delta, state) = play(second, &half.state().to_string());
        let delta = delta.unwrap();
        assert_eq!((numbers(&delta.arrived), delta.vanished.to_string()), (vec![4], "1".into()));
        assert_eq!(state.mod_seq().map(anyrfc_imap::ModSeq::get), Some(highest));
    }
}

/// Rows that were on their way are lost when the mailbox is selected once more: they are not taken
/// for told.
#[test]
fn a_mailbox_that_is_selected_again_meanwhile_is_begun_anew() {
    let told = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
    let rows: String = (1..=3).map(|uid| format!("* {uid} FETCH (UID {uid} FLAGS (\\Seen))\r\n")).collect();
    let script = select(script(""), "SELECT INBOX", told)
        .on("UID FETCH 1:* (UID FLAGS)", &format!("{rows}{{tag}} OK done\r\n"));
    let script = select(script, "SELECT INBOX", told).then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = open_builder().connect_over("imap://mail.example", stream).await.unwrap();
        let mut sync = MailboxSync::new("INBOX", SyncState::new()).unwrap().batch(1);
        client.sync_step(&mut sync).await.unwrap();
        client.select("INBOX").await.unwrap();
        let error = loop {
            match client.sync_step(&mut sync).await {
                Ok(part) => assert!(part.is_some(), "it seems to be in step"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Usage);
    });
}

#[test]
fn uids_without_end_are_too_many() {
    let rows: String =
        (1..=9000).map(|nth| format!("* {nth} FETCH (UID {} FLAGS ())\r\n", nth * 2)).collect();
    let script = select(script(""), "SELECT INBOX", "* 9000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        .on("UID FETCH 1:* (UID FLAGS)", &format!("{rows}{{tag}} OK done\r\n"));
    let mut limits = Limits::default();
    limits.buffered = 64 << 10;
    let (delta, _) = play_with(script, "", limits);
    assert_eq!(delta.unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn what_the_mailbox_before_had_is_not_told() {
    // Rows of the mailbox that is left come until it is said to be closed.
    let select = "* 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (900))\r\n* OK [CLOSED] closed\r\n\
                  * 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 200] x\r\n{tag} OK done\r\n";
    let other = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{tag} OK done\r\n";
    let script = script("ENABLE QRESYNC CONDSTORE")
        .on("ENABLE QRESYNC", "* ENABLED QRESYNC\r\n{tag} OK done\r\n")
        .on("SELECT other (CONDSTORE)", other)
        .on("UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n")
        .on("SELECT INBOX (QRESYNC (7 100))", select)
        .then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = open_builder().connect_over("imap://mail.example", stream).await.unwrap();
        client.sync("other", &mut SyncState::new()).await.unwrap();
        let mut state = KNOWN.parse().unwrap();
        let delta = client.sync("INBOX", &mut state).await.unwrap();
        assert!(delta.is_empty(), "{delta:?}");
    });
}

#[test]
fn less_than_the_server_can_do_may_be_used() {
    let script = script("ENABLE QRESYNC CONDSTORE")
        .on(
            "EXAMINE INBOX",
            "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 9] x\r\n{tag} OK done\r\n",
        )
        .on("UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 4 FLAGS ())\r\n{tag} OK done\r\n")
        .then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = open_builder().connect_over("imap://mail.example", stream).await.unwrap();
        let sync = MailboxSync::new("INBOX", SyncState::new()).unwrap();
        let mut sync = sync.at_most(SyncMethod::Full).read_only();
        let delta = client.sync_step(&mut sync).await.unwrap().unwrap();
        assert_eq!(numbers(&delta.arrived), [4]);
        assert!(client.sync_step(&mut sync).await.unwrap().is_none());
        assert_eq!(sync.state().mod_seq(), None);
        // Another mailbox comes in between: what the step would tell is of that.
        assert_eq!(sync.method(), Some(SyncMethod::Full));
    });
}

#[test]
fn a_refused_extension_is_done_without() {
    let script = script("ENABLE QRESYNC CONDSTORE").on("ENABLE QRESYNC", "{tag} NO not today\r\n").on(
        "SELECT INBOX (CONDSTORE)",
        "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 100] x\r\n{tag} OK done\r\n",
    );
    let (delta, state) = play(script, KNOWN);
    assert!(delta.unwrap().is_empty());
    assert_eq!(state.to_string(), KNOWN);
}
