//! Annotations (RFC 5464, RFC 9590), access control lists (RFC 4314, RFC 8440) and quotas (RFC 9208,
//! RFC 2087).

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    AclIdentifier, Capability, Code, ImapClient, MailboxName, MetadataEntry, MetadataTarget, Pattern, Quota,
    QuotaResource, QuotaRoot, Right, Rights, StatusItem, StatusItems,
    command::{GetMetadata, List, ListReturn, MetadataDepth, SetAcl, SetMetadata, SetQuota},
    rfc9208,
};

use super::super::{Scene, failed, is, same};
use crate::{
    Result,
    interop::cases::{Table, ensure},
};

/// The longest value that every peer is asked to keep.
const VALUE: usize = 20_000;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    metadata(scene, table).await;
    lists(scene, table).await;
    acl(scene, table).await;
    quota(scene, table).await;
}

async fn metadata(scene: &Scene, table: &mut Table<'_>) {
    let extension = ("METADATA", scene.has(&Capability::Metadata));
    scene.extension(table, extension, "annotations of a mailbox", of_mailbox(scene)).await;
    scene.extension(table, extension, "annotations of the server", of_server(scene)).await;
    scene.extension(table, extension, "octets of every kind", octets(scene)).await;
    scene.extension(table, extension, "by size and depth", by_size_and_depth(scene)).await;
}

/// A mailbox of one's own, to be deleted in the end.
async fn made(scene: &Scene, client: &mut ImapClient, name: &str) -> Result<MailboxName> {
    Ok(client.create(&*scene.name(name)).await?)
}

async fn of_mailbox(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let mailbox = made(scene, &mut client, "annotated").await?;
    let (private, shared) = (MetadataEntry::PRIVATE_COMMENT, MetadataEntry::SHARED_COMMENT);
    same(client.mailbox_metadata(&mailbox, &private).await?, None)?;
    let set = SetMetadata::new(mailbox.clone())
        .text(private.clone(), "A comment\nof two lines \"quoted\" \\ & more")
        .text(shared.clone(), "Gr\u{fc}\u{df}e");
    client.set_metadata(set).await?;
    let answer =
        client.metadata_with(GetMetadata::new(mailbox.clone(), [shared.clone(), private.clone()])).await?;
    same(
        answer.value(&private).map(|value| value.to_vec()),
        Some(b"A comment\r\nof two lines \"quoted\" \\ & more".to_vec()),
    )?;
    same(answer.value(&shared).map(|value| value.to_vec()), Some("Gr\u{fc}\u{df}e".into()))?;
    client.set_metadata(SetMetadata::new(mailbox.clone()).remove(private.clone())).await?;
    same(client.mailbox_metadata(&mailbox, &private).await?, None)?;
    let missing = MailboxName::new(&scene.name("not there"))?;
    let error = failed(client.mailbox_metadata(&missing, &private).await)?;
    is(&error, ErrorKind::Refused)?;
    client.delete(&mailbox).await?;
    Ok(client.logout().await?)
}

async fn of_server(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let entry = MetadataEntry::new("/private/vendor/anyrfc/note")?;
    let set = || SetMetadata::new(MetadataTarget::Server).text(entry.clone(), "of the server");
    match client.set_metadata(set()).await {
        Ok(()) => {
            same(
                client.server_metadata(&entry).await?.map(|value| value.to_vec()),
                Some(b"of the server".to_vec()),
            )?;
            client.set_metadata(SetMetadata::new(MetadataTarget::Server).remove(entry.clone())).await?;
            scene.answered("metadata: private annotations of the server", "kept");
        }
        Err(error) => {
            is(&error, ErrorKind::Refused)?;
            scene.answered("metadata: private annotations of the server", "refused");
        }
    }
    same(client.server_metadata(&entry).await?, None)?;
    // The administrator is told, or nobody is.
    client.server_metadata(&MetadataEntry::SHARED_ADMIN).await?;
    Ok(client.logout().await?)
}

