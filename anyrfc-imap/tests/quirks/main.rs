//! What real servers send that no RFC allows, or that clients seldom expect: every one gives a typed
//! result or a value kept as it came, and never costs a row or the session.

#[path = "../client/script.rs"]
#[allow(dead_code, reason = "the client's own tests use the rest")]
mod script;
#[path = "../support/trace.rs"]
mod trace;

mod client;
mod codes;
mod envelopes;
mod mailboxes;
mod rows;
mod structures;

use anyrfc_imap::{Deviations, Tolerance};
use anyrfc_imap::{
    codec::{Context, Found, ReadLimits, Reader, Response, parse},
    types::{Data, FetchRef, Names, RowTables, StatusResponse},
};

/// Reads a stream of one response by a server of a quirk, with a row and more behind it, which must
/// be there whatever the quirk. Returns what the first is read as, and the deviations.
fn first<T>(text: impl AsRef<[u8]>, names: Names, look: impl FnOnce(Response<'_>) -> T) -> (T, Deviations) {
    const BEHIND: &[u8] = b"* 77 FETCH (UID 78 FLAGS (\\Seen))\r\n* 79 EXISTS\r\n";
    let mut stream = text.as_ref().to_vec();
    stream.extend_from_slice(b"\r\n");
    let len = stream.len();
    stream.extend_from_slice(BEHIND);

    let events = trace::trace(&stream, ReadLimits::default(), Tolerance::Field, || 7);
    assert!(
        events.iter().any(|event| event.starts_with("Some(SequenceNumber(77)) Some(Uid(78))")),
        "{events:#?}"
    );
    assert!(events.iter().any(|event| event == "Data(Exists(79))"), "{events:#?}");

    let (mut reader, mut tables) = (Reader::default(), RowTables::new());
    let (mut deviations, mut context) = (Deviations::default(), Context::default());
    context.names = names;
    assert_eq!(reader.next(&stream).unwrap(), Found::Response(len));
    let result = look(parse(reader.text(&stream, len), &context, &mut tables, &mut deviations));
    (result, deviations)
}

fn row<T>(text: impl AsRef<[u8]>, look: impl FnOnce(FetchRef<'_>) -> T) -> T {
    row_and_deviations(text, look).0
}

fn row_and_deviations<T>(text: impl AsRef<[u8]>, look: impl FnOnce(FetchRef<'_>) -> T) -> (T, Deviations) {
    first(text, Names::ModifiedUtf7, |response| match response {
        Response::Fetch(row) => look(row),
        other => panic!("no row: {other:?}"),
    })
}

/// A row that the grammar allows.
fn good_row<T>(text: impl AsRef<[u8]>, look: impl FnOnce(FetchRef<'_>) -> T) -> T {
    let (result, deviations) = row_and_deviations(text, look);
    assert!(deviations.is_empty(), "{deviations:?}");
    result
}

/// A row that has to be forgiven something.
fn odd_row<T>(text: impl AsRef<[u8]>, look: impl FnOnce(FetchRef<'_>) -> T) -> T {
    let (result, deviations) = row_and_deviations(text, look);
    assert!(!deviations.is_empty(), "nothing is told of it");
    result
}

fn data_and_deviations(text: impl AsRef<[u8]>) -> (Data, Deviations) {
    first(text, Names::ModifiedUtf7, |response| match response {
        Response::Data(data) => data,
        other => panic!("no data: {other:?}"),
    })
}

fn good(text: impl AsRef<[u8]>) -> Data {
    let (data, deviations) = data_and_deviations(text);
    assert!(deviations.is_empty(), "{deviations:?}");
    data
}

fn odd(text: impl AsRef<[u8]>) -> Data {
    let (data, deviations) = data_and_deviations(text);
    assert!(!deviations.is_empty(), "nothing is told of it");
    data
}

fn status(data: Data) -> StatusResponse {
    match data {
        Data::Status(status) => status,
        other => panic!("no status: {other:?}"),
    }
}

/// A completion: what it says.
fn tagged(text: &str) -> (StatusResponse, Deviations) {
    first(text, Names::ModifiedUtf7, |response| match response {
        Response::Tagged { status, .. } => status,
        other => panic!("no completion: {other:?}"),
    })
}
