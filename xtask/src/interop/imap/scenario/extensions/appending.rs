//! MULTIAPPEND (RFC 3502), CATENATE (RFC 4469) and REPLACE (RFC 8508); URLAUTH (RFC 4467) and
//! URLAUTH=BINARY (RFC 5524).

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    AppendOptions, AuthorizedUrl, Catenation, Code, Date, DateTime, FetchItems, Flag, ImapClient, ImapUrl,
    MailboxName, NewMessage, RumpUrl, Section, Uid, UidValidity, UrlAccess, UrlAnswer, UrlAuthorization,
    UrlBinary, UrlMailbox, UrlMessage, UrlServer, UrlTarget,
    command::{UrlContent, UrlFetchItem},
};

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::{
            USERS,
            messages::{BYTES, MINIMAL, PARTS, large},
            scenario::{failed, is, read, same},
        },
    },
};

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let of = |extension: &'static str| (extension, scene.offers(extension));
    scene.extension(table, of("MULTIAPPEND"), "three messages of every source", several(scene)).await;
    scene.extension(table, of("MULTIAPPEND"), "an empty one takes all back", none(scene)).await;
    scene.extension(table, of("CATENATE"), "texts and parts", joined(scene)).await;
    scene.extension(table, of("CATENATE"), "a URL that names nothing", bad_url(scene)).await;
    let both = scene.offers("CATENATE") && scene.offers("MULTIAPPEND");
    scene.extension(table, ("CATENATE", both), "with other messages", joined_and_not(scene)).await;
    scene.extension(table, of("REPLACE"), "a draft", replace(scene)).await;
    scene.extension(table, of("REPLACE"), "a message that is not there", replace_nothing(scene)).await;
    let joins = scene.offers("CATENATE") && scene.offers("REPLACE");
    scene.extension(table, ("REPLACE", joins), "by what it was made of", replace_joined(scene)).await;
    scene.extension(table, of("URLAUTH"), "authorized, fetched and taken back", authorized(scene)).await;
    scene.extension(table, of("URLAUTH"), "what gives no right", unauthorized(scene)).await;
    scene.extension(table, of("URLAUTH=BINARY"), "decoded and described", binary(scene)).await;
}

/// A peer that asks a service of its own about other users' messages, which does not run here.
const NO_ANSWER: &str = "it would not be answered";

/// A message in a mailbox as it is now.
async fn named(client: &mut ImapClient, mailbox: &str, uid: Uid) -> Result<UrlMessage> {
    let items = anyrfc_imap::StatusItems::common();
    let validity = client.status(mailbox, items).await?.uid_validity.ok_or("no UIDVALIDITY")?;
    Ok(UrlMessage::new(UrlMailbox::new(MailboxName::new(mailbox)?).with_validity(validity), uid))
}

async fn several(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "multiappend", &[]).await?;
    let body = large(100_000);
    let mut source = &body[..];
    let date =
        Date::new(2020, 2, 29).and_then(|date| DateTime::new(date, 23, 59, 58, 90)).ok_or("no date")?;
    let messages = [
        NewMessage::bytes(AppendOptions::new().flag(Flag::Seen), MINIMAL),
        NewMessage::reader(AppendOptions::new().internal_date(date), &mut source, body.len() as u64),
        NewMessage::bytes(AppendOptions::new().flag(Flag::Flagged).flag(Flag::Draft), PARTS),
    ];
    let appended = client.append_all(&*name, messages).await?.ok_or("no UIDs of what was appended")?;
    let uids: Vec<Uid> = appended.uids.iter().collect();
    same(uids.len(), 3)?;
    let mut mailbox = client.select(&*name).await?;
    for (uid, expected) in uids.iter().zip([MINIMAL.as_bytes(), &body, PARTS.as_bytes()]) {
        ensure(read(&mut mailbox, *uid, Section::all()).await? == expected, || {
            format!("{uid:?} is another")
        })?;
    }
    let rows = mailbox.fetch(appended.uids.to_set(), FetchItems::fast())?.collect().await?;
    let flags = |at: usize| rows.get(at).and_then(|row| row.flags()).and_then(|flags| flags.parsed());
    ensure(flags(0).is_some_and(|flags| flags.contains(&Flag::Seen)), || "the first is not seen".into())?;
    ensure(flags(1).is_some_and(|flags| !flags.contains(&Flag::Seen)), || "the second is seen".into())?;
    ensure(flags(2).is_some_and(|flags| flags.contains(&Flag::Draft)), || "the third is no draft".into())?;
    let received = rows.get(1).and_then(|row| row.internal_date()).and_then(|date| date.parsed());
    same(received.map(DateTime::unix_timestamp), Some(date.unix_timestamp()))?;
    Ok(client.logout().await?)
}

