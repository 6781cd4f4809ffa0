//! Reading of what the tools print, and the table of weights.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::failed;
use openapi_canonical::Result;

/// Weight of a program.
pub(super) struct Row {
    /// Name and version.
    pub(super) title: String,
    /// CPU seconds of the build.
    pub(super) dev: f64,
    pub(super) release: f64,
    /// Size of the program without symbols.
    pub(super) bytes: u64,
}

/// Weight of a crate of ours, with everything that it depends on already built.
pub(super) struct CrateWeight {
    pub(super) name: &'static str,
    pub(super) dev: f64,
    pub(super) release: f64,
    pub(super) code: Option<Code>,
}

/// Machine code of a library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Code {
    bytes: u64,
    functions: usize,
}

/// Returns the CPU seconds of the children of a shell, from what its `times` printed: `1m2.50s 0m3.25s` in the second line.
pub(super) fn seconds(times: &str) -> Option<f64> {
    let one = |text: &str| {
        let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    let both = times.lines().nth(1)?.split_whitespace();
    both.map(one).sum()
}

/// Returns the machine code of a library in a folder; `None` where the tools that know it are missing.
pub(super) fn code_of(folder: &Path, library: &str) -> Result<Option<Code>> {
    let entries = fs::read_dir(folder).map_err(|cause| failed("list the libraries", &cause))?;
    let path = entries.flatten().map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rlib") && name.starts_with(&format!("{library}-"))
    });
    let Some(path) = path else { return Ok(None) };
    let run = |tool: &str, arguments: &[&str]| {
        let output = Command::new(tool).args(arguments).arg(&path).output();
        output
            .ok()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (sizes, symbols) = (run("size", &["-t"]), run("nm", &[]));
    Ok(sizes
        .zip(symbols)
        .and_then(|(sizes, symbols)| code(&sizes, &symbols)))
}

/// Reads the last line of `size -t`, and counts the functions in the output of `nm`.
fn code(sizes: &str, symbols: &str) -> Option<Code> {
    let total = sizes.lines().next_back()?.split_whitespace().next()?;
    let is_function = |line: &&str| {
        line.split_whitespace()
            .any(|word| matches!(word, "t" | "T" | "W" | "w"))
    };
    Some(Code {
        bytes: total.parse().ok()?,
        functions: symbols.lines().filter(is_function).count(),
    })
}

/// Returns the table. The ratios are those of the first row to each one.
pub(super) fn render(rows: &[Row], crates: &[CrateWeight]) -> String {
    let mut text = format!(
        "{:<22} {:>9} {:>6} {:>9} {:>6} {:>9}\n",
        "hello world", "dev CPU s", "ratio", "release", "ratio", "stripped"
    );
    let Some(first) = rows.first() else {
        return text;
    };
    for row in rows {
        let _infallible = writeln!(
            text,
            "{:<22} {:>9.0} {:>6.2} {:>9.0} {:>6.2} {:>6.1} MB",
            row.title,
            row.dev,
            first.dev / row.dev,
            row.release,
            first.release / row.release,
            row.bytes as f64 / 1e6
        );
    }
    for part in crates {
        let _infallible = write!(
            text,
            "{:<22} {:>9.0} {:>6} {:>9.0}",
            part.name, part.dev, "", part.release
        );
        if let Some(code) = part.code {
            let _infallible = write!(
                text,
                "        {:.2} MB of code in {} functions",
                code.bytes as f64 / 1e6,
                code.functions
            );
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Code, CrateWeight, Row, code, render, seconds};

    #[test]
    fn the_times_of_a_shells_children_are_read() {
        let times = "0m0.01s 0m0.02s\n1m2.50s 0m3.25s\n";
        assert_eq!(seconds(times), Some(65.75));
        assert_eq!(seconds("0m0.01s 0m0.02s\n"), None);
        assert_eq!(seconds("\nsoon 0m1s"), None);
    }

    #[test]
    fn the_code_of_a_library_is_read() {
        let sizes = "   text\t data\n    100\t 0\t a.o\n    250\t 9\t (TOTALS)\n";
        let symbols = "a.o:\n0000 T one\n0000 t two\n     U three\n0000 r four\n";
        let read = Code {
            bytes: 250,
            functions: 2,
        };
        assert_eq!(code(sizes, symbols), Some(read));
    }

    #[test]
    fn the_table_compares_the_first_row_with_each() {
        let row = |title: &str, dev, release| Row {
            title: title.to_owned(),
            dev,
            release,
            bytes: 6_300_000,
        };
        let alone = CrateWeight {
            name: "part",
            dev: 4.0,
            release: 9.0,
            code: Some(Code {
                bytes: 1_200_000,
                functions: 7,
            }),
        };
        let table = render(
            &[
                row("ours 1.2.3", 150.0, 300.0),
                row("other 0.9", 100.0, 600.0),
            ],
            &[alone],
        );
        insta::assert_snapshot!(table, @r"
        hello world            dev CPU s  ratio   release  ratio  stripped
        ours 1.2.3                   150   1.00       300   1.00    6.3 MB
        other 0.9                    100   1.50       600   0.50    6.3 MB
        part                           4                9        1.20 MB of code in 7 functions
        ");
    }
}
