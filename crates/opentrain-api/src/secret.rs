//! The bearer token, which all documents share.

secret_string! {
    /// A bearer token, `ot_pat_…`. `Debug` does not show it; serialising it does.
    ApiToken
}
