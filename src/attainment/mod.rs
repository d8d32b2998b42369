//! attainment
