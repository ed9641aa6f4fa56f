//! Whole sessions, over streams that move a byte at a time.

use anyrfc_core::{
    Driver,
    testing::{ChoppingStream, Sizes, now, pair, run_virtual},
};
use anyrfc_imap::{
    codec::command::{Append, List, Select, UidFetch},
    proto::{Config, Connection, OwnedEvent, Report, Ticket},
    testing::Dialogue,
    types::{AppendOptions, FetchItems, MailboxName, Pattern, Section},
};
use bytes::Bytes;

use crate::support::{SEED, secret, set};

const SESSION: &str = "
    S: * OK hello
    C: a CAPABILITY
    S: * CAPABILITY IMAP4rev1 IDLE
    S: a OK done
    C: b LOGIN \"tim\" \"tanstaaf\"
    S: b OK [CAPABILITY IMAP4rev1 IDLE] welcome
    C: c SELECT INBOX
    S: * 2 EXISTS
    S: * OK [UIDVALIDITY 1] x
    S: c OK [READ-WRITE] open
    C: d UID FETCH 1:2 (FLAGS BODY.PEEK[])
    C: e LIST \"\" *
    S: * 1 FETCH (UID 1 FLAGS () BODY[] {5}
    S: hello)
    S: * LIST () \"/\" INBOX
    S: * 2 FETCH (UID 2 FLAGS (\\Seen) BODY[] \"\")
    S: e OK listed
    S: d OK fetched
    C: f APPEND INBOX {11}
    S: + go on
    C: hello world
    S: * 3 EXISTS
    S: f OK [APPENDUID 1 3] appended
    C: g IDLE
    S: + idling
    S: * 1 EXPUNGE
    C: DONE
    S: g OK idled
    C: h LOGOUT
    S: * BYE so long
    S: h OK gone
    <close>";

/// Drives until a command has ended; what else was told is counted.
async fn finish<T, S>(driver: &mut Driver<Connection, S>, ticket: Ticket<T>, rows: &mut usize) -> T
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    loop {
        match driver.next().await.unwrap().expect("the connection has ended") {
            Report::Done(done) if done.id == ticket.id() => return ticket.answer(done).unwrap(),
            Report::Literal(id) => {
                let (machine, _) = driver.command();
                for byte in b"hello world" {
                    machine.feed(id, Bytes::copy_from_slice(&[*byte])).unwrap();
                }
            }
            event => count(&event, rows),
        }
    }
}

fn count(event: &OwnedEvent, rows: &mut usize) {
    if matches!(event, Report::Fetch { owner: Some(_), .. }) {
        *rows += 1;
    }
}

#[test]
fn a_session_in_pieces_of_every_size() {
    for sizes in [
        Sizes::Always(1),
        Sizes::Always(2),
        Sizes::Always(3),
        Sizes::Always(7),
        Sizes::Always(usize::MAX),
        Sizes::random(1, 16),
        Sizes::random(2, 64),
    ] {
        for spurious in [false, true] {
            run_virtual(session(sizes.clone(), spurious));
        }
    }
}

async fn session(sizes: Sizes, spurious: bool) {
    let (near, far) = pair(64);
    let stream = ChoppingStream::new(near, sizes);
    let stream = if spurious { stream.spurious() } else { stream };
    let peer = Dialogue::parse(SESSION).peer(far);
    let client = async {
        let mut driver = Driver::new(Connection::new(Config::default(), SEED, now()), stream);
        let mut rows = 0;
        let login = driver.command().0.login("tim", &secret("tanstaaf")).unwrap();
        finish(&mut driver, login, &mut rows).await;
        let select = driver.command().0.submit(Select::new(MailboxName::inbox())).unwrap();
        assert_eq!(finish(&mut driver, select, &mut rows).await.exists, 2);
        let items = FetchItems::new().flags().peek(Section::all());
        let fetch = driver.command().0.submit(UidFetch::new(set("1:2"), items)).unwrap();
        let list = driver.command().0.submit(List::new(Pattern::all())).unwrap();
        assert_eq!(finish(&mut driver, list, &mut rows).await.len(), 1);
        finish(&mut driver, fetch, &mut rows).await;
        assert_eq!(rows, 2);
        let append = Append::new(MailboxName::inbox(), AppendOptions::new(), 11);
        let append = driver.command().0.submit(append).unwrap();
        assert!(finish(&mut driver, append, &mut rows).await.is_some());
        let idle = driver.command().0.idle().unwrap();
        while !matches!(driver.next().await.unwrap(), Some(Report::Expunge { .. })) {}
        assert_eq!(driver.machine().mailbox().unwrap().exists, 2);
        driver.command().0.stop_idling();
        finish(&mut driver, idle, &mut rows).await;
        let logout = driver.command().0.logout().unwrap();
        finish(&mut driver, logout, &mut rows).await;
        assert!(driver.next().await.unwrap().is_none());
        assert!(driver.machine().deviations().is_empty(), "{:?}", driver.machine().deviations());
    };
    anyrfc_core::testing::play(peer, client).await;
}
