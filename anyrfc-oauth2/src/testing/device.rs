//! The device grant (RFC 8628).

use serde_json::json;

use super::{
    issue::Parts,
    misbehave::Misbehaviour,
    options::Registered,
    reply::{Answered, Reply, refusal},
    state::{Decision, Device, Incoming, Pace, State},
    token::invalid_grant,
    violation::flaw,
    wire::Parameters,
};
use crate::rfc8628;

impl State {
    pub(super) fn device_authorization(&mut self, request: &Incoming) -> Answered {
        let form = self.form(request)?;
        let client = self.authenticate(request, &form)?;
        let mut grant = self.asked(request, &form, &client)?;
        grant.subject = Some(self.options.subject.clone());
        grant.auth_time = Some(request.seconds());
        let device_code = self.mint("device");
        // Letters that are not taken for one another (RFC 8628, section 6.1).
        const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
        let random = self.mint("user");
        let letters =
            random.bytes().map(|octet| LETTERS.get(usize::from(octet) % 20).copied().unwrap_or(b'B'));
        let mut user_code: String = letters.take(8).map(char::from).collect();
        user_code.insert(4, '-');
        let lifetime = self.options.device_lifetime.as_secs();
        let expires = request.seconds() + lifetime;
        let interval = self.options.device_interval;
        self.judge.paces.insert(device_code.clone(), Pace { last: None, interval: interval.unwrap_or(5) });
        let page = self.options.endpoint("device");
        let mut answer = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": lifetime,
        });
        if let Some(interval) = interval {
            answer["interval"] = json!(interval);
        }
        let device = Device { grant, user_code, decision: Decision::Pending, expires };
        self.store.devices.insert(device_code, device);
        Ok(Reply::object(answer).unstored())
    }

    /// The user has entered a code; whether there is such a device.
    pub(super) fn decide_device(&mut self, user_code: &str, decision: Decision, now: u64) -> bool {
        let waiting = self.store.devices.values_mut().find(|device| {
            device.user_code == user_code && device.decision == Decision::Pending && device.expires > now
        });
        waiting.is_some_and(|device| {
            device.decision = decision;
            true
        })
    }

    pub(super) fn device_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let Some(text) = form.value("device_code") else {
            self.blame(request, flaw(rfc8628::DEVICE_CODE_COMES_BACK, "no device_code"), "");
            return Err(refusal("invalid_request", "no device_code"));
        };
        let Some(device) = self.store.devices.get(text).cloned() else {
            return Err(invalid_grant("no such device"));
        };
        if device.grant.client != client.client_id {
            return Err(invalid_grant("another's device"));
        }
        let mut pace = self.judge.paces.get(text).copied().unwrap_or(Pace { last: None, interval: 5 });
        let waited = pace.last.map(|last| request.now.saturating_sub(last));
        pace.last = Some(request.now);
        // Clocks that count in milliseconds may round down.
        let least = u128::from(pace.interval) * 1000;
        let early = waited.is_some_and(|waited| waited.as_millis() + 1 < least);
        let slower = early || request.has_fault(&Misbehaviour::SlowDown);
        if slower {
            pace.interval += 5;
        }
        self.judge.paces.insert(text.to_owned(), pace);
        if early {
            self.blame(
                request,
                flaw(rfc8628::EACH_POLL_WAITS, "a poll before its time"),
                &format!("{waited:?}"),
            );
        }
        if device.decision == Decision::Over {
            let rule = rfc8628::OTHER_ERRORS_END_POLLING;
            self.blame(request, flaw(rule, "a poll after the end"), "");
            return Err(invalid_grant("it is over"));
        }
        if device.expires <= request.seconds() {
            self.end(text);
            return Err(refusal("expired_token", "too late"));
        }
        if slower {
            return Err(refusal("slow_down", "not so fast"));
        }
        match device.decision {
            Decision::Pending => Err(refusal("authorization_pending", "the user is at it")),
            Decision::Denied | Decision::Over => {
                self.end(text);
                Err(refusal("access_denied", "the user said no"))
            }
            Decision::Approved => {
                self.end(text);
                let parts = Parts { refresh_token: true, id_token: true };
                Ok(Reply::json(self.issue(request, client, &device.grant, jkt, parts)))
            }
        }
    }

    fn end(&mut self, device_code: &str) {
        if let Some(device) = self.store.devices.get_mut(device_code) {
            device.decision = Decision::Over;
        }
    }
}
