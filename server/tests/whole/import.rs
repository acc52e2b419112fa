//! Files of shops, and what is wrong with them: the real `lara import` and `lara export`, beside a running server.

use crate::harness::{Lara, eventually, on_both};
use serde_json::Value;
use std::fmt::Write as _;

on_both!(
    a_file_of_a_vietnamese_shop_is_read_whatever_windows_made_of_it,
    two_customers_with_one_e_mail_stay_two,
    an_order_without_a_customer_is_refused_and_nothing_is_half_written,
    a_row_of_a_megabyte_costs_that_row,
    what_is_refused_can_be_mended_and_imported_alone,
    an_import_killed_in_the_middle_leaves_whole_batches,
    what_is_exported_is_imported_without_a_change,
    headings_of_another_system_are_suggested_and_nobody_is_asked,
    a_conversation_is_exported_with_its_decisions,
);

/// Runs an import of `content` and gives the counts it printed.
fn imports(lara: &Lara, what: &str, content: &[u8], more: &[&str]) -> Counts {
    lara.writes("rows.csv", content);
    let ran = lara.runs_whole(&[&["import", what, "rows.csv", "--json"], more].concat());
    let counts: Value =
        serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("one JSON object: {ran:?}"));
    let [rows, added, changed, unchanged, refused, warnings] =
        ["rows", "added", "changed", "unchanged", "refused", "warnings"]
            .map(|key| counts[key].as_u64().unwrap());
    assert_eq!(ran.well, refused == 0, "it fails when a row is refused: {ran:?}");
    assert_eq!(rows, added + changed + unchanged + refused, "{counts}");
    Counts { added, changed, unchanged, refused, warnings, said: ran.err }
}

#[derive(Debug)]
struct Counts {
    added: u64,
    changed: u64,
    unchanged: u64,
    refused: u64,
    warnings: u64,
    said: String,
}

impl Counts {
    fn are(&self, added: u64, changed: u64, unchanged: u64, refused: u64) {
        let counts = (self.added, self.changed, self.unchanged, self.refused);
        assert_eq!(counts, (added, changed, unchanged, refused), "{}", self.said);
    }
}

fn exported(lara: &Lara, what: &str) -> String {
    lara.runs(&["export", what]).unwrap()
}

const CUSTOMERS: &str = "external_id;name;email;phone\r\nKH-1;Nguyễn Thị Ưởng;uong@example.vn;912345678\r\nKH-2;Đặng Văn Tỵ;ty@example.vn;0987654321\r\n";
const ORDERS: &str = "Mã đơn hàng;Mã khách hàng;Trạng thái;Ngày đặt;Tổng tiền;Ghi chú\r\nDH-1;KH-1;Đang giao;03/04/2026 09:30;1.250.000 ₫;x\r\nDH-2;KH-2;Đã giao;45985,5;350.000đ;\r\n";
const MAPPED: &[&str] = &[
    "--map",
    "Mã đơn hàng=number",
    "--map",
    "Mã khách hàng=customer_external_id",
    "--map",
    "Trạng thái=status",
    "--map",
    "Ngày đặt=ordered_at",
    "--map",
    "Tổng tiền=total",
];

