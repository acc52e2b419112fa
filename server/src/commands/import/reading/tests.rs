//! Files as spreadsheets and shop systems write them.

use super::*;
use proptest::prelude::*;
use std::io::Write as _;

const NAMES: &str = "external_id,name\nC-1,Nguyễn Thị Lan\nC-2,Trần Đức Ưởng\n";

/// A file and how it is read, or why not.
fn opened(bytes: &[u8], asked: Asked, vietnamese: bool) -> Result<Source> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Source::open(file.path(), asked, vietnamese)
}

fn cells(source: &mut Source) -> Vec<Vec<String>> {
    let cells =
        |record: &Record| record.iter().map(|cell| super::super::values::clean(cell).into_owned()).collect();
    let (headings, mut rows) = source.rows().unwrap();
    let mut read = vec![cells(&headings)];
    let mut record = Record::default();
    while rows.read(&mut record).unwrap() {
        read.push(cells(&record));
    }
    read
}

fn read(bytes: &[u8]) -> Vec<Vec<String>> {
    cells(&mut opened(bytes, Asked::default(), true).unwrap())
}

fn expected() -> Vec<Vec<String>> {
    let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
    vec![row(["external_id", "name"]), row(["C-1", "Nguyễn Thị Lan"]), row(["C-2", "Trần Đức Ưởng"])]
}

/// Windows-1258 as Windows writes it: the letter with its circumflex, breve or horn, then the tone.
fn windows_1258(text: &str) -> Vec<u8> {
    use unicode_normalization::UnicodeNormalization as _;
    let (mut letters, tone) = (String::new(), |c| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(c));
    for c in text.nfc() {
        let (tones, rest): (Vec<char>, Vec<char>) = std::iter::once(c).nfd().partition(|c| tone(*c));
        letters.extend(rest.into_iter().nfc().chain(tones));
    }
    let (bytes, _, lost) = encoding_rs::WINDOWS_1258.encode(&letters);
    assert!(!lost);
    bytes.into_owned()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn names_are_read_in_every_encoding() {
    let mark = "\u{feff}";
    let cases = [
        ("UTF-8", NAMES.as_bytes().to_vec()),
        ("with a mark", [mark, NAMES].concat().into_bytes()),
        ("UTF-16 LE", utf16(&[mark, NAMES].concat(), u16::to_le_bytes)),
        ("UTF-16 BE", utf16(&[mark, NAMES].concat(), u16::to_be_bytes)),
        ("UTF-16 LE whose mark was lost", utf16(NAMES, u16::to_le_bytes)),
        ("Windows-1258", windows_1258(NAMES)),
        ("combining accents", NAMES.replace("ễ", "e\u{302}\u{303}").into_bytes()),
    ];
    for (name, bytes) in cases {
        assert_eq!(read(&bytes), expected(), "{name}");
    }
}

#[test]
fn a_western_file_is_no_vietnamese_one() {
    let text = "external_id,name\nC-1,Niccolò Perù Lunedì\nC-2,Zoë Müller\n";
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let source = opened(&bytes, Asked::default(), true).unwrap();
    assert_eq!(source.found.charset, Charset::Windows1252, "the accent stands behind a consonant");
    let asked = Asked { encoding: Some(Charset::Windows1258), ..Asked::default() };
    assert_eq!(
        opened(&bytes, asked, false).unwrap().found.charset,
        Charset::Windows1258,
        "whoever says so is believed"
    );
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode("name\nZoë\n");
    assert_eq!(opened(&bytes, Asked::default(), false).unwrap().found.charset, Charset::Windows1252);
    assert_eq!(opened(&bytes, Asked::default(), true).unwrap().found.charset, Charset::Windows1258);
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let refused = |bytes: &[u8], asked| format!("{:#}", opened(bytes, asked, true).unwrap_err());
    let any = Asked::default();
    let utf8 = Asked { encoding: Some(Charset::Utf8), ..any };
    for (bytes, asked, says) in [
        (&b"a,b\n1,\x81\n"[..], any, "byte 7 (line 2)"),
        (b"a,b\n1,\xea\n", utf8, "byte 7 (line 2) is not UTF-8"),
        (
            "a,b\n1,ếđă\n2,\u{1}".as_bytes().iter().chain(b"\xff\n").copied().collect::<Vec<_>>().leak(),
            any,
            "(line 3) is not UTF-8, though",
        ),
        (b"PK\x03\x04....", any, "Excel workbook"),
        (b"%PDF-1.4", any, "PDF"),
        (b"", any, "is empty"),
    ] {
        let what = refused(bytes, asked);
        assert!(what.contains(says), "{what}");
    }
    let cut = [&b"\xff\xfe"[..], &utf16("a\nb\u{10000}", u16::to_le_bytes)].concat();
    let mut source = opened(&cut[..cut.len() - 2], any, true).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let error = rows.read(&mut Record::default()).unwrap_err().to_string();
    assert!(error.contains("is not UTF-16LE"), "{error}");
}

#[test]
fn the_delimiter_is_that_of_the_heading_line() {
    for (delimiter, name) in [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "'|'")] {
        let text = NAMES.replace(',', &delimiter.to_string());
        let mut source = opened(text.as_bytes(), Asked::default(), true).unwrap();
        assert_eq!(cells(&mut source), expected());
        assert_eq!(source.delimiter_name(), name);
    }
    let hinted = format!("sep=;\r\n{}", NAMES.replace(',', ";"));
    let mut source = opened(hinted.as_bytes(), Asked::default(), true).unwrap();
    assert_eq!(cells(&mut source), expected(), "the hint of Excel is no heading");
    assert_eq!(read(b"\"a,b\";c\n1;2\n")[0], ["a,b", "c"], "a comma in quotation marks is none");
    assert_eq!(read(b"external_id\nC-1\n"), [["external_id"], ["C-1"]], "one column needs none");
}

