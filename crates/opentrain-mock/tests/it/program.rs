//! The program: one line of JSON, a log, a clean end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::Value;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opentrain-mock"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(unix)]
#[tokio::test]
async fn program_says_where_it_listens_logs_and_stops_on_a_signal() {
    let mut child = program().args(["--jobs", "2"]).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let url = format!(
        "{}/api/public/v1/jobs?limit=1",
        told["baseUrl"].as_str().unwrap()
    );
    let client = reqwest::Client::new();
    let request = client.get(url).bearer_auth(told["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), 200);
    drop(client);

    let killed = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(killed.success());
    assert!(child.wait().unwrap().success());
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert_eq!(log, "GET /api/public/v1/jobs?limit=1 -> 200 jobs_search\n");
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn program_refuses_to_listen_beyond_loopback() {
    let output = program().args(["--addr", "0.0.0.0:0"]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is no loopback address"), "{said}");
    assert!(output.stdout.is_empty());
}

#[cfg(unix)]
#[test]
fn signal_right_after_the_line_is_not_missed() {
    for name in ["-INT", "-TERM"] {
        let mut child = program().spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let killed = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert!(child.wait().unwrap().success(), "{name}");
    }
}
