//! Signed authorization requests (RFC 9101).

use anyrfc_jwt::{
    proto::{SigningKey, sign},
    types::Header,
};
use serde_json::Value;

use super::{Client, Moment, Random, authorization::Parameters, fapi2};
use crate::{Error, rfc9101};

/// How long a Request Object is good for: long enough for a user's browser, too short for whoever
/// finds it.
const LIFETIME: u64 = 300;

/// The Request Object: all parameters as claims, from this client, for this server, signed (RFC 9101,
/// section 4). Its type keeps it from being taken for another kind of JWT (section 10.8).
pub(super) fn request_object(
    client: &Client,
    parameters: &Parameters,
    key: &SigningKey,
    now: &Moment,
    random: &mut Random,
) -> Result<String, Error> {
    let Some(issuer) = &client.server.issuer else {
        let what = "a request cannot be signed for a server without a name";
        return Err(Error::unfit(rfc9101::AUDIENCE_IS_THE_SERVERS_ISSUER, what));
    };
    if client.fapi2 && !fapi2::algorithms().contains(key.algorithm()) {
        let what = "FAPI 2 has signatures by PS256, ES256 and EdDSA only";
        return Err(Error::unfit(rfc9101::REQUEST_OBJECT_IS_SIGNED, what));
    }
    let listed = client.server.document.get("request_object_signing_alg_values_supported");
    let name = key.algorithm().name();
    if let Some(Value::Array(algorithms)) = listed
        && !algorithms.iter().any(|known| known.as_str() == Some(name))
    {
        let what = "the server takes no requests that are signed by the key's algorithm";
        return Err(Error::new(crate::ErrorKind::Unsupported, what)
            .with_requirement(rfc9101::SIGNED_OBJECTS_MAY_BE_USED_UNASKED));
    }
    let issued = now.unix.as_secs();
    let mut claims = parameters.claims();
    claims.insert("iss".to_owned(), client.client_id.as_str().into());
    claims.insert("aud".to_owned(), issuer.as_str().into());
    claims.insert("iat".to_owned(), issued.into());
    claims.insert("nbf".to_owned(), issued.into());
    claims.insert("exp".to_owned(), issued.saturating_add(LIFETIME).into());
    claims.insert("jti".to_owned(), random.token().into());
    let header = Header::new(key.algorithm()).with_typ("oauth-authz-req+jwt");
    Ok(sign(Value::Object(claims).to_string().as_bytes(), &header, key)?)
}
