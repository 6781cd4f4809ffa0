//! The same call, written by hand.

use serde::Deserialize;

#[derive(Deserialize)]
struct Account {
    actor: Actor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    user_id: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = reqwest::Client::new();
    let request = http
        .get("https://app.opentrain.ai/api/public/v1/auth/me")
        .bearer_auth(std::env::var("OT_API_TOKEN")?);
    let me: Account = request.send().await?.error_for_status()?.json().await?;
    println!("{}", me.actor.user_id);
    Ok(())
}
