//! `anyrfc imap URL fetch`.

use std::path::{Path, PathBuf};

use anyrfc_imap::{
    BodyReader, FetchItems, ImapClient, PartPath, Section, Selected, SequenceSet, Uid, UidSet,
};
use anyrfc_mime::Message;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

use super::{
    describe::{self, Summary, Whole},
    mailboxes::print,
    part::{self, Decoder, PartLine},
    sink::{NewFile, Sink},
    there, uids,
};
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// So much of a message is looked at for its text.
const TEXT_MAX: u64 = 64 << 20;

/// Shows messages, a line each where nothing else is asked for. They stay unread.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where they are.
    mailbox: String,
    /// Which ones: `7`, `3:9`, `120:*`, and several with commas between.
    #[arg(value_name = "UID-SET", value_parser = uids)]
    uids: SequenceSet,
    #[command(flatten)]
    what: What,
    /// Remove the transfer encoding of the part.
    #[arg(long, requires = "part")]
    decode: bool,
    /// Save each in a new file in this directory, instead of writing it to stdout.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["envelope", "structure", "headers"])]
    out: Option<PathBuf>,
}

/// What of the messages.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct What {
    /// All that the envelope says, decoded.
    #[arg(long)]
    envelope: bool,
    /// Which parts there are.
    #[arg(long)]
    structure: bool,
    /// The header fields, decoded.
    #[arg(long)]
    headers: bool,
    /// The text for people, decoded.
    #[arg(long)]
    text: bool,
    /// The message itself, as it is.
    #[arg(long)]
    body: bool,
    /// This part, as it is: `2`, `1.3`.
    #[arg(long, value_name = "PART", value_parser = path)]
    part: Option<PartPath>,
}

fn path(text: &str) -> Result<PartPath, String> {
    match text.parse::<PartPath>() {
        Ok(path) if !path.is_root() => Ok(path),
        _ => Err("a part looks like 2 or 1.3".to_owned()),
    }
}

pub(super) async fn run(client: &mut ImapClient, args: &Args, json: bool) -> Result<Exit, Failure> {
    let streamed = args.what.body || args.what.part.is_some();
    if json && streamed && args.out.is_none() {
        return Err(Failure::usage("the bytes of a message are no JSON: save them by --out"));
    }
    let mut mailbox = client.examine(&args.mailbox).await?;
    let uids = there(&mut mailbox, &args.uids).await?;
    let saving = Saving { out: args.out.as_deref(), json };
    match &args.what {
        What { envelope: true, .. } => envelopes(&mut mailbox, &uids, json).await,
        What { structure: true, .. } => structures(&mut mailbox, &uids, json).await,
        What { headers: true, .. } => headers(&mut mailbox, &uids, json).await,
        What { text: true, .. } => texts(&mut mailbox, &uids, saving).await,
        What { body: true, .. } => bodies(&mut mailbox, &uids, saving).await,
        What { part: Some(path), .. } => parts(&mut mailbox, &uids, path, args.decode, saving).await,
        _ => summaries(&mut mailbox, &uids, json).await,
    }
}

async fn summaries(mailbox: &mut Selected<'_>, uids: &UidSet, json: bool) -> Result<Exit, Failure> {
    let mut found = Vec::new();
    let mut rows = mailbox.fetch(uids, describe::items())?;
    while let Some(row) = rows.next().await? {
        found.extend(Summary::of(&row));
    }
    // The server chooses the order.
    found.sort_by_key(|summary| summary.uid);
    if json {
        terminal::json(&found)?;
    } else {
        let cells = found.iter().map(Summary::cells);
        print(&[Summary::heads()].into_iter().chain(cells).collect::<Vec<_>>())?;
    }
    Ok(exit(found.len()))
}

/// What was there a moment ago may have gone.
fn exit(found: usize) -> Exit {
    if found == 0 { Exit::Refused } else { Exit::Done }
}

