//! Files that came with messages. They are a stranger's: four kinds of picture are shown, everything else is only saved.

use crate::error::Fault;
use crate::state::Shared;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use lara_core::model::AttachmentId;
use lara_store::pages::KeptFile;
use std::fmt::Write as _;

/// What a browser is shown; nothing of it can run.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Even opened by itself, a file may load nothing and run nothing.
const POLICY: &str = "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'";

/// The longest file name that is offered, in bytes.
const LONGEST_NAME: usize = 120;

/// Whether a browser is shown files of this media type.
pub(crate) fn is_shown(mime: &str) -> bool {
    SHOWN.contains(&mime)
}

/// `GET /desk/files/{id}`.
pub(crate) async fn show(
    State(state): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Fault> {
    let id: AttachmentId = id.parse().map_err(|_| Fault::Missing)?;
    let file = state.pages.file(id).await?.ok_or(Fault::Missing)?;
    let tag = format!("\"{}\"", file.hash);
    let known = asked.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let shown = is_shown(&file.mime);
    let disposition = disposition(&file, shown);
    let kind = if shown { file.mime.as_str() } else { "application/octet-stream" };
    let kind = HeaderValue::from_str(kind).map_err(|error| Fault::Defect(Box::new(error)))?;
    let mut answer =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.bytes.into_response() };
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    for (name, value) in [(CONTENT_DISPOSITION, disposition), (ETAG, tag)] {
        headers.insert(name, HeaderValue::from_str(&value).map_err(|error| Fault::Defect(Box::new(error)))?);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // Kept by the browser, asked for every time: who may no longer see it, or what was taken back, is gone at once.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    Ok(answer)
}

/// The ending a media type is known by.
fn ending(mime: &str) -> &'static str {
    match mime {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "application/pdf" => "pdf",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/wav" => "wav",
        "text/plain" => "txt",
        _ => "",
    }
}

/// `inline` or `attachment`, with the sender's name of the file: in ASCII for old readers, in UTF-8 for the others
/// (RFC 6266). A name whose ending is not that of its bytes gets the right one behind it.
fn disposition(file: &KeptFile, shown: bool) -> String {
    let ending = ending(&file.mime);
    let given = file.name.as_deref().unwrap_or("file").rsplit(['/', '\\']).next().unwrap_or("file");
    let mut name: String = given.chars().filter(|c| !c.is_control() && !is_turning(*c)).collect();
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    let has = name.rsplit_once('.').map(|(_, has)| has.to_ascii_lowercase());
    let fits = has.as_deref().is_some_and(|has| has == ending || (has == "jpeg" && ending == "jpg"));
    if !ending.is_empty() && !fits {
        name = format!("{name}.{ending}");
    }
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let how = if shown { "inline" } else { "attachment" };
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Characters that turn the direction of what follows: `gpj.exe` would read `exe.jpg`.
const fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, mime: &str) -> KeptFile {
        KeptFile {
            hash: String::new(),
            mime: mime.to_owned(),
            name: Some(name.to_owned()),
            bytes: Vec::new(),
        }
    }

    #[test]
    fn a_file_is_offered_by_its_own_name() {
        let offered = disposition(&file("Hóa đơn.pdf", "application/pdf"), false);
        assert_eq!(
            offered,
            "attachment; filename=\"H_a __n.pdf\"; filename*=UTF-8''H%C3%B3a%20%C4%91%C6%A1n.pdf"
        );
        let shown = disposition(&file("photo.JPEG", "image/jpeg"), true);
        assert_eq!(shown, "inline; filename=\"photo.JPEG\"; filename*=UTF-8''photo.JPEG");
    }

    #[test]
    fn a_name_cannot_lie_about_the_bytes_nor_leave_its_header() {
        for (name, mime, expected) in [
            ("../../etc/passwd", "text/plain", "passwd.txt"),
            ("C:\\x\\invoice.exe", "image/png", "invoice.exe.png"),
            ("a\"; filename=evil.html\r\nX: y", "application/octet-stream", "a__ filename_evil.htmlX_ y"),
            ("photo\u{202e}gpj.exe", "application/octet-stream", "photogpj.exe"),
        ] {
            let offered = disposition(&file(name, mime), false);
            assert!(offered.contains(&format!("filename=\"{expected}\";")), "{offered}");
        }
        let long = disposition(&file(&"ậ".repeat(300), "image/png"), false);
        assert!(long.len() < 700, "{}", long.len());
    }
}
