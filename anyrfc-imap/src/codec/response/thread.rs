//! THREAD (RFC 5256, section 4): lists as deep as the line is long, without recursion.

use std::num::NonZeroU32;

use super::strictly;
use crate::{
    rfc9051,
    types::{Data, ParseError, Sink, Threads, row::tokens::number},
};

const WRONG: ParseError = strictly("threads of messages");

/// The rule `thread-data`. What it takes is no more than so many times the line.
pub(super) fn thread(arguments: &[u8], sink: &mut dyn Sink) -> Result<Data, ParseError> {
    let (mut numbers, mut lists) = (0_usize, 0_usize);
    let mut before = b' ';
    for byte in arguments {
        // None gets larger than the text is long.
        numbers = numbers.wrapping_add(usize::from(byte.is_ascii_digit() && !before.is_ascii_digit()));
        lists = lists.wrapping_add(usize::from(*byte == b'('));
        before = *byte;
    }
    // A list begins with a message, or holds two others at least: there are never more lists than
    // twice the messages. So parentheses alone take no memory.
    if lists > numbers.saturating_mul(2) {
        return Err(WRONG);
    }
    let threads = Threads::with_capacity(numbers);
    let mut parser = Parser { threads, open: Vec::new(), below: None };
    parser.read(arguments, sink)?;
    Ok(Data::Thread(parser.threads))
}

/// A list that has begun.
struct Open {
    /// What the list around it goes on with.
    below: Option<u32>,
    /// How many lists it has.
    nested: u32,
}

struct Parser {
    threads: Threads<NonZeroU32>,
    open: Vec<Open>,
    /// What the next member is below of.
    below: Option<u32>,
}

impl Parser {
    fn read(&mut self, arguments: &[u8], sink: &mut dyn Sink) -> Result<(), ParseError> {
        let mut rest = arguments.strip_prefix(b" ").unwrap_or(arguments);
        let mut breach = None;
        let mut before = b'(';
        while let Some((byte, tail)) = rest.split_first() {
            match byte {
                b'(' => {
                    if before.is_ascii_digit() {
                        breach.get_or_insert(rfc9051::SPACES_ARE_SINGLE);
                    }
                    self.begin(tail.trim_ascii_start().first() == Some(&b'('));
                }
                b')' => {
                    if before == b' ' {
                        breach.get_or_insert(rfc9051::SPACES_ARE_SINGLE);
                    }
                    if !self.end()? {
                        breach.get_or_insert(rfc9051::ABNF_IS_FOLLOWED_STRICTLY);
                    }
                }
                // Between members, and between the last one and the lists behind it.
                b' ' => {
                    if !before.is_ascii_digit() || tail.is_empty() {
                        breach.get_or_insert(rfc9051::SPACES_ARE_SINGLE);
                    }
                }
                b'0'..=b'9' => {
                    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                    let (digits, tail) = rest.split_at_checked(digits).ok_or(WRONG)?;
                    self.member(digits)?;
                    (before, rest) = (b'0', tail);
                    continue;
                }
                _ => return Err(WRONG),
            }
            (before, rest) = (*byte, tail);
        }
        if !self.open.is_empty() {
            return Err(WRONG);
        }
        if let Some(requirement) = breach {
            sink.deviation(requirement, arguments);
        }
        Ok(())
    }

    /// A list begins; where it begins with another one, what those are below of is not there.
    fn begin(&mut self, has_no_member: bool) {
        if let Some(around) = self.open.last_mut() {
            around.nested = around.nested.saturating_add(1);
        }
        self.open.push(Open { below: self.below, nested: 0 });
        if has_no_member {
            self.below = Some(self.threads.push(0, self.below));
        }
    }

    fn member(&mut self, digits: &[u8]) -> Result<(), ParseError> {
        let number =
            number(digits).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
        // Members come before lists.
        if self.open.last().is_none_or(|list| list.nested > 0) {
            return Err(WRONG);
        }
        self.below = Some(self.threads.push(number.ok_or(WRONG)?, self.below));
        Ok(())
    }

    /// A list ends. Whether it is as the grammar has it: other lists in it are two at least.
    fn end(&mut self) -> Result<bool, ParseError> {
        let Open { below, nested } = self.open.pop().ok_or(WRONG)?;
        if self.below == below {
            return Err(WRONG);
        }
        self.threads.close(self.below, below);
        self.below = below;
        Ok(nested != 1)
    }
}
