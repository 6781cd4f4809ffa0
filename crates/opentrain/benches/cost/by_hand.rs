//! The same work, written by hand with reqwest and serde.

mod types;

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;

use crate::bodies;
use crate::case::Case;

type Outcome = Result<(), Box<dyn Error>>;

/// Does the work of a case over and over.
pub(crate) async fn run(case: &Case, repetitions: usize, url: &str) -> Outcome {
    let http = Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .connect_timeout(Duration::from_secs(10))
        .user_agent("by-hand/1.0")
        .build()?;
    match case.name {
        "decode-jobs" => return decode::<types::JobSearchPage>(&bodies::jobs(), repetitions),
        "decode-events" => return decode::<types::UpdatesPage>(&bodies::events(), repetitions),
        "decode-ledger" => {
            return decode::<types::CreditLedgerPage>(&bodies::ledger(), repetitions);
        }
        _ => {}
    }
    let base = format!("{url}/api/public/v1");
    for _ in 0..repetitions {
        call(case, &http, &base).await?;
    }
    Ok(())
}

async fn call(case: &Case, http: &Client, base: &str) -> Outcome {
    match case.name {
        "me" => drop(black_box(
            get::<types::CurrentAccount>(http, format!("{base}/auth/me")).await?,
        )),
        "jobs" => {
            let page: types::JobSearchPage = get(http, format!("{base}/jobs")).await?;
            assert_eq!(page.jobs.len(), 100);
        }
        "events" => {
            let page: types::UpdatesPage = get(http, format!("{base}/updates")).await?;
            assert_eq!(page.events.len(), 200);
        }
        "ledger" => {
            let page: types::CreditLedgerPage = get(http, format!("{base}/credits/ledger")).await?;
            assert_eq!(page.entries.len(), 200);
        }
        "patch" => {
            let sent = http
                .patch(format!("{base}/job-drafts/job_9xT"))
                .bearer_auth("ot_pat_example_0000")
                .json(&types::patch())
                .send();
            let updated: types::JobDraftUpdated = sent.await?.error_for_status()?.json().await?;
            assert!(updated.ok);
        }
        "missing" => {
            let sent = http
                .get(format!("{base}/jobs/job_9xT"))
                .bearer_auth("ot_pat_example_0000")
                .send();
            let response = sent.await?;
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
            let failure: types::ErrorEnvelope = response.json().await?;
            assert!(matches!(failure.code, types::ErrorCode::NotFound));
        }
        _ => return Err("there is no such case by hand".into()),
    }
    Ok(())
}

async fn get<T: DeserializeOwned>(http: &Client, url: String) -> reqwest::Result<T> {
    let sent = http.get(url).bearer_auth("ot_pat_example_0000").send();
    sent.await?.error_for_status()?.json().await
}

fn decode<T: DeserializeOwned>(body: &str, repetitions: usize) -> Outcome {
    for _ in 0..repetitions {
        drop(black_box(serde_json::from_slice::<T>(black_box(
            body.as_bytes(),
        ))?));
    }
    Ok(())
}
