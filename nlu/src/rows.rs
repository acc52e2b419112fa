//! Labelled rows from CSV: a heading with the columns `text` and `label`.

use crate::error::TrainError;
use crate::head::{Example, OUT_OF_SCOPE};
use crate::rng::Rng;
use lara_core::model::Intent;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// One labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The message.
    pub text: String,
    /// Its label, `oos` written `out_of_scope`.
    pub label: String,
}

/// Reads all rows; other columns are ignored. UTF-8 with or without a mark, or UTF-16 with one, as spreadsheets write it;
/// separated by commas, semicolons or tabs.
pub fn read_rows(source: impl Read) -> Result<Vec<Row>, TrainError> {
    Ok(read_numbered(source)?.into_iter().map(|(_, row)| row).collect())
}

/// What a brand teaches: texts as `masked` leaves them, and labels that may be stored. A text that stands twice with one
/// label is taken once; texts that differ only in what is masked are one.
pub fn read_lessons(
    source: impl Read,
    masked: impl Fn(&str) -> String,
) -> Result<Vec<(String, Intent)>, TrainError> {
    let mut known: HashMap<String, (u64, Intent)> = HashMap::new();
    let mut lessons = Vec::new();
    for (line, row) in read_numbered(source)? {
        let text = masked(&row.text);
        if text.is_empty() {
            return Err(TrainError::NoText { line });
        }
        let label = Intent::parse(&row.label).map_err(|source| TrainError::Label { line, source })?;
        let words = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((first, before)) = known.get(&words) {
            if *before == label {
                continue;
            }
            let labels = [before.to_string(), label.to_string()];
            return Err(TrainError::TwoLabels { line, first: *first, text, labels });
        }
        known.insert(words, (line, label.clone()));
        lessons.push((text, label));
    }
    if lessons.is_empty() { Err(TrainError::NoRows) } else { Ok(lessons) }
}

/// Rows with the lines they stand on.
fn read_numbered(mut source: impl Read) -> Result<Vec<(u64, Row)>, TrainError> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes)?;
    let text = decoded(&bytes)?;
    if text.trim().is_empty() {
        return Err(TrainError::EmptyFile);
    }
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(&text)).from_reader(text.as_bytes());
    let headings = reader.headers()?.clone();
    let column = |name: &'static str| {
        headings
            .iter()
            .position(|heading| heading.trim().eq_ignore_ascii_case(name))
            .ok_or(TrainError::MissingColumn(name))
    };
    let (text, label) = (column("text")?, column("label")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let label = match cell(label).trim() {
            // Only a quoted cell goes over lines.
            "" if cell(text).contains('\n') => return Err(TrainError::OpenQuote { line }),
            "" => return Err(TrainError::NoLabel { line }),
            "oos" => OUT_OF_SCOPE.to_owned(),
            label => label.to_owned(),
        };
        rows.push((line, Row { text: cell(text).to_owned(), label }));
    }
    Ok(rows)
}

/// The text of a file. What is neither UTF-8 nor marked as UTF-16 is refused: guessing would teach nonsense.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, TrainError> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>())
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest).map(Cow::Borrowed),
        [0xff, 0xfe, rest @ ..] => {
            units(rest, u16::from_le_bytes).map(Cow::Owned).map_err(|_| TrainError::Encoding { line: 1 })
        }
        [0xfe, 0xff, rest @ ..] => {
            units(rest, u16::from_be_bytes).map(Cow::Owned).map_err(|_| TrainError::Encoding { line: 1 })
        }
        // A NUL in plain text is UTF-16 without its mark.
        _ if bytes.contains(&0) => Err(TrainError::Encoding { line: 1 }),
        _ => utf8(bytes).map(Cow::Borrowed),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, TrainError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().fold(1, |line, byte| line + u64::from(*byte == b'\n'));
        TrainError::Encoding { line }
    })
}

