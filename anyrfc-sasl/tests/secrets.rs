//! Nothing that is logged or shown, at any level, holds a secret or what one follows from.

use anyrfc_core::testing::log::{assert_no_secret, capture};
use anyrfc_sasl::{
    Binding, BindingType, Channel, ChannelBinding, CramMd5, Credentials, DigestMd5, Error, Exchange, Gs2Krb5,
    GssContext, GssFlags, GssToken, Gssapi, KeyCache, Login, Mechanism, MechanismName, Negotiator, Nonce,
    Policy, Preparation, ScramHash, Secret, Service, Step, Tolerance,
    testing::{Accounts, Reply, Server},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

const PASSWORD: &str = "correct horse battery";
const TOKEN: &str = "tok-3n-of-the-bearer";
/// Bytes that show up nowhere by chance.
const EXPORTER: [u8; 32] = *b"exported-keying-material-of-tls!";

fn channel() -> Channel {
    Channel::tls().with_binding(BindingType::TlsExporter, EXPORTER)
}

fn credentials() -> Credentials {
    let mut credentials = Credentials::password("user", PASSWORD);
    credentials.token = Some(TOKEN.into());
    credentials
}

/// All that a login sent, and all that was logged and shown meanwhile.
#[derive(Default)]
struct Seen {
    sent: Vec<Vec<u8>>,
    received: Vec<Vec<u8>>,
    shown: String,
}

impl Seen {
    fn show(&mut self, value: &dyn std::fmt::Debug) {
        self.shown.push_str(&format!("{value:?}\n"));
    }

    fn step(&mut self, exchange: &mut Exchange, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        self.received.push(challenge.to_vec());
        let mut step = exchange.step(challenge)?;
        loop {
            self.show(&exchange);
            self.show(&step);
            step = match step {
                Step::Working => exchange.work()?,
                other => {
                    let response = other.into_response().expect("no work is left");
                    self.sent.push(response.expose().clone());
                    return Ok(response.expose().clone());
                }
            };
        }
    }
}

/// A whole login by the negotiator, with right or wrong secrets.
fn login(name: MechanismName, right: bool, cache: &KeyCache) -> Seen {
    let (mut seen, log) = capture(|| {
        let mut seen = Seen::default();
        let service = Service::new("imap", "mail.example").port(993);
        let accounts = Accounts::new().password("user", if right { PASSWORD } else { "another one" });
        let accounts = accounts.token("user", if right { TOKEN } else { "another one" });
        let mut negotiator = Negotiator::new(credentials(), service, Policy::default(), [5; 32]).cache(cache);
        let channel = if name.is_plus() { channel() } else { Channel::tls() };
        let mut exchange = negotiator.begin([name.as_str()], &channel).unwrap();
        let mut server = Server::new(name, &accounts, &channel, [6; 32]).unwrap();
        seen.show(&negotiator);
        seen.show(&accounts);
        let first = exchange.first().unwrap();
        seen.show(&first);
        seen.sent.extend(first.as_ref().map(|first| first.expose().clone()));
        let mut reply = server.respond(first.as_ref().map(|first| first.expose().as_slice()));
        let error = loop {
            match reply {
                Reply::Success(_, data) => {
                    seen.received.extend(data.clone());
                    let established = exchange.succeed(data.as_deref()).unwrap();
                    seen.show(&established);
                    seen.show(&negotiator.succeeded(&established));
                    break None;
                }
                Reply::Failure => break Some(exchange.refused()),
                Reply::Challenge(challenge) => match seen.step(&mut exchange, &challenge) {
                    Ok(response) => reply = server.respond(Some(&response)),
                    Err(error) => break Some(error),
                },
            }
        };
        assert_eq!(error.is_none(), right, "{name}");
        if let Some(error) = error {
            seen.show(&error);
            seen.shown.push_str(&error.to_string());
            seen.show(&negotiator.failed(&error));
        }
        seen.show(&cache);
        seen
    });
    assert!(log.contains("anyrfc_sasl::wire") && log.contains(name.as_str()), "nothing was logged: {log}");
    seen.shown.push_str(&log);
    seen
}

/// All that follows from the password, worked out anew: `SaltedPassword`, `ClientKey`,
/// `StoredKey`, `ServerKey` (RFC 5802, section 3).
fn derived(hash: ScramHash, salt: &[u8], iterations: u32) -> Vec<Vec<u8>> {
    let salted = hash.derive(PASSWORD.as_bytes(), salt, iterations).expose().clone();
    let mac = |key: &[u8], text: &[u8]| -> Vec<u8> {
        macro_rules! mac {
            ($hash:ty) => {
                Hmac::<$hash>::new_from_slice(key)
                    .unwrap()
                    .chain_update(text)
                    .finalize()
                    .into_bytes()
                    .to_vec()
            };
        }
        match hash {
            ScramHash::Sha1 => mac!(Sha1),
            ScramHash::Sha256 => mac!(Sha256),
            ScramHash::Sha384 => mac!(Sha384),
            _ => mac!(Sha512),
        }
    };
    let digest = |data: &[u8]| -> Vec<u8> {
        use sha2::Digest as _;
        match hash {
            ScramHash::Sha1 => Sha1::digest(data).to_vec(),
            ScramHash::Sha256 => Sha256::digest(data).to_vec(),
            ScramHash::Sha384 => Sha384::digest(data).to_vec(),
            _ => Sha512::digest(data).to_vec(),
        }
    };
    let client = mac(&salted, b"Client Key");
    let (stored, server) = (digest(&client), mac(&salted, b"Server Key"));
    vec![salted, client, stored, server]
}

/// The value of an attribute of a SCRAM message, decoded.
fn attribute(messages: &[Vec<u8>], name: &str) -> Vec<Vec<u8>> {
    let texts = messages.iter().filter_map(|message| std::str::from_utf8(message).ok());
    let values = texts.flat_map(|text| text.split(',')).filter_map(|part| part.strip_prefix(name));
    values.filter_map(|value| anyrfc_sasl::codec::base64::decode(value.as_bytes()).ok()).collect()
}

#[test]
fn no_login_tells_a_secret() {
    let cache = KeyCache::new(*b"the secret of the cache of keys!");
    // Twice with the right one: the second takes its keys from the cache.
    for right in [true, true, false] {
        for name in Server::mechanisms(&channel()) {
            let seen = login(name, right, &cache);
            let mut secrets: Vec<Vec<u8>> =
                [PASSWORD.as_bytes(), TOKEN.as_bytes(), &EXPORTER, b"the secret of the cache of keys!"]
                    .map(<[u8]>::to_vec)
                    .to_vec();
            if let Some(hash) = ScramHash::ALL.into_iter().find(|hash| hash.mechanism(name.is_plus()) == name)
            {
                let salts = attribute(&seen.received, "s=");
                assert_eq!(salts.len(), 1, "{name}");
                secrets.extend(derived(hash, &salts[0], 4096));
                let proofs = attribute(&seen.sent, "p=");
                assert_eq!(proofs.len(), 1, "{name}");
                secrets.extend(proofs);
                secrets.extend(attribute(&seen.received, "v="));
            }
            // Not even what travels is shown, but its length.
            secrets.extend(seen.sent.iter().filter(|message| message.len() >= 6).cloned());
            assert_no_secret(&seen.shown, &secrets);
        }
    }
}

fn digests(mechanism: impl Mechanism + 'static, challenges: &[&[u8]]) -> Seen {
    let (mut seen, log) = capture(|| {
        let mut seen = Seen::default();
        seen.show(&mechanism);
        let mut exchange = Exchange::new(mechanism);
        for challenge in challenges {
            let _ = seen.step(&mut exchange, challenge);
            seen.show(&exchange);
        }
        let error = exchange.refused();
        seen.show(&error);
        seen
    });
    assert!(log.contains("anyrfc_sasl::wire"));
    seen.shown.push_str(&log);
    seen
}

#[test]
fn digests_and_their_keys() {
    let service = Service::new("imap", "mail.example");
    let prepared = Preparation::Saslprep;
    let nonce = Nonce::from_seed([7; 32]);
    let digest = DigestMd5::new(&credentials(), prepared, &service, nonce.clone()).unwrap();
    let challenge = b"realm=\"mail.example\",nonce=\"abc\",algorithm=md5-sess,charset=utf-8";
    let seen = digests(digest, &[challenge, b"rspauth=00000000000000000000000000000000"]);
    let md5 = |parts: &[u8]| <md5::Md5 as md5::Digest>::digest(parts).to_vec();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let account = md5(format!("user:mail.example:{PASSWORD}").as_bytes());
    let a1 = md5(&[&account[..], format!(":abc:{}", nonce.as_str()).as_bytes()].concat());
    let a2 = hex(&md5(b":imap/mail.example"));
    let proof = md5(format!("{}:abc:00000001:{}:auth:{a2}", hex(&a1), nonce.as_str()).as_bytes());
    let mut secrets = vec![PASSWORD.as_bytes().to_vec(), account, hex(&a1).into_bytes(), a1];
    secrets.extend([hex(&proof).into_bytes(), proof]);
    secrets.extend(seen.sent);
    assert_no_secret(&seen.shown, &secrets);

    let seen = digests(CramMd5::new(&credentials(), prepared).unwrap(), &[b"<1@mail.example>"]);
    let digest = seen.sent[0].strip_prefix(b"user ").unwrap().to_vec();
    assert_no_secret(&seen.shown, &[PASSWORD.as_bytes().to_vec(), digest]);

    let seen = digests(Login::new(&credentials(), prepared).unwrap(), &[b"Username:", b"Password:"]);
    assert_eq!(seen.sent[1], PASSWORD.as_bytes());
    assert_no_secret(&seen.shown, &[PASSWORD]);
}

/// A library whose every token is a secret.
#[derive(Debug)]
struct Library;

const TICKET: &[u8] = b"the-ticket-of-the-user";
const WRAPPED: &[u8] = b"what-was-wrapped-by-gss";

impl GssContext for Library {
    fn init(&mut self, _: GssFlags, _: Option<&[u8]>, token: Option<&[u8]>) -> Result<GssToken, Error> {
        Ok(GssToken { token: TICKET.to_vec(), complete: token.is_some() })
    }

    fn flags(&self) -> GssFlags {
        GssFlags::ALL
    }

    fn wrap(&mut self, _: &[u8], _: bool) -> Result<Vec<u8>, Error> {
        Ok(WRAPPED.to_vec())
    }

    fn unwrap_token(&mut self, _: &[u8]) -> Result<(Vec<u8>, bool), Error> {
        Ok((vec![7, 1, 0, 0], true))
    }

    fn wrap_size_limit(&mut self, _: bool, token_max: usize) -> Result<usize, Error> {
        Ok(token_max)
    }
}

#[test]
fn tickets_and_tokens() {
    let library = || Box::new(Library);
    let binding = Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, EXPORTER));
    let seen = [
        digests(Gssapi::new(library(), None).unwrap(), &[b"", b"token-of-the-server", b"layers"]),
        digests(Gssapi::with_layer(library(), None).unwrap(), &[b"", b"token-of-the-server", b"layers"]),
        digests(
            Gs2Krb5::new(library(), None, &binding, Tolerance::Field).unwrap(),
            &[b"", b"token-of-the-server"],
        ),
    ];
    for seen in seen {
        assert!(seen.sent.iter().any(|sent| sent.ends_with(TICKET)));
        assert_no_secret(&seen.shown, &[TICKET, WRAPPED, b"token-of-the-server", &EXPORTER]);
    }
}

#[test]
fn what_cannot_be_used_is_not_shown_either() {
    let odd = format!("{PASSWORD}\u{7}");
    let (error, log) = capture(|| {
        let service = Service::new("imap", "mail.example");
        let credentials = Credentials::password("user", odd.clone());
        let mut negotiator = Negotiator::new(credentials, service, Policy::default(), [5; 32]);
        negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).unwrap_err()
    });
    let source = std::error::Error::source(&error).unwrap();
    let shown = format!("{error} {error:?} {source} {source:?} {log}");
    assert!(shown.contains("the password cannot be used"), "{shown}");
    assert_no_secret(&shown, &[PASSWORD]);
    let response = Secret::new(PASSWORD.as_bytes().to_vec());
    assert_no_secret(&format!("{:?}", Step::Respond(response)), &[PASSWORD]);
}
