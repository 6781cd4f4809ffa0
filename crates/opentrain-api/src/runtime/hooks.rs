//! The places where the generated code hands over: before, during and after a request.

use std::future::Future;

use serde::Serialize;

use super::body::BodyLimit;
use super::{Error, InvalidRequest};
use crate::{Context, Document, Operation};

/// What the generated client tells of itself.
pub trait ClientInfo<Inner> {
    /// The document's version.
    fn api_version() -> &'static str;
    /// The server's URL.
    fn baseurl(&self) -> &str;
    /// The HTTP client.
    fn client(&self) -> &reqwest::Client;
    /// The context that requests are sent with.
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

/// Which operation a request is for.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation's name, such as `jobs_get`.
    pub operation_id: &'static str,
}

impl OperationInfo {
    fn operation(self) -> Option<&'static Operation> {
        let find = |document: &&Document| document.operation(self.operation_id);
        crate::DOCUMENTS.iter().find_map(find)
    }
}

/// What happens around a request of a generated client.
pub trait ClientHooks<Inner>: ClientInfo<Context> {
    /// Puts the context on the request: token, headers, time limit.
    fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<(), Error<E>>> + Send {
        self.inner().apply(request, info.operation());
        async { Ok(()) }
    }

    /// Sends the request, and ties the body's size limit to the answer.
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

    /// Does nothing.
    fn post<E>(
        &self,
        _: &reqwest::Result<reqwest::Response>,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<(), Error<E>>> + Send {
        async { Ok(()) }
    }
}

/// Form bodies, as the generated code asks for them.
pub trait RequestBuilderExt: Sized {
    /// Sends the value as a form.
    ///
    /// # Errors
    ///
    /// Never, in this implementation: a value that cannot be written fails when the request is built.
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, InvalidRequest>;
}

impl RequestBuilderExt for reqwest::RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, InvalidRequest> {
        Ok(self.form(body))
    }
}
