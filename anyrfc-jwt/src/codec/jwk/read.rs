//! A key from its members.

use std::sync::Arc;

use anyrfc_core::Secret;
use aws_lc_rs::digest;
use serde_json::Value;
use zeroize::Zeroize;

use crate::types::{
    Algorithm, Curve, JweAlgorithm, Jwk, JwsAlgorithm, KeyOperation, KeyType, KeyUse, Material, RsaPrivate,
    SecretBytes,
};
use crate::{
    Error, ErrorKind, Requirement,
    codec::{
        base64url, der,
        json::{self, Object},
    },
    rfc7515, rfc7517, rfc7518, rfc8037,
};

/// The members of a key; what is left of them is wiped, as it may be secret.
struct Members(Object);

impl Drop for Members {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// Wipes every string in a value.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(elements) => elements.iter_mut().for_each(wipe),
        Value::Object(object) => object.values_mut().for_each(wipe),
        _ => {}
    }
}

impl Members {
    /// The octets of a public member.
    fn octets(&mut self, name: &str, requirement: &'static Requirement) -> Result<Option<Vec<u8>>, Error> {
        let Some(text) = json::take_string(&mut self.0, name, requirement)? else { return Ok(None) };
        base64url::decode(&text)
            .map(Some)
            .map_err(|_| Error::malformed(requirement, "a member is not base64url"))
    }

    /// The digest of a certificate, of `len` octets. Some servers, Auth0 among them, encode its hexadecimal
    /// digits instead: that says the same, and without it none of their keys could be used.
    fn digest(
        &mut self,
        name: &str,
        len: usize,
        requirement: &'static Requirement,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(octets) = self.octets(name, requirement)? else { return Ok(None) };
        let digest = if octets.len() == len { Some(octets) } else { from_hex(&octets) };
        digest.filter(|digest| digest.len() == len).map(Some).ok_or_else(|| length(requirement))
    }

    /// The octets of a private member.
    fn secret(
        &mut self,
        name: &str,
        requirement: &'static Requirement,
    ) -> Result<Option<SecretBytes>, Error> {
        let Some(text) = json::take_string(&mut self.0, name, requirement)? else { return Ok(None) };
        let text = Secret::new(text);
        let octets = base64url::decode(text.expose())
            .map_err(|_| Error::malformed(requirement, "a private member is not base64url"))?;
        Ok(Some(Arc::new(Secret::new(octets))))
    }

    /// The octets of a private number. Some write them with leading zeros, as long as the modulus; we do
    /// not (RFC 7518, section 2).
    fn number(
        &mut self,
        name: &str,
        requirement: &'static Requirement,
    ) -> Result<Option<SecretBytes>, Error> {
        let Some(mut octets) = self.secret(name, requirement)? else { return Ok(None) };
        if let Some(secret) = Arc::get_mut(&mut octets) {
            let zeros = secret.expose().iter().take_while(|octet| **octet == 0).count();
            secret.expose_mut().drain(..zeros);
        }
        Ok(Some(octets))
    }
}

/// The octets of hexadecimal digits in either case.
fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits
        .chunks(2)
        .map(|pair| match *pair {
            [high, low] => u8::try_from(value(high)? << 4 | value(low)?).ok(),
            _ => None,
        })
        .collect()
}

/// The error for a member that has to be there.
fn missing(requirement: &'static Requirement) -> Error {
    Error::malformed(requirement, "a member is missing")
}

/// The error for a member of another length.
fn length(requirement: &'static Requirement) -> Error {
    Error::malformed(requirement, "it has another length")
}

