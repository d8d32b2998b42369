//! Growth: quantile curves of a score given prior scores, percentiles of students, and where they lead.

pub mod groups;
pub mod percentiles;
pub mod projection;
pub mod quantile;
pub mod spline;
