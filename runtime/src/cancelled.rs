use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::reason::{Cause, Reason};
use crate::scope::node::Node;
use crate::site::Site;

/// What a boundary returns in place of a value when the work inside it was cancelled.
///
/// By the time a caller holds one, everything inside the boundary has unwound. It prints as one
/// sentence: the scope, the reason, the place it came from, and the await it cut.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn lookup() -> u32 {
///     std::future::pending().await
/// }
///
/// #[scoped(name = "intake")]
/// async fn intake() -> Result<u32, Cancelled> {
///     lookup().timeout(Duration::ZERO).await
/// }
///
/// let cancelled = rejoin::block_on(intake()).unwrap().unwrap_err();
/// assert_eq!(cancelled.reason(), &rejoin::Reason::Deadline);
/// assert_eq!(cancelled.scope(), Some("intake"));
/// assert_eq!(cancelled.awaiting().unwrap().function(), Some("lookup"));
/// assert!(cancelled.to_string().starts_with("scope `intake` was cancelled because its deadline passed"));
/// ```
#[derive(Clone)]
pub struct Cancelled(Arc<Inner>);

struct Inner {
    cause: Cause,
    scope: Option<Cow<'static, str>>,
    awaiting: Option<&'static Site>,
}

impl Cancelled {
    /// For the scope of `node`, or the nearest around it that has a name.
    pub(crate) fn of(node: &Node, cause: Cause, awaiting: Option<&'static Site>) -> Self {
        let scope = node.nearest(|label| label.name.clone());
        Self(Arc::new(Inner { cause, scope, awaiting }))
    }

    /// Why.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # use rejoin::Reason;
    /// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO);
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// let status = match cancelled.reason() {
    ///     Reason::Deadline => 504,
    ///     Reason::Shutdown => 503,
    ///     _ => 500,
    /// };
    /// assert_eq!(status, 504);
    /// ```
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.0.cause.reason
    }

    /// The name of the scope that was cancelled, or of the nearest named one around it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO).named("intake");
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// assert_eq!(cancelled.scope(), Some("intake"));
    /// ```
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.0.scope.as_deref()
    }

    /// Where the cancellation came from: the place that set the time limit, asked, or failed.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO);
    /// let line = line!() - 1;
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// assert_eq!(cancelled.origin().line(), line);
    /// ```
    #[must_use]
    pub fn origin(&self) -> Site {
        self.0.cause.origin.site()
    }

    /// The await that was cut, innermost first; `None` if the work had not started to wait.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// #[scoped]
    /// async fn lookup() {
    ///     std::future::pending::<()>().await
    /// }
    /// let late = rejoin::block_on(lookup().timeout(Duration::ZERO)).unwrap();
    /// let site = late.unwrap_err().awaiting().unwrap();
    /// assert_eq!(site.function(), Some("lookup"));
    /// ```
    #[must_use]
    pub fn awaiting(&self) -> Option<Site> {
        self.0.awaiting.filter(|site| !site.file.is_empty()).copied()
    }

    /// Looks for a `Cancelled` in an error and the sources behind it.
    ///
    /// ```
    /// use rejoin::{Cancelled, prelude::*};
    /// use std::{error::Error, io, time::Duration};
    ///
    /// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO);
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// let error: Box<dyn Error> = Box::new(io::Error::from(cancelled));
    /// assert!(Cancelled::find(&*error).is_some());
    /// ```
    #[must_use]
    pub fn find<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            // `io::Error` hides the error it carries behind that error's own sources.
            if let Some(carried) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
                && let Some(found) = carried.downcast_ref::<Self>()
            {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope() {
            Some(scope) => write!(f, "scope `{scope}` was cancelled because ")?,
            None => f.write_str("cancelled because ")?,
        }
        write!(f, "{}", self.reason())?;
        if !matches!(self.reason(), Reason::Failed(_)) {
            write!(f, ", as set at {}", self.origin())?;
        }
        match self.awaiting() {
            Some(site) => write!(f, ", while it waited at {site}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled")
            .field("reason", self.reason())
            .field("scope", &self.scope())
            .field("origin", &self.origin())
            .field("awaiting", &self.awaiting())
            .finish()
    }
}

impl Error for Cancelled {}

impl From<Cancelled> for io::Error {
    /// [`Reason::Deadline`] becomes [`io::ErrorKind::TimedOut`], anything else
    /// [`io::ErrorKind::Interrupted`] would be retried by careless callers, so it becomes
    /// [`io::ErrorKind::Other`].
    fn from(cancelled: Cancelled) -> Self {
        let kind = match cancelled.reason() {
            Reason::Deadline => io::ErrorKind::TimedOut,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, cancelled)
    }
}
