//! The command line.

/// What was asked for.
#[derive(Debug)]
pub struct Arguments {
    quick: bool,
    /// Whether a missed bar is a failure.
    pub bars: bool,
    selected: Vec<String>,
}

impl Arguments {
    /// Reads the command line.
    ///
    /// # Errors
    ///
    /// The first argument that is not known.
    pub fn read(arguments: impl Iterator<Item = String>, ids: &[&str]) -> Result<Self, String> {
        let mut read = Self { quick: false, bars: true, selected: Vec::new() };
        for argument in arguments {
            match argument.as_str() {
                "--quick" => read.quick = true,
                "--no-bars" => read.bars = false,
                // Said by cargo to every benchmark.
                "--bench" => {}
                id if ids.contains(&id) => read.selected.push(argument),
                other => {
                    return Err(format!(
                        "`{other}` is not known; there are `--quick`, `--no-bars` and the workloads {}",
                        ids.join(", ")
                    ));
                }
            }
        }
        Ok(read)
    }

    /// Whether the workload is to be run.
    #[must_use]
    pub fn selects(&self, id: &str) -> bool {
        self.selected.is_empty() || self.names(id)
    }

    /// Whether few rounds are enough.
    #[must_use]
    pub fn is_quick(&self) -> bool {
        self.quick
    }

    /// Whether the workload is asked for by name.
    #[must_use]
    pub fn names(&self, id: &str) -> bool {
        self.selected.iter().any(|selected| selected == id)
    }

    /// How many rounds there are, where a full run has `full`.
    #[must_use]
    pub fn rounds(&self, full: usize) -> usize {
        if self.quick { (full / 5).max(7) } else { full }
    }
}
