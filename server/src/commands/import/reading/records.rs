//! The rows of a CSV file, one at a time and none longer than [`LONGEST`].

use std::io::{self, BufRead};

/// The longest row that is read, in bytes of UTF-8. A longer one is passed over to its end.
pub(in super::super) const LONGEST: usize = 64 * 1024;
/// The most cells of a row.
const WIDEST: usize = 1_000;

/// One row.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Record {
    /// The line it begins on, from one.
    pub(in super::super) line: u64,
    /// The lines it goes over.
    pub(in super::super) lines: u64,
    text: String,
    ends: Vec<usize>,
    pub(in super::super) size: Size,
}

/// Whether a row was read whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) enum Size {
    /// It was.
    #[default]
    Whole,
    /// It is longer than a row may be; its cells were not kept.
    TooLong,
    /// And so is the rest of the file: some quotation mark is not closed.
    ToTheEnd,
    /// It has more cells than a row may have; they were not kept.
    TooWide,
}

impl Record {
    /// A cell as it stands in the file.
    pub(in super::super) fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    /// Every cell.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|column| self.get(column))
    }

    /// How many cells.
    pub(in super::super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells.
    pub(in super::super) const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether its cells were kept.
    pub(in super::super) fn is_whole(&self) -> bool {
        self.size == Size::Whole
    }

    /// Whether nothing stands in it: spreadsheets end in such rows.
    pub(in super::super) fn is_blank(&self) -> bool {
        self.size == Size::Whole && self.text.chars().all(|c| c.is_whitespace() || c == '\0')
    }
}

/// Reads rows.
pub(in super::super) struct Records<R> {
    from: R,
    parser: csv_core::Reader,
    line: u64,
    /// Whether the last byte was a carriage return: a line feed behind it ends no second line.
    returned: bool,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Records<R> {
    /// Reads from `from`, whose first line is number `line`.
    pub(in super::super) fn new(from: R, delimiter: u8, line: u64) -> Self {
        let parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self { from, parser, line, returned: false, text: vec![0; LONGEST], ends: vec![0; WIDEST] }
    }

    /// Where the bytes come from.
    pub(in super::super) const fn source(&self) -> &R {
        &self.from
    }

    /// Reads the next row into `record`; `false` at the end of the file.
    pub(in super::super) fn read(&mut self, record: &mut Record) -> io::Result<bool> {
        self.pass_line_ends()?;
        record.line = self.line;
        record.size = Size::Whole;
        let (mut text, mut ends) = (0, 0);
        loop {
            let input = self.from.fill_buf()?;
            let at_end = input.is_empty();
            let room = self.text.get_mut(text..).unwrap_or_default();
            let cells = self.ends.get_mut(ends..).unwrap_or_default();
            let (result, read, wrote, cut) = self.parser.read_record(input, room, cells);
            let (lines, returned) = lines(input.get(..read).unwrap_or_default(), self.returned);
            self.line += lines;
            self.returned = returned;
            self.from.consume(read);
            text += wrote;
            ends += cut;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                // What was read so far is thrown away, and what comes too.
                csv_core::ReadRecordResult::OutputFull => {
                    record.size = Size::TooLong;
                    text = 0;
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    if record.size == Size::Whole {
                        record.size = Size::TooWide;
                    }
                    ends = 0;
                }
                csv_core::ReadRecordResult::Record => {
                    record.lines = self.line - record.line + u64::from(at_end);
                    if at_end && record.size == Size::TooLong && record.lines > 1 {
                        record.size = Size::ToTheEnd;
                    }
                    self.keep(record, text, ends)?;
                    return Ok(true);
                }
                csv_core::ReadRecordResult::End => return Ok(false),
            }
        }
    }

    fn keep(&self, record: &mut Record, text: usize, ends: usize) -> io::Result<()> {
        record.text.clear();
        record.ends.clear();
        if record.size == Size::Whole {
            let bytes = self.text.get(..text).unwrap_or_default();
            record.text.push_str(std::str::from_utf8(bytes).map_err(io::Error::other)?);
            record.ends.extend_from_slice(self.ends.get(..ends).unwrap_or_default());
        }
        Ok(())
    }

    /// Passes over empty lines, so that a row's line is the one it begins on.
    fn pass_line_ends(&mut self) -> io::Result<()> {
        loop {
            let input = self.from.fill_buf()?;
            let blank = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (lines, returned) = lines(input.get(..blank).unwrap_or_default(), self.returned);
            let more = blank > 0 && blank == input.len();
            self.line += lines;
            if blank > 0 {
                self.returned = returned;
            }
            self.from.consume(blank);
            if !more {
                return Ok(());
            }
        }
    }
}

/// How many lines end in these bytes, and whether the last byte is a carriage return.
fn lines(bytes: &[u8], mut returned: bool) -> (u64, bool) {
    let mut lines = 0;
    for byte in bytes {
        lines += u64::from(*byte == b'\r' || (*byte == b'\n' && !returned));
        returned = *byte == b'\r';
    }
    (lines, returned)
}
