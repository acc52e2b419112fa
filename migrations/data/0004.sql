-- Rows of what schema 0004 added.
INSERT INTO customers (id, brand_id, external_id, name, folded, email, phone, language, rev, created_at, merged_into, head_id, digits, tier) VALUES
    ('01900000-0000-7000-8000-0000000000c2', '01900000-0000-7000-8000-00000000000a', 'C-2', 'Lan', 'lan', NULL, '0912 345 678', 'vi', 0, 1700000000000, '01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-00000000000c', '84912345678', 'vip');
INSERT INTO orders (id, brand_id, customer_id, number, compact, status, ordered_at, currency, total_minor, items, carrier, tracking_number, shipped_at, source, changed_at) VALUES
    ('01900000-0000-7000-8000-0000000000d2', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-0000000000c2', 'MH-2', 'mh2', 'shipped', 1699800000000, 'VND', 120000, '[]', 'GHN', 'GHN-1', 1699850000000, 'shopify', 1699850000000);
INSERT INTO returns (id, brand_id, order_id, external, status, reason, items, amount_minor, asked_at, updated_at) VALUES
    ('01900000-0000-7000-8000-0000000000d3', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-0000000000d1', 'R-1', 'approved', 'too small', '[]', 350000, 1700000000000, 1700000000000);
INSERT INTO preferences (customer_id, key, brand_id, value, updated_at, source, address_id) VALUES
    ('01900000-0000-7000-8000-00000000000c', 'size', '01900000-0000-7000-8000-00000000000a', 'M', 1700000000000, 'stated', '01900000-0000-7000-8000-00000000000d');
INSERT INTO joins (id, brand_id, how, customer_id, merged_id, evidence, at) VALUES
    ('01900000-0000-7000-8000-0000000000f3', '01900000-0000-7000-8000-00000000000a', 'agent', '01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-0000000000c2', 'same phone', 1700000000000);
INSERT INTO suggestions (id, brand_id, customer_id, other, other_kind, evidence, state, at) VALUES
    ('01900000-0000-7000-8000-0000000000f4', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-00000000000d', 'address', '[]', 'open', 1700000000000);
INSERT INTO link_codes (hash, brand_id, customer_id, address_id, valid_until) VALUES
    ('hash-of-a-code', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-00000000000d', 1800000000000);
INSERT INTO proof_tries (id, brand_id, subject, kind, succeeded, at) VALUES ('01900000-0000-7000-8000-0000000000f5', '01900000-0000-7000-8000-00000000000a', 'mh1', 'order', FALSE, 1700000000000);
INSERT INTO api_tokens (hash, id, brand_id, name, scopes, created_at) VALUES ('hash-of-a-key', '01900000-0000-7000-8000-0000000000f6', '01900000-0000-7000-8000-00000000000a', 'crm', '["read"]', 1700000000000);
INSERT INTO api_answers (token_id, key, brand_id, digest, status, body, at) VALUES ('01900000-0000-7000-8000-0000000000f6', 'once', '01900000-0000-7000-8000-00000000000a', 'd', 200, '{}', 1700000000000);
INSERT INTO shops (id, brand_id, kind, name, secret, created_at) VALUES ('01900000-0000-7000-8000-0000000000f7', '01900000-0000-7000-8000-00000000000a', 'shopify', 'shop', 'sealed', 1700000000000);
INSERT INTO shop_events (shop_id, external, brand_id, topic, outcome, at) VALUES ('01900000-0000-7000-8000-0000000000f7', 'e1', '01900000-0000-7000-8000-00000000000a', 'orders/create', 'taken', 1700000000000);
INSERT INTO notices (id, brand_id, kind, subject, state, attempts, at) VALUES ('01900000-0000-7000-8000-0000000000f8', '01900000-0000-7000-8000-00000000000a', 'conversation_ended', '01900000-0000-7000-8000-00000000000e', 'sent', 1, 1700000000000);
INSERT INTO erasures (id, brand_id, customer_id, by_whom, counts, at) VALUES ('01900000-0000-7000-8000-0000000000f9', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000c', 'cli', '{}', 1700000000000);
