//! One-time links with which an agent sets a password.

use super::secret::{digest, fresh_token};
use crate::error::Fault;
use crate::state::Shared;
use lara_core::model::{AgentId, Millis};

/// How long a link waits to be used.
const VALID: Millis = Millis::minutes(3 * 24 * 60);

/// Stores a new link for an agent and answers its address.
pub(crate) async fn agent_link(state: &Shared, agent: AgentId) -> Result<String, Fault> {
    let token = fresh_token().map_err(|error| Fault::Defect(Box::new(error)))?;
    state.agents.add_invitation(&digest(&token), Some(agent), state.clock.now().plus(VALID)).await?;
    Ok(format!("{}/desk/welcome/{token}", state.public_url))
}
