use rejoin::prelude::*;

#[scoped]
pub async fn beats() {
    std::future::pending::<()>().await;
}

#[scoped]
pub async fn drives() -> Result<(), String> {
    beats().await;
    Ok(())
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    daemon!(beats());
    daemon!(drives()?);
    daemon!(async { beats().await });
    daemon!(async {
        beats().await;
        Ok(())
    }?);
    daemon!(name = "beats", beats());
    daemon! { std::future::pending::<()>() }
    Ok(1)
}
