//! The members of a JSON object, each kept as text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Members of a JSON object in their order, each value as its text. Of members with one name the last counts.
#[derive(Debug, Default)]
pub(crate) struct Members<'a> {
    members: Vec<(String, &'a RawValue)>,
    is_complete: bool,
}

impl<'a> Members<'a> {
    /// Reads the text as far as it is an object.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut members = Self::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        // The members before an error are kept.
        let end = Collect(&mut members).deserialize(&mut reader);
        members.is_complete = end.and_then(|()| reader.end()).is_ok();
        members
    }

    /// Returns the members. `None` if the text is not a whole object.
    pub(crate) fn complete(self) -> Option<Vec<(String, &'a RawValue)>> {
        self.is_complete.then_some(self.members)
    }

    /// Returns the text of a member's value.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.members.iter().find(|(other, _)| other == name)?;
        Some(found.1.get())
    }

    /// Returns every member with the text of its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_str(), value.get()))
    }

    fn insert(&mut self, name: String, value: &'a RawValue) {
        match self.members.iter_mut().find(|(other, _)| *other == name) {
            Some(member) => member.1 = value,
            None => self.members.push((name, value)),
        }
    }
}

struct Collect<'m, 'a>(&'m mut Members<'a>);

impl<'a> DeserializeSeed<'a> for Collect<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Collect<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            self.0.insert(name, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn the_members_before_a_fault_are_kept() {
        for (text, complete) in [
            (r#"{"a":1,"b":[{}]}"#, true),
            (r#"{"a":1,"b":[{}],"c":"x"#, false),
            (r#"{"a":0,"b":[{}],"a":1}"#, true),
            (r#"{"a":1,"b":[{}]} x"#, false),
        ] {
            let members = Members::read(text);
            assert_eq!(
                [members.get("a"), members.get("b")],
                [Some("1"), Some("[{}]")],
                "{text}"
            );
            assert_eq!(members.complete().is_some(), complete, "{text}");
        }
        assert!(Members::read("[1]").complete().is_none());
    }
}
