//! Masks secrets in printed text.

/// Prefixes of the service's secrets.
const PREFIXES: &[&str] = &["ot_pat_", "ot_clm_", "ot_cat_", "ot_ptk_", "whsec_"];
const MASK: &str = "***";

/// Returns the text with every secret in it cut down to its prefix.
pub(crate) fn mask(text: &str) -> String {
    // Every prefix has an underscore, and most texts have none.
    if !text.contains('_') {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, prefix)) = first_secret(rest) {
        let secret = start + prefix.len();
        masked.push_str(&rest[..secret]);
        masked.push_str(MASK);
        rest = rest[secret..]
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    }
    masked.push_str(rest);
    masked
}

fn first_secret(text: &str) -> Option<(usize, &'static str)> {
    let found = PREFIXES
        .iter()
        .filter_map(|prefix| Some((text.find(prefix)?, *prefix)));
    found.min_by_key(|(start, _)| *start)
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn secrets_are_cut_and_the_rest_is_kept() {
        assert_eq!(
            mask(r#"{"a":"ot_pat_1_x-y","b":"ot_clm_z"} and ot_pat_"#),
            r#"{"a":"ot_pat_***","b":"ot_clm_***"} and ot_pat_***"#
        );
        assert_eq!(mask("nothing here"), "nothing here");
    }
}
