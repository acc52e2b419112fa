//! One-time links: the first owner's account, and the password of who was invited.

use super::login;
use crate::auth::{Visitor, digest};
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Door, page, texts};
use crate::state::Shared;
use crate::words::{self, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use lara_core::model::{Agent, AgentId, Role};
use secrecy::SecretString;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Page {
    w: &'static Words,
    d: Door,
    title: String,
    lead: &'static str,
    valid: bool,
    first_owner: bool,
    name: String,
    email: String,
    wrong_name: Option<&'static str>,
    wrong_email: Option<&'static str>,
    wrong_password: Option<&'static str>,
}

/// A link as it was found.
enum Link {
    FirstOwner,
    For(Box<Agent>),
    Gone,
}

async fn find(state: &Shared, token: &str) -> Result<Link, Fault> {
    Ok(match state.agents.invitation(&digest(token), state.clock.now()).await? {
        None => Link::Gone,
        Some(None) => Link::FirstOwner,
        Some(Some(id)) => match agent(state, id).await? {
            Some(agent) => Link::For(Box::new(agent)),
            None => Link::Gone,
        },
    })
}

async fn agent(state: &Shared, id: AgentId) -> Result<Option<Agent>, Fault> {
    Ok(state.agents.agents().await?.into_iter().find(|agent| agent.id == id))
}

fn blank(visitor: &Visitor, link: &Link) -> Page {
    let w = texts(visitor);
    let (title, lead) = match link {
        Link::FirstOwner => (w.welcome_owner.to_owned(), w.welcome_owner_lead),
        Link::For(agent) => (words::fill(w.welcome_agent, &[("name", &agent.name)]), w.welcome_agent_lead),
        Link::Gone => (w.welcome_gone.to_owned(), w.welcome_gone_lead),
    };
    Page {
        w,
        d: Door::new(visitor),
        title,
        lead,
        valid: !matches!(link, Link::Gone),
        first_owner: matches!(link, Link::FirstOwner),
        name: String::new(),
        email: String::new(),
        wrong_name: None,
        wrong_email: None,
        wrong_password: None,
    }
}

fn gone(visitor: &Visitor) -> Result<Response, Fault> {
    Ok((StatusCode::GONE, page(&blank(visitor, &Link::Gone))?).into_response())
}

/// `GET /desk/welcome/{token}`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    match find(&state, &token).await? {
        Link::Gone => gone(&visitor),
        link => page(&blank(&visitor, &link)),
    }
}

/// Whether a name may be shown to customers.
pub(crate) fn name_fits(name: &str) -> bool {
    (1..=80).contains(&name.chars().count()) && !name.contains(char::is_control)
}

/// Whether a text looks like an e-mail address. Only a letter to it would prove more.
pub(crate) fn email_fits(email: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
    };
    email.len() <= 200
        && email.split_once('@').is_some_and(|(name, host)| {
            fits(name) && fits(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        })
}

/// `POST /desk/welcome/{token}`.
pub(crate) async fn accept(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let link = find(&state, &token).await?;
    let w = texts(&visitor);
    let mut form = blank(&visitor, &link);
    let password = fields.one("password");
    if !(10..=200).contains(&password.chars().count()) {
        form.wrong_password = Some(w.wrong_password);
    }
    let owner = match &link {
        Link::Gone => return gone(&visitor),
        Link::For(_) => None,
        Link::FirstOwner => {
            fields.trimmed("name").clone_into(&mut form.name);
            form.email = fields.trimmed("email").to_lowercase();
            form.wrong_name = (!name_fits(&form.name)).then_some(w.wrong_name);
            form.wrong_email = (!email_fits(&form.email)).then_some(w.wrong_email);
            Some(Agent {
                id: AgentId::new(state.ids.next()),
                name: form.name.clone(),
                email: form.email.clone(),
                role: Role::Owner,
                disabled_at: None,
            })
        }
    };
    if form.wrong_name.is_some() || form.wrong_email.is_some() || form.wrong_password.is_some() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    }
    let hash = state
        .passwords
        .hash(SecretString::from(password))
        .await
        .map_err(|error| Fault::Defect(Box::new(error)))?;
    let now = state.clock.now();
    if !state.agents.use_invitation(&digest(&token), owner.as_ref(), &hash, now).await? {
        return gone(&visitor);
    }
    let id = match (&owner, &link) {
        (Some(owner), _) => owner.id,
        (None, Link::For(agent)) => agent.id,
        (None, _) => return gone(&visitor),
    };
    login::open(&state, id, 0, now, "/desk").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_looked_at() {
        assert!(email_fits("lan@example.com") && email_fits("đức@ví-dụ.vn"));
        for wrong in ["", "lan", "@example.com", "lan@", "lan@host", "la n@example.com", "a@b@c.vn", "a@.vn"]
        {
            assert!(!email_fits(wrong), "{wrong}");
        }
        assert!(
            name_fits("Nguyễn Thị Lan")
                && !name_fits("")
                && !name_fits("a\nb")
                && !name_fits(&"x".repeat(81))
        );
    }
}
