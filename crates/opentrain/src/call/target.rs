//! What is called: an operation that is known, or a path that is not.

use std::borrow::Cow;

use http::Method;
use opentrain_api::{Idempotency, Operation, agent};

/// What a call is for, as far as the loop around it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: Cow<'static, str>,
    pub(crate) method: Cow<'static, str>,
    /// The path template; never a path with values in it.
    pub(crate) template: &'static str,
    /// Running it twice has the effect of running it once.
    pub(crate) repeatable: bool,
    pub(crate) tokenless: bool,
    /// It refuses in the OAuth form.
    pub(crate) oauth: bool,
}

impl Target {
    pub(crate) fn of(operation: &'static Operation) -> Self {
        Self {
            name: Cow::Borrowed(operation.id),
            method: Cow::Borrowed(operation.method),
            template: operation.path,
            repeatable: matches!(
                operation.idempotency,
                Idempotency::Read | Idempotency::Idempotent
            ),
            tokenless: operation.tokenless,
            oauth: agent::DOCUMENT.operation(operation.id).is_some(),
        }
    }

    /// An operation whose body carries an idempotency key.
    pub(crate) fn keyed(operation: &'static Operation) -> Self {
        let repeatable = operation.idempotency == Idempotency::Keyed;
        Self {
            repeatable,
            ..Self::of(operation)
        }
    }

    /// A request that no operation is known for. Only what reads is repeated.
    pub(crate) fn unknown(method: &Method) -> Self {
        Self {
            name: Cow::Borrowed("request"),
            method: Cow::Owned(method.to_string()),
            template: "",
            repeatable: method.is_safe(),
            tokenless: false,
            oauth: false,
        }
    }
}
