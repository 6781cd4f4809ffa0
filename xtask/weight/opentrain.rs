//! The smallest program with this client.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = opentrain::Client::from_env()?;
    let me = client.auth().me().await?;
    println!("{}", me.actor.user_id);
    Ok(())
}
