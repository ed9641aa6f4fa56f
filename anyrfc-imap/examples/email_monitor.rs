//! Waits for mail, shows the six-digit codes in it, and marks what it has read.
//!
//! ```console
//! $ IMAP_PASSWORD=… cargo run --example email_monitor imaps://mail.example user@mail.example
//! $ IMAP_PASSWORD=… cargo run --example email_monitor imap://localhost:1143 user \
//!       --ca ca.pem --mailbox INBOX --codes 1        # ends after one code
//! ```

pub(crate) mod support;

use anyrfc_imap::{Event, Flag, SearchQuery, Section, Selected, Uid};
use anyrfc_mime::Message;
use support::{Options, Result};
use tokio::io::AsyncReadExt as _;

/// So much of a message is looked at; what comes after is no code.
const LOOKED_AT: u64 = 256 << 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    run(&Options::from_process()?, |code, subject| println!("{code}  {subject}")).await
}

/// Calls `found` with each code, until there were as many as asked for.
pub(crate) async fn run(options: &Options, mut found: impl FnMut(&str, &str)) -> Result<()> {
    let mut left: Option<usize> = options.option("--codes").map(str::parse).transpose()?;
    let mut client = options.login().await?;
    let mut mailbox = client.select(options.option("--mailbox").unwrap_or("INBOX")).await?;
    eprintln!("{} messages; waiting for mail", mailbox.exists());
    let mut looked_at: Option<Uid> = None;
    loop {
        let unseen = mailbox.search(&SearchQuery::unseen()).await?;
        let new: Vec<Uid> = unseen.iter().filter(|uid| looked_at.is_none_or(|last| *uid > last)).collect();
        for uid in new {
            looked_at = Some(uid);
            let Some((subject, codes)) = codes_of(&mut mailbox, uid).await? else { continue };
            for code in &codes {
                found(code, &subject);
            }
            if codes.is_empty() {
                continue; // for somebody to read
            }
            mailbox.add_flags(uid, [Flag::Seen]).await?;
            left = left.map(|left| left.saturating_sub(codes.len()));
        }
        if left == Some(0) {
            break;
        }
        // IDLE where the server has it, otherwise a question now and then.
        let mut watch = mailbox.watch();
        while let Some(event) = watch.next().await? {
            if matches!(event, Event::Exists(_) | Event::Missed(_)) {
                break;
            }
        }
    }
    client.logout().await?;
    Ok(())
}

/// The subject of a message and the codes in its text; `None` where it has gone meanwhile.
async fn codes_of(mailbox: &mut Selected<'_>, uid: Uid) -> Result<Option<(String, Vec<String>)>> {
    let mut raw = Vec::new();
    let Some(body) = mailbox.fetch_body(uid, Section::all()).await? else { return Ok(None) };
    body.take(LOOKED_AT).read_to_end(&mut raw).await?;
    let message = Message::parse(&raw);
    let subject = message.subject().unwrap_or_default().into_owned();
    let text = message.text_body().or_else(|| message.html_body()).unwrap_or_default();
    let codes = six_digits(&text).map(str::to_owned).collect();
    Ok(Some((subject, codes)))
}

/// Every run of exactly six digits that is no part of a longer word or number.
fn six_digits(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::six_digits;

    #[test]
    fn only_six_digits_are_a_code() {
        let text = "Code: 123456. Not 1234567, 12345, a654321, #ff654321 or 12 34 56, but (000001)!";
        assert_eq!(six_digits(text).collect::<Vec<_>>(), ["123456", "000001"]);
    }
}
