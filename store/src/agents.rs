//! Who may use the desk.

use crate::Store;
use crate::db::{all, exec, opt};
use crate::error::broken;
use crate::rows::{AgentRow, NumberRow, into_models, millis, parse_opt};
use crate::sql::desk as sql;
use lara_core::model::{Agent, AgentId, Millis, Role, Timestamp};
use lara_core::ports::{Agents, Credentials, Saved, SecretHash, StoreResult};

/// Failures further apart are not in a row.
const A_DAY: Millis = Millis::minutes(24 * 60);

#[derive(sqlx::FromRow)]
struct InvitedRow {
    agent_id: Option<String>,
}

#[async_trait::async_trait]
impl Agents for Store {
    async fn agents(&self) -> StoreResult<Vec<Agent>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, AgentRow, sql::AGENTS)?)
    }

    async fn credentials(&self, email: &str) -> StoreResult<Option<Credentials>> {
        let mut on = self.db.read().await?;
        opt!(on, AgentRow, sql::AGENT_BY_EMAIL, email)?.map(Credentials::try_from).transpose()
    }

    async fn add_agent(&self, agent: &Agent, now: Timestamp) -> StoreResult<Saved> {
        let mut tx = self.db.write().await?;
        let added = add(&mut tx, agent, now).await?;
        tx.commit().await?;
        Ok(if added { Saved::Done } else { Saved::Taken })
    }

    async fn add_invitation(
        &self,
        token: &SecretHash,
        agent: Option<AgentId>,
        until: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let agent = agent.map(|id| id.to_string());
        exec!(tx, sql::INVITATION_ADD, &token.0, agent, until.millis())?;
        tx.commit().await
    }

    async fn invitation(&self, token: &SecretHash, now: Timestamp) -> StoreResult<Option<Option<AgentId>>> {
        let mut on = self.db.read().await?;
        opt!(on, InvitedRow, sql::INVITATION, &token.0, now.millis())?
            .map(|row| parse_opt(row.agent_id.as_ref()))
            .transpose()
    }

    async fn use_invitation(
        &self,
        token: &SecretHash,
        first_owner: Option<&Agent>,
        password: &SecretHash,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let Some(used) = opt!(tx, InvitedRow, sql::INVITATION_USE, &token.0, now.millis())? else {
            return Ok(false);
        };
        exec!(tx, sql::INVITATIONS_END, used.agent_id.as_deref(), now.millis())?;
        let agent = match (used.agent_id, first_owner) {
            (Some(id), _) => id,
            // A taken e-mail or a missing owner leaves the link unused: the transaction is dropped.
            (None, Some(owner)) if add(&mut tx, owner, now).await? => owner.id.to_string(),
            (None, _) => return Ok(false),
        };
        if exec!(tx, sql::AGENT_PASSWORD, &agent, &password.0)? != 1 {
            return Err(broken("a link is for an agent who does not exist"));
        }
        exec!(tx, sql::LOGINS_END, &agent)?;
        tx.commit().await?;
        Ok(true)
    }

    async fn record_failure(
        &self,
        agent: AgentId,
        now: Timestamp,
        lock_after: fn(i32) -> Option<Millis>,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let id = agent.to_string();
        let day_ago = now.plus(Millis(-A_DAY.0)).millis();
        // The row is held from here on: of two guesses at once each counts the other.
        let failed = opt!(tx, NumberRow, sql::AGENT_FAILED, &id, now.millis(), day_ago)?;
        let failures = failed.map_or(0, |row| i32::try_from(row.number).unwrap_or(i32::MAX));
        if let Some(lock) = lock_after(failures) {
            exec!(tx, sql::AGENT_LOCK, &id, now.plus(lock).millis())?;
        }
        tx.commit().await
    }

    async fn forget_failures(&self, agent: AgentId) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::AGENT_PASSED, agent.to_string())?;
        tx.commit().await
    }

    async fn prune(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let logins = exec!(tx, sql::LOGINS_PRUNE, now.millis())?;
        let links = exec!(tx, sql::INVITATIONS_PRUNE, now.millis())?;
        tx.commit().await?;
        Ok(logins.saturating_add(links))
    }

    async fn open_login(&self, token: &SecretHash, agent: AgentId, until: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LOGIN_OPEN, &token.0, agent.to_string(), until.millis())?;
        tx.commit().await
    }

    async fn login(&self, token: &SecretHash, now: Timestamp) -> StoreResult<Option<Agent>> {
        let mut on = self.db.read().await?;
        opt!(on, AgentRow, sql::LOGIN, &token.0, now.millis())?.map(Agent::try_from).transpose()
    }

    async fn end_login(&self, token: &SecretHash) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LOGIN_END, &token.0)?;
        tx.commit().await
    }

    async fn save_agent(
        &self,
        id: AgentId,
        name: &str,
        role: Role,
        disabled_at: Option<Timestamp>,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let id = id.to_string();
        exec!(tx, sql::AGENT_SAVE, &id, name, role.as_str(), millis(disabled_at))?;
        if disabled_at.is_some() {
            exec!(tx, sql::LOGINS_END, &id)?;
        }
        tx.commit().await
    }
}

/// Adds an agent unless the e-mail is taken.
async fn add(tx: &mut crate::db::Tx, agent: &Agent, now: Timestamp) -> StoreResult<bool> {
    let (id, disabled_at) = (agent.id.to_string(), millis(agent.disabled_at));
    let added = exec!(
        tx,
        sql::AGENT_ADD,
        id,
        &agent.name,
        &agent.email,
        agent.role.as_str(),
        disabled_at,
        now.millis()
    )?;
    Ok(added == 1)
}
