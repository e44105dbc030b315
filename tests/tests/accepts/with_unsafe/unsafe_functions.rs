use rejoin::prelude::*;

/// # Safety
///
/// It points to a number.
#[scoped]
pub async unsafe fn read(n: *const u32) -> u32 {
    // SAFETY: the caller promises it.
    unsafe { *n }
}

#[scoped]
pub async fn check() -> u32 {
    static NUMBER: u32 = 7;
    // SAFETY: it points to a static.
    let call = unsafe { read(&raw const NUMBER) };
    call.await
}

pub struct Service;

#[scoped]
impl Service {
    /// # Safety
    ///
    /// None is needed.
    pub async unsafe fn check(&self) {}
}
