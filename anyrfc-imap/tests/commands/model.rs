//! Commands of any arguments, and what a server must see of each.

use anyrfc_imap::{
    Error,
    codec::{
        command::{
            Append, Command, Copy, Create, Delete, Enable, Examine, Fetch, Id, List, ListReturn, ListSelect,
            Login, Lsub, Raw, Rename, Search, Select, Status, StatusItem, StatusItems, Store, StoreAction,
            Stored, Subscribe, UidExpunge, UidFetch, UidMove, UidSearch, UidStore,
        },
        encode::{Dialect, Encoded, Encoder, NonSync, Segment},
    },
    types::{
        self, AppendForm, AppendOptions, Capabilities, Capability, Date, FetchItem, FetchItems, Flag,
        MailboxAttribute, MailboxName, Names, PartPath, Partial, Pattern, SearchQuery, SearchReturn, Section,
        SectionText, SequenceSet,
    },
};

use super::{
    decoder::decode,
    expected::{
        Expected,
        Expected::{List as ListOf, Octets, String as Text},
        Tree, all, as_expected, word, words,
    },
};

/// What stands between two arguments.
pub(crate) const SEPARATOR: u8 = 0x1e;

/// A server: what it says it can do, and what was enabled.
pub(crate) fn dialect(bits: u8) -> Dialect {
    let mut names = vec!["IMAP4rev1", "ENABLE", "ID", "NAMESPACE", "UTF8=ACCEPT"];
    let mut enabled = Vec::new();
    if bits & 1 != 0 {
        names.push("LITERAL+");
    }
    if bits & 2 != 0 {
        names.push("LITERAL-");
    }
    if bits & 4 != 0 {
        names.push("IMAP4rev2");
        enabled.push("IMAP4rev2");
    }
    if bits & 8 != 0 {
        enabled.push("UTF8=ACCEPT");
    }
    if bits & 16 != 0 {
        names.extend([
            "BINARY",
            "UIDPLUS",
            "MOVE",
            "SPECIAL-USE",
            "CREATE-SPECIAL-USE",
            "LIST-EXTENDED",
            "LIST-STATUS",
            "STATUS=SIZE",
            "ESEARCH",
            "SEARCHRES",
            "WITHIN",
            "X-GM-EXT-1",
            "SASL-IR",
            "APPENDLIMIT",
            "QUOTA",
        ]);
    }
    Dialect::new(names.into_iter().collect(), &enabled.into_iter().collect::<Capabilities>())
}

/// Writes a command of which `data` tells: if that is possible at all, a server sees one command
/// of just these arguments, and nothing goes without the waiting that is due. Whether it was
/// possible.
pub(crate) fn commands(data: &[u8]) -> bool {
    let [kind, bits, rest @ ..] = data else { return false };
    let dialect = dialect(*bits);
    let arguments: Vec<&[u8]> = rest.split(|byte| *byte == SEPARATOR).collect();
    let model = Model { dialect: &dialect, arguments };
    let Ok((encoded, expected)) = model.command(*kind) else { return false };
    check(encoded, &expected, &dialect, true);
    true
}

/// What goes over the wire, and where it stops to wait.
pub(crate) fn wire(encoded: Encoded) -> (Vec<u8>, Vec<usize>) {
    let (mut wire, mut waits) = (b"T1 ".to_vec(), Vec::new());
    for segment in encoded {
        match segment {
            Segment::Wait => waits.push(wire.len()),
            Segment::Stream(octets) => {
                let message = b"Subject: x\r\n\r\n)\r\nT2 DELETE INBOX\r\n".iter().copied().cycle();
                wire.extend(message.take(usize::try_from(octets).unwrap()));
            }
            other => wire.extend_from_slice(other.bytes().unwrap()),
        }
    }
    (wire, waits)
}

/// Checks that the server sees just this; `understood`, that it is known to understand it.
pub(crate) fn check(encoded: Encoded, expected: &[Expected], dialect: &Dialect, understood: bool) {
    let (wire, waits) = wire(encoded);
    let shown = wire.escape_ascii();
    let decoded = decode(&wire, dialect.utf8()).unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert_eq!(decoded.end, wire.len(), "more than one command: {shown}");
    assert!(all(expected, &decoded.tokens), "{expected:?} was sent as {:?}", decoded.tokens);
    let due: Vec<_> =
        decoded.literals.iter().filter(|literal| literal.synchronising).map(|at| at.offset).collect();
    assert_eq!(waits, due, "{shown}");
    for literal in decoded.literals.iter().filter(|literal| !literal.synchronising) {
        let allowed = match dialect.non_sync() {
            NonSync::Any => true,
            NonSync::Small => literal.octets <= 4096,
            NonSync::Never => false,
        };
        assert!(allowed && understood, "{literal:?} does not wait: {shown}");
    }
}

