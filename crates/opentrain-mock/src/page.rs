//! Limits and pages of lists.

use crate::api_failure::ApiFailure;
use crate::request::Pairs;

/// Largest page; a higher `limit` counts as this.
const LIMIT_CAP: usize = 100;
/// Page size without a `limit`.
const LIMIT_DEFAULT: usize = 25;

/// One page, and the cursor of the next one.
#[derive(Debug, PartialEq)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

/// Returns the `limit` of a request to a list whose refusals have no `details`.
pub(crate) fn limit(query: &Pairs) -> Result<usize, ApiFailure> {
    let Some(text) = query.get("limit") else {
        return Ok(LIMIT_DEFAULT);
    };
    match text.parse::<usize>() {
        Ok(limit) if limit >= 1 => Ok(limit.min(LIMIT_CAP)),
        Ok(_) | Err(_) => Err(ApiFailure::bad_request(
            "limit must be a whole number from 1 to 100",
        )),
    }
}

/// Returns the `limit` of a request to a list that takes none above its cap, and whose refusals name the field.
pub(crate) fn limit_within(query: &Pairs, default: usize, cap: usize) -> Result<usize, ApiFailure> {
    read_limit(query, default, cap).map_err(|error| ApiFailure::bad_field("limit", error))
}

/// Does the same, with a sentence as the error.
pub(crate) fn read_limit(query: &Pairs, default: usize, cap: usize) -> Result<usize, String> {
    let Some(text) = query.get("limit") else {
        return Ok(default);
    };
    let limit = text.parse().ok().filter(|limit| (1..=cap).contains(limit));
    limit.ok_or_else(|| format!("limit must be a whole number from 1 to {cap}"))
}

/// Takes the first `limit` of the remaining items. The cursor of the next page is that of the last item.
pub(crate) fn take<T>(
    rest: impl Iterator<Item = T>,
    limit: usize,
    cursor_of: impl Fn(&T) -> String,
) -> Page<T> {
    let mut items: Vec<T> = rest.take(limit + 1).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(cursor_of);
    Page { items, next_cursor }
}

/// Returns the failure for a cursor that is not one of the list.
pub(crate) fn unknown_cursor() -> ApiFailure {
    ApiFailure::bad_request("cursor is not one that this list has given out")
}

#[cfg(test)]
mod tests {
    use super::{Page, limit, limit_within, take};
    use crate::request::Pairs;

    fn page(from: u32, to: u32) -> Page<u32> {
        take(from..to, 2, ToString::to_string)
    }

    #[test]
    fn last_page_has_no_next_cursor_even_when_it_is_full() {
        assert_eq!(page(0, 3).next_cursor.as_deref(), Some("1"));
        assert_eq!(page(0, 2).next_cursor, None);
        assert_eq!(page(0, 0).items, Vec::<u32>::new());
    }

    #[test]
    fn limit_with_a_hard_cap_is_refused_on_both_sides() {
        let limit_of = |text: &str| limit_within(&Pairs::parse(text), 20, 200).ok();
        assert_eq!(limit_of(""), Some(20));
        assert_eq!(limit_of("limit=200"), Some(200));
        for refused in ["limit=0", "limit=201", "limit=ten"] {
            assert_eq!(limit_of(refused), None, "{refused}");
        }
    }

    #[test]
    fn limit_is_clamped_above_and_refused_below() {
        let limit_of = |text: &str| limit(&Pairs::parse(text));
        assert_eq!(limit_of(""), Ok(25));
        assert_eq!(limit_of("limit=3"), Ok(3));
        assert_eq!(limit_of("limit=1000"), Ok(100));
        for refused in ["limit=0", "limit=-1", "limit=ten"] {
            assert_eq!(
                limit_of(refused).map_err(|failure| failure.status),
                Err(400)
            );
        }
    }
}
