//! The machine: its table, and core's proofs.

mod defaults;
mod proofs;
mod table;

use std::time::Instant;

use anyrfc_core::{Machine as _, Output, Step, TlsInfo, testing::now};
use anyrfc_smtp::{
    EhloName, Envelope, Error,
    codec::scan::scan,
    proto::{Config, Connection, DeliveryId, Event, Payload, Protection, Submission},
};
use bytes::Bytes;

/// A connection that protects itself like that; not yet greeted.
fn fresh(protection: Protection) -> Connection {
    let mut config = Config::new(EhloName::domain("client.example").unwrap());
    config.protection = protection;
    Connection::new(config, now())
}

/// One that is told these lines, and says what it has to in between.
fn told(protection: Protection, lines: &[&str]) -> Connection {
    let mut machine = fresh(protection);
    for line in lines {
        hear(&mut machine);
        say(&mut machine, format!("{line}\r\n").as_bytes()).unwrap();
    }
    hear(&mut machine);
    machine
}

/// Greeted, at a server that offers this.
fn ready(offers: &[&str]) -> Connection {
    let offers: String = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
    told(Protection::Tls, &["220 hi", &format!("250-mail.example\r\n{offers}250 HELP")])
}

fn say(machine: &mut Connection, mut input: &[u8]) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    loop {
        match machine.advance(input, now())? {
            Step::Ready => {
                let (count, event) = machine.event(input);
                input = &input[count..];
                events.push(event);
            }
            Step::Consumed(count) => input = &input[count..],
            Step::Need(_) => return Ok(events),
        }
    }
}

/// What it sends.
fn hear(machine: &mut Connection) -> String {
    let mut out = Output::new();
    while machine.wants_write() {
        machine.transmit(&mut out, now());
    }
    String::from_utf8_lossy(&out.take()).into_owned()
}

fn secured(machine: &mut Connection) {
    machine.handle_secured(&TlsInfo::default());
}

/// Hands over a message.
fn send(machine: &mut Connection, recipients: &[&str], windowed: bool) -> DeliveryId {
    const TEXT: &[u8] = b"Subject: x\r\n\r\n";
    let envelope = Envelope::new("ann@x.example", recipients.iter().copied()).unwrap();
    let payload = Payload::Whole(Bytes::from_static(TEXT));
    machine.send(Submission { envelope, facts: scan(TEXT), payload, windowed }).unwrap()
}

/// Some time after now.
fn later(seconds: u64) -> Instant {
    now() + std::time::Duration::from_secs(seconds)
}
