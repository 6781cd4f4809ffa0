//! Run time of the generated code: errors that keep the response, bounded bodies, safe paths.
//!
//! It replaces the generator's own run-time crate under the same names, so that a failed decode keeps status,
//! headers and body, and no error prints any of them. It does not repeat requests: each call is one request.

mod base_url;
mod body;
mod decode;
mod error;
mod hooks;
mod json_path;
mod path;
mod prepared_request;
mod printable;
mod query;
mod raw_response;
mod response;

pub(crate) use base_url::BaseUrl;
pub(crate) use body::BodyLimit;
pub use body::ByteStream;
pub use decode::{Decode, DecodeError, decode_json, three_states};
pub use error::Error;
pub use hooks::{ClientHooks, ClientInfo, OperationInfo, RequestBuilderExt};
pub use json_path::end_of_string;
pub use path::{InvalidPathParameter, encode_path};
pub use prepared_request::{DecodeBody, InvalidRequest, PreparedRequest};
pub use printable::printable;
pub(crate) use printable::{masked_without, printable_without};
pub use query::QueryParam;
pub use raw_response::{RawResponse, ResponseFault};
pub use response::ResponseValue;
