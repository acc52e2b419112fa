//! What stands in a message of WhatsApp, by its type (cloud-api webhooks, messages object).

use crate::meta::attachments::{Parts, attachment, joined, note};
use crate::meta::button;
use crate::meta::node::Node;
use lara_core::model::{AttachmentKind, AttachmentSource};
use lara_core::ports::NewAttachment;

/// The text of a message and what came with it. A type this Lara does not know is something all the same: a human sees that
/// it came.
pub(super) fn of<'a>(kind: &str, message: Node<'a>) -> (&'a str, Vec<NewAttachment>) {
    let body = message.get(kind);
    let media = |kind| (body.text("caption").unwrap_or_default(), vec![file(kind, body)]);
    match kind {
        "text" => (body.text("body").unwrap_or_default(), Vec::new()),
        "image" => media(AttachmentKind::Image),
        "video" => media(AttachmentKind::Video),
        "audio" | "voice" if body.truth("voice") => media(AttachmentKind::Voice),
        "audio" | "voice" => media(AttachmentKind::Audio),
        "document" => media(AttachmentKind::File),
        "sticker" => media(AttachmentKind::Sticker),
        "location" => ("", vec![note(AttachmentKind::Location, place(body))]),
        "contacts" => ("", message.list("contacts").map(card).collect()),
        "button" => (said(body.text("payload"), body.text("text")), Vec::new()),
        "interactive" => interactive(body),
        "order" => (body.text("text").unwrap_or_default(), vec![note(AttachmentKind::Other, basket(body))]),
        _ => {
            let known = message.get("unsupported").text("type").map(str::to_owned);
            ("", vec![attachment(AttachmentKind::Other, Parts { note: known, ..Parts::default() })])
        }
    }
}

/// What pressing a button says: behind ours stands the whole title.
fn said<'a>(payload: Option<&'a str>, title: Option<&'a str>) -> &'a str {
    payload.and_then(button::title).or(title).or(payload).unwrap_or_default()
}

/// A button or a row of a list; a filled form of the brand's is shown as what it says.
fn interactive(body: Node<'_>) -> (&str, Vec<NewAttachment>) {
    for name in ["button_reply", "list_reply"] {
        let reply = body.get(name);
        if body.has(name) {
            return (said(reply.text("id"), reply.text("title")), Vec::new());
        }
    }
    let form = body.get("nfm_reply");
    let filled = form.text("response_json").map(str::to_owned);
    let parts = Parts { name: form.text("name").map(str::to_owned), note: filled, ..Parts::default() };
    (form.text("body").unwrap_or_default(), vec![attachment(AttachmentKind::Other, parts)])
}

/// Media are had by their id with the channel's token; the address beside it wants the token too.
fn file(kind: AttachmentKind, body: Node<'_>) -> NewAttachment {
    let text = |name| body.text(name).map(str::to_owned);
    let source = body.id("id").map(|id| AttachmentSource::Platform { id });
    attachment(kind, Parts { name: text("filename"), mime: text("mime_type"), source, note: None })
}

fn place(body: Node<'_>) -> String {
    let (lat, long) = (body.id("latitude"), body.id("longitude"));
    let point = lat.zip(long).map(|(lat, long)| format!("{lat}, {long}"));
    joined([point.as_deref(), body.text("name"), body.text("address")], " · ")
}

fn card(contact: Node<'_>) -> NewAttachment {
    let name = contact.get("name").text("formatted_name");
    let phones = contact.list("phones").map(|phone| phone.text("phone"));
    let phones = joined(phones, ", ");
    note(AttachmentKind::Contact, joined([name, Some(&*phones).filter(|phones| !phones.is_empty())], " · "))
}

/// What a person put in the basket of the brand's catalogue, a line each: the desk shows it as it stands.
fn basket(order: Node<'_>) -> String {
    let line = |item: Node<'_>| {
        let id = item.id("product_retailer_id").unwrap_or_default();
        let quantity = item.id("quantity").unwrap_or_default();
        let price = item.id("item_price").unwrap_or_default();
        format!("{quantity} × {id} ({price} {})", item.text("currency").unwrap_or_default())
    };
    order.list("product_items").map(line).collect::<Vec<_>>().join("\n")
}
