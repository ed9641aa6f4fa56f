//! Lists of mechanisms.

use anyrfc_sasl::{BindingType, Channel, Credentials, MechanismName, Negotiator, Policy, Service};

/// The first byte says what there is; the rest is a list, a name a line. What is
/// chosen was offered, and reveals nothing where others read.
pub(crate) fn choose(data: &[u8]) {
    let Some((&has, list)) = data.split_first() else { return };
    let mut credentials = Credentials::password("user", "pencil");
    credentials.token = (has & 1 != 0).then(|| "token".into());
    credentials.client_certificate = has & 2 != 0;
    let mut channel = if has & 4 != 0 { Channel::tls() } else { Channel::plaintext() };
    if has & 8 != 0 {
        channel = channel.with_binding(BindingType::TlsExporter, [1; 32]);
    }
    let policy =
        if has & 16 != 0 { Policy::default().allow(MechanismName::CRAM_MD5) } else { Policy::default() };
    let mut negotiator = Negotiator::new(credentials, Service::new("imap", "h"), policy, [7; 32]);
    let offered: Vec<&[u8]> = list.split(|byte| *byte == b'\n').collect();
    match negotiator.begin(&offered, &channel) {
        Ok(exchange) => {
            let name = exchange.name();
            assert!(offered.iter().any(|offer| offer.eq_ignore_ascii_case(name.as_str().as_bytes())));
            let reveals = matches!(name.as_str(), "PLAIN" | "LOGIN" | "OAUTHBEARER" | "XOAUTH2");
            assert!(!reveals || has & 4 != 0, "{name} where others read");
            assert!(name != MechanismName::CRAM_MD5 || has & 16 != 0);
            assert!(name != MechanismName::EXTERNAL || has & 2 != 0);
            assert!(!name.is_plus() || has & 8 != 0);
            let plus = ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-384-PLUS", "SCRAM-SHA-512-PLUS"];
            let plus_offered = offered
                .iter()
                .any(|offer| plus.iter().any(|plus| offer.eq_ignore_ascii_case(plus.as_bytes())));
            let unbound = name.as_str().starts_with("SCRAM") && !name.is_plus();
            assert!(!(unbound && plus_offered && has & 8 != 0), "both sides could bind");
        }
        Err(error) => {
            assert!(error.to_string().len() < 2000);
            assert!(error.to_string().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        }
    }
}
