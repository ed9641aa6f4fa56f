//! Futures dropped at every await: nothing is lost, and nobody gets another one's answer.

use std::{
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Poll, Waker},
};

use anyrfc_core::{
    testing::{ChoppingStream, Sizes, harness::cancel_everywhere, pair, run_virtual},
    transport::Connection,
};
use anyrfc_sasl::MechanismName;
use anyrfc_smtp::{
    Argument, BoxFuture, Builder, Command, Reply, SmtpClient, Ticket,
    testing::{Answer, Server},
};

use super::support::{SMTP, accounts, credentials, open};

/// The connections under way, and who drives them.
#[derive(Default)]
struct Serving {
    all: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
    driver: Option<Waker>,
}

/// A server that is reached as often as somebody wants, over streams that move a few bytes at a time.
fn world(server: &Server) -> (Builder, impl Future<Output = ()> + use<>) {
    let serving = Arc::<Mutex<Serving>>::default();
    let (server, new) = (server.clone(), Arc::clone(&serving));
    let connect = move || {
        let (near, far) = pair(48);
        let server = server.clone();
        let mut new = new.lock().unwrap();
        new.all.push(Box::pin(async move { server.serve(far).await.unwrap() }));
        new.driver.iter().for_each(Waker::wake_by_ref);
        let stream = ChoppingStream::new(near, Sizes::cycle([5, 11, 3])).spurious();
        async { Ok(Connection::from_stream(stream)) }
    };
    let peer = std::future::poll_fn(move |cx| {
        let mut serving = serving.lock().unwrap();
        serving.driver = Some(cx.waker().clone());
        serving.all.retain_mut(|one| one.as_mut().poll(cx).is_pending());
        Poll::Pending
    });
    (open().connector(Arc::new(connect)), peer)
}

fn server() -> Server {
    Server::new(accounts())
        .plaintext_passwords()
        .mechanisms(&[MechanismName::LOGIN])
        .on("VRFY", |command, _| Answer::reply(250, String::from_utf8_lossy(command.line()).trim_end()))
}

/// A session, step by step.
struct Run {
    builder: Builder,
    client: Option<SmtpClient>,
    step: usize,
}

impl Run {
    async fn step(&mut self) -> Option<String> {
        let Some(client) = &mut self.client else {
            self.client = Some(self.builder.connect(SMTP).await.unwrap());
            return Some("connected".to_owned());
        };
        let said = match self.step {
            0 => client.authenticate(&credentials()).await.unwrap().mechanism.to_string(),
            1 => client.verify("one").await.unwrap().text().into_owned(),
            2 => format!("{}", client.hello_again().await.unwrap().keywords().count() > 10),
            3 => client.verify("two").await.unwrap().text().into_owned(),
            4 => {
                client.reset().await.unwrap();
                "reset".to_owned()
            }
            5 => {
                let refused = client.raw_command(anyrfc_smtp::RawCommand::new("XFOO", None).unwrap()).await;
                refused.unwrap_err().reply().unwrap().code().as_u16().to_string()
            }
            6 => client.verify("three").await.unwrap().text().into_owned(),
            7 => {
                self.client.take().unwrap().quit().await.unwrap();
                "left".to_owned()
            }
            _ => return None,
        };
        self.step += 1;
        Some(said)
    }
}

/// Does everything, dropping what waits for the `cut`th time and doing it anew. What came of it, and how often it
/// waited.
fn cut_at(cut: usize) -> (Vec<String>, usize) {
    run_virtual(async {
        let server = server();
        let (builder, peer) = world(&server);
        let mut peer = pin!(peer);
        let mut run = Run { builder, client: None, step: 0 };
        let (mut results, mut waits) = (Vec::new(), 0);
        while run.step < 7 || run.client.is_some() {
            let mut step = pin!(run.step());
            let said = std::future::poll_fn(|cx| {
                let _ = peer.as_mut().poll(cx);
                match step.as_mut().poll(cx) {
                    Poll::Ready(said) => Poll::Ready(Some(said)),
                    Poll::Pending => {
                        waits += 1;
                        if waits == cut { Poll::Ready(None) } else { Poll::Pending }
                    }
                }
            });
            if let Some(said) = said.await {
                results.extend(said);
            }
        }
        let faults = server.faults();
        // Whoever drops what makes or ends a connection drops that with it, in the middle of a line maybe.
        let left = results.last().is_none_or(|last| last != "left") || server.connections() > 1;
        assert!(faults.iter().all(|fault| left && fault.what.contains("without its end")), "{faults:#?}");
        (results, waits)
    })
}

#[test]
fn whatever_is_dropped_anywhere_comes_out_the_same() {
    let (expected, waits) = cut_at(usize::MAX);
    assert_eq!(
        expected,
        ["connected", "LOGIN", "VRFY one", "true", "VRFY two", "reset", "500", "VRFY three", "left"]
    );
    assert!(waits > 50, "{waits} waits");
    for cut in 1..=waits {
        let (mut found, _) = cut_at(cut);
        // Whoever drops QUIT has left.
        if found.last().map(String::as_str) != Some("left") {
            found.push("left".to_owned());
        }
        assert_eq!(found, expected, "dropped at wait {cut}");
    }
}

/// What is kept where everything is dropped whenever it waits.
struct Kept {
    connecting: BoxFuture<'static, SmtpClient>,
    client: Option<SmtpClient>,
    tickets: Vec<Ticket<Reply>>,
    asked: bool,
}

#[test]
fn tickets_are_kept_while_everything_else_is_dropped() {
    let setup = || {
        let (builder, peer) = world(&server());
        let connecting = Box::pin(async move {
            let mut client = builder.connect(SMTP).await.unwrap();
            client.authenticate(&credentials()).await.unwrap();
            client
        });
        (Kept { connecting, client: None, tickets: Vec::new(), asked: false }, peer)
    };
    let results = cancel_everywhere(setup, async |kept: &mut Kept| {
        let Some(client) = &mut kept.client else {
            kept.client = Some(kept.connecting.as_mut().await);
            return Some("connected".to_owned());
        };
        if !kept.asked {
            kept.asked = true;
            for name in ["one", "two", "three"] {
                let command = Command::Vrfy(Argument::new(name).unwrap());
                kept.tickets.push(client.submit(command).unwrap());
            }
        }
        client.answered(kept.tickets.last()?).await.unwrap();
        let answer = client.finish(kept.tickets.pop()?).await.unwrap();
        Some(answer.text().into_owned())
    });
    assert_eq!(results, ["connected", "VRFY three", "VRFY two", "VRFY one"]);
}

/// A login is gone on with, however often its future is dropped.
#[test]
fn a_login_comes_to_its_end_while_it_is_dropped_whenever_it_waits() {
    let setup = || {
        let (builder, peer) = world(&server());
        let connecting: BoxFuture<'static, SmtpClient> =
            Box::pin(async move { builder.connect(SMTP).await.unwrap() });
        (Kept { connecting, client: None, tickets: Vec::new(), asked: false }, peer)
    };
    let results = cancel_everywhere(setup, async |kept: &mut Kept| {
        let Some(client) = &mut kept.client else {
            kept.client = Some(kept.connecting.as_mut().await);
            return Some("connected".to_owned());
        };
        if kept.asked {
            return None;
        }
        let login = client.authenticate(&credentials()).await.unwrap();
        kept.asked = true;
        Some(login.mechanism.to_string())
    });
    assert_eq!(results, ["connected", "LOGIN"]);
}
