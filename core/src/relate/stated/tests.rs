//! What counts as a statement, and mostly what does not.

use super::*;

/// What is read, as one line: `size=M`, `-size`.
fn shown(text: &str) -> String {
    let said = read(text).into_iter().map(|said| match said {
        Said::Keep { key, value } => format!("{key}={value}"),
        Said::Forget(Forget::Topic(topic)) => format!("-{topic}"),
        Said::Forget(Forget::Last) => "-last".to_owned(),
    });
    said.collect::<Vec<_>>().join(" ")
}

fn all(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases.iter().filter(|(text, expected)| shown(text) != *expected).collect();
    let read: Vec<_> = wrong.iter().map(|(text, _)| shown(text)).collect();
    assert!(wrong.is_empty(), "{wrong:#?} read as {read:#?}");
}

fn nothing(texts: &[&str]) {
    let read: Vec<_> =
        texts.iter().map(|text| (text, shown(text))).filter(|(_, read)| !read.is_empty()).collect();
    assert!(read.is_empty(), "{read:#?}");
}

#[test]
fn people_say_how_they_want_to_be_called() {
    all(&[
        ("gọi em là chị Lan", "address_form=chị name=Lan"),
        ("Gọi mình là chị Lan nhé shop", "address_form=chị name=Lan"),
        ("shop cứ gọi em là chị Lan nhé", "address_form=chị name=Lan"),
        ("goi minh la anh nhe", "address_form=anh"),
        ("goi em la chi lan nha", "address_form=chị name=Lan"),
        ("gọi mk là c Lan nha", "address_form=chị name=Lan"),
        ("kêu tui là chị Ba nghen", "address_form=chị name=Ba"),
        ("xưng hô anh nhé", "address_form=anh"),
        ("xưng hô với mình là chị nha", "address_form=chị"),
        ("dạ gọi em là anh Minh ạ", "address_form=anh name=Minh"),
        ("hãy gọi tôi là bác", "address_form=bác"),
        ("gọi em là chị được không shop?", "address_form=chị"),
        ("gọi mình là Lan thôi", "-address_form name=Lan"),
        ("goi minh la lan thoi", "-address_form name=Lan"),
        ("gọi em là Nguyễn Thị Lan nhé", "name=Nguyễn Thị Lan"),
        ("đừng gọi em là chị", "-address_form"),
        ("đừng gọi mình là anh, gọi là chị nhé", "-address_form address_form=chị"),
        ("call me chị Lan", "address_form=chị name=Lan"),
        ("Please call me Minh.", "name=Minh"),
        ("hi! you can call me Minh, where is my order?", "name=Minh"),
        ("just call me Lan", "-address_form name=Lan"),
        ("call me Ms Lan please", "name=Lan"),
        ("don't call me sir", "-address_form"),
    ]);
}

#[test]
fn nobody_is_called_what_they_did_not_ask_for() {
    nothing(&[
        "call me back",
        "Call me tomorrow",
        "CALL ME NOW",
        "please call me when it arrives",
        "call me at 0912345678",
        "Call Me Maybe",
        "why do you call me Minh?",
        "can you call me?",
        "gọi em nhé",
        "gọi cho chị nhé",
        "goi anh truoc khi giao",
        "tới nơi gọi em là em ra lấy",
        "gọi em là có ngay",
        "goi em la co ngay",
        "gọi em là được",
        "gọi em là gì cũng được",
        "sao shop gọi em là chị?",
        "shop đang gọi em là chị đó",
        "mọi người hay gọi mình là Lan",
        "shop gọi em là chị mà em là con trai",
        "chị ơi cho em hỏi",
        "em là Lan",
        "anh Minh giao hàng chưa tới",
        "chị Lan tư vấn nhiệt tình lắm",
        "xưng anh em cho thân",
        "gọi vợ em là chị Hoa nhé",
        "gọi điện cho em lúc 5h",
        "goi ban la nguoi khac",
    ]);
}

