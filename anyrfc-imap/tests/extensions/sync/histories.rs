//! Random histories, random cuts, and a picture that is right in the end.

use std::sync::{Arc, Mutex};

use anyrfc_core::testing::{harness::cancel_everywhere, pair, random::Random, run_virtual};
use anyrfc_imap::{BoxFuture, Error, ImapClient, MailboxSync, SyncMethod, SyncState};

use super::model::{BARE, CONDSTORE, Model, Picture, QRESYNC, kept, run, serve};
use crate::script::open_builder;

fn inbox(state: SyncState) -> MailboxSync {
    MailboxSync::new("INBOX", state).unwrap()
}

/// Whatever happens between two synchronisations, the next one tells it, and once.
fn history(capabilities: &'static str, method: SyncMethod, seed: u64) {
    run_virtual(async {
        let model = Arc::new(Mutex::new(Model::new(capabilities, seed, 30)));
        let mut random = Random::new(seed ^ 0xfeed);
        let (mut picture, mut state) = (Picture::default(), SyncState::new());
        for turn in 0..6 {
            let mut sync = inbox(kept(&state)).batch(1 + random.below(9));
            // The connection is cut, and something happens meanwhile.
            for _ in 0..random.below(4) {
                model.lock().unwrap().cut = random.below(2500);
                let ended = run(&model, &mut sync, &mut picture).await;
                model.lock().unwrap().cut = usize::MAX;
                if random.below(3) == 0 {
                    model.lock().unwrap().happen();
                }
                if random.below(2) == 0 {
                    sync = inbox(kept(sync.state())).batch(1 + random.below(9));
                }
                drop(ended);
            }
            model.lock().unwrap().busy = turn % 2 == 1;
            run(&model, &mut sync, &mut picture).await.unwrap();
            assert_eq!(sync.method(), Some(method));
            model.lock().unwrap().busy = false;
            // What has happened during it is told by the next one at the latest.
            run(&model, &mut sync, &mut picture).await.unwrap();
            picture.is(&model.lock().unwrap());
            state = sync.into_state();
            assert_eq!(state.known().len(), picture.messages.len() as u64);
            for _ in 0..random.below(12) {
                model.lock().unwrap().happen();
            }
        }
    });
}

#[test]
fn with_qresync() {
    (0..60).for_each(|seed| history(QRESYNC, SyncMethod::QResync, seed));
}

#[test]
fn with_condstore_alone() {
    (0..60).for_each(|seed| history(CONDSTORE, SyncMethod::CondStore, seed));
}

#[test]
fn with_neither() {
    (0..60).for_each(|seed| history(BARE, SyncMethod::Full, seed));
}

#[test]
fn servers_learn_and_forget() {
    run_virtual(async {
        let model = Arc::new(Mutex::new(Model::new(BARE, 3, 20)));
        let (mut picture, mut state) = (Picture::default(), SyncState::new());
        for capabilities in [BARE, CONDSTORE, QRESYNC, BARE, QRESYNC, CONDSTORE, BARE] {
            model.lock().unwrap().capabilities = capabilities;
            for _ in 0..5 {
                model.lock().unwrap().happen();
            }
            let mut sync = inbox(kept(&state)).batch(4);
            let mut fresh = Picture { messages: picture.messages.clone(), ..Picture::default() };
            // Where the flags are not known any more all are told, the same ones perhaps.
            tolerant(&model, &mut sync, &mut fresh).await.unwrap();
            fresh.is(&model.lock().unwrap());
            (picture, state) = (fresh, sync.into_state());
        }
    });
}

/// As [`run`], but of messages whose flags are told again.
async fn tolerant(
    model: &Arc<Mutex<Model>>,
    sync: &mut MailboxSync,
    picture: &mut Picture,
) -> Result<(), Error> {
    let (client, server) = super::model::connect(model, 4096).await;
    let mut client = client?;
    let steps = async {
        while let Some(mut delta) = client.sync_step(sync).await? {
            delta.changed.retain(|message| {
                let flags = message.flags.iter().map(ToString::to_string).collect();
                picture.messages.get(&message.uid.get()) != Some(&flags)
            });
            picture.apply(&delta);
        }
        Ok(())
    };
    tokio::select! {
        done = steps => done,
        () = server => Err(Error::from(std::io::Error::other("cut"))),
    }
}

#[test]
fn other_uids_are_told_as_such() {
    for capabilities in [BARE, CONDSTORE, QRESYNC] {
        run_virtual(async {
            let model = Arc::new(Mutex::new(Model::new(capabilities, 3, 20)));
            let (mut picture, mut sync) = (Picture::default(), inbox(SyncState::new()));
            run(&model, &mut sync, &mut picture).await.unwrap();
            let mut other = Model::new(capabilities, 4, 9);
            other.validity = 8;
            *model.lock().unwrap() = other;
            let before = sync.state().uid_validity();
            let (client, server) = super::model::connect(&model, 4096).await;
            let mut client = client.unwrap();
            let mut state = sync.into_state();
            let delta = tokio::select! {
                delta = client.sync("INBOX", &mut state) => delta.unwrap(),
                () = server => panic!("it has ended"),
            };
            let change = delta.uid_validity.unwrap();
            assert_eq!((change.before, change.now.map(|now| now.get())), (before, Some(8)));
            assert_eq!((delta.arrived.len(), delta.vanished.len(), delta.changed.len()), (9, 0, 0));
            let mut picture = Picture::default();
            picture.apply(&delta);
            picture.is(&model.lock().unwrap());
        });
    }
}

/// Dropped at every await, a step goes on where it was.
#[test]
fn dropping_a_step_anywhere_loses_nothing() {
    struct Scene {
        connecting: BoxFuture<'static, Result<ImapClient, Error>>,
        client: Option<ImapClient>,
        sync: MailboxSync,
    }
    for capabilities in [QRESYNC, CONDSTORE, BARE] {
        let mut model = Model::new(capabilities, 5, 12);
        let state = run_virtual(async {
            let mut sync = inbox(SyncState::new());
            let before = Arc::new(Mutex::new(model.clone()));
            run(&before, &mut sync, &mut Picture::default()).await.unwrap();
            sync.into_state()
        });
        for _ in 0..8 {
            model.happen();
        }
        let setup = || {
            let (near, far) = pair(48);
            let connecting = async { open_builder().connect_over("imap://mail.example", near).await };
            let sync = inbox(state.clone()).batch(2);
            let scene = Scene { connecting: Box::pin(connecting), client: None, sync };
            (scene, serve(far, Arc::new(Mutex::new(model.clone()))))
        };
        let told = cancel_everywhere(setup, async |scene: &mut Scene| {
            let Some(client) = &mut scene.client else {
                scene.client = Some((&mut scene.connecting).await.unwrap());
                return Some("connected".to_owned());
            };
            let delta = client.sync_step(&mut scene.sync).await.unwrap();
            Some(format!("{:?}", delta?))
        });
        assert!(told.len() > 2, "{told:?}");
    }
}
