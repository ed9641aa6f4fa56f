//! Notifications: asked for, and read when they come back (RFC 3461, RFC 3464).

use anyrfc_mime::{Message, report::Report};
use anyrfc_smtp::{Envelope, EnvelopeId, Extension, Notify, Recipient, Return};

use super::{Scene, address, deliver, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        smtp::{TRAFFIC, store::Store},
    },
};

const NOTIFIED: &str = "notified";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    if !scene.has(Extension::Dsn) {
        return;
    }
    // Where it delivers, it tells the sender.
    if matches!(scene.store, Some(Store::Mailbox { .. })) {
        table.run(NOTIFIED, "of success", of_success(scene)).await;
    } else {
        table.run(NOTIFIED, "asked for", asked_for(scene)).await;
    }
}

/// From alice to bob, with a name that needs to be encoded.
fn asking() -> Result<Envelope> {
    let recipient = Recipient::new(&*address(1))?.notify(Notify::SUCCESS | Notify::FAILURE);
    let envelope = Envelope::new(&*address(0), [recipient])?;
    Ok(envelope.envelope_id(EnvelopeId::new(NAME)?).return_content(Return::Headers))
}

/// Has letters that xtext writes otherwise.
const NAME: &str = "order=271828+a";

async fn of_success(scene: &Scene) -> Result<()> {
    let store = scene.store.as_ref().ok_or("nowhere to look")?;
    let (mut mine, mut theirs) = (store.user(0).open().await?, store.user(1).open().await?);
    let mut client = scene.client().await?;
    deliver(&mut client, asking()?, b"Subject: notify me\r\n\r\nof what has become of this\r\n").await?;
    client.quit().await?;
    theirs.from(&address(0)).await?;
    let stored = mine.from("").await?;
    let message = Message::parse(&stored.octets);
    let Some(Report::DeliveryStatus(status)) = message.report() else { return Err("no report".into()) };
    ensure(status.defects.is_empty(), || format!("{:?}", status.defects))?;
    let id = status.original_envelope_id.as_deref().unwrap_or_default();
    scene.agrees("the envelope's name in a notification", id, NAME)?;
    let [recipient] = &*status.recipients else { return Err(format!("{status:?}").into()) };
    let original = recipient.original_recipient.as_ref().ok_or("no original recipient")?;
    same((original.kind(), original.as_str()), ("rfc822", &*address(1)))?;
    let action = recipient.action.as_ref().ok_or("no action")?;
    scene.answered("notified: of success", format!("{action:?} {:?}", recipient.status));
    same(recipient.status.map(|status| status.class()), Some(2))
}

async fn asked_for(scene: &Scene) -> Result<()> {
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    deliver(&mut client, asking()?, b"Subject: notify me\r\n\r\n").await?;
    client.quit().await?;
    let Some(reader) = &mut reader else { return Ok(()) };
    if matches!(scene.store, Some(Store::Queue(_))) {
        let heard = std::fs::read(scene.dir.join(TRAFFIC))?;
        let heard = String::from_utf8_lossy(&heard);
        let recipient = format!("NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{}", address(1));
        for said in ["RET=HDRS ENVID=order+3D271828+2Ba", &recipient] {
            ensure(heard.contains(said), || format!("{said} was not heard"))?;
        }
        return Ok(());
    }
    let told = reader.from(&address(0)).await?.told;
    let dsn = &told["envelope"]["dsn"];
    same(dsn["ret"].as_str(), Some("HDRS"))?;
    same(dsn["envid"].as_str(), Some(NAME))?;
    let recipient = &told["rcpt"][0]["dsn"];
    same(&recipient["notify"], &serde_json::json!(["SUCCESS", "FAILURE"]))?;
    same(recipient["orcpt"].as_str(), Some(&*format!("rfc822;{}", address(1))))
}
