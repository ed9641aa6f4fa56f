//! What the server remembers.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use anyrfc_core::Requirement;
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

use super::{
    jose::{ServerKey, sha256},
    misbehave::{JwtFault, Misbehaviour, Plan},
    options::{Options, Registered},
    transcript::{Place, Recorded},
    violation::{Flaw, Violation, flaw},
    wire::{Location, Parameters},
};

/// A request, as the handlers see it.
#[derive(Clone, Debug)]
pub(super) struct Incoming {
    pub(super) number: usize,
    pub(super) place: Place,
    pub(super) method: Method,
    pub(super) url: Location,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The client's certificate, where it counts.
    pub(super) certificate: Option<String>,
    pub(super) now: Duration,
    pub(super) faults: Vec<Misbehaviour>,
}

impl Incoming {
    /// The time in whole seconds.
    pub(super) const fn seconds(&self) -> u64 {
        self.now.as_secs()
    }

    /// The URL without query and fragment, as `htu` has it.
    pub(super) fn target(&self) -> String {
        format!("{}{}", self.url.origin, self.url.path)
    }

    /// A field that comes once, as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(super) fn has_fault(&self, misbehaviour: &Misbehaviour) -> bool {
        self.faults.contains(misbehaviour)
    }

    /// The fault that a token signed in answer to it shall have.
    pub(super) fn jwt_fault(&self, of: impl Fn(&Misbehaviour) -> Option<&JwtFault>) -> Vec<JwtFault> {
        self.faults.iter().filter_map(|fault| of(fault).cloned()).collect()
    }
}

/// What a user has allowed a client.
#[derive(Clone, Debug, Default)]
pub(super) struct Grant {
    /// Codes and tokens of one grant die together.
    pub(super) id: u64,
    pub(super) client: String,
    pub(super) subject: Option<String>,
    pub(super) scope: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) details: Option<Value>,
    /// Which key it is bound to, from the code on.
    pub(super) jkt: Option<String>,
    pub(super) auth_time: Option<u64>,
    pub(super) acr: Option<String>,
    pub(super) nonce: Option<String>,
    /// Whether `max_age` was asked for, so that `auth_time` has to be told.
    pub(super) max_age: bool,
    pub(super) actor: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) expires: u64,
    pub(super) used: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) grant: Grant,
    pub(super) issued: u64,
    pub(super) expires: u64,
    pub(super) jkt: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) audience: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Refresh {
    pub(super) grant: Grant,
    pub(super) expires: u64,
    pub(super) used: bool,
    pub(super) jkt: Option<String>,
    pub(super) certificate: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Pending,
    Approved,
    Denied,
    /// The tokens were fetched, or the denial was told.
    Over,
}

#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) grant: Grant,
    pub(super) user_code: String,
    pub(super) decision: Decision,
    pub(super) expires: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Pushed {
    pub(super) client: String,
    pub(super) parameters: Parameters,
    pub(super) expires: u64,
    pub(super) used: bool,
}

/// What a request may change, and what is undone when the request shall have had no effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pub(super) clients: BTreeMap<String, Registered>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) access: HashMap<String, Access>,
    pub(super) refresh: HashMap<String, Refresh>,
    pub(super) devices: HashMap<String, Device>,
    pub(super) pushed: HashMap<String, Pushed>,
    pub(super) id_tokens: HashMap<String, String>,
    /// Grants that are over.
    pub(super) revoked: BTreeSet<u64>,
    /// Tokens that a client has given up itself.
    pub(super) given_up: BTreeSet<String>,
}

/// When a device asked last, and how long it has to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) last: Option<Duration>,
    pub(super) interval: u64,
}

/// The nonces for proofs of one server.
#[derive(Clone, Debug, Default)]
pub(super) struct Nonces {
    pub(super) current: Option<String>,
    /// Whether the client has been told the current one.
    pub(super) told: bool,
    pub(super) all: BTreeSet<String>,
}

/// What the judge knows, whatever the server does.
#[derive(Clone, Debug, Default)]
pub(super) struct Judge {
    pub(super) violations: Vec<Violation>,
    pub(super) requests: Vec<Recorded>,
    /// Of proofs and assertions, with their kind before them.
    pub(super) ids: BTreeSet<String>,
    /// `state` to `code_challenge`, and the other way.
    pub(super) states: HashMap<String, String>,
    pub(super) challenges: HashMap<String, String>,
    pub(super) paces: HashMap<String, Pace>,
    pub(super) server_nonces: Nonces,
    pub(super) resource_nonces: Nonces,
}

/// Everything of a server.
#[derive(Debug)]
pub(super) struct State {
    pub(super) options: Options,
    pub(super) store: Store,
    pub(super) judge: Judge,
    pub(super) plans: Vec<Plan>,
    pub(super) keys: Vec<ServerKey>,
    minted: u64,
}

impl State {
    pub(super) fn new(issuer: &str) -> Self {
        Self {
            options: Options::new(issuer),
            store: Store::default(),
            judge: Judge::default(),
            plans: Vec::new(),
            keys: Vec::new(),
            minted: 0,
        }
    }

    /// Something new that looks random and is not: 43 characters of base64url.
    pub(super) fn mint(&mut self, what: &str) -> String {
        self.minted += 1;
        sha256(format!("{} {what} {}", self.options.issuer, self.minted).as_bytes())
    }

    pub(super) fn new_grant(&mut self, client: &str) -> Grant {
        self.minted += 1;
        Grant { id: self.minted, client: client.to_owned(), ..Grant::default() }
    }

    /// The key that the server signs with now.
    pub(super) fn key(&mut self) -> ServerKey {
        let algorithm = self.options.signing;
        let known = self.keys.last().filter(|key| key.algorithm() == algorithm).cloned();
        known.unwrap_or_else(|| {
            let kid = self.mint("kid").chars().take(8).collect();
            let key = ServerKey::generate(algorithm, kid);
            self.keys.push(key.clone());
            key
        })
    }

    /// Keeps what a client did wrong.
    pub(super) fn blame(&mut self, request: &Incoming, found: Flaw, text: &str) {
        self.judge.violations.push(Violation::new(found, request.place, request.number, text));
    }

    /// The same where it is wrong; whether it is right.
    pub(super) fn demand(
        &mut self,
        request: &Incoming,
        so: bool,
        requirement: &'static Requirement,
        what: &'static str,
        text: &str,
    ) -> bool {
        if !so {
            self.blame(request, flaw(requirement, what), text);
        }
        so
    }

    /// The client of this identifier: one that is known, or one whose identifier is a document
    /// (Client ID Metadata Documents).
    pub(super) fn client(&self, id: &str) -> Option<Registered> {
        if let Some(client) = self.store.clients.get(id) {
            return Some(client.clone());
        }
        let document = super::wire::json_object(self.options.documents.get(id)?)?;
        let same = document.get("client_id").and_then(Value::as_str) == Some(id);
        same.then(|| super::register::from_metadata(id, &document, None)).flatten()
    }

    pub(super) fn is_over(&self, grant: &Grant) -> bool {
        self.store.revoked.contains(&grant.id)
    }

    /// An access token that is good still.
    pub(super) fn live_access(&self, token: &str, now: u64) -> Option<&Access> {
        let access = self.store.access.get(token)?;
        (access.expires > now && !self.is_over(&access.grant)).then_some(access)
    }
}
