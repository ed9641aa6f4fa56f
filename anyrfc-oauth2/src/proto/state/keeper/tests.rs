use serde_json::json;

use super::*;
use crate::Tolerances;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A client of its own right, whose server grants tokens that live for an hour.
struct Trial {
    keeper: Keeper,
    start: Moment,
    random: Random,
}

impl Trial {
    fn new(required: &str) -> Self {
        let required = if required.is_empty() { Scope::empty() } else { Scope::new(required).unwrap() };
        let start = Moment { instant: Instant::now(), unix: seconds(1_700_000_000) };
        let keeper = Keeper::new(Means::Again, false, seconds(600), required);
        Self { keeper, start, random: Random::new([1; 32]) }
    }

    fn at(&self, after: Duration) -> Instant {
        self.start.instant + after
    }

    fn asks(&mut self, after: Duration) -> bool {
        matches!(self.keeper.task(self.at(after)), Some(Task::Ask { .. }))
    }

    fn grants(&mut self, after: Duration, scope: &str) {
        assert!(self.asks(after));
        let body = json!({"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "scope": scope});
        let tokens = TokenResponse::read(body.as_object().unwrap().clone(), Tolerances::NONE).unwrap();
        let now = self.start.after(after);
        self.keeper.finish(Done::Answered(Ok((Box::new(tokens), now))), now, &mut self.random);
        // There is no store, so that nobody has to wait for one.
        assert!(self.keeper.task(now.instant).is_none());
        assert_eq!(self.keeper.state(), State::Held);
    }

    fn refuses(&mut self, after: Duration, retry_after: Duration) {
        assert!(self.asks(after));
        let detail = Detail::Status { status: 503, retry_after: Some(retry_after) };
        let error = Error::new(ErrorKind::Io, "busy").with_detail(detail);
        self.keeper.finish(Done::Answered(Err(error)), self.start.after(after), &mut self.random);
    }

    /// What somebody gets who comes then, and sees to the work.
    fn gets(&self, after: Duration) -> Option<Result<(), ErrorKind>> {
        let mut seat = self.keeper.seat(Want::Token);
        let answer = self.keeper.answer(&mut seat, true, self.at(after))?;
        Some(answer.map(|token| assert!(token.is_some())).map_err(|error| error.kind()))
    }
}

const MOMENT: Duration = Duration::from_nanos(1);

#[test]
fn a_server_that_wants_to_be_left_alone_is_until_the_moment_that_it_said() {
    let mut trial = Trial::new("");
    assert_eq!(trial.gets(seconds(0)), None);
    trial.refuses(seconds(0), seconds(60));
    assert_eq!(trial.gets(seconds(60) - MOMENT), Some(Err(ErrorKind::Io)));
    assert_eq!(trial.gets(seconds(60)), None);
    // While it is asked, whoever comes waits.
    assert!(trial.asks(seconds(60)));
    assert_eq!(trial.gets(seconds(60)), None);
    assert_eq!(trial.gets(seconds(1)), None);
}

#[test]
fn an_early_renewal_that_failed_is_tried_again_when_its_time_comes() {
    let mut trial = Trial::new("");
    trial.grants(seconds(0), "x");
    assert_eq!(trial.gets(seconds(2000)), Some(Ok(())));
    assert_eq!(trial.gets(seconds(3000)), None, "it is due");
    trial.refuses(seconds(3000), seconds(100));
    assert_eq!(trial.keeper.state(), State::Held);
    assert_eq!(trial.gets(seconds(3100) - MOMENT), Some(Ok(())));
    assert_eq!(trial.gets(seconds(3100)), None);
    // Nobody who is not to see to it waits for that.
    let mut seat = trial.keeper.seat(Want::Token);
    assert!(trial.keeper.answer(&mut seat, false, trial.at(seconds(3100))).is_some());
}

#[test]
fn a_token_that_is_not_good_enough_is_told_of_until_another_is_due() {
    let mut trial = Trial::new("a b");
    trial.grants(seconds(0), "a");
    assert!(trial.keeper.published().is_none());
    assert_eq!(trial.gets(seconds(2000)), Some(Err(ErrorKind::Refused)));
    assert_eq!(trial.gets(seconds(3000)), None);
    trial.grants(seconds(3000), "b a");
    assert_eq!(trial.gets(seconds(3000)), Some(Ok(())));
    assert!(trial.keeper.published().is_some());
}

#[test]
fn a_token_lives_to_its_last_moment_and_is_the_one_that_was_handed_out() {
    let mut trial = Trial::new("");
    trial.grants(seconds(0), "x");
    let token = trial.keeper.published().unwrap().clone();
    let over = trial.at(seconds(3600));
    assert_eq!((token.expires_at(), token.scope()), (Some(over), Some(&Scope::new("x").unwrap())));
    assert!(token.is_valid(over - MOMENT) && !token.is_valid(over));
    let due = token.0.life.unwrap().due;
    assert!(!token.is_due(due - MOMENT) && token.is_due(due));
    assert!(token.is_same(&token.clone()));
    trial.grants(seconds(3000), "x");
    let next = trial.keeper.published().unwrap().clone();
    assert!(!token.is_same(&next));
    // The old one was replaced already: to refuse it changes nothing.
    assert!(!trial.keeper.reject(&token) && trial.keeper.published().is_some());
    assert!(trial.keeper.reject(&next) && trial.keeper.published().is_none());
}
