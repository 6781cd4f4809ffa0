//! The program: one line of JSON, a log, a clean end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{complete_job, text};
use crate::webhook_receiver::Hook;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opentrain-mock"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(unix)]
fn send(child: &std::process::Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("the program runs");
}

#[cfg(unix)]
#[tokio::test]
async fn program_prints_its_address_logs_and_stops_on_a_signal() {
    let mut child = program().args(["--jobs", "2"]).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let reported: Value = serde_json::from_str(&line).unwrap();
    let url = format!(
        "{}/api/public/v1/jobs?limit=1",
        reported["baseUrl"].as_str().unwrap()
    );
    let client = reqwest::Client::new();
    let request = client
        .get(url)
        .bearer_auth(reported["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), 200);
    drop(client);

    send(&child, Signal::TERM);
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

#[cfg(unix)]
#[tokio::test]
async fn program_is_started_with_the_settings_of_its_options() {
    let arguments = [
        "--jobs=1",
        "--strict",
        "--rate-limits",
        "--edge-cache",
        "--changes-cap=7",
        "--changes-cut=oldest",
        "--unsorted-changes",
    ];
    let mut child = program().args(arguments).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let reported: Value = serde_json::from_str(&line).unwrap();
    let url = reported["baseUrl"].as_str().unwrap().to_owned();
    let limits = reqwest::get(format!("{url}/_mock/rate-limits")).await;
    assert_eq!(limits.unwrap().text().await.unwrap(), r#"{"on":true}"#);
    for (route, set) in [
        ("edge-cache", r#"{"on":true}"#),
        ("changes", r#"{"cap":7,"cut":"oldest","unsorted":true}"#),
    ] {
        let reported = reqwest::get(format!("{url}/_mock/{route}")).await;
        assert_eq!(reported.unwrap().text().await.unwrap(), set);
    }
    let odd = reqwest::get(format!("{url}/api/public/v1/jobs?colour=red")).await;
    assert_eq!(odd.unwrap().status(), 400);
    send(&child, Signal::TERM);
    assert!(child.wait().unwrap().success());
    let mut log = String::new();
    let mut errors = child.stderr.take().unwrap();
    errors.read_to_string(&mut log).unwrap();
    assert_eq!(
        log,
        "GET /api/public/v1/jobs?colour=red -> 400 jobs_search, stopped by: strict \
         (the query parameter `colour` is not documented in a request for jobs_search)\n"
    );
}

#[test]
fn program_listens_on_loopback_only() {
    let output = program().args(["--addr", "0.0.0.0:0"]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is no loopback address"), "{said}");
    assert!(output.stdout.is_empty());
}

#[cfg(unix)]
#[test]
fn signal_right_after_the_line_is_not_missed() {
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = program().spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        send(&child, signal);
        assert!(child.wait().unwrap().success(), "{signal:?}");
    }
}

/// The program while it runs, and what its line said.
#[cfg(unix)]
struct Running {
    child: std::process::Child,
    base: String,
    token: String,
    http: reqwest::Client,
}

#[cfg(unix)]
impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program().args(arguments).spawn().expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        let read = BufReader::new(output).read_line(&mut line);
        read.expect("it prints a line");
        let reported: Value = serde_json::from_str(&line).expect("the line is JSON");
        let keys: Vec<_> = reported.as_object().into_iter().flatten().collect();
        assert_eq!(keys.len(), 2, "{line}");
        Self {
            child,
            base: text(&reported["baseUrl"]),
            token: text(&reported["token"]),
            http: reqwest::Client::new(),
        }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/public/v1{path}", self.base);
        let method = method.parse().expect("it is a method");
        let request = self.http.request(method, url).bearer_auth(&self.token);
        let response = request
            .json(&body)
            .send()
            .await
            .expect("a response arrives");
        let status = response.status().as_u16();
        (status, response.json().await.expect("it is JSON"))
    }

    /// Sends SIGTERM, and gives what stands in the log.
    async fn terminate(self) -> String {
        // The test's own webhook must respond until then.
        let ending = tokio::task::spawn_blocking(|| self.end());
        ending.await.expect("it ends")
    }

    fn end(self) -> String {
        drop(self.http);
        send(&self.child, Signal::TERM);
        let output = self.child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        String::from_utf8(output.stderr).expect("it is text")
    }
}

#[cfg(unix)]
#[tokio::test]
async fn program_goes_on_with_its_state_and_its_token_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let state = path.to_str().expect("it is text");
    let first = Running::start(&["--state", state, "--seed", "7", "--jobs", "5"]);
    let draft = json!({"rawJobDescription": "Tag the dialect of clips."});
    let (status, made) = first.call("POST", "/job-drafts", draft).await;
    assert_eq!(status, 200);
    let (_, jobs) = first.call("GET", "/jobs", Value::Null).await;
    let token = first.token.clone();
    first.terminate().await;

    let second = Running::start(&["--state", state]);
    assert_eq!(second.token, token);
    let (status, mine) = second.call("GET", "/jobs/mine", Value::Null).await;
    assert_eq!((status, &mine["jobs"][0]["id"]), (200, &made["jobId"]));
    let (_, again) = second.call("GET", "/jobs", Value::Null).await;
    assert_eq!(
        (again["jobs"].as_array().map(Vec::len), &again["jobs"]),
        (Some(5), &jobs["jobs"])
    );
    second.terminate().await;
}

#[cfg(unix)]
#[tokio::test]
async fn stopped_program_sends_due_deliveries_first_and_logs_no_secret() {
    let mut hook = Hook::open().await;
    let route = format!("https://hooks.example.com={}", hook.origin);
    let running = Running::start(&["--route-webhooks", &route]);
    let subscription =
        json!({"url": "https://hooks.example.com/a?key=word", "eventTypes": ["proposal.received"]});
    let (_, made) = running.call("POST", "/webhooks", subscription).await;
    let job = complete_job();
    let body = json!({"format": "opentrain_canonical", "job": job});
    let (_, draft) = running.call("POST", "/job-drafts", body).await;
    let path = format!("/jobs/{}/publish", text(&draft["jobId"]));
    let (status, _) = running.call("POST", &path, json!({})).await;
    assert_eq!(status, 200);
    let log = running.terminate().await;
    let received = hook.received();
    assert_eq!(received.len(), 4);
    let secret = text(&made["secret"]);
    assert!(received.iter().all(|of| of.signed_at(&secret).is_some()));
    let sent = "webhook dlv_000004 event 4 proposal.received to https://hooks.example.com/a, attempt 1: 200\n";
    assert!(log.contains(sent), "{log}");
    assert!(!log.contains("whsec_") && !log.contains("word"), "{log}");
}

#[test]
fn program_refuses_an_invalid_state_and_leaves_the_file_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    std::fs::write(&path, "my notes").unwrap();
    let output = program().arg("--state").arg(&path).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        format!(
            "error: cannot begin with the state in `{}`, which is left as it is: \
             this is no snapshot that this mock can restore: expected value at line 1 column 1\n",
            path.display()
        )
    );
    assert!(output.stdout.is_empty());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my notes");
}

#[cfg(unix)]
#[tokio::test]
async fn program_that_cannot_save_says_so_once_at_once_and_fails_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let state = inner.join("state.json");
    let mut running = Running::start(&["--state", state.to_str().expect("it is text")]);
    std::fs::remove_dir_all(&inner).unwrap();
    let mut log = BufReader::new(running.child.stderr.take().unwrap());
    let draft = json!({"rawJobDescription": "Tag the dialect of clips."});
    assert_eq!(
        running.call("POST", "/job-drafts", draft.clone()).await.0,
        200
    );
    // It says so while it runs: this would wait for ever otherwise.
    let fault = format!("error: cannot keep the state in `{}`: ", state.display());
    let mut said = String::new();
    while !said.contains(&fault) {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
    }
    assert!(
        said.ends_with("; it is tried again as long as the mock runs\n"),
        "{said}"
    );
    assert_eq!(running.call("POST", "/job-drafts", draft).await.0, 200);
    send(&running.child, Signal::TERM);
    assert!(!running.child.wait().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("it is tried again").count(), 0, "{rest}");
    let last = rest.lines().last().unwrap_or_default();
    assert!(last.starts_with(&fault), "{rest}");
}

#[cfg(unix)]
#[tokio::test]
async fn program_refuses_a_locked_state_and_takes_it_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let state = path.to_str().expect("it is text");
    let mut first = Running::start(&["--state", state]);
    let mut second = program().args(["--state", state]).spawn().unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(second.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    // It would go on for ever if it were not refused.
    if !line.is_empty() {
        second.kill().unwrap();
    }
    let refused = second.wait_with_output().unwrap();
    assert_eq!((line.as_str(), refused.status.code()), ("", Some(1)));
    let said = String::from_utf8(refused.stderr).unwrap();
    let holder = format!(
        "error: the program with process id {} keeps",
        first.child.id()
    );
    assert!(said.starts_with(&holder), "{said}");
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    Running::start(&["--state", state]).terminate().await;
}
