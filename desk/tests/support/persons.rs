//! People the shop knows, and what they bought.

use super::World;
use lara_core::model::{
    CustomerId, Language, Millis, Order, OrderId, OrderItem, OrderStatus, Preference, Shipment,
};
use lara_core::ports::{Directory, Ids, OrderRow, Person};

impl World {
    /// Who an address of the web channel is tied to.
    pub(crate) async fn person(&self, address: &str) -> CustomerId {
        let found =
            self.store.pages().find_people(self.brand.id, &format!("{address}@example.com"), None, 1).await;
        found.unwrap().people.first().unwrap().id
    }

    /// A record of the shop, of whom nobody has written yet.
    pub(crate) async fn record(
        &self,
        external: &str,
        name: &str,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> CustomerId {
        let id = CustomerId::new(self.ids.next());
        let person = Person {
            external_id: Some(external.to_owned()),
            name: Some(name.to_owned()),
            email: email.map(ToOwned::to_owned),
            phone: phone.map(ToOwned::to_owned),
            language: Some(Language::Vietnamese),
            tier: Some("VIP".to_owned()),
        };
        let now = self.clock.now();
        self.store.put_customers(self.brand.id, vec![(id, person, Vec::new())], now).await.unwrap();
        id
    }

    /// Something the shop says a customer likes.
    pub(crate) async fn told(&self, customer: CustomerId, external: &str, key: &str, value: &str) {
        let person = Person { external_id: Some(external.to_owned()), ..Person::default() };
        let likes = vec![Preference::imported(key, value)];
        self.store
            .put_customers(self.brand.id, vec![(customer, person, likes)], self.clock.now())
            .await
            .unwrap();
    }

    /// An order of a customer, some days ago.
    pub(crate) async fn order(
        &self,
        customer: CustomerId,
        external: &str,
        number: &str,
        status: OrderStatus,
        days_ago: i64,
    ) {
        let order = Order {
            id: OrderId::new(self.ids.next()),
            brand: self.brand.id,
            customer,
            number: number.to_owned(),
            status,
            ordered_at: self.clock.now().plus(Millis::minutes(-days_ago * 24 * 60)),
            due_at: None,
            currency: "VND".to_owned(),
            total_minor: 250_000,
            items: vec![OrderItem { name: "Áo sơ mi lụa".to_owned(), quantity: 1, sku: None }],
            tracking_url: None,
            shipment: Shipment::default(),
        };
        let row = OrderRow::imported(order, external);
        self.store.put_orders(self.brand.id, vec![row], self.clock.now()).await.unwrap();
    }
}
