//! S0, S1: what starts a call is out of reach, and so is a call of one's own.
use rejoin::prelude::*;

use rejoin::Call;

struct Mine;

impl Call for Mine {
    type Output = ();
    const UNWINDS: bool = true;
    type Started = std::future::Ready<()>;

    fn start(self, _: &'static rejoin::__private::Site, _: rejoin::Key) -> Self::Started {
        std::future::ready(())
    }
}

fn main() {}
