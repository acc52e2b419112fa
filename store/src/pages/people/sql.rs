//! The statements about persons. A person is all customers with one `COALESCE(head_id, id)`. SQLite uses the index of that
//! expression only against a value without an affinity: a parameter, a batch, or `COALESCE(x.id, '')` - never against `x.id`.

use crate::sql::statements;

statements! {
    /// Customers whose folded name is like `$2`, after (`$3`, `$4`), by name; and whether another of the person came before.
    FIND_NAMES = both "SELECT f.id, COALESCE(c.head_id, c.id) AS head, f.key, c.name AS shown, \
        CAST(CASE WHEN EXISTS (SELECT 1 FROM customers e WHERE COALESCE(e.head_id, e.id) = COALESCE(c.head_id, c.id) \
        AND e.folded LIKE $2 ESCAPE '!' AND (e.folded, e.id) < (f.key, f.id)) THEN 1 ELSE 0 END AS BIGINT) AS seen \
        FROM (SELECT n.id, n.folded AS key FROM customers n WHERE n.brand_id = $1 AND n.folded LIKE $2 ESCAPE '!' \
        AND (n.folded, n.id) > ($3, $4) ORDER BY n.folded, n.id LIMIT $5) f JOIN customers c ON c.id = f.id \
        ORDER BY f.key, f.id";

    /// The same by digits of the phone: like `$2` (anywhere) or `$6` (a number of the home market from its beginning).
    FIND_PHONES = both "SELECT f.id, COALESCE(c.head_id, c.id) AS head, f.key, c.phone AS shown, \
        CAST(CASE WHEN EXISTS (SELECT 1 FROM customers e WHERE COALESCE(e.head_id, e.id) = COALESCE(c.head_id, c.id) \
        AND (e.digits LIKE $2 OR e.digits LIKE $6) AND (e.digits, e.id) < (f.key, f.id)) THEN 1 ELSE 0 END AS BIGINT) \
        AS seen FROM (SELECT n.id, n.digits AS key FROM customers n WHERE n.brand_id = $1 AND n.digits IS NOT NULL \
        AND (n.digits LIKE $2 OR n.digits LIKE $6) AND (n.digits, n.id) > ($3, $4) ORDER BY n.digits, n.id LIMIT $5) f \
        JOIN customers c ON c.id = f.id ORDER BY f.key, f.id";

    /// The same by e-mail.
    FIND_EMAILS = both "SELECT f.id, COALESCE(c.head_id, c.id) AS head, f.key, c.email AS shown, \
        CAST(CASE WHEN EXISTS (SELECT 1 FROM customers e WHERE COALESCE(e.head_id, e.id) = COALESCE(c.head_id, c.id) \
        AND e.email LIKE $2 ESCAPE '!' AND (e.email, e.id) < (f.key, f.id)) THEN 1 ELSE 0 END AS BIGINT) AS seen \
        FROM (SELECT n.id, n.email AS key FROM customers n WHERE n.brand_id = $1 AND n.email IS NOT NULL \
        AND n.email LIKE $2 ESCAPE '!' AND (n.email, n.id) > ($3, $4) ORDER BY n.email, n.id LIMIT $5) f \
        JOIN customers c ON c.id = f.id ORDER BY f.key, f.id";

    /// Orders whose compact number is in `$2`..`$6`, after (`$3`, `$4`).
    FIND_ORDERS = both "SELECT f.id, COALESCE(c.head_id, c.id) AS head, f.key, f.number AS shown, CAST(0 AS BIGINT) AS seen \
        FROM (SELECT o.id, o.customer_id, o.number, o.compact AS key FROM orders o WHERE o.brand_id = $1 \
        AND o.compact >= $2 AND o.compact < $6 AND (o.compact, o.id) > ($3, $4) ORDER BY o.compact, o.id LIMIT $5) f \
        JOIN customers c ON c.id = f.customer_id ORDER BY f.key, f.id";

    /// The same by what follows the letters an order number begins with.
    FIND_TAILS = both "SELECT f.id, COALESCE(c.head_id, c.id) AS head, f.key, f.number AS shown, CAST(0 AS BIGINT) AS seen \
        FROM (SELECT o.id, o.customer_id, o.number, ltrim(o.compact, 'abcdefghijklmnopqrstuvwxyz') AS key FROM orders o \
        WHERE o.brand_id = $1 AND ltrim(o.compact, 'abcdefghijklmnopqrstuvwxyz') >= $2 \
        AND ltrim(o.compact, 'abcdefghijklmnopqrstuvwxyz') < $6 \
        AND (ltrim(o.compact, 'abcdefghijklmnopqrstuvwxyz'), o.id) > ($3, $4) \
        ORDER BY ltrim(o.compact, 'abcdefghijklmnopqrstuvwxyz'), o.id LIMIT $5) f \
        JOIN customers c ON c.id = f.customer_id ORDER BY f.key, f.id";

    /// Customers by the shop's own id: `$2`, or `$6` (the same in capitals).
    FIND_EXTERNALS = both "SELECT c.id, COALESCE(c.head_id, c.id) AS head, c.external_id AS key, c.external_id AS shown, \
        CAST(0 AS BIGINT) AS seen FROM customers c WHERE c.brand_id = $1 AND c.external_id IN ($2, $6) \
        AND (c.external_id, c.id) > ($3, $4) ORDER BY c.external_id, c.id LIMIT $5";

    /// Where a customer stands in the orders of the searches.
    FIND_PLACE = both "SELECT folded, digits, email, external_id, NULL AS compact, NULL AS tail FROM customers \
        WHERE brand_id = $1 AND id = $2";

    /// Where an order does.
    FIND_ORDER_PLACE = both "SELECT NULL AS folded, NULL AS digits, NULL AS email, NULL AS external_id, compact, \
        ltrim(compact, 'abcdefghijklmnopqrstuvwxyz') AS tail FROM orders WHERE brand_id = $1 AND id = $2";

    /// Persons who wrote lately; of each owner's conversations the latest.
    FIND_LATEST = both "SELECT COALESCE(t.head_id, t.id) AS id, MAX(l.last_at) AS last_at FROM (\
        SELECT * FROM (SELECT address_id, customer_id, last_at FROM conversations WHERE brand_id = $1 AND owner = 'waiting' \
            ORDER BY last_at DESC LIMIT $2) w UNION ALL \
        SELECT * FROM (SELECT address_id, customer_id, last_at FROM conversations WHERE brand_id = $1 AND owner = 'agent' \
            ORDER BY last_at DESC LIMIT $2) h UNION ALL \
        SELECT * FROM (SELECT address_id, customer_id, last_at FROM conversations WHERE brand_id = $1 AND owner = 'bot' \
            ORDER BY last_at DESC LIMIT $2) o UNION ALL \
        SELECT * FROM (SELECT address_id, customer_id, last_at FROM conversations WHERE brand_id = $1 AND owner = 'closed' \
            ORDER BY last_at DESC LIMIT $2) d) l \
        JOIN addresses a ON a.id = l.address_id JOIN customers t ON t.id = COALESCE(l.customer_id, a.customer_id) \
        GROUP BY COALESCE(t.head_id, t.id) ORDER BY 2 DESC, 1 LIMIT $3";

    /// A batch of persons for a list.
    PEOPLE = batch(id TEXT)
        "SELECT h.id, COALESCE(h.name, t.name) AS name, COALESCE(h.email, t.email) AS email, \
         COALESCE(h.phone, t.phone) AS phone, COALESCE(h.tier, t.tier) AS tier, t.members, t.opted_out_at, \
         (SELECT COUNT(*) FROM customers m JOIN orders o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = COALESCE(h.id, '')) AS orders FROM b JOIN customers h ON h.id = b.id \
         JOIN (SELECT b.id, MIN(m.name) AS name, MIN(m.email) AS email, MIN(m.phone) AS phone, MIN(m.tier) AS tier, \
             COUNT(*) AS members, MIN(m.opted_out_at) AS opted_out_at FROM b \
             JOIN customers m ON COALESCE(m.head_id, m.id) = b.id GROUP BY b.id) t ON t.id = h.id";

    /// Where a batch of persons writes from, and when last.
    PEOPLE_PLACES = batch(id TEXT)
        "SELECT b.id, ch.kind AS channel_kind, a.level, MAX(c.last_at) AS last_at FROM b \
         JOIN customers m ON COALESCE(m.head_id, m.id) = b.id JOIN addresses a ON a.customer_id = m.id \
         JOIN channels ch ON ch.id = a.channel_id LEFT JOIN conversations c ON c.address_id = a.id AND c.customer_id IS NULL \
         GROUP BY b.id, ch.kind, a.level ORDER BY b.id, 4 DESC";

    /// What waits for a human of a batch of persons, what burns first.
    PEOPLE_WAITING = batch(id TEXT)
        "SELECT b.id, c.id AS conversation_id, e.reason, e.priority, e.opened_at, e.due_at FROM b \
         JOIN customers m ON COALESCE(m.head_id, m.id) = b.id JOIN addresses a ON a.customer_id = m.id \
         JOIN conversations c ON c.address_id = a.id AND c.owner IN ('waiting', 'agent') \
         JOIN escalations e ON e.conversation_id = c.id AND e.state <> 'resolved' ORDER BY b.id, e.rank, e.due_at";

    /// The customers of person `$1`, the head first.
    PERSON_MEMBERS = both "SELECT m.id, m.external_id, m.name, m.email, m.phone, m.language, m.tier, m.opted_out_at, \
        m.erased_at, m.created_at, m.merged_into FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
        ORDER BY CASE WHEN m.id = $1 THEN 0 ELSE 1 END, m.id LIMIT 100";

    /// What person `$1` bought, by currency; what was cancelled or paid back counts as an order but not as money.
    PERSON_WORTH = both "SELECT o.currency, COUNT(*) AS orders, CAST(SUM(CASE WHEN o.status IN ('cancelled', 'refunded') \
        THEN 0 ELSE o.total_minor END) AS BIGINT) AS total_minor, MIN(o.ordered_at) AS first_at FROM customers m \
        JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 GROUP BY o.currency \
        ORDER BY 2 DESC, 1 LIMIT 10";

    /// The orders of person `$1` before (`$2`, `$3`), newest first.
    PERSON_ORDERS = both "SELECT o.id, o.customer_id, o.number, o.status, o.ordered_at, o.due_at, o.currency, o.total_minor, \
        o.items, o.tracking_url, o.carrier, o.tracking_number, o.shipped_at, o.delivered_at FROM customers m \
        JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 AND (o.ordered_at, o.id) < ($2, $3) \
        ORDER BY o.ordered_at DESC, o.id DESC LIMIT $4";

    /// What goes back of a batch of orders, the newest first.
    PERSON_RETURNS = batch(id TEXT)
        "SELECT r.order_id, r.external, r.status, r.reason, r.items, r.amount_minor, r.asked_at FROM b \
         JOIN returns r ON r.order_id = b.id ORDER BY r.asked_at DESC, r.id DESC";

    /// Where person `$1` writes from, the latest first, and how it is known that it is they.
    PERSON_PLACES = both "SELECT a.id, a.customer_id, ch.kind AS channel_kind, ch.name AS channel_name, a.name AS shown, \
        a.level, a.opted_out_at, a.unreachable_at, a.created_at, l.last_at, j.how, j.at AS joined_at, g.name AS agent_name \
        FROM customers m JOIN addresses a ON a.customer_id = m.id JOIN channels ch ON ch.id = a.channel_id \
        LEFT JOIN (SELECT c.address_id, MAX(c.last_at) AS last_at FROM customers n JOIN addresses o ON o.customer_id = n.id \
            JOIN conversations c ON c.address_id = o.id AND c.customer_id IS NULL WHERE COALESCE(n.head_id, n.id) = $1 GROUP BY c.address_id) l \
            ON l.address_id = a.id \
        LEFT JOIN joins j ON j.id = (SELECT k.id FROM joins k WHERE k.address_id = a.id AND k.undone_at IS NULL \
            ORDER BY k.at DESC, k.id DESC LIMIT 1) LEFT JOIN agents g ON g.id = j.agent_id \
        WHERE COALESCE(m.head_id, m.id) = $1 ORDER BY COALESCE(l.last_at, 0) DESC, a.id LIMIT 100";

    /// What is known of the likes of person `$1`; of two for one key the newer. Where it was said and how sure that place is.
    PERSON_LIKES = both "SELECT * FROM (SELECT p.customer_id, p.key, p.value, p.source, p.address_id, p.updated_at, a.level, \
        ch.kind AS channel_kind, ROW_NUMBER() OVER (PARTITION BY p.key ORDER BY p.updated_at DESC, p.customer_id) AS place \
        FROM customers m JOIN preferences p ON p.customer_id = m.id LEFT JOIN addresses a ON a.id = p.address_id \
        LEFT JOIN channels ch ON ch.id = a.channel_id WHERE COALESCE(m.head_id, m.id) = $1 AND p.forgotten_at IS NULL) n \
        WHERE place = 1 ORDER BY key LIMIT 200";

    /// The moods of a person's messages, newest first: of person `$2` and of address `$1`.
    PERSON_MOODS = both "SELECT d.score, d.sentiment, d.at FROM decisions d WHERE d.conversation_id IN (\
        SELECT n.id FROM addresses a JOIN conversations n ON n.address_id = a.id AND n.customer_id IS NULL \
            WHERE (a.id = $1 AND (a.customer_id IS NULL OR $2 = '')) \
            OR a.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
        UNION ALL SELECT n.id FROM customers m JOIN conversations n ON n.customer_id = m.id \
            WHERE COALESCE(m.head_id, m.id) = $2) ORDER BY d.at DESC LIMIT $3";

    /// The conversations of person `$2` and of address `$1` before (`$4`, `$5`), but not `$3`, newest first.
    PERSON_TALKS = both "SELECT c.id, c.owner, c.created_at, c.last_at, c.ended_at, c.summary, ch.kind AS channel_kind, \
        ch.name AS channel_name, g.name AS agent_name, \
        (SELECT m.text FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in' ORDER BY m.seq LIMIT 1) \
        AS first_text, (SELECT e.reason FROM escalations e WHERE e.conversation_id = c.id ORDER BY e.opened_at DESC LIMIT 1) \
        AS reason, (SELECT d.sentiment FROM decisions d WHERE d.conversation_id = c.id ORDER BY d.last_seq DESC LIMIT 1) \
        AS mood FROM conversations c JOIN channels ch ON ch.id = c.channel_id LEFT JOIN agents g ON g.id = c.agent_id \
        WHERE c.id IN (SELECT t.id FROM (SELECT n.id, n.last_at FROM addresses a \
            JOIN conversations n ON n.address_id = a.id AND n.customer_id IS NULL \
            WHERE (a.id = $1 AND (a.customer_id IS NULL OR $2 = '')) \
            OR a.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
            UNION ALL SELECT n.id, n.last_at FROM customers m JOIN conversations n ON n.customer_id = m.id \
            WHERE COALESCE(m.head_id, m.id) = $2) t WHERE t.id <> $3 \
            AND (t.last_at, t.id) < ($4, $5) ORDER BY t.last_at DESC, t.id DESC LIMIT $6) \
        ORDER BY c.last_at DESC, c.id DESC";

    /// Acts that tied person `$1` together, newest first.
    PERSON_JOINS = both "SELECT j.id, j.how, j.customer_id, j.merged_id, j.address_id, j.level_before, j.level_after, \
        j.evidence, j.at, j.undone_at, j.agent_id, g.name AS agent_name, u.name AS undone_by_name, mc.name AS merged_name, \
        mc.external_id AS merged_external, tc.name AS into_name, tc.external_id AS into_external, ch.kind AS channel_kind, \
        a.name AS address_name FROM joins j LEFT JOIN agents g ON g.id = j.agent_id \
        LEFT JOIN agents u ON u.id = j.undone_by LEFT JOIN customers mc ON mc.id = j.merged_id \
        LEFT JOIN customers tc ON tc.id = j.customer_id LEFT JOIN addresses a ON a.id = j.address_id \
        LEFT JOIN channels ch ON ch.id = a.channel_id \
        WHERE j.id IN (SELECT x.id FROM customers m JOIN joins x ON x.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT y.id FROM customers m JOIN joins y ON y.merged_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT z.id FROM customers m JOIN addresses o ON o.customer_id = m.id JOIN joins z ON z.address_id = o.id \
            WHERE COALESCE(m.head_id, m.id) = $1) ORDER BY j.at DESC, j.id DESC LIMIT 100";

    /// How many suggestions of a brand wait to be decided.
    SUGGESTIONS_COUNT = both "SELECT COUNT(*) AS number FROM suggestions WHERE brand_id = $1 AND state = 'open'";

    /// Suggestions of brand `$1` that wait, before (`$2`, `$3`), newest first.
    SUGGESTIONS_OPEN = both "SELECT s.id, s.customer_id, s.other, s.other_kind, s.evidence, s.at FROM suggestions s \
        WHERE s.brand_id = $1 AND s.state = 'open' AND (s.at, s.id) < ($2, $3) ORDER BY s.at DESC, s.id DESC LIMIT $4";

    /// Suggestions that wait about person `$1`.
    PERSON_SUGGESTIONS = both "SELECT s.id, s.customer_id, s.other, s.other_kind, s.evidence, s.at FROM suggestions s \
        WHERE s.state = 'open' AND s.id IN (SELECT x.id FROM customers m JOIN suggestions x ON x.brand_id = m.brand_id \
            AND x.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT y.id FROM customers m JOIN suggestions y ON y.other = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT z.id FROM customers m JOIN addresses o ON o.customer_id = m.id JOIN suggestions z ON z.other = o.id \
            WHERE COALESCE(m.head_id, m.id) = $1) ORDER BY s.at DESC, s.id DESC LIMIT 20";

    /// How many suggestions wait about person `$1` or address `$2`.
    PERSON_SUGGESTIONS_COUNT = both "SELECT COUNT(*) AS number FROM suggestions s \
        WHERE s.state = 'open' AND s.id IN (SELECT x.id FROM customers m JOIN suggestions x ON x.brand_id = m.brand_id \
            AND x.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT y.id FROM customers m JOIN suggestions y ON y.other = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
            UNION SELECT z.id FROM customers m JOIN addresses o ON o.customer_id = m.id JOIN suggestions z ON z.other = o.id \
            WHERE COALESCE(m.head_id, m.id) = $1 UNION SELECT w.id FROM suggestions w WHERE w.other = $2)";

    /// The persons a batch of customers are.
    HEADS_OF = batch(id TEXT)
        "SELECT c.id, COALESCE(c.head_id, c.id) AS head FROM b JOIN customers c ON c.id = b.id";

    /// A batch of addresses, for a suggestion.
    PLACES_OF = batch(id TEXT)
        "SELECT a.id, COALESCE(t.head_id, t.id) AS head, ch.kind AS channel_kind, ch.name AS channel_name, a.name AS shown, \
         a.level, (SELECT c.id FROM conversations c WHERE c.address_id = a.id ORDER BY c.id DESC LIMIT 1) AS conversation_id \
         FROM b JOIN addresses a ON a.id = b.id JOIN channels ch ON ch.id = a.channel_id \
         LEFT JOIN customers t ON t.id = a.customer_id";
}
