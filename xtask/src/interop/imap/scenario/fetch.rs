//! What is fetched: every kind of item, sections, parts, and bodies as they come.

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    BodyData, BodyType, Capability, FetchItem, FetchItems, Fetched, Flag, ImapClient, PartPath, Partial,
    SearchQuery, Section, SectionText, Uid, UidSet,
};
use tokio::io::AsyncReadExt as _;

use super::{Scene, failed, is, read, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{BYTES, EIGHT_BIT, PARTS, TEXT, large, nested, short},
    },
};

const FETCH: &str = "fetch";
const BODIES: &str = "bodies";
const BINARY: &str = "binary";

/// The one row of a message.
async fn row(mailbox: &mut anyrfc_imap::Selected<'_>, uid: Uid, items: FetchItems) -> Result<Fetched> {
    let mut rows = mailbox.fetch(uid, items)?.collect().await?;
    ensure(rows.len() == 1, || format!("{} rows of one message", rows.len()))?;
    let row = rows.pop().ok_or("no row")?;
    same(row.uid(), Some(uid))?;
    let malformed: Vec<_> = row
        .row()
        .malformed()
        .map(|(name, raw, error)| format!("{name:?}: {error} in {}", raw.escape_ascii()))
        .collect();
    ensure(malformed.is_empty(), || malformed.join(", "))?;
    Ok(row)
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) =
            scene.filled(&mut client, "fetch", &[PARTS.as_bytes(), EIGHT_BIT.as_bytes()]).await?;
        Ok((client, name, uids))
    };
    let Some((mut client, name, uids)) = table.first(FETCH, "the messages to be fetched", run).await else {
        return;
    };
    items(scene, table, &mut client, &name, &uids).await;
    sections(scene, table, &mut client, &name, uids[0]).await;
    binary(scene, table, &mut client, &name, uids[0]).await;
    bodies(scene, table, &mut client).await;
}

