//! RFC 6455, section 7.2.3: recovering from abnormal closure.

use std::time::Duration;

use anyrfc_core::{Backoff, compliance::Check};

use crate::rfc6455 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.2.3/reconnecting-backs-off",
        covers: &[r::RECONNECTING_BACKS_OFF],
        run: reconnecting_backs_off,
    },
    Check {
        name: "section-7.2.3/first-reconnect-delay-is-random",
        covers: &[r::FIRST_RECONNECT_IS_DELAYED_RANDOMLY],
        run: first_reconnect_delay_is_random,
    },
    Check {
        name: "section-7.2.3/first-delay-interval-is-configurable",
        covers: &[r::RECONNECT_INTERVAL_MAY_DIFFER],
        run: first_delay_interval_is_configurable,
    },
    Check {
        name: "section-7.2.3/reconnect-delays-grow-and-are-truncated",
        covers: &[r::RECONNECT_DELAYS_GROW],
        run: reconnect_delays_grow_and_are_truncated,
    },
];

const MINUTE: Duration = Duration::from_secs(60);

fn seed(n: u32) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&n.to_le_bytes());
    seed
}

/// How often an application that waits as told would try within `outage`.
fn attempts(mut delay: impl FnMut() -> Duration, outage: Duration) -> usize {
    let (mut waited, mut count) = (Duration::ZERO, 0);
    while waited < outage && count < 100_000 {
        waited += delay();
        count += 1;
    }
    count
}

fn reconnecting_backs_off() {
    for n in 0..50 {
        let mut backoff = Backoff::new(seed(n));
        let count = attempts(|| backoff.next_delay(), 60 * MINUTE);
        assert!(count <= 35, "{count} attempts in an hour");
        // A server that is away for a moment is found again soon.
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_secs(5));
    }
    // At once, or at a steady pace, there would be far more.
    assert!(attempts(|| Duration::ZERO, 60 * MINUTE) > 35);
    assert!(attempts(|| Duration::from_secs(5), 60 * MINUTE) > 35);
}

/// Delays within `interval` that use all of it.
fn spread(delays: &[Duration], interval: Duration) -> bool {
    let mut distinct = delays.to_vec();
    distinct.sort();
    distinct.dedup();
    let mean = delays.iter().sum::<Duration>() / delays.len() as u32;
    let off = mean.abs_diff(interval / 2);
    distinct.last().is_some_and(|most| *most <= interval)
        && distinct.len() >= delays.len() * 9 / 10
        && off <= interval * 6 / 100
}

fn first_reconnect_delay_is_random() {
    let first = |n| Backoff::new(seed(n)).next_delay();
    let delays: Vec<Duration> = (0..1000).map(first).collect();
    assert!(spread(&delays, Duration::from_secs(5)), "not spread over the interval");
    assert!(!spread(&vec![Duration::from_secs(2); 1000], Duration::from_secs(5)), "a constant is accepted");
    assert_eq!(first(7), first(7), "the seed is all it depends on");
}

fn first_delay_interval_is_configurable() {
    for interval in [Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(20)] {
        let delays: Vec<Duration> =
            (0..1000).map(|n| Backoff::new(seed(n)).first(interval).next_delay()).collect();
        assert!(spread(&delays, interval), "{interval:?}");
        // Another interval is not it.
        assert!(!spread(&delays, interval * 2) && !spread(&delays, interval / 2), "{interval:?}");
    }
    let mut never = Backoff::new(seed(1)).first(Duration::ZERO);
    assert_eq!(never.next_delay(), Duration::ZERO, "an interval of nothing is no delay");
    let mut capped = Backoff::new(seed(1)).first(Duration::from_secs(3600)).max(MINUTE);
    assert!((0..100).all(|_| capped.next_delay() <= MINUTE), "the cap holds for the first one too");
}

/// Least and most of each of the first delays, over many seeds.
fn ranges(delays: impl Fn(u32) -> Vec<Duration>) -> Vec<(Duration, Duration)> {
    let mut ranges = vec![(Duration::MAX, Duration::ZERO); 10];
    for n in 0..200 {
        for (range, delay) in ranges.iter_mut().zip(delays(n)) {
            *range = (range.0.min(delay), range.1.max(delay));
        }
    }
    ranges
}

/// Whether each range lies above the one before it, until both reach the cap.
fn grow(ranges: &[(Duration, Duration)], cap: Duration) -> bool {
    ranges.windows(2).all(|pair| {
        let [(low, high), (next_low, next_high)] = pair else { return false };
        let capped = *next_high > cap * 9 / 10;
        *next_high <= cap && if capped { *next_low > cap / 3 } else { next_low > low && next_high > high }
    })
}

fn reconnect_delays_grow_and_are_truncated() {
    let cap = Duration::from_secs(300);
    let ours = |n| {
        let mut backoff = Backoff::new(seed(n));
        (0..10).map(|_| backoff.next_delay()).collect::<Vec<_>>()
    };
    assert!(grow(&ranges(ours), cap), "{:?}", ranges(ours));
    for n in 0..200 {
        // Up to the step that reaches the cap, each delay is longer than the one before.
        let delays = ours(n);
        assert!(delays[..6].windows(2).all(|pair| pair[0] <= pair[1]), "{delays:?}");
    }
    let constant = |n: u32| vec![Duration::from_millis(2000 + u64::from(n)); 10];
    assert!(!grow(&ranges(constant), cap), "constant delays are accepted");
    let endless = |_| (0..10).map(|i| Duration::from_secs(5 << i)).collect::<Vec<_>>();
    assert!(!grow(&ranges(endless), cap), "delays without bound are accepted");

    let mut backoff = Backoff::new(seed(3));
    for _ in 0..10_000 {
        assert!(backoff.next_delay() <= cap);
    }
    assert!(backoff.next_delay() >= cap / 2, "stays near the cap");
    backoff.reset();
    assert!(backoff.next_delay() <= Duration::from_secs(5), "starts over");
}
