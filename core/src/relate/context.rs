//! Builds what a template may speak of.

use super::recommend::Why;
use super::{Known, Learnt, Reach, hours, stated};
use crate::act::template::context::{
    AgainView, BecauseView, BotView, BrandView, Choice, Context, CustomerView, DeliveryView, EscalationView,
    FactsView, HumanView, Likes, LinksView, NotedView, OrderLine, OrderView, ProductView, ProofView,
    ReturnView,
};
use crate::model::{Escalation, FactSheet, Language, Links, Order, Preference, Product, Return, Timestamp};
use crate::rules::Rules;
use crate::wording;

/// Everything a context is built from.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// Rules of the brand.
    pub rules: &'a Rules,
    /// Language of the reply.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
    /// The person, as far as they may be used.
    pub known: Known<'a>,
    /// What they like, as far as it may be used.
    pub likes: Vec<Preference>,
    /// What they just said of themselves, where the reply says that it was noted.
    pub noted: Option<Learnt>,
    /// Whether they are proven and had a conversation before this one.
    pub returning: bool,
    /// The order that is meant.
    pub order: Option<&'a Order>,
    /// Orders to choose from.
    pub orders: Vec<&'a Order>,
    /// The product that is meant.
    pub product: Option<&'a Product>,
    /// The escalation there was before this run.
    pub escalation: Option<&'a Escalation>,
    /// What may have been meant.
    pub choices: Vec<String>,
    /// Whether these are Lara's first words in the conversation.
    pub first: bool,
    /// Why the product is recommended.
    pub because: Option<Why>,
    /// What of the order cannot be had again, where the same is wanted again.
    pub gone: Option<Vec<String>>,
    /// Whether an order number with its e-mail or phone would prove who writes.
    pub proves_by_order: bool,
    /// The one-time code that is given out.
    pub code: Option<String>,
}

impl<'a> Scene<'a> {
    /// A scene in which nobody is known and nothing is meant.
    #[must_use]
    pub const fn empty(rules: &'a Rules, language: Language, now: Timestamp) -> Self {
        Self {
            rules,
            language,
            now,
            known: Known::all(None),
            likes: Vec::new(),
            noted: None,
            returning: false,
            order: None,
            orders: Vec::new(),
            product: None,
            escalation: None,
            choices: Vec::new(),
            first: false,
            because: None,
            gone: None,
            proves_by_order: false,
            code: None,
        }
    }
}

/// Vietnamese forms of address a shop uses; anything else a customer told is not repeated.
const TITLES: &[&str] = &["anh", "chị", "em", "cô", "chú", "bác", "bạn", "cháu", "ông", "bà"];

/// The longest name that is repeated, in characters: longer ones are not names.
const LONGEST_NAME: usize = 60;

/// The context of a scene. Only the order and the orders handed in appear, so what may be shown was decided before.
#[must_use]
pub fn context(scene: &Scene<'_>) -> Context {
    let settings = &scene.rules.brand.settings;
    let zone = &scene.rules.zone;
    Context {
        brand: BrandView { name: text(&scene.rules.brand.name) },
        customer: customer(scene),
        likes: likes(scene),
        order: scene.order.map(|one| order(one, scene)),
        orders: scene.orders.iter().map(|one| line(one, scene)).collect(),
        sent_back: scene.order.and_then(|order| sent_back(order, scene)),
        again: scene.gone.as_ref().map(|gone| again(gone, scene)),
        noted: scene.noted.as_ref().map(|learnt| noted(learnt, scene)),
        because: scene.because.as_ref().map(because),
        escalation: scene.escalation.map(|one| escalation(one, scene)),
        elsewhere: scene.known.elsewhere.map(|one| escalation(one, scene)),
        facts: facts(&scene.rules.brand.facts.in_language(scene.language), scene.language),
        product: scene.product.map(|one| product(one, scene.language)),
        human: HumanView {
            open_now: hours::is_open(&settings.human_hours, zone, scene.now),
            back_at: hours::back_at(&settings.human_hours, zone, scene.now)
                .and_then(|back| wording::when_back(back, scene.now, zone, scene.language)),
        },
        choices: scene.choices.iter().map(|label| Choice { label: text(label) }).collect(),
        bot: BotView { first: scene.first, discloses: settings.says_it_is_a_bot },
        proof: ProofView {
            missing: scene.known.reach != Reach::Whole,
            by_order: scene.proves_by_order,
            code: scene.code.clone(),
        },
    }
}

