//! Which character encoding a file has, and its bytes as UTF-8.
//!
//! A byte order mark is believed; else a file that is UTF-8 to its end is UTF-8. What is left are the two code pages in which
//! spreadsheets of Vietnamese shops are saved: Windows-1258 and Windows-1252. They share most letters; 1258 has the five tone
//! marks as letters of their own, and each stands behind a vowel.

use anyhow::{Context, Result, bail, ensure};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// A character encoding that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Charset {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16, low byte first: "Unicode text" of Excel
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first
    #[value(name = "utf-16be")]
    Utf16Be,
    /// Windows-1258, Vietnamese
    #[value(name = "windows-1258")]
    Windows1258,
    /// Windows-1252, Western European
    #[value(name = "windows-1252")]
    Windows1252,
}

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1258 => WINDOWS_1258,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    fn name(self) -> &'static str {
        self.encoding().name()
    }
}

/// What was found out about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub(in super::super) charset: Charset,
    /// Bytes of the byte order mark.
    pub(in super::super) mark: u64,
    /// How it is known.
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Asked,
    Mark,
    Valid,
    Guessed,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.charset.name())?;
        match self.how {
            How::Asked | How::Valid => Ok(()),
            How::Mark => f.write_str(" (byte order mark)"),
            How::Guessed => f.write_str(" (guessed; --encoding says otherwise)"),
        }
    }
}

/// Finds the encoding of a file; `vietnamese` settles what the bytes leave open.
pub(super) fn find(file: &mut File, asked: Option<Charset>, vietnamese: bool) -> Result<Found> {
    let mut head = Vec::with_capacity(CHUNK);
    file.by_ref().take(4_096).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if let Some(kind) = not_text(&head) {
        bail!("this is {kind}, not a CSV file: open it and save it as \"CSV UTF-8\"");
    }
    let marked = marked(&head);
    if let Some(asked) = asked {
        let mark = marked.filter(|(charset, _)| *charset == asked).map_or(0, |(_, length)| length);
        let found = Found { charset: asked, mark, how: How::Asked };
        Tally::of(file)?.check(found)?;
        return Ok(found);
    }
    if let Some((charset, mark)) = marked {
        let found = Found { charset, mark, how: How::Mark };
        Tally::of(file)?.check(found)?;
        return Ok(found);
    }
    if let Some(charset) = unmarked_utf16(&head) {
        return Ok(Found { charset, mark: 0, how: How::Guessed });
    }
    let tally = Tally::of(file)?;
    if tally.broken.is_none() {
        return Ok(Found { charset: Charset::Utf8, mark: 0, how: How::Valid });
    }
    tally.check_is_no_utf8()?;
    let charset = if tally.is_vietnamese(vietnamese) { Charset::Windows1258 } else { Charset::Windows1252 };
    let found = Found { charset, mark: 0, how: How::Guessed };
    tally.check(found)?;
    Ok(found)
}

/// What a file is that begins like this, where it is no text at all.
fn not_text(head: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
        (&[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"),
        (&[0x1f, 0x8b], "a gzip archive"),
        (b"%PDF", "a PDF"),
    ];
    KINDS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
}

fn marked(head: &[u8]) -> Option<(Charset, u64)> {
    match head {
        [0xef, 0xbb, 0xbf, ..] => Some((Charset::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Charset::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Charset::Utf16Be, 2)),
        _ => None,
    }
}

/// UTF-16 whose mark was lost: every other byte of a heading line in Latin letters is zero.
fn unmarked_utf16(head: &[u8]) -> Option<Charset> {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let many = (head.len() / 8).max(2);
    match (high >= many, low >= many) {
        (true, false) => Some(Charset::Utf16Be),
        (false, true) => Some(Charset::Utf16Le),
        _ => None,
    }
}

/// Where something is in a file, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    byte: u64,
    line: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "byte {} (line {})", self.byte, self.line)
    }
}

/// What stands in a file, byte by byte.
#[derive(Debug, Default)]
struct Tally {
    /// The first byte that is not UTF-8.
    broken: Option<Place>,
    /// How many are not.
    breaks: u64,
    /// Letters of several bytes that are.
    letters: u64,
    /// Tone marks of Windows-1258 behind a vowel, and elsewhere.
    tones: u64,
    strays: u64,
    /// The first byte that Windows-1252 leaves free, and that Windows-1258 does.
    free_1252: Option<Place>,
    free_1258: Option<Place>,
}

