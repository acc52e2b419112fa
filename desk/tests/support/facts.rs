//! What the brand of the tests says about itself.

use lara_core::model::{DeliveryOption, FactSheet, Facts, Language};

/// In both languages.
pub(super) fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.0.insert(
        Language::Vietnamese,
        FactSheet {
            address: Some("12 Hàng Bông, Hoàn Kiếm, Hà Nội".to_owned()),
            hours: Some("8:00–21:00 mỗi ngày".to_owned()),
            phone: Some("024 3828 1234".to_owned()),
            delivery: vec![
                DeliveryOption {
                    name: "Nội thành Hà Nội".to_owned(),
                    fee: "20.000 ₫".to_owned(),
                    days: "trong ngày".to_owned(),
                },
                DeliveryOption {
                    name: "Toàn quốc".to_owned(),
                    fee: "35.000 ₫".to_owned(),
                    days: "2–4 ngày".to_owned(),
                },
            ],
            payment_methods: vec!["Thanh toán khi nhận hàng".to_owned(), "Chuyển khoản".to_owned()],
            return_days: Some(7),
            ..FactSheet::default()
        },
    );
    facts.0.insert(
        Language::English,
        FactSheet {
            address: Some("12 Hang Bong, Hoan Kiem, Hanoi".to_owned()),
            hours: Some("8 am to 9 pm every day".to_owned()),
            ..FactSheet::default()
        },
    );
    facts
}