#[test]
fn people_say_their_size() {
    all(&[
        ("em mặc size M", "size=M"),
        ("em mac size m nhe", "size=M"),
        ("Mình thường mặc áo size L", "size=L"),
        ("em hay mặc size S", "size=S"),
        ("e mang giày size 38.5", "size=38.5"),
        ("chị mặc size xl, còn hàng không em?", "size=XL"),
        ("size của mình là L", "size=L"),
        ("size giày em là 39", "size=39"),
        ("sz mk la XL", "size=XL"),
        ("I wear a size 38", "size=38"),
        ("I'm a size M.", "size=M"),
        ("my shoe size is 42", "size=42"),
        ("i usually wear size S, is it in stock?", "size=S"),
    ]);
}

#[test]
fn a_size_that_is_asked_ordered_or_anothers_is_nobodys() {
    nothing(&[
        "có size M không?",
        "size M còn không shop",
        "còn size L ko",
        "em mặc size M có vừa không",
        "em cao 1m6 mặc size nào",
        "em mặc size M hay L?",
        "con em mặc size S",
        "chồng mình mang size 42",
        "bạn em mặc size M",
        "em gái mình mặc size S",
        "size của con mình là S",
        "size của chồng em là XL",
        "em đặt size M",
        "cho em size M",
        "lấy size L nhé",
        "shop giao nhầm size S",
        "em không mặc size M",
        "nếu em mặc size M thì sao",
        "hồi trước em mặc size S",
        "em mặc size M bị rộng",
        "em mặc size M hơi chật",
        "em mặc size M hoặc L",
        "do you have size M?",
        "size 38 please",
        "my son wears size M",
        "I want size M",
        "I ordered a size M",
        "would I wear size M?",
        "I used to wear size S",
        "is my size M?",
        "em mặc size 1000",
        "I wear size matters",
    ]);
}

#[test]
fn people_say_what_they_do_not_bear() {
    all(&[
        ("em không ăn được đậu phộng", "avoid:peanut=đậu phộng"),
        ("minh khong an dc dau phong nhe", "avoid:peanut=dau phong"),
        ("em bị dị ứng hải sản", "avoid:seafood=hải sản"),
        ("di ung tom va cua", "avoid:shrimp=tom avoid:crab=cua"),
        ("mình dị ứng sữa, trứng và các loại hạt", "avoid:milk=sữa avoid:egg=trứng avoid:nut=các loại hạt"),
        ("e ko an cay", "avoid:spicy=cay"),
        ("no nuts", "avoid:nut=nuts"),
        ("No peanuts please!", "avoid:peanut=peanuts"),
        ("I'm allergic to peanuts and shellfish.", "avoid:peanut=peanuts avoid:seafood=shellfish"),
        ("I can't eat gluten", "avoid:gluten=gluten"),
        ("I'm lactose intolerant", "avoid:milk=lactose"),
        ("I'm vegetarian", "diet=vegetarian"),
        ("i am a vegan", "diet=vegan"),
        ("mình ăn chay", "diet=vegetarian"),
        ("em an chay truong", "diet=vegan"),
    ]);
}

#[test]
fn a_story_of_harm_is_no_plain_statement() {
    for text in [
        "I'm allergic to peanuts",
        "em bị dị ứng hải sản ạ",
        "mình không ăn được đậu phộng nha shop",
        "No nuts please",
    ] {
        assert!(only_avoids(text) && says_only(text), "{text}");
    }
    for text in [
        "em dị ứng tôm nổi mẩn phải đi viện",
        "I'm allergic to peanuts and your cake had them",
        "em bị dị ứng hải sản mà shop giao mắm tôm",
        "I'm allergic to nuts. My throat is swelling",
        "gọi em là chị Lan, đồ lừa đảo",
        "em mặc size M",
    ] {
        assert!(!only_avoids(text), "{text}");
    }
    assert!(!says_only("I'm allergic to nuts, my throat is swelling up badly"));
    assert!(!says_only("gọi em là chị Lan. Đơn em đâu rồi vậy"));
}

