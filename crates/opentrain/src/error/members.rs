//! The members of a JSON object, each kept as text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::call::lenient;

/// Number of members up to which a member is found by going over them.
const FEW: usize = 16;

/// Members of a JSON object in their order, each value as its text. Of members with one name the last counts.
#[derive(Debug, Default)]
pub(crate) struct Members<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// Positions by name, if there are more than a few members.
    positions: HashMap<Cow<'a, str>, usize>,
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
    pub(crate) fn complete(self) -> Option<Vec<(Cow<'a, str>, &'a RawValue)>> {
        self.is_complete.then_some(self.members)
    }

    /// Returns the text of a member's value.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        Some(self.members[self.position(name)?].1.get())
    }

    fn position(&self, name: &str) -> Option<usize> {
        if self.positions.is_empty() {
            return self.members.iter().position(|(other, _)| other == name);
        }
        self.positions.get(name).copied()
    }

    /// Returns every member with the text of its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_ref(), value.get()))
    }

    fn insert(&mut self, name: Cow<'a, str>, value: &'a RawValue) {
        if let Some(position) = self.position(&name) {
            self.members[position].1 = value;
            return;
        }
        self.members.push((name, value));
        // From here on, going over all of them for each one would take too long.
        let unindexed = self.members.iter().enumerate().skip(self.positions.len());
        if self.members.len() > FEW {
            let positions = unindexed.map(|(position, (name, _))| (name.clone(), position));
            self.positions.extend(positions);
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
        while let Some((name, value)) = map.next_entry::<&'a RawValue, &'a RawValue>()? {
            // A name that cannot be read exactly has its broken characters replaced, and hides no other member.
            let name = lenient::string(name.get());
            self.0.insert(name.unwrap_or_default(), value);
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

    #[test]
    fn a_name_that_cannot_be_read_hides_no_other_member() {
        let members = Members::read(r#"{"a":1,"x\ud83d":2,"b\n":3}"#);
        assert_eq!(
            [
                members.get("a"),
                members.get("x\u{fffd}"),
                members.get("b\n")
            ],
            [Some("1"), Some("2"), Some("3")]
        );
        assert!(members.complete().is_some());
    }

    #[test]
    fn many_members_take_time_that_grows_with_their_number() {
        let body: Vec<String> = (0..200_000)
            .map(|number| format!("\"a{number}\":0"))
            .collect();
        let body = format!("{{{}}}", body.join(","));
        assert_eq!(Members::read(&body).complete().unwrap().len(), 200_000);
    }
}
