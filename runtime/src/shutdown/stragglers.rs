use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::site::Site;

/// Work that was still alive when the grace of a [shutdown](crate::Scope::shutdown) had passed.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn upload(ready: tokio::sync::oneshot::Sender<rejoin::Scope>) {
///     let _ = ready.send(rejoin::current());
///     // It does not hear the notice.
///     std::future::pending::<()>().await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let (ready, scope) = tokio::sync::oneshot::channel();
/// let root = tokio::spawn(rejoin::run(upload(ready)).named("upload"));
/// let late = scope.await.unwrap().shutdown(Duration::from_millis(1)).await.unwrap_err();
/// assert!(root.await.unwrap().is_err());
///
/// let [straggler] = late.stragglers() else { panic!("{late}") };
/// assert_eq!(straggler.name(), Some("upload"));
/// assert_eq!(straggler.awaiting().unwrap().function(), Some("upload"));
/// println!("{straggler}");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Straggler {
    name: Option<Cow<'static, str>>,
    site: Site,
    awaiting: Option<Site>,
}

impl Straggler {
    /// The name it was given.
    ///
    /// ```
    /// # use rejoin::Straggler;
    /// fn label(late: &Straggler) -> &str {
    ///     late.name().unwrap_or("a task without a name")
    /// }
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where the task was spawned, or the scope was started.
    ///
    /// ```
    /// # use rejoin::Straggler;
    /// fn line_to_look_at(late: &Straggler) -> String {
    ///     format!("{}:{}", late.site().file(), late.site().line())
    /// }
    /// ```
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    /// The await at which it waited; `None` if it was not cut at one: it came to its end after all, or
    /// had never begun, or it has not unwound yet.
    ///
    /// ```
    /// # use rejoin::Straggler;
    /// fn held_up_by(late: &Straggler) -> Option<&'static str> {
    ///     late.awaiting()?.expression()
    /// }
    /// ```
    #[must_use]
    pub fn awaiting(&self) -> Option<Site> {
        self.awaiting
    }

    fn of(node: &Node) -> Self {
        let awaiting = node.cut().filter(|site| !site.file.is_empty()).copied();
        Self { name: node.name(), site: node.origin().site(), awaiting }
    }
}

impl fmt::Display for Straggler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "`{name}`, started at {}", self.site)?,
            None => write!(f, "started at {}", self.site)?,
        }
        match self.awaiting {
            Some(site) => write!(f, ", waited at {site}"),
            None => Ok(()),
        }
    }
}

/// The error of [`Scope::shutdown`](crate::Scope::shutdown): some work outlived the grace and was
/// cancelled. All of it has unwound.
///
/// ```
/// use rejoin::{GraceExceeded, Scope};
/// use std::time::Duration;
///
/// async fn stop(server: &Scope) -> Result<(), GraceExceeded> {
///     let ended = server.shutdown(Duration::from_secs(20)).await;
///     if let Err(late) = &ended {
///         for straggler in late.stragglers() {
///             eprintln!("cut after {:?}: {straggler}", late.grace());
///         }
///     }
///     ended
/// }
/// # assert_eq!(rejoin::block_on(async { stop(&rejoin::current()).await }).unwrap(), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraceExceeded {
    grace: Duration,
    stragglers: Vec<Straggler>,
}

impl GraceExceeded {
    pub(super) fn new(grace: Duration, stragglers: Vec<Straggler>) -> Self {
        Self { grace, stragglers }
    }

    /// How long the grace was.
    ///
    /// ```
    /// # use rejoin::GraceExceeded;
    /// fn was_any_given(late: &GraceExceeded) -> bool {
    ///     !late.grace().is_zero()
    /// }
    /// ```
    #[must_use]
    pub fn grace(&self) -> Duration {
        self.grace
    }

    /// Who was alive when it had passed: the scope's own body first, then the tasks below it.
    ///
    /// ```
    /// # use rejoin::GraceExceeded;
    /// fn places(late: &GraceExceeded) -> Vec<String> {
    ///     late.stragglers().iter().filter_map(|late| Some(late.awaiting()?.to_string())).collect()
    /// }
    /// ```
    #[must_use]
    pub fn stragglers(&self) -> &[Straggler] {
        &self.stragglers
    }

    pub(super) fn detail(&self) -> String {
        let mut text = format!("{:?}", self.grace);
        for (index, straggler) in self.stragglers.iter().take(SHOWN).enumerate() {
            text.push_str(if index == 0 { ": " } else { "; " });
            text.push_str(&straggler.to_string());
        }
        let more = self.stragglers.len().saturating_sub(SHOWN);
        if more > 0 {
            text.push_str(&format!("; and {more} more"));
        }
        text
    }
}

/// How many are named in a text.
pub(crate) const SHOWN: usize = 16;

impl fmt::Display for GraceExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "still alive after a grace of {}", self.detail())
    }
}

impl Error for GraceExceeded {}

/// Who is alive, to be described when it has been cancelled: before that, nobody knows where a task
/// waits.
pub(crate) struct Alive(Vec<NodeRef>);

impl Alive {
    /// The body of `scope`, and the tasks and roots below it. Not the daemons that serve them: a daemon has
    /// no need of a grace, because it is cancelled as soon as nobody needs it any more.
    pub(crate) fn below(scope: &NodeRef) -> Self {
        let mut alive = Vec::new();
        let mut todo = vec![scope.clone()];
        while let Some(node) = todo.pop() {
            if node.node.kind() == Kind::Daemon && !node.node.is_cancelled() {
                continue;
            }
            let children = node.node.children();
            let known = match node.node.kind() {
                Kind::Task | Kind::Daemon => !node.payload.has_ended(),
                Kind::Root => true,
                _ => std::sync::Arc::ptr_eq(&node, scope),
            };
            if known {
                alive.push(node);
            }
            todo.extend(children.into_iter().rev());
        }
        Self(alive)
    }

    pub(crate) fn describe(&self) -> Vec<Straggler> {
        self.0.iter().map(|node| Straggler::of(&node.node)).collect()
    }
}