/// What separates the columns: whichever the heading has; spreadsheets write semicolons where the comma is decimal.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| heading.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// `count` rows of each label, drawn without replacement; all of a label that has fewer. Order: by label.
#[must_use]
pub fn shots(rows: &[Row], count: usize, seed: u64) -> Vec<Row> {
    let mut by_label: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_label.entry(&row.label).or_default().push(row);
    }
    let mut rng = Rng::new(seed);
    let mut drawn = Vec::new();
    for (_, mut rows) in by_label {
        rng.shuffle(&mut rows);
        drawn.extend(rows.into_iter().take(count).cloned());
    }
    drawn
}

/// Rows as examples of equal weight, each its own group.
#[must_use]
pub fn examples(rows: &[Row]) -> Vec<Example> {
    rows.iter()
        .enumerate()
        .map(|(group, row)| Example {
            text: row.text.clone(),
            label: row.label.clone(),
            weight: 1.0,
            group,
            embedding: Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::masked;

    fn texts(file: &[u8]) -> Vec<String> {
        read_rows(file).unwrap().into_iter().map(|row| format!("{}={}", row.text, row.label)).collect()
    }

    fn refused(file: &[u8]) -> String {
        let error = read_lessons(file, |text| masked(text, None)).unwrap_err();
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{error}{cause}")
    }

    #[test]
    fn files_of_every_spreadsheet_are_read_alike() {
        let wanted = ["đơn đâu, shop=track_order", "trời nóng=out_of_scope"];
        let plain = "text,label\n\"đơn đâu, shop\",track_order\ntrời nóng,oos\n";
        assert_eq!(texts(plain.as_bytes()), wanted);
        assert_eq!(texts(format!("\u{feff}{plain}").replace('\n', "\r\n").as_bytes()), wanted);
        let semicolons = "label;text\ntrack_order;đơn đâu, shop\nout_of_scope;trời nóng\n";
        assert_eq!(texts(semicolons.as_bytes()), wanted);
        assert_eq!(texts(semicolons.replace("label;text", "Label;TEXT ").as_bytes()), wanted);
        let tabs = "\u{feff}text\tlabel\r\nđơn đâu, shop\ttrack_order\r\ntrời nóng\toos\r\n";
        let little: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(texts(&little), wanted);
        assert_eq!(texts(&big), wanted);
    }

    #[test]
    fn a_file_that_cannot_be_learnt_from_is_refused_with_what_to_do() {
        let utf16: Vec<u8> = "text,label\na,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        // Windows-1258: `đơn` is 0xf0 0x6f 0xea 0x6e.
        let windows = b"text,label\nok,thanks\n\xf0\x6f\xea\x6e,track_order\n";
        for (file, says) in [
            (b"".as_slice(), "the file is empty"),
            (b"\xef\xbb\xbf \r\n", "the file is empty"),
            (b"message,intent\nhi,greeting\n", "the heading has no column \"text\""),
            (b"text,label\n", "there are no rows"),
            (b"text,label\nhi,\n", "line 2 has no label"),
            (b"text,label\nhi,greeting\n\"ok,thanks\nbye,goodbye\n", "line 3 opens a quotation mark"),
            (b"text,label\nhi,greeting\n ,thanks\n", "line 3 has no text"),
            (b"text,label\nhi,say hello\n", "line 2: the label \"say hello\" may have"),
            (b"text,label\nhi,say hello\n", "write \"say_hello\""),
            (
                b"text,label\nhi,greeting\nHI ,thanks\n",
                "line 3: \"HI\" is labelled thanks, and greeting on line 2",
            ),
            (
                b"text,label\nxin ch\xc3\xa0o,greeting\nxin cha\xcc\x80o,thanks\n",
                "line 3: \"xin chào\" is labelled thanks, and greeting on line 2",
            ),
            (
                b"text,label\ndon MH-1001 dau,track_order\ndon MH-1002 dau,late_delivery\n",
                "line 3: \"don MH-0000 dau\" is labelled late_delivery, and track_order on line 2",
            ),
            (windows, "line 3 is not UTF-8"),
            (&utf16, "line 1 is not UTF-8"),
        ] {
            let said = refused(file);
            assert!(said.contains(says), "{said:?} does not say {says:?}");
        }
        let twice = b"text,label\nhi,greeting\nHI,greeting\n".as_slice();
        assert_eq!(read_lessons(twice, str::to_owned).unwrap().len(), 1);
    }
}
