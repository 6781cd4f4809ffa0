//! Bearer token, which all documents share.

secret_string! {
    /// Bearer token, `ot_pat_…`. `Debug` does not show it; serialising it does.
    ApiToken
}
