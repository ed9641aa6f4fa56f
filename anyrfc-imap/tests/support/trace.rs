//! All that a stream of responses is read as, written down.

use std::fmt::Write as _;

use anyrfc_imap::{Deviations, Tolerance};
use anyrfc_imap::{
    codec::{Context, Found, ReadLimits, Reader, Response, parse},
    types::{BodyStructure, BodyType, Envelope, FetchRef, RowTables},
};

/// Reads a stream that comes in pieces of the sizes that `size` gives. A body is written down as
/// one piece, however it came.
pub(crate) fn trace(
    stream: &[u8],
    limits: ReadLimits,
    tolerance: Tolerance,
    mut size: impl FnMut() -> usize,
) -> Vec<String> {
    let mut context = Context::default();
    (context.tolerance, context.nesting) = (tolerance, 64);
    let (mut reader, mut tables) = (Reader::new(limits, tolerance), RowTables::new());
    let mut deviations = Deviations::default();
    let (mut start, mut end) = (0, 0);
    let (mut events, mut body) = (Vec::new(), Vec::new());
    loop {
        let input = &stream[start..end];
        let released = match reader.next(input) {
            Err(error) => {
                events.push(format!("error: {error}"));
                break;
            }
            Ok(Found::Need(hint)) => {
                assert!(hint > 0, "nothing is needed");
                if end == stream.len() {
                    events.push(format!("{} left", reader.is_idle()));
                    break;
                }
                end = (end + size().max(1)).min(stream.len());
                continue;
            }
            Ok(Found::Response(len)) => {
                let response = parse(reader.text(input, len), &context, &mut tables, &mut deviations);
                events.push(describe(&response));
                len
            }
            Ok(Found::BodyStart(len)) => {
                events.push(format!("{:?}", reader.body().expect("a body has begun")));
                len
            }
            Ok(Found::BodyChunk(len)) => {
                assert!(len > 0, "nothing is no chunk");
                body.extend_from_slice(&input[..len]);
                len
            }
            Ok(Found::BodyEnd) => {
                events.push(format!("body {}", std::mem::take(&mut body).escape_ascii()));
                0
            }
        };
        start += released;
        assert!(start <= end, "more is released than there was");
    }
    events.extend(deviations.iter().map(ToString::to_string));
    events
}

/// All that can be asked of a response.
pub(crate) fn describe(response: &Response<'_>) -> String {
    match response {
        Response::Fetch(row) => describe_row(row),
        other => format!("{other:?}"),
    }
}

fn describe_row(row: &FetchRef<'_>) -> String {
    let mut text =
        format!("{:?} {:?} {:?}", row.sequence(), row.uid(), row.as_bytes().escape_ascii().to_string());
    let _ = write!(text, " {:?} {:?} {:?}", row.flags(), row.internal_date(), row.size());
    let _ = write!(text, " {:?} {:?} {:?}", row.envelope(), row.mod_seq(), row.gm_labels());
    let _ = write!(text, " {:?} {:?}", row.gm_msg_id(), row.gm_thr_id());
    for body in row.bodies() {
        let _ = write!(text, " {body:?}");
    }
    for other in row.others() {
        let _ = write!(text, " {other:?}");
    }
    for malformed in row.malformed() {
        let _ = write!(text, " {malformed:?}");
    }
    if let Some(structure) = row.body_structure().and_then(|field| field.parsed()) {
        for (n, (path, part)) in structure.walk().enumerate() {
            let _ = write!(text, " {path} {}", describe_part(&part));
            // To look for each of very many takes its time.
            if n < 16 {
                let same = structure.part(&path).map(|same| describe_part(&same));
                assert_eq!(same, Some(describe_part(&part)), "{path}");
            }
        }
    }
    text
}

fn describe_part(part: &BodyStructure<'_>) -> String {
    let extensions: Vec<_> = part.extensions().collect();
    let envelope: Option<Envelope<'_>> = match part.body_type() {
        BodyType::Message { envelope, .. } => envelope,
        _ => None,
    };
    format!(
        "{part:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {extensions:?} {envelope:?}",
        part.id(),
        part.description(),
        part.encoding(),
        part.md5(),
        part.disposition(),
        part.languages().collect::<Vec<_>>(),
        part.location(),
    )
}
