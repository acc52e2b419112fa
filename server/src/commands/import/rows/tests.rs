//! Rows as files have them, and what is wrong with some.

use super::super::headings::Headings;
use super::super::reading::{Asked, Source};
use super::super::survey::{Look, Repeats};
use super::*;
use lara_core::model::OrderStatus;
use std::io::Write as _;

const ORDERS: &str = "number,customer_external_id,status,ordered_at,currency,total,items,tracking_url";

fn source(text: &str) -> Source {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Source::open(file.path(), Asked::default(), true).unwrap()
}

fn reader(what: What, source: &mut Source, mappings: &[(&str, &str)]) -> anyhow::Result<Reader> {
    let mappings: Vec<_> = mappings.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect();
    let (line, _) = source.rows()?;
    let columns = Headings::read(what, &line, &mappings)?.columns()?;
    let look = Look::at(source, &columns, what.moments())?;
    let (dates, _) = look.dates(None, true)?;
    Ok(Reader {
        what,
        columns,
        brand: BrandId::new(uuid::Uuid::nil()),
        currency: "VND".to_owned(),
        zone: TimeZone::get("Asia/Ho_Chi_Minh").unwrap(),
        dates,
        statuses: Statuses::new(&[]),
    })
}

/// Each row: what it names, or what is wrong with it.
fn read(what: What, text: &str) -> Vec<Result<Parsed, String>> {
    let mut source = source(text);
    let reader = reader(what, &mut source, &[]).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let (mut record, mut read) = (Record::default(), Vec::new());
    while rows.read(&mut record).unwrap() {
        read.push(reader.row(&record).map(|(parsed, _)| parsed).map_err(|problem| problem.to_string()));
    }
    read
}