async fn items(scene: &Scene, table: &mut Table<'_>, client: &mut ImapClient, name: &str, uids: &[Uid]) {
    let run = async {
        let mut mailbox = client.examine(name).await?;
        let row = row(&mut mailbox, uids[0], FetchItems::fast()).await?;
        same(row.size().and_then(|size| size.parsed()), Some(PARTS.len() as u64))?;
        ensure(row.internal_date().and_then(|date| date.parsed()).is_some(), || format!("{row:?}"))?;
        let flags = row.flags().and_then(|flags| flags.parsed()).ok_or("no flags")?;
        ensure(!flags.contains(&Flag::Seen), || format!("{flags:?}"))?;
        same(row.sequence().map(|number| number.get()), Some(1))
    };
    table.run(FETCH, "flags, date and size", run).await;
    let run = async {
        let mut mailbox = client.examine(name).await?;
        let row = row(&mut mailbox, uids[0], FetchItems::new().envelope()).await?;
        let envelope = row.envelope().ok_or("no envelope")?.into_result()?;
        let text =
            |string: Option<anyrfc_imap::StringRef<'_>>| string.map(|string| string.text().into_owned());
        let subject = text(envelope.subject()).unwrap_or_default();
        scene.agrees("fetch: a subject", &subject, "=?UTF-8?B?w4RudHJhZ2UgLSBGcmlzdA==?=")?;
        let date = text(envelope.date()).unwrap_or_default();
        scene.agrees("fetch: the date of an envelope", &date, "Sat, 21 Nov 2026 08:00:00 +0100")?;
        same(text(envelope.message_id()).as_deref(), Some("<parts@example.org>"))?;
        same(text(envelope.in_reply_to()).as_deref(), Some("<first@example.org>"))?;
        let addresses = |addresses: anyrfc_imap::Addresses<'_>| -> Vec<String> {
            addresses
                .mailboxes()
                .map(|a| {
                    format!("{}@{}", text(a.mailbox).unwrap_or_default(), text(a.host).unwrap_or_default())
                })
                .collect()
        };
        same(addresses(envelope.from()), vec!["juergen@example.org".into()])?;
        same(addresses(envelope.sender()), vec!["office@example.org".into()])?;
        same(addresses(envelope.reply_to()), vec!["replies@example.org".into()])?;
        same(addresses(envelope.to()), vec!["alice@example.org".into(), "bob@example.org".into()])?;
        same(addresses(envelope.cc()), vec!["team@example.org".into()])?;
        same(addresses(envelope.bcc()), Vec::new())?;
        let names: Vec<_> = envelope.to().mailboxes().map(|address| text(address.name)).collect();
        same(names, vec![Some("Alice".into()), Some("Bob, the other".into())])
    };
    table.run(FETCH, "the envelope", run).await;
    let run = async {
        let mut mailbox = client.examine(name).await?;
        let row = row(&mut mailbox, uids[0], FetchItems::new().body_structure()).await?;
        let structure = row.body_structure().ok_or("no structure")?.into_result()?;
        let parts: Vec<_> = structure
            .walk()
            .map(|(path, part)| format!("{path} {}/{}", part.media_type(), part.subtype()).to_lowercase())
            .collect();
        let expected = [
            " multipart/mixed",
            "1 multipart/alternative",
            "1.1 text/plain",
            "1.2 text/html",
            "2 application/octet-stream",
            "3 message/rfc822",
            "3.1 text/plain",
        ];
        scene.agrees("fetch: the parts of a structure", &parts.join(", "), &expected.join(", "))?;
        let file = structure.part(&path(&[2])?).ok_or("no part 2")?;
        let disposition = file.disposition().ok_or("no disposition")?;
        scene.agrees("fetch: a disposition", &disposition.kind.text().to_lowercase(), "attachment")?;
        let name = disposition.filename().map(|name| name.text().into_owned()).unwrap_or_default();
        scene.agrees("fetch: the name of a file", &name, "bytes.bin")?;
        same(file.encoding().map(|name| name.text().to_lowercase()).as_deref(), Some("base64"))?;
        same(file.id().map(|id| id.text().into_owned()).as_deref(), Some("<bytes@example.org>"))?;
        scene.agrees("fetch: the octets of a part", &format!("{:?}", file.octets()), "Some(24)")?;
        let text = structure.part(&path(&[1, 1])?).ok_or("no part 1.1")?;
        same(
            text.parameter("charset").map(|charset| charset.text().to_lowercase()).as_deref(),
            Some("utf-8"),
        )?;
        let languages: Vec<_> = text.languages().map(|language| language.text().into_owned()).collect();
        scene.agrees("fetch: the languages of a part", &languages.join(", "), "de")?;
        let inner = structure.part(&path(&[3])?).ok_or("no part 3")?;
        let BodyType::Message { envelope: Some(envelope), .. } = inner.body_type() else {
            return Err(format!("{inner:?}").into());
        };
        same(envelope.subject().map(|subject| subject.text().into_owned()).as_deref(), Some("the first"))
    };
    table.run(FETCH, "the structure", run).await;
    let run = async {
        let mut mailbox = client.examine(name).await?;
        let items = FetchItems::full()
            .item(FetchItem::Rfc822Header)
            .item(FetchItem::Rfc822Text)
            .item(FetchItem::Rfc822);
        if scene.rev2 {
            // IMAP4rev2 has dropped some of it.
            return is(&failed(mailbox.fetch(uids[0], items).map(drop))?, ErrorKind::Unsupported);
        }
        let row = row(&mut mailbox, uids[0], items).await?;
        same(row.row().bodies().count(), 3)?;
        ensure(row.envelope().is_some(), || format!("{row:?}"))
    };
    table.run(FETCH, "everything that IMAP4rev1 has", run).await;
    let run = async {
        let mut mailbox = client.examine(name).await?;
        let all =
            mailbox.fetch(UidSet::from_iter(uids.iter().copied()), FetchItems::all())?.collect().await?;
        same(
            all.iter().map(|row| row.uid()).collect::<Vec<_>>(),
            uids.iter().map(|uid| Some(*uid)).collect(),
        )?;
        let none = Uid::new(u32::MAX).ok_or("no UID")?;
        let rows = mailbox.fetch(none, FetchItems::all())?.collect().await?;
        ensure(rows.is_empty(), || format!("{rows:?}"))
    };
    table.run(FETCH, "several messages, and one that is not there", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let text = nested(13);
        let (name, uids) = scene.filled(&mut client, "fetch-nested", &[text.as_bytes()]).await?;
        let mut mailbox = client.select(&*name).await?;
        let row = row(&mut mailbox, uids[0], FetchItems::new().envelope().body_structure()).await?;
        let structure = row.body_structure().ok_or("no structure")?.into_result()?;
        scene
            .answered("fetch: the levels of 13 messages in each other", structure.walk().count().to_string());
        Ok(client.logout().await?)
    };
    table.run(FETCH, "13 messages in each other", run).await;
}

fn path(numbers: &[u32]) -> Result<PartPath> {
    Ok(PartPath::new(numbers).ok_or("no path")?)
}

