use rejoin::prelude::*;

#[scoped]
pub async fn check(cx: u32, scope: u32, task: u32, group: u32, body: u32, enter: u32, site: u32) -> u32 {
    let this = spawn!(async { cx });
    let call = this.await + scope;
    let left = task + group;
    defer!({ println!("{left}") });
    let guard = body + enter;
    let value = site;
    call + left + guard + value
}

pub fn scoped() {}
pub fn daemon() {}
