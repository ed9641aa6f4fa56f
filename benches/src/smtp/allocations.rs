//! How often a client asks for memory for one more message, counted by valgrind in a process of its own.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use super::{
    Result, SMALL, SUBJECT, Server,
    client::AsyncClient as _,
    mail,
    ours::{self, Ours, Way},
    peers::{Lettre, MailSend},
};
use crate::{
    row::{Better, Contestant, Effort, Row, Title, Who, measure},
    valgrind,
};

pub(super) const NAME: &str = "send-allocations";
/// Two runs of different lengths: in their difference everybody has long connected and grown all buffers.
const FEW: usize = 100;
const MANY: usize = 200;

pub(super) fn row(effort: Effort) -> Result<Option<Row>> {
    if !valgrind::is_there() {
        return Ok(None);
    }
    let server = Server::Sequential.address()?;
    let each = |what| per_message(what, server);
    // The caller makes an envelope for each message, and its recipients go into the report.
    let (ours, envelope, recipients) = (each("ours")?, each("envelope")?, each("recipients")?);
    let (made, report) = (ours.made - envelope.made, ours.kept - recipients.kept);
    // A count is the same every time.
    let mut contestants = vec![
        Contestant::new(Who::Ours, || Ok(made.into())),
        Contestant::new(Who::Limit("what the report itself holds"), || Ok(report.into())),
    ];
    for name in ["lettre", "mail-send"] {
        let Counts { made, .. } = each(name)?;
        contestants.push(Contestant::new(Who::Peer(name), move || Ok(made.into())));
    }
    let title = Title { subject: SUBJECT, name: NAME, unit: "allocations/message", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec![
        "the 101st to the 200th message over one connection; of ours, the report on each included",
        "the envelope that ours is given is not counted: the recipients in it become those of the report",
        "smtplib runs in an interpreter",
    ];
    Ok(Some(row))
}

/// Allocations for one more message, and how many remain when all that comes out is kept.
#[derive(Clone, Copy, Debug)]
struct Counts {
    made: f64,
    kept: f64,
}

fn per_message(what: &str, server: SocketAddr) -> Result<Counts> {
    let (few, many) = (heap(what, server, FEW)?, heap(what, server, MANY)?);
    let each = |few: u64, many: u64| many.saturating_sub(few) as f64 / (MANY - FEW) as f64;
    Ok(Counts {
        made: each(few.made, many.made),
        kept: each(few.made.saturating_sub(few.freed), many.made.saturating_sub(many.freed)),
    })
}

/// What a whole process allocated, and freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heap {
    made: u64,
    freed: u64,
}

fn heap(what: &str, server: SocketAddr, count: usize) -> Result<Heap> {
    let output = Command::new("valgrind")
        .args(["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"])
        .arg(std::env::current_exe()?)
        .args(["helper", "smtp", "allocations", what, &server.to_string(), &count.to_string()])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    match (output.status.success(), total(&text)) {
        (true, Some(heap)) => Ok(heap),
        _ => Err(format!("valgrind on {what}: {text}").into()),
    }
}

/// Reads valgrind's summary.
fn total(text: &str) -> Option<Heap> {
    let (_, rest) = text.split_once("total heap usage: ")?;
    let (made, rest) = rest.split_once(" allocs, ")?;
    let (freed, _) = rest.split_once(" frees")?;
    let number = |text: &str| text.replace(',', "").parse().ok();
    Some(Heap { made: number(made)?, freed: number(freed)? })
}

/// That process.
pub(super) fn helper(what: &str, server: &str, count: usize) -> Result<()> {
    let (server, message) = (server.parse()?, mail::message(SMALL));
    let runtime = super::runtime()?;
    runtime.block_on(async {
        match what {
            "ours" => Ours::connect(server, message, Way::Send).await?.send_and_forget(count).await,
            "lettre" => Lettre::without_delay(server, message).await?.send(count).await,
            "mail-send" => MailSend::connect(server, message).await?.send(count).await,
            "envelope" => ours::envelopes(count),
            "recipients" => ours::recipients(count),
            _ => Err(format!("nobody is called {what}").into()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_valgrind_is_read() {
        let text = "==1==   total heap usage: 12,345 allocs, 678 frees, 9,999 bytes allocated\n";
        assert_eq!(total(text), Some(Heap { made: 12345, freed: 678 }));
        assert_eq!(total("nothing"), None);
    }
}
