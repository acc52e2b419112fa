//! Which sites may embed the widget.

use crate::shop::{Answer, Shop, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use lara_bots::Limits;

async fn preflight(shop: &Shop, origin: &str) -> Answer {
    let request = request(Method::OPTIONS, "/web/moc/messages", "")
        .header("origin", origin)
        .header("host", "lara.example")
        .header("access-control-request-method", "POST");
    shop.ask(request.body(Body::empty()).unwrap()).await
}

async fn visit_from(shop: &Shop, origin: &str) -> Answer {
    let request = request(Method::POST, "/web/moc/visitor", "")
        .header("origin", origin)
        .header("host", "lara.example")
        .header("content-type", "application/json");
    shop.ask(request.body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn a_listed_site_and_our_own_may_and_others_may_not() {
    let shop = Shop::open(false, &["https://Shop.example/"], Limits::default()).await;
    for origin in ["https://shop.example", "https://lara.example"] {
        let answer = preflight(&shop, origin).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{origin}");
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert!(answer.headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
        let answer = visit_from(&shop, origin).await;
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
    }
    for origin in ["https://evil.example", "https://shop.example.evil.example", "null"] {
        assert_eq!(preflight(&shop, origin).await.refusal(), (403, "origin_not_allowed"), "{origin}");
        assert!(!visit_from(&shop, origin).await.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn any_site_may_embed_the_demo() {
    let shop = Shop::demo().await;
    assert_eq!(preflight(&shop, "https://anything.example").await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_foreign_page_can_read_why_it_was_refused() {
    let shop = Shop::demo().await;
    let request = request(Method::POST, "/web/nobody/visitor", "").header("origin", "https://shop.example");
    let answer = shop.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.refusal(), (404, "unknown_brand"));
    assert_eq!(answer.headers["access-control-allow-origin"], "https://shop.example");
}
