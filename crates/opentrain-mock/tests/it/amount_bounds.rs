//! Amounts out of bounds are refused in the request, and bookings that would overflow the ledger do not take place.

use opentrain_mock::{Ledger, MockServer};
use serde_json::{Value, json};

use crate::support::{Session, envelope, milestone, text};

/// Returns numbers that are no amount of a milestone.
fn absurd() -> [Value; 8] {
    [
        json!(0),
        json!(-1),
        json!(0.009),
        json!(10_000_000.01),
        json!(1e17),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
    ]
}

fn adds_up(books: &Ledger) -> bool {
    let wide = |cents: &[i64]| cents.iter().map(|cents| i128::from(*cents)).sum::<i128>();
    let came = [books.credited_cents, books.card_charged_cents];
    let gone = [
        books.available_cents,
        books.escrow_cents,
        books.paid_out_cents,
        books.fees_cents,
        books.card_refunded_cents,
        books.debited_cents,
    ];
    wide(&came) == wide(&gone) && gone.iter().chain(&came).all(|cents| *cents >= 0)
}

/// Requests a hire for this amount.
async fn hire(session: &Session, amount: &Value) -> (u16, Value) {
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let body = json!({"milestone": {"name": "Pilot", "amount": amount}});
    session
        .post(&format!("/proposals/{proposal}/hire"), &body)
        .await
}

