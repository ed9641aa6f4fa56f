//! A token in use together with what is stored of it.

use std::{sync::Arc, time::Duration};

use super::{Lifetime, StoredTokens, Token, TokenData};
use crate::{
    RefreshToken, Scope, TokenResponse,
    proto::{Moment, state::lifetime::left},
};

/// The same tokens twice: as they are used, and as they are stored.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    pub token: Token,
    pub stored: StoredTokens,
}

/// How early tokens are renewed: so long before their end, and `share` of 2^64 as much again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    pub window: Duration,
    pub share: u64,
}

impl Bundle {
    /// What a server granted when it was asked at `asked`: the old refresh token stays where there
    /// is no new one (RFC 6749, section 6), and the scope where none is named (section 5.1).
    pub(crate) fn granted(
        response: TokenResponse,
        asked: Moment,
        refresh_token: Option<RefreshToken>,
        scope: Option<Scope>,
        ahead: Ahead,
    ) -> Self {
        let scope = response.scope.or(scope);
        let lifetime = response.expires_in;
        let life =
            lifetime.and_then(|total| Lifetime::new(asked.instant, total, total, ahead.window, ahead.share));
        let stored = StoredTokens {
            access_token: response.access_token.clone(),
            token_type: response.token_type.clone(),
            scope: scope.clone(),
            refresh_token: response.refresh_token.or(refresh_token),
            obtained_at: asked.unix,
            expires_at: lifetime.map(|total| asked.unix.saturating_add(total)),
        };
        let data =
            TokenData { access_token: response.access_token, token_type: response.token_type, scope, life };
        Self { token: Token(Arc::new(data)), stored }
    }

    /// What a store had, at `now`. Where the wall clock has gone back since, nobody knows how long
    /// the token still lives: not at all where another can be had, else as long as it was granted.
    pub(crate) fn restored(stored: StoredTokens, now: Moment, renewable: bool, ahead: Ahead) -> Self {
        let life = stored.expires_at.and_then(|expires| {
            let total = expires.saturating_sub(stored.obtained_at);
            let unknown = if renewable { Duration::ZERO } else { total };
            let left = left(stored.obtained_at, expires, now.unix).unwrap_or(unknown);
            Lifetime::new(now.instant, total, left, ahead.window, ahead.share)
        });
        let data = TokenData {
            access_token: stored.access_token.clone(),
            token_type: stored.token_type.clone(),
            scope: stored.scope.clone(),
            life,
        };
        Self { token: Token(Arc::new(data)), stored }
    }
}