/// What is secret in a key of some type (RFC 7518, section 6).
const SECRET_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A key (RFC 7517, section 4).
pub(super) fn jwk(object: Object) -> Result<Jwk, Error> {
    let mut members = Members(object);
    let key_type = json::take_string(&mut members.0, "kty", rfc7517::KTY_IS_PRESENT)?
        .ok_or_else(|| missing(rfc7517::KTY_IS_PRESENT))?;
    let material = match key_type.as_str() {
        "EC" => ec(&mut members)?,
        "RSA" => rsa(&mut members)?,
        "oct" => oct(&mut members)?,
        "OKP" => okp(&mut members)?,
        _ => return Err(Error::new(ErrorKind::Unsupported, "the key type is not known here")),
    };
    let mut jwk = Jwk::from_material(material);
    let object = &mut members.0;
    jwk.key_use = json::take_string(object, "use", rfc7517::STRINGS_COMPARE_AS_IN_JWS)?.map(Into::into);
    jwk.operations = json::take_strings(object, "key_ops", rfc7517::OPERATIONS_ARE_UNIQUE)?
        .map(|operations| operations.into_iter().map(Into::into).collect());
    operations(&jwk)?;
    jwk.algorithm = json::take_string(object, "alg", rfc7517::STRINGS_COMPARE_AS_IN_JWS)?;
    jwk.key_id = json::take_string(object, "kid", rfc7517::KID_IS_CASE_SENSITIVE)?;
    jwk.x5u = json::take_string(object, "x5u", rfc7517::X5U_LEADS_TO_PEM)?;
    jwk.x5c = json::take_strings(object, "x5c", rfc7517::X5C_IS_PLAIN_BASE64)?
        .unwrap_or_default()
        .iter()
        .map(|text| base64url::decode_standard(text))
        .collect::<Result<_, _>>()
        .map_err(|_| Error::malformed(rfc7517::X5C_IS_PLAIN_BASE64, "a certificate is not base64"))?;
    jwk.x5t = members.digest("x5t", 20, rfc7517::X5T_KEY_IS_THE_JWK_KEY)?;
    jwk.x5t_s256 = members.digest("x5t#S256", 32, rfc7517::X5T_S256_KEY_IS_THE_JWK_KEY)?;
    certificate(&jwk)?;
    jwk.other = std::mem::take(&mut members.0);
    // Who confuses the types of keys is not to publish by accident what is secret in another.
    jwk.other.retain(|name, _| !SECRET_MEMBERS.contains(&name.as_str()));
    Ok(jwk)
}

/// The first certificate is that of the key, and the digests are its (RFC 7517, sections 4.7 to
/// 4.9). Nobody validates it.
pub(super) fn certificate(jwk: &Jwk) -> Result<(), Error> {
    let Some(first) = jwk.x5c.first() else { return Ok(()) };
    let other = |requirement| Err(Error::malformed(requirement, "the certificate is another one"));
    let same = match der::from_certificate(first) {
        Ok(certified) => certified.thumbprint() == jwk.thumbprint(),
        Err(_) => false,
    };
    if !same {
        return other(rfc7517::X5C_KEY_IS_THE_JWK_KEY);
    }
    let is = |said: &Option<Vec<u8>>, algorithm| {
        said.as_ref().is_none_or(|said| digest::digest(algorithm, first).as_ref() == said.as_slice())
    };
    if !is(&jwk.x5t, &digest::SHA1_FOR_LEGACY_USE_ONLY) {
        return other(rfc7517::X5T_KEY_IS_THE_JWK_KEY);
    }
    if !is(&jwk.x5t_s256, &digest::SHA256) {
        return other(rfc7517::X5T_S256_KEY_IS_THE_JWK_KEY);
    }
    certified(jwk, first)
}

