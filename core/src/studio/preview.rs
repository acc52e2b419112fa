//! A template as somebody in particular would get it, without publishing it.

use super::Studio;
use crate::act::markup::{parse, to_html, to_plain};
use crate::act::template::{self, Context, Fault};
use crate::model::{BrandId, ChannelKind, Customer, CustomerId, Escalation, EscalationId, EscalationReason};
use crate::model::{ConversationId, EscalationState, Order, Preference, Priority, TemplateName};
use crate::ports::StoreResult;
use crate::relate::{Known, Scene, context};
use crate::rules::Rules;
use crate::wording;

/// Whom a preview is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For<'a> {
    /// A sample of the key, by name ([`Studio::samples`]).
    Sample(&'a str),
    /// A customer of the brand, as if verified.
    Customer(CustomerId),
    /// Somebody nothing is known of.
    Stranger,
}

/// A template as one customer would get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// HTML, as the chat widget shows it.
    pub html: String,
    /// Plain text, as channels without markup show it.
    pub plain: String,
    /// How long it is, as the channel counts.
    pub length: usize,
    /// The most one message of the channel holds.
    pub limit: usize,
}

type Profile = (Customer, Vec<Order>, Vec<Preference>);

impl Studio {
    /// The body as `whom` would get it on a channel. `Err` says what is wrong with it.
    pub async fn preview(
        &self,
        brand: BrandId,
        name: &TemplateName,
        body: &str,
        whom: For<'_>,
        channel: ChannelKind,
    ) -> StoreResult<Result<Preview, Vec<Fault>>> {
        let context = match whom {
            For::Sample(wanted) => {
                let found = template::samples(&name.key).into_iter().find(|sample| sample.name == wanted);
                found.map_or_else(Context::empty, |sample| sample.context)
            }
            For::Customer(customer) => {
                let profile = self.directory.profile(brand, customer).await?;
                self.scene(brand, name, profile.as_ref()).await?
            }
            For::Stranger => self.scene(brand, name, None).await?,
        };
        Ok(template::render_draft(name, body, &context).map(|text| {
            let document = parse(&text);
            let (length, limit) = template::length(name.channel.unwrap_or(channel), &document);
            Preview { html: to_html(&document), plain: to_plain(&document), length, limit }
        }))
    }

    async fn scene(
        &self,
        brand: BrandId,
        name: &TemplateName,
        profile: Option<&Profile>,
    ) -> StoreResult<Context> {
        let Some(rules) = self.rules.of(brand).await? else { return Ok(Context::empty()) };
        Ok(self.context(&rules, name, profile))
    }

    /// What the template would know: the customer's newest order, the first product, two choices.
    fn context(&self, rules: &Rules, name: &TemplateName, profile: Option<&Profile>) -> Context {
        let now = self.clock.now();
        let waiting = name.key.starts_with("waiting_").then(|| Escalation {
            id: EscalationId::new(uuid::Uuid::nil()),
            brand: rules.brand.id,
            conversation: ConversationId::new(uuid::Uuid::nil()),
            reason: EscalationReason::Complaint,
            priority: Priority::Normal,
            severity: 0,
            state: EscalationState::Open,
            opened_at: now,
            due_at: now,
            agent: None,
        });
        let orders = profile.map(|(_, orders, _)| orders.as_slice()).unwrap_or_default();
        let labels =
            ["track_order", "refund_policy"].map(|intent| wording::intent_label(intent, name.language));
        let whole = profile.map(|(customer, orders, likes)| (customer, orders.as_slice(), likes.as_slice()));
        let known = Known::all(whole);
        let scene = Scene {
            rules,
            language: name.language,
            now,
            known,
            likes: known.preferences().cloned().collect(),
            order: orders.first(),
            orders: if name.key == "ask_which_order" { orders.iter().collect() } else { Vec::new() },
            product: rules.products.all().first(),
            escalation: waiting.as_ref(),
            choices: if name.key == "ask_unsure" {
                labels.into_iter().flatten().map(str::to_owned).collect()
            } else {
                Vec::new()
            },
            first: name.key == "hello",
            proves_by_order: profile.is_none(),
            code: (name.key == "link_code").then(|| "LARA-7K2M-94QX".to_owned()),
            ..Scene::empty(rules, name.language, now)
        };
        context(&scene)
    }
}
