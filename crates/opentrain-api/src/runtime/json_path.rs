//! The path to a position in JSON, for errors.

use memchr::memchr2;

use super::printable;

/// Number of characters up to which the name of a member is shown.
const NAME_SHOWN: usize = 60;
/// Number of levels that a path shows.
const LEVELS_SHOWN: usize = 24;
/// Text that stands in place of the rest of a path, and of a name that is not shown.
const OMITTED: &str = "…";

/// Array or object that is open at a position.
enum Open<'a> {
    /// Index of the current element.
    Array(usize),
    /// Name of the current member, as it is written; `None` before the first one.
    Object(Option<&'a [u8]>),
}

/// Arrays and objects that are open at a position, the outermost first.
#[derive(Default)]
struct Stack<'a> {
    levels: Vec<Open<'a>>,
    /// Number of levels below those, which are not kept.
    beyond: usize,
}

impl<'a> Stack<'a> {
    fn push(&mut self, level: Open<'a>) {
        if self.levels.len() < LEVELS_SHOWN {
            self.levels.push(level);
        } else {
            self.beyond += 1;
        }
    }

    fn pop(&mut self) {
        match self.beyond {
            0 => drop(self.levels.pop()),
            _ => self.beyond -= 1,
        }
    }

    /// Returns the innermost level, if it is kept.
    fn last(&mut self) -> Option<&mut Open<'a>> {
        self.levels.last_mut().filter(|_| self.beyond == 0)
    }
}

/// Returns the part of a body that the parser has read. It counts lines and columns from 1; the column is that of the last byte.
pub(super) fn read_up_to(body: &[u8], line: usize, column: usize) -> &[u8] {
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let end = before.saturating_add(column).min(body.len());
    &body[..end]
}

/// Returns the path to the value that the parser was at when it had read this much, such as `jobs[3].pay.currency`; empty for the whole.
///
/// Names of members come from outside: only those that look like names are shown, and the path is bounded.
pub(super) fn json_path(read: &[u8]) -> String {
    render(&open_at(read))
}

/// Reads JSON up to its end and returns the levels that are open there.
fn open_at(read: &[u8]) -> Stack<'_> {
    let (mut open, mut at, mut expects_name) = (Stack::default(), 0, false);
    while let Some(&byte) = read.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => {
                open.push(Open::Object(None));
                expects_name = true;
            }
            b'[' => {
                open.push(Open::Array(0));
                expects_name = false;
            }
            b'}' | b']' => {
                open.pop();
                expects_name = false;
            }
            b':' => expects_name = false,
            b',' => match open.last() {
                Some(Open::Array(index)) => *index += 1,
                Some(Open::Object(_)) => expects_name = true,
                None => {}
            },
            b'"' => {
                at = end_of_string(read, at);
                if let (true, Some(Open::Object(name))) = (expects_name, open.last()) {
                    *name = Some(&read[start..at]);
                }
            }
            _ => {}
        }
    }
    open
}

/// Returns the position behind the quote that ends the string whose content begins at a position; the length of the JSON if it does not
/// end.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn end_of_string(json: &[u8], mut at: usize) -> usize {
    while let Some(next) = json.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += next;
        if json[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    json.len()
}

fn render(open: &Stack<'_>) -> String {
    let mut path = String::new();
    for level in &open.levels {
        match level {
            Open::Array(index) => path.push_str(&format!("[{index}]")),
            Open::Object(None) => {}
            Open::Object(Some(name)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(shown(name));
            }
        }
    }
    if open.beyond > 0 {
        path.push_str(OMITTED);
    }
    path
}

/// Returns a name that looks like one: no secret, no sentence, nothing that a log would show in another way.
fn shown(quoted: &[u8]) -> &str {
    let name = std::str::from_utf8(quoted)
        .unwrap_or_default()
        .trim_matches('"');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-$".contains(c);
    let is_name = (1..=NAME_SHOWN).contains(&name.len()) && name.chars().all(is_plain);
    if is_name && printable(name, NAME_SHOWN) == name {
        name
    } else {
        OMITTED
    }
}

#[cfg(test)]
mod tests {
    use super::{json_path, read_up_to};

