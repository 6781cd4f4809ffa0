//! The work as a user of the client writes it.

use std::error::Error;
use std::hint::black_box;

use opentrain::types::{
    CreditLedgerPage, DataVolumeUnit, ErrorCode, ExperienceLevel, JobId, JobSearchPage, PayType,
    UpdatesPage, Usd,
};
use opentrain::{Client, ErrorKind, JobPatch};
use opentrain_api::runtime::decode_json;
use serde::de::DeserializeOwned;

use crate::bodies;
use crate::case::Case;

type Outcome = Result<(), Box<dyn Error>>;

/// Does the work of a case over and over.
pub(crate) async fn run(case: &Case, repetitions: usize, url: &str) -> Outcome {
    let client = Client::builder()
        .base_url(url)
        .token("ot_pat_example_0000")
        .without_tokenless_limit()
        .build()?;
    match case.name {
        "decode-jobs" => return decode::<JobSearchPage>(&bodies::jobs(), repetitions),
        "decode-events" => return decode::<UpdatesPage>(&bodies::events(), repetitions),
        "decode-ledger" => return decode::<CreditLedgerPage>(&bodies::ledger(), repetitions),
        _ => {}
    }
    for _ in 0..repetitions {
        call(case, &client).await?;
    }
    Ok(())
}

async fn call(case: &Case, client: &Client) -> Outcome {
    match case.name {
        "me" => drop(black_box(client.auth().me().await?)),
        "jobs" => assert_eq!(client.jobs().search().await?.items.len(), 100),
        "events" => assert_eq!(client.updates().poll().await?.events.len(), 200),
        "ledger" => assert_eq!(client.credits().ledger().await?.items.len(), 200),
        "rejected" => {
            let page = client.jobs().search().await?;
            assert_eq!((page.items.len(), page.rejected.len()), (99, 1));
        }
        "patch" => {
            let updated = client
                .job_drafts()
                .update(&JobId::from("job_9xT"), patch()?);
            assert!(updated.await?.ok);
        }
        "missing" => {
            let found = client.jobs().get(&JobId::from("job_9xT")).await;
            let error = found.err().ok_or("the job was found")?;
            let ErrorKind::Api(api) = error.kind() else {
                return Err(error.into());
            };
            assert_eq!(api.code(), &ErrorCode::NotFound);
        }
        _ => return Err("the client has no such case".into()),
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(body: &str, repetitions: usize) -> Outcome {
    for _ in 0..repetitions {
        drop(black_box(decode_json::<T>(black_box(body.as_bytes()))?));
    }
    Ok(())
}

/// Returns changes of every key that is documented.
fn patch() -> Result<JobPatch, Box<dyn Error>> {
    Ok(JobPatch::new()
        .job_title("Dialect tagging")
        .job_description("Tag short clips by dialect.")
        .payment_type(PayType::PerHour)
        .price_per_hour("18.50".parse::<Usd>()?)
        .price_per_label("0.08".parse::<Usd>()?)
        .fixed_price(Usd::from(900))
        .experience_level(ExperienceLevel::Expert)
        .headcount(3)
        .data_volume(40.0)
        .data_volume_unit(DataVolumeUnit::NumberOfFiles)
        .languages(vec![String::from("German")])
        .countries(vec![String::from("BR")])
        .label_types(vec![String::from("Classification")])
        .labeling_overview("One label a clip.")
        .dataset_description("Clips of ten seconds.")
        .data_type("Audio")
        .subject_matter("Speech")
        .labeling_software("Label Studio")
        .ai_interview_requirements("Speaks the dialect.")
        .budget_range("1000-2000")
        .workload_desc("Ten hours a week.")
        .time_requirement("part time")
        .project_duration("three months")
        .project_scope("small")
        .freelancer_type("individual")
        .visibility("public"))
}
