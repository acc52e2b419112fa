//! Statements about who is who: joins, suggestions, one-time codes and tries.

use super::statements;

statements! {
    /// The head of the person that customer `$2` of brand `$1` is; nobody who was erased.
    HEAD = both
        "SELECT COALESCE(c.head_id, c.id) AS id FROM customers c \
         WHERE c.brand_id = $1 AND c.id = $2 AND c.erased_at IS NULL";

    /// Whom customer `$1` was merged into.
    MERGED_INTO = both
        "SELECT merged_into AS id FROM customers WHERE id = $1 AND merged_into IS NOT NULL";

    /// Everybody of the person with head `$2` belongs to the one with head `$1` now, by its member `$3`.
    PERSON_POINT = both
        "UPDATE customers SET head_id = $1, merged_into = CASE WHEN id = $2 THEN $3 ELSE merged_into END, rev = rev + 1 \
         WHERE COALESCE(head_id, id) = $2";

    /// Customer `$1` is nobody else any more, and those merged into it follow. `$2` is the head they had.
    PERSON_UNPOINT = both
        "WITH RECURSIVE side(id) AS (SELECT c.id FROM customers c WHERE c.id = $1 \
         UNION SELECT c.id FROM customers c JOIN side ON c.merged_into = side.id WHERE COALESCE(c.head_id, c.id) = $2) \
         UPDATE customers SET head_id = CASE WHEN id = $1 THEN NULL ELSE $1 END, \
         merged_into = CASE WHEN id = $1 THEN NULL ELSE merged_into END, rev = rev + 1 \
         WHERE id IN (SELECT side.id FROM side)";

    /// Replies being prepared for customer `$1` are stale.
    REV_MOVE = both
        "UPDATE customers SET rev = rev + 1 WHERE id = $1";

    /// Replies being prepared in the open conversations of the person with head `$1` are stale.
    LANES_MOVE = both
        "UPDATE conversations SET rev = rev + 1 WHERE owner <> 'closed' AND address_id IN (SELECT a.id FROM addresses a \
         JOIN customers m ON m.id = a.customer_id WHERE COALESCE(m.head_id, m.id) = $1) RETURNING id, address_id";

    /// Takes back what Lara has not sent yet to the person with head `$1`: it may speak of the other side.
    PERSON_REPLIES_CANCEL = both
        "UPDATE messages SET taken_back = 'other_person', \
         state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
         fault = CASE state WHEN 'queued' THEN 'other_person' ELSE fault END \
         WHERE state IN ('queued', 'sending') AND author = 'bot' AND conversation_id IN (SELECT c.id FROM conversations c \
         JOIN addresses a ON a.id = c.address_id JOIN customers m ON m.id = a.customer_id \
         WHERE COALESCE(m.head_id, m.id) = $1)";

    /// The same for address `$1`, whose person changes.
    ADDRESS_REPLIES_CANCEL = both
        "UPDATE messages SET taken_back = 'other_person', \
         state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
         fault = CASE state WHEN 'queued' THEN 'other_person' ELSE fault END \
         WHERE state IN ('queued', 'sending') AND author = 'bot' \
         AND conversation_id IN (SELECT c.id FROM conversations c WHERE c.address_id = $1)";

    /// Replies being prepared in the open conversation of address `$1`, whose person changes, are stale; what was asked
    /// named things of the other person.
    LANE_OTHER = both
        "UPDATE conversations SET rev = rev + 1, open_question = NULL WHERE address_id = $1 AND owner <> 'closed' \
         RETURNING id, address_id";

    /// Replies being prepared in the open conversation of address `$1` are stale.
    LANE_SAME = both
        "UPDATE conversations SET rev = rev + 1 WHERE address_id = $1 AND owner <> 'closed' RETURNING id, address_id";

    /// Closes the open conversation of address `$1`, which somebody else had, at `$2`, where nobody waits in it and no human
    /// has it.
    LANE_END = both
        "UPDATE conversations SET owner = 'closed', epoch = epoch + 1, rev = rev + 1, misses = 0, open_question = NULL, \
         ready_at = NULL, run_until = NULL, lease_node = NULL, lease_until = NULL, ended_at = $2 \
         WHERE address_id = $1 AND owner = 'bot' AND last_in_seq <= done_seq RETURNING id, address_id";

    /// The closed conversations of address `$1` stay with customer `$2`, who was proven to have it and has it no more.
    TALKS_KEEP = both
        "UPDATE conversations SET customer_id = $2 WHERE address_id = $1 AND customer_id IS NULL AND owner = 'closed'";

    /// What stayed with customer `$2` when they lost address `$1` is customer `$3`'s after all; NULL: whoever has the address.
    TALKS_GIVE = both
        "UPDATE conversations SET customer_id = $3 WHERE address_id = $1 AND customer_id = $2";

    /// Address `$2` of brand `$1`, held until the transaction ends.
    ADDRESS_OF = sqlite
        "SELECT * FROM addresses WHERE brand_id = $1 AND id = $2"
        postgres
        "SELECT * FROM addresses WHERE brand_id = $1 AND id = $2 FOR UPDATE";

    /// A join.
    JOIN_ADD = both
        "INSERT INTO joins (id, brand_id, how, customer_id, merged_id, address_id, customer_before, level_before, \
         level_after, evidence, agent_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    /// Join `$2` of brand `$1`.
    JOIN = both
        "SELECT * FROM joins WHERE brand_id = $1 AND id = $2";

    /// The join that took address `$1` on from customer `$2` at level `$3`, not before `$4`.
    JOIN_NEXT = both
        "SELECT id FROM joins WHERE address_id = $1 AND undone_at IS NULL AND customer_before = $2 \
         AND level_before = $3 AND at >= $4 ORDER BY at, id LIMIT 1";

    /// What the address of join `$1` was before is what it was before an earlier join, which is undone.
    JOIN_BEFORE = both
        "UPDATE joins SET customer_before = $2, level_before = $3 WHERE id = $1";

    /// Join `$1` is undone at `$2` by agent `$3`.
    JOIN_UNDO = both
        "UPDATE joins SET undone_at = $2, undone_by = $3 WHERE id = $1";

    /// The joins of the person with head `$2`, newest first.
    JOINS_OF = both
        "SELECT j.* FROM joins j WHERE j.brand_id = $1 AND j.id IN (\
         SELECT k.id FROM customers m JOIN joins k ON k.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $2 \
         UNION SELECT k.id FROM customers m JOIN joins k ON k.merged_id = m.id WHERE COALESCE(m.head_id, m.id) = $2) \
         ORDER BY j.at DESC, j.id DESC LIMIT 200";

    /// What of customer `$1` is more than what was said at address `$2`: a record of the shop, orders, another address,
    /// somebody merged.
    CUSTOMER_BEYOND = both
        "SELECT c.id FROM customers c WHERE c.id = $1 AND (c.external_id IS NOT NULL OR c.email IS NOT NULL \
         OR c.head_id IS NOT NULL OR c.erased_at IS NOT NULL \
         OR EXISTS (SELECT 1 FROM customers m WHERE COALESCE(m.head_id, m.id) = COALESCE(c.id, '') AND m.id <> c.id) \
         OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) \
         OR EXISTS (SELECT 1 FROM conversations t WHERE t.customer_id = c.id) \
         OR EXISTS (SELECT 1 FROM addresses a WHERE a.customer_id = c.id AND a.id <> $2))";

    /// A suggestion, if the pair was never asked about.
    SUGGESTION_ADD = both
        "INSERT INTO suggestions (id, brand_id, customer_id, other, other_kind, evidence, state, at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7) ON CONFLICT (brand_id, customer_id, other) DO NOTHING";

    /// What was asked about a pair.
    SUGGESTION_PAIR = both
        "SELECT * FROM suggestions WHERE brand_id = $1 AND customer_id = $2 AND other = $3";

    /// More speaks for suggestion `$1`.
    SUGGESTION_EVIDENCE = both
        "UPDATE suggestions SET evidence = $2 WHERE id = $1 AND state = 'open'";

    /// Suggestion `$2` of brand `$1`.
    SUGGESTION = both
        "SELECT * FROM suggestions WHERE brand_id = $1 AND id = $2";

    /// Suggestion `$1` is decided, if it is open.
    SUGGESTION_DECIDE = both
        "UPDATE suggestions SET state = $2, agent_id = $3, decided_at = $4 WHERE id = $1 AND state = 'open'";

    /// Open suggestions within the person with head `$2` of brand `$1` ask nothing any more.
    SUGGESTIONS_MOOT = both
        "UPDATE suggestions SET state = 'moot', decided_at = $3 WHERE brand_id = $1 AND state = 'open' \
         AND customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
         AND (other IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
         OR other IN (SELECT a.id FROM addresses a JOIN customers m ON m.id = a.customer_id \
             WHERE COALESCE(m.head_id, m.id) = $2 AND a.level = 'verified'))";

    /// The open suggestions of a brand, oldest first.
    SUGGESTIONS = both
        "SELECT * FROM suggestions WHERE brand_id = $1 AND state = 'open' ORDER BY at, id LIMIT $2";

    /// The open suggestions about the person with head `$2`.
    SUGGESTIONS_OF = both
        "SELECT s.* FROM suggestions s WHERE s.brand_id = $1 AND s.state = 'open' AND (\
         s.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
         OR s.other IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $2) \
         OR s.other IN (SELECT a.id FROM addresses a JOIN customers m ON m.id = a.customer_id \
             WHERE COALESCE(m.head_id, m.id) = $2)) ORDER BY s.at, s.id LIMIT 50";

    /// Other people of the brand with an e-mail or a phone of the person with head `$2`. Each way reads no more than it gives:
    /// a made-up e-mail that fifty thousand share is not sorted.
    LOOKALIKES = both
        "SELECT DISTINCT id, evidence FROM (\
         SELECT * FROM (SELECT COALESCE(o.head_id, o.id) AS id, 'same_email' AS evidence FROM customers m \
         JOIN customers o ON o.brand_id = m.brand_id AND o.email = m.email \
         WHERE COALESCE(m.head_id, m.id) = $2 AND COALESCE(o.head_id, o.id) <> $2 \
         AND o.erased_at IS NULL LIMIT $3) AS mails \
         UNION ALL SELECT * FROM (SELECT COALESCE(o.head_id, o.id) AS id, 'same_phone' AS evidence FROM customers m \
         JOIN customers o ON o.brand_id = m.brand_id AND o.digits = m.digits \
         WHERE COALESCE(m.head_id, m.id) = $2 AND COALESCE(o.head_id, o.id) <> $2 \
         AND o.erased_at IS NULL LIMIT $3) AS phones) AS alike WHERE $1 <> '' ORDER BY id, evidence LIMIT $3";

    /// Addresses of `WhatsApp` that are a phone of the person with head `$2` and nobody's for sure.
    NUMBERS = both
        "SELECT DISTINCT a.id, 'same_phone' AS evidence FROM customers m \
         JOIN channels h ON h.brand_id = m.brand_id AND h.kind = 'whatsapp' \
         JOIN addresses a ON a.channel_id = h.id AND a.external = m.digits AND a.level <> 'verified' \
         WHERE COALESCE(m.head_id, m.id) = $2 AND m.brand_id = $1 ORDER BY a.id LIMIT $3";

    /// A one-time code.
    CODE_ADD = both
        "INSERT INTO link_codes (hash, brand_id, customer_id, address_id, valid_until) VALUES ($1, $2, $3, $4, $5)";

    /// Whether address `$2` of brand `$1` is proven to be somebody's: the head.
    PROVEN = both
        "SELECT COALESCE(c.head_id, c.id) AS id FROM addresses a JOIN customers c ON c.id = a.customer_id \
         WHERE a.brand_id = $1 AND a.id = $2 AND a.level = 'verified' AND c.erased_at IS NULL";

    /// Whose the unused code `$1` of brand `$2` is at `$3`: the head. Only while the address it was asked for at is proven to
    /// be theirs.
    CODE_WHOSE = both
        "SELECT p.* FROM link_codes k JOIN customers c ON c.id = k.customer_id \
         JOIN addresses a ON a.id = k.address_id AND a.level = 'verified' JOIN customers h ON h.id = a.customer_id \
         JOIN customers p ON p.id = COALESCE(c.head_id, c.id) AND p.id = COALESCE(h.head_id, h.id) \
         WHERE k.hash = $1 AND k.brand_id = $2 AND k.used_at IS NULL AND k.valid_until > $3 AND p.erased_at IS NULL";

    /// Code `$1` of brand `$2`, if it is still unused, and the address it was asked for at proven to be theirs; held until the
    /// transaction ends.
    CODE_HOLD = sqlite
        "SELECT k.hash AS id FROM link_codes k JOIN customers c ON c.id = k.customer_id \
         JOIN addresses a ON a.id = k.address_id AND a.level = 'verified' JOIN customers h ON h.id = a.customer_id \
         WHERE k.hash = $1 AND k.brand_id = $2 AND k.used_at IS NULL \
         AND COALESCE(c.head_id, c.id) = COALESCE(h.head_id, h.id)"
        postgres
        "SELECT k.hash AS id FROM link_codes k JOIN customers c ON c.id = k.customer_id \
         JOIN addresses a ON a.id = k.address_id AND a.level = 'verified' JOIN customers h ON h.id = a.customer_id \
         WHERE k.hash = $1 AND k.brand_id = $2 AND k.used_at IS NULL \
         AND COALESCE(c.head_id, c.id) = COALESCE(h.head_id, h.id) FOR UPDATE OF k";

    /// Who asked for code `$1`: the very member of the person with head `$2`.
    CODE_MEMBER = both
        "SELECT c.id FROM link_codes k JOIN addresses a ON a.id = k.address_id JOIN customers c ON c.id = a.customer_id \
         WHERE k.hash = $1 AND COALESCE(c.head_id, c.id) = (SELECT COALESCE(t.head_id, t.id) FROM customers t WHERE t.id = $2)";

    /// Code `$1` is used up at `$2` by address `$3`.
    CODE_USE = both
        "UPDATE link_codes SET used_at = $2, used_by = $3 WHERE hash = $1";

    /// Code `$1` of brand `$2` is worth nothing from `$3` on: it was said before everybody at address `$4`.
    CODE_END = both
        "UPDATE link_codes SET used_at = $3, used_by = $4 WHERE hash = $1 AND brand_id = $2 AND used_at IS NULL";

    /// How often something about subject `$1` of brand `$2` was tried in vain since `$3`.
    TRIES_COUNT = both
        "SELECT COUNT(*) AS number FROM proof_tries WHERE subject = $1 AND brand_id = $2 AND at > $3 AND NOT succeeded";

    /// Tries.
    TRIES_ADD = batch(id TEXT, brand_id TEXT, subject TEXT, kind TEXT, succeeded BOOLEAN, at BIGINT)
        "INSERT INTO proof_tries (id, brand_id, subject, kind, succeeded, at) \
         SELECT b.id, b.brand_id, b.subject, b.kind, b.succeeded, b.at FROM b WHERE TRUE";

    /// Orders of brand `$2` by compact number, or by what is behind the letters it begins with, whose person bought, and how
    /// the shop can reach the buyer: that very record, nobody merged with it.
    ORDERS_NAMED = batch(compact TEXT)
        "SELECT o.*, COALESCE(c.head_id, c.id) AS head, c.email AS buyer_email, c.digits AS buyer_digits \
         FROM (SELECT n.id FROM b JOIN orders n ON n.brand_id = $2 AND n.compact = b.compact \
         UNION SELECT n.id FROM b JOIN orders n ON n.brand_id = $2 \
         AND ltrim(n.compact, 'abcdefghijklmnopqrstuvwxyz') = b.compact) AS named \
         JOIN orders o ON o.id = named.id JOIN customers c ON c.id = o.customer_id \
         WHERE c.erased_at IS NULL ORDER BY o.id LIMIT 20";

    /// The people of brand `$1` with e-mail `$2` or phone `$3`: two are as good as none.
    WHO_HAS = both
        "SELECT DISTINCT COALESCE(c.head_id, c.id) AS id FROM customers c \
         WHERE c.brand_id = $1 AND c.email = $2 AND c.erased_at IS NULL \
         UNION SELECT DISTINCT COALESCE(c.head_id, c.id) AS id FROM customers c \
         WHERE c.brand_id = $1 AND c.digits = $3 AND c.erased_at IS NULL LIMIT 2";

    /// What was said directly in conversation `$1` from place `$2` to before `$3`, oldest first.
    SAID_SINCE = both
        "SELECT text FROM messages WHERE conversation_id = $1 AND seq >= $2 AND seq < $3 AND direction = 'in' \
         AND visibility = 'direct' ORDER BY seq LIMIT 20";

    /// Deletes codes that ended before `$1`.
    CODES_PRUNE = both
        "DELETE FROM link_codes WHERE valid_until < $1";

    /// Deletes tries made before `$1`.
    TRIES_PRUNE = both
        "DELETE FROM proof_tries WHERE at < $1";
}
