//! Judging the end of a check: code that does not compile, or that could not be compiled.

use std::path::Path;

use serde_json::{Value, json};

use super::super::folders::Folders;
use super::{Compilation, Ended, judged};

const OURS: &str = "path+file:///home/ann/bakery/crates/opentrain#0.0.0";
const DEPENDENCY: &str = "registry+https://ovens.invalid/index#oven@1.0.0";

fn finished(success: bool) -> String {
    json!({"reason": "build-finished", "success": success}).to_string()
}

/// Returns an error in the second line of a file, with a marked part.
fn error(package: &str, spans: &Value) -> String {
    let message = json!({
        "level": "error", "message": "no field `posted_at` on type `Job`", "code": {"code": "E0609"}, "spans": spans,
        "rendered": "fn of(limit: u8, job: Job) -> String {\n    job.posted_at\n}", "children": [{"message": "there is `name`"}]});
    json!({"reason": "compiler-message", "package_id": package, "message": message}).to_string()
}

fn spans() -> Value {
    json!([
        {"file_name": "src/lib.rs", "line_start": 2, "is_primary": true, "label": "unknown field",
            "text": [{"text": "    let it = baker(job.posted_at, limit);", "highlight_start": 20, "highlight_end": 33}]},
        {"file_name": "src/lib.rs", "line_start": 1, "is_primary": false, "label": "a `Loaf` is asked for",
            "text": [{"text": "fn of(limit: u8)", "highlight_start": 1, "highlight_end": 17}]}
    ])
}

fn ended(is_success: bool, messages: &[String], words: &str) -> Compilation {
    let ended = Ended {
        is_success,
        by: None,
        messages: messages.join("\n"),
        words: words.to_owned(),
    };
    judge(Ok(ended))
}

fn judge(ended: Result<Ended, String>) -> Compilation {
    judged(
        ended,
        &Folders::of(
            Path::new("/home/ann/bakery"),
            ["/home/ann".into()].into_iter(),
        ),
    )
}

#[track_caller]
fn expect_unknown(compilation: Compilation, expected: &str) {
    let Compilation::Unknown(why) = compilation else {
        unreachable!("{compilation:?}");
    };
    assert_eq!(why, expected);
}

#[track_caller]
fn expect_failed(compilation: Compilation, expected: &[&str]) {
    let Compilation::Failed(failures) = compilation else {
        unreachable!("{compilation:?}");
    };
    let sentences = failures.iter().map(|failure| failure.sentence.as_str());
    assert_eq!(sentences.collect::<Vec<_>>(), expected);
}

#[test]
fn a_complete_build_passes() {
    let passed = ended(true, &[finished(true)], "");
    assert!(matches!(passed, Compilation::Passed), "{passed:?}");
    expect_unknown(
        ended(true, &[], ""),
        "`cargo check` ended without a report of what it compiled",
    );
}

#[test]
fn a_compiler_error_in_our_own_code_is_a_failure() {
    let expected = ["src/lib.rs:2: E0609: no field `posted_at` on type `Job`"];
    let messages = [error(OURS, &spans()), finished(false)];
    expect_failed(
        ended(false, &messages, "error: could not compile `opentrain`"),
        &expected,
    );
    // However cargo ended after it.
    expect_failed(
        ended(false, &messages[..1], "error: no space is left"),
        &expected,
    );
}

#[test]
fn the_words_of_an_error_come_from_its_message_and_its_code() {
    let Compilation::Failed(failures) = ended(false, &[error(OURS, &spans())], "") else {
        unreachable!("there is an error");
    };
    let words: Vec<&str> = failures[0].words.iter().map(String::as_str).collect();
    assert_eq!(
        words.join(" "),
        "Job Loaf a asked field for is job no on posted_at type unknown"
    );
    let context: Vec<&str> = failures[0].context.iter().map(String::as_str).collect();
    assert_eq!(context.join(" "), "fn limit of u8");
}

