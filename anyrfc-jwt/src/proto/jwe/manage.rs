//! Bringing the content encryption key to a recipient, and getting it back (RFC 7516, sections 5.1
//! and 5.2; RFC 7518, section 4).

use anyrfc_core::Secret;
use aws_lc_rs::{agreement::PrivateKey, rand};

use super::{
    Limits, agree,
    content::{self, Opening, Sealing},
    key::{DecryptionKey, EncryptionKey, Family, RecipientMaterial, SenderMaterial, family},
    password, rsa, wrap,
};
use crate::{
    Error, ErrorKind, Rejection, rfc7516, rfc7518, rfc8725,
    types::{ContentEncryption, Header, JweAlgorithm, Jwk, Material},
};

/// The octets of the vector under which AES-GCM wraps a key.
const GCM_IV: usize = 12;
/// The octets of its tag.
const GCM_TAG: usize = 16;

/// What is drawn at random, unless a test has to know it.
#[derive(Default)]
pub(super) struct Fixed {
    pub(super) cek: Option<Vec<u8>>,
    pub(super) iv: Option<Vec<u8>>,
    pub(super) ephemeral: Option<PrivateKey>,
    pub(super) key_iv: Option<Vec<u8>>,
    pub(super) salt_input: Option<Vec<u8>>,
    /// The encoded protected header, whose members others order in other ways.
    pub(super) protected: Option<String>,
}

/// The library cannot do what it should.
pub(super) fn broken() -> Error {
    Error::usage("the cryptographic library failed")
}

/// The one error for whatever is wrong with a key or a content (RFC 7516, section 11.4).
pub(super) fn undecryptable() -> Error {
    Error::rejected(Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID, "it cannot be decrypted")
}

/// So many random octets, or those that a test gave.
pub(super) fn drawn(len: usize, fixed: Option<&Vec<u8>>) -> Result<Vec<u8>, Error> {
    if let Some(fixed) = fixed {
        return Ok(fixed.clone());
    }
    let mut octets = vec![0; len];
    rand::fill(&mut octets).map_err(|_| broken())?;
    Ok(octets)
}

/// A key for the content: ready, where it is the shared one; else its octets.
pub(super) enum SenderCek<'k> {
    Ready(&'k Sealing),
    Octets(Secret<Vec<u8>>),
}

/// A new content encryption key.
pub(super) fn generate(enc: ContentEncryption, fixed: &Fixed) -> Result<Secret<Vec<u8>>, Error> {
    drawn(content::key_len(enc), fixed.cek.as_ref()).map(Secret::new)
}

/// The content encryption key where it is not made but given: `dir`, and agreement on the key itself.
/// What the recipient has to know goes into `header`.
pub(super) fn direct<'k>(
    key: &'k EncryptionKey,
    enc: ContentEncryption,
    header: &mut Header,
    fixed: &Fixed,
) -> Result<Option<SenderCek<'k>>, Error> {
    match &*key.material {
        SenderMaterial::Direct(keys, uses) => {
            let (_, sealing) = keys.iter().find(|(own, _)| *own == enc).ok_or_else(|| {
                Error::usage("the key is not for this content encryption")
                    .with_requirement(rfc7516::DECRYPTED_CEK_FITS_ENC)
            })?;
            if content::is_gcm(enc) {
                uses.count()?;
            }
            Ok(Some(SenderCek::Ready(sealing)))
        }
        SenderMaterial::Agree(_, _, None) => {
            let cek = agreed(key, header, enc.name(), content::key_len(enc), fixed)?;
            Ok(Some(SenderCek::Octets(cek)))
        }
        _ => Ok(None),
    }
}

/// Agrees on a key of `len` octets, under a new ephemeral key.
fn agreed(
    key: &EncryptionKey,
    header: &mut Header,
    name: &str,
    len: usize,
    fixed: &Fixed,
) -> Result<Secret<Vec<u8>>, Error> {
    let SenderMaterial::Agree(curve, public, _) = &*key.material else { return Err(broken()) };
    let made;
    let ephemeral = match &fixed.ephemeral {
        Some(ephemeral) => ephemeral,
        None => {
            made = agree::generate(*curve).map_err(|_| broken())?;
            &made
        }
    };
    let (x, y) = agree::coordinates(*curve, ephemeral).map_err(|_| broken())?;
    let encryption = header.encryption.get_or_insert_default();
    encryption.epk = Some(Jwk::from_material(Material::Curve { curve: *curve, x, y, d: None }));
    let info = agree::OtherInfo {
        algorithm: name,
        party_u: encryption.apu.as_deref().unwrap_or_default(),
        party_v: encryption.apv.as_deref().unwrap_or_default(),
    };
    agree::derive(ephemeral, public, &info, len).map_err(|_| broken())
}

