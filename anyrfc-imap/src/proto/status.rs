//! What responses change: completions, data and response codes.

use anyrfc_core::ErrorKind;
use bytes::Bytes;

use super::{
    CommandId, Connection, Input, Protection, State,
    counts::Counts,
    event::{Completion, Notice},
    mailbox::{Change, Mailbox},
    queue::{Entry, Idling, Job, Said},
    sending::Stage,
};
use crate::{
    Error,
    codec::command::{DataKind, Effect, Notifying},
    rfc7162, rfc8437, rfc9051, rfc9585,
    types::{Capabilities, Capability, Code, Data, Esearch, StatusKind, StatusResponse},
};

impl Connection {
    /// A tagged response (RFC 9051, section 2.2.2).
    pub(super) fn complete(&mut self, tag: &[u8], status: StatusResponse, raw: &[u8]) -> Result<(), Error> {
        let Some(at) = self.under_way.iter().position(|entry| entry.bears(tag)) else {
            let requirement = rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND;
            if !self.secured && self.config.protection == Protection::StartTls {
                let error = Error::violation(requirement, "a completion of no command came before TLS");
                return Err(error.with_unparsed(raw));
            }
            return self.forgive(requirement, raw);
        };
        if let Some(status) = self.complete_early(at, status)? {
            self.timing.progress();
            return self.end_of(at, status);
        }
        Ok(())
    }

    /// The command at this place has ended so.
    fn end_of(&mut self, at: usize, status: StatusResponse) -> Result<(), Error> {
        if matches!(status.code, Some(Code::InProgress(_))) {
            self.forgive(rfc9585::INPROGRESS_IS_UNTAGGED, status.text.as_bytes())?;
        }
        // While it is still among those under way: what the code tells may be what it waits for.
        self.code(&status)?;
        if let Some(mailbox) = &mut self.mailbox {
            mailbox.settle_mod_seq();
        }
        let Some(entry) = self.under_way.remove(at) else { return Ok(()) };
        self.ended(entry, status)
    }

    /// A command that is not all said cannot have succeeded; one whose literal was asked
    /// for in vain is over. `None` where the rest is to be said first.
    fn complete_early(&mut self, at: usize, status: StatusResponse) -> Result<Option<StatusResponse>, Error> {
        let Some(entry) = self.under_way.get_mut(at) else { return Ok(None) };
        if entry.said == Said::Whole {
            return Ok(Some(status));
        }
        // DONE may cross the end of IDLE.
        if entry.is_done() {
            return Ok(Some(status));
        }
        if status.kind == StatusKind::Ok {
            return Err(Error::violation(
                rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND,
                "a command was completed before it was sent",
            ));
        }
        let id = entry.id;
        match self.partial.as_ref().filter(|partial| partial.id == id).map(|partial| partial.stage) {
            // The server reads what was announced, whatever it thinks of it.
            Some(Stage::Feeding(_)) => {
                entry.refused = Some(status);
                Ok(None)
            }
            Some(Stage::Asking | Stage::Asked) => {
                self.partial = None;
                Ok(Some(status))
            }
            // The rest is on its way.
            None => Ok(Some(status)),
        }
    }

    /// A command is all said; if it was refused before, it has ended.
    pub(super) fn all_said(&mut self, id: CommandId) {
        let Some(at) = self.under_way.iter().position(|entry| entry.id == id) else { return };
        let Some(entry) = self.under_way.get_mut(at) else { return };
        entry.said = Said::Prepared;
        if let Some(status) = entry.refused.take()
            && let Err(error) = self.end_of(at, status)
        {
            self.doomed = Some(error);
        }
    }

