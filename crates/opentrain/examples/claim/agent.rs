//! The agent: a program that is started anew whenever it stops.

use std::path::Path;

use opentrain::Client;
use opentrain::token_store::FileTokenStore;

/// Claims an account at the service, from whichever step the file says was reached.
pub(crate) async fn run(base_url: &str, file: &Path) -> opentrain::Result<()> {
    let client = Client::builder().base_url(base_url).build()?;
    let claimed = client
        .claim("pat@example.org", FileTokenStore::new(file), |ask| {
            println!("open {}", ask.verification_uri.expose());
            println!("and type {}", ask.user_code.expose());
        })
        .agent_name("Hiring helper")
        .await?;
    let me = client.auth().me().await?;
    println!("working for {}", me.actor.email.unwrap_or_default());
    println!("with the scopes {:?}", claimed.scopes.unwrap_or_default());
    Ok(())
}
