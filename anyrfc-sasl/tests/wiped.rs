//! No memory is given back with a secret in it, nor with what follows from one: an allocator
//! looks at every block before it goes.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    slice,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyrfc_sasl::{
    Binding, CramMd5, Credentials, DigestMd5, Exchange, KeyCache, Login, Mechanism, Nonce, OauthBearer,
    Plain, Preparation, Scram, ScramHash, Service, Step, Xoauth2, codec::base64,
};

/// What no block may hold when it goes.
static SECRETS: OnceLock<&'static [&'static [u8]]> = OnceLock::new();
/// How many blocks held some of it.
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// The system's, looking at what is given back.
struct Looking;

// SAFETY: every call is passed on to the system's allocator with the layout that it came with. A
// block that grows is moved by the default of `realloc`, so that the old one is looked at, too.
unsafe impl GlobalAlloc for Looking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises. Zeroed, so that all of it may be read later.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(secrets) = SECRETS.get() {
            // SAFETY: the block is of that size, was zeroed when it was made, and nobody else has it any more.
            let bytes = unsafe { slice::from_raw_parts(block, layout.size()) };
            if secrets.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == *secret)) {
                FOUND.fetch_add(1, Ordering::Relaxed);
            }
        }
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Looking = Looking;

/// Prepared, it is longer than before: a ligature of one character is three.
const PASSWORD: &str = "\u{fb03} correct horse battery staple";
const IN_LATIN_1: &str = "\u{e9} correct horse battery staple";
/// What any copy of either would hold.
const PART: &[u8] = b"correct horse";
const TOKEN: &str = "tok-3n-of-the-bearer";
const NONCE: &str = "nonce";

fn credentials(password: &str) -> Credentials {
    let mut credentials = Credentials::password("user", password);
    credentials.token = Some(TOKEN.into());
    credentials
}

/// A login up to where the outcome is due.
fn answer(mechanism: impl Mechanism + 'static, challenges: &[&[u8]]) {
    let mut exchange = Exchange::new(mechanism);
    if let Some(first) = exchange.first().unwrap() {
        drop(base64::encode_initial(&first));
    }
    for challenge in challenges {
        let mut step = exchange.step(challenge).unwrap();
        while matches!(step, Step::Working) {
            step = exchange.work().unwrap();
        }
        drop(base64::encode(&step.into_response().unwrap()));
    }
    exchange.refused();
}

fn every_mechanism(cache: &KeyCache) {
    let nonce = || Nonce::from_text(NONCE).unwrap();
    let service = Service::new("imap", "mail.example");
    let first = b"r=noncex,s=c2FsdA==,i=1";
    for (password, preparation) in [
        (PASSWORD, Preparation::Saslprep),
        (PASSWORD, Preparation::OpaqueString),
        (IN_LATIN_1, Preparation::Saslprep),
        (IN_LATIN_1, Preparation::Raw),
    ] {
        let credentials = || credentials(password);
        answer(Plain::new(&credentials(), preparation).unwrap(), &[]);
        answer(Login::new(&credentials(), preparation).unwrap(), &[b"User:", b"Password:"]);
        answer(CramMd5::new(&credentials(), preparation).unwrap(), &[b"<1@mail.example>"]);
        let digest = DigestMd5::new(&credentials(), preparation, &service, nonce()).unwrap();
        answer(digest, &[b"realm=r,nonce=n,algorithm=md5-sess,charset=utf-8"]);
        for hash in ScramHash::ALL {
            let scram = || {
                let scram = Scram::new(hash, &credentials(), preparation, Binding::Unsupported, nonce());
                scram.unwrap().iterations(1..=4096)
            };
            answer(scram(), &[first]);
            answer(scram().cache(cache), &[first]);
        }
    }
    let credentials = credentials(PASSWORD);
    answer(OauthBearer::new(&credentials, &service).unwrap(), &[br#"{"status":"invalid_token"}"#]);
    answer(Xoauth2::new(&credentials).unwrap(), &[br#"{"status":"401"}"#]);
}

#[test]
fn nothing_is_given_back_unwiped() {
    let mut secrets: Vec<&'static [u8]> = vec![PART, TOKEN.as_bytes()];
    let prepared = Preparation::Saslprep.apply(PASSWORD).unwrap();
    for hash in ScramHash::ALL {
        let salted = hash.derive(prepared.as_bytes(), b"salt", 1);
        secrets.push(salted.expose().clone().leak());
    }
    let plain = Plain::new(&credentials(PASSWORD), Preparation::Saslprep).unwrap().first().unwrap();
    secrets.push(base64::encode(&plain).expose().clone().into_bytes().leak());
    drop(prepared);
    SECRETS.set(secrets.leak()).unwrap();

    // It would be seen.
    drop(String::from(PASSWORD));
    assert_eq!(FOUND.swap(0, Ordering::Relaxed), 1);

    let cache = KeyCache::new([1; 32]);
    every_mechanism(&cache);
    cache.clear();
    drop(cache);
    assert_eq!(FOUND.load(Ordering::Relaxed), 0, "blocks that hold a secret");
}