async fn envelopes(mailbox: &mut Selected<'_>, uids: &UidSet, json: bool) -> Result<Exit, Failure> {
    let mut found = Vec::new();
    let mut rows = mailbox.fetch(uids, FetchItems::new().envelope())?;
    while let Some(row) = rows.next().await? {
        let (Some(uid), Some(envelope)) = (row.uid(), row.envelope()) else { continue };
        match envelope.into_result() {
            Ok(envelope) => found.push(Whole::of(uid.get(), envelope)),
            Err(error) => terminal::note(&format!("UID {}: the envelope is damaged: {error}", uid.get())),
        }
    }
    if json {
        terminal::json(&found)?;
    } else {
        let texts: Vec<String> = found.iter().map(|whole| whole.lines().join("\n")).collect();
        terminal::line(&texts.join("\n\n"))?;
    }
    Ok(exit(found.len()))
}

async fn structures(mailbox: &mut Selected<'_>, uids: &UidSet, json: bool) -> Result<Exit, Failure> {
    let mut found: Vec<(Uid, Vec<PartLine>)> = Vec::new();
    let mut rows = mailbox.fetch(uids, FetchItems::new().body_structure())?;
    while let Some(row) = rows.next().await? {
        let (Some(uid), Some(structure)) = (row.uid(), row.body_structure()) else { continue };
        match structure.into_result() {
            Ok(structure) => found.push((uid, part::lines(&structure))),
            Err(error) => terminal::note(&format!("UID {}: the structure is damaged: {error}", uid.get())),
        }
    }
    if json {
        let value = |(uid, parts): &(Uid, Vec<PartLine>)| json!({ "uid": uid.get(), "parts": parts });
        terminal::json(&found.iter().map(value).collect::<Vec<_>>())?;
    } else {
        let cells = found.iter().flat_map(|(uid, parts)| parts.iter().map(|part| part.cells(*uid)));
        print(&[PartLine::heads()].into_iter().chain(cells).collect::<Vec<_>>())?;
    }
    Ok(exit(found.len()))
}

async fn headers(mailbox: &mut Selected<'_>, uids: &UidSet, json: bool) -> Result<Exit, Failure> {
    let mut found: Vec<(u32, Vec<(String, String)>)> = Vec::new();
    let mut rows = mailbox.fetch(uids, FetchItems::new().peek(Section::header()))?;
    while let Some(row) = rows.next().await? {
        let (Some(uid), Some(header)) = (row.uid(), row.body_bytes(&Section::header())) else { continue };
        let message = Message::parse(&header);
        let fields = message.headers().map(|field| (field.name().to_owned(), field.text().into_owned()));
        found.push((uid.get(), fields.collect()));
    }
    if json {
        let field = |(name, value): &(String, String)| json!({ "name": name, "value": value });
        let value = |(uid, fields): &(u32, Vec<(String, String)>)| json!({ "uid": uid, "headers": fields.iter().map(field).collect::<Vec<_>>() });
        terminal::json(&found.iter().map(value).collect::<Vec<_>>())?;
    } else {
        for (at, (uid, fields)) in found.iter().enumerate() {
            if found.len() > 1 {
                let gap = if at == 0 { "" } else { "\n" };
                terminal::line(&format!("{gap}UID: {uid}"))?;
            }
            for (name, value) in fields {
                terminal::line(&format!("{}: {}", terminal::plain(name), terminal::plain(value)))?;
            }
        }
    }
    Ok(exit(found.len()))
}

/// Where what is read goes.
#[derive(Clone, Copy)]
struct Saving<'a> {
    out: Option<&'a Path>,
    json: bool,
}

impl Saving<'_> {
    fn sink(self, name: &str) -> Result<Sink, Failure> {
        Ok(match self.out {
            Some(dir) => Sink::File(NewFile::create(dir, name)?),
            None => Sink::stdout(),
        })
    }

    /// Says what was saved: at once, or to `saved` for the end.
    fn saved(self, uid: Uid, path: &Path, octets: u64, saved: &mut Vec<Value>) -> Result<(), Failure> {
        let file = path.display().to_string();
        if self.json {
            saved.push(json!({ "uid": uid.get(), "file": file, "octets": octets }));
            return Ok(());
        }
        terminal::line(&terminal::plain(&file))
    }

    fn report(self, saved: &[Value], found: usize) -> Result<Exit, Failure> {
        if self.json {
            terminal::json(&saved)?;
        }
        Ok(exit(found))
    }
}

