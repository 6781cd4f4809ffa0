//! String types of the generated modules: open enums, ids, secrets.

/// Methods and trait impls that all string types share.
macro_rules! string_type_basics {
    ($name:ident) => {
        impl From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }
    };
}

/// Comparison of an open enum or an id with its text on the wire.
macro_rules! text_comparison {
    ($name:ident) => {
        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    };
}

/// Decoding of an id, a cursor or a secret, of which no character may be lost.
macro_rules! exact_text {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::values::exact_text(deserializer, stringify!($name)).map(Self)
            }
        }
    };
}

/// Open string enum: it keeps values that it does not know, so that a new one breaks no reader.
macro_rules! open_enum {
    ($(#[doc = $doc:expr])* $name:ident { $($(#[doc = $variant_doc:expr])* $variant:ident = $wire:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)*
            /// Value that the document does not list. It is written back as it was read.
            Unknown(String),
        }

        impl $name {
            /// Values that the document lists.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// Returns the value as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(value) => value,
                }
            }

            /// Returns the value of a text that the document lists.
            fn known(text: &str) -> Option<Self> {
                match text {
                    $($wire => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::known(&value).unwrap_or(Self::Unknown(value))
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::known(value).unwrap_or_else(|| Self::Unknown(String::from(value)))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
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
                        f.write_str("a string")
                    }

                    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
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

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                // The second variant keeps the set open.
                ::schemars::json_schema!({
                    "description": concat!($($doc),*),
                    "anyOf": [{ "type": "string", "enum": [$($wire),*] }, { "type": "string" }],
                })
            }
        }

        string_type_basics!($name);
        text_comparison!($name);
    };
}

/// Opaque identifier as a type of its own. Any string decodes, except one that has lost characters; a path refuses a string that
/// would change its meaning.
macro_rules! string_id {
    ($(#[doc = $doc:expr])* $name:ident) => {
        $(#[doc = $doc])*
        ///
        #[doc = concat!("Make one from text with `", stringify!($name), "::from(\"…\")`.")]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the identifier as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(String::from(value))
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        string_json_schema!($name);
        string_type_basics!($name);
        text_comparison!($name);
        exact_text!($name);
    };
}

/// String that `Debug` does not show and that has no `Display`.
macro_rules! secret_string {
    ($(#[doc = $doc:expr])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Returns the secret itself. Do not log it.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(String::from(value))
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }
        }

        string_json_schema!($name);
        string_type_basics!($name);
        exact_text!($name);
    };
}

/// The JSON Schema of a string type.
macro_rules! string_json_schema {
    ($name:ident) => {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string" })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::ApiToken;
    use crate::agent::types::ClaimToken;
    use crate::public::types::{Cursor, ErrorCode, JobId, PayType};

    #[test]
    fn an_unknown_value_is_kept_and_written_back() {
        let read: Vec<PayType> = serde_json::from_str(r#"["PAY_PER_HOUR","BARTER"]"#).unwrap();
        assert_eq!(
            read,
            [PayType::PerHour, PayType::Unknown(String::from("BARTER"))]
        );
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"["PAY_PER_HOUR","BARTER"]"#
        );
    }

    #[test]
    fn a_text_that_has_lost_a_character_is_no_id_no_cursor_and_no_secret() {
        let json = "{\"a\":\"job_\u{FFFD}1\"\n}";
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        macro_rules! refused {
            ($($name:ident)*) => {$(
                let expected = format!(
                    "a `{}` must be exact, and this text has lost a character (U+FFFD)",
                    stringify!($name)
                );
                let read = serde_json::from_str::<std::collections::BTreeMap<String, $name>>(json);
                assert_eq!(read.unwrap_err().to_string(), format!("{expected} at line 1 column 15"));
                let read = serde_json::from_value::<$name>(value["a"].clone());
                assert_eq!(read.unwrap_err().to_string(), expected);
            )*};
        }
        refused!(JobId Cursor ApiToken ClaimToken);
        let code: ErrorCode = serde_json::from_value(value["a"].clone()).unwrap();
        assert_eq!(code, "job_\u{FFFD}1");
    }

    #[test]
    fn enums_and_ids_are_compared_with_their_texts() {
        let (code, id) = (ErrorCode::NotFound, JobId::from("job_1"));
        assert!(code == "NOT_FOUND" && code != "not_found");
        assert!(id == "job_1" && id != *"job_2");
    }
}
