//! Words of the listening page.

table! {
    title: "Listening", "Lắng nghe";
    lead: "What is said in public: in servers, groups and comments. Lara answers only where the brand is addressed.", "Những gì được nói công khai: trong máy chủ, nhóm và bình luận. Lara chỉ trả lời khi được gọi tên.";
    any_mood: "Any mood", "Mọi cảm xúc";
    only_complaints: "Complaints only", "Chỉ lời phàn nàn";
    show: "Show", "Xem";
    older: "Older", "Cũ hơn";
    newest: "Newest", "Mới nhất";
    empty: "Nothing was said in public yet", "Chưa có ai nói gì công khai";
    empty_line: "Once Lara is in a server or group, or your page gets comments, they show here.", "Khi Lara ở trong máy chủ hoặc nhóm, hay trang có bình luận, chúng sẽ hiện ở đây.";
    empty_filter: "Nothing like that", "Không có tin nào như vậy";
    empty_filter_line: "Choose another mood or channel.", "Hãy chọn cảm xúc hoặc kênh khác.";
    days: "Mentions a day, last 30 days", "Lượt nhắc mỗi ngày, 30 ngày qua";
    none: "none", "không có";
    unread: "not read yet", "chưa đọc";
    in_all: "{n} in all, complaints: {c}", "tổng {n}, phàn nàn: {c}";
    mood: "Mood", "Cảm xúc";
    channel: "Channel", "Kênh";
    original: "Original", "Bài gốc";
    open: "Conversation", "Hội thoại";
    addressed: "to the brand", "gọi tên shop";
    with_parts: "(with an attachment)", "(có đính kèm)";
    answered_public: "answered in public", "đã trả lời công khai";
    answered_both: "answered in public and in private", "đã trả lời công khai và nhắn riêng";
    answered_agent: "answered by a colleague", "đồng nghiệp đã trả lời";
    answer_on_way: "the answer is on its way", "đang gửi trả lời";
    answer_lost: "the answer did not arrive for sure", "chưa chắc trả lời đã đến";
    waits: "waits for a human", "đang chờ người thật";
    listened: "listened to only", "chỉ lắng nghe";
    silent: "not answered", "không trả lời";
}
