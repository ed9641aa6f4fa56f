//! Coarse protocol states, and transition tables that can be printed.

use std::fmt;

/// The coarse word for where a connection stands, the same in every protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProtocolState {
    /// No connection: not begun, or ended as the protocol wants it.
    Disconnected,
    /// The opening exchange is under way.
    Connecting,
    /// The protocol is usable; nobody has authenticated (or need to).
    Connected,
    /// An authentication exchange is under way.
    Authenticating,
    /// The peer knows who we are.
    Authenticated,
    /// The closing exchange is under way.
    Disconnecting,
    /// Ended by an error.
    Failed,
}

impl fmt::Display for ProtocolState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disconnected => "disconnected",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Authenticating => "authenticating",
            Self::Authenticated => "authenticated",
            Self::Disconnecting => "disconnecting",
            Self::Failed => "failed",
        })
    }
}

/// All that code generic over protocols needs of a client.
pub trait ProtocolClient {
    /// What ends a connection of this protocol.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Where the connection stands.
    fn state(&self) -> ProtocolState;

    /// Ends the connection as its protocol wants it ended.
    ///
    /// # Errors
    /// The closing exchange failed or timed out; the connection is gone all the same.
    fn close(self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// One row of a transition table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition<S: 'static, I: 'static> {
    /// The state before.
    pub from: S,
    /// What happens.
    pub on: I,
    /// The state after.
    pub to: S,
}

/// Declares a protocol's states, the inputs that move them and the table of
/// allowed moves, from which code, tests and the diagram in the docs are made.
///
/// ```
/// anyrfc_core::transitions! {
///     /// A door.
///     pub enum State { Open, Closed }
///     /// What can be done to it.
///     pub enum Input { Push, Pull }
///     Open: Push => Closed;
///     Closed: Pull => Open;
/// }
/// assert_eq!(State::Open.next(Input::Push), Some(State::Closed));
/// assert_eq!(State::Open.next(Input::Pull), None);
/// assert_eq!(State::ALL.len() * Input::ALL.len(), 4);
/// assert!(State::mermaid().contains("Open --> Closed : Push"));
/// ```
#[macro_export]
macro_rules! transitions {
    (
        $(#[$smeta:meta])* $svis:vis enum $state:ident { $($(#[$svmeta:meta])* $sv:ident),+ $(,)? }
        $(#[$imeta:meta])* $ivis:vis enum $input:ident { $($(#[$ivmeta:meta])* $iv:ident),+ $(,)? }
        $($from:ident : $($on:ident => $to:ident),+ ;)+
    ) => {
        $(#[$smeta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        $svis enum $state { $($(#[$svmeta])* $sv),+ }
        $(#[$imeta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        $ivis enum $input { $($(#[$ivmeta])* $iv),+ }

        #[allow(unreachable_pub, dead_code)]
        impl $input {
            /// Every input.
            pub const ALL: &'static [Self] = &[$(Self::$iv),+];
        }
        #[allow(unreachable_pub, dead_code)]
        impl $state {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$sv),+];
            /// The whole table of allowed moves.
            pub const TRANSITIONS: &'static [$crate::state::Transition<$state, $input>] = &[
                $($($crate::state::Transition { from: $state::$from, on: $input::$on, to: $state::$to }),+),+
            ];
            /// The state after `input`, or `None` where the table has no such move.
            #[must_use]
            pub const fn next(self, input: $input) -> Option<Self> {
                #[allow(unreachable_patterns)]
                match (self, input) {
                    $($(($state::$from, $input::$on) => Some($state::$to),)+)+
                    _ => None,
                }
            }
            /// The table as a Mermaid state diagram.
            #[must_use]
            pub fn mermaid() -> String {
                let mut out = String::from("stateDiagram-v2\n");
                for row in Self::TRANSITIONS {
                    out.push_str(&format!("    {:?} --> {:?} : {:?}\n", row.from, row.to, row.on));
                }
                out
            }
        }
    };
}

#[cfg(test)]
mod tests {
    crate::transitions! {
        /// States.
        enum State { A, B }
        /// Inputs.
        enum Input { X, Y }
        A: X => B, Y => A;
        B: Y => A;
    }

    #[test]
    fn the_table_and_the_function_agree_for_every_pair() {
        for &state in State::ALL {
            for &input in Input::ALL {
                let row = State::TRANSITIONS.iter().find(|t| t.from == state && t.on == input);
                assert_eq!(state.next(input), row.map(|t| t.to), "{state:?} on {input:?}");
            }
        }
        assert_eq!(State::mermaid().lines().count(), 4);
    }
}
