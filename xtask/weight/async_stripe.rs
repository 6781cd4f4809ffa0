//! The smallest program with the client of another service.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = stripe::Client::new(std::env::var("STRIPE_SECRET_KEY")?);
    let balance = stripe::Balance::retrieve(&client, None).await?;
    println!("{}", balance.livemode);
    Ok(())
}