#[test]
fn a_failure_in_another_crate_leaves_the_result_unknown() {
    let words = "error: could not compile `oven` (lib) due to 1 previous error";
    for message in [error(DEPENDENCY, &spans()), error(OURS, &json!([]))] {
        expect_unknown(ended(false, &[message, finished(false)], words), words);
    }
    let other = "error: failed to run custom build command for `oven v1.0.0`\n\nCaused by:\n  \
        process didn't exit successfully: `build-script-build` (exit status: 1)\n  --- stderr\n  no C compiler";
    expect_unknown(ended(false, &[finished(false)], other), "no C compiler");
}

/// Returns cargo's message about the end of the generator.
fn generator(how: &str, said: &str) -> String {
    format!(
        "error: failed to run custom build command for `opentrain-api v0.0.0 (/home/ann/bakery/crates/opentrain-api)`\n\n\
         Caused by:\n  process didn't exit successfully: `/home/ann/bakery/target/debug/build-script-build` ({how})\n  \
         --- stdout\n  cargo::rerun-if-changed=public.json\n\n  --- stderr\n  {said}\n"
    )
}

#[test]
fn a_refusal_by_the_generator_is_a_failure() {
    for how in ["exit status: 1", "exit code: 101"] {
        let words = generator(how, "Error: \"public.json: paths./jobs: two of a name\"");
        let expected = "Error: \"public.json: paths./jobs: two of a name\"";
        expect_failed(ended(false, &[finished(false)], &words), &[expected]);
    }
    let panic = "thread 'main' panicked at crates/opentrain-api/build/main.rs:1:\n  no name\n  \
        stack backtrace:\n     0: begin_unwind";
    expect_failed(
        ended(
            false,
            &[finished(false)],
            &generator("exit status: 101", panic),
        ),
        &["thread 'main' panicked at crates/opentrain-api/build/main.rs:1: no name"],
    );
}

#[test]
fn an_interrupted_generator_is_no_refusal() {
    let killed = generator("signal: 9, SIGKILL: kill", "reading");
    expect_unknown(ended(false, &[finished(false)], &killed), "reading");
    let full = generator("exit status: 1", "Error: no space is left (os error 28)");
    expect_unknown(
        ended(false, &[finished(false)], &full),
        "Error: no space is left (os error 28)",
    );
}

#[test]
fn cargo_that_stops_before_compiling_gives_the_reason() {
    let words = "error: no matching package named `oven` found\n\
        location searched: the index\nrequired by package `opentrain v0.0.0 (/home/ann/bakery/crates/opentrain)`";
    expect_unknown(
        ended(false, &[], words),
        "error: no matching package named `oven` found location searched: the index required by package \
         `opentrain v0.0.0 (crates/opentrain)`",
    );
    expect_unknown(
        judge(Err("it is not there".to_owned())),
        "`cargo check` could not be run: it is not there",
    );
}

#[test]
fn a_process_that_a_signal_ended_is_reported_as_that() {
    let killed = |words: &str| {
        judge(Ok(Ended {
            is_success: false,
            by: Some("signal: 9 (SIGKILL)".to_owned()),
            messages: String::new(),
            words: words.to_owned(),
        }))
    };
    expect_unknown(killed(""), "`cargo check` was ended by signal: 9 (SIGKILL)");
    expect_unknown(
        killed("error: it hurts"),
        "`cargo check` was ended by signal: 9 (SIGKILL): error: it hurts",
    );
}

#[test]
fn a_killed_compiler_is_reported_in_one_line() {
    let words = format!(
        "error: could not compile `opentrain` (lib)\n\nCaused by:\n  process didn't exit successfully: \
         `/home/ann/bin/rustc --crate-name {}` (signal: 9, SIGKILL: kill)",
        "opentrain --and-so-on ".repeat(20)
    );
    expect_unknown(
        ended(false, &[finished(false)], &words),
        "error: could not compile `opentrain` (lib) Caused by: process didn't exit successfully: \
         `…/bin/rustc …` (signal: 9, SIGKILL: kill)",
    );
}