async fn octets(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let mailbox = made(scene, &mut client, "annotated by octets").await?;
    let entry = MetadataEntry::PRIVATE_COMMENT;
    // Text with everything that could be taken for something else.
    let odd = "NIL) {3}\r\nx OK done\r\n* BYE\r\n(\"";
    let long = "0123456789\r\n".repeat(VALUE / 12);
    for text in ["NIL", "", odd, &long] {
        let set = SetMetadata::new(mailbox.clone()).text(entry.clone(), text);
        client.set_metadata(set).await?;
        let value = client.mailbox_metadata(&mailbox, &entry).await?;
        let kept = value.as_deref() == Some(text.as_bytes()) || text.is_empty() && value.is_none();
        ensure(kept, || format!("{text:?} came back as {value:?}"))?;
    }
    // Not every peer takes what is no text, for which the grammar has literal8.
    for (what, octets) in [("without CR", &b"a\nb"[..]), ("with NUL", b"a\0b\n")] {
        let binary = SetMetadata::new(mailbox.clone()).binary(entry.clone(), octets);
        let answer = match client.set_metadata(binary).await {
            Ok(()) => {
                let kept = client.mailbox_metadata(&mailbox, &entry).await?;
                ensure(kept.as_deref() == Some(octets), || format!("{what}: it came back as {kept:?}"))?;
                "kept".to_owned()
            }
            Err(error) => {
                is(&error, ErrorKind::Refused)?;
                error.to_string()
            }
        };
        scene.answered(format!("metadata: octets {what}"), answer);
    }
    client.noop().await?;
    client.delete(&mailbox).await?;
    Ok(client.logout().await?)
}

async fn by_size_and_depth(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let mailbox = made(scene, &mut client, "annotated in depth").await?;
    let name = |name: &str| MetadataEntry::new(&format!("/private/vendor/anyrfc/{name}"));
    let set = SetMetadata::new(mailbox.clone())
        .text(name("a")?, "small")
        .text(name("a/b")?, &"large ".repeat(100))
        .text(name("a/b/c")?, "deep");
    client.set_metadata(set).await?;
    let get = || Ok::<_, anyrfc_imap::Error>(GetMetadata::new(mailbox.clone(), [name("a")?]));
    for (depth, count) in [(MetadataDepth::Zero, 1), (MetadataDepth::One, 2), (MetadataDepth::Infinity, 3)] {
        let answer = client.metadata_with(get()?.depth(depth)).await?;
        let values = answer.values.iter().filter(|(_, value)| value.is_some()).count();
        ensure(values == count, || format!("{depth:?}: {:?}", answer.values))?;
    }
    let answer = client.metadata_with(get()?.depth(MetadataDepth::Infinity).max_size(100)).await?;
    same(answer.long_entries, Some(600))?;
    same((answer.value(&name("a")?).is_some(), answer.value(&name("a/b")?)), (true, None))?;
    client.delete(&mailbox).await?;
    Ok(client.logout().await?)
}

async fn lists(scene: &Scene, table: &mut Table<'_>) {
    let both = scene.has(&Capability::ListMetadata);
    scene.extension(table, ("LIST-METADATA", both), "beside each mailbox", list_metadata(scene)).await;
    let both = scene.has(&Capability::ListMyRights);
    scene.extension(table, ("LIST-MYRIGHTS", both), "beside each mailbox", list_my_rights(scene)).await;
}

async fn list_metadata(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let with = made(scene, &mut client, "listed with").await?;
    let without = made(scene, &mut client, "listed without").await?;
    let entry = MetadataEntry::SHARED_COMMENT;
    client.set_metadata(SetMetadata::new(with.clone()).text(entry.clone(), "colour\nred")).await?;
    let pattern = Pattern::new(&scene.name("listed with*"))?;
    let list =
        List::new(pattern).returns(ListReturn::Metadata(vec![entry.clone(), MetadataEntry::PRIVATE_COMMENT]));
    let listed = client.list_with(list).await?;
    same(listed.len(), 2)?;
    for one in &listed {
        let value =
            one.metadata.iter().find(|(known, _)| *known == entry).and_then(|(_, value)| value.as_deref());
        same(value, (one.entry.mailbox == with).then_some(&b"colour\r\nred"[..]))?;
    }
    client.delete(&with).await?;
    client.delete(&without).await?;
    Ok(client.logout().await?)
}

