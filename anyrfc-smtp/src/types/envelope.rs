//! The envelope: whom a message is from and for, and what is asked for along with it (RFC 5321,
//! section 2.3.1).

use super::{
    dsn::{EnvelopeId, Notify, OriginalRecipient, Return},
    invalid::{Invalid, Problem, Subject},
    mailbox::{ForwardPath, Mailbox, ReversePath},
    params::{AuthParam, DeliverBy, Hold, Parameter, Priority},
};

/// One recipient, and what is asked for it.
///
/// ```
/// use anyrfc_smtp::{Notify, Recipient};
/// let recipient = Recipient::new("jane@example.org")?.notify(Notify::SUCCESS | Notify::FAILURE);
/// assert_eq!(recipient.path().as_str(), "jane@example.org");
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipient {
    path: ForwardPath,
    options: Option<Box<RecipientOptions>>,
}

/// What is asked for one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RecipientOptions {
    /// Of which outcomes a notification is wanted.
    pub notify: Option<Notify>,
    /// The recipient as it was named before.
    pub original: Option<OriginalRecipient>,
    /// Others; each keyword is there once.
    parameters: Vec<Parameter>,
}

impl RecipientOptions {
    const NONE: Self = Self { notify: None, original: None, parameters: Vec::new() };

    /// Others; each keyword is there once.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}

impl Recipient {
    /// This mailbox, in angle brackets or not, or `postmaster`.
    ///
    /// # Errors
    /// [`Invalid`] when it is none.
    pub fn new<P>(path: P) -> Result<Self, Invalid>
    where
        P: TryInto<ForwardPath>,
        P::Error: Into<Invalid>,
    {
        path.try_into().map(Self::from).map_err(Into::into)
    }

    /// Asks for notifications of these outcomes (RFC 3461, section 4.1).
    #[must_use]
    pub fn notify(mut self, notify: Notify) -> Self {
        self.edit().notify = Some(notify);
        self
    }

    /// Names the recipient as it was named before; of itself it is named as it is (RFC 3461,
    /// section 4.2).
    #[must_use]
    pub fn original(mut self, original: OriginalRecipient) -> Self {
        self.edit().original = Some(original);
        self
    }

    /// Adds a parameter that this crate has no type for, in the place of one with its keyword.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        parameter.put(&mut self.edit().parameters);
        self
    }

    /// Whom the message is for.
    #[must_use]
    pub const fn path(&self) -> &ForwardPath {
        &self.path
    }

    /// What is asked for it.
    #[must_use]
    pub fn options(&self) -> &RecipientOptions {
        static NONE: RecipientOptions = RecipientOptions::NONE;
        self.options.as_deref().unwrap_or(&NONE)
    }

    fn edit(&mut self) -> &mut RecipientOptions {
        self.options.get_or_insert_default()
    }
}

impl From<ForwardPath> for Recipient {
    fn from(path: ForwardPath) -> Self {
        Self { path, options: None }
    }
}

impl From<Mailbox> for Recipient {
    fn from(mailbox: Mailbox) -> Self {
        Self::from(ForwardPath::from(mailbox))
    }
}

impl From<&Mailbox> for Recipient {
    fn from(mailbox: &Mailbox) -> Self {
        Self::from(ForwardPath::from(mailbox))
    }
}

impl TryFrom<&str> for Recipient {
    type Error = Invalid;

    fn try_from(path: &str) -> Result<Self, Invalid> {
        Self::new(path)
    }
}

impl TryFrom<&String> for Recipient {
    type Error = Invalid;

    fn try_from(path: &String) -> Result<Self, Invalid> {
        Self::new(path)
    }
}

impl TryFrom<String> for Recipient {
    type Error = Invalid;

    fn try_from(path: String) -> Result<Self, Invalid> {
        Self::new(path)
    }
}

/// Whom a message is from and for, and what is asked of the server along with it.
///
/// ```
/// use anyrfc_smtp::{Envelope, Notify, Recipient, Return};
/// let envelope = Envelope::new("john@example.org", ["jane@example.com", "jim@example.com"])?;
/// assert_eq!(envelope.recipients().len(), 2);
///
/// let jane = Recipient::new("jane@example.com")?.notify(Notify::FAILURE);
/// let envelope = Envelope::new("john@example.org", [jane])?.return_content(Return::Headers);
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Envelope {
    sender: ReversePath,
    recipients: Vec<Recipient>,
    options: Option<Box<EnvelopeOptions>>,
}