/// A text on one line, or nothing.
fn text(raw: &str) -> Option<String> {
    let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// A text that may have lines, or nothing.
fn lines(raw: Option<&String>) -> Option<String> {
    raw.map(|raw| raw.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A web address, or nothing: a link with another scheme is never offered.
fn address(raw: Option<&String>) -> Option<String> {
    let is_web = |raw: &&String| {
        (raw.starts_with("https://") || raw.starts_with("http://")) && !raw.chars().any(char::is_whitespace)
    };
    raw.filter(is_web).cloned()
}

fn preference<'a>(scene: &'a Scene<'_>, key: &str) -> Option<&'a str> {
    scene.likes.iter().find(|found| found.key == key).map(|found| found.value.as_str())
}

fn escalation(one: &Escalation, scene: &Scene<'_>) -> EscalationView {
    EscalationView {
        opened_on: wording::moment(one.opened_at, scene.now, &scene.rules.zone, scene.language),
        reason_text: text(wording::reason(one.reason, scene.language)),
    }
}

/// The newest return of an order.
fn sent_back(order: &Order, scene: &Scene<'_>) -> Option<ReturnView> {
    let back: &Return = scene.known.returns.iter().find(|back| back.order == order.id)?;
    let items: Vec<String> = back.items.iter().filter_map(item_name).collect();
    Some(ReturnView {
        status: Some(back.status.as_str().to_owned()),
        asked_on: wording::day(back.asked_at, scene.now, &scene.rules.zone, scene.language),
        items: text(&items.join(", ")),
        amount: back.amount_minor.map(|minor| wording::money(minor, &order.currency, scene.language)),
    })
}

/// What of an order cannot be had again.
fn again(gone: &[String], scene: &Scene<'_>) -> AgainView {
    let items = scene.order.map_or(0, |order| order.items.len());
    AgainView { gone: text(&wording::list(gone, scene.language)), all_gone: items > 0 && gone.len() >= items }
}

/// What was just said, as it is repeated.
fn noted(learnt: &Learnt, scene: &Scene<'_>) -> NotedView {
    let keep = |key: &str| learnt.keep.iter().find(|like| like.key == key).and_then(|like| text(&like.value));
    let avoids: Vec<String> = learnt
        .keep
        .iter()
        .filter(|like| stated::thing(&like.key).is_some())
        .filter_map(|like| text(&like.value))
        .collect();
    NotedView {
        called: keep("address_form").or_else(|| keep("name")).is_some(),
        size: keep("size"),
        avoids: text(&wording::list(&avoids, scene.language)),
        diet: keep("diet").map(|diet| wording::diet(&diet, scene.language)),
        note: keep("note"),
        forgotten: learnt.takes_back,
    }
}

fn because(why: &Why) -> BecauseView {
    let category = |category: &str| text(&category.to_lowercase());
    match why {
        Why::Named(_) => BecauseView::default(),
        Why::Likes(likes) => BecauseView { likes: category(likes), ..BecauseView::default() },
        Why::Asked(asked) => BecauseView { asked: category(asked), ..BecauseView::default() },
        Why::Bought(bought) => BecauseView { bought: category(bought), ..BecauseView::default() },
    }
}

fn customer(scene: &Scene<'_>) -> CustomerView {
    // What they want to be called comes before what the shop has on record.
    let record = scene.known.customer.and_then(|customer| customer.name.as_deref());
    let whole = preference(scene, "name").or(record).and_then(text);
    let name = whole.map(|name| wording::called(&name).to_owned());
    let title = match scene.language {
        Language::English => None,
        Language::Vietnamese => {
            let told = preference(scene, "address_form").map(str::to_lowercase);
            let title = TITLES.iter().find(|title| told.as_deref() == Some(**title)).copied();
            Some(title.unwrap_or("bạn").to_owned())
        }
    };
    CustomerView {
        name: name.filter(|name| name.chars().count() <= LONGEST_NAME),
        title,
        returning: scene.returning,
    }
}

fn likes(scene: &Scene<'_>) -> Option<Likes> {
    let likes = Likes {
        size: preference(scene, "size").and_then(text),
        category: preference(scene, "category").and_then(text),
        note: preference(scene, "note").and_then(text),
    };
    (likes != Likes::default()).then_some(likes)
}

fn item_name(item: &crate::model::OrderItem) -> Option<String> {
    let name = text(&item.name)?;
    Some(if item.quantity > 1 { format!("{} × {name}", item.quantity) } else { name })
}

fn first_item(order: &Order) -> Option<String> {
    order.items.first().and_then(|item| text(&item.name))
}

fn order(order: &Order, scene: &Scene<'_>) -> OrderView {
    let day = |at| wording::day(at, scene.now, &scene.rules.zone, scene.language);
    let items: Vec<String> = order.items.iter().filter_map(item_name).collect();
    OrderView {
        number: text(&order.number),
        status: Some(order.status.as_str().to_owned()),
        status_text: text(wording::status(order.status, scene.language)),
        ordered_on: day(order.ordered_at),
        due_on: order.due_at.and_then(day),
        items: text(&items.join(", ")),
        first_item: first_item(order),
        total: Some(wording::money(order.total_minor, &order.currency, scene.language)),
        tracking_url: address(order.tracking_url.as_ref()),
        carrier: order.shipment.carrier.as_deref().and_then(text),
        tracking_number: order.shipment.number.as_deref().and_then(text),
        shipped_on: order.shipment.shipped_at.and_then(day),
        delivered_on: order.shipment.delivered_at.and_then(day),
        late: super::orders::is_open(order.status) && order.due_at.is_some_and(|due| due < scene.now),
    }
}

fn line(order: &Order, scene: &Scene<'_>) -> OrderLine {
    OrderLine {
        number: text(&order.number),
        status_text: text(wording::status(order.status, scene.language)),
        first_item: first_item(order),
        ordered_on: wording::day(order.ordered_at, scene.now, &scene.rules.zone, scene.language),
    }
}

fn facts(sheet: &FactSheet, language: Language) -> FactsView {
    let delivery = sheet.delivery.iter().filter_map(|option| {
        let name = text(&option.name)?;
        Some(DeliveryView { name: Some(name), fee: text(&option.fee), days: text(&option.days) })
    });
    let methods: Vec<String> = sheet.payment_methods.iter().filter_map(|method| text(method)).collect();
    FactsView {
        address: lines(sheet.address.as_ref()),
        hours: lines(sheet.hours.as_ref()),
        phone: lines(sheet.phone.as_ref()),
        email: lines(sheet.email.as_ref()),
        delivery: delivery.collect(),
        payment_methods_text: text(&wording::list(&methods, language)),
        payment_methods: methods,
        return_days: sheet.return_days.map(|days| days.to_string()),
        return_terms: lines(sheet.return_terms.as_ref()),
        promotion: lines(sheet.promotion.as_ref()),
        invoice: lines(sheet.invoice.as_ref()),
        refund_time: lines(sheet.refund_time.as_ref()),
        links: links(&sheet.links),
    }
}

fn links(links: &Links) -> LinksView {
    LinksView {
        shop: address(links.shop.as_ref()),
        returns: address(links.returns.as_ref()),
        account: address(links.account.as_ref()),
        password: address(links.password.as_ref()),
        map: address(links.map.as_ref()),
    }
}

fn product(product: &Product, language: Language) -> ProductView {
    ProductView {
        name: text(&product.name),
        price: Some(wording::money(product.price_minor, &product.currency, language)),
        in_stock: product.stock.is_some_and(|pieces| pieces > 0),
        stock_text: product.stock.map(|pieces| wording::stock(pieces, language)),
        url: address(product.url.as_ref()),
        description: lines(product.description.as_ref()),
        category: product.category.as_deref().and_then(text),
    }
}
