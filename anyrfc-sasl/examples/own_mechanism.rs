//! A mechanism of one's own: a one-time password (X-OTP, invented here), which the
//! server asks for by a number.
//!
//! ```console
//! $ cargo run --example own_mechanism
//! ```

use anyrfc_sasl::{
    Channel, Credentials, Error, ErrorKind, Established, Mechanism, MechanismName, Negotiator, Policy,
    Secret, Service, Step, Strength,
};

/// A list of passwords, each good for one login.
#[derive(Debug)]
pub(crate) struct OneTime {
    user: String,
    list: Secret<Vec<String>>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    User,
    Number,
    Sent,
}

/// `X-OTP`, which the compiler has judged.
const NAME: MechanismName = match MechanismName::from_bytes(b"X-OTP") {
    Ok(name) => name,
    Err(_) => panic!("no name of a mechanism"),
};

impl OneTime {
    /// With the lines of a list, which stand where a password would.
    pub(crate) fn new(credentials: &Credentials) -> Result<Self, Error> {
        let missing = || Error::usage("there is no user or no list");
        let user = credentials.user.clone().ok_or_else(missing)?;
        let list = credentials.password.as_ref().ok_or_else(missing)?;
        let list = Secret::new(list.expose().lines().map(str::to_owned).collect());
        Ok(Self { user, list, stage: Stage::User })
    }

    /// The password that the server asks for: each line of the list has its number.
    fn answer(&self, number: &[u8]) -> Result<Vec<u8>, Error> {
        let asked = std::str::from_utf8(number).ok().and_then(|text| text.parse::<usize>().ok());
        let password = asked.and_then(|asked| self.list.expose().get(asked));
        let password = password.ok_or_else(|| Error::new(ErrorKind::Protocol, "no number of the list"))?;
        Ok(password.as_bytes().to_vec())
    }
}

impl Mechanism for OneTime {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.stage = Stage::Number;
        Some(Secret::new(self.user.as_bytes().to_vec()))
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        match self.stage {
            // A protocol without initial responses: the empty challenge asks for it.
            Stage::User => {
                self.stage = Stage::Number;
                Ok(Step::respond(self.user.as_bytes()))
            }
            Stage::Number => {
                let password = self.answer(challenge)?;
                self.stage = Stage::Sent;
                Ok(Step::respond(password))
            }
            Stage::Sent => Err(Error::new(ErrorKind::Protocol, "one password is enough")),
        }
    }

    fn finish(self: Box<Self>, _additional: Option<&[u8]>) -> Result<Established, Error> {
        match self.stage {
            Stage::Sent => Ok(Established::new(NAME)),
            _ => Err(Error::new(ErrorKind::Auth, "the server did not ask for a password")),
        }
    }
}

/// What is sent for the password of this number, and how the login ends.
pub(crate) fn run(number: &str) -> Result<String, Error> {
    let credentials = Credentials::password("user", "ace\nking\nqueen");
    let service = Service::new("imap", "mail.example");
    let policy = Policy::default();
    let mut negotiator = Negotiator::new(credentials, service, policy, [1; 32])
        // A secret travels: the negotiator now keeps it off channels that others read.
        .register(NAME, Strength::Password, |credentials, _, _| Ok(Box::new(OneTime::new(credentials)?)));

    let mut exchange = negotiator.begin(["X-OTP", "X-UNHEARD-OF"], &Channel::tls())?;
    exchange.first()?;
    let password = exchange.step_blocking(number.as_bytes())?;
    let established = exchange.succeed(None)?;
    Ok(format!("{} for {number}, by {}", password.expose().escape_ascii(), established.mechanism))
}

fn main() -> Result<(), Error> {
    println!("{}", run("1")?);
    println!("{}", run("7").unwrap_err());
    Ok(())
}