async fn sections(scene: &Scene, table: &mut Table<'_>, client: &mut ImapClient, name: &str, uid: Uid) {
    let header = PARTS.split_inclusive("\r\n\r\n").next().unwrap_or_default();
    let body = &PARTS[header.len()..];
    let section = |numbers: &[u32], text: SectionText| -> Result<Section> {
        Ok(Section { part: path(numbers)?, text })
    };
    let cases: [(&str, Result<Section>, &str); 8] = [
        ("the whole message", section(&[], SectionText::All), PARTS),
        ("the header", section(&[], SectionText::Header), header),
        ("the body", section(&[], SectionText::Text), body),
        (
            "some fields",
            section(&[], SectionText::HeaderFields(vec!["subject".into(), "Message-ID".into()])),
            "Subject: =?UTF-8?B?w4RudHJhZ2UgLSBGcmlzdA==?=\r\nMessage-ID: <parts@example.org>\r\n\r\n",
        ),
        ("a part", section(&[1, 2], SectionText::All), "<p>Code</p>"),
        (
            "the header of a part",
            section(&[1, 2], SectionText::Mime),
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
        ),
        (
            "the header of a message in it",
            section(&[3], SectionText::HeaderFields(vec!["Subject".into()])),
            "Subject: the first\r\n\r\n",
        ),
        ("the text of a message in it", section(&[3], SectionText::Text), "Where it all began."),
    ];
    for (case, section, expected) in cases {
        let run = async {
            let mut mailbox = client.select(name).await?;
            let octets = read(&mut mailbox, uid, section?).await?;
            scene.agrees(&format!("fetch: {case}"), &String::from_utf8_lossy(&octets), expected)
        };
        table.run(FETCH, case, run).await;
    }
    let run = async {
        let mut mailbox = client.select(name).await?;
        let partial = Partial::new(10, 20).ok_or("no part")?;
        let row = row(&mut mailbox, uid, FetchItems::new().peek_partial(Section::all(), partial)).await?;
        let body = row.row().bodies().next().ok_or("no body")?;
        same(body.origin, Some(10))?;
        let Some(BodyData::Inline(text)) = body.data.parsed() else { return Err("not in the row".into()) };
        same(text.text().as_ref(), &PARTS[10..30])
    };
    table.run(FETCH, "some octets", run).await;
    let run = async {
        let mut mailbox = client.select(name).await?;
        same(mailbox.search(&SearchQuery::seen()).await?.contains(uid), false)?;
        row(&mut mailbox, uid, FetchItems::new().body(Section::text())).await?;
        same(mailbox.search(&SearchQuery::seen()).await?.contains(uid), true)
    };
    table.run(FETCH, "what is read is seen, what is peeked at is not", run).await;
}

async fn binary(scene: &Scene, table: &mut Table<'_>, client: &mut ImapClient, name: &str, uid: Uid) {
    if !scene.has(&Capability::Binary) {
        return;
    }
    for (case, part, expected) in
        [("a file", [2].as_slice(), BYTES.as_slice()), ("a text", &[1, 1], TEXT.as_bytes())]
    {
        let run = async {
            let mut mailbox = client.select(name).await?;
            let mut octets = Vec::new();
            let mut body = mailbox.fetch_binary(uid, path(part)?).await?.ok_or("no such part")?;
            body.read_to_end(&mut octets).await?;
            drop(body);
            let found = octets.escape_ascii().to_string();
            scene.agrees(&format!("binary: {case}"), &found, &expected.escape_ascii().to_string())?;
            let row = row(&mut mailbox, uid, FetchItems::new().binary_size(path(part)?)).await?;
            same(row.binary_size(&path(part)?).and_then(|size| size.parsed()), Some(octets.len() as u64))
        };
        scene.shows(table, &["BINARY"], BINARY, case, run).await;
    }
}

async fn bodies(scene: &Scene, table: &mut Table<'_>, client: &mut ImapClient) {
    let large = large(4 << 20);
    let last = short("after the large one");
    let messages = [&large[..], last.as_bytes()];
    let run = scene.filled(client, "bodies", &messages);
    let Some((name, uids)) = table.first(BODIES, "the messages to be read", run).await else { return };
    let run = async {
        let mut mailbox = client.select(&*name).await?;
        let mut body = mailbox.fetch_body(uids[0], Section::all()).await?.ok_or("no such message")?;
        let mut piece = vec![0; 100_000];
        body.read_exact(&mut piece).await?;
        ensure(piece == large[..piece.len()], || "other octets".into())?;
        // What is left of it is nobody's answer.
        drop(body);
        let octets = read(&mut mailbox, uids[1], Section::all()).await?;
        ensure(octets == last.as_bytes(), || format!("\"{}\"", octets.escape_ascii()))?;
        same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter(uids.iter().copied()))
    };
    table.run(BODIES, "one read half, then another", run).await;
    let run = async {
        let mut mailbox = client.select(&*name).await?;
        let items = FetchItems::new().envelope().peek(Section::all());
        let mut rows = mailbox.fetch(UidSet::from_iter(uids.iter().copied()), items)?;
        let first = rows.next().await?.ok_or("no row")?;
        drop(rows);
        let whole = first.body_bytes(&Section::all()).map(|octets| octets.len());
        same((first.uid(), whole), (Some(uids[0]), Some(large.len())))?;
        let octets = read(&mut mailbox, uids[1], Section::text()).await?;
        same(String::from_utf8_lossy(&octets).as_ref(), "A line.\r\n")
    };
    table.run(BODIES, "one row of two, then another", run).await;
    let run = async {
        let mut mailbox = client.select(&*name).await?;
        let body = mailbox.fetch_body(uids[1], Section::part(path(&[7])?)).await;
        let answer = match body {
            Ok(None) => "none".to_owned(),
            Ok(Some(body)) => format!("{} octets", body.len()),
            Err(error) if error.refusal().is_some() => error.to_string(),
            Err(error) => return Err(error.into()),
        };
        scene.answered("fetch: a part that is not there", answer);
        mailbox.noop().await?;
        let gone = Uid::new(u32::MAX).ok_or("no UID")?;
        let body = mailbox.fetch_body(gone, Section::all()).await?;
        ensure(body.is_none(), || format!("{body:?}"))
    };
    table.run(BODIES, "of what is not there", run).await;
}
