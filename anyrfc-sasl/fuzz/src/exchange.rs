//! Exchanges, from either side.

use anyrfc_sasl::{
    Anonymous, Binding, BindingType, Channel, ChannelBinding, CramMd5, Credentials, DigestMd5, Error,
    Exchange, External, Gs2Krb5, GssContext, GssFlags, GssToken, Gssapi, Login, Nonce, OauthBearer, Plain,
    Preparation, Scram, ScramHash, Secret, Service, State, Step, Tolerance, Xoauth2,
    codec::base64,
    testing::{Accounts, Reply, Server},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const USER: &str = "user";
const PASSWORD: &str = "pencil of the fuzzer";
/// The client's nonce: messages of the corpus begin with it.
const NONCE: &str = "fuzz";
/// More would only take time.
const ITERATIONS_MAX: u32 = 64;
/// The most bytes of a challenge.
const CHALLENGE_MAX: usize = 3000;

/// A library that takes tokens which begin with a `T`, and is through after two.
#[derive(Debug)]
struct Library(u8);

impl GssContext for Library {
    fn init(&mut self, _: GssFlags, _: Option<&[u8]>, token: Option<&[u8]>) -> Result<GssToken, Error> {
        if token.is_some_and(|token| !token.starts_with(b"T")) {
            return Err(Error::usage("a bad token"));
        }
        self.0 += 1;
        Ok(GssToken { token: token.unwrap_or(b"AP-REQ").to_vec(), complete: self.0 > 2 })
    }

    fn flags(&self) -> GssFlags {
        GssFlags::ALL
    }

    fn wrap(&mut self, data: &[u8], _: bool) -> Result<Vec<u8>, Error> {
        Ok(data.to_vec())
    }

    fn unwrap_token(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Error> {
        let (first, rest) = token.split_first().ok_or_else(|| Error::usage("a bad token"))?;
        Ok((rest.to_vec(), *first == b'C'))
    }

    fn wrap_size_limit(&mut self, _: bool, token_max: usize) -> Result<usize, Error> {
        Ok(token_max)
    }
}

fn credentials() -> Credentials {
    let mut credentials = Credentials::password(USER, PASSWORD);
    credentials.token = Some(PASSWORD.replace(' ', "-").into());
    credentials
}

fn scram(hash: ScramHash, binding: Binding) -> Exchange {
    let nonce = Nonce::from_text(NONCE).expect("a nonce");
    let scram = Scram::new(hash, &credentials(), Preparation::Saslprep, binding, nonce).expect("credentials");
    Exchange::new(scram.iterations(1..=ITERATIONS_MAX))
}

fn exchange(pick: u8) -> Exchange {
    let (credentials, service) = (credentials(), Service::new("imap", "h").port(993));
    let prepared = Preparation::Saslprep;
    let bound = || Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, [1; 32]));
    let library = || Box::new(Library(0));
    let made = match pick {
        b'a' => Plain::new(&credentials, prepared).map(Exchange::new),
        b'b' => Login::new(&credentials, prepared).map(Exchange::new),
        b'c' => External::new(&credentials).map(Exchange::new),
        b'd' => Anonymous::new("trace").map(Exchange::new),
        b'e' => CramMd5::new(&credentials, prepared).map(Exchange::new),
        b'f' => {
            let nonce = Nonce::from_text(NONCE).expect("a nonce");
            DigestMd5::new(&credentials, prepared, &service, nonce).map(Exchange::new)
        }
        b'g' => OauthBearer::new(&credentials, &service).map(Exchange::new),
        b'h' => Xoauth2::new(&credentials).map(Exchange::new),
        b'i' => Gssapi::new(library(), None).map(Exchange::new),
        b'j' => Gssapi::with_layer(library(), None).map(Exchange::new),
        b'k' => Gs2Krb5::new(library(), None, &bound(), Tolerance::Field).map(Exchange::new),
        b'l' => Ok(scram(ScramHash::Sha1, Binding::Unsupported)),
        b'm' => Ok(scram(ScramHash::Sha384, Binding::Unsupported)),
        b'n' => Ok(scram(ScramHash::Sha512, Binding::NotOffered)),
        b'o' => Ok(scram(ScramHash::Sha256, bound())),
        _ => Ok(scram(ScramHash::Sha256, Binding::Unsupported)),
    };
    made.expect("credentials that can be sent").challenge_max(CHALLENGE_MAX)
}

/// Whether the mechanism sends the secret itself.
const fn reveals(pick: u8) -> bool {
    matches!(pick, b'a' | b'b' | b'g' | b'h')
}

