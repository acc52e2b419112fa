//! What finding products in a message costs, with as many as a brand's snapshot holds.
//! `cargo bench -p lara-core --features testing --bench products`

use lara_core::relate::ProductIndex;
use lara_core::rules::PRODUCTS;
use lara_core::testing::stage::product;

const KINDS: &[&str] =
    &["Áo thun", "Quần jean", "Váy hoa", "Khăn lanh", "Ly gốm", "Linen shirt", "Ceramic mug", "Túi vải"];
const MAKES: &[&str] =
    &["oversize", "Men Tro", "Men Xanh", "cổ tròn", "slimfit", "handmade", "moisturizer", "vintage"];

fn main() {
    divan::main();
}

fn index() -> ProductIndex {
    let name = |n: usize| {
        let of = |list: &[&'static str], n: usize| list.get(n % list.len()).copied().unwrap_or_default();
        format!("{} {} {}", of(KINDS, n), of(MAKES, n / KINDS.len()), n / 64)
    };
    ProductIndex::new((0..5_000).map(|n| product(&format!("SKU-{n}"), &name(n))).collect())
}

#[divan::bench(args = [
    "shop ơi đơn của em tới đâu rồi ạ",
    "cho hỏi ao thun ovrsize 17 còn hàng không shop",
    "do you still have the cermaic mug handmad 33 in stock, please?",
])]
fn a_message(bencher: divan::Bencher<'_, '_>, text: &str) {
    let index = index();
    assert_eq!(index.all().len(), PRODUCTS.try_into().unwrap_or(usize::MAX));
    bencher.bench(|| index.mentions(divan::black_box(text)).len());
}

#[divan::bench]
fn ten_kilobytes(bencher: divan::Bencher<'_, '_>) {
    let (index, text) = (index(), "ao thun ovrsize menxanh cermaic ".repeat(320));
    bencher.bench(|| index.mentions(divan::black_box(&text)).len());
}

#[divan::bench(sample_count = 5)]
fn the_index() -> usize {
    index().all().len()
}
