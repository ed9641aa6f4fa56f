//! JWEs in JSON, to one or several recipients (RFC 7516, section 7.2).

use serde_json::Value;

use super::{
    Decrypted, DecryptionKey, DecryptionKeySource, EncryptionKey, Limits, Names, Sealed, allowing, complete,
    manage::{self, Fixed, SenderCek, undecryptable},
    names, seal, sizes,
};
use crate::{
    Error, ErrorKind, Rejection,
    codec::{
        base64url,
        json::{self, JsonLimits, Object},
        jwe_json::{self, JweJson, Recipient},
    },
    rfc7516,
    types::{ContentEncryption, Header},
};

/// Parameters that are given in other ways, or are made anew for each encryption.
const MANAGED: [&str; 13] =
    ["alg", "enc", "zip", "crit", "b64", "kid", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"];

/// A JWE in JSON that is being put together.
///
/// With one recipient the whole of the header is protected. With several, what concerns each is in
/// his own header, which nothing authenticates; `enc` and whatever was given by
/// [`with_protected`](Self::with_protected) is protected in any case.
///
/// ```
/// use anyrfc_jwt::{
///     proto::jwe::{self, DecryptionKey, EncryptionKey, Limits, Message},
///     types::{ContentEncryption, Header, JweAlgorithm::{A128Kw, A256Kw}},
/// };
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let one = EncryptionKey::symmetric(A128Kw, [1; 16])?.with_key_id("one");
/// let other = EncryptionKey::symmetric(A256Kw, [2; 32])?.with_key_id("other");
/// let json = Message::new(ContentEncryption::A256Gcm)
///     .with_protected("cty", "text/plain")
///     .with_aad(b"seen by all")
///     .with_recipient(Header::new(A128Kw), &one)
///     .with_recipient(Header::new(A256Kw), &other)
///     .to_general(b"hello")?;
///
/// let key = DecryptionKey::symmetric(A256Kw, [2; 32])?.with_key_id("other");
/// let decrypted = jwe::decrypt_json(json.as_bytes(), &key, &Limits::default())?;
/// assert_eq!(decrypted.decrypted.plaintext.expose(), b"hello");
/// assert_eq!(decrypted.aad, b"seen by all");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Message<'a> {
    enc: ContentEncryption,
    protected: Object,
    unprotected: Object,
    compress: bool,
    aad: &'a [u8],
    recipients: Vec<(Header, &'a EncryptionKey)>,
}

impl<'a> Message<'a> {
    /// To nobody yet.
    #[must_use]
    pub fn new(enc: ContentEncryption) -> Self {
        let (protected, unprotected) = (Object::new(), Object::new());
        Self { enc, protected, unprotected, compress: false, aad: &[], recipients: Vec::new() }
    }

    /// With this parameter for all recipients, protected: `typ`, `cty` or one of your own.
    #[must_use]
    pub fn with_protected(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.protected.insert(name.into(), value.into());
        self
    }

    /// With this parameter for all recipients, which anybody can change on the way.
    #[must_use]
    pub fn with_unprotected(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.unprotected.insert(name.into(), value.into());
        self
    }

    /// With these octets authenticated beside the header, and readable for everybody.
    #[must_use]
    pub const fn with_aad(mut self, aad: &'a [u8]) -> Self {
        self.aad = aad;
        self
    }

    /// Compressed first; see [`Header::with_compression`].
    #[must_use]
    pub const fn with_compression(mut self) -> Self {
        self.compress = true;
        self
    }

    /// To this recipient also. `header` is of his `alg` and holds what concerns him alone.
    #[must_use]
    pub fn with_recipient(mut self, header: Header, key: &'a EncryptionKey) -> Self {
        self.recipients.push((header, key));
        self
    }

    /// Encrypts into the flattened form (RFC 7516, section 7.2.2).
    ///
    /// # Errors
    /// `Usage` unless there is exactly one recipient; and as [`encrypt`](super::encrypt),
    /// also where two headers share a parameter.
    pub fn to_flattened(&self, plaintext: &[u8]) -> Result<String, Error> {
        self.encrypt(plaintext, &Fixed::default())?.to_flattened().ok_or_else(|| {
            Error::usage("the flattened form has one recipient")
                .with_requirement(rfc7516::FLATTENED_HAS_NO_RECIPIENTS)
        })
    }

    /// Encrypts into the general form (RFC 7516, section 7.2.1).
    ///
    /// # Errors
    /// As [`encrypt`](super::encrypt); `Usage` also without a recipient, where two headers
    /// share a parameter, and where a key that is used directly has company.
    pub fn to_general(&self, plaintext: &[u8]) -> Result<String, Error> {
        self.encrypt(plaintext, &Fixed::default()).map(|jwe| jwe.to_general())
    }

    pub(super) fn encrypt(&self, plaintext: &[u8], fixed: &Fixed) -> Result<JweJson, Error> {
        let given = |name: &&str| self.protected.contains_key(*name) || self.unprotected.contains_key(*name);
        if MANAGED.iter().any(given) {
            return Err(Error::usage("a parameter is set in other ways, or made anew for each encryption"));
        }
        let mut protected = self.protected.clone();
        if self.compress {
            protected.insert("zip".into(), "DEF".into());
        }
        let (cek, recipients) = self.manage(&mut protected, fixed)?;
        for recipient in &recipients {
            let beside = [self.unprotected.clone(), recipient.header.clone()];
            Header::from_parts(protected.clone(), beside).map_err(|error| {
                let usage = Error::usage("a parameter is not what it has to be");
                match error.requirement() {
                    Some(requirement) => usage.with_requirement(requirement),
                    None => usage,
                }
            })?;
        }
        let encoded = match &fixed.protected {
            Some(encoded) => encoded.clone(),
            None => base64url::encode(Value::Object(protected).to_string().as_bytes()),
        };
        let aad = base64url::encode(self.aad);
        let authenticated = authenticated(&encoded, &aad);
        let content = seal(plaintext, self.compress, &cek, self.enc, authenticated.as_bytes(), fixed)?;
        let unprotected = self.unprotected.clone();
        Ok(JweJson {
            protected: encoded,
            unprotected,
            aad,
            recipients,
            iv: content.iv,
            ciphertext: content.ciphertext,
            tag: content.tag,
        })
    }

    /// The key of the content, and that key for each recipient. What concerns them is put where it
    /// belongs.
    fn manage(
        &self,
        protected: &mut Object,
        fixed: &Fixed,
    ) -> Result<(SenderCek<'a>, Vec<Recipient>), Error> {
        if let [(header, key)] = self.recipients.as_slice() {
            let mut header = self.header_of(header, key)?;
            let (cek, encrypted) = match manage::direct(key, self.enc, &mut header, fixed)? {
                Some(cek) => (cek, Vec::new()),
                None => {
                    let cek = manage::generate(self.enc, fixed)?;
                    let encrypted = manage::encrypt_key(key, &mut header, cek.expose(), fixed)?;
                    (SenderCek::Octets(cek), encrypted)
                }
            };
            self.join(protected, header.to_object())?;
            return Ok((cek, vec![Recipient::new(Object::new(), encrypted)]));
        }
        if self.recipients.is_empty() {
            return Err(Error::usage("there is no recipient"));
        }
        let cek = manage::generate(self.enc, fixed)?;
        let mut recipients = Vec::with_capacity(self.recipients.len());
        for (header, key) in &self.recipients {
            let mut header = self.header_of(header, key)?;
            let encrypted = manage::encrypt_key(key, &mut header, cek.expose(), fixed)?;
            let mut own = header.to_object();
            own.remove("enc");
            recipients.push(Recipient::new(own, encrypted));
        }
        self.join(protected, Object::from_iter([("enc".into(), self.enc.name().into())]))?;
        for recipient in &recipients {
            distinct(protected, &recipient.header)?;
            distinct(&self.unprotected, &recipient.header)?;
        }
        Ok((SenderCek::Octets(cek), recipients))
    }

    /// A recipient's header, checked and completed.
    fn header_of(&self, header: &Header, key: &EncryptionKey) -> Result<Header, Error> {
        if header.is_compressed() {
            return Err(Error::usage("a JWE is compressed for all its recipients")
                .with_requirement(rfc7516::RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS));
        }
        let mut header = header.clone();
        complete(&mut header, key, self.enc)?;
        Ok(header)
    }

    /// Adds to the protected header what is in none of the others.
    fn join(&self, protected: &mut Object, more: Object) -> Result<(), Error> {
        distinct(protected, &more)?;
        protected.extend(more);
        distinct(protected, &self.unprotected)?;
        Ok(())
    }
}

/// No name is in both (RFC 7516, section 7.2.1).
fn distinct(one: &Object, other: &Object) -> Result<(), Error> {
    if one.keys().any(|name| other.contains_key(name)) {
        return Err(
            Error::usage("two headers share a parameter").with_requirement(rfc7516::HEADERS_ARE_DISJOINT)
        );
    }
    Ok(())
}

/// What is authenticated: the header as it is encoded, and behind a period the AAD if there is one.
fn authenticated(protected: &str, aad: &str) -> String {
    if aad.is_empty() { protected.to_owned() } else { [protected, ".", aad].concat() }
}

/// What became of one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It decrypted for him.
    Decrypted,
    /// There was a key for him, and it did not.
    Failed,
    /// One of the limits was in the way.
    NotTried,
    /// There is no key for him, or none that allows his algorithm, or that is not known here.
    NotOurs,
}

