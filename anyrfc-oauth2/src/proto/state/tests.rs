//! The table, lifetimes, what is stored.

use std::time::{Duration, Instant};

use super::{
    Input, State, StoredTokens,
    lifetime::{is_passing, left},
    token::Lifetime,
};
use crate::{
    AccessToken, Detail, Error, ErrorCode, ErrorKind, ErrorResponse, RefreshToken, Scope, StoreProblem,
    TokenType,
};

#[test]
fn every_state_and_every_input() {
    for &state in State::ALL {
        for &input in Input::ALL {
            let row = State::TRANSITIONS.iter().find(|row| row.from == state && row.on == input);
            assert_eq!(state.next(input), row.map(|row| row.to), "{state:?} on {input:?}");
        }
        // New tokens are always welcome: at once, or when what is under way has come to its end.
        assert_eq!(state.is_busy(), state.next(Input::Replace).is_none(), "{state:?}");
        // What waits for somebody can end well and badly.
        let ends = Input::ALL.iter().filter(|&&input| state.next(input).is_some()).count();
        assert!(!state.is_busy() || ends >= 2, "{state:?}");
        let reachable = State::TRANSITIONS.iter().any(|row| row.to == state && row.from != state);
        assert!(reachable, "{state:?}");
    }
    // Nothing is handed out that the store does not have.
    for row in State::TRANSITIONS.iter().filter(|row| row.to == State::Held) {
        assert!(
            matches!(
                (row.from, row.on),
                (State::Saving, Input::Saved)
                    | (State::Reading, Input::FoundToken)
                    | (State::Requesting, Input::FailedEarly)
            ),
            "{row:?}"
        );
    }
    // From the end, only the user leads on.
    let ways: Vec<_> =
        State::TRANSITIONS.iter().filter(|row| row.from == State::Spent).map(|row| row.on).collect();
    assert_eq!(ways, [Input::Replace]);
}

#[test]
fn the_picture_is_the_table_s() {
    assert_eq!(include_str!("states.mmd"), State::mermaid());
}

#[test]
fn renewal_begins_before_the_end_and_after_half_of_a_life() {
    let now = Instant::now();
    for seconds in [0, 1, 2, 30, 100, 3600, 1 << 31] {
        let total = Duration::from_secs(seconds);
        for window in [0, 1, 60, 100_000] {
            for share in [0, 1 << 63, u64::MAX] {
                let window = Duration::from_secs(window);
                let life = Lifetime::new(now, total, total, window, share).unwrap();
                assert_eq!(life.over, now + total);
                assert!(life.due <= life.over && life.due >= now + total / 2, "{total:?} {window:?} {share}");
                assert!(life.over - life.due >= window.min(total / 4));
            }
        }
    }
    assert_eq!(Lifetime::new(now, Duration::MAX, Duration::MAX, Duration::ZERO, 0), None);
}

#[test]
fn two_clients_that_began_together_do_not_renew_together() {
    let now = Instant::now();
    let hour = Duration::from_secs(3600);
    let due = |share| Lifetime::new(now, hour, hour, Duration::from_secs(60), share).unwrap().due;
    assert!(due(0) - due(u64::MAX) > Duration::from_secs(59));
    assert!(due(0) > due(1 << 62) && due(1 << 62) > due(1 << 63));
}

#[test]
fn what_is_left_by_the_wall_clock() {
    let s = Duration::from_secs;
    assert_eq!(left(s(100), s(160), s(130)), Some(s(30)));
    assert_eq!(left(s(100), s(160), s(160)), Some(s(0)));
    assert_eq!(left(s(100), s(160), s(1000)), Some(s(0)));
    assert_eq!(left(s(100), s(160), s(100)), Some(s(60)));
    assert_eq!(left(s(100), s(160), s(99)), None);
}

#[test]
fn which_failures_pass() {
    let refused = |code, status| {
        let mut refusal = ErrorResponse::new(code);
        refusal.status = status;
        Error::refused(ErrorKind::Refused, refusal)
    };
    let status =
        |status| Error::new(ErrorKind::Io, "x").with_detail(Detail::Status { status, retry_after: None });
    let passing = [
        Error::new(ErrorKind::Io, "x"),
        Error::new(ErrorKind::Timeout, "x"),
        refused(ErrorCode::TemporarilyUnavailable, Some(400)),
        refused(ErrorCode::InvalidRequest, Some(503)),
        status(500),
        status(429),
    ];
    for error in passing {
        assert!(is_passing(&error), "{error:?}");
    }
    let lasting = [
        Error::new(ErrorKind::Tls, "x"),
        Error::new(ErrorKind::Protocol, "x"),
        Error::new(ErrorKind::Limit, "x"),
        Error::usage("x"),
        refused(ErrorCode::InvalidClient, Some(401)),
        refused(ErrorCode::InvalidGrant, Some(400)),
        status(404),
        status(307),
    ];
    for error in lasting {
        assert!(!is_passing(&error), "{error:?}");
    }
}

fn tokens() -> StoredTokens {
    let mut tokens =
        StoredTokens::new(AccessToken::new("a\"\\~").unwrap(), TokenType::Dpop, Duration::from_secs(5));
    tokens.scope = Some(Scope::new("a b").unwrap());
    tokens.refresh_token = Some(RefreshToken::new("r").unwrap());
    tokens.expires_at = Some(Duration::from_secs(7));
    tokens
}

#[test]
fn what_is_stored_comes_back() {
    let bare = StoredTokens::new(AccessToken::new("a").unwrap(), TokenType::Bearer, Duration::ZERO);
    for tokens in [tokens(), bare] {
        assert_eq!(StoredTokens::from_json(tokens.to_json().expose().as_bytes()).unwrap(), tokens);
    }
    assert!(!format!("{:?} {:?}", tokens(), tokens().to_json()).contains('~'));
}

#[test]
fn what_is_not_ours_is_not_read() {
    let json = tokens().to_json();
    let json = json.expose();
    for end in 0..json.len() {
        let error = StoredTokens::from_json(&json.as_bytes()[..end]).unwrap_err();
        assert_eq!(error.store_problem(), Some(StoreProblem::Corrupt));
    }
    let problem = |json: &str| StoredTokens::from_json(json.as_bytes()).unwrap_err().store_problem();
    assert_eq!(problem(&json.replace("\"version\":1", "\"version\":2")), Some(StoreProblem::Version));
    assert_eq!(problem(&json.replace("DPoP", "MAC")), Some(StoreProblem::Corrupt));
    assert_eq!(problem(&json.replace("\"r\"", "\"r\\n\"")), Some(StoreProblem::Corrupt));
    assert_eq!(problem(&json.replace("\"r\"", "\"\"")), Some(StoreProblem::Corrupt));
    assert_eq!(problem(&format!("{json}{json}")), Some(StoreProblem::Corrupt));
    assert_eq!(problem(&json.replace('{', "{\"more\":1,")), Some(StoreProblem::Corrupt));
    let error = StoredTokens::from_json(b"{\"version\":1,\"access_token\":5}").unwrap_err();
    assert!(std::error::Error::source(&error).is_none(), "the parser's words could hold a token");
}