#[test]
fn what_is_asked_told_of_others_or_of_the_goods_is_no_allergy() {
    nothing(&[
        "kem này có gây dị ứng không?",
        "dùng xong bị dị ứng sau 2 ngày",
        "em bị dị ứng da",
        "con em dị ứng sữa",
        "my son is allergic to peanuts",
        "I'm not allergic to nuts",
        "em không bị dị ứng tôm",
        "is it ok for people allergic to nuts?",
        "are there no nuts in this?",
        "there were no nuts in the box",
        "no problem",
        "No milk in the parcel, you forgot it",
        "bánh có đậu phộng không",
        "hôm nay em không ăn cay",
        "shop có đồ ăn chay không",
        "em muốn mua đồ ăn chay",
        "hôm nay mình ăn chay",
        "is this vegan?",
        "my friend is vegan, I'm not",
        "không ăn được vì hư rồi",
        "hàng hỏng không ăn được",
        "khong an duoc tien cua khach",
    ]);
}

#[test]
fn what_is_to_be_remembered_is_kept_in_their_words() {
    all(&[
        ("Nhớ giúp mình là luôn gói quà bằng giấy dó nhé", "note=luôn gói quà bằng giấy dó nhé"),
        ("please remember that I only receive parcels after 6 pm.", "note=I only receive parcels after 6 pm"),
        ("ghi nhớ giúp em là giao giờ hành chính", "note=giao giờ hành chính"),
    ]);
    nothing(&[
        "do you remember that?",
        "Remember me?",
        "nhớ giao sớm giúp em",
        "I can't remember that",
        "remember that?",
        "nhớ giúp mình nha",
    ]);
    assert_eq!(shown(&format!("nhớ giúp là {}", "dài ".repeat(80))), "");
}

#[test]
fn people_ask_to_be_forgotten_in_part() {
    all(&[
        ("forget my size", "-size"),
        ("Please forget about my allergies", "-avoid"),
        ("quên size của em đi", "-size"),
        ("quen cai size cua minh di nhe", "-size"),
        ("quên tên em đi", "-name"),
        ("forget that", "-last"),
        ("quên chuyện đó đi", "-last"),
        ("forget what I said", "-last"),
        ("quên sở thích của mình đi", "-asked -bought"),
        ("đừng nhớ size của mình nữa", "-size"),
    ]);
    nothing(&[
        "forget it",
        "quên đi",
        "em quên mật khẩu",
        "I forgot my size",
        "I forget my password",
        "forget my password",
        "mình quên size rồi",
        "shop quên giao hàng đi",
        "did you forget my size?",
        "quên tên đơn hàng rồi",
        "don't forget my order",
    ]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in "(\\PC|gọi em là |call me |size |em mặc |dị ứng |quên |nhớ giúp là |[ ,.?]){0,60}") {
        for said in read(&text) {
            if let Said::Keep { key, value } = said {
                proptest::prop_assert!(!value.is_empty() && value.chars().count() <= 400, "{}", key);
                proptest::prop_assert!(key != "address_form" || ["anh", "chị", "em", "cô", "chú", "bác", "bạn", "cháu", "ông", "bà"].contains(&value.as_str()));
            }
        }
    }

    #[test]
    fn a_name_never_tells_how_to_call_somebody(name in "(Chị|Anh|Lan|Minh|Cô|Bác|Em|Thị|Văn)( (Lan|Minh|Hoa|Anh|Chi)){0,2}") {
        for text in [format!("em là {name}"), format!("tên em là {name}"), format!("my name is {name}"), name.clone()] {
            proptest::prop_assert_eq!(shown(&text), "", "{}", text);
        }
    }

    #[test]
    fn a_question_states_no_size(size in "(S|M|L|XL|38|42)", asked in 0..6_usize) {
        let asked = ["có size * không", "còn size * ko", "size * bao nhiêu tiền", "do you have size *", "is size * in stock", "em mặc size * được không"][asked];
        let text = asked.replace('*', &size);
        proptest::prop_assert_eq!(shown(&text), "", "{}", text);
        let marked = format!("{text}?");
        proptest::prop_assert_eq!(shown(&marked), "", "{}", marked);
    }
}