    /// A command has ended.
    fn ended(&mut self, mut entry: Entry, status: StatusResponse) -> Result<(), Error> {
        let ok = status.kind == StatusKind::Ok;
        if std::mem::take(&mut self.closed_due) && status.kind != StatusKind::Bad {
            let requirement = match self.dialect.rev2() {
                true => rfc9051::CLOSED_IS_SENT,
                false => rfc7162::IMPLICIT_CLOSE_IS_REPORTED,
            };
            self.forgive(requirement, status.text.as_bytes())?;
        }
        match &mut entry.job {
            Job::StartTls if ok => {
                self.step(Input::TlsAgreed);
                self.notices.push_back(Notice::Upgrade);
                return Ok(());
            }
            Job::StartTls => {
                let error = Error::refused(status).with_requirement(rfc9051::RESULT_OF_STARTTLS_IS_CHECKED);
                return Err(error);
            }
            Job::Capability => {
                // Nothing is known for sure, which is enough to go on.
                if self.capabilities.is_none() {
                    self.forgive(rfc9051::CAPABILITY_IS_ANSWERED, status.text.as_bytes())?;
                    self.learn(Capabilities::default());
                }
                return Ok(());
            }
            Job::Authenticate(_) => return self.authenticated(entry, status),
            Job::Idle if ok && entry.idling == Idling::Renewing => {
                self.idle_again(entry);
                return Ok(());
            }
            Job::Idle | Job::Command(_) => {}
        }
        // What ENABLE has enabled the server says itself.
        let condstore = entry.needs().enables_condstore() && !matches!(entry.effect, Effect::Enable(_));
        self.condstore |= ok && condstore;
        match &entry.effect {
            Effect::Login if ok => {
                self.step(Input::LoggedIn);
                self.logged_in(&entry);
            }
            Effect::Login => self.step(Input::LoginRefused),
            Effect::Select { .. } if ok => {
                self.step(Input::Opened);
                self.ever_selected = true;
                // Whoever has submitted something behind it means this mailbox.
                self.counts.renumbered_told = self.counts.renumbered;
                for entry in &mut self.waiting {
                    entry.based_on = Some(self.counts.renumbered);
                }
            }
            Effect::Select { .. } => {
                self.step(Input::OpenRefused);
                self.mailbox = None;
            }
            Effect::Unselect if ok => {
                self.step(Input::Unselected);
                self.mailbox = None;
                self.leave_contexts();
            }
            Effect::Language(ranges) if ok => self.languages.clone_from(ranges),
            Effect::Unauthenticate if ok => self.unauthenticated(&entry),
            Effect::Unauthenticate if status.kind == StatusKind::No => {
                self.forgive(rfc8437::UNAUTHENTICATE_GETS_NO_NO, status.text.as_bytes())?;
            }
            Effect::Follow if ok && entry.fault.is_none() => self.follow_on(&entry),
            Effect::Notify(notifying) if ok => self.notify(*notifying),
            Effect::Compress if ok => {
                // Whoever hears of its end is to find it in force.
                self.layer_due = true;
                self.notices.push_back(Notice::Compress);
            }
            Effect::Enable(asked) if ok && entry.untold => {
                // There are servers that do as they are told and say only OK.
                let known = self.capabilities.clone().unwrap_or_default();
                let asked: Vec<Capability> = asked.iter().filter(|what| known.has(what)).cloned().collect();
                if !asked.is_empty() {
                    self.forgive(rfc9051::ENABLED_IS_SENT, status.text.as_bytes())?;
                    self.enable(asked);
                }
            }
            Effect::Logout => {
                if ok && self.farewell.is_none() {
                    self.forgive(rfc9051::LOGOUT_IS_ANSWERED_BY_BYE, status.text.as_bytes())?;
                }
                self.farewell = Some(if ok { status } else { self.farewell.take().unwrap_or(status) });
                self.under_way.push_back(entry);
                self.leave(Input::LoggedOut);
                return Ok(());
            }
            _ => {}
        }
        self.cancelled(entry.id);
        let outcome = match entry.fault.take() {
            Some(fault) => Err(fault),
            None if ok => Ok(status),
            None => Err(Error::refused(status)),
        };
        self.finish(entry, outcome);
        Ok(())
    }

    /// The end of AUTHENTICATE.
    fn authenticated(&mut self, mut entry: Entry, status: StatusResponse) -> Result<(), Error> {
        let Job::Authenticate(login) = std::mem::replace(&mut entry.job, Job::Idle) else { return Ok(()) };
        if status.kind == StatusKind::Ok {
            match login.succeed() {
                Ok(established) => {
                    for deviation in &established.deviations {
                        self.deviations.record(deviation.requirement, &deviation.sample);
                    }
                    let layer = established.layer.is_some();
                    self.login = Some(Ok(established));
                    self.step(Input::LoggedIn);
                    self.logged_in(&entry);
                    if layer {
                        self.forget_capabilities();
                        self.layer_due = true;
                    }
                    self.finish(entry, Ok(status));
                    if layer {
                        self.notices.push_back(Notice::Layer);
                    }
                    return Ok(());
                }
                Err((error, cause)) => {
                    // The server thinks that we are logged in, but to whom?
                    self.login = cause.map(Err);
                    return Err(error);
                }
            }
        }
        let (fault, cause) = login.refused();
        self.login = Some(Err(cause.clone()));
        self.step(Input::LoginRefused);
        let error = fault.unwrap_or_else(|| Error::login_refused(status, cause));
        self.finish(entry, Err(error));
        Ok(())
    }