impl Tally {
    fn of(file: &mut File) -> Result<Self> {
        let mut tally = Self::default();
        let mut buffer = vec![0; CHUNK];
        let (mut kept, mut base, mut line) = (0, 0, 1);
        let mut before = 0;
        loop {
            let read =
                file.read(buffer.get_mut(kept..).unwrap_or_default()).context("cannot read the file")?;
            let bytes = buffer.get(..kept + read).unwrap_or_default();
            let whole = tally.utf8(bytes, base, line, read == 0);
            for byte in bytes.get(..whole).unwrap_or_default() {
                base += 1;
                tally.pages(before, *byte, Place { byte: base, line });
                line += u64::from(*byte == b'\n');
                before = *byte;
            }
            if read == 0 {
                break;
            }
            kept = bytes.len() - whole;
            buffer.copy_within(whole..whole + kept, 0);
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(tally)
    }

    /// Counts what is UTF-8 in these bytes; how many of them were looked at: a letter may be cut at the end.
    fn utf8(&mut self, bytes: &[u8], base: u64, line: u64, last: bool) -> usize {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (valid, broken) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            let lead = |byte: &&u8| **byte >= 0xc0;
            let letters = rest.get(..valid).unwrap_or_default().iter().filter(lead).count();
            self.letters += u64::try_from(letters).unwrap_or(0);
            at += valid;
            let broken = match broken {
                Some(0) => break,
                None if !last => break,
                None => bytes.len() - at,
                Some(length) => length,
            };
            self.breaks += 1;
            self.broken.get_or_insert_with(|| {
                let before = bytes.get(..at).unwrap_or_default();
                let lines = before.split(|byte| *byte == b'\n').count() - 1;
                let count = |number: usize| u64::try_from(number).unwrap_or(0);
                Place { byte: base + count(at) + 1, line: line + count(lines) }
            });
            at += broken;
        }
        at
    }

    /// Counts what the byte would be in the code pages.
    fn pages(&mut self, before: u8, byte: u8, place: Place) {
        // Free in both, by the tables of the Unicode Consortium; 1258 leaves four letters more out.
        if matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d) {
            self.free_1252.get_or_insert(place);
            self.free_1258.get_or_insert(place);
        } else if matches!(byte, 0x8a | 0x8e | 0x9a | 0x9e) {
            self.free_1258.get_or_insert(place);
        } else if matches!(byte, 0xcc | 0xd2 | 0xde | 0xec | 0xf2) {
            if is_vowel(before) {
                self.tones += 1;
            } else {
                self.strays += 1;
            }
        }
    }

    fn is_vietnamese(&self, when_open: bool) -> bool {
        match (self.tones, self.strays) {
            (0, 0) => when_open && self.free_1258.is_none(),
            (tones, strays) => tones >= 9 * strays,
        }
    }

    /// Refuses a file that is UTF-8 but for a few bytes: read as a code page all its letters would be wrong.
    fn check_is_no_utf8(&self) -> Result<()> {
        if let Some(place) = self.broken {
            ensure!(
                self.letters <= self.breaks,
                "{place} is not UTF-8, though the rest of the file is: mend it there, or name its encoding with --encoding"
            );
        }
        Ok(())
    }

    fn check(&self, found: Found) -> Result<()> {
        let wrong = match found.charset {
            Charset::Utf8 => self.broken,
            Charset::Windows1258 => self.free_1258,
            Charset::Windows1252 => self.free_1252,
            // The decoder finds what is wrong there.
            Charset::Utf16Le | Charset::Utf16Be => None,
        };
        let Some(place) = wrong else { return Ok(()) };
        if found.how == How::Guessed {
            bail!(
                "{place} is neither UTF-8 nor {}: save the file as \"CSV UTF-8\", or name its encoding with --encoding",
                found.charset.name()
            );
        }
        bail!("{place} is not {}: name the file's encoding with --encoding", found.charset.name());
    }
}

/// The vowels of Vietnamese in Windows-1258, which tones stand behind: a e i o u y and ă â ê ô ơ ư.
fn is_vowel(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
        || matches!(byte, 0xc2 | 0xe2 | 0xc3 | 0xe3 | 0xca | 0xea | 0xd4 | 0xf4 | 0xd5 | 0xf5 | 0xdd | 0xfd)
}

/// A file as UTF-8, piece by piece.
pub(in super::super) struct Decoded<R> {
    from: R,
    decoder: Decoder,
    input: Vec<u8>,
    input_at: usize,
    input_end: usize,
    /// Bytes of the file that were decoded.
    position: u64,
    output: Vec<u8>,
    output_at: usize,
    output_end: usize,
    ended: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Input,
    Output,
}

impl<R: Read> Decoded<R> {
    /// Reads `from`, which stands behind the byte order mark.
    pub(super) fn new(from: R, found: Found) -> Self {
        Self {
            from,
            decoder: found.charset.encoding().new_decoder_without_bom_handling(),
            input: vec![0; CHUNK],
            input_at: 0,
            input_end: 0,
            position: found.mark,
            output: vec![0; CHUNK],
            output_at: 0,
            output_end: 0,
            ended: Ended::No,
        }
    }

    /// Bytes of the file that were read and decoded.
    pub(in super::super) const fn position(&self) -> u64 {
        self.position
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.input_at == self.input_end && self.ended == Ended::No {
            self.input_at = 0;
            self.input_end = self.from.read(&mut self.input)?;
            if self.input_end == 0 {
                self.ended = Ended::Input;
            }
        }
        let input = self.input.get(self.input_at..self.input_end).unwrap_or_default();
        let last = self.ended == Ended::Input;
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(input, &mut self.output, last);
        self.input_at += read;
        self.position += u64::try_from(read).unwrap_or(0);
        (self.output_at, self.output_end) = (0, written);
        match result {
            DecoderResult::InputEmpty if last => self.ended = Ended::Output,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                let what = format!("byte {} is not {}", self.position, self.decoder.encoding().name());
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
        }
        Ok(())
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.output_at == self.output_end && self.ended != Ended::Output {
            self.refill()?;
        }
        Ok(self.output.get(self.output_at..self.output_end).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.output_at = (self.output_at + amount).min(self.output_end);
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
