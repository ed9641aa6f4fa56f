//! A key's members.

use anyrfc_core::Secret;
use serde_json::Value;

use crate::types::{Jwk, Material, RsaPrivate};
use crate::{
    Error,
    codec::{base64url, json::Object},
    rfc7517,
};

/// What RFC 7638, section 3 hashes. Names and values are base64url or registered, so that nothing
/// has to be escaped.
pub(super) fn canonical(jwk: &Jwk) -> String {
    let b64 = base64url::encode;
    match &jwk.material {
        Material::Curve { curve, x, y, .. } if !y.is_empty() => {
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.name(), b64(x), b64(y))
        }
        Material::Curve { curve, x, .. } => {
            format!(r#"{{"crv":"{}","kty":"OKP","x":"{}"}}"#, curve.name(), b64(x))
        }
        Material::Rsa { n, e, .. } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n)),
        Material::Oct { k } => {
            let (front, back) = (r#"{"k":""#, r#"","kty":"oct"}"#);
            // Put together at once, so that no copy of the secret stays behind.
            [front, Secret::new(b64(k.expose())).expose(), back].concat()
        }
    }
}

/// The public members.
pub(super) fn public(jwk: &Jwk) -> Result<Object, Error> {
    if matches!(jwk.material, Material::Oct { .. }) {
        return Err(Error::usage("a symmetric key has nothing public")
            .with_requirement(rfc7517::NON_PUBLIC_KEYS_ARE_KEPT_BACK));
    }
    // What was set after it was read may contradict its certificate.
    super::read::certificate(jwk).map_err(|error| {
        let usage = Error::usage("the certificate of the key says otherwise");
        usage.with_requirement(error.requirement().unwrap_or(rfc7517::X5C_AGREES_WITH_THE_MEMBERS))
    })?;
    let public = jwk.is_private().then(|| jwk.to_public()).flatten();
    let jwk = public.as_ref().unwrap_or(jwk);
    let mut object = parameters(jwk);
    object.insert("kty".into(), jwk.key_type().name().into());
    match &jwk.material {
        Material::Curve { curve, x, y, .. } => {
            object.insert("crv".into(), curve.name().into());
            object.insert("x".into(), base64url::encode(x).into());
            if !y.is_empty() {
                object.insert("y".into(), base64url::encode(y).into());
            }
        }
        Material::Rsa { n, e, .. } => {
            object.insert("n".into(), base64url::encode(n).into());
            object.insert("e".into(), base64url::encode(e).into());
        }
        Material::Oct { .. } => {}
    }
    Ok(object)
}

/// The members that are not the key itself.
fn parameters(jwk: &Jwk) -> Object {
    let mut object = jwk.other.clone();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.into(), value);
        }
    };
    put("use", jwk.key_use.as_ref().map(|key_use| key_use.name().into()));
    put("key_ops", jwk.operations.as_ref().map(|all| all.iter().map(|one| one.name()).collect()));
    put("alg", jwk.algorithm.clone().map(Value::String));
    put("kid", jwk.key_id.clone().map(Value::String));
    put("x5u", jwk.x5u.clone().map(Value::String));
    put(
        "x5c",
        (!jwk.x5c.is_empty()).then(|| jwk.x5c.iter().map(|der| base64url::encode_standard(der)).collect()),
    );
    put("x5t", jwk.x5t.as_ref().map(|digest| base64url::encode(digest).into()));
    put("x5t#S256", jwk.x5t_s256.as_ref().map(|digest| base64url::encode(digest).into()));
    object
}

/// All members. They are put together at once, so that no copy of a secret stays behind.
pub(super) fn everything(jwk: &Jwk) -> Secret<String> {
    let mut members: Vec<(&str, &[u8])> = Vec::new();
    let mut curve_name = None;
    match &jwk.material {
        Material::Curve { curve, x, y, d } => {
            curve_name = Some(curve.name());
            members.push(("x", x));
            if !y.is_empty() {
                members.push(("y", y));
            }
            members.extend(d.iter().map(|d| ("d", d.expose().as_slice())));
        }
        Material::Rsa { n, e, private } => {
            members.extend([("n", n.as_slice()), ("e", e.as_slice())]);
            if let Some(RsaPrivate { d, factors }) = private {
                members.push(("d", d.expose()));
                let names = ["p", "q", "dp", "dq", "qi"];
                members.extend(
                    factors
                        .iter()
                        .flat_map(|all| names.into_iter().zip(all.iter().map(|one| one.expose().as_slice()))),
                );
            }
        }
        Material::Oct { k } => members.push(("k", k.expose())),
    }
    let rest = Value::Object(parameters(jwk)).to_string();
    let rest = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let members: Vec<(&str, Secret<String>)> =
        members.into_iter().map(|(name, octets)| (name, Secret::new(base64url::encode(octets)))).collect();
    let mut pieces = vec![r#"{"kty":""#, jwk.key_type().name()];
    if let Some(curve) = curve_name {
        pieces.extend([r#"","crv":""#, curve]);
    }
    for (name, value) in &members {
        pieces.extend([r#"",""#, name, r#"":""#, value.expose()]);
    }
    pieces.push("\"");
    if !rest.is_empty() {
        pieces.extend([",", rest]);
    }
    pieces.push("}");
    Secret::new(pieces.concat())
}
