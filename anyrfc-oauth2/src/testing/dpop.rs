//! Proofs of possession (RFC 9449), judged.

use serde_json::Value;

use super::{
    auth::SKEW,
    jose::{self, Token},
    misbehave::Misbehaviour,
    reply::{Answered, Refusal, Reply, refusal},
    state::{Incoming, Nonces, State},
    transcript::Place,
    violation::{Checked, flaw, require},
};
use crate::rfc9449;

/// Whose nonces count there.
const fn is_resource(place: Place) -> bool {
    matches!(place, Place::Resource)
}

impl State {
    fn nonces(&mut self, place: Place) -> &mut Nonces {
        if is_resource(place) { &mut self.judge.resource_nonces } else { &mut self.judge.server_nonces }
    }

    /// The nonce that counts now.
    fn nonce(&mut self, place: Place) -> String {
        if let Some(nonce) = self.nonces(place).current.clone() {
            return nonce;
        }
        let nonce = self.mint(if is_resource(place) { "resource nonce" } else { "nonce" });
        let nonces = self.nonces(place);
        nonces.current = Some(nonce.clone());
        nonces.told = false;
        nonces.all.insert(nonce.clone());
        nonce
    }

    /// A nonce along with an answer that is none for the lack of it (RFC 9449, section 8.2).
    pub(super) fn tell_nonce(&mut self, request: &Incoming, reply: &mut Reply) {
        let asks = self.options.dpop_nonce_each_time && request.headers.contains_key("dpop");
        if !asks || reply.headers.iter().any(|(name, _)| name == "dpop-nonce") {
            return;
        }
        self.nonces(request.place).current = None;
        let nonce = self.nonce(request.place);
        self.nonces(request.place).told = true;
        reply.headers.push(("dpop-nonce".to_owned(), nonce));
    }

    fn wants_nonce(&mut self, request: &Incoming) -> Refusal {
        let nonce = self.nonce(request.place);
        self.nonces(request.place).told = true;
        let status = if is_resource(request.place) || request.place == Place::UserInfo { 401 } else { 400 };
        refusal("use_dpop_nonce", "a nonce is needed").status(status).header("dpop-nonce", nonce)
    }

    /// The thumbprint of the key that a proof came from, if one came; with an access token, what
    /// goes with it.
    pub(super) fn proof(&mut self, request: &Incoming, token: Option<&str>) -> Answered<Option<String>> {
        let invalid = |status| refusal("invalid_dpop_proof", "no such proof").status(status);
        let status = if token.is_some() { 401 } else { 400 };
        let Some(proof) = request.header("dpop").map(str::to_owned) else {
            return Ok(None);
        };
        let single = request.headers.get_all("dpop").iter().count() == 1;
        let rule = rfc9449::PROOF_GOES_INTO_DPOP_HEADER;
        if !self.demand(request, single, rule, "two proofs", "") {
            return Err(invalid(status));
        }
        let (jkt, nonce) = self.judge_proof(request, token, &proof).map_err(|found| {
            self.blame(request, found, &proof);
            invalid(status)
        })?;
        let current = self.nonce(request.place);
        match nonce {
            _ if request.has_fault(&Misbehaviour::NonceForever) => {
                self.nonces(request.place).current = None;
                Err(self.wants_nonce(request))
            }
            None if self.options.dpop_nonce => {
                let told = self.nonces(request.place).told;
                let rule = rfc9449::NONCE_OF_SERVER_IS_INCLUDED;
                self.demand(request, !told, rule, "a proof without the nonce that was given", "");
                Err(self.wants_nonce(request))
            }
            Some(nonce) if nonce != current && self.options.dpop_nonce => {
                let told = self.nonces(request.place).told;
                let rule = rfc9449::NEW_NONCE_REPLACES_THE_OLD;
                self.demand(request, !told, rule, "an old nonce after a new one", &nonce);
                Err(self.wants_nonce(request))
            }
            _ => Ok(Some(jkt)),
        }
    }

