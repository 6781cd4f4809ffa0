//! A delivery as an extractor of axum, and refusals as its responses.

use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;

use super::{Declined, Delivery, Receiver, Unrecorded};

/// Accepts the delivery that a request carries, with the [`Receiver`] of the state.
impl<S> FromRequest<S> for Delivery
where
    Receiver: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Declined;

    async fn from_request(request: Request, state: &S) -> Result<Self, Declined> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(Declined::Unreadable)?;
        Receiver::from_ref(state).accept(&headers, body).await
    }
}

/// The [status](Declined::status), without a body.
impl IntoResponse for Declined {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

/// The [status](Unrecorded::status), without a body.
impl IntoResponse for Unrecorded {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}
