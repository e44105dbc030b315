use rejoin::prelude::*;

/// Checks.
///
/// ```text
/// let t = spawn!(x);
/// ```
#[scoped]
pub async fn check(/* first */ id: u32 /* last */) -> u32 // type
{
    // let t = spawn!(x);
    /* .await */
    let task = spawn!(/* what */ async { id } /* done */);
    task /* here */
        .await // there
}