/// What was decrypted, and for whom.
#[derive(Debug)]
#[non_exhaustive]
pub struct DecryptedJson {
    /// The plaintext, with the header of the first recipient for whom it decrypted.
    pub decrypted: Decrypted,
    /// The additional data that were authenticated.
    pub aad: Vec<u8>,
    /// For each recipient, in their order, what became of him.
    pub recipients: Vec<Outcome>,
    protected: Object,
}

impl DecryptedJson {
    /// Whether this parameter was authenticated. The others may be anybody's.
    #[must_use]
    pub fn is_protected(&self, name: &str) -> bool {
        self.protected.contains_key(name)
    }
}

/// Decrypts either form of JSON by `keys`. One recipient for whom it decrypts is enough; each for whom
/// there is a key is tried, so that [`DecryptedJson::recipients`] tells of all.
///
/// # Errors
/// As [`decrypt`](super::decrypt); a fault in the headers of one recipient refuses it for all.
pub fn decrypt_json<K: DecryptionKeySource + ?Sized>(
    json: &[u8],
    keys: &K,
    limits: &Limits,
) -> Result<DecryptedJson, Error> {
    let bounds = JsonLimits::DOCUMENT.bytes(limits.token);
    let jwe = jwe_json::parse(json, &bounds, limits.recipients)?;
    let protected = match jwe.protected.as_str() {
        "" => Object::new(),
        encoded => {
            let octets = base64url::decode(encoded)
                .map_err(|_| Error::malformed(rfc7516::PARTS_DECODE_STRICTLY, "a member is not base64url"))?;
            json::parse(&octets, &JsonLimits::HEADER)?
        }
    };
    for header in std::iter::once(&jwe.unprotected).chain(jwe.recipients.iter().map(|one| &one.header)) {
        json::within(header, &JsonLimits::HEADER)?;
    }
    let authenticated = authenticated(&jwe.protected, &jwe.aad);
    let mut sealed = Sealed {
        aad: authenticated.as_bytes(),
        iv: &jwe.iv,
        tag: &jwe.tag,
        ciphertext: jwe.ciphertext,
        attempts: limits.attempts,
        passwords: limits.passwords,
        limits,
    };
    let mut candidates = Vec::with_capacity(jwe.recipients.len());
    let mut refusal = None;
    for recipient in &jwe.recipients {
        candidates.push(match candidate(recipient, &jwe.unprotected, &protected, keys) {
            Ok(candidate) => Some(candidate),
            // Others may be meant by what is not for us.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Auth) => {
                // What says more than that there is no key is the better answer.
                if refusal.as_ref().is_none_or(|told: &Error| told.rejection() == Some(Rejection::NoKey)) {
                    refusal = Some(error);
                }
                None
            }
            Err(error) => return Err(error),
        });
    }
    same_enc(&candidates)?;
    let mut found = None;
    let mut outcomes = Vec::with_capacity(candidates.len());
    let last = candidates.iter().rposition(Option::is_some);
    for (at, (recipient, candidate)) in jwe.recipients.iter().zip(candidates).enumerate() {
        let Some(Candidate { header, names, keys }) = candidate else {
            outcomes.push(Outcome::NotOurs);
            continue;
        };
        sizes(names.1, sealed.iv, sealed.tag)?;
        match sealed.open(&header, names, &recipient.encrypted_key, &keys, Some(at) != last) {
            Ok((plaintext, key)) => {
                outcomes.push(Outcome::Decrypted);
                let key_id = key.key_id().map(str::to_owned);
                found.get_or_insert(Decrypted { header, plaintext, key_id });
            }
            Err(error) => {
                outcomes.push(match error.kind() {
                    ErrorKind::Auth => Outcome::Failed,
                    ErrorKind::Limit => Outcome::NotTried,
                    _ => return Err(error),
                });
                // That a limit was in the way says more than that a key was wrong.
                if refusal.as_ref().is_none_or(|told: &Error| told.kind() != ErrorKind::Limit) {
                    refusal = Some(error);
                }
            }
        }
    }
    let decrypted = found.ok_or_else(|| refusal.unwrap_or_else(undecryptable))?;
    let aad = base64url::decode(&jwe.aad).unwrap_or_default();
    Ok(DecryptedJson { decrypted, aad, recipients: outcomes, protected })
}

