//! Line ends of descriptions, since a carriage return alone is an error in Rust documentation.

use serde_json::Value;

use openapi_canonical::keywords::for_each_object_mut;

/// Keywords whose values are descriptions.
const WORDS: [&str; 3] = ["description", "summary", "title"];

/// Ends every line with a line feed.
pub(super) fn end_lines(document: &mut Value) -> usize {
    let mut count = 0;
    for_each_object_mut(document, &mut |members| {
        for keyword in WORDS {
            if let Some(Value::String(text)) = members.get_mut(keyword)
                && text.contains('\r')
            {
                *text = text.replace("\r\n", "\n").replace('\r', "\n");
                count += 1;
            }
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_of_words_end_with_a_line_feed_and_data_stays() {
        let mut document = json!({"info": {"description": "a\r\nb\rc\n"}, "components": {"schemas": {"It": {
            "example": {"description": "a\r"}, "default": "\r", "enum": ["\r"], "properties": {"title": {"description": "\r"}}}}}});
        assert_eq!(end_lines(&mut document), 2);
        assert_eq!(
            document,
            json!({"info": {"description": "a\nb\nc\n"}, "components": {"schemas": {"It": {
            "example": {"description": "a\r"}, "default": "\r", "enum": ["\r"], "properties": {"title": {"description": "\n"}}}}}})
        );
    }
}
