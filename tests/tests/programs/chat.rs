//! A chat room: each member has a line of its own, and what one says all others read. A member who
//! hangs up leaves; the room closes when its owner says so, and everybody gets the last word.

use std::sync::Mutex;
use std::time::Duration;

use rejoin::{Canceller, TaskGroup, prelude::*};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex, split};
use tokio::sync::{broadcast, mpsc};

#[derive(Clone, Debug)]
struct Said {
    by: String,
    text: String,
}

struct Room {
    said: broadcast::Sender<Said>,
    members: Mutex<Vec<String>>,
}

impl Room {
    fn new() -> Self {
        Self { said: broadcast::channel(16).0, members: Mutex::new(Vec::new()) }
    }

    fn say(&self, by: &str, text: impl Into<String>) {
        // Nobody listens in an empty room.
        let _ = self.said.send(Said { by: by.to_owned(), text: text.into() });
    }

    fn members(&self) -> Vec<String> {
        self.members.lock().unwrap().clone()
    }

    /// Takes new members until the room is closed.
    #[scoped]
    async fn open<'g>(
        &'g self,
        members: TaskGroup<'g, ()>,
        mut door: mpsc::Receiver<(String, DuplexStream)>,
    ) {
        while let Some((name, line)) = door.recv().await {
            members.spawn(async move {
                if let Err(error) = self.member(&name, line).await {
                    self.say("room", format!("{name} was cut off: {error}"));
                }
            });
        }
    }

    /// One member, until it hangs up.
    #[scoped]
    async fn member(&self, name: &str, line: DuplexStream) -> std::io::Result<()> {
        let mut heard = self.said.subscribe();
        let (reader, mut writer) = split(line);
        self.members.lock().unwrap().push(name.to_owned());
        self.say("room", format!("{name} is here"));
        defer!({
            self.members.lock().unwrap().retain(|member| member != name);
            self.say("room", format!("{name} left"));
        });
        let writing = spawn!(async {
            loop {
                let Said { by, text } = match heard.recv().await {
                    Ok(said) => said,
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        Said { by: "room".to_owned(), text: format!("you missed {missed}") }
                    }
                    Err(broadcast::error::RecvError::Closed) => break Ok(()),
                };
                if by != name {
                    writer.write_all(format!("{by}: {text}\n").as_bytes()).await?;
                }
            }
        }?);
        let mut lines = BufReader::new(reader).lines();
        while let Some(text) = lines.next_line().await? {
            self.say(name, text);
        }
        writing.cancel();
        Ok(())
    }
}

#[scoped]
async fn run(room: &Room, door: mpsc::Receiver<(String, DuplexStream)>) {
    let members = task_group!();
    room.open(members, door).await;
    members.join_all().await;
}

async fn line_of(stream: &mut BufReader<DuplexStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line
}

#[rejoin::test(paused)]
async fn what_one_says_the_others_read() {
    let (room, closing) = (Room::new(), Canceller::new());
    let (door, enter) = mpsc::channel(4);
    let running = spawn!(run(&room, enter).cancel_on(&closing));

    let (ann, anns_line) = duplex(256);
    door.send(("ann".to_owned(), anns_line)).await.unwrap();
    let mut ann = BufReader::new(ann);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let (bob, bobs_line) = duplex(256);
    door.send(("bob".to_owned(), bobs_line)).await.unwrap();
    let mut bob = BufReader::new(bob);
    assert_eq!(line_of(&mut ann).await, "room: ann is here\n");
    assert_eq!(line_of(&mut ann).await, "room: bob is here\n");
    assert_eq!(line_of(&mut bob).await, "room: bob is here\n");

    ann.get_mut().write_all(b"hello\n").await.unwrap();
    assert_eq!(line_of(&mut bob).await, "ann: hello\n");
    drop(ann);
    assert_eq!(line_of(&mut bob).await, "room: ann left\n");
    assert_eq!(room.members(), ["bob"]);

    closing.cancel("the owner closed the room");
    assert!(running.await.is_err());
    assert_eq!(room.members(), Vec::<String>::new());
    // Its line is closed.
    assert_eq!(line_of(&mut bob).await, "");
}
