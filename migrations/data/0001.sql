-- Rows as schema 0001 had them, in both databases' common tongue. A test writes them right after 0001 and reads them
-- through the store after the last migration.
INSERT INTO brands (id, slug, name, demo, settings, facts, rev, created_at) VALUES
    ('01900000-0000-7000-8000-00000000000a', 'old', 'Tiệm Cũ', FALSE, '{}', '{"vi":{"hours":"8h–21h"}}', 3, 1700000000000);
INSERT INTO channels (id, brand_id, kind, name, delivery, settings, created_at) VALUES
    ('01900000-0000-7000-8000-00000000000b', '01900000-0000-7000-8000-00000000000a', 'web', 'web', 'pull', '{"visitor_key":"k"}', 1700000000000);
INSERT INTO customers (id, brand_id, external_id, name, folded, email, phone, language, rev, created_at) VALUES
    ('01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-00000000000a', 'C-1', 'Nguyễn Thị Lan', 'nguyen thi lan', 'lan@example.com', NULL, 'vi', 1, 1700000000000);
INSERT INTO addresses (id, brand_id, channel_id, external, customer_id, level, opted_out_at, created_at) VALUES
    ('01900000-0000-7000-8000-00000000000d', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b', 'lan', '01900000-0000-7000-8000-00000000000c', 'verified', NULL, 1700000000000);
INSERT INTO conversations (id, brand_id, channel_id, address_id, owner, epoch, rev, agent_id, language, open_question, misses, last_seq, last_in_seq, done_seq, run_until, ready_at, lease_node, lease_until, attempts, created_at, last_at) VALUES
    ('01900000-0000-7000-8000-00000000000e', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b', '01900000-0000-7000-8000-00000000000d', 'waiting', 1, 2, NULL, 'vi', '{"kind":"which_order","intent":"track_order","offered":["MH-1","MH-2"]}', 1, 3, 3, 1, 1700000005000, 1700000003000, NULL, NULL, 0, 1700000000000, 1700000003000);
INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, agent_id, external, text, quick_replies, answers_first, answers_last, visibility, state, at, fault, taken_back, attempts, send_at, lease_node, lease_until) VALUES
    ('01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000e', '01900000-0000-7000-8000-00000000000b', 1, 'in', 'customer', NULL, 'm1', 'đơn của mình đâu?', '[]', NULL, NULL, 'direct', 'accepted', 1700000001000, NULL, NULL, 0, NULL, NULL, NULL),
    ('01900000-0000-7000-8000-0000000000a2', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000e', '01900000-0000-7000-8000-00000000000b', 2, 'out', 'bot', NULL, NULL, 'Đơn nào ạ?', '[{"title":"MH-1"}]', 1, 1, 'direct', 'sent', 1700000002000, NULL, NULL, 0, NULL, NULL, NULL),
    ('01900000-0000-7000-8000-0000000000a3', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000e', '01900000-0000-7000-8000-00000000000b', 3, 'in', 'customer', NULL, 'm3', 'MH-1', '[]', NULL, NULL, 'direct', 'accepted', 1700000003000, NULL, NULL, 0, NULL, NULL, NULL);
INSERT INTO decisions (id, brand_id, conversation_id, first_seq, last_seq, kind, policy, reason, language, intent, confidence, sentiment, score, complaint, urgent, reading, templates, known, reply_id, at) VALUES
    ('01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000e', 1, 1, 'ask', 'orders', 'several_orders', 'vi', 'track_order', 0.9, 'neutral', 0, 0.1, FALSE,
     '{"language":"vi","intent":"track_order","confidence":0.9,"runner_up":null,"also":null,"sentiment":"neutral","score":0.0,"complaint":0.1,"urgent":false,"why":[],"model":"linear-1"}', '[{"key":"ask_which_order","language":"vi","version":0}]', '["order:MH-1"]', '01900000-0000-7000-8000-0000000000a2', 1700000002000);
INSERT INTO escalations (id, brand_id, conversation_id, reason, priority, rank, severity, state, opened_at, due_at, agent_id, claimed_at, resolved_at) VALUES
    ('01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000e', 'complaint', 'high', 1, 60, 'open', 1700000002000, 1700000900000, NULL, NULL, NULL);
INSERT INTO orders (id, brand_id, customer_id, number, status, ordered_at, due_at, currency, total_minor, items, tracking_url) VALUES
    ('01900000-0000-7000-8000-0000000000d1', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000c', 'MH-1', 'shipped', 1699900000000, 1700100000000, 'VND', 350000, '[{"name":"Trà sen","quantity":1}]', NULL);
INSERT INTO products (id, brand_id, sku, name, category, price_minor, currency, stock, url, description) VALUES
    ('01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-00000000000a', 'TS-1', 'Trà sen', 'Trà', 350000, 'VND', NULL, NULL, NULL);
INSERT INTO preferences (customer_id, key, brand_id, value, updated_at) VALUES
    ('01900000-0000-7000-8000-00000000000c', 'address_form', '01900000-0000-7000-8000-00000000000a', 'chị', 1700000000000);
INSERT INTO agents (id, name, email, role, password, failures, failed_at, locked_until, disabled_at, created_at) VALUES
    ('01900000-0000-7000-8000-0000000000f1', 'Hà', 'ha@example.com', 'owner', '$argon2id$x', 0, NULL, NULL, NULL, 1700000000000);
INSERT INTO invitations (token, agent_id, valid_until, used_at) VALUES
    ('hash-of-a-link', '01900000-0000-7000-8000-0000000000f1', 1800000000000, NULL);
INSERT INTO logins (token, agent_id, valid_until) VALUES
    ('hash-of-a-cookie', '01900000-0000-7000-8000-0000000000f1', 1800000000000);
INSERT INTO templates (id, brand_id, key, language, channel, version, body, published_by, published_at, restores) VALUES
    ('01900000-0000-7000-8000-0000000000f2', '01900000-0000-7000-8000-00000000000a', 'greeting', 'vi', '', 1, 'Chào {{customer.title}}', '01900000-0000-7000-8000-0000000000f1', 1700000000000, NULL);
INSERT INTO changes (brand_id, kind, key, address_id, at) VALUES
    ('01900000-0000-7000-8000-00000000000a', 'brand', '01900000-0000-7000-8000-00000000000a', NULL, 1700000000000);