    /// The checks of RFC 9449, section 4.3; key and nonce.
    fn judge_proof(
        &mut self,
        request: &Incoming,
        access_token: Option<&str>,
        proof: &str,
    ) -> Checked<(String, Option<String>)> {
        let rule = rfc9449::PROOF_GOES_INTO_DPOP_HEADER;
        let token = Token::parse(proof).ok_or_else(|| flaw(rule, "not one JWT"))?;
        require(token.typ() == "dpop+jwt", rfc9449::TYP_IS_DPOP_JWT, "another typ")?;
        let algorithm = token.algorithm();
        let asymmetric = !algorithm.eq_ignore_ascii_case("none") && !algorithm.starts_with("HS");
        require(asymmetric, rfc9449::ALG_IS_NEITHER_NONE_NOR_MAC, "a proof that proves nothing")?;
        let public = rfc9449::JWK_IS_THE_PUBLIC_KEY;
        let jwk = token.header.get("jwk").filter(|jwk| jwk.is_object());
        let jwk = jwk.ok_or_else(|| flaw(public, "no jwk"))?;
        let private = jose::is_private(jwk);
        require(!private, rfc9449::JWK_HOLDS_NO_PRIVATE_KEY, "a jwk with private members")?;
        require(token.is_signed_by(jwk), public, "a signature that is not by jwk")?;
        let jkt = jose::thumbprint(jwk).ok_or_else(|| flaw(public, "a jwk without thumbprint"))?;
        let method = token.text("htm") == Some(request.method.as_str());
        require(method, rfc9449::HTM_IS_THE_METHOD, "another htm")?;
        let target = token.text("htu") == Some(&request.target());
        require(target, rfc9449::HTU_IS_THE_TARGET_URI, "another htu")?;
        let made = token.claims.get("iat").filter(|iat| iat.is_number()).and_then(|_| token.time("iat"));
        let made = made.ok_or_else(|| flaw(rfc9449::IAT_IS_THE_CREATION_TIME, "no iat"))?;
        let now = i64::try_from(request.seconds()).unwrap_or_default();
        let near = (made - now).abs() <= SKEW;
        require(near, rfc9449::IAT_IS_THE_CREATION_TIME, "an iat that is not now")?;
        let id = token.text("jti").filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| flaw(rfc9449::JTI_IS_UNIQUE, "no jti"))?;
        let fresh = self.judge.ids.insert(format!("proof {id}"));
        require(fresh, rfc9449::JTI_IS_UNIQUE, "a jti that was used before")?;
        let hash = token.text("ath");
        match access_token {
            Some(access_token) => {
                let hash = hash.ok_or_else(|| flaw(rfc9449::ATH_GOES_WITH_THE_TOKEN, "no ath"))?;
                let same = hash == jose::sha256(access_token.as_bytes());
                require(same, rfc9449::ATH_IS_SHA256_OF_THE_TOKEN, "ath of something else")?;
            }
            None => require(hash.is_none(), rfc9449::ATH_GOES_WITH_THE_TOKEN, "ath without a token")?,
        }
        let nonce = match token.claims.get("nonce") {
            None => None,
            Some(Value::String(nonce)) => Some(nonce.clone()),
            Some(_) => return Err(flaw(rfc9449::NONCE_IS_OPAQUE, "a nonce that is no string")),
        };
        if let Some(nonce) = &nonce {
            let (ours, theirs) = match is_resource(request.place) {
                true => (&self.judge.resource_nonces, &self.judge.server_nonces),
                false => (&self.judge.server_nonces, &self.judge.resource_nonces),
            };
            let foreign = theirs.all.contains(nonce) && !ours.all.contains(nonce);
            require(!foreign, rfc9449::NONCES_ARE_KEPT_APART, "a nonce of another server")?;
            require(ours.all.contains(nonce), rfc9449::NONCE_IS_OPAQUE, "a nonce that was never given")?;
        }
        Ok((jkt, nonce))
    }
}
