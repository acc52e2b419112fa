//! Every route, with who may pass it. A test walks this list as nobody, agent, admin and owner.

#[cfg(test)]
mod access_tests;
mod agents;
mod card_view;
mod channels;
mod events;
mod facts;
mod facts_form;
mod facts_people;
mod files;
mod home;
mod login;
mod mentions;
mod mentions_view;
mod part_view;
mod people;
mod people_view;
mod person;
mod person_acts;
mod person_choose;
mod person_joins;
mod person_rights;
mod queue;
mod said_view;
mod shop;
mod suggestions;
mod talk;
mod talk_view;
mod templates;
mod templates_edit;
mod templates_view;
mod welcome;

use crate::assets;
use crate::auth::{Access, guard};
use crate::state::Shared;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use lara_core::model::Role;

/// A route.
pub(crate) struct Door {
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    routes: MethodRouter<Shared>,
}

const ANYONE: Access = Access::Anyone;
const AGENT: Access = Access::AtLeast(Role::Agent);
const ADMIN: Access = Access::AtLeast(Role::Admin);
const OWNER: Access = Access::AtLeast(Role::Owner);

const fn door(path: &'static str, access: Access, routes: MethodRouter<Shared>) -> Door {
    Door { path, access, routes }
}

/// The list.
pub(crate) fn doors() -> Vec<Door> {
    vec![
        door("/", ANYONE, get(home::show)),
        door("/desk/look", ANYONE, get(home::look)),
        door("/desk/login", ANYONE, get(login::show).post(login::log_in)),
        door("/desk/logout", ANYONE, post(login::log_out)),
        door("/desk/welcome/{token}", ANYONE, get(welcome::show).post(welcome::accept)),
        door("/desk", AGENT, get(queue::show)),
        door("/desk/brand", AGENT, post(queue::choose_brand)),
        door("/desk/events", AGENT, get(events::stream)),
        door("/desk/c/{id}", AGENT, get(talk::show)),
        door("/desk/c/{id}/{act}", AGENT, post(talk::act)),
        door("/desk/c/{id}/tie", AGENT, get(person_choose::show_tie).post(person_choose::tie)),
        door("/desk/people", AGENT, get(people::show)),
        door("/desk/people/{id}", AGENT, get(person::show)),
        door("/desk/people/{id}/{act}", AGENT, post(person_acts::act)),
        door("/desk/people/{id}/merge", ADMIN, get(person_choose::show_merge).post(person_choose::merge)),
        door("/desk/people/{id}/undo", AGENT, post(person_rights::undo)),
        door("/desk/people/{id}/export", ADMIN, get(person_rights::export)),
        door("/desk/people/{id}/erase", ADMIN, get(person_rights::show_erase).post(person_rights::erase)),
        door("/desk/suggestions", AGENT, get(suggestions::show)),
        door("/desk/suggestions/{id}/{act}", AGENT, post(person_acts::decide)),
        door("/desk/mentions", AGENT, get(mentions::show)),
        door("/desk/files/{id}", AGENT, get(files::show)),
        door("/desk/templates", ADMIN, get(templates::show)),
        door("/desk/templates/edit", ADMIN, get(templates_edit::show)),
        door("/desk/templates/preview", ADMIN, post(templates_edit::preview)),
        door("/desk/templates/publish", ADMIN, post(templates_edit::publish)),
        door("/desk/templates/roll-back", ADMIN, post(templates_edit::roll_back)),
        door("/desk/facts", ADMIN, get(facts::show).post(facts::save)),
        door("/desk/shop", ADMIN, get(shop::show).post(shop::save)),
        door("/desk/shop/new", ADMIN, post(shop::make)),
        door("/desk/shop/channel", ADMIN, post(shop::save_channel)),
        door("/desk/shop/remove-demo", OWNER, post(shop::remove_demo)),
        door("/desk/channels", ADMIN, get(channels::show)),
        door("/desk/channels/{id}/{act}", ADMIN, post(channels::act)),
        door("/desk/agents", ADMIN, get(agents::show).post(agents::invite)),
        door("/desk/agents/{id}/{act}", ADMIN, post(agents::change)),
    ]
}

/// The routes behind their guards, and the assets.
pub(crate) fn router(state: &Shared) -> Router {
    let routes = doors().into_iter().fold(Router::new(), |router, door| {
        let guarded = door.routes.layer(from_fn_with_state((state.clone(), door.access), guard));
        router.route(door.path, guarded)
    });
    routes
        .route("/desk/assets/{file}", get(assets::show))
        .route("/favicon.ico", get(assets::favicon))
        .with_state(state.clone())
}