fn order(row: &str) -> Result<FileOrder, String> {
    match read(What::Orders, &format!("{ORDERS}\n{row}\n")).remove(0)? {
        Parsed::Order(order) => Ok(*order),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_is_read_as_shops_write_it() {
    let row = r#"MH-1,C-1,Đang giao,22/11/2026 09:30,VND,1.250.000 ₫,"[""Cốc"",{""name"":""Khay"",""quantity"":2}]",https://x.vn/1"#;
    let read = order(row).unwrap();
    assert_eq!(read.buyer, FileBuyer::External("C-1".to_owned()));
    let order = read.row.order;
    assert_eq!((order.status, order.total_minor), (OrderStatus::Shipped, 1_250_000));
    assert_eq!(
        order.ordered_at,
        "2026-11-22T02:30:00Z"
            .parse::<jiff::Timestamp>()
            .map(|at| Timestamp::from_millis(at.as_millisecond()))
            .unwrap()
    );
    assert_eq!(order.items.iter().map(|item| item.quantity).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn what_is_wrong_names_its_field() {
    for (row, says) in [
        (",C-1,placed,2026-11-22,VND,1,,", "number is empty"),
        ("1,,placed,2026-11-22,VND,1,,", "customer_external_id is empty"),
        ("1,C-1,zurück,2026-11-22,VND,1,,", "status \"zurück\" is no known status"),
        ("1,C-1,placed,gestern,VND,1,,", "ordered_at \"gestern\" is not a time"),
        ("1,C-1,placed,2026-11-22,đô,1,,", "currency \"đô\" is not a currency"),
        ("1,C-1,placed,2026-11-22,VND,1.5,,", "total \"1.5\" has parts"),
        ("1,C-1,placed,2026-11-22,VND,1,Cốc,", "items is not a JSON list"),
        ("1,C-1,placed,2026-11-22,VND,100000000000001,,", "more than any amount"),
        ("1,C-1,placed,2026-11-22,VND,1,,javascript:x", "tracking_url is not an http"),
        (
            "1,C-1,placed,2026-11-22,VND,1,250,000,,",
            "the row has 10 cells, the heading line 8: a cell with the delimiter",
        ),
        ("1,C-1,placed", "the row has 3 cells, the heading line 8"),
    ] {
        let what = order(row).unwrap_err();
        assert!(what.contains(says), "{row}: {what}");
    }
}

#[test]
fn what_escapes_of_json_stand_for_is_cleaned() {
    let order = order(
        r#"1,C-1,placed,2026-11-22,VND,1,"[""C\u0000up"",{""name"":""T\u0000ray"",""quantity"":1,""sku"":""a\u0000""}]","#,
    );
    let items = order.unwrap().row.order.items;
    assert_eq!(items[0].name, "Cup");
    assert_eq!((items[1].name.as_str(), items[1].sku.as_deref()), ("Tray", Some("a")));
    let file =
        |json: &str| read(What::Customers, &format!("external_id,preferences\nC-1,{json}\n")).remove(0);
    let Ok(Parsed::Customer(row)) = file(r#""{""si\u0000ze"":""M\u0000""}""#) else {
        panic!("it can be read")
    };
    assert_eq!((row.preferences[0].key.as_str(), row.preferences[0].value.as_str()), ("size", "M"));
    for wrong in [format!(r#""{{""size"":""{}""}}""#, "M".repeat(501)), r#""{""\u0000"":""M""}""#.to_owned()]
    {
        assert!(file(&wrong).unwrap_err().contains("JSON object"), "{wrong}");
    }
    let long = format!("external_id,name\nC-1,{}\n", "ă".repeat(201));
    assert!(read(What::Customers, &long).remove(0).unwrap_err().contains("name is longer than 200"));
}

#[test]
fn a_customer_is_never_quoted_in_what_is_wrong() {
    let text = "external_id,name,email,phone,language,consent\nC-1,Lan,lan at example.vn,,vi,\nC-2,Lan,,,klingon,\nC-3,Lan,,,,perhaps\n";
    for what in read(What::Customers, text).into_iter().map(Result::unwrap_err) {
        assert!(!what.contains("lan at") && !what.contains("Lan"), "{what}");
    }
    let Ok(Parsed::Customer(row)) = read(What::Customers, "external_id,email\n,lan@example.vn\n").remove(0)
    else {
        panic!("an e-mail says who it is")
    };
    assert_eq!(row.person.external_id, None);
    assert!(read(What::Customers, "external_id,name\n,Lan\n").remove(0).is_err());
}

#[test]
fn a_bad_phone_costs_the_phone_and_not_the_customer() {
    let mut source = source("external_id,phone\nC-1,8.4912E+10\nC-2,912345678\n");
    let reader = reader(What::Customers, &mut source, &[]).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let mut record = Record::default();
    let mut phone = || {
        rows.read(&mut record).unwrap();
        match reader.row(&record).unwrap() {
            (Parsed::Customer(row), odd) => (row.person.phone, odd.first().map(ToString::to_string)),
            (other, _) => panic!("{other:?}"),
        }
    };
    let (none, odd) = phone();
    assert_eq!(none, None);
    assert!(odd.unwrap().contains("phone was shortened by a spreadsheet"));
    assert_eq!(phone(), (Some("0912345678".to_owned()), None));
}

#[test]
fn foreign_headings_are_suggested_and_never_taken() {
    let mut file = source("Mã đơn hàng;Mã khách hàng;Trạng thái;Ngày đặt;Tổng tiền;Ghi chú\n");
    let what = format!("{:#}", reader(What::Orders, &mut file, &[]).map(|_| ()).unwrap_err());
    assert!(
        what.contains("--map \"Mã đơn hàng=number\" --map \"Mã khách hàng=customer_external_id\""),
        "{what}"
    );
    assert!(what.contains("--map \"Tổng tiền=total\"") && !what.contains("Ghi chú="), "{what}");
    let mappings = [
        ("Mã đơn hàng", "number"),
        ("ma khach hang", "customer_external_id"),
        ("Trạng thái", "status"),
        ("Ngày đặt", "ordered_at"),
        ("Tổng tiền", "total"),
    ];
    let mapped = reader(What::Orders, &mut file, &mappings).unwrap();
    assert!(mapped.columns.has("total") && !mapped.columns.has("currency"));

    let mut file = source("External ID,E-Mail,Họ tên,Điện thoại\n");
    let (line, _) = file.rows().unwrap();
    let headings = Headings::read(What::Customers, &line, &[]).unwrap();
    let suggested = headings.suggestions();
    let suggested: Vec<_> = suggested.iter().map(|(heading, field)| (heading.as_str(), *field)).collect();
    assert_eq!(suggested, [("Họ tên", "name"), ("E-Mail", "email"), ("Điện thoại", "phone")]);
    for (wrong, says) in [(("Email", "e-mail"), "there is no field"), (("Nope", "email"), "has no heading")] {
        let what = format!("{:#}", reader(What::Customers, &mut file, &[wrong]).map(|_| ()).unwrap_err());
        assert!(what.contains(says), "{what}");
    }
    let mut twice = source("external_id,email,Email\n");
    assert!(reader(What::Customers, &mut twice, &[]).is_err(), "two columns for one field");
}

#[test]
fn the_whole_file_says_what_its_dates_mean() {
    let look = |dates: &[&str], vietnamese| {
        let rows: Vec<String> = dates.iter().map(|date| format!("1,C-1,placed,{date},VND,1,,")).collect();
        let mut source = source(&format!("{ORDERS}\n{}\n", rows.join("\n")));
        let (line, _) = source.rows().unwrap();
        let columns = Headings::read(What::Orders, &line, &[]).unwrap().columns().unwrap();
        let look = Look::at(&mut source, &columns, What::Orders.moments()).unwrap();
        look.dates(None, vietnamese).map(|(dates, _)| dates).map_err(|error| error.to_string())
    };
    assert_eq!(look(&["03/04/2026", "22/11/2026"], false), Ok(Dates::Dmy));
    assert_eq!(look(&["03/04/2026", "11/22/2026"], true), Ok(Dates::Mdy));
    assert_eq!(look(&["03/04/2026"], true), Ok(Dates::Dmy), "as in Vietnam");
    assert!(look(&["03/04/2026"], false).unwrap_err().contains("--dates"), "nobody guesses");
    let both = look(&["22/11/2026", "11/22/2026"], true).unwrap_err();
    assert!(both.contains("line 2") && both.contains("line 3"), "{both}");
}

#[test]
fn rows_that_stand_twice_are_known() {
    let text = "external_id,name,email\nC-1,Lan,lan@example.vn\nC-2,Mai,LAN@example.vn\nC-1,Lan Anh,lan@example.vn\nC-3,,\nC-3,,\n";
    let mut source = source(text);
    let reader = reader(What::Customers, &mut source, &[]).unwrap();
    let mut repeats = Repeats::of(&mut source, &reader).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let (mut record, mut met) = (Record::default(), Vec::new());
    while rows.read(&mut record).unwrap() {
        let (parsed, _) = reader.row(&record).unwrap();
        let repeat = repeats.meet(&parsed, &record);
        met.push((repeat.superseded, repeat.differs, repeat.same_email));
    }
    let expected = [
        (true, None, None),
        (false, None, Some(2)),
        (false, Some(2), Some(3)),
        (true, None, None),
        (false, None, None),
    ];
    assert_eq!(met, expected);
}
