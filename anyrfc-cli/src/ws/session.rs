//! One connection from its opening to its end.

use std::{
    convert::Infallible,
    future::{Future as _, pending, poll_fn},
    io::IsTerminal,
    pin::pin,
    task::Poll,
    time::Duration,
};

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{CloseCode, CloseFrame, End, EndedBy, Message, Receiver, Sender, WebSocketClient};
use tokio::time::{Instant, sleep_until, timeout};

use super::{Args, input::Input, show::Show};
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Why nothing more is waited for.
enum Stop {
    /// Everything was sent, and what was asked for has arrived.
    Done,
    /// Everything was sent, and nothing has arrived for long enough.
    Silence,
    /// Ctrl-C.
    Interrupted,
    /// The server said Close, or the connection was lost.
    Ended,
    /// What is to be sent cannot be read.
    Unreadable(Failure),
}

pub(super) async fn run(args: &Args, client: WebSocketClient) -> Result<Exit, Failure> {
    let show = Show::new(args);
    show.open(&client)?;
    let (mut sender, receiver) = client.split();
    let mut talk = Talk { show, receiver, arrived: 0, wanted: args.count, unsent: false };
    let mut input = Input::new(args);
    let stop = talk.until_stopped(args, &mut input, &mut sender).await?;
    talk.close(&stop, &mut sender).await?;
    let (end, missing, unsent) = (sender.end(), talk.missing(), talk.unsent);
    if let Ok(client) = sender.reunite(talk.receiver) {
        show.end(end.as_ref(), client.deviations())?;
    }
    let interrupted = matches!(stop, Stop::Interrupted);
    judge(stop, end.as_ref(), missing)?;
    if interrupted {
        return Ok(Exit::Interrupted);
    }
    if unsent {
        return Err(Failure::new(Exit::Refused, "the server closed before everything was sent"));
    }
    Ok(Exit::Done)
}

struct Talk {
    show: Show,
    receiver: Receiver,
    /// Texts and binary messages.
    arrived: u64,
    wanted: Option<u64>,
    /// The connection ended before everything was sent that was at hand.
    unsent: bool,
}

impl Talk {
    /// Sends and receives at once, until there is a reason to stop.
    async fn until_stopped(
        &mut self,
        args: &Args,
        input: &mut Input,
        sender: &mut Sender,
    ) -> Result<Stop, Failure> {
        let mut sending = pin!(send_all(input, sender));
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        // It hears of signals once it has been polled, and from now on they are not to be missed.
        poll_fn(|cx| Poll::Ready(interrupted.as_mut().poll(cx).is_ready())).await;
        let patience = match (args.wait, args.listen || args.count.is_some()) {
            (None, true) => None,
            (wait, _) => Some(wait.unwrap_or(Duration::ZERO)),
        };
        let mut sent = false;
        let mut quiet_at = None;
        loop {
            tokio::select! {
                _ = &mut interrupted => return Ok(Stop::Interrupted),
                message = self.receiver.next() => {
                    match message {
                        Ok(Some(message)) => self.take(&message)?,
                        // The end says why.
                        Ok(None) | Err(_) => {
                            if !sent {
                                let last = timeout(grace(), &mut sending).await;
                                self.unsent = matches!(last, Ok(Err(Unsent::Connection)));
                            }
                            return Ok(Stop::Ended);
                        }
                    }
                    if self.missing().is_none() && self.wanted.is_some() {
                        return Ok(Stop::Done);
                    }
                    quiet_at = patience.filter(|_| sent).and_then(|wait| Instant::now().checked_add(wait));
                }
                outcome = &mut sending, if !sent => match outcome {
                    Ok(()) if patience == Some(Duration::ZERO) => return Ok(Stop::Done),
                    Ok(()) => {
                        sent = true;
                        quiet_at = patience.and_then(|wait| Instant::now().checked_add(wait));
                    }
                    Err(Unsent::Input(failure)) => return Ok(Stop::Unreadable(failure)),
                    // The receiving half learns what ended the connection.
                    Err(Unsent::Connection) => (sent, self.unsent) = (true, true),
                },
                () = silence(quiet_at) => return Ok(Stop::Silence),
            }
        }
    }

    /// Says Close where nobody has, and takes what still comes before the server's.
    async fn close(&mut self, stop: &Stop, sender: &mut Sender) -> Result<(), Failure> {
        let frame = match stop {
            Stop::Ended => return self.drain().await,
            Stop::Interrupted => CloseFrame::from(CloseCode::GOING_AWAY),
            _ => CloseFrame::from(CloseCode::NORMAL),
        };
        let closing = async {
            // What is wrong with the connection is told by its end.
            drop(sender.close(Some(frame)).await);
            pending::<Infallible>().await
        };
        tokio::select! {
            drained = self.drain() => drained,
            never = closing => match never {},
            // Not even the server's Close is waited for.
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    }

    async fn drain(&mut self) -> Result<(), Failure> {
        while let Ok(Some(message)) = self.receiver.next().await {
            // More than what was asked for was not asked for.
            if self.wanted.is_none() || self.missing().is_some() {
                self.take(&message)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, message: &Message) -> Result<(), Failure> {
        self.arrived += u64::from(message.is_data());
        self.show.message(message)
    }

    /// How many messages have arrived, where more were asked for.
    fn missing(&self) -> Option<(u64, u64)> {
        self.wanted.filter(|&wanted| self.arrived < wanted).map(|wanted| (self.arrived, wanted))
    }
}

/// Why not everything was sent.
enum Unsent {
    Input(Failure),
    Connection,
}

async fn send_all(input: &mut Input, sender: &mut Sender) -> Result<(), Unsent> {
    while let Some(message) = input.next().await.map_err(Unsent::Input)? {
        sender.send(message).await.map_err(|_| Unsent::Connection)?;
    }
    Ok(())
}

/// How long to look whether there would have been more to send: a person is not asked.
fn grace() -> Duration {
    if std::io::stdin().is_terminal() { Duration::ZERO } else { Duration::from_secs(1) }
}

async fn silence(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

/// Whether it went as it was asked for.
fn judge(stop: Stop, end: Option<&End>, missing: Option<(u64, u64)>) -> Result<(), Failure> {
    if let Stop::Unreadable(failure) = stop {
        return Err(failure);
    }
    if let Some(error) = end.and_then(End::error)
        // Whoever interrupts does not mind that the server has not answered Close.
        && !(matches!(stop, Stop::Interrupted) && error.kind() == ErrorKind::Timeout)
    {
        return Err(error.clone().into());
    }
    if let Some(end) = end.filter(|end| end.by() == EndedBy::Peer)
        && !matches!(end.code(), 1000 | 1001 | End::NO_STATUS)
    {
        let code = CloseCode::new(end.code()).map_or_else(|| end.code().to_string(), |code| code.to_string());
        let reason = match end.reason() {
            "" => String::new(),
            reason => format!(": {}", terminal::plain(reason)),
        };
        return Err(Failure::new(Exit::Refused, format!("the server closed with {code}{reason}")));
    }
    match (missing, stop) {
        (None, _) | (_, Stop::Interrupted) => Ok(()),
        (Some((arrived, wanted)), Stop::Silence) => Err(Failure::new(
            Exit::Timeout,
            format!("{arrived} of {wanted} messages have arrived, and then nothing for too long"),
        )),
        (Some((arrived, wanted)), _) => Err(Failure::new(
            Exit::Refused,
            format!("{arrived} of {wanted} messages have arrived before the server closed"),
        )),
    }
}
