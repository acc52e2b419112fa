// Everything the widget says, in both languages, and how it writes times.

const TEXTS = {
  vi: {
    open: "Mở khung chat",
    openUnread: (n) => `Mở khung chat, ${n} tin chưa đọc`,
    close: "Đóng khung chat",
    about: "Trợ lý tự động, có người thật khi cần",
    aboutHuman: (name) => `${name} đang hỗ trợ bạn`,
    log: "Tin nhắn",
    write: "Nhập tin nhắn…",
    writeLabel: "Tin nhắn của bạn",
    send: "Gửi",
    pending: "Đang gửi",
    sent: "Đã gửi",
    failed: "Chưa gửi được",
    retry: "Gửi lại",
    typing: "Đang soạn câu trả lời",
    answers: "Gợi ý trả lời",
    bot: "Trợ lý",
    agent: "Nhân viên",
    you: "Bạn",
    offline: "Mất kết nối. Đang thử kết nối lại…",
    unavailable: "Khung chat đang bận. Bạn thử lại sau ít phút nhé.",
    tooLong: "Tin nhắn hơi dài, bạn chia nhỏ giúp mình nhé.",
    slowDown: "Bạn nhắn hơi nhanh. Mình sẽ gửi tiếp ngay thôi.",
    newBelow: "Tin mới ↓",
    elsewhere: "Nhắn tiếp ở ứng dụng khác",
    elsewhereLead: "Nhắn tiếp ở nơi bạn quen dùng, shop vẫn nhận ra bạn:",
    elsewhereOn: (name) => `Tiếp tục trên ${name}`,
    elsewhereSay: "rồi gõ",
    elsewhereCode: "Hoặc gõ ở đó mã",
    elsewhereUntil: (time) => `Mã dùng được một lần, đến ${time}. Đừng đưa cho ai.`,
    elsewhereLater: "Bạn vừa lấy nhiều mã rồi. Thử lại sau một phút nhé.",
    hello: (name) => (name ? `Chào ${name}!` : "Xin chào!"),
    helloText: (brand) =>
      brand
        ? `Mình là trợ lý tự động của ${brand}. Bạn cần mình giúp gì?`
        : "Mình là trợ lý tự động của cửa hàng. Bạn cần mình giúp gì?",
    starters: ["Đơn hàng của mình đến đâu rồi?", "Phí giao hàng bao nhiêu?", "Đổi trả thế nào?", "Cho mình gặp nhân viên"],
    today: "Hôm nay",
    yesterday: "Hôm qua",
  },
  en: {
    open: "Open chat",
    openUnread: (n) => `Open chat, ${n} unread`,
    close: "Close chat",
    about: "Assistant, with people when needed",
    aboutHuman: (name) => `${name} is with you`,
    log: "Messages",
    write: "Write a message…",
    writeLabel: "Your message",
    send: "Send",
    pending: "Sending",
    sent: "Sent",
    failed: "Not sent",
    retry: "Try again",
    typing: "Writing an answer",
    answers: "Suggested answers",
    bot: "Assistant",
    agent: "Support",
    you: "You",
    offline: "Connection lost. Trying again…",
    unavailable: "Chat is busy right now. Please try again in a few minutes.",
    tooLong: "That is a little long. Please send it in parts.",
    slowDown: "That was quick. The rest goes out in a moment.",
    newBelow: "New message ↓",
    elsewhere: "Continue in another app",
    elsewhereLead: "Go on where you like to chat. We will still know you:",
    elsewhereOn: (name) => `Continue on ${name}`,
    elsewhereSay: "then type",
    elsewhereCode: "Or type there the code",
    elsewhereUntil: (time) => `It works once, until ${time}. Give it to nobody.`,
    elsewhereLater: "That were many codes. Please try again in a minute.",
    hello: (name) => (name ? `Hi ${name}!` : "Hello!"),
    helloText: (brand) =>
      brand
        ? `I am the automatic assistant of ${brand}. What can I do for you?`
        : "I am the shop's automatic assistant. What can I do for you?",
    starters: ["Where is my order?", "How much is delivery?", "How do returns work?", "Talk to a person"],
    today: "Today",
    yesterday: "Yesterday",
  },
};

/** The language of the widget: the script tag's, else the browser's. */
function pickLanguage(wish) {
  const first = (wish || navigator.language || "en").toLowerCase();
  return first.startsWith("vi") ? "vi" : "en";
}

/** Times as the language writes them. */
function clockOf(language) {
  const locale = language === "vi" ? "vi-VN" : "en-GB";
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
  return {
    time: (date) => time.format(date),
    dayKey,
    day(date) {
      const today = new Date();
      const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
      if (dayKey(date) === dayKey(today)) return TEXTS[language].today;
      if (dayKey(date) === dayKey(yesterday)) return TEXTS[language].yesterday;
      const text = day.format(date);
      return text.charAt(0).toUpperCase() + text.slice(1);
    },
  };
}
