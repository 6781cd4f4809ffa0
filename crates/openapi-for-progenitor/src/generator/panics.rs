//! Panics as error messages: the message, and the line that it comes from.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

static INSTALLED: Once = Once::new();

/// Returns the result of a function that may panic, or the message of its panic, which is not printed.
pub fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    INSTALLED.call_once(install);
    IS_CAUGHT.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(act));
    IS_CAUGHT.set(false);
    result.map_err(|_payload| LAST.take())
}

/// Captures the messages of panics that are caught here; all others go to the previous hook.
fn install() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !IS_CAUGHT.get() {
            return others(info);
        }
        let payload = info.payload();
        let text = (payload.downcast_ref::<&str>().copied())
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("it panicked");
        let place = info.location().map_or_else(String::new, |location| {
            let file = location.file().rsplit('/').next().unwrap_or_default();
            format!("{file}:{}: ", location.line())
        });
        LAST.set(format!("{place}{text}"));
    }));
}
