//! Commands of any state (RFC 9051, section 6.1), with ID (RFC 2971) and IDLE (RFC 2177).

use super::{Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc2177, rfc2971, rfc9051,
    types::{self, Capabilities, Code, Data},
};

/// CAPABILITY (RFC 9051, section 6.1.1): what the server can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capability;

impl Command for Capability {
    type Answer = Capabilities;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Any)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("CAPABILITY");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Capability])
    }

    fn answer(data: Collected) -> Result<Capabilities, Error> {
        capabilities(data).ok_or_else(|| {
            Error::violation(rfc9051::CAPABILITY_IS_ANSWERED, "CAPABILITY was answered without capabilities")
        })
    }
}

/// The capabilities that came last: as a response of their own, or as a code.
pub(super) fn capabilities(data: Collected) -> Option<Capabilities> {
    let in_code = data.codes().filter_map(|code| match code {
        Code::Capability(capabilities) => Some(capabilities.clone()),
        _ => None,
    });
    let in_code = in_code.last();
    let in_data = data.pick(|data| match data {
        Data::Capability(capabilities) => Some(capabilities),
        _ => None,
    });
    in_data.last().or(in_code)
}

/// NOOP (RFC 9051, section 6.1.2): what is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noop;

impl Command for Noop {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Any)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("NOOP");
        Ok(())
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

/// LOGOUT (RFC 9051, section 6.1.3): the end of the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logout;

impl Command for Logout {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Any)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("LOGOUT");
        Ok(())
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Logout
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

/// ID (RFC 2971): who we are, and who the server is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id {
    /// What we tell of us; nothing is sent as `NIL`.
    pub fields: types::Id,
}

impl Id {
    /// With these fields.
    #[must_use]
    pub const fn new(fields: types::Id) -> Self {
        Self { fields }
    }

    fn check(&self) -> Result<(), Error> {
        let fields: Vec<_> = self.fields.iter().collect();
        if fields.len() > 30 {
            return Err(
                Error::usage("more than 30 fields in ID").with_requirement(rfc2971::ID_HAS_30_PAIRS_AT_MOST)
            );
        }
        for (index, (name, value)) in fields.iter().enumerate() {
            if name.len() > 30 {
                return Err(Error::usage("a field name of more than 30 octets in ID")
                    .with_requirement(rfc2971::ID_FIELDS_HAVE_30_OCTETS_AT_MOST));
            }
            if value.is_some_and(|value| value.len() > 1024) {
                return Err(Error::usage("a value of more than 1,024 octets in ID")
                    .with_requirement(rfc2971::ID_VALUES_HAVE_1024_OCTETS_AT_MOST));
            }
            if fields.iter().take(index).any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                return Err(
                    Error::usage("a field twice in ID").with_requirement(rfc2971::ID_FIELDS_ARE_UNIQUE)
                );
            }
        }
        Ok(())
    }
}

impl Command for Id {
    type Answer = Option<types::Id>;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Any).capability(types::Capability::Id).because(rfc2971::ID_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        self.check()?;
        encoder.word("ID ");
        if self.fields.is_empty() {
            encoder.nstring(None)?;
            return Ok(());
        }
        encoder.list(self.fields.iter(), |encoder, (name, value)| {
            encoder.string(name.as_bytes())?.space().nstring(value.map(str::as_bytes))?;
            Ok(())
        })?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Id])
    }

    fn answer(data: Collected) -> Result<Option<types::Id>, Error> {
        let ids = data.pick(|data| match data {
            Data::Id(id) => Some(id),
            _ => None,
        });
        Ok(ids.last())
    }
}

/// IDLE (RFC 9051, section 6.3.13): the server tells what is new until [`Idle::DONE`] is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Idle;

impl Idle {
    /// What ends it, once the server has sent its continuation request.
    pub const DONE: &'static [u8] = b"DONE\r\n";
}

impl Command for Idle {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .or_rev2(types::Capability::Idle)
            .because(rfc2177::IDLE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("IDLE");
        Ok(())
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Protocol
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}
