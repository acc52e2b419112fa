//! The fields of each kind of file, and what other systems call them.

use super::What;

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) need: Need,
    /// Headings of Shopify, `WooCommerce`, Haravan, Sapo and `KiotViet`, folded, likeliest first. They are suggested, never taken.
    pub(super) also: &'static [&'static str],
}

/// Whether a file must have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Without it nothing is read.
    Always,
    /// It, or the other one of the file that says so.
    Either,
    /// It may be there.
    Optional,
}

const fn field(name: &'static str, need: Need, also: &'static [&'static str]) -> Field {
    Field { name, need, also }
}

const CUSTOMERS: &[Field] = &[
    field(
        "external_id",
        Need::Always,
        &["customer id", "ma khach hang", "ma kh", "id khach hang", "customer code", "user id", "ma", "id"],
    ),
    field(
        "name",
        Need::Optional,
        &[
            "ho ten",
            "ho va ten",
            "ten khach hang",
            "full name",
            "customer name",
            "display name",
            "ten",
            "khach hang",
        ],
    ),
    field(
        "email",
        Need::Optional,
        &["e mail", "email address", "e mail address", "dia chi email", "thu dien tu", "billing email"],
    ),
    field(
        "phone",
        Need::Optional,
        &[
            "dien thoai",
            "so dien thoai",
            "sdt",
            "phone number",
            "mobile",
            "di dong",
            "dien thoai di dong",
            "billing phone",
            "tel",
        ],
    ),
    field("language", Need::Optional, &["locale", "ngon ngu"]),
    field(
        "tier",
        Need::Optional,
        &["hang thanh vien", "hang khach hang", "nhom khach hang", "customer group", "hang"],
    ),
    field("preferences", Need::Optional, &[]),
    field(
        "consent",
        Need::Optional,
        &["accepts email marketing", "accepts marketing", "dong y nhan tin", "nhan khuyen mai"],
    ),
    field(
        "created_at",
        Need::Optional,
        &["ngay tao", "ngay dang ky", "date registered", "registered", "created"],
    ),
];

const ORDERS: &[Field] = &[
    field(
        "number",
        Need::Always,
        &[
            "order number",
            "ma don hang",
            "ma don",
            "so don hang",
            "ma hoa don",
            "so hoa don",
            "order no",
            "order",
            "order id",
            "name",
        ],
    ),
    field(
        "customer_external_id",
        Need::Either,
        &[
            "customer id",
            "ma khach hang",
            "ma kh",
            "id khach hang",
            "external id",
            "customer code",
            "customer user id",
        ],
    ),
    field(
        "customer_email",
        Need::Either,
        &["email", "e mail", "billing email", "email khach hang", "dia chi email", "thu dien tu"],
    ),
    field(
        "status",
        Need::Always,
        &[
            "order status",
            "trang thai",
            "trang thai don hang",
            "tinh trang",
            "tinh trang don hang",
            "fulfillment status",
            "financial status",
        ],
    ),
    field(
        "ordered_at",
        Need::Always,
        &[
            "order date",
            "ngay dat",
            "ngay dat hang",
            "ngay mua",
            "created at",
            "ngay tao",
            "date created",
            "thoi gian tao",
            "ngay ban",
            "thoi gian",
            "date",
            "ngay",
        ],
    ),
    field(
        "due_at",
        Need::Optional,
        &["ngay giao du kien", "du kien giao", "ngay hen giao", "estimated delivery"],
    ),
    field("currency", Need::Optional, &["tien te", "loai tien", "order currency"]),
    field(
        "total",
        Need::Always,
        &[
            "tong tien",
            "tong cong",
            "tong thanh toan",
            "khach can tra",
            "thanh tien",
            "order total",
            "tong gia tri",
            "amount",
            "gia tri don hang",
        ],
    ),
    field("items", Need::Optional, &[]),
    field("tracking_url", Need::Optional, &["tracking link", "link van don", "link theo doi"]),
    field(
        "carrier",
        Need::Optional,
        &[
            "don vi van chuyen",
            "hang van chuyen",
            "doi tac giao hang",
            "shipping carrier",
            "tracking company",
        ],
    ),
    field("tracking_number", Need::Optional, &["ma van don", "tracking no", "tracking code", "so van don"]),
    field("shipped_at", Need::Optional, &["ngay gui hang", "ngay xuat kho", "fulfilled at", "ngay gui"]),
    field(
        "delivered_at",
        Need::Optional,
        &["ngay giao thanh cong", "ngay nhan hang", "ngay giao hang", "ngay giao"],
    ),
    field("changed_at", Need::Optional, &["updated at", "ngay cap nhat", "date modified", "cap nhat luc"]),
];

const PRODUCTS: &[Field] = &[
    field(
        "sku",
        Need::Always,
        &["ma san pham", "ma hang", "ma sp", "ma hang hoa", "variant sku", "product code", "ma"],
    ),
    field(
        "name",
        Need::Always,
        &["ten san pham", "ten hang", "ten hang hoa", "ten sp", "product name", "title", "ten"],
    ),
    field(
        "category",
        Need::Optional,
        &["danh muc", "nhom hang", "loai san pham", "loai hang", "categories", "product category", "type"],
    ),
    field(
        "price",
        Need::Optional,
        &["gia ban", "gia ban le", "gia", "don gia", "variant price", "regular price"],
    ),
    field("currency", Need::Optional, &["tien te", "loai tien"]),
    field(
        "stock",
        Need::Optional,
        &[
            "ton kho",
            "so luong ton",
            "so luong",
            "variant inventory qty",
            "inventory",
            "stock quantity",
            "quantity",
        ],
    ),
    field("url", Need::Optional, &["duong dan", "permalink", "link", "product url"]),
    field("description", Need::Optional, &["mo ta", "mo ta ngan", "short description"]),
];

impl What {
    /// The fields of such a file, in the order export writes them.
    pub(super) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Customers => CUSTOMERS,
            Self::Orders => ORDERS,
            Self::Products => PRODUCTS,
        }
    }

    /// The fields that hold a moment.
    pub(super) const fn moments(self) -> &'static [&'static str] {
        match self {
            Self::Customers => &["created_at"],
            Self::Orders => &["ordered_at", "due_at", "shipped_at", "delivered_at", "changed_at"],
            Self::Products => &[],
        }
    }

    /// The field that names a row: of two rows with one the later counts.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Customers => "external_id",
            Self::Orders => "number",
            Self::Products => "sku",
        }
    }
}
