use std::fmt;
use std::panic::Location;

/// A place in the source: where a task was spawned, where an await waits, where a cancellation
/// came from.
///
/// Prints as `` `fetch(db)` in `check` (src/check.rs:14:9) ``, or only `src/check.rs:14:9` where
/// nothing more is known.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO);
/// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
/// assert!(cancelled.origin().file().ends_with(".rs"));
/// assert_eq!(cancelled.awaiting().unwrap().expression(), Some("std::future::pending::<()>()"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site {
    #[doc(hidden)]
    pub function: &'static str,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
    #[doc(hidden)]
    pub column: u32,
    #[doc(hidden)]
    pub text: &'static str,
}

impl Site {
    /// Stands for a place that nobody wrote.
    #[doc(hidden)]
    pub const NOWHERE: &'static Self = &Self { function: "", file: "", line: 0, column: 0, text: "" };

    /// The source file, as the compiler was given it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # fn cut() -> rejoin::Site {
    /// # let late = scope!(std::future::pending::<()>()).timeout(std::time::Duration::ZERO);
    /// # rejoin::block_on(late).unwrap().unwrap_err().awaiting().unwrap()
    /// # }
    /// let site = cut();
    /// println!("cut at {}:{}:{}", site.file(), site.line(), site.column());
    /// assert!(site.file().ends_with(".rs"));
    /// ```
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line, counted from 1.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # fn cut() -> rejoin::Site {
    /// # let late = scope!(std::future::pending::<()>()).timeout(std::time::Duration::ZERO);
    /// # rejoin::block_on(late).unwrap().unwrap_err().awaiting().unwrap()
    /// # }
    /// assert!(cut().line() >= 1);
    /// ```
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The column, counted from 1.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # fn cut() -> rejoin::Site {
    /// # let late = scope!(std::future::pending::<()>()).timeout(std::time::Duration::ZERO);
    /// # rejoin::block_on(late).unwrap().unwrap_err().awaiting().unwrap()
    /// # }
    /// assert!(cut().column() >= 1);
    /// ```
    #[must_use]
    pub const fn column(&self) -> u32 {
        self.column
    }

    /// The name of the scoped function the place stands in, where it is known.
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
    pub const fn function(&self) -> Option<&'static str> {
        if self.function.is_empty() { None } else { Some(self.function) }
    }

    /// The text of the expression at the place, where it is known.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # fn cut() -> rejoin::Site {
    /// # let late = scope!(std::future::pending::<()>()).timeout(std::time::Duration::ZERO);
    /// # rejoin::block_on(late).unwrap().unwrap_err().awaiting().unwrap()
    /// # }
    /// assert_eq!(cut().expression(), Some("std::future::pending::<()>()"));
    /// ```
    #[must_use]
    pub const fn expression(&self) -> Option<&'static str> {
        if self.text.is_empty() { None } else { Some(self.text) }
    }
}

impl From<&'static Location<'static>> for Site {
    fn from(location: &'static Location<'static>) -> Self {
        Self {
            function: "",
            file: location.file(),
            line: location.line(),
            column: location.column(),
            text: "",
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format_args!("{}:{}:{}", self.file, self.line, self.column);
        match (self.expression(), self.function()) {
            (Some(text), Some(function)) => write!(f, "`{text}` in `{function}` ({at})"),
            (Some(text), None) => write!(f, "`{text}` ({at})"),
            (None, Some(function)) => write!(f, "`{function}` ({at})"),
            (None, None) => write!(f, "{at}"),
        }
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where something was started: a place the attribute knows, or one the compiler tracked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    Site(&'static Site),
    Caller(&'static Location<'static>),
}

impl Origin {
    pub(crate) fn site(self) -> Site {
        match self {
            Self::Site(site) => *site,
            Self::Caller(location) => location.into(),
        }
    }
}

impl From<&'static Site> for Origin {
    fn from(site: &'static Site) -> Self {
        Self::Site(site)
    }
}

impl From<&'static Location<'static>> for Origin {
    fn from(location: &'static Location<'static>) -> Self {
        Self::Caller(location)
    }
}

/// Stands for the await of a future that was handed over without one, for example to
/// [`TaskGroup::spawn`](crate::TaskGroup::spawn): its place is the one it was started at.
pub(crate) static HANDED_OVER: Site = Site { function: "", file: "", line: 0, column: 0, text: "" };
