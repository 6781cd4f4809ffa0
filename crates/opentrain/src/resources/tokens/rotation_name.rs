//! The name of a rotated token, which tells the token that it was rotated from.

/// Longest name that the service takes, in characters.
const LONGEST: usize = 120;
/// Name of a token whose predecessor has none.
const UNNAMED: &str = "API token";
/// Mark before the id of the old token.
const MARK: &str = " (rotated from ";

/// Returns the name of a token that replaces the one with this id.
pub(super) fn of(name: &str, id: &str) -> String {
    let name = plain(name).trim();
    let name = if name.is_empty() { UNNAMED } else { name };
    let mark = format!("{MARK}{id})");
    let room = LONGEST.saturating_sub(mark.chars().count());
    let name: String = name.chars().take(room).collect();
    format!("{}{mark}", name.trim_end())
}

/// Returns the id of the token that a token of this name was rotated from. `None` if it was made otherwise.
pub(super) fn source(name: &str) -> Option<&str> {
    let (_, rest) = name.trim().rsplit_once(MARK)?;
    rest.strip_suffix(')').filter(|id| !id.is_empty())
}

/// Returns a name without the mark of a rotation.
fn plain(name: &str) -> &str {
    match source(name) {
        Some(_) => name.rsplit_once(MARK).map_or(name, |(plain, _)| plain),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{of, source};

    #[test]
    fn a_name_keeps_its_plain_part_and_names_the_last_source_alone() {
        let first = of("Night sync", "tok_1");
        assert_eq!(first, "Night sync (rotated from tok_1)");
        let second = of(&first, "tok_2");
        assert_eq!(second, "Night sync (rotated from tok_2)");
        assert_eq!(
            (source(&first), source(&second)),
            (Some("tok_1"), Some("tok_2"))
        );
        assert_eq!(of(" ", "tok_3"), "API token (rotated from tok_3)");
    }

    #[test]
    fn a_name_is_never_too_long_and_its_source_stays_whole() {
        let name = of(&"é".repeat(200), "tok_000123");
        assert_eq!(name.chars().count(), 120);
        assert_eq!(source(&name), Some("tok_000123"));
    }

    #[test]
    fn names_that_people_give_have_no_source() {
        for name in [
            "",
            "Night sync",
            "(rotated from )",
            "a (rotated from )",
            "a (rotated from tok_1",
        ] {
            assert_eq!(source(name), None, "{name}");
        }
    }
}
