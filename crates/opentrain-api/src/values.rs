//! Values whose text matters: money, instants and dates.

/// Implements the JSON form of a value: text, written by its `Display` and read by its `FromStr`.
macro_rules! json_text {
    ($name:ident, $format:literal, $example:literal) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                struct Visitor;

                impl ::serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("a text such as `", $example, "`"))
                    }

                    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "format": $format })
            }
        }
    };
}

mod date;
mod exact_text;
mod instant;
mod number;
mod timestamp;
mod usd;

pub(crate) use exact_text::exact_text;
pub(crate) use number::number;

pub use date::{Date, InvalidDate};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use usd::{InvalidUsd, Usd};
