use super::orders::{MeantOrder, meant};
use super::*;
use crate::model::OrderStatus;
use crate::testing::stage::{Stage, order, product};

fn number<'a>(meant: &MeantOrder<'a>) -> Vec<&'a str> {
    match meant {
        MeantOrder::One(order) => vec![&order.number],
        MeantOrder::Several(orders) => orders.iter().map(|order| order.number.as_str()).collect(),
        MeantOrder::Foreign => vec!["foreign"],
        MeantOrder::Nothing => vec![],
    }
}

#[test]
fn an_order_is_found_by_number_item_age_or_because_it_is_the_only_open_one() {
    let orders = [
        order("MH-10234", OrderStatus::Shipped, &["Ly gốm Men Tro"]),
        order("MH-10198", OrderStatus::Packing, &["Khăn lanh", "Cà phê Cầu Đất"]),
        order("MH-10001", OrderStatus::Delivered, &["Bình hoa"]),
    ];
    for (said, found) in [
        ("đơn MH-10198 đâu rồi", vec!["MH-10198"]),
        ("don mh10198 toi dau roi", vec!["MH-10198"]),
        ("mh 10001 thì sao", vec!["MH-10001"]),
        ("order 10234?", vec!["MH-10234"]),
        ("cái khăn lanh của em", vec!["MH-10198"]),
        ("ca phe toi dau roi", vec!["MH-10198"]),
        ("đơn mới nhất của em", vec!["MH-10234"]),
        ("where is my order", vec!["MH-10234", "MH-10198"]),
        ("đơn MH-99999 đâu", vec!["foreign"]),
        ("giá 10000 thôi à", vec!["MH-10234", "MH-10198"]),
    ] {
        assert_eq!(number(&meant(said, &orders)), found, "{said}");
    }
    assert_eq!(number(&meant("đơn em đâu", &orders[1..])), ["MH-10198"]);
    assert_eq!(number(&meant("đơn em đâu", &orders[2..])), ["MH-10001"]);
    assert_eq!(number(&meant("đơn em đâu", &[])), Vec::<&str>::new());
}

#[test]
fn products_are_found_with_and_without_accents_and_with_a_slip() {
    let index = ProductIndex::new(vec![
        product("LY-01", "Ly gốm Men Tro 250 ml"),
        product("LY-02", "Ly gốm Men Xanh 250 ml"),
        product("CF-01", "Cà phê Cầu Đất"),
        product("TH-01", "Linen throw"),
    ]);
    for (said, sku) in [
        ("ly gốm men tro 250ml giá bao nhiêu", Some("LY-01")),
        ("gia ly gom men xanh", Some("LY-02")),
        ("cà phê cầu đất còn không shop", Some("CF-01")),
        ("ca phe cau dat con k", Some("CF-01")),
        ("do you have the linnen throw?", Some("TH-01")),
        ("CF-01 giá sao", Some("CF-01")),
        ("ly gốm bao nhiêu", None),
        ("shop ơi", None),
        ("", None),
    ] {
        assert_eq!(index.mentioned(said).map(|product| product.sku.as_str()), sku, "{said}");
    }
}

#[test]
fn orders_and_preferences_are_for_verified_people_in_direct_messages_only() {
    let lan = Stage::new().verified("Lan").with_order(order("MH-1", OrderStatus::Shipped, &["Ly"]));
    let whole = Known::of(&lan.memory, &lan.run);
    assert_eq!((whole.reach, whole.orders.len(), whole.customer.is_some()), (Reach::Whole, 1, true));

    let public = lan.clone().in_public();
    let known = Known::of(&public.memory, &public.run);
    assert_eq!((known.reach, known.orders.len(), known.customer.is_some()), (Reach::Nobody, 0, false));

    let claimed = lan.clone().claimed();
    let known = Known::of(&claimed.memory, &claimed.run);
    assert_eq!((known.reach, known.orders.len(), known.preferences.len()), (Reach::Name, 0, 0));
    assert!(known.customer.is_some());
}
