//! Bodies of responses, made of the examples of the documentation.

use crate::account::ACCOUNT;

const JOB: &str = r#"{"id":"job_9xT#","slug":"dialect-tagging","title":"Dialect tagging","companyName":"Northwind Labs","descriptionText":"Tag short clips by dialect.","descriptionHtml":"<p>Tag short clips by dialect.</p>","seoTitle":null,"summary":null,"status":"OPEN","datePosted":"2026-03-04T05:06:07.000Z","validThrough":"2026-05-03T05:06:07.000Z","updatedAt":"2026-03-04T05:06:07.000Z","employmentTypes":["CONTRACTOR"],"countries":["BR"],"languages":["German"],"category":"Audio Annotation","dataType":"Audio","labelTypes":["Classification"],"labelingSoftware":null,"experienceLevel":"Expert","skills":["Classification"],"pay":{"paymentType":"PAY_PER_HOUR","currency":"USD","hourlyRate":18.5,"hourlyMin":15,"hourlyMax":22.75,"fixedPrice":null,"perLabelRate":null},"url":"https://app.opentrain.ai/jobs/dialect-tagging-job_9xT","applyUrl":"https://app.opentrain.ai/api/out?job=job_9xT&src=api"}"#;
const EVENT: &str = r#"{"id":"208#","type":"proposal.received","apiVersion":"v1","createdAt":"2026-03-04T05:06:07.000Z","resourceId":"prp_44k","jobId":"job_9xT","data":{"proposalId":"prp_44k","jobId":"job_9xT"}}"#;
const ENTRY: &str = r#"{"id":"cle_#","type":"HOLD_RELEASE","amountCents":4000,"createdAt":"2026-03-04T05:06:07.000Z","holdEntryId":"cle_31","jobofferId":"prp_44k","contractId":"ctr_9","milestoneId":"ms_4","topUpId":null,"note":null}"#;
const DRAFT: &str = r#"{"ok":true,"jobId":"job_9xT","status":"DRAFT","draftUrl":"https://app.opentrain.ai/jobs/new?jobId=job_9xT","validation":{"publishReady":true,"issueCount":0,"missingFieldCount":0,"missingFields":[],"issues":[]}}"#;
const FAILURE: &str = r#"{"error":"There is no job of yours with this id.","code":"NOT_FOUND","requestId":"req_5b","details":{"reason":"job_not_found"}}"#;

pub(crate) fn account() -> String {
    String::from(ACCOUNT)
}

pub(crate) fn jobs() -> String {
    jobs_of(&repeated(JOB, 100))
}

/// Returns a page whose element in the middle has a number for its title.
pub(crate) fn jobs_with_a_bad_one() -> String {
    let mut jobs = repeated(JOB, 100);
    jobs[50] = jobs[50].replace(r#""title":"Dialect tagging""#, r#""title":7"#);
    jobs_of(&jobs)
}

pub(crate) fn events() -> String {
    let events = repeated(EVENT, 200).join(",");
    format!(r#"{{"events":[{events}],"nextCursor":"208199","hasMore":false}}"#)
}

pub(crate) fn ledger() -> String {
    let entries = repeated(ENTRY, 200).join(",");
    format!(r#"{{"entries":[{entries}],"nextCursor":null}}"#)
}

pub(crate) fn draft() -> String {
    String::from(DRAFT)
}

pub(crate) fn failure() -> String {
    String::from(FAILURE)
}

fn jobs_of(jobs: &[String]) -> String {
    let jobs = jobs.join(",");
    format!(r#"{{"jobs":[{jobs}],"nextCursor":null,"generatedAt":"2026-03-04T05:06:07.000Z"}}"#)
}

/// Returns elements whose ids differ.
fn repeated(element: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| element.replace('#', &number.to_string()))
        .collect()
}