    #[track_caller]
    fn check(body: &str, path: &str) {
        // The mark stands where the parser has read to.
        let end = body.find('‸').unwrap();
        let read = &body[..end];
        let line = read.matches('\n').count() + 1;
        let column = read.rsplit('\n').next().unwrap().len();
        let whole = body.replace('‸', "");
        assert_eq!(json_path(read_up_to(whole.as_bytes(), line, column)), path);
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
        check(r#"{"a\"b,c":1‸}"#, "…");
        check(r#"{"text":"a]}\\","n":1‸}"#, "n");
    }

    #[test]
    fn names_that_look_like_none_are_not_shown_and_the_path_is_bounded() {
        for name in [
            "a\nb",
            "a\u{202e}b",
            r"a\u202eb",
            r"\u006ft_pat_x",
            "ot_pat_x",
            "a b",
            "é",
            "",
            "a.b",
        ] {
            check(&format!("{{\"x\":{{\"{name}\":1‸}}}}"), "x.…");
        }
        check(&format!("{{\"{}\":1‸}}", "n".repeat(1 << 20)), "…");
        let deep = format!("{}1‸{}", "{\"n\":[".repeat(100_000), "]}".repeat(100_000));
        let (column, body) = (deep.find('‸').unwrap(), deep.replace('‸', ""));
        assert_eq!(
            json_path(read_up_to(body.as_bytes(), 1, column)),
            format!("{}…", "n[0].".repeat(12)).replace(".…", "…")
        );
    }

    /// Numbers that look random, the same in every run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as usize % end
        }

        fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
            from[self.below(from.len())]
        }

        fn space(&mut self) -> &'static str {
            self.pick(&["", "", " ", "\n", "\r\n\t"])
        }

        /// Writes values that lie beside the one that the path leads to.
        fn beside(&mut self) -> &'static str {
            self.pick(&[
                "null",
                "-1.5e3",
                r#""a,b]}\"{[:é\u00e9\\""#,
                r#"{"x":[1,{"y":"]"}],"":{}}"#,
                r#"[[],{},"[",[0,[1]]]"#,
            ])
        }
    }

    /// Puts a value into an array or an object with others around it. Returns what stands before it and behind it, and its step.
    fn around(chance: &mut Chance) -> (String, String, String) {
        let (before, after) = (chance.below(3), chance.below(3));
        let is_object = chance.below(2) == 0;
        let name = chance.pick(&["jobs", "pay_rate", "é", "a b", r#"a\"b"#, "$id", "ot_pat_x"]);
        let member = |name: &str, chance: &mut Chance| match is_object {
            true => format!("\"{name}\"{}:{}", chance.space(), chance.space()),
            false => String::from(chance.space()),
        };
        let (open, close) = if is_object { ('{', '}') } else { ('[', ']') };
        let (mut head, mut tail) = (String::from(open), String::new());
        for _ in 0..before {
            // A name may come twice.
            let other = chance.pick(&["z", name]);
            head += &format!(
                "{}{}{},",
                member(other, chance),
                chance.beside(),
                chance.space()
            );
        }
        head += &member(name, chance);
        for _ in 0..after {
            tail += &format!(
                "{},{}{}",
                chance.space(),
                member("z", chance),
                chance.beside()
            );
        }
        tail += &format!("{}{close}", chance.space());
        let is_shown = ["jobs", "pay_rate", "$id"].contains(&name);
        let step = match (is_object, is_shown) {
            (false, _) => format!("[{before}]"),
            (true, true) => format!(".{name}"),
            (true, false) => String::from(".…"),
        };
        (head, tail, step)
    }

    #[test]
    fn the_path_of_any_value_is_found_whatever_stands_around_it() {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        for _ in 0..20_000 {
            let (mut heads, mut tails, mut path) = (String::new(), String::new(), String::new());
            for _ in 0..chance.below(8) {
                let (head, tail, step) = around(&mut chance);
                heads += &head;
                tails = tail + &tails;
                path += &step;
            }
            let body = format!("{heads}true‸{tails}");
            assert!(serde_json::from_str::<serde_json::Value>(&body.replace('‸', "")).is_ok());
            check(&body, path.strip_prefix('.').unwrap_or(&path));
        }
    }
}
