//! Messages in threads (RFC 5256, section 4).

use std::{fmt, marker::PhantomData};

use super::number::Number;

/// No node.
const NONE: u32 = u32::MAX;

/// Threads of messages: a forest, in one flat table in which every message stands before those
/// below it. There is no limit to how deep it is: nothing here recurses, nor is anything but the
/// table freed when it is dropped.
///
/// ```
/// # use anyrfc_imap::types::{Data, Threads};
/// # use anyrfc_imap::codec::{Context, Response, Text, parse};
/// # let mut tables = Default::default();
/// # let text = Text::new(b"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n");
/// # let Response::Data(Data::Thread(threads)) = parse(text, &Context::default(), &mut tables, &mut ())
/// # else { panic!() };
/// assert_eq!(threads.to_string(), "(2)(3 6 (4 23)(44 7 96))");
/// for (depth, member) in threads.walk() {
///     print!("{:depth$}{:?}", "", member.number());
/// }
/// let replies = threads.roots().nth(1).map(|root| root.descendants().count());
/// assert_eq!(replies, Some(6));
/// ```
#[derive(PartialEq, Eq)]
pub struct Threads<N> {
    nodes: Vec<Node>,
    kind: PhantomData<fn() -> N>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Node {
    /// 0 for a message that is not there.
    number: u32,
    parent: u32,
    /// Behind the last one below it.
    end: u32,
}

impl<N> Clone for Threads<N> {
    fn clone(&self) -> Self {
        Self::new(self.nodes.clone())
    }
}

impl<N> Default for Threads<N> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<N> Threads<N> {
    const fn new(nodes: Vec<Node>) -> Self {
        Self { nodes, kind: PhantomData }
    }

    /// None, with room for so many.
    pub(crate) fn with_capacity(nodes: usize) -> Self {
        Self::new(Vec::with_capacity(nodes))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many members the threads have, those included that are [not there](Member::number).
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Its members, each thread before the next and each message before those below it.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Member<'_, N>> + DoubleEndedIterator {
        (0..index(self.nodes.len())).map(|at| Member { threads: self, at })
    }

    /// The same with how deep each of them is: 0 for the first of a thread.
    pub fn walk(&self) -> impl Iterator<Item = (usize, Member<'_, N>)> {
        let mut depth = 0;
        self.iter().map(move |member| {
            let parent = self.parent(member.at);
            // Up from the one before, which takes no more steps in all than there are members.
            let mut at = member.at.checked_sub(1).unwrap_or(NONE);
            while at != parent {
                at = self.parent(at);
                depth -= 1;
            }
            let own = depth;
            depth += 1;
            (own, member)
        })
    }

    /// The first of each thread.
    pub fn roots(&self) -> impl Iterator<Item = Member<'_, N>> {
        Siblings { threads: self, at: 0, end: index(self.nodes.len()) }
    }

    /// The member at this place of [`iter`](Self::iter).
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Member<'_, N>> {
        self.nodes.get(index)?;
        Some(Member { threads: self, at: u32::try_from(index).ok()? })
    }

    /// The same threads, their members' numbers taken to be of another kind.
    #[must_use]
    pub fn cast<M: Number>(self) -> Threads<M> {
        Threads::new(self.nodes)
    }

    /// The same with everybody right below the first of a thread: what a client is to make of an
    /// answer by ORDEREDSUBJECT that goes deeper (RFC 5256, section 3).
    #[must_use]
    pub fn without_grandchildren(mut self) -> Self {
        let mut at = 0;
        while let Some(root) = self.nodes.get(at as usize) {
            let end = root.end.max(at + 1);
            for child in at + 1..end {
                if let Some(node) = self.nodes.get_mut(child as usize) {
                    (node.parent, node.end) = (at, child + 1);
                }
            }
            at = end;
        }
        self
    }

    /// All of another's threads behind these.
    pub(crate) fn append(&mut self, other: &Self) {
        let by = index(self.nodes.len());
        let shifted = other.nodes.iter().map(|node| Node {
            number: node.number,
            parent: if node.parent == NONE { NONE } else { node.parent + by },
            end: node.end + by,
        });
        self.nodes.extend(shifted);
    }

    /// Adds a member below this one, or the first of a thread; 0 for one that is not there.
    /// What it is below of is still open.
    pub(crate) fn push(&mut self, number: u32, parent: Option<u32>) -> u32 {
        let at = index(self.nodes.len());
        self.nodes.push(Node { number, parent: parent.unwrap_or(NONE), end: at + 1 });
        at
    }

    /// Nothing more comes below these: from one up to before another.
    pub(crate) fn close(&mut self, from: Option<u32>, up_to: Option<u32>) {
        let (mut at, stop) = (from.unwrap_or(NONE), up_to.unwrap_or(NONE));
        let end = index(self.nodes.len());
        while at != stop {
            let Some(node) = self.nodes.get_mut(at as usize) else { return };
            node.end = end;
            at = node.parent;
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        self.nodes.len() * size_of::<Node>()
    }

    fn parent(&self, at: u32) -> u32 {
        self.nodes.get(at as usize).map_or(NONE, |node| node.parent)
    }
}

