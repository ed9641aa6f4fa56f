//! What a server says otherwise than it would.

use std::time::Duration;

/// What the server does upon a command, for [`Server::on`](super::Server::on) and its like.
///
/// It is made of steps, which come in order. A step of replies is written whole unless
/// [`chunks`](Self::chunks) says otherwise; steps without a pause between them are one write.
///
/// A command has its effect if the answer says so: 2xx, or 3xx where that is what lets the client
/// go on (DATA, AUTH). [`effective`](Self::effective) and [`ineffective`](Self::ineffective) say
/// otherwise.
///
/// ```
/// use std::time::Duration;
/// use anyrfc_smtp::testing::Answer;
///
/// // Half a minute late, and then an end that the client has not asked for.
/// let answer = Answer::as_usual()
///     .after(Duration::from_secs(30))
///     .then(Answer::reply(421, "4.3.2 going down").then_close());
/// # let _ = answer;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub(super) steps: Vec<Step>,
    effect: Option<bool>,
    withheld: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// What the server would say by itself.
    Usual,
    Send(Vec<u8>),
    /// So many octets in each write.
    Chunks(usize),
    Pause(Duration),
    /// In order, after all that was said.
    Close,
    /// Without `close_notify` under TLS.
    Truncate,
    Reset,
    /// Nothing is read any more, and nothing said.
    Hang,
}

impl Answer {
    /// What the server says by itself.
    #[must_use]
    pub fn as_usual() -> Self {
        Self::of(Step::Usual)
    }

    /// A reply of one line: the code and its text.
    #[must_use]
    pub fn reply(code: u16, text: &str) -> Self {
        Self::raw(format!("{code} {text}\r\n"))
    }

    /// A reply of several lines.
    #[must_use]
    pub fn lines<T: AsRef<str>>(code: u16, lines: impl IntoIterator<Item = T>) -> Self {
        let mut lines = lines.into_iter().peekable();
        let mut octets = String::new();
        while let Some(line) = lines.next() {
            let mark = if lines.peek().is_some() { '-' } else { ' ' };
            octets.push_str(&format!("{code}{mark}{}\r\n", line.as_ref()));
        }
        Self::raw(octets)
    }

    /// These octets, whatever they are.
    #[must_use]
    pub fn raw(octets: impl Into<Vec<u8>>) -> Self {
        Self::of(Step::Send(octets.into()))
    }

    /// Nothing: the client waits.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The connection ends, without a word.
    #[must_use]
    pub fn close() -> Self {
        Self::of(Step::Close)
    }

    /// The connection is cut, without `close_notify` under TLS.
    #[must_use]
    pub fn truncate() -> Self {
        Self::of(Step::Truncate)
    }

    /// The connection is reset.
    #[must_use]
    pub fn reset() -> Self {
        Self::of(Step::Reset)
    }

    /// The server reads no more, and says no more.
    #[must_use]
    pub fn hang() -> Self {
        Self::of(Step::Hang)
    }

    fn of(step: Step) -> Self {
        Self { steps: vec![step], ..Self::default() }
    }

    /// All of it so much later. While it waits the server reads nothing.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.steps.insert(0, Step::Pause(delay));
        self
    }

    /// So many octets in each write, and the client runs in between.
    #[must_use]
    pub fn chunks(mut self, size: usize) -> Self {
        self.steps.insert(0, Step::Chunks(size.max(1)));
        self.steps.push(Step::Chunks(usize::MAX));
        self
    }

    /// And then this as well.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.steps.extend(next.steps);
        self
    }

    /// And then so much time passes.
    #[must_use]
    pub fn then_pause(self, delay: Duration) -> Self {
        self.then(Self::of(Step::Pause(delay)))
    }

    /// And then the connection ends.
    #[must_use]
    pub fn then_close(self) -> Self {
        self.then(Self::close())
    }

    /// And then the connection is reset.
    #[must_use]
    pub fn then_reset(self) -> Self {
        self.then(Self::reset())
    }

    /// And then the server does nothing any more.
    #[must_use]
    pub fn then_hang(self) -> Self {
        self.then(Self::hang())
    }

    /// It goes out together with the next answer only.
    #[must_use]
    pub const fn withheld(mut self) -> Self {
        self.withheld = true;
        self
    }

    /// The command has its effect, whatever the answer says.
    #[must_use]
    pub const fn effective(mut self) -> Self {
        self.effect = Some(true);
        self
    }

    /// The command has no effect, whatever the answer says.
    #[must_use]
    pub const fn ineffective(mut self) -> Self {
        self.effect = Some(false);
        self
    }

    pub(super) const fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// Whether it is what the server says by itself, and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.steps == [Step::Usual] && self.effect.is_none() && !self.withheld
    }

    /// The first digit of what it says first; `None` where that is left to the server.
    pub(super) fn class(&self) -> Option<u8> {
        self.steps.iter().find_map(|step| match step {
            Step::Usual => Some(None),
            Step::Send(octets) => Some(octets.first().copied()),
            _ => None,
        })?
    }

    /// Whether the command is done, where a reply of one of these classes says that it is.
    pub(super) fn performs(&self, classes: &[u8]) -> bool {
        let usual = self.steps.contains(&Step::Usual);
        let says = self.class().is_some_and(|class| classes.contains(&class));
        self.effect.unwrap_or(usual || says)
    }

    /// Its steps before and behind what the server would say by itself, where it says that.
    pub(super) fn around(&self) -> Option<(Vec<Step>, Vec<Step>)> {
        let at = self.steps.iter().position(|step| *step == Step::Usual)?;
        let (before, behind) = self.steps.split_at(at);
        Some((before.to_vec(), behind.iter().skip(1).cloned().collect()))
    }

    /// Its steps, where this is what the server would say.
    pub(super) fn into_steps(self, usual: &[u8]) -> Vec<Step> {
        let fill = |step| match step {
            Step::Usual => Step::Send(usual.to_vec()),
            other => other,
        };
        self.steps.into_iter().map(fill).collect()
    }
}
