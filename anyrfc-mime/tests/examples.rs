//! The examples, run.

#[allow(dead_code)]
#[path = "../examples/letter.rs"]
mod letter;

#[test]
fn a_letter_written_and_read() {
    let told = letter::told(&letter::written().unwrap());
    for said in [
        "from:    Ann Example <ann@example.org>\n",
        "Zoë <zoe@example.net>\n",
        "subject: Grüße\n",
        "text:    See you there.\n",
        "file:    der Weg.txt (text/plain",
        "24 octets)\n",
    ] {
        assert!(told.contains(said), "{told}");
    }
    assert!(!told.contains("damage:"), "{told}");
    assert!(letter::told(b"From: ann@example.org\r\nFrom: eve@example.org\r\n\r\n").contains("damage:"));
}