/// Plays the server: its first line says how the exchange begins and ends, each other is a
/// challenge, and the last one comes with success where that is asked for.
pub(crate) fn client(pick: u8, data: &[u8]) {
    let Some((&mode, data)) = data.split_first() else { return };
    let mut exchange = exchange(pick);
    let mut messages: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    let additional = if mode & 2 != 0 { messages.pop() } else { None };
    let (mut sent, mut taken): (Vec<Vec<u8>>, Vec<&[u8]>) = (Vec::new(), Vec::new());
    if mode & 1 != 0 {
        sent.extend(exchange.first().expect("nothing was asked before").map(|first| first.expose().clone()));
        let again = exchange.first();
        assert!(again.is_err() || sent.is_empty(), "two initial responses");
    }
    for message in &messages {
        match respond(&mut exchange, message) {
            Ok(response) => {
                sent.push(response);
                taken.push(message);
                assert!(sent.len() <= data.len() + 2);
            }
            Err(error) => {
                told(&error, data);
                assert_eq!(exchange.state(), State::Failed);
                exchange.step(message).expect_err("it has failed");
                exchange.succeed(None).expect_err("it has failed");
                return;
            }
        }
    }
    // Where the server has not said it first, and what it says is sent back.
    assert!(
        reveals(pick) || holds(data) || !sent.iter().any(|message| holds(message)),
        "the secret was sent"
    );
    if mode & 4 != 0 {
        told(&exchange.refused(), data);
        assert_eq!(exchange.state(), State::Failed);
        return;
    }
    match exchange.succeed(additional) {
        Ok(established) => {
            assert_eq!(exchange.state(), State::Established);
            taken.extend(additional.filter(|additional| !additional.is_empty()));
            if matches!(pick, b'l'..=b'p') {
                assert!(established.mutual && established.iterations.is_some());
            }
            if matches!(pick, b'o' | b'p') {
                proved(&sent, &taken);
            }
            if let Some(mut layer) = established.layer {
                let mut out = Vec::new();
                while let Ok(Some(count)) =
                    layer.unwrap_buffer(data.get(out.len()..).unwrap_or_default(), &mut out)
                {
                    assert!(count >= 4);
                    if out.len() > data.len() {
                        break;
                    }
                }
            }
        }
        Err(error) => {
            told(&error, data);
            assert_eq!(exchange.state(), State::Failed);
        }
    }
}

/// Whether the secret is among the bytes.
fn holds(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|window| window == b"pencil")
}

fn respond(exchange: &mut Exchange, challenge: &[u8]) -> Result<Vec<u8>, Error> {
    let mut step = exchange.step(challenge)?;
    while matches!(step, Step::Working) {
        assert_eq!(exchange.state(), State::Working);
        step = exchange.work()?;
    }
    Ok(step.into_response().expect("no work is left").expose().clone())
}

/// An error is short, in one line, and tells no secret.
fn told(error: &Error, data: &[u8]) {
    let text = error.to_string();
    assert!(
        text.len() < 1000 && (!text.contains("pencil") || holds(data)) && !text.chars().any(char::is_control),
        "{text}"
    );
}

/// The server's signature, by other code than that which accepted it.
fn proved(sent: &[Vec<u8>], taken: &[&[u8]]) {
    let mac = |key: &[u8], text: &[u8]| {
        let mac = Hmac::<Sha256>::new_from_slice(key).expect("any key").chain_update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let first = sent.iter().position(|message| message.starts_with(b"n,") || message.starts_with(b"p="));
    let first = first.expect("a first message");
    let bare = text(&sent[first]).splitn(3, ',').nth(2).expect("a message behind the header").to_owned();
    let without_proof = text(&sent[first + 1]).rsplit_once(",p=").expect("a proof").0.to_owned();
    let begun: Vec<&&[u8]> = taken.iter().filter(|message| !message.is_empty()).collect();
    let (challenge, last) = (text(begun[0]), text(begun[1]));
    let attribute = |name: &str| {
        challenge.split(',').find_map(|part| part.strip_prefix(name)).expect("an attribute").to_owned()
    };
    assert!(attribute("r=").starts_with(NONCE) && attribute("r=").len() > NONCE.len());
    let salt = base64::decode(attribute("s=").as_bytes()).expect("a salt");
    let mut value = mac(PASSWORD.as_bytes(), &[&salt[..], &[0, 0, 0, 1]].concat());
    let mut salted = value.clone();
    for _ in 1..attribute("i=").parse().expect("a number") {
        value = mac(PASSWORD.as_bytes(), &value);
        salted.iter_mut().zip(&value).for_each(|(sum, value)| *sum ^= value);
    }
    let auth_message = format!("{bare},{challenge},{without_proof}");
    let signature = mac(&mac(&salted, b"Server Key"), auth_message.as_bytes());
    let signature = base64::encode(&Secret::new(signature));
    let verifier = last.split(',').next().expect("a first part");
    assert_eq!(verifier, format!("v={}", signature.expose()), "a signature that is none");
    let stored = Sha256::digest(mac(&salted, b"Client Key"));
    assert!(!text(&sent[first + 1]).contains(base64::encode(&Secret::new(stored.to_vec())).expose()));
}

/// Plays the client against the test kit's server: nobody gets in without the password.
pub(crate) fn server(pick: u8, data: &[u8]) {
    let channel = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
    let names = Server::mechanisms(&channel);
    let name = names[usize::from(pick - b'A') % names.len()];
    let accounts = Accounts::new().password(USER, PASSWORD).token(USER, "t0ken").iterations(2);
    let mut server = Server::new(name, &accounts, &channel, [6; 32]).expect("it is known");
    let knows = |secret: &str| data.windows(secret.len()).any(|window| window == secret.as_bytes());
    for message in data.split(|byte| *byte == b'\n') {
        match server.respond(Some(message)) {
            Reply::Challenge(challenge) => assert!(challenge.len() < 10_000 + data.len()),
            Reply::Failure => return,
            Reply::Success(identity, _) => {
                assert_eq!(identity.user, USER);
                assert!(knows("t0ken") || knows(PASSWORD) || knows(",p="), "in without a secret");
                return;
            }
        }
    }
}