/// A recipient who may be us.
struct Candidate<'k> {
    header: Header,
    names: Names,
    keys: Vec<&'k DecryptionKey>,
}

fn candidate<'k, K: DecryptionKeySource + ?Sized>(
    recipient: &Recipient,
    unprotected: &Object,
    protected: &Object,
    keys: &'k K,
) -> Result<Candidate<'k>, Error> {
    let own = &recipient.header;
    for (one, other) in [(protected, unprotected), (protected, own), (unprotected, own)] {
        if one.keys().any(|name| other.contains_key(name)) {
            return Err(Error::malformed(rfc7516::NO_NAME_IN_TWO_HEADERS, "a name is in two headers"));
        }
    }
    let unprotected = [unprotected.clone(), recipient.header.clone()];
    let header = Header::from_parts(protected.clone(), unprotected)?;
    let names = names(&header)?;
    let keys = allowing(keys.candidates(&header), names)?;
    Ok(Candidate { header, names, keys })
}

/// All recipients have one `enc` (RFC 7516, section 7.2.1).
fn same_enc(candidates: &[Option<Candidate<'_>>]) -> Result<(), Error> {
    let mut all = candidates.iter().flatten().map(|candidate| candidate.names.1);
    let first = all.next();
    if all.any(|enc| Some(enc) != first) {
        return Err(Error::malformed(rfc7516::RECIPIENTS_SHARE_ENC, "they have different ones"));
    }
    Ok(())
}
