//! Hooks of the generated code: before, during and after a request.

use std::future::Future;

use serde::Serialize;

use super::body::BodyLimit;
use super::{Error, InvalidRequest};
use crate::{Context, Document, Operation};

/// Properties of a generated client.
pub trait ClientInfo<Inner> {
    /// Returns the version of the document.
    fn api_version() -> &'static str;
    /// Returns the URL of the server.
    fn baseurl(&self) -> &str;
    /// Returns the HTTP client.
    fn client(&self) -> &reqwest::Client;
    /// Returns the context that requests are sent with.
    fn inner(&self) -> &Inner;
}

impl<T: ClientInfo<Inner>, Inner> ClientInfo<Inner> for &T {
    fn api_version() -> &'static str {
        T::api_version()
    }

    fn baseurl(&self) -> &str {
        T::baseurl(self)
    }

    fn client(&self) -> &reqwest::Client {
        T::client(self)
    }

    fn inner(&self) -> &Inner {
        T::inner(self)
    }
}

/// Operation that a request is for.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// Name of the operation, such as `jobs_get`.
    pub operation_id: &'static str,
}

impl OperationInfo {
    fn operation(self) -> Option<&'static Operation> {
        let find = |document: &&Document| document.operation(self.operation_id);
        crate::DOCUMENTS.iter().find_map(find)
    }
}

/// Hooks around a request of a generated client.
pub trait ClientHooks<Inner>: ClientInfo<Context> {
    /// Adds the context to the request: token, headers, time limit.
    fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<(), Error<E>>> + Send {
        self.inner().apply(request, info.operation());
        async { Ok(()) }
    }

    /// Sends the request, and ties the body's size limit to the response.
    fn exec(
        &self,
        request: reqwest::Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<reqwest::Response>> + Send {
        let limit = BodyLimit(self.inner().limit());
        let sent = self.client().execute(request);
        async move {
            let mut response = sent.await?;
            response.extensions_mut().insert(limit);
            Ok(response)
        }
    }

    /// Leaves the result unchanged.
    fn post<E>(
        &self,
        _: &reqwest::Result<reqwest::Response>,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<(), Error<E>>> + Send {
        async { Ok(()) }
    }
}

/// Form bodies, in the way that the generated code calls for them.
pub trait RequestBuilderExt: Sized {
    /// Sends the value as a form.
    ///
    /// # Errors
    ///
    /// Never, in this implementation: for a value that cannot be written, building the request fails.
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, InvalidRequest>;
}

impl RequestBuilderExt for reqwest::RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, InvalidRequest> {
        Ok(self.form(body))
    }
}
