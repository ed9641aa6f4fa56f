//! The server by itself, against clients written by hand.

mod machine;
mod rules;
mod scripts;
mod served;
mod transfers;

use super::*;

/// What the server answers to each of these groups of octets, the greeting left out.
fn play(server: &Server, groups: &[&str]) -> Vec<String> {
    let mut session = server.session();
    session.take_output();
    play_on(&mut session, groups)
}

fn play_on(session: &mut Session, groups: &[&str]) -> Vec<String> {
    let answer = |group: &&str| {
        session.receive(group.as_bytes());
        String::from_utf8(session.take_output()).unwrap()
    };
    groups.iter().map(answer).collect()
}

/// The codes of the replies to each group.
fn codes(server: &Server, groups: &[&str]) -> Vec<Vec<u16>> {
    play(server, groups).iter().map(|text| codes_of(text)).collect()
}

fn codes_of(text: &str) -> Vec<u16> {
    let last = text.lines().filter(|line| line.as_bytes().get(3) != Some(&b'-'));
    last.map(|line| line.get(..3).unwrap().parse().unwrap()).collect()
}

/// The statements that were broken, as ids.
fn faults(server: &Server) -> Vec<String> {
    server.faults().iter().map(Breach::id).collect()
}

const EHLO: &str = "EHLO client.example.org\r\n";
const MAIL: &str = "MAIL FROM:<a@example.org>\r\n";
const RCPT: &str = "RCPT TO:<b@example.org>\r\n";
