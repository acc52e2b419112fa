//! From a file to rows of texts: its encoding, its delimiter, its rows. A file is read several times, always from disk.

mod encoding;
mod records;

pub(super) use encoding::{Charset, Decoded, Found};
pub(super) use records::{LONGEST, Record, Records, Size};

use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::io::{self, BufRead as _, Seek, SeekFrom};
use std::path::Path;

/// What may stand between two cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How the operator says the file is written; the rest is found out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    pub(super) encoding: Option<Charset>,
    pub(super) delimiter: Option<u8>,
}

/// The rows of a pass over a file.
pub(super) type Rows<'a> = Records<Decoded<&'a mut File>>;

/// A file that is read.
#[derive(Debug)]
pub(super) struct Source {
    file: File,
    /// Bytes.
    pub(super) length: u64,
    pub(super) found: Found,
    pub(super) delimiter: u8,
    /// Bytes of the line in which Excel names the delimiter, once decoded; 0 without one.
    hint: usize,
}

impl Source {
    /// Opens a file; what is no file, like a pipe, is first written to one. `vietnamese` settles which code page is meant
    /// where the bytes leave it open.
    pub(super) fn open(path: &Path, asked: Asked, vietnamese: bool) -> Result<Self> {
        let name = path.display();
        let mut file = if path.as_os_str() == "-" {
            kept(&mut io::stdin().lock())?
        } else {
            let mut file = File::open(path).with_context(|| format!("cannot read {name}"))?;
            let kind = file.metadata().with_context(|| format!("cannot read {name}"))?;
            ensure!(!kind.is_dir(), "{name} is a folder: name a CSV file");
            if kind.is_file() { file } else { kept(&mut file)? }
        };
        let length = file.metadata()?.len();
        ensure!(length > 0, "{name} is empty: it needs a heading line");
        let found = encoding::find(&mut file, asked.encoding, vietnamese)?;
        let mut source = Self { file, length, found, delimiter: b',', hint: 0 };
        source.find_delimiter(asked.delimiter)?;
        Ok(source)
    }

    /// The heading line and, behind it, the rows.
    pub(super) fn rows(&mut self) -> Result<(Record, Rows<'_>)> {
        let (delimiter, hint) = (self.delimiter, self.hint);
        let mut decoded = self.decoded()?;
        decoded.fill_buf().context("cannot read the file")?;
        decoded.consume(hint);
        let mut rows = Records::new(decoded, delimiter, 1 + u64::from(hint > 0));
        let mut headings = Record::default();
        loop {
            ensure!(rows.read(&mut headings)?, "the file has no heading line");
            match headings.size {
                Size::Whole if headings.is_blank() => {}
                Size::Whole => return Ok((headings, rows)),
                _ => bail!("the heading line is longer than {} KB", LONGEST / 1024),
            }
        }
    }

    fn decoded(&mut self) -> Result<Decoded<&mut File>> {
        self.file.seek(SeekFrom::Start(self.found.mark))?;
        let found = self.found;
        Ok(Decoded::new(&mut self.file, found))
    }

    /// Takes the delimiter Excel names in a first line `sep=;`, else the one that stands most often in the heading line.
    fn find_delimiter(&mut self, asked: Option<u8>) -> Result<()> {
        let mut decoded = self.decoded()?;
        let head = decoded.fill_buf().context("cannot read the file")?;
        let hint = hint(head);
        let delimiter = match (asked, hint) {
            (Some(asked), _) => asked,
            (None, Some((named, _))) => named,
            (None, None) => most_common(head),
        };
        (self.delimiter, self.hint) = (delimiter, hint.map_or(0, |(_, length)| length));
        Ok(())
    }

    /// The delimiter, as one calls it.
    pub(super) fn delimiter_name(&self) -> String {
        match self.delimiter {
            b',' => "comma".to_owned(),
            b';' => "semicolon".to_owned(),
            b'\t' => "tab".to_owned(),
            other => format!("{:?}", char::from(other)),
        }
    }
}

/// Writes a stream to a file that goes with the process.
fn kept(from: &mut dyn io::Read) -> Result<File> {
    let mut file = tempfile::tempfile().context("cannot make a temporary file")?;
    io::copy(from, &mut file).context("cannot read the stream")?;
    Ok(file)
}

/// The delimiter that a first line `sep=;` names, and the length of that line.
fn hint(head: &[u8]) -> Option<(u8, usize)> {
    let (key, rest) = head.split_at_checked(4)?;
    let (delimiter, rest) = rest.split_first()?;
    let end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    (key.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii()).then_some((*delimiter, 5 + end))
}

fn most_common(head: &[u8]) -> u8 {
    let mut counts = DELIMITERS.map(|delimiter| (delimiter, 0_usize));
    let mut quoted = false;
    let text = head.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n'));
    for byte in text.take_while(|byte| !matches!(byte, b'\r' | b'\n')) {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| !quoted && delimiter == byte) {
            *count += 1;
        }
    }
    let mut best = (b',', 0);
    for (delimiter, count) in counts {
        if count > best.1 {
            best = (delimiter, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests;