async fn control(session: &Session, method: &str, path: &str, body: &Value) -> (u16, String) {
    let path = format!("/_mock{path}");
    let (status, response) = session.call_at(method, &path, Some(body)).await;
    (
        status,
        response["error"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn hire_is_for_a_cent_to_ten_million_dollars() {
    let session = Session::start().await;
    for amount in absurd() {
        let details = envelope(hire(&session, &amount).await, 400, "BAD_REQUEST");
        let issue = &details["issues"][0];
        assert_eq!(issue["path"], json!(["milestone", "amount"]), "{amount}");
        let message = "amount must be a number of dollars from 0.01 to 10,000,000";
        assert_eq!(issue["message"], message);
    }
    for amount in [json!(0.01), json!(10_000_000)] {
        let (status, asked) = hire(&session, &amount).await;
        assert_eq!(status, 202, "{asked}");
        let approval = text(&asked["approval"]["id"]);
        session.server.human().confirm(&approval).unwrap();
    }
    let books = session.server.ledger();
    assert_eq!(books.escrow_cents, 1_000_000_001);
    assert_eq!(books.fees_cents, 100_000_995 + 995);
    assert!(adds_up(&books), "{books:?}");
}

#[tokio::test]
async fn milestones_and_work_have_an_upper_bound() {
    let session = Session::start().await;
    let (_, asked) = hire(&session, &json!(180)).await;
    let approval = text(&asked["approval"]["id"]);
    session.server.human().confirm(&approval).unwrap();
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let path = format!("/contracts/{contract}/milestones");
    for amount in absurd() {
        let body = json!({"description": "More", "volume": 10, "amountUsd": amount});
        let details = envelope(session.post(&path, &body).await, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": "amountUsd"}), "{amount}");
    }
    // The rate is 18.9 dollars an hour.
    for volume in [
        json!(0),
        json!(-1),
        json!(1e-5),
        json!(600_000),
        json!(1e12),
        json!(1e308),
    ] {
        let body = json!({"description": "More", "volume": volume});
        let details = envelope(session.post(&path, &body).await, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": "volume"}), "{volume}");
    }

    let work = format!("/contracts/{contract}/work");
    for volume in [json!(0), json!(-2), json!(1.1e11), json!(1e308)] {
        let (status, error) = control(&session, "POST", &work, &json!({"volume": volume})).await;
        assert_eq!(status, 400, "{error}");
        assert!(
            error.starts_with("the volume must be a number above zero"),
            "{error}"
        );
    }
    let human = session.server.human();
    assert!(human.record_work(&contract, f64::NAN).is_err());
    assert!(human.record_work(&contract, f64::INFINITY).is_err());
    human.record_work(&contract, 1e11).unwrap();
    let (status, error) = control(&session, "POST", &work, &json!({"volume": 1})).await;
    assert_eq!(status, 409, "{error}");
    assert!(error.contains("takes no more work"), "{error}");
}

#[tokio::test]
async fn credits_are_given_within_bounds_or_not_at_all() {
    let session = Session::start().await;
    for cents in [
        json!(-1),
        json!(1_000_000_001),
        json!(i64::MAX),
        json!(i64::MIN),
    ] {
        let (status, error) = control(&session, "PUT", "/credits", &json!({"cents": cents})).await;
        let sentence = "the balance must be a number of cents from 0 to 1,000,000,000";
        assert_eq!((status, error.as_str()), (400, sentence));
    }
    for cents in [json!(u64::MAX), json!(1e300), json!(0.5)] {
        let (status, error) = control(&session, "PUT", "/credits", &json!({"cents": cents})).await;
        assert_eq!(status, 400, "{error}");
        assert!(error.starts_with("the body does not fit: "), "{error}");
    }
    assert!(session.server.human().set_credit_cents(i64::MAX).is_err());
    assert_eq!(session.server.ledger(), Ledger::default());
    session
        .server
        .human()
        .set_credit_cents(1_000_000_000)
        .unwrap();
    session.server.human().set_credit_cents(0).unwrap();
    assert!(adds_up(&session.server.ledger()));
}

/// Returns the state of a session after a change of the main account's ledger.
fn with_books(server: &MockServer, change: impl Fn(&mut Value)) -> Value {
    let state = serde_json::to_value(server.snapshot());
    let mut state = state.expect("a snapshot can be written");
    change(&mut state["state"]["world"]["accounts"][0][1]["books"]);
    state
}

#[tokio::test]
async fn confirmation_that_would_overflow_the_ledger_fails_and_stays_pending() {
    let session = Session::start().await;
    let (_, asked) = hire(&session, &json!(120)).await;
    let approval = text(&asked["approval"]["id"]);
    let full = with_books(&session.server, |books| {
        books["card_charged_cents"] = json!(i64::MAX - 100);
        books["paid_out_cents"] = json!(i64::MAX - 100);
    });
    assert_eq!(control(&session, "PUT", "/state", &full).await.0, 200);
    let before = session.server.ledger();
    let path = format!("/approvals/{approval}/confirm");
    let (status, error) = control(&session, "POST", &path, &json!({})).await;
    assert_eq!(status, 409);
    assert!(error.contains("a sum would be too large"), "{error}");
    assert_eq!(session.server.ledger(), before);
    assert_eq!(session.server.human().pending_approvals().len(), 1);
    assert_eq!(session.get("/contracts").await.1["contracts"], json!([]));
}

#[tokio::test]
async fn state_whose_amounts_cannot_be_is_refused() {
    let session = Session::start().await;
    let (status, _) = hire(&session, &json!(120)).await;
    assert_eq!(status, 202);
    let unsound = with_books(&session.server, |books| books["fees_cents"] = json!(1));
    let negative = with_books(&session.server, |books| {
        books["credited_cents"] = json!(-1);
        books["available_cents"] = json!(-1);
    });
    for state in [unsound, negative] {
        let (status, error) = control(&session, "PUT", "/state", &state).await;
        assert_eq!(status, 400);
        assert!(
            error.contains("the ledger of account `usr_000001` does not add up"),
            "{error}"
        );
    }
    let mut state = with_books(&session.server, |_| {});
    let terms = &mut state["state"]["world"]["approvals"][0][1]["subject"]["Hire"];
    assert_eq!(terms["amount"], json!(120.0));
    terms["amount"] = json!(1e17);
    let (status, error) = control(&session, "PUT", "/state", &state).await;
    assert_eq!(status, 400);
    assert!(
        error.contains("an amount must be a number of dollars"),
        "{error}"
    );
}

/// A change of a state, by JSON pointers, and the words of the refusal.
#[rustfmt::skip]
const FLAWS: &[(&str, &str, &str)] = &[
    ("/conversations/0/1/activity", "18446744073709551615", "`cnv_000001` has a number above"),
    ("/invoices/0/1/number", "18446744073709551615", "`inv_000001` has a number above"),
    ("/jobs/0/1/publication/sequence", "18446744073709551615", "`job_000001` has a number above"),
    ("/webhooks/0/1/failures", "4294967295", "the failures of webhook `wh_000001`"),
    ("/freelancers/0/1/seasoning", "10", "the `seasoning` of AI trainer `usr_000008` must be from 0 to 9"),
    ("/freelancers/0/1/seasoning", "4294967295", "the `seasoning`"),
    ("/contracts/0/1/worked", "1e300", "each volume of contract `ctr_000001` must be"),
    ("/contracts/0/1/worked", "-1", "each volume of contract `ctr_000001` must be"),
    ("/contracts/0/1/milestones/0/volume", "1e300", "each volume of contract `ctr_000001` must be"),
];

/// Returns a session with a row of every kind that has a count or a volume, and the id of a pending approval.
async fn counted() -> (Session, String) {
    let session = Session::start().await;
    let (_, asked) = hire(&session, &json!(180)).await;
    let hired = session
        .server
        .human()
        .confirm(&text(&asked["approval"]["id"]));
    hired.expect("it is pending");
    let hook = json!({"url": "https://hooks.example.com/", "eventTypes": ["message.received"]});
    assert_eq!(session.post("/webhooks", &hook).await.0, 201);
    let (_, asked) = hire(&session, &json!(20)).await;
    (session, text(&asked["approval"]["id"]))
}

#[tokio::test]
async fn state_with_a_number_at_the_end_of_its_range_is_refused() {
    let (session, _) = counted().await;
    let whole = with_books(&session.server, |_| {});
    assert_eq!(control(&session, "PUT", "/state", &whole).await.0, 200);
    for (place, number, words) in FLAWS {
        let mut state = whole.clone();
        let place = state["state"]["world"].pointer_mut(place);
        *place.expect("it is there") = serde_json::from_str(number).unwrap();
        let (status, error) = control(&session, "PUT", "/state", &state).await;
        assert_eq!(status, 400, "{words}: {error}");
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn state_with_a_counter_at_the_end_of_its_range_is_refused_and_one_below_goes_on() {
    let (session, approval) = counted().await;
    let whole = with_books(&session.server, |_| {});
    let counters = whole["state"]["world"]["counters"].as_object().unwrap();
    assert!(counters.len() > 15, "{counters:?}");
    for name in counters.keys() {
        for number in [u64::MAX, u64::MAX - 1, i64::MAX as u64] {
            let mut state = whole.clone();
            state["state"]["world"]["counters"][name] = json!(number);
            let (status, error) = control(&session, "PUT", "/state", &state).await;
            let words = format!("the counter `{name}` is above 9007199254740992");
            assert!(status == 400 && error.contains(&words), "{status} {error}");
        }
    }
    let mut state = whole.clone();
    for number in state["state"]["world"]["counters"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        *number = json!(1_u64 << 53);
    }
    assert_eq!(control(&session, "PUT", "/state", &state).await.0, 200);
    session.server.human().confirm(&approval).unwrap();
    let (_, read) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(read["approval"]["status"], "confirmed");
}

#[tokio::test]
async fn job_offers_no_absurd_price() {
    let session = Session::start().await;
    let draft = session.complete_draft().await;
    let path = format!("/job-drafts/{draft}");
    for key in ["pricePerHour", "pricePerLabel", "fixedPrice"] {
        for price in [
            json!(1e17),
            json!(-1e17),
            json!(10_000_001),
            json!(i64::MAX),
        ] {
            let response = session.patch(&path, &json!({key: price})).await;
            let details = envelope(response, 400, "BAD_REQUEST");
            assert_eq!(details["issues"][0]["path"], json!([key]), "{price}");
        }
    }
    // One that is too small keeps the draft from being published.
    for price in [json!(-1), json!(0), json!(0.00001)] {
        let (status, patched) = session.patch(&path, &json!({"pricePerHour": price})).await;
        assert_eq!(status, 200, "{patched}");
        assert_eq!(patched["validation"]["issues"][0]["code"], "too_small");
    }
    let body = json!({"format": "opentrain_canonical", "job": {"title": "Clips", "paymentType": "FIXED_PRICE", "rateAmount": 1e17}});
    let (_, made) = session.post("/job-drafts", &body).await;
    assert_eq!(made["unmappedFields"][0]["reason"], "invalid_value");
    let body = json!({"rawJobDescription": "Tag clips. 90000000000000000 USD per hour."});
    let (_, made) = session.post("/job-drafts", &body).await;
    assert_eq!(made["normalizedFields"]["pricePerHour"], Value::Null);
}

#[tokio::test]
async fn price_of_a_label_is_not_rounded_away() {
    let session = Session::start().await;
    let job = json!({
        "title": "Clips", "description": "Tag clips.", "languages": ["German"], "headcount": 1,
        "experienceLevel": "EXPERT", "paymentType": "PAY_PER_LABEL", "rateAmount": 0.0004,
    });
    let body = json!({"format": "opentrain_canonical", "job": job});
    let (_, draft) = session.post("/job-drafts", &body).await;
    let job = text(&draft["jobId"]);
    assert_eq!(
        session
            .post(&format!("/jobs/{job}/publish"), &json!({}))
            .await
            .0,
        200
    );
    let proposal = session.proposals(&job).await.pop().unwrap();
    let (_, found) = session.get(&format!("/proposals/{proposal}")).await;
    assert_eq!(found["proposal"]["bid"]["amountUsd"], 0.0004);
    let path = format!("/proposals/{proposal}/hire");
    assert_eq!(session.post(&path, &milestone(1)).await.0, 202);
}