async fn list_my_rights(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let list = List::new(Pattern::new(&scene.name("*"))?).or(Pattern::new("INBOX")?);
    let listed = client.list_with(list.returns(ListReturn::MyRights)).await?;
    ensure(!listed.is_empty(), || "nothing is listed".into())?;
    for one in listed.iter().filter(|one| one.entry.is_selectable()) {
        let rights = one.my_rights.ok_or_else(|| format!("no rights of {}", one.entry.mailbox))?;
        same(rights, client.my_rights(&one.entry).await?)?;
        ensure(rights.has(Right::READ), || format!("{rights} on {}", one.entry.mailbox))?;
    }
    Ok(client.logout().await?)
}

async fn acl(scene: &Scene, table: &mut Table<'_>) {
    let extension = ("ACL", scene.has(&Capability::Acl));
    scene.extension(table, extension, "rights are given and taken", given_and_taken(scene)).await;
    scene.extension(table, extension, "what the server does not know", not_known(scene)).await;
}

async fn given_and_taken(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let mailbox = made(scene, &mut client, "lent").await?;
    let mine = client.my_rights(&mailbox).await?;
    for right in [
        Right::LOOKUP,
        Right::READ,
        Right::INSERT,
        Right::EXPUNGE,
        Right::CREATE_MAILBOXES,
        Right::ADMINISTER,
    ] {
        ensure(mine.allow(right), || format!("{right} is not among {mine}"))?;
    }
    let new =
        client.capabilities().is_some_and(|all| all.iter().any(|one| matches!(one, Capability::Rights(_))));
    ensure(!new || !mine.has(Right::OBSOLETE_DELETE), || format!("a virtual right in {mine}"))?;
    let bob = AclIdentifier::new("bob")?;
    let rights = |letters: &str| letters.parse::<Rights>();
    client.set_acl(SetAcl::replace(mailbox.clone(), bob.clone(), rights("lr")?)).await?;
    same(client.acl(&mailbox).await?.rights(&bob), Some(rights("lr")?))?;
    client.set_acl(SetAcl::grant(mailbox.clone(), bob.clone(), rights("sw")?)).await?;
    same(client.acl(&mailbox).await?.rights(&bob), Some(rights("lrsw")?))?;
    client.set_acl(SetAcl::revoke(mailbox.clone(), bob.clone(), rights("lw")?)).await?;
    same(client.acl(&mailbox).await?.rights(&bob), Some(rights("rs")?))?;
    // Tied rights, the old ones and the new.
    let delete = if new { rights("te")? } else { rights("d")? };
    client.set_acl(SetAcl::replace(mailbox.clone(), bob.clone(), rights("lr")?.union(delete))).await?;
    let now = client.acl(&mailbox).await?.rights(&bob).unwrap_or_default();
    ensure(now.allow(Right::DELETE_MESSAGES) && now.allow(Right::EXPUNGE), || {
        format!("{now} after {delete}")
    })?;
    let listed = client.grantable_rights(&mailbox, &bob).await?;
    same(&listed.identifier, &bob)?;
    ensure(listed.required.has(Right::READ) || listed.tied_to(Right::READ).is_some(), || {
        format!("{listed:?}")
    })?;
    scene.answered(
        "acl: what can be granted",
        listed.optional.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    );
    // Bob sees it so, and may not look into the list.
    client.delete_acl(&mailbox, &bob).await?;
    same(client.acl(&mailbox).await?.rights(&bob), None)?;
    client.delete(&mailbox).await?;
    Ok(client.logout().await?)
}

async fn not_known(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let mailbox = made(scene, &mut client, "lent oddly").await?;
    let missing = MailboxName::new(&scene.name("not there"))?;
    let answer = match client.acl(&missing).await {
        Ok(list) => format!("{:?}", list.entries),
        Err(error) => error.to_string(),
    };
    scene.answered("acl: of a mailbox that is not there", answer);
    let answer = match client.my_rights(&missing).await {
        Ok(rights) => rights.to_string(),
        Err(error) => {
            is(&error, ErrorKind::Refused)?;
            error.to_string()
        }
    };
    scene.answered("acl: one's rights on a mailbox that is not there", answer);
    // A right that nobody has: refused, and the list is what it was.
    let before = client.acl(&mailbox).await?;
    let odd = SetAcl::grant(mailbox.clone(), AclIdentifier::new("bob")?, "q".parse()?);
    let error = failed(client.set_acl(odd).await)?;
    is(&error, ErrorKind::Unsupported)?;
    ensure(error.is_unsent(), || format!("it was sent: {error}"))?;
    same(client.acl(&mailbox).await?.entries, before.entries)?;
    client.delete(&mailbox).await?;
    Ok(client.logout().await?)
}

