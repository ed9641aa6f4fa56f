//! Commands that send nothing.

use anyrfc_core::ErrorKind;
use anyrfc_smtp::{Argument, Command, Error, Reply};

use super::{Door, Scene, address, at_home, deliver, envelope, same};
use crate::{
    Result,
    interop::cases::{Table, ensure},
};

const COMMANDS: &str = "commands";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.client().await?;
        client.noop().await?;
        client.reset().await?;
        client.noop().await?;
        Ok(client.quit().await?)
    };
    table.run(COMMANDS, "NOOP, RSET and NOOP", run).await;
    for (case, name) in [("VRFY of somebody", "alice"), ("VRFY of nobody", "nosuch")] {
        let run = async {
            let mut client = scene.client().await?;
            let name = at_home(name);
            let reply = client.verify(Argument::new(&name)?).await;
            told(scene, case, reply)?;
            client.noop().await?;
            Ok(client.quit().await?)
        };
        table.run(COMMANDS, case, run).await;
    }
    let run = async {
        let mut client = scene.client().await?;
        let reply = client.expand(Argument::new("staff")?).await;
        told(scene, "EXPN", reply)?;
        client.noop().await?;
        Ok(client.quit().await?)
    };
    table.run(COMMANDS, "EXPN", run).await;
    for (case, topic) in [("HELP", None), ("HELP of a command", Some("MAIL"))] {
        let run = async {
            let mut client = scene.client().await?;
            let topic = topic.map(Argument::new).transpose()?;
            let reply = client.help(topic).await;
            told(scene, case, reply)?;
            client.noop().await?;
            Ok(client.quit().await?)
        };
        table.run(COMMANDS, case, run).await;
    }
    let run = async {
        let mut client = scene.client().await?;
        let before = client.capabilities().map(|all| all.keywords().count());
        let after = client.hello_again().await?.keywords().count();
        same(before, Some(after))?;
        deliver(&mut client, envelope("again@sender.test", &address(0))?, b"Subject: again\r\n\r\n").await?;
        Ok(client.quit().await?)
    };
    let hello = if scene.ways.door == Door::Lmtp { "LHLO once more" } else { "EHLO once more" };
    table.run(COMMANDS, hello, run).await;
    let run = async {
        let mut client = scene.client().await?;
        // Fifteen at once, and each has its answer.
        let tickets: Vec<_> =
            (0..15).map(|_| client.submit(Command::Noop(None))).collect::<std::result::Result<_, _>>()?;
        for ticket in tickets {
            let reply = client.finish(ticket).await?;
            ensure(reply.is_success(), || reply.to_string())?;
        }
        Ok(client.quit().await?)
    };
    table.run(COMMANDS, "fifteen at once", run).await;
}

/// Whatever the server says is typed, and told.
fn told(scene: &Scene, case: &str, reply: std::result::Result<Reply, Error>) -> Result<()> {
    match reply {
        Ok(reply) => {
            ensure(reply.is_success(), || reply.to_string())?;
            scene.answered(case, reply.to_string());
        }
        Err(error) => {
            let typed = matches!(error.kind(), ErrorKind::Refused | ErrorKind::Unsupported);
            ensure(typed, || format!("{error:?}"))?;
            scene.answered(case, error.to_string());
        }
    }
    Ok(())
}
