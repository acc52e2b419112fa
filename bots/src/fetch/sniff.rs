//! What bytes are, by their own first bytes. What a sender or a platform says of them is not asked.

/// What is not known, or not worth a name: something to be saved, not shown.
pub const UNKNOWN: &str = "application/octet-stream";

/// Marks at the very beginning (<https://www.iana.org/assignments/media-types>, the formats' own specifications).
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
];

/// The media type of these bytes.
#[must_use]
pub fn sniff(bytes: &[u8]) -> &'static str {
    let begins = BEGINNINGS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, mime)| *mime);
    begins
        .or_else(|| riff(bytes))
        .or_else(|| boxed(bytes))
        .or_else(|| mpeg_audio(bytes))
        .or_else(|| text(bytes))
        .unwrap_or(UNKNOWN)
}

/// RIFF: the form stands behind the length.
fn riff(bytes: &[u8]) -> Option<&'static str> {
    match (bytes.get(..4)?, bytes.get(8..12)?) {
        (b"RIFF", b"WEBP") => Some("image/webp"),
        (b"RIFF", b"WAVE") => Some("audio/wav"),
        (b"RIFF", b"AVI ") => Some("video/x-msvideo"),
        _ => None,
    }
}

/// ISO base media (MP4 and its relatives): the brand stands behind `ftyp`.
fn boxed(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match bytes.get(8..12)? {
        b"M4A " | b"M4B " => "audio/mp4",
        b"heic" | b"heix" | b"mif1" | b"hevc" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        b"qt  " => "video/quicktime",
        b"3gp4" | b"3gp5" | b"3gp6" => "video/3gpp",
        _ => "video/mp4",
    })
}

/// MPEG audio without a tag: set bits to find the beginning by, then a layer; none is AAC in ADTS.
fn mpeg_audio(bytes: &[u8]) -> Option<&'static str> {
    let &[first, second, ..] = bytes else { return None };
    match (first, second & 0b1111_0000, second & 0b0000_0110) {
        (0xff, 0b1111_0000, 0) => Some("audio/aac"),
        (0xff, _, layer) if second & 0b1110_0000 == 0b1110_0000 && layer != 0 => Some("audio/mpeg"),
        _ => None,
    }
}

/// Text: UTF-8 without control characters but tabs and line ends. Whatever language it is in, it is shown to nobody as more.
fn text(bytes: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let printable = !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
    (printable && !text.is_empty()).then_some("text/plain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_they_are() {
        for (bytes, mime) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"OggS\0\x02", "audio/ogg"),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", "video/mp4"),
            (b"\0\0\0\x20ftypM4A \0\0\x02\0", "audio/mp4"),
            (b"\xff\xfb\x90\x44", "audio/mpeg"),
            (b"\xff\xf1\x50\x80", "audio/aac"),
            ("Hóa đơn\n".as_bytes(), "text/plain"),
        ] {
            assert_eq!(sniff(bytes), mime, "{bytes:?}");
        }
    }

    #[test]
    fn what_could_run_in_a_browser_is_never_named_so() {
        for bytes in [
            &b"<!doctype html><script>alert(1)</script>"[..],
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><html/>",
            b"\xef\xbb\xbf<html>",
            b"",
            b"\0\x01\x02",
        ] {
            assert!(matches!(sniff(bytes), "text/plain" | UNKNOWN), "{bytes:?}");
        }
    }
}