/// Of several messages of which one is empty, none is kept (RFC 3502, section 6.3.11).
async fn none(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "multiappend-none", &[]).await?;
    let messages = [MINIMAL, ""].map(|text| NewMessage::bytes(AppendOptions::new(), text));
    let answer = match client.append_all(&*name, messages).await {
        Err(error) => {
            is(&error, ErrorKind::Refused)?;
            "NO"
        }
        Ok(_) => "OK",
    };
    let kept = client.status(&*name, anyrfc_imap::StatusItems::common()).await?.messages;
    let found = format!("{answer}, {} kept", kept.unwrap_or_default());
    scene.agrees("multiappend: an empty message among others", &found, "NO, 0 kept")?;
    client.noop().await?;
    Ok(client.logout().await?)
}

async fn joined(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "catenate \u{e4}&", &[PARTS.as_bytes()]).await?;
    let uid = *uids.first().ok_or("no UID")?;
    let message = named(&mut client, &name, uid).await?;
    let part = |path: &str| -> Result<UrlMessage> {
        Ok(message.clone().section(Section::part(path.parse().map_err(|_| "no path")?)))
    };
    let mut text = &b"Subject: forwarded\r\nContent-Type: application/octet-stream\r\n"[..];
    let octets = text.len() as u64;
    let joined = Catenation::new(AppendOptions::new().flag(Flag::Seen))
        .reader(&mut text, octets)
        .text("Content-Transfer-Encoding: base64\r\n\r\n")
        .url(part("2")?)
        .text("\r\n");
    let appended = client.append_all(&*name, [joined]).await?.and_then(|appended| appended.uid());
    let appended = appended.ok_or("no UID of what was appended")?;
    let whole = Catenation::new(AppendOptions::new()).url(message.clone());
    let copy = client.append_all(&*name, [whole]).await?.and_then(|appended| appended.uid());
    let copy = copy.ok_or("no UID of the copy")?;
    let mut mailbox = client.select(&*name).await?;
    let found = read(&mut mailbox, appended, Section::all()).await?;
    let expected = "Subject: forwarded\r\nContent-Type: application/octet-stream\r\n\
                    Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQoLDA0ODw==\r\n";
    same(String::from_utf8_lossy(&found).into_owned(), expected.to_owned())?;
    ensure(read(&mut mailbox, copy, Section::all()).await? == PARTS.as_bytes(), || "no copy".into())?;
    // What a URL names is read through this session as well.
    let of = ImapUrl::from(part("2")?);
    let mut octets = Vec::new();
    let mut body = client.read_url(&of).await?.ok_or("nothing there")?;
    tokio::io::AsyncReadExt::read_to_end(&mut body, &mut octets).await?;
    same(octets, b"AAECAwQFBgcICQoLDA0ODw==".to_vec())?;
    Ok(client.logout().await?)
}

/// The URL is named, nothing is added, and the connection is as it was.
async fn bad_url(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "catenate-bad", &[MINIMAL.as_bytes()]).await?;
    let message = named(&mut client, &name, *uids.first().ok_or("no UID")?).await?;
    let missing = Uid::new(4_000_000).ok_or("no UID")?;
    let nowhere = UrlMailbox::new(MailboxName::new(&scene.name("catenate-nowhere"))?);
    let mut stale = message.clone();
    stale.mailbox.uid_validity = UidValidity::new(1);
    for (case, bad) in [
        ("a message", named(&mut client, &name, missing).await?),
        ("a mailbox", UrlMessage::new(nowhere, message.uid)),
        ("a part", message.clone().section(Section::part("7.7".parse().map_err(|_| "no path")?))),
        ("a UIDVALIDITY", stale),
    ] {
        let url = ImapUrl::from(bad.clone()).to_string();
        let joined = Catenation::new(AppendOptions::new()).url(message.clone()).url(bad).text("behind it");
        let answer = match client.append_all(&*name, [joined]).await {
            Ok(_) => "OK".to_owned(),
            Err(error) => {
                is(&error, ErrorKind::Refused)?;
                match error.code() {
                    Some(Code::BadUrl(named)) if *named == url => "BADURL".to_owned(),
                    other => format!("{other:?}"),
                }
            }
        };
        scene.agrees(&format!("catenate: {case} that is not there"), &answer, "BADURL")?;
        client.noop().await?;
    }
    Ok(client.logout().await?)
}

