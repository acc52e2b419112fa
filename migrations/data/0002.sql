-- Rows of what schema 0002 added: lessons, pins and models.
INSERT INTO lessons (brand_id, digest, text, language, label, source, agent_id, message_id, at) VALUES
    ('01900000-0000-7000-8000-00000000000a', 'digest-of-a-text', 'có ship đi đảo không', 'vi', 'delivery_options', 'corrected', '01900000-0000-7000-8000-0000000000f1', '01900000-0000-7000-8000-0000000000a1', 1700000000000);
INSERT INTO pins (brand_id, digest, text, label, agent_id, at) VALUES
    ('01900000-0000-7000-8000-00000000000a', 'digest-of-a-text', 'shop mở cửa mấy giờ', 'opening_hours', NULL, 1700000000000);
INSERT INTO models (brand_id, number, state, trained_at, lessons, scores, note, bytes) VALUES
    ('01900000-0000-7000-8000-00000000000a', 1, 'retired', 1700000000000, 40, '{"accuracy":0.9}', 'no worse', NULL),
    ('01900000-0000-7000-8000-00000000000a', 2, 'live', 1700000000000, 41, '{}', 'no worse', 'model');
