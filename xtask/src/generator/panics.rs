//! Panics as sentences: what was said, and where.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what a panic says for [`caught`] rather than printing it.
pub(super) fn keep() {
    panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("it panicked");
        let place = info.location().map_or_else(String::new, |location| {
            let file = location.file().rsplit('/').next().unwrap_or_default();
            format!("{file}:{}: ", location.line())
        });
        LAST.set(format!("{place}{text}"));
    }));
}

/// The result of something that may panic.
pub(super) fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(act)).map_err(|_payload| LAST.take())
}