async fn joined_and_not(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "catenate-several", &[MINIMAL.as_bytes()]).await?;
    let message = named(&mut client, &name, *uids.first().ok_or("no UID")?).await?;
    let messages: [NewMessage<'_>; 3] = [
        NewMessage::bytes(AppendOptions::new(), PARTS),
        Catenation::new(AppendOptions::new().flag(Flag::Draft))
            .text("X-Before: 1\r\n")
            .url(message.clone())
            .into(),
        Catenation::new(AppendOptions::new()).url(message).text("more\r\n").into(),
    ];
    let appended = client.append_all(&*name, messages).await?.ok_or("no UIDs of what was appended")?;
    let mut mailbox = client.select(&*name).await?;
    let expected = [PARTS.to_owned(), format!("X-Before: 1\r\n{MINIMAL}"), format!("{MINIMAL}more\r\n")];
    same(appended.uids.len(), 3)?;
    for (uid, expected) in appended.uids.iter().zip(expected) {
        same(
            String::from_utf8_lossy(&read(&mut mailbox, uid, Section::all()).await?).into_owned(),
            expected,
        )?;
    }
    Ok(client.logout().await?)
}

async fn replace(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "replace", &[MINIMAL.as_bytes(), PARTS.as_bytes()]).await?;
    let old = *uids.first().ok_or("no UID")?;
    let mut mailbox = client.select(&*name).await?;
    let new = NewMessage::bytes(AppendOptions::new().flag(Flag::Draft), PARTS);
    let replaced = mailbox.replace(old, &*name, new).await?;
    let uid = replaced.appended.and_then(|appended| appended.uid()).ok_or("no UID of the new one")?;
    same(mailbox.exists(), 2)?;
    ensure(read(&mut mailbox, uid, Section::all()).await? == PARTS.as_bytes(), || "it is another".into())?;
    ensure(mailbox.fetch_body(old, Section::all()).await?.is_none(), || "the old one is still there".into())?;
    Ok(client.logout().await?)
}

async fn replace_nothing(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "replace-nothing", &[MINIMAL.as_bytes()]).await?;
    let mut mailbox = client.select(&*name).await?;
    let missing = Uid::new(4_000_000).ok_or("no UID")?;
    let new = NewMessage::bytes(AppendOptions::new(), MINIMAL);
    is(&failed(mailbox.replace(missing, &*name, new).await)?, ErrorKind::Refused)?;
    same(mailbox.exists(), 1)?;
    Ok(client.logout().await?)
}

async fn replace_joined(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "replace-joined", &[MINIMAL.as_bytes()]).await?;
    let mut mailbox = client.select(&*name).await?;
    let old = *uids.first().ok_or("no UID")?;
    let joined = Catenation::new(AppendOptions::new()).text("X-Before: 1\r\n").url(mailbox.url_of(old));
    let replaced = mailbox.replace(old, &*name, joined).await?;
    let uid = replaced.appended.and_then(|appended| appended.uid()).ok_or("no UID of the new one")?;
    let found = read(&mut mailbox, uid, Section::all()).await?;
    same(String::from_utf8_lossy(&found).into_owned(), format!("X-Before: 1\r\n{MINIMAL}"))?;
    Ok(client.logout().await?)
}

/// Alice at the peer.
fn server() -> Result<UrlServer> {
    Ok(UrlServer::new("localhost")?.user(USERS[0].0)?)
}

/// A message of every kind of part in a mailbox of its own, authorized.
async fn one(
    scene: &Scene,
    client: &mut ImapClient,
    mailbox: &str,
    section: &str,
    access: UrlAccess,
) -> Result<(String, AuthorizedUrl)> {
    let (name, uids) = scene.filled(client, mailbox, &[PARTS.as_bytes()]).await?;
    let message = UrlMessage::new(UrlMailbox::new(MailboxName::new(&name)?), *uids.first().ok_or("no UID")?);
    let message = match section {
        "" => message,
        path => message.section(Section::part(path.parse().map_err(|_| "no path")?)),
    };
    let url = client.authorize_url(RumpUrl::new(server()?, message, access)?).await?;
    Ok((name, url))
}

