//! The operation of a call, as far as the attempt loop needs to know it.

use std::borrow::Cow;

use http::Method;
use opentrain_api::{Idempotency, Operation, agent};

/// Operation of a call, or a request that no operation is known for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationProfile {
    operation: Option<&'static Operation>,
    /// True if running the operation twice has the effect of running it once.
    pub(crate) repeatable: bool,
}

impl OperationProfile {
    pub(crate) fn of(operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            repeatable: matches!(
                operation.idempotency,
                Idempotency::Read | Idempotency::Idempotent
            ),
        }
    }

    /// Returns the profile of an operation whose body carries an idempotency key.
    pub(crate) fn keyed(operation: &'static Operation) -> Self {
        let repeatable = operation.idempotency == Idempotency::Keyed;
        Self {
            repeatable,
            ..Self::of(operation)
        }
    }

    /// Returns the profile of a request that no operation is known for. Only reads are repeated.
    pub(crate) fn unknown(method: &Method) -> Self {
        Self {
            operation: None,
            repeatable: method.is_safe(),
        }
    }

    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    pub(crate) fn name(&self) -> &'static str {
        self.operation.map_or("request", |operation| operation.id)
    }

    /// Returns the path template below the server's URL; empty if no operation is known.
    pub(crate) fn template(&self) -> &'static str {
        self.operation.map_or("", |operation| operation.path)
    }

    /// Returns the name of the span of a call: method and template, as the conventions for HTTP clients have it.
    pub(crate) fn span_name(&self, method: &Method) -> Cow<'static, str> {
        match self.operation {
            Some(operation) => Cow::Owned(format!("{} {}", operation.method, operation.path)),
            None => Cow::Owned(method.to_string()),
        }
    }

    pub(crate) fn is_tokenless(&self) -> bool {
        self.operation.is_some_and(|operation| operation.tokenless)
    }

    /// True if the operation refuses in the OAuth form.
    pub(crate) fn refuses_as_oauth(&self) -> bool {
        self.operation
            .is_some_and(|operation| agent::DOCUMENT.operation(operation.id).is_some())
    }
}