/// What is asked of a server along with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EnvelopeOptions {
    /// How the transaction is recognised in notifications.
    pub envelope_id: Option<EnvelopeId>,
    /// How much of the message comes back in a notification of failure.
    pub return_content: Option<Return>,
    /// By when the message is to be delivered.
    pub deliver_by: Option<DeliverBy>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// When it is let go.
    pub hold: Option<Hold>,
    /// Whether it goes on by TLS alone.
    pub require_tls: bool,
    /// Whether there is a reply for each recipient, where the server offers it.
    pub prdr: bool,
    /// Who submitted it first.
    pub auth: Option<AuthParam>,
    /// Others; each keyword is there once.
    parameters: Vec<Parameter>,
}

impl EnvelopeOptions {
    const NONE: Self = Self {
        envelope_id: None,
        return_content: None,
        deliver_by: None,
        priority: None,
        hold: None,
        require_tls: false,
        prdr: false,
        auth: None,
        parameters: Vec::new(),
    };

    /// Others; each keyword is there once.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Adds a parameter of MAIL that this crate has no type for, in the place of one with its
    /// keyword.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        parameter.put(&mut self.parameters);
        self
    }
}

impl Envelope {
    /// From a mailbox, or from nobody where `sender` is empty or `<>`, for at least one recipient.
    ///
    /// # Errors
    /// [`Invalid`] when one of them is no mailbox, or there is no recipient.
    pub fn new<S, R>(sender: S, recipients: R) -> Result<Self, Invalid>
    where
        S: TryInto<ReversePath>,
        S::Error: Into<Invalid>,
        R: IntoIterator,
        R::Item: TryInto<Recipient>,
        <R::Item as TryInto<Recipient>>::Error: Into<Invalid>,
    {
        let sender = sender.try_into().map_err(Into::into)?;
        let recipients = recipients.into_iter().map(TryInto::try_into);
        let recipients: Vec<Recipient> = recipients.collect::<Result<_, _>>().map_err(Into::into)?;
        if recipients.is_empty() {
            return Err(Invalid::new(Subject::Recipients, Problem::Empty, 0));
        }
        Ok(Self { sender, recipients, options: None })
    }

    /// One whose recipients are named later, one by one, in a
    #[cfg_attr(feature = "client", doc = "[`transaction`](crate::SmtpClient::transaction).")]
    #[cfg_attr(not(feature = "client"), doc = "transaction.")]
    #[must_use]
    pub const fn open(sender: ReversePath) -> Self {
        Self { sender, recipients: Vec::new(), options: None }
    }

    /// Gives the transaction a name for notifications (RFC 3461, section 4.4).
    #[must_use]
    pub fn envelope_id(mut self, id: EnvelopeId) -> Self {
        self.edit().envelope_id = Some(id);
        self
    }

    /// Says how much of the message comes back in a notification of failure (RFC 3461, section
    /// 4.3).
    #[must_use]
    pub fn return_content(mut self, content: Return) -> Self {
        self.edit().return_content = Some(content);
        self
    }

    /// Says by when the message is to be delivered (RFC 2852).
    #[must_use]
    pub fn deliver_by(mut self, by: DeliverBy) -> Self {
        self.edit().deliver_by = Some(by);
        self
    }

