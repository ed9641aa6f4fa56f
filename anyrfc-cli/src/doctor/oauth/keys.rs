//! The keys that the server publishes (RFC 7517).

use std::collections::BTreeSet;

use anyrfc_core::Requirement;
use anyrfc_oauth2::{jwt::rfc7517, rfc8414};
use serde_json::{Map, Value};

use super::{Server, http::Caller};
use crate::doctor::{examination::Examination, probe::Probe};

/// Members that nobody but the server may see (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(super) async fn probes(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc7517::JWK_SET_IS_AN_OBJECT_WITH_KEYS,
        rfc7517::KEYS_IS_PRESENT,
        rfc7517::PRIVATE_KEYS_ARE_NOT_DISCLOSED,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let answer = server.http.get(server.endpoint("jwks_uri")?, &Caller::Nobody).await?;
        let object = answer.object();
        let keys = object.as_ref().and_then(|set| set.get("keys")?.as_array());
        // Of the body nothing is shown: it may hold what nobody should see.
        let seen = format!("{} {}: no keys", answer.status(), answer.media_type());
        probe.judge(rfc7517::KEYS_IS_PRESENT, keys.is_some(), seen.as_bytes());
        let keys: Option<Vec<_>> = keys.map(|keys| keys.iter().filter_map(Value::as_object).collect());
        probe.judge(rfc7517::JWK_SET_IS_AN_OBJECT_WITH_KEYS, keys.is_some(), seen.as_bytes());
        if let Some(keys) = keys {
            judge(&keys, probe);
        }
        Ok(())
    };
    found.probe("the published keys", server.subject.limit(), TELLS, work).await;
}

fn judge(keys: &[&Map<String, Value>], probe: &mut Probe<'_>) {
    let mut disclosed = BTreeSet::new();
    let mut without_type = Vec::new();
    let mut uses = BTreeSet::new();
    for (at, key) in keys.iter().enumerate() {
        let id = key.get("kid").and_then(Value::as_str).map_or_else(|| format!("key {at}"), str::to_owned);
        for name in PRIVATE.iter().filter(|name| key.contains_key(**name)) {
            disclosed.insert(format!("{id} has the private member {name}"));
        }
        if !key.get("kty").is_some_and(Value::is_string) {
            without_type.push(format!("{id} has no kty"));
        }
        uses.insert(key.get("use").and_then(Value::as_str));
        let operations = key.get("key_ops").and_then(Value::as_array);
        if let Some(operations) = operations {
            let texts: Vec<_> = operations.iter().filter_map(Value::as_str).collect();
            let different = texts.iter().collect::<BTreeSet<_>>().len() == texts.len();
            let seen = format!("{id}: \"key_ops\": {}", Value::from(texts));
            probe.judge(rfc7517::OPERATIONS_ARE_UNIQUE, different, seen.as_bytes());
            let one = !key.contains_key("use");
            probe.judge(rfc7517::USE_AND_KEY_OPS_EXCLUDE_EACH_OTHER, one, seen.as_bytes());
        }
    }
    let disclosed = disclosed.into_iter().collect::<Vec<_>>().join(", ");
    probe.judge(rfc7517::PRIVATE_KEYS_ARE_NOT_DISCLOSED, disclosed.is_empty(), disclosed.as_bytes());
    probe.judge(rfc7517::KTY_IS_PRESENT, without_type.is_empty(), without_type.join(", ").as_bytes());
    let mut ids: Vec<_> = keys.iter().filter_map(|key| key.get("kid")?.as_str()).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first().copied()));
    let seen = format!("twice: {}", twice.flatten().unwrap_or_default());
    probe.judge(rfc7517::KIDS_OF_A_SET_DIFFER, twice.is_none(), seen.as_bytes());
    if uses.contains(&Some("sig")) && uses.contains(&Some("enc")) {
        let seen = "keys with use sig and enc, and keys without";
        probe.judge(rfc8414::MIXED_KEYS_SAY_THEIR_USE, !uses.contains(&None), seen.as_bytes());
    }
}
