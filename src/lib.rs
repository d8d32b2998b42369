//! `attain` computes what students attained, from marks to training objectives, exactly and with honest intervals.
//!
//! The chain of outcome-based education is: assessment item → course objective → indicator → graduation
//! requirement → training objective. One call climbs it:
//!
//! ```
//! use attain::{attainment, policy, results, simulate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A simulated programme; `ingest::workspace` reads a real one from a folder of plain files.
//! let dataset = simulate::Simulator::new(simulate::Design::demo()).dataset(0);
//! let policy = policy::builtin_policy("ceeaa-2024").ok_or("no such policy")?;
//! let attained = attainment::attain(&dataset, &policy, &|| ())?;
//!
//! // Every figure carries its interval, its n and an exact verdict.
//! let requirement = &attained.cohorts[0].requirements[0].direct;
//! let interval = requirement.uncertainty.ok_or("no interval")?;
//! assert!(interval.low < requirement.value.ok_or("no value")? && requirement.counts.assessed == Some(80));
//! assert_eq!(requirement.verdict, Some(attainment::Verdict::Reached));
//!
//! // The same as tidy tables, and as polars frames.
//! let results = results::Results { tables: results::tables(&dataset, &policy, &attained) };
//! let frame = results.frame("indicators")?;
//! assert!(frame.height() > 100);
//! # Ok(())
//! # }
//! ```
//!
//! The way data flows, and where everything stands, is told in `docs/architecture.md`; what is computed, in
//! `docs/methods.md`; the columns of every table, in `docs/tables.md`.

pub mod attainment;
pub mod chart;
pub mod cli;
pub mod error;
pub mod evidence;
pub mod explorer;
pub mod ingest;
pub mod message;
pub mod model;
pub mod policy;
pub mod report;
pub mod results;
pub mod simulate;
pub mod stats;
pub mod template;
pub mod value_added;

pub use error::Error;