/// `use`, `key_ops` and `alg` say nothing else than the certificate (RFC 7517, section 4.6, the last
/// paragraph).
fn certified(jwk: &Jwk, certificate: &[u8]) -> Result<(), Error> {
    /// `digitalSignature`, `nonRepudiation`, `keyCertSign` and `cRLSign`.
    const SIGNS: u8 = 0b1100_0110;
    /// `keyEncipherment`, `dataEncipherment` and `keyAgreement`.
    const ENCRYPTS: u8 = 0b0011_1000;
    let contradicts =
        || Error::malformed(rfc7517::X5C_AGREES_WITH_THE_MEMBERS, "the certificate says otherwise");
    let usage = der::key_usage(certificate).map_err(|_| contradicts())?;
    let allows = |key_use: KeyUse| {
        usage.is_none_or(|bits| match key_use {
            KeyUse::Signature => bits & SIGNS != 0,
            KeyUse::Encryption => bits & ENCRYPTS != 0,
            KeyUse::Other(_) => true,
        })
    };
    let operations = jwk.operations.iter().flatten().filter_map(KeyOperation::key_use);
    let algorithm = jwk.algorithm.as_deref().and_then(|name| Algorithm::from_name(name).ok());
    if jwk.key_use.clone().into_iter().chain(operations).all(allows)
        && algorithm.is_none_or(|algorithm| takes(algorithm, &jwk.material))
    {
        return Ok(());
    }
    Err(contradicts())
}

/// Whether `algorithm` is one for public keys of this type and curve.
fn takes(algorithm: Algorithm, material: &Material) -> bool {
    use {JweAlgorithm as E, JwsAlgorithm as S};
    let curve = if let Material::Curve { curve, .. } = material { Some(*curve) } else { None };
    match algorithm {
        Algorithm::Jws(S::Rs256 | S::Rs384 | S::Rs512 | S::Ps256 | S::Ps384 | S::Ps512)
        | Algorithm::Jwe(E::Rsa1_5 | E::RsaOaep | E::RsaOaep256) => matches!(material, Material::Rsa { .. }),
        Algorithm::Jws(S::Es256) => curve == Some(Curve::P256),
        Algorithm::Jws(S::Es384) => curve == Some(Curve::P384),
        Algorithm::Jws(S::Es512) => curve == Some(Curve::P521),
        Algorithm::Jws(S::EdDsa | S::Ed25519) => curve == Some(Curve::Ed25519),
        Algorithm::Jwe(E::EcdhEs | E::EcdhEsA128Kw | E::EcdhEsA192Kw | E::EcdhEsA256Kw) => {
            curve.is_some_and(|curve| curve != Curve::Ed25519)
        }
        _ => false,
    }
}

/// `key_ops` by itself and beside `use` (RFC 7517, section 4.3).
fn operations(jwk: &Jwk) -> Result<(), Error> {
    let Some(operations) = &jwk.operations else { return Ok(()) };
    if operations
        .iter()
        .enumerate()
        .any(|(at, operation)| operations.iter().take(at).any(|other| other == operation))
    {
        return Err(Error::malformed(rfc7517::OPERATIONS_ARE_UNIQUE, "one of them is there twice"));
    }
    let agrees = |operation: &KeyOperation| match (operation.key_use(), &jwk.key_use) {
        (Some(implied), Some(said)) => implied == *said,
        _ => true,
    };
    if !operations.iter().all(agrees) {
        return Err(Error::malformed(rfc7517::USE_AND_KEY_OPS_AGREE, "they contradict each other"));
    }
    Ok(())
}

/// RFC 7518, section 6.2.
fn ec(members: &mut Members) -> Result<Material, Error> {
    let name = json::take_string(&mut members.0, "crv", rfc7518::EC_KEY_HAS_CRV_AND_X)?
        .ok_or_else(|| missing(rfc7518::EC_KEY_HAS_CRV_AND_X))?;
    let curve = Curve::from_name(KeyType::Ec, &name)?;
    let x = members
        .octets("x", rfc7518::X_HAS_FULL_LENGTH)?
        .ok_or_else(|| missing(rfc7518::EC_KEY_HAS_CRV_AND_X))?;
    let y = members.octets("y", rfc7518::Y_HAS_FULL_LENGTH)?.ok_or_else(|| missing(rfc7518::EC_KEY_HAS_Y))?;
    let d = members.secret("d", rfc7518::EC_D_HAS_FULL_LENGTH)?;
    if x.len() != curve.size() {
        return Err(length(rfc7518::X_HAS_FULL_LENGTH));
    }
    if y.len() != curve.size() {
        return Err(length(rfc7518::Y_HAS_FULL_LENGTH));
    }
    if d.as_ref().is_some_and(|d| d.expose().len() != curve.size()) {
        return Err(length(rfc7518::EC_D_HAS_FULL_LENGTH));
    }
    Ok(Material::Curve { curve, x, y, d })
}

