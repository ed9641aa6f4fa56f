//! Every state with every input.

use std::fmt::Debug;

use crate::state::Transition;

/// Proves that a machine and its table say the same for every state and every
/// input: `actual` brings a real machine into the state, applies the input and
/// says where it stands then, or `None` when it refuses.
///
/// # Panics
/// When they disagree, or the table says two things.
pub fn exhaustive_transitions<S, I>(
    states: &[S],
    inputs: &[I],
    table: &[Transition<S, I>],
    actual: impl Fn(S, I) -> Option<S>,
) where
    S: Copy + PartialEq + Debug,
    I: Copy + PartialEq + Debug,
{
    assert!(!states.is_empty() && !inputs.is_empty(), "nothing to try");
    let mut wrong = Vec::new();
    for &state in states {
        for &input in inputs {
            let mut rows = table.iter().filter(|row| row.from == state && row.on == input);
            let expected = rows.next().map(|row| row.to);
            if rows.next().is_some() {
                wrong.push(format!("{state:?} on {input:?}: the table says two things"));
            }
            let found = actual(state, input);
            if found != expected {
                wrong.push(format!(
                    "{state:?} on {input:?}: the table says {expected:?}, the machine {found:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the pairs are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

/// Proves that every state can be reached from `initial`, that every state can
/// reach one of `ends`, and that nothing leads out of those.
///
/// # Panics
/// When one cannot.
pub fn connected_table<S, I>(states: &[S], table: &[Transition<S, I>], initial: S, ends: &[S])
where
    S: Copy + PartialEq + Debug,
    I: Copy + PartialEq + Debug,
{
    let reached = |from: S| {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(&state) = seen.get(next) {
            next += 1;
            for row in table.iter().filter(|row| row.from == state) {
                if !seen.contains(&row.to) {
                    seen.push(row.to);
                }
            }
        }
        seen
    };
    let from_start = reached(initial);
    for &state in states {
        assert!(from_start.contains(&state), "{state:?} cannot be reached from {initial:?}");
        assert!(
            reached(state).iter().any(|state| ends.contains(state)),
            "no end can be reached from {state:?}"
        );
        if ends.contains(&state) {
            let out = table.iter().find(|row| row.from == state);
            assert!(out.is_none(), "{state:?} is an end, and yet {:?} leads on", out.map(|row| row.on));
        }
    }
}
