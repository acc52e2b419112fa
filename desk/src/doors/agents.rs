//! Who may use the desk: inviting, roles, disabling, a new password.

use super::welcome::{email_fits, name_fits};
use crate::auth::{Visitor, agent_link};
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, frame, page, texts};
use crate::state::Shared;
use crate::view;
use crate::words::{self, Words, codes};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Agent, AgentId, Role};
use lara_core::ports::Saved;

struct RoleView {
    code: &'static str,
    name: &'static str,
    chosen: bool,
}

struct AgentView {
    id: AgentId,
    name: String,
    email: String,
    initials: String,
    colour: String,
    role: &'static str,
    you: bool,
    disabled: bool,
    can_change: bool,
    roles: Vec<RoleView>,
}

struct LinkView {
    text: String,
    url: String,
}

#[derive(Template)]
#[template(path = "agents.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    agents: Vec<AgentView>,
    roles: Vec<RoleView>,
    link: Option<LinkView>,
    name: String,
    email: String,
    wrong_name: Option<&'static str>,
    wrong_email: Option<&'static str>,
}

/// Whether `by` may change somebody of this role, or make somebody so.
fn may_change(by: &Agent, role: Role) -> bool {
    by.role == Role::Owner || (by.role == Role::Admin && role == Role::Agent)
}

fn roles(visitor: &Visitor, by: &Agent, chosen: Role) -> Vec<RoleView> {
    Role::ALL
        .iter()
        .filter(|role| may_change(by, **role))
        .map(|role| RoleView {
            code: role.as_str(),
            name: codes::role(visitor.language, *role),
            chosen: *role == chosen,
        })
        .collect()
}

async fn blank(state: &Shared, visitor: &Visitor, notice: Option<Notice>) -> Result<Page, Fault> {
    let me = visitor.signed()?;
    let view = |agent: Agent| AgentView {
        initials: view::initials(&agent.name),
        colour: view::colour(&agent.id.to_string()),
        role: codes::role(visitor.language, agent.role),
        you: agent.id == me.id,
        disabled: agent.disabled_at.is_some(),
        can_change: agent.id != me.id && may_change(me, agent.role),
        roles: roles(visitor, me, agent.role),
        id: agent.id,
        name: agent.name,
        email: agent.email,
    };
    Ok(Page {
        w: texts(visitor),
        f: frame(state, visitor, Here::Agents, None, notice).await?,
        agents: state.agents.agents().await?.into_iter().map(view).collect(),
        roles: roles(visitor, me, Role::Agent),
        link: None,
        name: String::new(),
        email: String::new(),
        wrong_name: None,
        wrong_email: None,
    })
}

/// `GET /desk/agents`.
pub(crate) async fn show(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    page(&blank(&state, &visitor, None).await?)
}

async fn with_link(state: &Shared, visitor: &Visitor, id: AgentId, name: &str) -> Result<Response, Fault> {
    let url = agent_link(state, id).await?;
    let mut shown = blank(state, visitor, None).await?;
    let text = words::fill(shown.w.agents_link, &[("name", name)]);
    shown.link = Some(LinkView { text, url });
    page(&shown)
}

/// `POST /desk/agents`: invites somebody; the link is shown once, on this answer.
pub(crate) async fn invite(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let me = visitor.signed()?;
    let w = texts(&visitor);
    let role: Role = fields.one("role").parse().map_err(|_| Fault::Input)?;
    if !may_change(me, role) {
        return Err(Fault::Forbidden);
    }
    let name = fields.trimmed("name").to_owned();
    let email = fields.trimmed("email").to_lowercase();
    let mut wrong_email = (!email_fits(&email)).then_some(w.wrong_email);
    let wrong_name = (!name_fits(&name)).then_some(w.wrong_name);
    if wrong_email.is_none() && wrong_name.is_none() {
        let id = AgentId::new(state.ids.next());
        let agent = Agent { id, name: name.clone(), email: email.clone(), role, disabled_at: None };
        match state.agents.add_agent(&agent, state.clock.now()).await? {
            Saved::Done => return with_link(&state, &visitor, id, &name).await,
            Saved::Stale | Saved::Taken => wrong_email = Some(w.wrong_taken),
        }
    }
    let shown = Page { name, email, wrong_name, wrong_email, ..blank(&state, &visitor, None).await? };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response())
}

/// `POST /desk/agents/{id}/{act}`: role, disable, enable, reset.
pub(crate) async fn change(
    State(state): State<Shared>,
    visitor: Visitor,
    Path((id, act)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let me = visitor.signed()?;
    let w = texts(&visitor);
    let id: AgentId = id.parse().map_err(|_| Fault::Missing)?;
    let all = state.agents.agents().await?;
    let agent = all.iter().find(|agent| agent.id == id).ok_or(Fault::Missing)?;
    if agent.id == me.id || !may_change(me, agent.role) {
        let notice = Notice::bad(w.agents_above);
        return Ok(
            (StatusCode::FORBIDDEN, page(&blank(&state, &visitor, Some(notice)).await?)?).into_response()
        );
    }
    let (role, disabled_at) = match act.as_str() {
        "reset" => return with_link(&state, &visitor, id, &agent.name).await,
        "role" => (fields.one("role").parse().map_err(|_| Fault::Input)?, agent.disabled_at),
        "disable" => (agent.role, Some(state.clock.now())),
        "enable" => (agent.role, None),
        _ => return Err(Fault::Missing),
    };
    if !may_change(me, role) {
        return Err(Fault::Forbidden);
    }
    state.agents.save_agent(id, &agent.name, role, disabled_at).await?;
    Ok(Redirect::to("/desk/agents").into_response())
}
