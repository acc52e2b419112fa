//! Words around what was said: what came with a message, what happened to it, and where in public it was said.

table! {
    // What came with a message
    image: "Picture", "Ảnh";
    video: "Video", "Video";
    audio: "Sound", "Âm thanh";
    voice: "Voice message", "Tin nhắn thoại";
    file: "File", "Tệp";
    sticker: "Sticker", "Nhãn dán";
    location: "Location", "Vị trí";
    contact: "Contact card", "Danh thiếp";
    link: "Link", "Liên kết";
    other: "Attachment", "Đính kèm";
    open_map: "Open the map", "Mở bản đồ";
    being_fetched: "being fetched", "đang tải về";
    refused: "not kept: {why}", "không lưu: {why}";
    why_too_large: "larger than 20 MB", "lớn hơn 20 MB";
    why_gone: "the platform no longer has it", "nền tảng không còn giữ";
    why_private: "its address is not public", "địa chỉ không công khai";
    why_unreachable: "it could not be fetched", "không tải về được";
    why_empty: "it is empty", "tệp rỗng";
    // What happened to a message
    edited: "edited", "đã sửa";
    withdrawn: "The customer took this message back.", "Khách đã thu hồi tin nhắn này.";
    delivered: "delivered", "đã nhận";
    read: "read", "đã xem";
    in_private: "In private", "Nhắn riêng";
    said_public: "in public", "công khai";
    said_mention: "in public, to the brand", "công khai, gọi tên shop";
    elsewhere: "From the platform's inbox", "Từ hộp thư của nền tảng";
    owner_elsewhere: "A colleague in the platform's inbox", "Đồng nghiệp ở hộp thư nền tảng";
    unreachable: "The platform says this person cannot be reached since {when}: they blocked us or are gone.", "Nền tảng báo không liên lạc được người này từ {when}: họ đã chặn hoặc rời đi.";
    see_original: "See it in its place", "Xem tại chỗ";
}