async fn authorized(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let me = UrlAccess::User(USERS[0].0.to_owned());
    let (name, url) = one(scene, &mut client, "urlauth", "2", me.clone()).await?;
    let found = client.fetch_authorized(&url).await?;
    same(found.as_deref(), Some(&b"AAECAwQFBgcICQoLDA0ODw=="[..]))?;
    // Several at once, in whatever form they are written; a whole message as well.
    let UrlTarget::Message(message) = url.url().target.clone() else { return Err("no message".into()) };
    let whole = UrlMessage::new(message.mailbox.clone(), message.uid);
    let expire =
        Date::new(2099, 12, 31).and_then(|date| DateTime::new(date, 23, 59, 59, 0)).ok_or("no date")?;
    let later = whole.clone().authorization(UrlAuthorization::new(me.clone()).expire(expire));
    let urls = [RumpUrl::new(server()?, whole, me.clone())?, RumpUrl::new(server()?, later, me)?];
    let urls = client.authorize_urls(urls).await?;
    let items: Vec<_> = urls.iter().cloned().map(UrlFetchItem::new).collect();
    for found in client.fetch_authorized_with(items).await? {
        ensure(found.content().is_some_and(|octets| octets == PARTS.as_bytes()), || format!("{found:?}"))?;
    }
    // With a new key nothing that was authorized is any more.
    let mechanisms = client.reset_url_key(&*name).await?;
    scene.answered("urlauth: URLMECH of RESETKEY", format!("{}", mechanisms.is_some()));
    same(client.fetch_authorized(&url).await?, None)?;
    let again = client.authorize_url(RumpUrl::from_url(without_token(&url))?).await?;
    same(client.fetch_authorized(&again).await?.is_some(), true)?;
    client.reset_all_url_keys().await?;
    same(client.fetch_authorized(&again).await?, None)?;
    Ok(client.logout().await?)
}

fn without_token(url: &AuthorizedUrl) -> ImapUrl {
    let mut rump = url.url().clone();
    if let UrlTarget::Message(message) = &mut rump.target
        && let Some(authorization) = &mut message.authorization
    {
        authorization.token = None;
    }
    rump
}

async fn unauthorized(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let anybody = UrlAccess::AuthUser;
    let (_, url) = one(scene, &mut client, "urlauth-not", "2", anybody).await?;
    // To the letter: another digit is another token.
    let last = if url.as_str().ends_with('0') { "1" } else { "0" };
    let text = url.as_str();
    let forged = AuthorizedUrl::parse(&format!("{}{last}", &text[..text.len() - 1]))?;
    same(client.fetch_authorized(&forged).await?, None)?;
    // Whoever has logged in may read what is for whoever has.
    let another = "urlauth: by another user";
    if scene.own_ways.answers.contains(&(another, NO_ANSWER)) {
        scene.answered(another, NO_ANSWER);
    } else {
        let mut bob = scene.user(1).await?;
        let found = if bob.fetch_authorized(&url).await?.is_some() { "read" } else { "not read" };
        scene.agrees(another, found, "read")?;
        // And not what is for somebody else.
        let me = UrlAccess::User(USERS[0].0.to_owned());
        let (_, url) = one(scene, &mut client, "urlauth-mine", "2", me).await?;
        same(bob.fetch_authorized(&url).await?, None)?;
        bob.logout().await?;
    }
    // What is not there, or not one's own, cannot be authorized: BAD, or a token that is none.
    let nowhere = UrlMailbox::new(MailboxName::new(&scene.name("urlauth-nowhere"))?);
    let one = Uid::new(1).ok_or("no UID")?;
    let rump = RumpUrl::new(server()?, UrlMessage::new(nowhere, one), UrlAccess::Anonymous)?;
    let answer = match client.authorize_url(rump).await {
        Err(error) => {
            is(&error, ErrorKind::Refused)?;
            "refused"
        }
        Ok(_) => "authorized",
    };
    scene.answered("urlauth: a mailbox that is not there", answer);
    client.noop().await?;
    Ok(client.logout().await?)
}

async fn binary(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (_, url) = one(scene, &mut client, "urlauth-binary", "2", UrlAccess::AuthUser).await?;
    let item = || UrlFetchItem::new(url.clone());
    let asked = [item().content(UrlContent::Binary).structure(), item().content(UrlContent::Body), item()];
    let found = client.fetch_authorized_with(asked).await?;
    let [decoded, body, plain] = &found[..] else { return Err("not three answers".into()) };
    let UrlAnswer::Metadata(metadata) = &decoded.answer else { return Err(format!("{decoded:?}").into()) };
    same(&metadata.binary, &Some(UrlBinary::Decoded(BYTES.to_vec().into())))?;
    let structure = decoded.structure().ok_or("no BODYPARTSTRUCTURE")?;
    ensure(structure.media_type().eq_ignore_ascii_case("application"), || "another type".into())?;
    let encoding = structure.encoding().map(|encoding| encoding.text().to_ascii_uppercase());
    scene.answered("urlauth-binary: the encoding told beside BINARY", encoding.unwrap_or_default());
    for found in [body, plain] {
        same(found.content().map(|octets| octets.to_vec()), Some(b"AAECAwQFBgcICQoLDA0ODw==".to_vec()))?;
    }
    Ok(client.logout().await?)
}