    /// Says how urgent it is (RFC 6710).
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.edit().priority = Some(priority);
        self
    }

    /// Says when it is let go (RFC 4865).
    #[must_use]
    pub fn hold(mut self, hold: Hold) -> Self {
        self.edit().hold = Some(hold);
        self
    }

    /// Lets it go on by TLS alone (RFC 8689): a server that cannot promise that does not get it.
    #[must_use]
    pub fn require_tls(mut self) -> Self {
        self.edit().require_tls = true;
        self
    }

    /// Asks for a reply for each recipient once the server has seen the message.
    #[must_use]
    pub fn prdr(mut self) -> Self {
        self.edit().prdr = true;
        self
    }

    /// Says who submitted it first (RFC 4954, section 5).
    #[must_use]
    pub fn auth(mut self, auth: impl Into<AuthParam>) -> Self {
        self.edit().auth = Some(auth.into());
        self
    }

    /// Adds a parameter of MAIL that this crate has no type for, in the place of one with its
    /// keyword.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        parameter.put(&mut self.edit().parameters);
        self
    }

    /// Whom trouble with the message is reported to.
    #[must_use]
    pub const fn sender(&self) -> &ReversePath {
        &self.sender
    }

    /// Whom it is for: one at least, but for an envelope that is [open](Self::open).
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// What is asked of the server along with it.
    #[must_use]
    pub fn options(&self) -> &EnvelopeOptions {
        static NONE: EnvelopeOptions = EnvelopeOptions::NONE;
        self.options.as_deref().unwrap_or(&NONE)
    }

    /// Whether notifications are spoken of (RFC 3461).
    #[must_use]
    pub fn asks_for_dsn(&self) -> bool {
        let options = self.options();
        options.envelope_id.is_some()
            || options.return_content.is_some()
            || self.recipients.iter().any(|recipient| {
                let options = recipient.options();
                options.notify.is_some() || options.original.is_some()
            })
    }

    /// Its mailboxes: the sender, and each recipient.
    pub(crate) fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        let recipients = self.recipients.iter().filter_map(|recipient| recipient.path.mailbox());
        self.sender.mailbox().into_iter().chain(recipients)
    }

    /// Its recipients, which it has no more.
    pub(crate) fn take_recipients(&mut self) -> Vec<Recipient> {
        std::mem::take(&mut self.recipients)
    }

    pub(crate) fn push_recipient(&mut self, recipient: Recipient) {
        self.recipients.push(recipient);
    }

    /// The same for these recipients, of whom there is one at least.
    pub(crate) fn for_others(&self, recipients: Vec<Recipient>) -> Self {
        Self { sender: self.sender.clone(), recipients, options: self.options.clone() }
    }

    fn edit(&mut self) -> &mut EnvelopeOptions {
        self.options.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_made_of_what_is_valid() {
        assert!(Envelope::new("", ["a@b"]).unwrap().sender().is_null());
        assert!(Envelope::new(ReversePath::Null, vec![Recipient::new("postmaster").unwrap()]).is_ok());
        let mailbox = Mailbox::new("a@b").unwrap();
        assert!(Envelope::new(&mailbox, [&mailbox]).is_ok());
        assert!(Envelope::new(mailbox.clone(), [mailbox]).is_ok());
        assert!(Envelope::new(String::from("a@b"), &[String::from("c@d")]).is_ok());
        let none: [&str; 0] = [];
        assert_eq!(Envelope::new("a@b", none).unwrap_err().subject(), Subject::Recipients);
        assert!(Envelope::new("a@b", ["c@d", "e\r\n@f"]).is_err());
        assert!(Envelope::new("a@b>\r\nRCPT TO:<x@y", ["c@d"]).is_err());
        assert!(Envelope::new("a@b", [""]).is_err());
    }

    #[test]
    fn options_are_there_when_asked_for() {
        let plain = Envelope::new("a@b", ["c@d"]).unwrap();
        assert_eq!(plain.options(), &EnvelopeOptions::default());
        assert!(!plain.asks_for_dsn());
        let asking = plain.clone().priority(Priority::new(3).unwrap()).prdr().require_tls();
        assert!(asking.options().prdr && asking.options().require_tls && !asking.asks_for_dsn());
        assert!(plain.clone().return_content(Return::Full).asks_for_dsn());
        assert!(plain.envelope_id(EnvelopeId::new("x").unwrap()).asks_for_dsn());
        let recipient = Recipient::new("c@d").unwrap();
        assert_eq!(recipient.options(), &RecipientOptions::default());
        assert!(Envelope::new("a@b", [recipient.clone().notify(Notify::NEVER)]).unwrap().asks_for_dsn());
        let original = OriginalRecipient::new("x400", "y").unwrap();
        assert!(Envelope::new("a@b", [recipient.original(original)]).unwrap().asks_for_dsn());
    }

    #[test]
    fn it_is_cheap_to_move() {
        assert!(size_of::<Recipient>() <= 64 && size_of::<Envelope>() <= 96);
        let mailbox = size_of::<Mailbox>();
        assert!(mailbox <= 40, "{mailbox}");
    }
}
