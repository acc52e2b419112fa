//! Every page over SQLite and over PostgreSQL: the reads behind them are written once for both.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{OrderStatus, Role, Timestamp};
use lara_core::testing::FakeClock;
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::sync::Arc;
use support::browser::Browser;
use support::{NASTY, World};

/// Where the PostgreSQL server for tests is; it may create and drop databases.
const SERVER: &str = "LARA_TEST_POSTGRES";

async fn every_page_works(url: &str) {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let folder = tempfile::tempdir().unwrap();
    let world = World::open_on(url, folder, clock, "http://localhost:8080").await;
    let talk = format!("/desk/c/{}", world.lan_complains().await);
    let person = format!("/desk/people/{}", world.person("lan").await);
    world.customer("nasty", NASTY, "MH-666", OrderStatus::Placed).await;
    world.say("nasty", NASTY, world.clock.now()).await;
    world.channels_in_every_state().await;
    world.agent("Chi", "chi@example.com", Role::Owner).await;
    let mut chi = Browser::signed_in(lara_desk::router(world.state.clone()), "chi@example.com").await;
    let brand = world.brand.slug.as_str();
    for language in ["en", "vi"] {
        chi.language = language;
        for path in [
            "/",
            "/desk",
            "/desk?tab=mine",
            "/desk?tab=open",
            "/desk?tab=closed",
            "/desk?fragment=queue",
            "/desk?q=nguyen%20thi%20lan",
            "/desk?q=MH-10234",
            "/desk?q=0912%20345",
            "/desk?q=%25",
            &talk,
            &format!("{talk}?before=3"),
            &format!("{talk}?fragment=card"),
            &format!("{talk}?fragment=talk"),
            "/desk/people",
            "/desk/people?q=lan",
            "/desk/people?q=10234",
            "/desk/people?q=0912",
            "/desk/people?q=lan%40example.com",
            "/desk/suggestions",
            &person,
            &format!("{person}?fragment=person"),
            &format!("{person}/merge?q=lan"),
            &format!("{person}/export?as=json"),
            &format!("{person}/export?as=page"),
            "/desk/templates",
            "/desk/templates/edit?key=track_order&language=vi",
            "/desk/templates/edit?key=track_order&language=vi&find=lan",
            "/desk/facts",
            "/desk/shop",
            "/desk/agents",
            "/desk/channels",
            "/desk?fragment=channels",
            "/api/v1/queue",
            &talk.replace("/desk/c/", "/api/v1/conversations/"),
        ] {
            let page = chi.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path} of {brand} ({language}):\n{}", page.text);
        }
    }
    let acts: [(&str, &[(&str, &str)]); 5] = [
        ("take-over", &[]),
        ("reply", &[("text", "Em đây ạ")]),
        ("note", &[("text", "gọi GHN")]),
        ("hand-back", &[]),
        ("resolve", &[("seen", "100")]),
    ];
    for (act, fields) in acts {
        let page = chi.act(&talk, &format!("{talk}/{act}"), fields).await;
        assert_eq!(page.status, StatusCode::OK, "{act}:\n{}", page.text);
        page.hides("notice bad");
    }
    chi.get("/desk?tab=closed").await.shows("Nguyễn Thị Lan");
    world.store.close().await;
}

#[tokio::test]
async fn every_page_works_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    every_page_works(&format!("sqlite:{}", folder.path().join("lara.db").display())).await;
}

#[tokio::test]
async fn every_page_works_on_postgres() {
    let Ok(server) = std::env::var(SERVER) else {
        panic!("{SERVER} names no PostgreSQL server: run ./scripts/test, which starts one");
    };
    let name = format!("lara_desk_{}", std::process::id());
    let mut conn = PgConnection::connect(&server).await.unwrap();
    conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (base, query) = server.split_once('?').map_or((server.as_str(), ""), |(base, query)| (base, query));
    let base = base.rsplit_once('/').unwrap().0;
    every_page_works(&format!("{base}/{name}?{query}")).await;
    conn.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}
