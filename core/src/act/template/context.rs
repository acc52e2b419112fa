//! What a template may speak of. Every value is plain text, already in the language of the reply and the brand's time
//! zone; what is not known is absent, so that strict rendering finds every hole.

use serde::{Deserialize, Serialize};

/// A text that may be unknown. An empty one counts as unknown.
pub type Words = Option<String>;

fn unknown(words: &Words) -> bool {
    words.as_deref().is_none_or(str::is_empty)
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:tt),+ $(,)? })+) => {$(
        views!(@one [] $(#[$doc])* $name { $($(#[$fdoc])* $field: $kind),+ });
    )+};
    (@one [$($done:tt)*] $(#[$doc:meta])* $name:ident { }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($done)* }
    };
    (@one [$($done:tt)*] $(#[$doc:meta])* $name:ident { $(#[$fdoc:meta])* $field:ident: Words $(, $($rest:tt)*)? }) => {
        views!(@one [$($done)* $(#[$fdoc])* #[serde(skip_serializing_if = "unknown")] pub $field: Words,]
            $(#[$doc])* $name { $($($rest)*)? });
    };
    (@one [$($done:tt)*] $(#[$doc:meta])* $name:ident { $(#[$fdoc:meta])* $field:ident: [$inner:ty] $(, $($rest:tt)*)? }) => {
        views!(@one [$($done)* $(#[$fdoc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$inner>,]
            $(#[$doc])* $name { $($($rest)*)? });
    };
    (@one [$($done:tt)*] $(#[$doc:meta])* $name:ident { $(#[$fdoc:meta])* $field:ident: ($inner:ty) $(, $($rest:tt)*)? }) => {
        views!(@one [$($done)* $(#[$fdoc])* pub $field: $inner,] $(#[$doc])* $name { $($($rest)*)? });
    };
}

views! {
    /// Everything a template may speak of.
    Context {
        /// The brand.
        brand: (BrandView),
        /// The person, as far as they may be named here.
        customer: (CustomerView),
        /// What they like; only for a verified person in a direct message.
        likes: [Likes],
        /// The order that is meant; only for a verified person in a direct message.
        order: [OrderView],
        /// The orders to choose from.
        orders: (Vec<OrderLine>),
        /// What goes back of the order that is meant, or its money.
        sent_back: [ReturnView],
        /// Where the same order is wanted again: what of it cannot be had.
        again: [AgainView],
        /// What the person just said of themselves.
        noted: [NotedView],
        /// Why the product is recommended.
        because: [BecauseView],
        /// The matter a human is asked to look at, if it was before this run.
        escalation: [EscalationView],
        /// The matter a human is asked to look at in another conversation of a proven person.
        elsewhere: [EscalationView],
        /// What the brand tells its customers.
        facts: (FactsView),
        /// The product that is meant.
        product: [ProductView],
        /// When a human answers.
        human: (HumanView),
        /// What may have been meant.
        choices: (Vec<Choice>),
        /// Lara herself.
        bot: (BotView),
        /// How people prove who they are.
        proof: (ProofView),
    }
    /// The brand.
    BrandView {
        /// Name.
        name: Words,
    }
    /// The person.
    CustomerView {
        /// Name, when they told it or the brand vouches for it.
        name: Words,
        /// Vietnamese form of address: anh, chị, bạn, ...; unknown in English. Never guessed: "bạn" unless they said it.
        title: Words,
        /// Whether they are proven and wrote before this conversation.
        returning: (bool),
    }
    /// What the person likes.
    Likes {
        /// Size.
        size: Words,
        /// Category.
        category: Words,
        /// Anything else.
        note: Words,
    }
    /// An order.
    OrderView {
        /// Number.
        number: Words,
        /// Status code, for comparing: placed packing shipped delivered cancelled returned refunded.
        status: Words,
        /// Status in words.
        status_text: Words,
        /// Day it was placed.
        ordered_on: Words,
        /// Day it should arrive.
        due_on: Words,
        /// All items in one text.
        items: Words,
        /// The first item.
        first_item: Words,
        /// Total with its currency.
        total: Words,
        /// The carrier's page.
        tracking_url: Words,
        /// Who carries it.
        carrier: Words,
        /// The carrier's number of it.
        tracking_number: Words,
        /// Day it left.
        shipped_on: Words,
        /// Day it arrived.
        delivered_on: Words,
        /// Whether it should have arrived and has not.
        late: (bool),
    }
    /// Something that goes back, or its money.
    ReturnView {
        /// Code, for comparing: asked approved received refunded refused.
        status: Words,
        /// Day it was asked for.
        asked_on: Words,
        /// What goes back, in one text.
        items: Words,
        /// Money with its currency.
        amount: Words,
    }
    /// What of an order can be had again.
    AgainView {
        /// What is out of stock, in one text; unknown when nothing is.
        gone: Words,
        /// Whether nothing of it can be had.
        all_gone: (bool),
    }
    /// What somebody said of themselves.
    NotedView {
        /// Whether they said how to call them.
        called: (bool),
        /// Their size.
        size: Words,
        /// What they do not eat or bear, in one text.
        avoids: Words,
        /// How they eat, in words.
        diet: Words,
        /// What to remember, in their own words.
        note: Words,
        /// Whether something was forgotten.
        forgotten: (bool),
    }
    /// Why a product is recommended; one of these, or none where they named the category themselves.
    BecauseView {
        /// A category they like.
        likes: Words,
        /// A category they asked about.
        asked: Words,
        /// A category they bought of.
        bought: Words,
    }
    /// One order to choose from.
    OrderLine {
        /// Number.
        number: Words,
        /// Status in words.
        status_text: Words,
        /// The first item.
        first_item: Words,
        /// Day it was placed.
        ordered_on: Words,
    }
    /// A place in the human queue.
    EscalationView {
        /// Day and time it was opened.
        opened_on: Words,
        /// Why, in words.
        reason_text: Words,
    }
    /// The brand's facts.
    FactsView {
        /// Where the shop is.
        address: Words,
        /// When it is open.
        hours: Words,
        /// Phone.
        phone: Words,
        /// E-mail.
        email: Words,
        /// Ways of delivery.
        delivery: (Vec<DeliveryView>),
        /// Ways to pay.
        payment_methods: (Vec<String>),
        /// Ways to pay in one text.
        payment_methods_text: Words,
        /// Days within which a purchase may be returned.
        return_days: Words,
        /// Conditions of a return.
        return_terms: Words,
        /// What runs now.
        promotion: Words,
        /// How an invoice is had.
        invoice: Words,
        /// How long a refund takes.
        refund_time: Words,
        /// Pages.
        links: (LinksView),
    }
    /// One way of delivery.
    DeliveryView {
        /// Name, with where it goes.
        name: Words,
        /// Fee.
        fee: Words,
        /// Time.
        days: Words,
    }
    /// The brand's pages.
    LinksView {
        /// The shop.
        shop: Words,
        /// How to return something.
        returns: Words,
        /// The customer's account.
        account: Words,
        /// Reset of a forgotten password.
        password: Words,
        /// The map.
        map: Words,
    }
    /// A product.
    ProductView {
        /// Name.
        name: Words,
        /// Price with its currency.
        price: Words,
        /// Whether it is in stock.
        in_stock: (bool),
        /// Stock in words; unknown when the shop does not count.
        stock_text: Words,
        /// Page.
        url: Words,
        /// A sentence or two.
        description: Words,
        /// Category.
        category: Words,
    }
    /// When a human answers.
    HumanView {
        /// Whether somebody is at the desk by the brand's hours.
        open_now: (bool),
        /// When somebody is again; unknown while somebody is, or when the brand has no hours.
        back_at: Words,
    }
    /// Something that may have been meant.
    Choice {
        /// How the button is called.
        label: Words,
    }
    /// Lara.
    BotView {
        /// Whether these are the first words of the conversation.
        first: (bool),
        /// Whether she says that she is a bot.
        discloses: (bool),
    }
    /// How people prove who they are.
    ProofView {
        /// Whether nobody is proven to be here, or it is a public place: orders are not shown.
        missing: (bool),
        /// Whether an order number with the e-mail or phone it was placed with would do.
        by_order: (bool),
        /// The one-time code that is given out, with ten minutes to live.
        code: Words,
    }
}

impl Context {
    /// Nothing known.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Everything known: the shape names are checked against. A field added above and forgotten here is a name no
    /// template can use, which a test over the shipped samples would show.
    #[must_use]
    pub fn full() -> Self {
        let words = || Some("x".to_owned());
        Self {
            brand: BrandView { name: words() },
            customer: CustomerView { name: words(), title: words(), returning: true },
            likes: Some(Likes { size: words(), category: words(), note: words() }),
            order: Some(OrderView {
                number: words(),
                status: Some("shipped".to_owned()),
                status_text: words(),
                ordered_on: words(),
                due_on: words(),
                items: words(),
                first_item: words(),
                total: words(),
                tracking_url: words(),
                carrier: words(),
                tracking_number: words(),
                shipped_on: words(),
                delivered_on: words(),
                late: true,
            }),
            sent_back: Some(ReturnView {
                status: Some("asked".to_owned()),
                asked_on: words(),
                items: words(),
                amount: words(),
            }),
            again: Some(AgainView { gone: words(), all_gone: true }),
            noted: Some(NotedView {
                called: true,
                size: words(),
                avoids: words(),
                diet: words(),
                note: words(),
                forgotten: true,
            }),
            because: Some(BecauseView { likes: words(), asked: words(), bought: words() }),
            orders: vec![OrderLine {
                number: words(),
                status_text: words(),
                first_item: words(),
                ordered_on: words(),
            }],
            escalation: Some(EscalationView { opened_on: words(), reason_text: words() }),
            elsewhere: Some(EscalationView { opened_on: words(), reason_text: words() }),
            facts: FactsView {
                address: words(),
                hours: words(),
                phone: words(),
                email: words(),
                delivery: vec![DeliveryView { name: words(), fee: words(), days: words() }],
                payment_methods: vec!["x".to_owned()],
                payment_methods_text: words(),
                return_days: words(),
                return_terms: words(),
                promotion: words(),
                invoice: words(),
                refund_time: words(),
                links: LinksView {
                    shop: words(),
                    returns: words(),
                    account: words(),
                    password: words(),
                    map: words(),
                },
            },
            product: Some(ProductView {
                name: words(),
                price: words(),
                in_stock: true,
                stock_text: words(),
                url: words(),
                description: words(),
                category: words(),
            }),
            human: HumanView { open_now: true, back_at: words() },
            choices: vec![Choice { label: words() }],
            bot: BotView { first: true, discloses: true },
            proof: ProofView { missing: true, by_order: true, code: words() },
        }
    }
}