    /// Somebody is logged in: what was known before may be different now (section 6.2.2).
    fn logged_in(&mut self, entry: &Entry) {
        if entry.untold {
            self.forget_capabilities();
        }
    }

    /// Tells the end of a command to whoever waits for it.
    pub(super) fn finish(&mut self, mut entry: Entry, outcome: Result<StatusResponse, Error>) {
        let (data, held) = entry.kept();
        self.held = self.held.saturating_sub(held);
        if entry.is_awaited() {
            let completion = Completion { id: entry.id, outcome, data, caller: entry.caller() };
            self.notices.push_back(Notice::Done(completion));
        }
    }

    /// The connection is over, in order: all commands have ended, one way or the other.
    pub(super) fn leave(&mut self, input: Input) {
        self.step(input);
        let farewell = self.farewell.take();
        let unanswered = match &farewell {
            Some(bye) if bye.kind == StatusKind::Bye => Error::refused(bye.clone()),
            _ => Error::closed("the connection has ended"),
        };
        let under_way = std::mem::take(&mut self.under_way);
        for entry in under_way.into_iter().chain(std::mem::take(&mut self.waiting)) {
            let outcome = match (&entry.effect, &farewell) {
                (Effect::Logout, Some(status)) => Ok(status.clone()),
                (Effect::Logout, None) => Ok(StatusResponse::new(StatusKind::Bye, None, "")),
                _ if entry.has_begun() => Err(unanswered.clone()),
                _ => {
                    let error = Error::closed("the connection ended before the command was sent");
                    Err(error.unsent().with_source(unanswered.clone()))
                }
            };
            self.finish(entry, outcome);
        }
        self.end();
    }

    /// Untagged data, of so many bytes.
    pub(super) fn take_data(&mut self, mut data: Data, size: usize) -> Result<(), Error> {
        if self.state == State::Greeting {
            return self.greeted(data);
        }
        if let Data::Esearch(found) = &mut data
            && self.state == State::Selected
            && self.followed(found)?
            && **found == (Esearch { tag: found.tag.clone(), uid: found.uid, ..Esearch::default() })
        {
            return Ok(());
        }
        match &data {
            Data::Status(status) if status.kind == StatusKind::Bye => {
                let status = status.clone();
                return self.bye(status);
            }
            Data::Status(StatusResponse {
                kind: StatusKind::Ok,
                code: Some(Code::InProgress(progress)),
                ..
            }) if !self.is_untrusted() && self.is_at_work(progress) => {
                let progress = progress.clone();
                return self.progressed(progress);
            }
            Data::Status(status) => {
                // The same as NOTIFY NONE (RFC 5465, section 5.8).
                if status.kind == StatusKind::Ok && status.code == Some(Code::NotificationOverflow) {
                    self.notify(Notifying::Off);
                }
                self.code(&status.clone())?;
            }
            Data::Capability(all) => self.told_capabilities(all.clone()),
            Data::Enabled(all) => self.told_enabled(all.clone())?,
            Data::Expunge(sequence) => return self.expunge(*sequence, data, size),
            Data::Vanished { .. } => return self.vanished(data, size),
            Data::Malformed { raw, error } if is_vanished(raw) => {
                // Without it what is gone would seem to be there.
                if let Some(mailbox) = &mut self.mailbox {
                    mailbox.forget_numbers();
                }
                for kind in [DataKind::Vanished, DataKind::VanishedEarlier] {
                    self.spoil(kind, "what has vanished is not told", error.requirement, raw);
                }
            }
            Data::Malformed { raw, error } => {
                // Without it the search would seem to have found nothing, or entries to have no values.
                match searched(raw) {
                    Some(DataKind::Search) => self.spoil_search(error.requirement, raw),
                    Some(kind) => {
                        self.spoil(kind, "the answer is none", error.requirement, raw);
                    }
                    None => {}
                }
            }
            _ => {}
        }
        if self.is_untrusted() || !self.is_understood_now(&data) {
            // Not believed, not told, not remembered (sections 11.3 and 7.1).
            return self.unasked(size);
        }
        if matches!(data, Data::Flags(_) | Data::Exists(_) | Data::Recent(_))
            && let Some(mailbox) = &mut self.mailbox
        {
            mailbox.data(&data);
        }
        if let Data::Language(tags) = &data
            && let [tag] = &tags[..]
        {
            self.language = Some(tag.clone());
        }
        let foreign = |entry: &Entry| self.notifying.is_on() && entry.is_foreign(&data);
        let takes = |entry: &Entry| entry.has_begun() && entry.takes(&data) && !foreign(entry);
        let owner = self.under_way.iter().position(takes);
        if let Some(entry) = owner.and_then(|at| self.under_way.get_mut(at)) {
            self.timing.progress();
            // Many small entries take more than they came as.
            let size = size.max(data.held());
            self.held = self.held.saturating_add(entry.keep(data, size));
            return self.check_held();
        }
        self.unasked(size)?;
        self.notices.push_back(Notice::Data(data));
        Ok(())
    }