async fn texts(mailbox: &mut Selected<'_>, uids: &UidSet, saving: Saving<'_>) -> Result<Exit, Failure> {
    let (mut values, mut found) = (Vec::new(), 0);
    for uid in uids.iter() {
        let Some(body) = mailbox.fetch_body(uid, Section::all()).await? else { continue };
        found += 1;
        let mut raw = Vec::new();
        body.take(TEXT_MAX).read_to_end(&mut raw).await.map_err(anyrfc_imap::Error::from)?;
        let message = Message::parse(&raw);
        let text = message.text_body().unwrap_or_default();
        if saving.json && saving.out.is_none() {
            values.push(json!({ "uid": uid.get(), "text": text }));
            continue;
        }
        let mut sink = saving.sink(&format!("{}.txt", uid.get()))?;
        sink.write(text.as_bytes())?;
        if saving.out.is_none() && !text.ends_with('\n') {
            sink.write(b"\n")?;
        }
        if let Some(path) = sink.finish()? {
            saving.saved(uid, &path, text.len() as u64, &mut values)?;
        }
    }
    saving.report(&values, found)
}

async fn bodies(mailbox: &mut Selected<'_>, uids: &UidSet, saving: Saving<'_>) -> Result<Exit, Failure> {
    let (mut saved, mut found) = (Vec::new(), 0);
    for uid in uids.iter() {
        let Some(body) = mailbox.fetch_body(uid, Section::all()).await? else { continue };
        found += 1;
        let mut sink = saving.sink(&format!("{}.eml", uid.get()))?;
        let octets = pour(body, Decoder::Identity, &mut sink, uid).await?;
        if let Some(path) = sink.finish()? {
            saving.saved(uid, &path, octets, &mut saved)?;
        }
    }
    saving.report(&saved, found)
}

async fn parts(
    mailbox: &mut Selected<'_>,
    uids: &UidSet,
    path: &PartPath,
    decode: bool,
    saving: Saving<'_>,
) -> Result<Exit, Failure> {
    let (mut saved, mut found) = (Vec::new(), 0);
    for uid in uids.iter() {
        let Some(about) = part::about(mailbox, uid, path).await? else {
            terminal::note(&format!("UID {} has no part {path}", uid.get()));
            continue;
        };
        let Some(body) = mailbox.fetch_body(uid, Section::part(path.clone())).await? else { continue };
        found += 1;
        let name = match about.file_name {
            Some(name) => format!("{}-{name}", uid.get()),
            None => format!("{}-part-{path}", uid.get()),
        };
        let mut sink = saving.sink(&name)?;
        let decoder = if decode { Decoder::new(about.encoding) } else { Decoder::Identity };
        let octets = pour(body, decoder, &mut sink, uid).await?;
        if let Some(path) = sink.finish()? {
            saving.saved(uid, &path, octets, &mut saved)?;
        }
    }
    saving.report(&saved, found)
}

/// From the server into the sink, as it comes; how many octets were written.
async fn pour(
    mut body: BodyReader<'_>,
    mut decoder: Decoder,
    sink: &mut Sink,
    uid: Uid,
) -> Result<u64, Failure> {
    let bar = terminal::bytes_bar(body.len(), &format!("UID {}", uid.get()));
    let (mut piece, mut octets) = (Vec::new(), 0);
    loop {
        let read = body.fill_buf().await.map_err(anyrfc_imap::Error::from)?;
        if read.is_empty() {
            break;
        }
        let length = read.len();
        decoder.push(read, &mut piece);
        body.consume(length);
        bar.inc(length as u64);
        octets += piece.len() as u64;
        sink.write(&piece)?;
        piece.clear();
    }
    decoder.finish(&mut piece);
    octets += piece.len() as u64;
    sink.write(&piece)?;
    bar.finish_and_clear();
    Ok(octets)
}