fn windows_1258(text: &str) -> Vec<u8> {
    // The letters of these files that Windows-1258 has as one byte, and those it has with a tone behind them.
    const BYTES: &[(char, &[u8])] = &[
        ('ễ', b"\xea\xde"),
        ('ị', b"i\xf2"),
        ('Ư', b"\xdd"),
        ('ở', b"\xf5\xd2"),
        ('Đ', b"\xd0"),
        ('ặ', b"\xe3\xf2"),
        ('ă', b"\xe3"),
        ('ỵ', b"y\xf2"),
        ('ã', b"a\xde"),
        ('ơ', b"\xf5"),
        ('à', b"a\xcc"),
        ('á', b"a\xec"),
        ('ạ', b"a\xf2"),
        ('ổ', b"\xf4\xd2"),
        ('ề', b"\xea\xcc"),
        ('đ', b"\xf0"),
        ('₫', b"\xfe"),
        ('ú', b"u\xec"),
        ('Ở', b"\xd5\xd2"),
    ];
    let byte = |c: char| match BYTES.iter().find(|(letter, _)| *letter == c) {
        Some((_, bytes)) => bytes.to_vec(),
        None => vec![u8::try_from(u32::from(c)).unwrap()],
    };
    text.chars().flat_map(byte).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

async fn a_file_of_a_vietnamese_shop_is_read_whatever_windows_made_of_it(lara: Lara) {
    let first = imports(&lara, "customers", &windows_1258(CUSTOMERS), &[]);
    first.are(2, 0, 0, 0);
    assert!(
        first.said.contains("windows-1258 (guessed") && first.said.contains("semicolon"),
        "{}",
        first.said
    );
    imports(&lara, "customers", &utf16(CUSTOMERS), &[]).are(0, 0, 2, 0);
    imports(&lara, "customers", CUSTOMERS.as_bytes(), &[]).are(0, 0, 2, 0);
    let known = exported(&lara, "customers");
    assert!(known.contains("KH-1,Nguyễn Thị Ưởng,uong@example.vn,0912345678"), "{known}");

    let dry = imports(&lara, "orders", &utf16(ORDERS), &[MAPPED, &["--dry-run"]].concat());
    dry.are(2, 0, 0, 0);
    assert!(!exported(&lara, "orders").contains("DH-1"), "a dry run stores nothing");
    let first = imports(&lara, "orders", &windows_1258(ORDERS), MAPPED);
    first.are(2, 0, 0, 0);
    for told in [
        "number <- \"Mã đơn hàng\"",
        "ignored: \"Ghi chú\"",
        "\"Đang giao\" = shipped",
        "taken as day/month",
        "amounts are VND",
    ] {
        assert!(first.said.contains(told), "{told} is told: {}", first.said);
    }
    imports(&lara, "orders", ORDERS.as_bytes(), MAPPED).are(0, 0, 2, 0);
    let known = exported(&lara, "orders");
    assert!(
        known.contains("DH-1,KH-1,uong@example.vn,shipped,2026-04-03T02:30:00Z,,VND,1250000,"),
        "{known}"
    );
    assert!(known.contains("DH-2,KH-2,ty@example.vn,delivered,2025-11-24T05:00:00Z,,VND,350000,"), "{known}");
}

async fn two_customers_with_one_e_mail_stay_two(lara: Lara) {
    let text =
        "external_id,name,email\nA,Lan,nha@example.vn\nB,Minh,NHA@example.vn\nA,Lan Anh,nha@example.vn\n";
    let counts = imports(&lara, "customers", text.as_bytes(), &[]);
    counts.are(2, 0, 1, 0);
    assert_eq!(counts.warnings, 2);
    for told in [
        "rows.csv:3: warning: email is that of line 2, another customer",
        "rows.csv:4: warning: external_id is that of line 2",
    ] {
        assert!(counts.said.contains(told), "{}", counts.said);
    }
    assert!(
        !counts.said.contains("nha@") && !counts.said.contains("Minh"),
        "nobody is named: {}",
        counts.said
    );
    let known = exported(&lara, "customers");
    assert!(known.contains("A,Lan Anh,nha@example.vn") && known.contains("B,Minh,nha@example.vn"), "{known}");
    imports(&lara, "customers", text.as_bytes(), &[]).are(0, 0, 3, 0);

    let orders = "number,customer_email,status,ordered_at,total\nDH-1,nha@example.vn,placed,2026-11-22,1\n";
    let counts = imports(&lara, "orders", orders.as_bytes(), &[]);
    counts.are(0, 0, 0, 1);
    assert!(counts.said.contains("is the e-mail of several customers"), "{}", counts.said);
}

async fn an_order_without_a_customer_is_refused_and_nothing_is_half_written(lara: Lara) {
    imports(&lara, "customers", CUSTOMERS.as_bytes(), &[]).are(2, 0, 0, 0);
    let text = "number,customer_external_id,customer_email,status,ordered_at,total\n\
        DH-1,KH-1,,placed,2026-11-22,100000\nDH-2,,,placed,2026-11-22,100000\nDH-3,KH-404,,placed,2026-11-22,100000\n\
        DH-4,,ty@example.vn,placed,2026-11-22,100000\nDH-5,KH-1,,placed,2026-11-22,100.000.5\n";
    for more in [&["--dry-run"][..], &[]] {
        let counts = imports(&lara, "orders", text.as_bytes(), more);
        counts.are(2, 0, 0, 3);
        for told in [
            "rows.csv:3: customer_external_id is empty",
            "rows.csv:4: customer_external_id is no known customer: import customers first",
            "rows.csv:6: total \"100.000.5\" is not an amount",
        ] {
            assert!(counts.said.contains(told), "{told}: {}", counts.said);
        }
    }
    let known = exported(&lara, "orders");
    let kept = |number: &str| known.lines().any(|line| line.starts_with(number));
    assert!(
        kept("DH-1,KH-1") && kept("DH-4,KH-2") && !kept("DH-2") && !kept("DH-3") && !kept("DH-5"),
        "{known}"
    );
}

async fn a_row_of_a_megabyte_costs_that_row(lara: Lara) {
    let long = "x".repeat(1 << 20);
    let text = format!("external_id,name\nA,Lan\nB,\"{long}\n{long}\"\nC,Minh\n");
    let counts = imports(&lara, "customers", text.as_bytes(), &[]);
    counts.are(2, 0, 0, 1);
    assert!(counts.said.contains("rows.csv:3: the row is longer than 64 KB"), "{}", counts.said);
}

async fn what_is_refused_can_be_mended_and_imported_alone(lara: Lara) {
    let text = "external_id,name,email,phone\nA,Lan,lan at example.vn,\nB,\"Minh, \"\"Bé\"\"\",minh@example.vn,8.4912E+10\n,,,\n";
    imports(&lara, "customers", text.as_bytes(), &[]).are(1, 0, 0, 1);
    let errors = lara.reads("rows.errors.csv");
    assert!(
        errors.contains("lara_line,lara_kind,lara_field,lara_says,external_id,name,email,phone"),
        "{errors}"
    );
    assert!(errors.contains("2,refused,email,") && errors.contains(",A,Lan,lan at example.vn,"), "{errors}");
    assert!(errors.contains("3,warning,phone,"), "{errors}");
    assert_eq!(lara.mode("rows.errors.csv"), 0o600, "it holds what customers are called");
    let refused = lara.runs(&["import", "customers", "rows.csv", "--errors", "./rows.csv"]).unwrap_err();
    assert!(refused.contains("--errors names the file that is imported"), "{refused}");
    let mended = errors.replace("lan at example.vn", "lan@example.vn");
    imports(&lara, "customers", mended.as_bytes(), &[]).are(1, 0, 0, 0);
}

async fn an_import_killed_in_the_middle_leaves_whole_batches(lara: Lara) {
    let mut text = "external_id,name,email\n".to_owned();
    for n in 0..30_000 {
        writeln!(text, "KH-{n:05},Nguyễn Văn {n},kh{n}@example.vn").unwrap();
    }
    lara.writes("rows.csv", text.as_bytes());
    let count = || exported(&lara, "customers").lines().filter(|line| line.starts_with("KH-")).count();
    let mut import = lara.starts(&["import", "customers", "rows.csv"]);
    eventually("some rows are stored", async || (count() > 0).then_some(())).await;
    import.kill().unwrap();
    import.wait().unwrap();
    // What was under way in the database has ended, one way or the other, once the same number is seen twice.
    let mut before = usize::MAX;
    let stored = eventually("the database is at rest", async || {
        let now = count();
        (std::mem::replace(&mut before, now) == now).then_some(now)
    })
    .await;
    assert_eq!(stored % 1_000, 0, "{stored} rows: whole batches");
    let stored = u64::try_from(stored).unwrap();
    imports(&lara, "customers", text.as_bytes(), &[]).are(30_000 - stored, 0, stored, 0);
    imports(&lara, "customers", text.as_bytes(), &[]).are(0, 0, 30_000, 0);
}

async fn what_is_exported_is_imported_without_a_change(lara: Lara) {
    let customers = "external_id,name,email,phone,language,tier,preferences,consent,created_at\n\
        A,'=1+1,a@example.vn,+84 912 345 678,vi,VIP,\"{\"\"size\"\":\"\"M\"\"}\",no,2024-01-31\n\
        ,@Lan,b@example.vn,,en,,,yes,\nC,\"O'Neil, \"\"Bé\"\"\nHà\",,,,,,,\n";
    imports(&lara, "customers", customers.as_bytes(), &[]).are(3, 0, 0, 0);
    let orders = "number,customer_external_id,customer_email,status,ordered_at,due_at,currency,total,items,tracking_url,carrier,tracking_number,shipped_at,delivered_at,changed_at\n\
        #1001,A,,completed,2026-11-20 10:00:00 +0700,2026-11-25,USD,$19.99,\"[\"\"Cốc\"\"]\",https://x.vn/t,GHN,-77,46346.25,,2026-11-21T00:00:00.123Z\n\
        #1002,,b@example.vn,placed,2026-11-20,,VND,1.250.000 ₫,,,,,,,\n";
    imports(&lara, "orders", orders.as_bytes(), &[]).are(2, 0, 0, 0);
    let products = "sku,name,category,price,currency,stock,url,description\n-S1,Trà sen,Trà,120.000,VND,7,https://x.vn/s1,\n";
    imports(&lara, "products", products.as_bytes(), &[]).are(1, 0, 0, 0);
    for what in ["customers", "orders", "products"] {
        let text = exported(&lara, what);
        let rows = u64::try_from(csv_rows(&text)).unwrap();
        imports(&lara, what, text.as_bytes(), &[]).are(0, 0, rows, 0);
        assert_eq!(exported(&lara, what), text, "{what} are as they were");
        let cell =
            |line: &str| line.split(',').any(|cell| cell.trim_matches('"').starts_with(['=', '+', '-', '@']));
        assert!(!text.lines().any(cell), "no spreadsheet reads a formula: {text}");
    }
    lara.runs(&["export", "customers", "-o", "customers.csv", "--bom"]).unwrap();
    assert!(lara.reads("customers.csv").starts_with("\u{feff}external_id,name"));
    assert_eq!(lara.mode("customers.csv"), 0o600);
    let lines = lara.runs(&["export", "products", "--format", "jsonl"]).unwrap();
    let skus: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(skus.iter().any(|row| row["sku"] == "-S1" && row["price"] == "120000"), "{lines}");
}

fn csv_rows(text: &str) -> usize {
    // Rows of these files that go over two lines end theirs with a quotation mark.
    text.lines().skip(1).filter(|line| line.matches('"').count() % 2 == 0).count()
        + text.lines().skip(1).filter(|line| line.matches('"').count() % 2 == 1).count() / 2
}

async fn headings_of_another_system_are_suggested_and_nobody_is_asked(lara: Lara) {
    lara.writes("rows.csv", "Mã KH,Họ tên,Điện thoại\nA,Lan,0912345678\n".as_bytes());
    let refused = lara.runs(&["import", "customers", "rows.csv"]).unwrap_err();
    let hint = "add --map \"Mã KH=external_id\" --map \"Họ tên=name\" --map \"Điện thoại=phone\"";
    assert!(refused.contains(hint), "{refused}");
    for (name, bytes, says) in [
        ("book.xlsx", &b"PK\x03\x04"[..], "Excel workbook"),
        ("broken.csv", "external_id,name\nA,Lần Ưởng\nB,\u{1}".as_bytes(), ""),
        ("bytes.csv", b"external_id,name\nA,\x81\n", "byte 20 (line 2)"),
    ] {
        lara.writes(name, bytes);
        let ran = lara.runs(&["import", "customers", name]);
        assert!(says.is_empty() || ran.clone().unwrap_err().contains(says), "{ran:?}");
    }
}

const QUESTION: &str = "đơn hàng của em tới đâu rồi ạ?";

async fn a_conversation_is_exported_with_its_decisions(lara: Lara) {
    let mut lan = lara.lan().await;
    lan.says(QUESTION).await;
    lan.lara_says("MH-").await;
    let lines = eventually("it was decided", async || {
        let lines = exported(&lara, "conversations");
        lines.contains("\"policy\"").then_some(lines)
    })
    .await;
    let talk: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked =
        |talk: &&Value| talk["messages"].as_array().unwrap().iter().any(|said| said["text"] == QUESTION);
    let hers = talk.iter().find(asked).unwrap();
    assert_eq!(hers["level"], "verified");
    assert!(hers["decisions"][0]["intent"].is_string());
    assert!(lara.runs(&["export", "conversations", "--since", "2999-01-01"]).unwrap().is_empty());
}