    pub(super) fn check_held(&self) -> Result<(), Error> {
        let limit = self.config.limits.buffered;
        if self.held > limit {
            let message = format!("the answers to commands have more than {limit} bytes");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }

    /// The first response (section 7.1).
    fn greeted(&mut self, data: Data) -> Result<(), Error> {
        let Data::Status(status) = data else {
            let error =
                Error::violation(rfc9051::GREETING_IS_OK_PREAUTH_OR_BYE, "it began with something else");
            return Err(match &data {
                Data::Malformed { raw, .. } | Data::Other { raw, .. } => error.with_unparsed(raw),
                _ => error,
            });
        };
        let starttls = self.config.protection == Protection::StartTls;
        match status.kind {
            StatusKind::Ok => self.step(Input::Greeted),
            StatusKind::Preauth if starttls => {
                // There is no STARTTLS once logged in: somebody may want it so.
                return Err(Error::violation(
                    rfc9051::RESULT_OF_STARTTLS_IS_CHECKED,
                    "the server takes us for logged in, so that TLS cannot begin any more",
                ));
            }
            StatusKind::Preauth => self.step(Input::Preauthenticated),
            StatusKind::Bye => {
                self.farewell = Some(status.clone());
                self.notices.push_back(Notice::Bye(status));
                self.leave(Input::Bye);
                return Ok(());
            }
            StatusKind::No | StatusKind::Bad => {
                return Err(Error::violation(rfc9051::GREETING_IS_OK_PREAUTH_OR_BYE, "it was NO or BAD"));
            }
        }
        self.timing.progress();
        self.code(&status)?;
        if !starttls {
            self.notices.push_back(Notice::Greeting(status));
        }
        Ok(())
    }

    /// BYE (section 7.1.5).
    fn bye(&mut self, status: StatusResponse) -> Result<(), Error> {
        let logging_out = matches!(self.state, State::LoggingOut | State::Farewell);
        let again = self.farewell.is_some();
        self.farewell.get_or_insert_with(|| status.clone());
        if logging_out && !again {
            self.step(Input::Bye);
            self.timing.progress();
            return Ok(());
        }
        if !logging_out {
            self.notices.push_back(Notice::Bye(status));
        }
        self.leave(Input::Bye);
        Ok(())
    }

    /// Whether anybody on the way may have said it, and TLS is to come.
    pub(super) fn is_untrusted(&self) -> bool {
        !self.secured && self.config.protection == Protection::StartTls
    }

    /// Whether the present state gives a meaning to it (section 11.3).
    fn is_understood_now(&self, data: &Data) -> bool {
        match data {
            Data::Status(_) | Data::Capability(_) => true,
            Data::Flags(_) | Data::Exists(_) | Data::Recent(_) => self.sees_mailbox(),
            // IDLE and LOGOUT end what was seen, not what was said before.
            _ if self.state.is_authenticated()
                || matches!(self.state, State::LoggingOut | State::Farewell) =>
            {
                true
            }
            _ => self.under_way.iter().any(|entry| entry.has_begun() && entry.takes(data)),
        }
    }

    /// Something came that no command asked for.
    pub(super) fn unasked(&mut self, _size: usize) -> Result<(), Error> {
        if self.under_way.is_empty() || self.is_idling() || self.notifying.is_on() {
            return Ok(());
        }
        self.count_unasked()
    }

    /// The server tells other things by itself from now on.
    fn notify(&mut self, notifying: Notifying) {
        if std::mem::replace(&mut self.notifying, notifying) != notifying {
            self.refresh_dialect();
        }
    }

    /// Takes in a response code (section 7.1).
    fn code(&mut self, status: &StatusResponse) -> Result<(), Error> {
        match &status.code {
            Some(Code::Capability(all)) => self.told_capabilities(all.clone()),
            Some(Code::Alert) if !self.is_untrusted() => {
                let (text, confidential) = (status.text.clone(), self.secured);
                self.notices.push_back(Notice::Alert { text, confidential });
            }
            Some(Code::NoUpdate(tag)) => self.no_update(&tag.clone(), status),
            Some(Code::Closed) if self.state == State::Selecting => {
                // What came before was of the mailbox that is left (section 7.1).
                if let Some(mailbox) = &mut self.mailbox {
                    **mailbox = Mailbox::new(mailbox.name.clone(), mailbox.read_only);
                }
                for entry in &mut self.under_way {
                    self.held = self.held.saturating_sub(entry.kept().1);
                }
                self.closed_due = false;
                self.notices.push_back(Notice::Closed);
            }
            Some(code) => {
                let change = self.mailbox.as_mut().map_or(Change::Nothing, |mailbox| mailbox.code(code));
                if let (Change::UidValidity { before, now }, State::Selected) = (change, self.state) {
                    self.renumber(Notice::UidValidity { before, now });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn told_capabilities(&mut self, all: Capabilities) {
        for entry in &mut self.under_way {
            let changes_user = matches!(entry.effect, Effect::Login | Effect::Unauthenticate);
            if changes_user || matches!(entry.job, Job::Authenticate(_)) {
                entry.untold = false;
            }
            if matches!(entry.job, Job::Capability) {
                self.timing.progress();
            }
        }
        self.learn(all);
    }

    fn learn(&mut self, all: Capabilities) {
        if self.capabilities.as_ref() != Some(&all) {
            self.capabilities = Some(all);
            self.refresh_dialect();
        }
    }

    /// ENABLED (section 7.2.1): only ENABLE itself has it.
    fn told_enabled(&mut self, all: Vec<Capability>) -> Result<(), Error> {
        let asked = self.under_way.iter_mut().find(|entry| matches!(entry.effect, Effect::Enable(_)));
        let Some(entry) = asked else {
            return self.forgive(rfc9051::ENABLED_NAMES_ONLY_ITS_OWN, b"ENABLED without ENABLE");
        };
        entry.untold = false;
        self.enable(all);
        Ok(())
    }

    fn enable(&mut self, all: Vec<Capability>) {
        let enabled = self.enabled.iter().cloned().chain(all).collect();
        self.enabled = enabled;
        self.refresh_dialect();
    }

    /// SELECT or EXAMINE is sent: no mailbox is selected any more (section 6.3.2).
    pub(super) fn prepare(&mut self, effect: &Effect) {
        match effect {
            Effect::Select { mailbox, read_only } => {
                let closes = self.dialect.rev2() || self.dialect.has(&Capability::QResync);
                self.closed_due = self.state == State::Selected && closes;
                self.leave_contexts();
                self.step(Input::Select);
                Counts::next(&mut self.counts.selections);
                self.mailbox = Some(Box::new(Mailbox::new(mailbox.clone(), *read_only)));
            }
            Effect::Login => self.step(Input::Authenticate),
            Effect::Logout => self.step(Input::Logout),
            _ => {}
        }
    }

    /// The server asks for more of a command (section 7.6).
    pub(super) fn asked_to_go_on(&mut self, text: &Bytes) -> Result<(), Error> {
        self.timing.progress();
        if self.asked_for_literal() || self.begun_idling() {
            return Ok(());
        }
        let lenient = self.config.tolerance != anyrfc_core::Tolerance::Strict;
        let entry = self.under_way.iter_mut().find(|entry| entry.is_heard());
        if let Some(Entry { id, job: Job::Authenticate(login), .. }) = entry {
            let (id, reply) = (*id, login.challenge(text, lenient)?);
            self.reply(id, reply);
            return Ok(());
        }
        Err(Error::violation(
            rfc9051::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND,
            "a continuation request came while nothing was to be continued",
        ))
    }
}

/// What a response which was not understood answers, by its name: what would seem to be nothing.
fn searched(raw: &[u8]) -> Option<DataKind> {
    let name = raw.strip_prefix(b"* ")?.split(|byte| *byte == b' ').next()?;
    let kinds = [
        (&b"SEARCH"[..], DataKind::Search),
        (b"ESEARCH", DataKind::Search),
        (b"SORT", DataKind::Sort),
        (b"THREAD", DataKind::Thread),
        (b"METADATA", DataKind::Metadata),
    ];
    kinds.into_iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
}

/// Whether it is by its name VANISHED.
fn is_vanished(raw: &[u8]) -> bool {
    is_named(raw, &[b"VANISHED"])
}

fn is_named(raw: &[u8], names: &[&[u8]]) -> bool {
    let name = raw.strip_prefix(b"* ").and_then(|rest| rest.split(|byte| *byte == b' ').next());
    name.is_some_and(|name| names.iter().any(|one| one.eq_ignore_ascii_case(name)))
}