impl<N: Number> Threads<N> {
    /// The messages, each before those below it.
    pub fn messages(&self) -> impl Iterator<Item = N> + '_ {
        self.nodes.iter().filter_map(|node| N::from_u32(node.number))
    }
}

fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// A member of a thread.
pub struct Member<'a, N> {
    threads: &'a Threads<N>,
    at: u32,
}

impl<N> Clone for Member<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Member<'_, N> {}

impl<'a, N> Member<'a, N> {
    fn node(self) -> Node {
        let none = Node { number: 0, parent: NONE, end: self.at + 1 };
        self.threads.nodes.get(self.at as usize).copied().unwrap_or(none)
    }

    /// Its place in [`Threads::iter`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.at as usize
    }

    /// What it is right below of.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != NONE).then_some(Self { threads: self.threads, at: parent })
    }

    /// Those right below it.
    pub fn children(self) -> impl Iterator<Item = Member<'a, N>> {
        Siblings { threads: self.threads, at: self.at + 1, end: self.node().end }
    }

    /// All below it, each before those below that.
    pub fn descendants(self) -> impl DoubleEndedIterator<Item = Member<'a, N>> {
        let threads = self.threads;
        (self.at + 1..self.node().end).map(move |at| Member { threads, at })
    }
}

impl<N: Number> Member<'_, N> {
    /// Which message it is; `None` where it is not there, or not among those that were looked for:
    /// all that is known of it is that those below belong together.
    #[must_use]
    pub fn number(self) -> Option<N> {
        N::from_u32(self.node().number)
    }
}

impl<N: Number> fmt::Debug for Member<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("index", &self.at).field("number", &self.number()).finish()
    }
}

/// Members with the same parent, from one on.
struct Siblings<'a, N> {
    threads: &'a Threads<N>,
    at: u32,
    end: u32,
}

impl<'a, N> Iterator for Siblings<'a, N> {
    type Item = Member<'a, N>;

    fn next(&mut self) -> Option<Member<'a, N>> {
        if self.at >= self.end {
            return None;
        }
        let member = Member { threads: self.threads, at: self.at };
        self.at = member.node().end.max(self.at + 1);
        Some(member)
    }
}

/// As in a THREAD response, without recursion.
impl<N> fmt::Display for Threads<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where the lists end that are open.
        let mut open: Vec<u32> = Vec::new();
        for (at, node) in (0..).zip(&self.nodes) {
            while open.last().is_some_and(|end| *end <= at) {
                open.pop();
                f.write_str(")")?;
            }
            let parent = self.nodes.get(node.parent as usize);
            // An only child stands in the list of its parent.
            let is_only = parent.is_some_and(|parent| node.parent + 1 == at && node.end == parent.end);
            let needs_list = !is_only || node.number == 0 || parent.is_some_and(|parent| parent.number == 0);
            if parent.is_some_and(|parent| node.parent + 1 == at && parent.number != 0) {
                f.write_str(" ")?;
            }
            if needs_list {
                f.write_str("(")?;
                open.push(node.end);
            }
            if node.number != 0 {
                fmt::Display::fmt(&node.number, f)?;
            }
        }
        open.iter().try_for_each(|_| f.write_str(")"))
    }
}

impl<N> fmt::Debug for Threads<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
