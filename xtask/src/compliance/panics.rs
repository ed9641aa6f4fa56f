//! Panics of checks: part of the report, not of the noise.

use std::{collections::HashMap, panic, sync::Mutex};

/// Where each thread panicked last, by the thread's name: a check's, for its own thread.
static PLACES: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);

/// From now on only the main thread's panics are printed; of the others it is
/// noted where they happened. Checks start threads of their own, so that all
/// threads but the main one are theirs.
pub(super) fn silence() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default();
        if name == "main" {
            default(info);
            return;
        }
        let Some(location) = info.location() else { return };
        let place = format!("{}:{}", location.file().replace('\\', "/"), location.line());
        if let Ok(mut places) = PLACES.lock() {
            places.get_or_insert_default().insert(name.to_owned(), place);
        }
    }));
}

/// Panics are printed again.
pub(super) fn restore() {
    // The default hook.
    let _ = panic::take_hook();
}

/// Where the check called `name` panicked.
pub(super) fn place_of(name: &str) -> Option<String> {
    PLACES.lock().ok()?.as_ref()?.get(name).cloned()
}