/// Encrypts `cek` to the recipient; what he has to know goes into `header`.
pub(super) fn encrypt_key(
    key: &EncryptionKey,
    header: &mut Header,
    cek: &[u8],
    fixed: &Fixed,
) -> Result<Vec<u8>, Error> {
    match &*key.material {
        SenderMaterial::Rsa(public, padding) => rsa::encrypt(public, *padding, cek).map_err(|_| broken()),
        SenderMaterial::Wrap(octets) => wrap::wrap(octets.expose(), cek).map_err(|_| broken()),
        SenderMaterial::GcmWrap(gcm, uses) => {
            uses.count()?;
            let iv = drawn(GCM_IV, fixed.key_iv.as_ref())?;
            let (encrypted, tag) = wrap::gcm_wrap(gcm, &iv, cek).map_err(|_| broken())?;
            let encryption = header.encryption.get_or_insert_default();
            (encryption.iv, encryption.tag) = (Some(iv), Some(tag));
            Ok(encrypted)
        }
        SenderMaterial::Agree(_, _, Some(len)) => {
            let wrapping = agreed(key, header, key.algorithm.name(), *len, fixed)?;
            wrap::wrap(wrapping.expose(), cek).map_err(|_| broken())
        }
        SenderMaterial::Password(octets) => {
            let salt_input = drawn(password::SALT_INPUT, fixed.salt_input.as_ref())?;
            let wrapping = password::derive(key.algorithm, octets.expose(), &salt_input, key.iterations)
                .ok_or_else(broken)?;
            let encryption = header.encryption.get_or_insert_default();
            (encryption.p2s, encryption.p2c) = (Some(salt_input), Some(key.iterations.get().into()));
            wrap::wrap(wrapping.expose(), cek).map_err(|_| broken())
        }
        SenderMaterial::Direct(..) | SenderMaterial::Agree(_, _, None) => {
            Err(Error::usage("a key that is used directly encrypts to nobody else")
                .with_requirement(rfc7516::DIRECT_MODES_HAVE_NO_ENCRYPTED_KEY))
        }
    }
}

/// What the algorithm needs to know, checked as far as it can be without a key.
pub(super) enum Parameters<'h> {
    None,
    Agree { epk: &'h Jwk, party_u: &'h [u8], party_v: &'h [u8] },
    Gcm { iv: &'h [u8], tag: &'h [u8] },
    Password { salt_input: &'h [u8], iterations: std::num::NonZeroU32 },
}

impl<'h> Parameters<'h> {
    /// The parameters of `alg`, which are in the header or else it is refused.
    pub(super) fn of(
        header: &'h Header,
        alg: JweAlgorithm,
        encrypted_key: &[u8],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let family = family(alg);
        if matches!(family, Family::Direct | Family::Agree(None)) && !encrypted_key.is_empty() {
            return Err(Error::malformed(
                rfc7516::DIRECT_MODES_DEMAND_AN_EMPTY_KEY,
                "there is an encrypted key",
            ));
        }
        let Some(encryption) = header.encryption.as_deref() else { return Ok(Self::None) };
        match family {
            Family::Rsa(_) | Family::Wrap(_) | Family::Direct => Ok(Self::None),
            Family::Agree(_) => {
                let epk = encryption
                    .epk
                    .as_ref()
                    .ok_or_else(|| Error::malformed(rfc7518::EPK_IS_PRESENT, "it is not there"))?;
                if encryption.apu.is_some() && encryption.apu == encryption.apv {
                    return Err(Error::malformed(rfc7518::APU_AND_APV_DIFFER, "they are the same"));
                }
                Ok(Self::Agree {
                    epk,
                    party_u: encryption.apu.as_deref().unwrap_or_default(),
                    party_v: encryption.apv.as_deref().unwrap_or_default(),
                })
            }
            Family::GcmWrap(_) => {
                let missing = |requirement| move || Error::malformed(requirement, "it is not there");
                let iv = encryption.iv.as_deref().ok_or_else(missing(rfc7518::GCMKW_IV_IS_PRESENT))?;
                let tag = encryption.tag.as_deref().ok_or_else(missing(rfc7518::GCMKW_TAG_IS_PRESENT))?;
                if iv.len() != GCM_IV {
                    return Err(Error::malformed(rfc7518::GCMKW_IV_HAS_96_BITS, "it has another length"));
                }
                if tag.len() != GCM_TAG {
                    return Err(Error::malformed(rfc7518::GCMKW_TAG_HAS_128_BITS, "it has another length"));
                }
                Ok(Self::Gcm { iv, tag })
            }
            Family::Password => {
                let missing = |requirement| move || Error::malformed(requirement, "it is not there");
                let salt_input = encryption.p2s.as_deref().ok_or_else(missing(rfc7518::P2S_IS_PRESENT))?;
                let iterations = encryption.p2c.ok_or_else(missing(rfc7518::P2C_IS_PRESENT))?;
                if salt_input.len() < password::SALT_INPUT_MIN {
                    return Err(Error::malformed(rfc7518::SALT_INPUT_HAS_8_OCTETS, "it is shorter"));
                }
                // In the range of u32, as the bounds are.
                let iterations = u32::try_from(iterations).unwrap_or(u32::MAX);
                if iterations < limits.fewest_iterations {
                    return Err(Error::new(ErrorKind::Limit, "the password was iterated too few times")
                        .with_requirement(rfc7518::COUNT_IS_AT_LEAST_1000));
                }
                match std::num::NonZeroU32::new(iterations) {
                    Some(iterations) if iterations.get() <= limits.most_iterations => {
                        Ok(Self::Password { salt_input, iterations })
                    }
                    _ => Err(Error::new(ErrorKind::Limit, "the password would be iterated too many times")
                        .with_requirement(rfc7518::P2C_IS_PROCESSED)),
                }
            }
        }
    }
}

/// As [`SenderCek`], on the other side.
pub(super) enum RecipientCek<'k> {
    Ready(&'k Opening),
    Octets(Secret<Vec<u8>>),
}

impl RecipientCek<'_> {
    /// Decrypts in place; says how much of it is plaintext.
    pub(super) fn open(
        &self,
        enc: ContentEncryption,
        iv: &[u8],
        aad: &[u8],
        tag: &[u8],
        in_out: &mut [u8],
    ) -> Result<usize, Error> {
        match self {
            Self::Ready(opening) => opening.open(iv, aad, tag, in_out),
            Self::Octets(cek) => {
                Opening::new(enc, cek.expose()).and_then(|opening| opening.open(iv, aad, tag, in_out))
            }
        }
        .map_err(|_| undecryptable())
    }
}