struct Model<'a> {
    dialect: &'a Dialect,
    arguments: Vec<&'a [u8]>,
}

type Written = Result<(Encoded, Vec<Expected>), Error>;

impl Model<'_> {
    fn bytes(&self, index: usize) -> &[u8] {
        self.arguments.get(index).copied().unwrap_or_default()
    }

    fn text(&self, index: usize) -> String {
        String::from_utf8_lossy(self.bytes(index)).into_owned()
    }

    fn number(&self, index: usize) -> u32 {
        self.bytes(index)
            .iter()
            .fold(0, |number: u32, byte| number.wrapping_mul(251).wrapping_add((*byte).into()))
    }

    /// A name made here, or one that a server sent.
    fn name(&self, index: usize) -> Result<(MailboxName, Expected), Error> {
        let names = self.dialect.names();
        let name = match self.bytes(index) {
            [b'!', received @ ..] => MailboxName::received(received, names),
            [b'?', received @ ..] => MailboxName::received(received, Names::ModifiedUtf7),
            _ => MailboxName::new(&self.text(index))?,
        };
        let expected = Text(name.encoded(names).into_owned());
        Ok((name, expected))
    }

    fn pattern(&self, index: usize) -> Result<(Pattern, Expected), Error> {
        let pattern = Pattern::new(&self.text(index))?;
        let expected = Text(pattern.encoded(self.dialect.names()).into_owned());
        Ok((pattern, expected))
    }

    fn set(&self, index: usize) -> Result<(SequenceSet, Expected), Error> {
        let text = self.text(index);
        let set = if text.is_empty() { SequenceSet::all() } else { text.parse()? };
        let expected = word(set.to_string());
        Ok((set, expected))
    }

    fn flags(&self, from: usize) -> (Vec<Flag>, Expected) {
        let texts: Vec<_> = (from..self.arguments.len()).map(|index| self.text(index)).collect();
        let flags: Vec<_> = texts.iter().map(|text| Flag::from(text.as_str())).collect();
        let expected = flags.iter().map(|flag| word(flag.as_str())).collect();
        (flags, ListOf(expected))
    }

    fn write<C: Command>(&self, command: &C) -> Result<Encoded, Error> {
        Encoder::command(command, self.dialect)
    }

    fn command(&self, kind: u8) -> Written {
        match kind % 26 {
            0 => self.one_name("SELECT", |name| self.write(&Select::new(name))),
            1 => self.one_name("EXAMINE", |name| self.write(&Examine::new(name))),
            2 => self.one_name("DELETE", |name| self.write(&Delete::new(name))),
            3 => self.one_name("SUBSCRIBE", |name| self.write(&Subscribe::new(name))),
            4 => self.create(),
            5 => {
                let ((from, old), (to, new)) = (self.name(0)?, self.name(1)?);
                Ok((self.write(&Rename::new(from, to))?, vec![word("RENAME"), old, new]))
            }
            6 => self.list(),
            7 => {
                let (pattern, expected) = self.pattern(0)?;
                Ok((self.write(&Lsub::new(pattern))?, vec![word("LSUB"), Text(Vec::new()), expected]))
            }
            8 => self.status(),
            9 => self.append(),
            10 => self.login(),
            11 => self.id(),
            12..=15 => self.search(kind & 1 == 0),
            16..=18 => self.fetch(kind & 1 == 0),
            19 | 20 => self.store(kind & 1 == 0),
            21 => {
                let ((set, numbers), (name, to)) = (self.set(0)?, self.name(1)?);
                Ok((self.write(&Copy::new(set, name))?, vec![word("COPY"), numbers, to]))
            }
            22 => {
                let ((set, numbers), (name, to)) = (self.set(0)?, self.name(1)?);
                Ok((self.write(&UidMove::new(set, name))?, vec![word("UID"), word("MOVE"), numbers, to]))
            }
            23 => {
                let (set, numbers) = self.set(0)?;
                Ok((self.write(&UidExpunge::new(set))?, vec![word("UID"), word("EXPUNGE"), numbers]))
            }
            24 => self.enable(),
            _ => self.raw(),
        }
    }

    fn one_name(&self, verb: &str, write: impl Fn(MailboxName) -> Result<Encoded, Error>) -> Written {
        let (name, expected) = self.name(0)?;
        Ok((write(name)?, vec![word(verb), expected]))
    }

    fn create(&self) -> Written {
        let (name, mailbox) = self.name(0)?;
        let mut expected = vec![word("CREATE"), mailbox];
        let mut command = Create::new(name);
        if self.arguments.len() > 1 {
            let attribute = MailboxAttribute::from(self.text(1).as_str());
            expected.push(ListOf(vec![word("USE"), ListOf(vec![word(attribute.as_str())])]));
            command = command.for_use(attribute);
        }
        Ok((self.write(&command)?, expected))
    }

    fn enable(&self) -> Written {
        let names: Vec<_> = (0..self.arguments.len()).map(|index| self.text(index)).collect();
        let capabilities: Vec<_> = names.iter().map(|name| Capability::from(name.as_str())).collect();
        let named = capabilities.iter().map(|capability| word(capability.to_string()));
        let expected = [word("ENABLE")].into_iter().chain(named).collect();
        Ok((self.write(&Enable::new(capabilities))?, expected))
    }

    fn list(&self) -> Written {
        let (pattern, first) = self.pattern(0)?;
        let (mut command, mut patterns) = (List::new(pattern), vec![first]);
        let (mut expected, mut reference) = (vec![word("LIST")], Text(Vec::new()));
        let options = self.number(1);
        let select = [
            (1, ListSelect::Subscribed, "SUBSCRIBED"),
            (2, ListSelect::Remote, "REMOTE"),
            (4, ListSelect::RecursiveMatch, "RECURSIVEMATCH"),
        ];
        let select: Vec<_> = select.into_iter().filter(|(bit, ..)| options & bit != 0).collect();
        for (_, option, _) in &select {
            command = command.select(*option);
        }
        if !select.is_empty() {
            expected.push(ListOf(select.iter().map(|(_, _, name)| word(*name)).collect()));
        }
        for index in 2..self.arguments.len() {
            let (pattern, more) = self.pattern(index)?;
            command = command.or(pattern);
            patterns.push(more);
        }
        if options & 8 != 0 {
            let (name, text) = self.name(2)?;
            (command, reference) = (command.reference(name), text);
        }
        expected.push(reference);
        expected.push(if patterns.len() == 1 { patterns.remove(0) } else { ListOf(patterns) });
        if options & 16 != 0 {
            command =
                command.returns(ListReturn::Children).returns(ListReturn::Status(StatusItems::common()));
            let status = ListOf(words("MESSAGES UNSEEN UIDNEXT UIDVALIDITY"));
            expected.extend([word("RETURN"), ListOf(vec![word("CHILDREN"), word("STATUS"), status])]);
        }
        Ok((self.write(&command)?, expected))
    }

    fn status(&self) -> Written {
        let (name, mailbox) = self.name(0)?;
        let items = [StatusItem::Messages, StatusItem::Size].into_iter().collect();
        let expected = vec![word("STATUS"), mailbox, ListOf(words("MESSAGES SIZE"))];
        Ok((self.write(&Status::new(name, items))?, expected))
    }

    fn append(&self) -> Written {
        let (name, mailbox) = self.name(0)?;
        let octets = self.number(1) % 10_000;
        let (flags, listed) = self.flags(2);
        let form = [AppendForm::Literal, AppendForm::Binary, AppendForm::Utf8][self.bytes(1).len() % 3];
        let mut options = AppendOptions::new().form(form);
        let mut expected = vec![word("APPEND"), mailbox];
        if !flags.is_empty() {
            expected.push(listed);
        }
        for flag in flags {
            options = options.flag(flag);
        }
        let count = octets as usize;
        match form {
            AppendForm::Literal => expected.push(Octets(count, false)),
            AppendForm::Binary => expected.push(Octets(count, true)),
            AppendForm::Utf8 if self.dialect.utf8_accept() => {
                expected.extend([word("UTF8"), ListOf(vec![Octets(count, true)])]);
            }
            AppendForm::Utf8 => expected.push(Octets(count, false)),
        }
        Ok((self.write(&Append::new(name, options, octets.into()))?, expected))
    }

    fn login(&self) -> Written {
        let (user, password) = (self.text(0), self.text(1));
        let encoded = self.write(&Login::new(user.clone(), password.as_str().into()))?;
        let shown = format!("{encoded} {encoded:?}");
        if password.len() > 6 && !"secret bytes LOGIN Secret(..) Text Encoded segments".contains(&password) {
            assert!(!shown.contains(&password), "{shown}");
        }
        Ok((encoded, vec![word("LOGIN"), Text(user.into()), Text(password.into())]))
    }

    fn id(&self) -> Written {
        let (mut fields, mut expected) = (types::Id::new(), Vec::new());
        for index in (0..self.arguments.len() / 2).map(|pair| 2 * pair) {
            let (name, value) = (self.text(index), self.text(index + 1));
            expected.extend([Text(name.clone().into()), Text(value.clone().into())]);
            fields = fields.with(name, value);
        }
        let list = if expected.is_empty() { word("NIL") } else { ListOf(expected) };
        Ok((self.write(&Id::new(fields))?, vec![word("ID"), list]))
    }

    fn search(&self, uid: bool) -> Written {
        let Some((query, keys, ascii)) = self.query()? else { return Err(Error::usage("no query")) };
        let esearch = self.dialect.has(&Capability::Esearch);
        let mut expected = if uid { words("UID SEARCH") } else { words("SEARCH") };
        let mut returns = SearchReturn::new();
        if self.arguments.len() % 5 == 4 {
            returns = returns.count().min();
            expected.extend([word("RETURN"), ListOf(words("MIN COUNT"))]);
        } else if esearch && !self.dialect.rev2() {
            expected.extend([word("RETURN"), ListOf(words("ALL"))]);
        }
        if !ascii && !self.dialect.utf8() {
            expected.extend(words("CHARSET UTF-8"));
        }
        expected.extend(keys.tokens(false));
        let encoded = if uid {
            self.write(&UidSearch::new(query).returning(returns))?
        } else {
            self.write(&Search::new(query).returning(returns))?
        };
        Ok((encoded, expected))
    }

    /// A query made on a stack, and the same as a tree.
    fn query(&self) -> Result<Option<(SearchQuery, Tree, bool)>, Error> {
        let mut stack: Vec<(SearchQuery, Tree)> = Vec::new();
        for index in 0..self.arguments.len().min(100) {
            let Some((code, _)) = self.bytes(index).split_first() else { continue };
            let rest = String::from_utf8_lossy(&self.bytes(index)[1..]).into_owned();
            match code % 8 {
                0 => {
                    if let Some((query, tree)) = stack.pop() {
                        stack.push((!query, Tree::Not(Box::new(tree))));
                    }
                    continue;
                }
                1 | 2 if stack.len() > 1 => {
                    let ((right, of_right), (left, of_left)) = (stack.pop().unwrap(), stack.pop().unwrap());
                    stack.push(if code % 8 == 1 {
                        (left & right, Tree::And(Box::new(of_left), Box::new(of_right)))
                    } else {
                        (left | right, Tree::Or(Box::new(of_left), Box::new(of_right)))
                    });
                    continue;
                }
                _ => {}
            }
            let (query, key) = match code % 8 {
                1 | 2 => {
                    let set = if rest.is_empty() { SequenceSet::all() } else { rest.parse()? };
                    let expected = vec![word("UID"), word(set.to_string())];
                    (SearchQuery::uids(set), expected)
                }
                3 => (SearchQuery::unseen(), words("UNSEEN")),
                4 => (SearchQuery::subject(rest.as_str()), vec![word("SUBJECT"), Text(rest.into())]),
                5 => {
                    let (name, value) = rest.split_once(':').unwrap_or((&rest, ""));
                    let expected = vec![word("HEADER"), Text(name.into()), Text(value.into())];
                    (SearchQuery::header(name, value), expected)
                }
                6 => match Flag::from(rest.as_str()) {
                    flag @ Flag::Keyword(_) => {
                        (SearchQuery::with_flag(flag)?, vec![word("KEYWORD"), word(rest)])
                    }
                    _ => (SearchQuery::larger(77), words("LARGER 77")),
                },
                _ => {
                    let day = Date::new(2026, 2, 1 + *code % 28).unwrap();
                    (SearchQuery::since(day), vec![word("SINCE"), word(day.to_string())])
                }
            };
            stack.push((query, Tree::Key(key)));
        }
        Ok(stack.pop().map(|(query, tree)| {
            let ascii = tree.is_ascii();
            (query, tree, ascii)
        }))
    }

    fn fetch(&self, uid: bool) -> Written {
        let (set, numbers) = self.set(0)?;
        let mut items = FetchItems::new().uid();
        let mut expected = words("UID");
        for index in 1..self.arguments.len() {
            let (rest, argument) = (self.text(index), self.bytes(index));
            let Some(code) = argument.first() else { continue };
            let rest: String = rest.chars().skip(1).collect();
            let part = PartPath::new(&[1, u32::from(*code) + 1]).unwrap();
            let partial = Partial::new(u64::from(*code), 1 + rest.len() as u64);
            let (item, token) = match code % 6 {
                0 => (FetchItem::Envelope, word("ENVELOPE")),
                1 => {
                    let names: Vec<_> = rest.split('|').map(str::to_owned).collect();
                    let inside = names.iter().map(|name| Text(name.clone().into())).collect();
                    let text = SectionText::HeaderFields(names);
                    let section = Section { part: PartPath::root(), text };
                    let token = Expected::Section(
                        "BODY.PEEK".into(),
                        vec![word("HEADER.FIELDS"), ListOf(inside)],
                        String::new(),
                    );
                    (FetchItem::Section { section, peek: true, partial: None }, token)
                }
                2 => {
                    let tail =
                        partial.map_or_else(String::new, |it| format!("<{}.{}>", it.offset(), it.octets()));
                    let token = Expected::Section("BODY".into(), vec![word(format!("{part}.MIME"))], tail);
                    let section = Section { part, text: SectionText::Mime };
                    (FetchItem::Section { section, peek: false, partial }, token)
                }
                3 => {
                    let token =
                        Expected::Section("BINARY.SIZE".into(), vec![word(part.to_string())], String::new());
                    (FetchItem::BinarySize(part), token)
                }
                4 => {
                    let custom = FetchItem::Custom(types::Verbatim::new(&rest)?);
                    if items.has(&custom) {
                        continue;
                    }
                    // It is what its own tokens are.
                    let line = format!("x FETCH {rest}\r\n");
                    let own = decode(line.as_bytes(), false);
                    let Ok(own) = own else { return Err(Error::usage("not of the grammar")) };
                    let more = own.tokens.iter().skip(1).map(as_expected).collect::<Vec<_>>();
                    items = items.item(custom);
                    expected.extend(more);
                    continue;
                }
                _ => (FetchItem::BodyStructure, word("BODYSTRUCTURE")),
            };
            if items.has(&item) {
                continue;
            }
            items = items.item(item);
            expected.push(token);
        }
        let items_expected = ListOf(expected);
        Ok(if uid {
            (
                self.write(&UidFetch::new(set, items))?,
                vec![word("UID"), word("FETCH"), numbers, items_expected],
            )
        } else {
            (self.write(&Fetch::new(set, items))?, vec![word("FETCH"), numbers, items_expected])
        })
    }

    fn store(&self, uid: bool) -> Written {
        let (set, numbers) = self.set(0)?;
        let (action, sign) =
            [(StoreAction::Replace, ""), (StoreAction::Add, "+"), (StoreAction::Remove, "-")]
                [self.bytes(1).len() % 3];
        if uid {
            let (flags, listed) = self.flags(2);
            let expected =
                vec![word("UID"), word("STORE"), numbers, word(format!("{sign}FLAGS.SILENT")), listed];
            return Ok((self.write(&UidStore::new(set, action, flags).silent())?, expected));
        }
        let labels: Vec<_> = (2..self.arguments.len()).map(|index| self.text(index)).collect();
        let mut listed = Vec::new();
        for label in &labels {
            listed.push(match label.starts_with('\\') {
                true => word(label.as_str()),
                false => Text(MailboxName::new(label)?.encoded(self.dialect.names()).into_owned()),
            });
        }
        let expected = vec![word("STORE"), numbers, word(format!("{sign}X-GM-LABELS")), ListOf(listed)];
        Ok((self.write(&Store::new(set, action, Stored::GmailLabels(labels)))?, expected))
    }

    fn raw(&self) -> Written {
        let command = Raw::new(&self.text(0))?;
        let own = decode(format!("x {}\r\n", self.text(0)).as_bytes(), false);
        let Ok(own) = own else { return Err(Error::usage("not of the grammar")) };
        let mut expected: Vec<_> = own.tokens.iter().map(as_expected).collect();
        let mut command = command.for_capability(Capability::from("QUOTA"));
        for index in 1..self.arguments.len() {
            let value = self.bytes(index).to_vec();
            expected.push(Text(value.clone()));
            command = command.string(value);
        }
        Ok((self.write(&command)?, expected))
    }
}
