//! The tokens of the REST API, and what it answered.

use crate::Store;
use crate::db::{all, exec, opt};
use crate::error::broken;
use crate::rows::{from_json, into_models, millis, moment, parse, to_json};
use crate::sql::api as sql;
use lara_core::model::{ApiToken, BrandId, Millis, Timestamp, TokenId};
use lara_core::ports::{
    ANSWER_KEPT, ApiAnswer, ApiAnswers, ApiRequest, ApiTokens, Begun, REQUEST_DIES, SecretHash, StoreError,
    StoreResult, USE_NOTED,
};

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    brand_id: String,
    name: String,
    scopes: String,
    created_at: i64,
    used_at: Option<i64>,
    valid_until: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<TokenRow> for ApiToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            name: row.name,
            scopes: from_json(&row.scopes)?,
            created_at: Timestamp::from_millis(row.created_at),
            used_at: moment(row.used_at),
            valid_until: moment(row.valid_until),
            revoked_at: moment(row.revoked_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    digest: String,
    status: Option<i32>,
    body: Option<String>,
}

/// The moment this long ago.
fn ago(now: Timestamp, span: Millis) -> i64 {
    now.plus(Millis(-span.0)).millis()
}

#[async_trait::async_trait]
impl ApiTokens for Store {
    async fn add_token(&self, secret: &SecretHash, token: &ApiToken) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(
            tx,
            sql::TOKEN_ADD,
            &secret.0,
            token.id.to_string(),
            token.brand.to_string(),
            &token.name,
            to_json(&token.scopes)?,
            token.created_at.millis(),
            millis(token.valid_until)
        )?;
        tx.commit().await
    }

    async fn token(&self, secret: &SecretHash) -> StoreResult<Option<ApiToken>> {
        let mut on = self.db.read().await?;
        opt!(on, TokenRow, sql::TOKEN, &secret.0)?.map(ApiToken::try_from).transpose()
    }

    async fn tokens(&self, brand: BrandId) -> StoreResult<Vec<ApiToken>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, TokenRow, sql::TOKENS, brand.to_string())?)
    }

    async fn revoke_token(&self, brand: BrandId, id: TokenId, now: Timestamp) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let revoked = exec!(tx, sql::TOKEN_REVOKE, brand.to_string(), id.to_string(), now.millis())?;
        tx.commit().await?;
        Ok(revoked == 1)
    }

    async fn token_used(&self, id: TokenId, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::TOKEN_USED, id.to_string(), now.millis(), ago(now, USE_NOTED))?;
        tx.commit().await
    }
}

#[async_trait::async_trait]
impl ApiAnswers for Store {
    async fn begin(&self, request: &ApiRequest<'_>, now: Timestamp) -> StoreResult<Begun> {
        let mut tx = self.db.write().await?;
        let token = request.token.to_string();
        exec!(tx, sql::ANSWER_FORGET, &token, request.key, ago(now, ANSWER_KEPT))?;
        let brand = request.brand.to_string();
        let added = exec!(tx, sql::ANSWER_BEGIN, &token, request.key, brand, request.digest, now.millis())?;
        if added == 1 {
            tx.commit().await?;
            return Ok(Begun::New);
        }
        let row = opt!(tx, AnswerRow, sql::ANSWER, &token, request.key)?;
        let row = row.ok_or_else(|| broken("a key that is taken is not there"))?;
        if row.digest != request.digest {
            return Ok(Begun::Other);
        }
        if let Some(status) = row.status {
            let status = u16::try_from(status).map_err(broken)?;
            return Ok(Begun::Answered(ApiAnswer { status, body: row.body.unwrap_or_default() }));
        }
        let dead = ago(now, REQUEST_DIES);
        let ours = exec!(tx, sql::ANSWER_TAKE_OVER, &token, request.key, dead, now.millis())?;
        tx.commit().await?;
        Ok(if ours == 1 { Begun::New } else { Begun::UnderWay })
    }

    async fn answered(
        &self,
        request: &ApiRequest<'_>,
        begun: Timestamp,
        answer: &ApiAnswer,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let (token, status) = (request.token.to_string(), i32::from(answer.status));
        exec!(tx, sql::ANSWER_KEEP, token, request.key, begun.millis(), status, &answer.body)?;
        tx.commit().await
    }

    async fn not_done(&self, request: &ApiRequest<'_>, begun: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::ANSWER_UNDO, request.token.to_string(), request.key, begun.millis())?;
        tx.commit().await
    }

    async fn prune_answers(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let pruned = exec!(tx, sql::ANSWERS_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(pruned)
    }
}
