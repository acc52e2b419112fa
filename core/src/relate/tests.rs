use super::orders::{Days, MeantOrder, meant};
use super::*;
use crate::model::{Entity, EntityValue, Millis, Order, OrderStatus, SaidDate};
use crate::ports::Clock as _;
use crate::testing::FakeClock;
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
        assert_eq!(number(&meant(said, &orders, &Days::NONE)), found, "{said}");
    }
    assert_eq!(number(&meant("đơn em đâu", &orders[1..], &Days::NONE)), ["MH-10198"]);
    assert_eq!(number(&meant("đơn em đâu", &orders[2..], &Days::NONE)), ["MH-10001"]);
    assert_eq!(number(&meant("đơn em đâu", &[], &Days::NONE)), Vec::<&str>::new());
}

#[test]
fn an_order_is_told_by_where_it_is() {
    let orders = [
        order("MH-3", OrderStatus::Packing, &["Khăn"]),
        order("MH-2", OrderStatus::Shipped, &["Ly"]),
        order("MH-1", OrderStatus::Delivered, &["Bình"]),
    ];
    for (said, found) in [
        ("đơn đang giao của em", vec!["MH-2"]),
        ("cái đang đóng gói ấy", vec!["MH-3"]),
        ("don da giao thi sao", vec!["MH-1"]),
        ("the delivered one", vec!["MH-1"]),
        ("đơn chưa giao", vec!["MH-3", "MH-2"]),
        ("báo đã giao mà em chưa nhận", vec!["MH-3", "MH-2"]),
    ] {
        assert_eq!(number(&meant(said, &orders, &Days::NONE)), found, "{said}");
    }
}

#[test]
fn an_order_is_told_by_the_day_it_was_bought() {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let now = FakeClock::default().now();
    let ago = |number: &str, days: i64| {
        let ordered_at = now.plus(Millis::minutes(-days * 24 * 60));
        Order { ordered_at, ..order(number, OrderStatus::Shipped, &["Ly"]) }
    };
    let orders = [ago("MH-3", 1), ago("MH-2", 3), ago("MH-1", 3)];
    // It is Monday 2 March.
    let on = |day: i8, month: i8| jiff::civil::date(2026, month, day);
    let told = |said: &str, named: &[jiff::civil::Date]| {
        let days = Days { named, zone: &zone };
        number(&meant(said, &orders, &days)).join(" ")
    };
    assert_eq!(told("đơn hôm qua", &[on(1, 3)]), "MH-3");
    assert_eq!(told("the one from Sunday", &[on(8, 3)]), "MH-3");
    assert_eq!(told("will it come on Sunday", &[on(8, 3)]), "MH-3 MH-2 MH-1");
    assert_eq!(told("đơn ngày 27/2", &[on(27, 2)]), "MH-3 MH-2 MH-1", "two were bought that day");
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
        ("cf-01?", Some("CF-01")),
        ("do you still have the liinen throw", Some("TH-01")),
        ("a linenthrow please", Some("TH-01")),
        ("li nen throw", Some("TH-01")),
        ("ly gom men tro250ml", Some("LY-01")),
        ("ly gốm mem xanh 250ml còn k", Some("LY-02")),
        ("ly gốm bao nhiêu", None),
        ("shop ơi", None),
        ("", None),
    ] {
        assert_eq!(index.mentioned(said).map(|product| product.sku.as_str()), sku, "{said}");
    }
}

#[test]
fn several_products_are_told_apart_and_placed() {
    let index = ProductIndex::new(vec![
        product("LY-01", "Ly gốm Men Tro"),
        product("KH-01", "Khăn lanh"),
        product("DR-01", "Overnight moisturizer"),
    ]);
    let said = "cho 2 ly gốm men tro với khăn lanh nha";
    let named: Vec<(&str, &str)> =
        index.mentions(said).into_iter().map(|m| (m.product.sku.as_str(), &said[m.place])).collect();
    assert_eq!(named, [("LY-01", "ly gốm men tro"), ("KH-01", "khăn lanh")]);
    for slips in ["overnigt moisturiser", "overnight moistruizer", "over night moisturizer"] {
        assert_eq!(index.mentioned(slips).map(|p| p.sku.as_str()), Some("DR-01"), "{slips}");
    }
    assert_eq!(index.mentioned("over the top"), None);
}

#[test]
fn what_only_the_brand_knows_completes_what_was_read() {
    let stage = Stage::new().ruled(|brand| brand.settings.order_pattern = Some("MH-#####".to_owned()));
    let orders = [order("MH-10234", OrderStatus::Shipped, &["Ly gốm Men Tro"])];
    let text = "mh 10234 giao ngày mai, thêm 1 khăn lanh";
    let place = |part: &str| text.find(part).map(|at| (at, at + part.len())).unwrap();
    let read = |part: &str, value: EntityValue| {
        let (start, end) = place(part);
        Entity { start, end, value }
    };
    let found = [
        read("10234", EntityValue::Order("10234".to_owned())),
        read("ngày mai", EntityValue::Date(SaidDate::FromToday { days: 1 })),
    ];
    let products = stage.rules.products.mentions(text);
    let complete = entities::complete(&found, text, &stage.rules, &products, &orders, stage.now);
    let tomorrow = stage.rules.today(stage.now).tomorrow().unwrap();
    assert_eq!(
        complete,
        [
            read("mh 10234", EntityValue::Order("MH-10234".to_owned())),
            read("ngày mai", EntityValue::Date(SaidDate::On(tomorrow))),
            read("khăn lanh", EntityValue::Product("KH-01".to_owned())),
        ]
    );
}

proptest::proptest! {
    #[test]
    fn products_are_placed_inside_any_text(text in "(\\PC|ly gốm men tro|khăn lanh|LY-01|[ .,]){0,40}") {
        let stage = Stage::new();
        for mention in stage.rules.products.mentions(&text) {
            proptest::prop_assert!(text.get(mention.place).is_some_and(|named| !named.is_empty()));
        }
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
    assert_eq!((known.reach, known.orders.len(), known.preferences().count()), (Reach::Name, 0, 0));
    assert!(known.customer.is_some());
}
