//! The names customers see when a human answers.

use crate::http::cached::Cached;
use lara_core::model::AgentId;
use lara_core::ports::{Agents, Clock, StoreResult};
use std::collections::HashMap;
use std::sync::Arc;

/// Looks agents' names up, all at once: there are few.
#[derive(Clone)]
pub(crate) struct AgentNames {
    agents: Arc<dyn Agents>,
    clock: Arc<dyn Clock>,
    known: Arc<Cached<(), Arc<HashMap<AgentId, String>>>>,
}

impl AgentNames {
    /// A look-up over the store's agents.
    pub(crate) fn new(agents: Arc<dyn Agents>, clock: Arc<dyn Clock>) -> Self {
        Self { agents, clock, known: Arc::default() }
    }

    /// All names.
    pub(crate) async fn all(&self) -> StoreResult<Arc<HashMap<AgentId, String>>> {
        let now = self.clock.now();
        if let Some(names) = self.known.get(&(), now) {
            return Ok(names);
        }
        let agents = self.agents.agents().await?;
        let names: Arc<HashMap<_, _>> =
            Arc::new(agents.into_iter().map(|agent| (agent.id, agent.name)).collect());
        self.known.put((), Arc::clone(&names), now);
        Ok(names)
    }
}
