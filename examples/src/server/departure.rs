//! When a client goes away.
//!
//! An HTTP/1 server sees it when it reads the end of the connection. But it does not read ahead: not while
//! a body has not been read to its end, nor while there is another request behind the one that is being
//! answered. In these cases hyper lets a handler go on for a client that has left long ago.
//!
//! The system knows without anybody reading: all that the client has sent has arrived, and its end. It says
//! so to a second registration of the same socket, which does not take away what hyper waits for. What it
//! cannot know either is the end of a client whose bytes do not fit into its buffers, a long body that nobody
//! reads: a handler that takes one should read it first.

use std::io;

use tokio::io::Interest;
use tokio::net::TcpStream;

/// A second handle of a client's socket, which is only looked at.
pub(super) struct Departure(TcpStream);

impl Departure {
    #[cfg(unix)]
    pub(super) fn of(stream: &TcpStream) -> io::Result<Self> {
        use std::os::fd::AsFd as _;

        let socket = std::net::TcpStream::from(stream.as_fd().try_clone_to_owned()?);
        Ok(Self(TcpStream::from_std(socket)?))
    }

    #[cfg(windows)]
    pub(super) fn of(stream: &TcpStream) -> io::Result<Self> {
        use std::os::windows::io::AsSocket as _;

        let socket = std::net::TcpStream::from(stream.as_socket().try_clone_to_owned()?);
        Ok(Self(TcpStream::from_std(socket)?))
    }

    /// Until the client has closed its side.
    pub(super) async fn wait(&self) {
        // An error means that there is nothing more to be seen; hyper will see its own.
        while let Ok(news) = self.0.ready(Interest::READABLE).await {
            if news.is_read_closed() {
                return;
            }
            // It has sent something, which is for hyper. "It would block" is how one says that this is known.
            let known = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
            let _ = self.0.try_io(Interest::READABLE, known);
        }
    }
}
