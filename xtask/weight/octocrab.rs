//! The smallest program with the client of another service.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("GITHUB_TOKEN")?;
    let client = octocrab::Octocrab::builder().personal_token(token).build()?;
    println!("{}", client.current().user().await?.login);
    Ok(())
}
