//! The agents' desk, the template studio and the JSON API behind them.
