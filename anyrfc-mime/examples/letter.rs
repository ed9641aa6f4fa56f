//! Writes a letter with an attachment, or says what is in one, and where it is damaged.
//!
//! ```console
//! $ cargo run --example letter                  # one is written, to stdout
//! $ cargo run --example letter letter.eml       # one is read
//! ```

use std::{error::Error, fmt::Write as _, io::Write as _};

use anyrfc_mime::{
    Message,
    build::{Builder, Part},
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        None => std::io::stdout().write_all(&written()?)?,
        Some(path) => print!("{}", told(&std::fs::read(path)?)),
    }
    Ok(())
}

/// A letter, for a receiver that takes seven bits.
pub(crate) fn written() -> Result<Vec<u8>, anyrfc_mime::Error> {
    Builder::new()
        .from(("Ann Example", "ann@example.org"))
        .to(["bob@example.com", "Zoë <zoe@example.net>"])
        .subject("Grüße")
        .text("See you there.\r\n")
        .attach(Part::new("text/plain", b"first left, then right\r\n").named("der Weg.txt"))
        .build()?
        .to_vec()
}

/// What a message says of itself. Reading never fails.
pub(crate) fn told(octets: &[u8]) -> String {
    let message = Message::parse(octets);
    let mut told = String::new();
    let _ = writeln!(told, "from:    {}", message.from());
    let _ = writeln!(told, "to:      {}", message.to());
    let _ = writeln!(told, "subject: {}", message.subject().unwrap_or_default());
    let _ = writeln!(told, "text:    {}", message.text_body().unwrap_or_default().trim_end());
    for part in message.attachments() {
        // The name as the sender put it may lead anywhere; this one may be created.
        let name = part.safe_file_name().unwrap_or_default();
        let _ = writeln!(told, "file:    {name} ({}, {} octets)", part.content_type(), part.body().len());
    }
    for defect in message.check().iter() {
        let _ = writeln!(told, "damage:  {defect}");
    }
    told
}
