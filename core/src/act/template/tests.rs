use super::*;
use crate::model::ChannelKind;
use std::collections::BTreeSet;

fn name(key: &str) -> TemplateName {
    TemplateName { key: key.to_owned(), language: Language::English, channel: None }
}

fn faults(body: &str) -> Vec<String> {
    check(&name("thanks"), body).err().into_iter().flatten().map(|fault| fault.to_string()).collect()
}

#[test]
fn every_key_has_a_template_in_both_languages() {
    let shipped: BTreeSet<_> = shipped().map(|(name, _)| (name.language, name.key)).collect();
    for language in Language::ALL {
        for key in KEYS.iter() {
            assert!(shipped.contains(&(*language, (*key).to_owned())), "{language}/{key}");
        }
    }
}

#[test]
fn no_shipped_template_has_a_key_nobody_asks_for() {
    for (name, _) in shipped() {
        assert!(check::known_key(&name.key).is_ok(), "{}", name.key);
    }
}

#[test]
fn an_intent_the_brand_added_may_have_a_template_and_a_misspelling_may_not() {
    assert!(is_key("rent_tea_set") && is_key("opening_hours"));
    assert_eq!(check::known_key("opening_hour"), Err(Some("opening_hours".to_owned())));
    for wrong in ["rent tea set", "Rent", "", "oos", "thuê"] {
        assert!(!is_key(wrong), "{wrong}");
    }
    assert!(
        check(&name("rent_tea_set"), "Yes, from {{#if facts.hours}}{{facts.hours}}{{else}}now{{/if}}")
            .is_ok()
    );
}

