//! Grammar rules and preparations.

use anyrfc_sasl::{
    MechanismName, Nonce, Preparation, PreparationError, UsernameProfile,
    codec::{base64, bearer, digest, gs2, scram},
};

/// Whatever is read is what was meant: it can be written, and read again.
pub(crate) fn grammar(data: &[u8]) {
    if let Ok(decoded) = base64::decode(data) {
        let again = base64::encode(&decoded.into());
        assert_eq!(again.expose().as_bytes(), data, "Base64 of more than one form");
    }
    if let Ok(directives) = digest::directives(data) {
        let quoted: Vec<Vec<u8>> = directives
            .iter()
            .map(|(name, value)| [name.as_bytes(), b"=", &digest::quote(value)].concat())
            .collect();
        assert_eq!(digest::directives(&quoted.join(&b","[..])).expect("directives"), directives);
    }
    let _ = digest::Challenge::parse(data);
    let _ = digest::response_auth(data);
    let _ = bearer::error_result(data);
    let _ = scram::ServerFinal::parse(data);
    if let Ok(scram::First::Challenge(challenge)) = scram::First::parse(data) {
        assert!(!challenge.salt.is_empty() && challenge.iterations > 0);
        assert!(challenge.nonce.bytes().all(|byte| byte.is_ascii_graphic() && byte != b','));
    }
    if let Some(bare) = gs2::without_token_header(data) {
        assert!(data.ends_with(bare) && bare.len() + 4 <= data.len());
    }
    for name in [MechanismName::from_bytes(data), MechanismName::from_offer(data)].into_iter().flatten() {
        assert_eq!(MechanismName::from_bytes(name.as_str().as_bytes()), Ok(name));
        assert!((1..=20).contains(&name.as_str().len()) && !name.without_plus().as_str().is_empty());
    }
    if let Ok(text) = std::str::from_utf8(data) {
        names(text);
        preparations(text);
    }
}

fn names(text: &str) {
    if let Ok(escaped) = gs2::saslname(text) {
        assert!(!escaped.contains(',') && !escaped.contains('\0'));
        assert_eq!(gs2::name_of(&escaped).as_deref(), Some(text));
    }
    if let Some(name) = gs2::name_of(text) {
        assert_eq!(gs2::saslname(&name).as_deref().ok(), Some(text), "a name of more than one form");
    }
    if let Ok(nonce) = Nonce::from_text(text) {
        assert_eq!(nonce.as_str(), text);
    }
}

/// What is prepared stays the same when it is prepared again.
fn preparations(text: &str) {
    for preparation in [Preparation::Saslprep, Preparation::OpaqueString, Preparation::Raw] {
        if let Ok(prepared) = preparation.apply(text) {
            assert!(!prepared.is_empty() && !prepared.contains('\0'));
            // What is normalised beside characters unknown to Unicode 3.2 may still change.
            if preparation != Preparation::Saslprep {
                assert_eq!(preparation.apply(&prepared).as_deref(), Ok(prepared.as_str()), "{preparation:?}");
            }
        }
    }
    for profile in [UsernameProfile::CaseMapped, UsernameProfile::CasePreserved] {
        match profile.enforce(text) {
            Ok(name) => assert_eq!(profile.enforce(&name), Ok(name)),
            Err(PreparationError::Empty) => assert!(text.is_empty()),
            Err(_) => {}
        }
    }
}