/// RFC 8037, section 2.
fn okp(members: &mut Members) -> Result<Material, Error> {
    let name = json::take_string(&mut members.0, "crv", rfc8037::CRV_IS_PRESENT)?
        .ok_or_else(|| missing(rfc8037::CRV_IS_PRESENT))?;
    let curve = Curve::from_name(KeyType::Okp, &name)?;
    let x = members.octets("x", rfc8037::X_IS_PRESENT)?.ok_or_else(|| missing(rfc8037::X_IS_PRESENT))?;
    let d = members.secret("d", rfc8037::PRIVATE_KEY_HAS_D)?;
    if x.len() != curve.size() {
        return Err(length(rfc8037::X_IS_PRESENT));
    }
    if d.as_ref().is_some_and(|d| d.expose().len() != curve.size()) {
        return Err(length(rfc8037::PRIVATE_KEY_HAS_D));
    }
    Ok(Material::Curve { curve, x, y: Vec::new(), d })
}

/// A number without leading zeros, as `Base64urlUInt` has it (RFC 7518, section 2); never zero here.
fn uint(octets: &[u8]) -> bool {
    octets.first().is_some_and(|first| *first != 0)
}

/// RFC 7518, section 6.3.
fn rsa(members: &mut Members) -> Result<Material, Error> {
    let mut public = |name| {
        let octets = members
            .octets(name, rfc7518::RSA_KEY_HAS_N_AND_E)?
            .ok_or_else(|| missing(rfc7518::RSA_KEY_HAS_N_AND_E))?;
        if uint(&octets) { Ok(octets) } else { Err(length(rfc7518::UINT_HAS_NO_LEADING_ZEROS)) }
    };
    let n = public("n")?;
    let e = public("e")?;
    let d = members.number("d", rfc7518::RSA_PRIVATE_KEY_HAS_D)?;
    let mut factors = Vec::with_capacity(5);
    for name in ["p", "q", "dp", "dq", "qi"] {
        factors.extend(members.number(name, rfc7518::RSA_FACTORS_COME_TOGETHER)?);
    }
    if members.0.contains_key("oth") {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "RSA keys of more than two primes are not implemented",
        )
        .with_requirement(rfc7518::OTH_NOT_SUPPORTED_IS_REFUSED));
    }
    let any = !factors.is_empty();
    let factors = <[SecretBytes; 5]>::try_from(factors).ok();
    if any != factors.is_some() {
        return Err(missing(rfc7518::RSA_FACTORS_COME_TOGETHER));
    }
    let private = match d {
        Some(d) => Some(RsaPrivate { d, factors }),
        None if any => return Err(missing(rfc7518::RSA_PRIVATE_KEY_HAS_D)),
        None => None,
    };
    if private.iter().any(|private| {
        std::iter::once(&private.d)
            .chain(private.factors.iter().flatten())
            .any(|octets| octets.expose().is_empty())
    }) {
        return Err(length(rfc7518::RSA_PRIVATE_KEY_HAS_D));
    }
    Ok(Material::Rsa { n, e, private })
}

/// RFC 7518, section 6.4.
fn oct(members: &mut Members) -> Result<Material, Error> {
    let requirement = rfc7515::BASE64URL_HAS_NO_PADDING;
    let k = members
        .secret("k", requirement)?
        .ok_or_else(|| Error::malformed(rfc7518::RSA_AND_OCT_KEYS_ARE_THERE, "`k` is missing"))?;
    Ok(Material::Oct { k })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_what_was_read_is_wiped() {
        let mut value = json!({"a": "x", "b": ["y", {"c": "z", "d": 1}], "e": null});
        wipe(&mut value);
        assert_eq!(value, json!({"a": "", "b": ["", {"c": "", "d": 1}], "e": null}));
    }
}
