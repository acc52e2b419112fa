-- Rows of what schema 0003 added.
INSERT INTO channel_marks (channel_id, key, brand_id, value, updated_at) VALUES
    ('01900000-0000-7000-8000-0000000000c1', 'offset', '01900000-0000-7000-8000-00000000000a', '77', 1700000000000);
INSERT INTO channel_health (channel_id, brand_id, state, last_event_at, last_sent_at, last_error, last_error_at, checked_at, findings) VALUES
    ('01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-00000000000a', 'ailing', 1700000000000, NULL, 'rate', 1700000000000, NULL, '[]');
INSERT INTO odd_events (id, brand_id, channel_id, reason, body, at) VALUES
    ('01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-0000000000c1', 'unknown_shape', '{}', 1700000000000);
INSERT INTO attachments (id, brand_id, channel_id, message_id, source, state, attempts, due_at, at) VALUES
    ('01900000-0000-7000-8000-0000000000e2', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-0000000000a1', '{"by":"platform","id":"f"}', 'waiting', 0, 1700000000000, 1700000000000);
INSERT INTO alerts (id, brand_id, rule, subject, target, state, attempts, at) VALUES
    ('01900000-0000-7000-8000-0000000000e3', '01900000-0000-7000-8000-00000000000a', 'urgent', 'e', 'owner', 'sent', 1, 1700000000000);