async fn quota(scene: &Scene, table: &mut Table<'_>) {
    let extension = ("QUOTA", scene.has(&Capability::Quota));
    scene.extension(table, extension, "usage and limits", usage_and_limits(scene)).await;
    scene.extension(table, extension, "limits are the administrator's", limits(scene)).await;
    let sets = ("QUOTASET", scene.has(&Capability::QuotaSet));
    scene.extension(table, sets, "limits are set, and the others stay", set_limits(scene)).await;
    if scene.has(&Capability::QuotaResource("STORAGE".into())) {
        scene.extension(table, extension, "DELETED-STORAGE", deleted_storage(scene)).await;
    }
}

async fn usage_and_limits(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let answer = client.quota_roots("INBOX").await?;
    scene.answered("quota: the roots of INBOX", format!("{:?}", answer.roots));
    for root in &answer.roots {
        let Some(told) = answer.quota(root) else {
            scene.answered("quota: of a root without limits", "no QUOTA");
            continue;
        };
        let again = match client.quota(root).await {
            Ok(again) => again,
            // The roots themselves may be the administrator's affair.
            Err(error) => {
                is(&error, ErrorKind::Refused)?;
                scene.answered("quota: of a root by its name", error.to_string());
                continue;
            }
        };
        same(&again.root, root)?;
        same(
            again.resources.iter().map(|one| one.resource.clone()).collect::<Vec<_>>(),
            told.resources.iter().map(|one| one.resource.clone()).collect::<Vec<_>>(),
        )?;
        ensure(told.odd.is_empty(), || format!("{:?}", told.odd))?;
        ensure(!told.looks_too_small_for(1), || format!("{told:?}"))?;
    }
    // One that is not there yet has roots, or the server says why not.
    let missing = MailboxName::new(&scene.name("not there"))?;
    let answer = match client.quota_roots(&missing).await {
        Ok(answer) => format!("{} roots", answer.roots.len()),
        Err(error) => {
            is(&error, ErrorKind::Refused)?;
            error.to_string()
        }
    };
    scene.answered("quota: of a mailbox that is not there", answer);
    // One that nobody has heard of is refused, or the statement is named that was broken.
    let error = failed(client.quota(&QuotaRoot::from("no such root")).await)?;
    let told =
        error.kind() == ErrorKind::Refused || error.requirement() == Some(rfc9208::GETQUOTA_GETS_QUOTA);
    ensure(told, || error.to_string())?;
    scene.answered("quota: of a root that is not there", error.to_string());
    Ok(client.logout().await?)
}

async fn limits(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let set = SetQuota::new(QuotaRoot::from("no such root")).limit(QuotaResource::Storage, 1 << 40);
    let error = failed(client.set_quota(set).await)?;
    ensure(matches!(error.kind(), ErrorKind::Refused | ErrorKind::Unsupported), || error.to_string())?;
    ensure(error.code() != Some(&Code::OverQuota), || error.to_string())?;
    client.noop().await?;
    Ok(client.logout().await?)
}

async fn set_limits(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let answer = client.quota_roots("INBOX").await?;
    let root = answer.roots.first().ok_or("no quota root")?;
    let before = client.quota(root).await?;
    let new = 1 << 40;
    client.set_quota(SetQuota::from(&before).limit(QuotaResource::Storage, new)).await?;
    let now = client.quota(root).await?;
    same(now.of(&QuotaResource::Storage).map(|storage| storage.limit), Some(new))?;
    let others = |quota: &Quota| {
        let others = quota.resources.iter().filter(|one| one.resource != QuotaResource::Storage);
        others.map(|one| (one.resource.clone(), one.limit)).collect::<Vec<_>>()
    };
    same(others(&now), others(&before))?;
    client.set_quota(SetQuota::from(&before)).await?;
    same(client.quota(root).await?.resources.len(), before.resources.len())?;
    Ok(client.logout().await?)
}

async fn deleted_storage(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "deleted storage", &[b"Subject: x\r\n\r\nx\r\n"]).await?;
    let status = client.status(&*name, StatusItems::new().item(StatusItem::DeletedStorage)).await?;
    same(status.deleted_storage, Some(0))?;
    client.delete(&*name).await?;
    Ok(client.logout().await?)
}