#[test]
fn every_shipped_template_passes_its_own_checks() {
    let broken: Vec<String> = shipped()
        .filter_map(|(name, body)| {
            let faults = check(&name, body).err()?;
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Some(format!("{}/{}: {}", name.language, name.key, faults.join("; ")))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_sample_of_every_key_renders_in_both_languages() {
    for (name, body) in shipped() {
        for trial in check(&name, body).unwrap().trials {
            assert!(!trial.text.contains("\n\n\n"), "{name:?} {trial:?}");
        }
    }
}

#[test]
fn a_wrong_name_is_found_with_its_place_and_the_nearest_right_one() {
    insta::assert_debug_snapshot!(faults("Hi {{customer.nmae}}!\n{{#if order}}ok {{ordr.number}}{{/if}} {{number}}"), @r#"
    [
        "1:4: there is no name customer.nmae here (did you mean customer.name?)",
        "2:17: there is no name ordr.number here (did you mean order.number?)",
        "2:40: there is no name number here (did you mean order.number?)",
    ]
    "#);
}

#[test]
fn names_are_checked_in_branches_nobody_takes_and_in_every_scope() {
    for (body, part) in [
        ("{{#if false}}{{nope}}{{/if}}x", "nope"),
        ("{{#if nope}}{{/if}}x", "nope"),
        ("{{#unless order}}{{else}}{{order.nope}}{{/unless}}x", "order.nope"),
        ("{{#each facts.delivery}}{{nope}}{{/each}}x", "nope"),
        ("{{#each facts.delivery}}{{../facts.nope}}{{/each}}x", "../facts.nope"),
        ("{{#each facts.delivery}}{{facts.phone}}{{/each}}x", "facts.phone"),
        ("{{#with order}}{{this.nope}}{{else}}y{{/with}}x", "this.nope"),
        ("{{#if (eq order.nope \"x\")}}{{/if}}x", "order.nope"),
        ("{{#if (nope order.number)}}{{/if}}x", "no helper (nope"),
        ("{{> nope}}x", "no partial nope"),
        ("{{> thanks}}x", "no partial thanks"),
        ("{{../brand.name}}x", "leads out"),
        ("{{@index}}x", "no @index"),
        ("{{order}}x", "is a group"),
        ("{{bot.first}}x", "yes or no"),
        ("{{#each order}}{{/each}}x", "needs a list"),
        ("{{lookup order \"number\"}}x", "cannot be used"),
        ("{{#each orders as |o|}}{{o}}{{/each}}x", "takes one name"),
    ] {
        let faults = faults(body).join("\n");
        assert!(faults.contains(part), "{body}: {faults}");
    }
}

#[test]
fn right_names_pass_in_every_scope() {
    for body in [
        "{{#each facts.delivery}}{{name}} {{this.fee}} {{../brand.name}} {{@root.brand.name}}{{else}}none{{/each}} x",
        "{{#with order}}{{number}} {{../brand.name}}{{else}}no order{{/with}}",
        "{{#each facts.payment_methods}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}x",
        "{{#if (or (eq order.status \"placed\") (not order.late))}}a{{else if product.in_stock}}b{{else}}c{{/if}}",
        "{{!-- a word for colleagues --}}x{{! another }}",
    ] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn hostile_templates_are_refused_before_the_compiler_sees_them() {
    let nested = format!("{}x{}", "{{#if order}}".repeat(1_600), "{{/if}}".repeat(1_600));
    let chained = format!("{{{{#if order}}}}x{}{{{{/if}}}}", "{{else if order}}y".repeat(900));
    let calls = format!("{{{{#if {}order{}}}}}x{{{{/if}}}}", "(not ".repeat(1_000), ")".repeat(1_000));
    let hidden = "{{!-- }} {{#if order}} --}}x";
    for body in [
        &nested,
        &chained,
        &calls,
        "{{{brand.name}}}",
        "{{~{brand.name}~}}",
        "{{&brand.name}}",
        "{{~ & brand.name}}",
        "{{{{raw}}}}{{{{/raw}}}}",
        "{{#*inline \"x\"}}{{> x}}{{/inline}}{{> x}}",
        "{{* x}}",
        "{{#> human}}x{{/human}}",
        "\\{{brand.name}}",
        "{{[brand].name}}",
        "{{#if order}}x",
        "x{{/if}}",
        "{{#if order}}x{{/unless}}",
        "{{else}}x",
        "{{^}}x",
        "{{#if \"}}",
        hidden,
        &"x".repeat(LONGEST + 1),
    ] {
        assert!(check(&name("thanks"), body).is_err(), "{}", body.chars().take(60).collect::<String>());
    }
}

#[test]
fn partials_that_include_each_other_are_refused() {
    let mutual = [("a", "{{> b}}"), ("b", "{{#if order}}{{> a}}{{/if}}")];
    let faults = library::compile_partials(mutual.into_iter()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.message.contains("includes itself")), "{faults:?}");
    assert!(library::compile_partials([("a", "{{> a}}")].into_iter()).is_err());
}

#[test]
fn a_value_is_never_markup() {
    let mut context = Context::empty();
    context.brand.name = Some("*A* [x](https://evil.vn) <b>{{order}}</b>\n- _y_".to_owned());
    let text = check::render_draft(&name("thanks"), "Hi {{brand.name}}", &context).unwrap();
    insta::assert_snapshot!(crate::act::markup::to_html(&crate::act::markup::parse(&text)),
        @"<p>Hi *A* [x](https://evil.vn) &lt;b&gt;{{order}}&lt;/b&gt;<br>- _y_</p>");
}

#[test]
fn what_is_not_known_is_an_error_not_a_hole() {
    let drafted = check::render_draft(&name("thanks"), "Open {{facts.hours}}.", &Context::empty());
    insta::assert_snapshot!(drafted.unwrap_err()[0].to_string(),
        @r#"1:6: for "this customer", facts.hours is not known: ask for it first with {{#if facts.hours}}"#);
}

#[test]
fn a_template_whose_facts_are_needed_need_not_ask_for_them() {
    assert!(check(&name("opening_hours"), "We open {{facts.hours}}.").is_ok());
    assert!(check(&name("thanks"), "We open {{facts.hours}}.").is_err());
}

#[test]
fn a_published_version_serves_before_the_shipped_one_and_a_broken_one_is_left_out() {
    let version = |key: &str, body: &str, version| TemplateVersion {
        id: crate::model::TemplateId::new(uuid::Uuid::nil()),
        brand: crate::model::BrandId::new(uuid::Uuid::nil()),
        name: name(key),
        version,
        body: body.to_owned(),
        published_by: None,
        published_at: crate::model::Timestamp::default(),
        restores: None,
    };
    let live = [version("thanks", "Any time!", 3), version("goodbye", "{{nope}}", 1)];
    let (set, faulty) = TemplateSet::compile(&live);
    let render = |key| set.render(key, Language::English, ChannelKind::Web, &Context::empty());
    let thanks = render("thanks").unwrap();
    assert_eq!((thanks.text.as_str(), thanks.used.version), ("Any time!", 3));
    assert_eq!(render("goodbye").unwrap().used.version, 0);
    assert_eq!(faulty[0].0.key, "goodbye");
    assert_eq!(render("nope"), Err(RenderFault::NoTemplate("nope".to_owned())));
}

#[test]
fn output_is_capped() {
    let mut context = Context::empty();
    context.brand.name = Some("x".repeat(3_000));
    let body = "{{brand.name}}".repeat(6);
    assert!(check::render_draft(&name("thanks"), &body, &context).is_err());
}

proptest::proptest! {
    #[test]
    fn no_source_makes_the_checks_fall_over(body in "(\\{\\{|\\}\\}|#if |#each |/if|/each|else|order|facts\\.delivery|name|~|\\(|\\)|eq |\"|'|!--|--|\\\\|>|\\.\\./|[a-z ]){0,40}") {
        let _ = check(&name("thanks"), &body);
    }
}
