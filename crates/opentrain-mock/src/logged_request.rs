//! Request in the log.

use crate::request::RawRequest;

/// Bytes of a text beside its letters.
const OVERHEAD: usize = size_of::<String>();

/// Request with its outcome. It becomes a [`RecordedRequest`](crate::RecordedRequest) when the log is read, which most requests never
/// are.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoggedRequest {
    pub(crate) incoming: RawRequest,
    /// Request target exactly as it came.
    pub(crate) target: String,
    /// Number of bytes of the body, as far as it was read.
    pub(crate) body_length: usize,
    /// Status of the response; 0 if none was begun.
    pub(crate) status: u16,
    /// Gate that stopped the request.
    pub(crate) stopped_by: Option<&'static str>,
    /// Objection of strict mode.
    pub(crate) objection: Option<String>,
    /// Fault that hit the request, or a note that the client did not wait.
    pub(crate) fault: Option<String>,
    /// Number of the connection.
    pub(crate) connection: u64,
}

impl LoggedRequest {
    /// Returns a request without a response.
    pub(crate) fn new(incoming: RawRequest, target: String, connection: u64) -> Self {
        Self {
            body_length: incoming.body.as_ref().map_or(0, Vec::len),
            incoming,
            target,
            connection,
            ..Self::default()
        }
    }

    /// Keeps no more than so many bytes of the body.
    pub(crate) fn cut_body(&mut self, most: usize) {
        if let Ok(body) = &mut self.incoming.body {
            body.truncate(most);
            body.shrink_to_fit();
        }
    }

    /// Returns the approximate number of bytes of the request.
    pub(crate) fn weight(&self) -> usize {
        let RawRequest {
            method,
            path,
            query,
            headers,
            body,
            route: _,
        } = &self.incoming;
        let pair = |(name, value): &(String, String)| name.len() + value.len() + 2 * OVERHEAD;
        let headers: usize = headers.iter().map(pair).sum();
        let texts = method.len() + self.target.len() + path.len() + query.len();
        let notes = [&self.objection, &self.fault];
        let notes: usize = notes.into_iter().flatten().map(String::len).sum();
        size_of::<Self>() + texts + notes + headers + body.as_ref().map_or(0, Vec::len)
    }
}

#[cfg(test)]
mod tests {
    use super::LoggedRequest;

    #[test]
    fn each_part_of_a_request_has_its_weight() {
        let empty = LoggedRequest::default();
        let with = |change: fn(&mut LoggedRequest)| {
            let mut request = empty.clone();
            change(&mut request);
            request.weight() - empty.weight()
        };
        let texts = [
            with(|request| request.incoming.method.push_str("four")),
            with(|request| request.target.push_str("four")),
            with(|request| request.incoming.path.push_str("four")),
            with(|request| request.incoming.query.push_str("four")),
            with(|request| request.incoming.body = Ok(b"four".to_vec())),
            with(|request| request.objection = Some("four".to_owned())),
            with(|request| request.fault = Some("four".to_owned())),
        ];
        assert_eq!(texts, [4; 7]);
        let both = with(|request| {
            request.objection = Some("four".to_owned());
            request.fault = Some("five5".to_owned());
        });
        assert_eq!(both, 9);
        let header = with(|request| {
            let header = ("six".to_owned(), "four".to_owned());
            request.incoming.headers.push(header);
        });
        assert_eq!(header, 7 + 2 * size_of::<String>());
    }
}
