//! Walks every route as nobody, agent, admin and owner.

use super::{Door, doors, router};
use crate::auth::{Access, form_token, turned_away};
use crate::state::{Inner, Shared};
use crate::support::{World, hash};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use lara_core::model::{AgentId, ConversationId, Millis, Role, Timestamp};
use lara_core::ports::Agents as _;
use lara_core::testing::FakeClock;
use std::sync::Arc;
use tower::ServiceExt as _;

/// Somebody at the door, by their cookie.
#[derive(Clone, Copy)]
struct Caller {
    role: Option<Role>,
    agent: Option<AgentId>,
}

impl Caller {
    fn token(self) -> String {
        self.role.map_or_else(|| "nobody".to_owned(), |role| format!("login of {role}"))
    }

    fn may(self, access: Access) -> bool {
        match access {
            Access::Anyone => true,
            Access::AtLeast(least) => self.role.is_some_and(|role| role >= least),
        }
    }
}

struct Walk {
    world: World,
    state: Shared,
    conversation: ConversationId,
    callers: Vec<Caller>,
}

impl Walk {
    async fn begin() -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let world = World::open(clock, "http://localhost:8080").await;
        let conversation = world.lan_complains().await;
        let mut callers = vec![Caller { role: None, agent: None }];
        for role in Role::ALL {
            let agent = world.agent("An", &format!("{role}@example.com"), *role).await;
            callers.push(Caller { role: Some(*role), agent: Some(agent.id) });
        }
        let state = Inner::new(world.state.clone());
        Self { world, state, conversation, callers }
    }

    fn path(&self, door: &Door) -> String {
        let id = self.conversation.to_string();
        door.path.replace("{id}", &id).replace("{act}", "note").replace("{token}", "unknown")
    }

    async fn send(&self, caller: Caller, method: Method, path: &str, csrf: &str) -> Response {
        if let Some(agent) = caller.agent {
            // Opened again each time, because signing out is one of the routes.
            let until = self.world.clock.now().plus(Millis::minutes(5));
            self.world.store.end_login(&hash(&caller.token())).await.unwrap();
            self.world.store.open_login(&hash(&caller.token()), agent, until).await.unwrap();
        }
        let name = if caller.agent.is_some() { "lara_desk" } else { "lara_form" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", format!("{name}={}", caller.token()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={csrf}")))
            .unwrap();
        router(&self.state).oneshot(request).await.unwrap()
    }
}

#[tokio::test]
async fn every_door_opens_for_whom_it_says_and_for_nobody_else() {
    let walk = Walk::begin().await;
    for door in doors() {
        let path = walk.path(&door);
        for caller in walk.callers.clone() {
            let may = caller.may(door.access);
            let got = walk.send(caller, Method::GET, &path, "").await;
            assert_eq!(turned_away(&got), !may, "GET {path} as {:?}: {}", caller.role, got.status());
            let csrf = form_token(&caller.token());
            let posted = walk.send(caller, Method::POST, &path, &csrf).await;
            if door.path != "/desk/logout" {
                let away = turned_away(&posted);
                assert_eq!(away, !may, "POST {path} as {:?}: {}", caller.role, posted.status());
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_its_reader() {
    let walk = Walk::begin().await;
    let strange = form_token("somebody else");
    for door in doors() {
        let path = walk.path(&door);
        for caller in walk.callers.clone() {
            for csrf in ["", "0", strange.as_str()] {
                let answer = walk.send(caller, Method::POST, &path, csrf).await;
                assert!(
                    turned_away(&answer),
                    "POST {path} as {:?} with {csrf:?}: {}",
                    caller.role,
                    answer.status()
                );
                if caller.may(door.access) {
                    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "POST {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let walk = Walk::begin().await;
    for door in doors() {
        for caller in walk.callers.clone() {
            let answer = walk.send(caller, Method::GET, &walk.path(&door), "").await;
            let header =
                |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let policy = header("content-security-policy").unwrap();
            assert!(
                policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
            assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"));
            assert_eq!(header("cache-control").as_deref(), Some("no-store"), "{}", door.path);
        }
    }
}
