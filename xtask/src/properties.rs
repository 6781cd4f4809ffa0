//! Properties of `regen`, on random documents; `OPENAPI_DOCUMENTS` and `OPENAPI_SEED` choose them.

mod odd;
mod regens;
