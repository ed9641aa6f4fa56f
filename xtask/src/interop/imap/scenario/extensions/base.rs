//! Extensions of IMAP4rev1 that mail is not worked with, but by: how the client says things, and what
//! it is told.

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    AppendOptions, Capability, MailboxAttribute, MailboxName, Pattern, StatusItem, StatusItems,
    command::{Append, List, ListReturn},
};

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::{
            messages::MINIMAL,
            scenario::{failed, is, lacking::tapped, same},
        },
    },
};

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let of = |extension: &'static str| (extension, scene.offers(extension));
    scene.extension(table, of("APPENDLIMIT"), "a limit that is kept", append_limit(scene)).await;
    scene.extension(table, of("CHILDREN"), "a mailbox with and one without", children(scene)).await;
    scene.extension(table, of("ENABLE"), "what is known, and what is not", enable(scene)).await;
    scene.extension(table, of("LITERAL+"), "a large message at once", literal(scene, 10_000, true)).await;
    // Where there is more, that is used.
    let small = ("LITERAL-", scene.offers("LITERAL-") && !scene.offers("LITERAL+"));
    scene.extension(table, small, "a small message at once", literal(scene, 4096, true)).await;
    scene.extension(table, small, "a large message waits", literal(scene, 4097, false)).await;
    scene.extension(table, of("SASL-IR"), "a login in one line", initial_response(scene)).await;
    scene.extension(table, of("SPECIAL-USE"), "what each is for", special_use(scene)).await;
}

/// A message beyond the limit is not sent; a mailbox may have a limit of its own.
async fn append_limit(scene: &Scene) -> Result<()> {
    let (tap, mut client) = tapped(scene).await?;
    let limit = client.capabilities().and_then(|all| all.append_limit()).ok_or("it is not advertised")?;
    let limit = match limit {
        Some(limit) => Some(limit),
        None => {
            let items = StatusItems::new().item(StatusItem::AppendLimit);
            client.status("INBOX", items).await?.append_limit.ok_or("the mailbox has none")?
        }
    };
    scene.answered("append: the limit", limit.map_or_else(|| "none".into(), |limit| limit.to_string()));
    if let Some(beyond) = limit.and_then(|limit| limit.checked_add(1)) {
        tap.said();
        let append = Append::new(MailboxName::inbox(), AppendOptions::new(), beyond);
        ensure(client.submit(append).is_err(), || format!("{beyond} octets were announced"))?;
        client.noop().await?;
        let said = tap.said();
        ensure(said.ends_with(" NOOP\r\n") && said.lines().count() == 1, || format!("{said:?} was said"))?;
    }
    Ok(client.logout().await?)
}

async fn children(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let parent = scene.name("Mit Kind");
    let child = format!("{parent}{}Kind", scene.delimiter);
    client.create(&*parent).await?;
    client.create(&*child).await?;
    let mut list = List::new(Pattern::all());
    if scene.offers("LIST-EXTENDED") {
        list = list.returns(ListReturn::Children);
    }
    let listed = client.list_with(list).await?;
    let has = |name: &str, attribute: MailboxAttribute| {
        let found = listed.iter().find(|listed| listed.entry.mailbox.as_str() == name);
        found.is_some_and(|listed| listed.entry.has(&attribute))
    };
    ensure(has(&parent, MailboxAttribute::HasChildren), || format!("{listed:?}"))?;
    ensure(has(&child, MailboxAttribute::HasNoChildren), || format!("{listed:?}"))?;
    Ok(client.logout().await?)
}

/// What the server does not know it passes over.
async fn enable(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let unknown = Capability::from("X-NO-SUCH-THING");
    let enabled = client.enable([unknown.clone()]).await?;
    ensure(!enabled.has(&unknown), || format!("{enabled:?}"))?;
    let known = [Capability::Utf8Accept, Capability::Condstore];
    if let Some(known) = known.into_iter().find(|known| scene.has(known)) {
        let enabled = client.enable([unknown, known.clone()]).await?;
        same(enabled.iter().collect::<Vec<_>>(), vec![&known])?;
    }
    Ok(client.logout().await?)
}

/// A message of so many octets is sent with the command, or once the server asks for it.
async fn literal(scene: &Scene, octets: usize, at_once: bool) -> Result<()> {
    let (tap, mut client) = tapped(scene).await?;
    let name = scene.name(&format!("literal-{octets}"));
    client.create(&*name).await?;
    tap.said();
    let mut message = MINIMAL.as_bytes().to_vec();
    message.resize(octets, b'x');
    client.append_bytes(&*name, AppendOptions::new(), message).await?;
    let said = tap.said();
    let sign = if at_once { "+" } else { "" };
    let announced = format!("{{{octets}{sign}}}\r\n");
    ensure(said.contains(&announced), || format!("no {announced:?} in {:?}", said.lines().next()))?;
    let status = client.status(&*name, StatusItems::common()).await?;
    same(status.messages, Some(1))?;
    Ok(client.logout().await?)
}

/// The first response goes with the command.
async fn initial_response(scene: &Scene) -> Result<()> {
    let (tap, client) = tapped(scene).await?;
    let said = tap.said();
    let line = said.lines().find(|line| line.contains(" AUTHENTICATE ")).unwrap_or_default();
    same(line.split(' ').count(), 4)?;
    Ok(client.logout().await?)
}

async fn special_use(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let listed = client.list_with(List::new(Pattern::all()).returns(ListReturn::SpecialUse)).await?;
    let uses: Vec<String> = listed
        .iter()
        .flat_map(|listed| &listed.entry.attributes)
        .filter(|attribute| anyrfc_imap::SpecialUse::of(attribute).is_some())
        .map(ToString::to_string)
        .collect();
    scene.answered("list: special uses", uses.join(" "));
    let wanted = List::new(Pattern::all()).select(anyrfc_imap::command::ListSelect::SpecialUse);
    if scene.offers("LIST-EXTENDED") {
        same(client.list_with(wanted).await?.len() >= usize::from(!uses.is_empty()), true)?;
    } else {
        is(&failed(client.list_with(wanted).await)?, ErrorKind::Unsupported)?;
    }
    Ok(client.logout().await?)
}
