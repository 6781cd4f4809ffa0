//! The path to a position in JSON, for errors.

use super::printable::printable;

/// Number of characters of a member's name that a path shows.
const NAME_SHOWN: usize = 60;
/// Number of characters that a path has at the most.
const PATH_SHOWN: usize = 240;

/// Array or object that is open at a position.
enum Open<'a> {
    /// Index of the current element.
    Array(usize),
    /// Name of the current member, as it is written; `None` before the first one.
    Object(Option<&'a [u8]>),
}

/// Returns the path to the value that the parser was at, such as `jobs[3].pay.currency`; empty for the whole.
///
/// The parser counts lines and columns from 1; the column is that of the last byte it has read. Names of members come from outside, so
/// they are made printable and the path is bounded.
pub(super) fn json_path(body: &[u8], line: usize, column: usize) -> String {
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let end = before.saturating_add(column).min(body.len());
    render(&open_at(&body[..end]))
}

/// Reads JSON up to its end and returns what is open there.
fn open_at(read: &[u8]) -> Vec<Open<'_>> {
    let (mut open, mut at, mut expects_name) = (Vec::new(), 0, false);
    while let Some(&byte) = read.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => {
                open.push(Open::Object(None));
                expects_name = true;
            }
            b'[' => open.push(Open::Array(0)),
            b'}' | b']' => drop(open.pop()),
            b':' => expects_name = false,
            b',' => match open.last_mut() {
                Some(Open::Array(index)) => *index += 1,
                Some(Open::Object(_)) => expects_name = true,
                None => {}
            },
            b'"' => {
                at = end_of_string(read, at);
                if let (true, Some(Open::Object(name))) = (expects_name, open.last_mut()) {
                    *name = Some(&read[start..at]);
                }
            }
            _ => {}
        }
    }
    open
}

/// Returns the position behind the quote that ends a string.
fn end_of_string(read: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = read.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' => return at + 1,
            _ => 1,
        };
    }
    read.len()
}

fn render(open: &[Open<'_>]) -> String {
    let mut path = String::new();
    for part in open {
        match part {
            Open::Array(index) => path.push_str(&format!("[{index}]")),
            Open::Object(None) => {}
            Open::Object(Some(name)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&readable(name));
            }
        }
        if path.len() > PATH_SHOWN {
            break;
        }
    }
    printable(&path, PATH_SHOWN)
}

fn readable(quoted: &[u8]) -> String {
    let name = serde_json::from_slice::<String>(quoted);
    let name = name.unwrap_or_else(|_unreadable| String::from_utf8_lossy(quoted).into_owned());
    printable(&name, NAME_SHOWN)
}

#[cfg(test)]
mod tests {
    use super::json_path;

    #[track_caller]
    fn check(body: &str, path: &str) {
        // The mark stands where the parser has read to.
        let end = body.find('‸').unwrap();
        let read = &body[..end];
        let line = read.matches('\n').count() + 1;
        let column = read.rsplit('\n').next().unwrap().len();
        assert_eq!(
            json_path(body.replace('‸', "").as_bytes(), line, column),
            path
        );
    }

    #[test]
    fn the_path_leads_to_the_value_that_was_read() {
        check(r#"‸{}"#, "");
        check(r#"{"jobs":[1,"x"‸]}"#, "jobs[1]");
        check(r#"{"jobs":[{"id":1}‸]}"#, "jobs[0]");
        check(r#"{"jobs":[1,‸{"id":1}]}"#, "jobs[1]");
        check("{\n \"a\": {\"b\":\n  7‸}}", "a.b");
        check(r#"{"a":{"b":[]},"c":‸null}"#, "c");
        check(r#"[[0],[1,[2‸]]]"#, "[1][1][0]");
        check(r#"{"a\"b,c":1‸}"#, "a\"b,c");
        check(r#"{"text":"a]}\\","n":1‸}"#, "n");
    }

    #[test]
    fn names_from_outside_are_printable_and_bounded() {
        check("{\"ot_pat_example_0000\":1‸}", "ot_pat_[redacted]");
        check("{\"a\\nb\\u202ec\":1‸}", "abc");
        let body = format!("{{\"{}\":1‸}}", "n".repeat(1 << 20));
        check(&body, &format!("{}…", "n".repeat(60)));
        let deep = format!("{}1‸{}", "{\"name\":".repeat(100_000), "}".repeat(100_000));
        let (column, body) = (deep.find('‸').unwrap(), deep.replace('‸', ""));
        assert!(json_path(body.as_bytes(), 1, column).len() < 300);
    }
}