#[test]
fn a_row_knows_its_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "", "1,\"x\ny\"", "2,\"say \"\"hi\"\"\"", "3,z"].join(end);
        let mut source = opened(text.as_bytes(), Asked::default(), true).unwrap();
        let (_, mut rows) = source.rows().unwrap();
        let (mut record, mut seen) = (Record::default(), Vec::new());
        while rows.read(&mut record).unwrap() {
            seen.push((record.line, record.lines, record.get(1).unwrap().to_owned()));
        }
        let expected = [(3, 2, "x\ny"), (5, 1, "say \"hi\""), (6, 1, "z")];
        assert_eq!(seen, expected.map(|(line, lines, text)| (line, lines, text.to_owned())), "{end:?}");
    }
}

#[test]
fn a_row_of_a_megabyte_is_passed_over() {
    let long = "x".repeat(1 << 20);
    let text = format!("a,b\n1,one\n2,\"{long}\n{long}\"\n3,three\n4,{}\n5,five\n", "y".repeat(70_000));
    let mut source = opened(text.as_bytes(), Asked::default(), true).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let (mut record, mut seen) = (Record::default(), Vec::new());
    while rows.read(&mut record).unwrap() {
        seen.push((record.line, record.size, record.get(0).map(str::to_owned)));
    }
    let whole = |line, id: &str| (line, Size::Whole, Some(id.to_owned()));
    assert_eq!(
        seen,
        [whole(2, "1"), (3, Size::TooLong, None), whole(5, "3"), (6, Size::TooLong, None), whole(7, "5")]
    );
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_told() {
    let text = format!("a,b\n1,one\n2,\"two\n{}", "3,three\n".repeat(10_000));
    let mut source = opened(text.as_bytes(), Asked::default(), true).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let mut record = Record::default();
    let mut sizes = Vec::new();
    while rows.read(&mut record).unwrap() {
        sizes.push((record.line, record.size));
    }
    assert_eq!(sizes, [(2, Size::Whole), (3, Size::ToTheEnd)]);
}

#[test]
fn a_row_of_too_many_cells_is_passed_over() {
    let text = format!("a,b\n{}\n1,2\n", ",".repeat(5_000));
    let mut source = opened(text.as_bytes(), Asked::default(), true).unwrap();
    let (_, mut rows) = source.rows().unwrap();
    let mut record = Record::default();
    assert!(rows.read(&mut record).unwrap());
    assert_eq!((record.line, record.size), (2, Size::TooWide));
    assert!(rows.read(&mut record).unwrap());
    assert_eq!((record.line, record.get(1)), (3, Some("2")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(mut source) = opened(&bytes, Asked::default(), true)
            && let Ok((_, mut rows)) = source.rows()
        {
            let mut record = Record::default();
            while rows.read(&mut record).unwrap_or(false) {
                prop_assert!(record.line > 0 && record.bytes() <= LONGEST);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again(rows in prop::collection::vec(prop::array::uniform3("[a-c\",;\n\r'đếƯ]{0,6}"), 1..20)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["h1", "h2", "h3"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let mut source = opened(&writer.into_inner().unwrap(), Asked::default(), true).unwrap();
        let (_, mut read) = source.rows().unwrap();
        let mut record = Record::default();
        for row in rows {
            prop_assert!(read.read(&mut record).unwrap());
            prop_assert_eq!(record.iter().collect::<Vec<_>>(), row);
        }
        prop_assert!(!read.read(&mut record).unwrap());
    }
}
