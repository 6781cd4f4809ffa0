//! Response that has lists and members of its own.

use std::fmt;
use std::ops::Deref;

use opentrain_api::Operation;
use opentrain_api::runtime::{InvalidRequest, PreparedRequest};

use crate::call::{Call, Decoder, OperationProfile};
use crate::client::Client;
use crate::error::BadElement;

/// Response with lists: the body, whose lists hold the elements that decoded, and the elements that did not.
///
/// The body's own fields, for example the cursor, always arrive. The response dereferences to the body.
#[derive(Clone)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Listed<T> {
    /// The body.
    pub body: T,
    /// Elements that did not decode, in the order of their lists.
    pub rejected: Vec<BadElement>,
}

impl<T> Deref for Listed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Listed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("body", &self.body)
            .field("rejected", &self.rejected)
            .finish()
    }
}

impl Client {
    /// Returns the call of an operation whose response has lists. `lists` has the names of the members that hold them.
    pub(crate) fn call_for_listed<B: Send + 'static>(
        &self,
        operation: &'static Operation,
        prepared: Result<PreparedRequest<B>, InvalidRequest>,
        lists: &'static [&'static str],
    ) -> Call<Listed<B>> {
        let prepared = prepared.map(|prepared| {
            let (request, decode) = prepared.into_parts();
            let decoder = Decoder::with_lists(decode, lists, |body, beside| {
                Ok(Listed {
                    body,
                    rejected: beside.rejected,
                })
            });
            (request, decoder)
        });
        Call::new(self, OperationProfile::of(operation), prepared)
    }
}
