//! How often a client asks for memory for one more message, counted by valgrind in a process of its own.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use super::{
    Result, SMALL, SUBJECT, Server,
    client::AsyncClient as _,
    mail,
    ours::{Ours, Way},
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
    let ours = per_message(Who::Ours, server)?;
    // A count is the same every time.
    let mut contestants = vec![
        Contestant::new(Who::Ours, || Ok(ours.made.into())),
        // What ours hands over is kept in that process.
        Contestant::new(Who::Limit("what the report itself holds"), || Ok(ours.kept.into())),
    ];
    for who in [Who::Peer("lettre"), Who::Peer("mail-send")] {
        let Counts { made, .. } = per_message(who, server)?;
        contestants.push(Contestant::new(who, move || Ok(made.into())));
    }
    let title = Title { subject: SUBJECT, name: NAME, unit: "allocations/message", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec![
        "the 101st to the 200th message over one connection; all that ours allocates, the report of each message \
         included",
        "smtplib runs in an interpreter",
    ];
    Ok(Some(row))
}

/// Allocations for one more message, and how many of them remain when all that a client hands over is kept.
#[derive(Clone, Copy, Debug)]
struct Counts {
    made: f64,
    kept: f64,
}

fn per_message(who: Who, server: SocketAddr) -> Result<Counts> {
    let (few, many) = (heap(who, server, FEW)?, heap(who, server, MANY)?);
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

fn heap(who: Who, server: SocketAddr, count: usize) -> Result<Heap> {
    let output = Command::new("valgrind")
        .args(["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"])
        .arg(std::env::current_exe()?)
        .args(["helper", "smtp", "allocations", who.name(), &server.to_string(), &count.to_string()])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    match (output.status.success(), total(&text)) {
        (true, Some(heap)) => Ok(heap),
        _ => Err(format!("valgrind on {}: {text}", who.name()).into()),
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
pub(super) fn helper(who: &str, server: &str, count: usize) -> Result<()> {
    let (server, message) = (server.parse()?, mail::message(SMALL));
    let runtime = super::runtime()?;
    runtime.block_on(async {
        match who {
            "ours" => Ours::connect(server, message, Way::Send).await?.send_and_forget(count).await,
            "lettre" => Lettre::without_delay(server, message).await?.send(count).await,
            "mail-send" => MailSend::connect(server, message).await?.send(count).await,
            _ => Err(format!("nobody is called {who}").into()),
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
