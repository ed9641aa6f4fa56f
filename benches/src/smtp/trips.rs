//! How often a client waits for the network, counted where the network is.

use tokio::runtime::Runtime;

use super::{
    Named, ONE_WAY, Result, SMALL, SUBJECT, Server, client::OnTokio, mail, ours::Ours, ours::Way, peers,
};
use crate::{
    proxy::Proxy,
    row::{Better, Contestant, Effort, Row, Title, Who, measure},
};

pub(super) const NAME: &str = "send-pipelined-round-trips";
/// Two runs of different lengths: their difference has neither beginning nor end in it.
const FEW: usize = 2;
const MANY: usize = 12;

pub(super) fn row(runtime: &Runtime, effort: Effort) -> Result<Row> {
    let proxy = Proxy::start(Server::Data.address()?, ONE_WAY)?;
    let (server, message) = (proxy.address(), mail::message(SMALL));
    let ours = OnTokio::new(runtime, Ours::connect(server, message.clone(), Way::Stream(2)))?;
    let mut named = vec![Named { who: Who::Ours, held_up: false, client: Box::new(ours) }];
    named.extend(peers(runtime, server, &message)?);
    let mut contestants: Vec<_> = named
        .iter_mut()
        .map(|Named { who, client, .. }| {
            let proxy = &proxy;
            Contestant::new(*who, move || {
                let mut turns = |count| {
                    let before = proxy.turns();
                    client.send(count)?;
                    Ok::<_, Box<dyn std::error::Error>>(proxy.turns() - before)
                };
                let (few, many) = (turns(FEW)?, turns(MANY)?);
                Ok((many.saturating_sub(few) as f64 / (MANY - FEW) as f64).into())
            })
        })
        .collect();
    contestants.push(Contestant::new(Who::Limit("one for each message"), || Ok(1.0.into())));
    let title = Title { subject: SUBJECT, name: NAME, unit: "round trips/message", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec![
        "counted by the proxy of 20 ms: how often a client speaks after it has heard something; 12 messages less 2",
        "the message cannot go before the server asks for it, so one is the least without CHUNKING",
    ];
    Ok(row)
}