/// The content encryption key. Where the encrypted one turns out not to be one, for whatever reason,
/// it is a random key, and the content will not decrypt (RFC 7516, section 11.5). An error tells of
/// the header alone, and of the kind of the key.
pub(super) fn decrypt_key<'k>(
    key: &'k DecryptionKey,
    alg: JweAlgorithm,
    enc: ContentEncryption,
    parameters: &Parameters<'_>,
    encrypted: &[u8],
) -> Result<RecipientCek<'k>, Error> {
    let wanted = content::key_len(enc);
    let found = match (&*key.material, parameters, family(alg)) {
        (RecipientMaterial::Octets { direct, .. }, _, Family::Direct) => {
            let ready = direct.iter().find(|(own, _)| *own == enc);
            return ready.map(|(_, opening)| RecipientCek::Ready(opening)).ok_or_else(|| {
                Error::rejected(
                    Rejection::NoKey,
                    rfc7516::DECRYPTED_CEK_FITS_ENC,
                    "the key has another length",
                )
            });
        }
        (RecipientMaterial::Rsa(private), _, Family::Rsa(padding)) => {
            rsa::decrypt(private, padding, encrypted, wanted)
        }
        (RecipientMaterial::Octets { octets, .. }, _, Family::Wrap(_)) => {
            wrap::unwrap(octets.expose(), encrypted)
        }
        (RecipientMaterial::Octets { gcm: Some(gcm), .. }, Parameters::Gcm { iv, tag }, _) => {
            wrap::gcm_unwrap(gcm, iv, tag, encrypted)
        }
        (RecipientMaterial::Octets { octets, .. }, Parameters::Password { salt_input, iterations }, _) => {
            let wrapping =
                password::derive(alg, octets.expose(), salt_input, *iterations).ok_or_else(broken)?;
            wrap::unwrap(wrapping.expose(), encrypted)
        }
        (
            RecipientMaterial::Agree(curve, private),
            Parameters::Agree { epk, party_u, party_v },
            Family::Agree(wrapping),
        ) => {
            let Material::Curve { curve: theirs, x, y, .. } = &epk.material else {
                return Err(other_curve());
            };
            if theirs != curve {
                return Err(other_curve());
            }
            let off =
                || Error::malformed(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED, "`epk` is not on its curve");
            let public = agree::public_key(*curve, x, y).map_err(|_| off())?;
            let algorithm = if wrapping.is_some() { alg.name() } else { enc.name() };
            let info = agree::OtherInfo { algorithm, party_u, party_v };
            // It fails for points of small order alone, which everybody can tell.
            let agreed =
                agree::derive(private, &public, &info, wrapping.unwrap_or(wanted)).map_err(|_| off())?;
            match wrapping {
                Some(_) => wrap::unwrap(agreed.expose(), encrypted),
                None => Ok(agreed),
            }
        }
        // The algorithms of a key were found to suit it when it was made.
        _ => return Err(undecryptable()),
    };
    match found {
        Ok(cek) if cek.expose().len() == wanted => Ok(RecipientCek::Octets(cek)),
        _ => drawn(wanted, None).map(Secret::new).map(RecipientCek::Octets),
    }
}

fn other_curve() -> Error {
    Error::malformed(rfc8725::EPK_FITS_THE_RECIPIENTS_CURVE, "`epk` is on another curve than the key")
}
