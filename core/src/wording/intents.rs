//! What requests are called when Lara asks which one was meant. Short: a Messenger button holds twenty characters.

use crate::model::Language;

/// The button that leads to a person.
#[must_use]
pub const fn a_human(language: Language) -> &'static str {
    match language {
        Language::English => "A human",
        Language::Vietnamese => "Gặp nhân viên",
    }
}

/// What a request is called on a button; `None` for what cannot be offered (small talk, out of scope, a brand's own).
#[must_use]
pub fn intent_label(intent: &str, language: Language) -> Option<&'static str> {
    let (english, vietnamese) = match intent {
        "place_order" => ("Place an order", "Đặt hàng"),
        "change_order" => ("Change my order", "Sửa đơn hàng"),
        "cancel_order" => ("Cancel my order", "Huỷ đơn hàng"),
        "track_order" => ("Where is my order", "Đơn đang ở đâu"),
        "delivery_options" => ("Delivery options", "Cách giao & phí"),
        "delivery_period" => ("Delivery time", "Thời gian giao"),
        "change_shipping_address" => ("Change the address", "Đổi địa chỉ giao"),
        "payment_methods" => ("Ways to pay", "Cách thanh toán"),
        "payment_issue" => ("Payment problem", "Lỗi thanh toán"),
        "get_invoice" => ("Get an invoice", "Lấy hoá đơn"),
        "refund_policy" => ("Returns policy", "Chính sách đổi trả"),
        "request_refund" => ("Ask for a refund", "Yêu cầu hoàn tiền"),
        "track_refund" => ("Where is my refund", "Khi nào hoàn tiền"),
        "exchange_item" => ("Exchange an item", "Đổi hàng"),
        "product_question" => ("About a product", "Hỏi về sản phẩm"),
        "price_question" => ("A price", "Hỏi giá"),
        "availability" => ("Is it in stock", "Còn hàng không"),
        "promotion" => ("Offers and codes", "Khuyến mãi"),
        "recommendation" => ("Help me choose", "Tư vấn chọn hàng"),
        "opening_hours" => ("Opening hours", "Giờ mở cửa"),
        "store_location" => ("Where is the shop", "Địa chỉ shop"),
        "create_account" => ("Open an account", "Tạo tài khoản"),
        "edit_account" => ("Change my account", "Sửa tài khoản"),
        "delete_account" => ("Delete my account", "Xoá tài khoản"),
        "recover_password" => ("Forgotten password", "Quên mật khẩu"),
        "damaged_item" => ("Item is damaged", "Hàng bị hỏng"),
        "wrong_item" => ("Wrong item", "Giao sai hàng"),
        "missing_item" => ("Something is missing", "Thiếu hàng"),
        "late_delivery" => ("Delivery is late", "Giao hàng trễ"),
        "poor_service" => ("A complaint", "Góp ý phục vụ"),
        "human_agent" => ("A human", "Gặp nhân viên"),
        "opt_out" => ("No more messages", "Ngừng nhận tin"),
        _ => return None,
    };
    Some(match language {
        Language::English => english,
        Language::Vietnamese => vietnamese,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Intent;
    use std::collections::HashSet;

    #[test]
    fn labels_fit_a_button_and_are_told_apart() {
        for language in Language::ALL {
            let labels: Vec<_> =
                Intent::STARTERS.iter().filter_map(|intent| intent_label(intent, *language)).collect();
            assert!(labels.iter().all(|label| label.chars().count() <= 20), "{labels:?}");
            let different: HashSet<_> = labels.iter().map(|label| crate::text::folded_line(label)).collect();
            assert_eq!(different.len(), labels.len());
        }
    }
}
