//! What the generated code stands on: errors that keep the answer, bounded bodies, safe paths.
//!
//! It takes the place of the generator's own run-time crate under the same names, so that a failed decode keeps status,
//! headers and body, and no error prints any of them. It is not where requests are repeated: each call is one request.

mod body;
mod decode;
mod error;
mod hooks;
mod path;
mod query;
mod response;

pub use body::ByteStream;
pub use decode::{Decode, DecodeError, decode_json, three_states};
pub use error::{Answer, AnswerFault, Error};
pub use hooks::{ClientHooks, ClientInfo, OperationInfo, RequestBuilderExt};
pub use path::{InvalidPathParameter, encode_path};
pub use query::QueryParam;
pub use response::ResponseValue;
