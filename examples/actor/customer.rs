//! A customer, who holds seats and buys them, or does not.

use futures_util::StreamExt as _;
use rejoin::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::codec::{FramedRead, LinesCodec};

use crate::box_office::{BoxOffice, OfficeError};

const LONGEST_LINE: usize = 80;

/// Serves a customer. What it holds when it leaves, however it leaves, is given back.
#[scoped(name = "customer")]
pub(crate) async fn customer(office: &BoxOffice, mut line: TcpStream) {
    let mut held = 0;
    defer!({ office.give_back(held).await });
    let (reader, mut writer) = line.split();
    let mut commands = FramedRead::new(reader, LinesCodec::new_with_max_length(LONGEST_LINE));
    // A line that is too long or broken ends it as its end does.
    while let Some(Ok(command)) = commands.next().await {
        let answer = match obey(office, &mut held, &command).await {
            Ok(answer) => answer,
            Err(error) => error.to_string(),
        };
        if writer.write_all(format!("{answer}\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

#[scoped]
async fn obey(office: &BoxOffice, held: &mut u32, command: &str) -> Result<String, OfficeError> {
    match command.split_whitespace().collect::<Vec<_>>()[..] {
        ["hold", seats] => {
            let Ok(seats) = seats.parse() else { return Ok(format!("how many are {seats}?")) };
            // In a shield: a customer that is cut here must know what it holds.
            office.hold(seats).shield().await?;
            *held += seats;
            Ok(format!("you hold {held}"))
        }
        ["buy"] => {
            office.buy(*held).shield().await?;
            Ok(format!("you bought {}", std::mem::take(held)))
        }
        ["left"] => Ok(format!("{} left", office.count_free().await?)),
        _ => Ok("hold SEATS, buy, left".into()),
    }
}
