//! What operators get wrong, and what they are told.

use super::*;

fn file_error(text: &str) -> String {
    format!("{:#}", file::parse(text, "lara.toml").unwrap_err())
}

fn env_error(name: &str, value: &str) -> String {
    format!("{:#}", env::read([(name.to_owned(), value.to_owned())].into_iter()).unwrap_err())
}

#[test]
fn nothing_set_is_a_local_shop_on_sqlite() {
    let config = Config::merge(Settings::default(), Settings::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database_url.expose_secret(), "sqlite:data/lara.db");
    assert_eq!(config.public_url.as_str(), "http://localhost:8080/");
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = file::parse("listen = \"0.0.0.0:1\"\ndata_dir = \"a\"", "lara.toml").unwrap();
    let env = env::read([("LARA_LISTEN".to_owned(), "0.0.0.0:2".to_owned())].into_iter()).unwrap();
    let config = Config::merge(file, env).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.data_dir, PathBuf::from("a"));
}

#[test]
fn a_wrong_key_is_refused_with_line_and_nearest_name() {
    let error = file_error("data_dir = \"data\"\n\nlisten_on = \"0.0.0.0:80\"\n");
    assert!(error.starts_with("lara.toml:3: unknown field `listen_on`"), "{error}");
    assert!(error.ends_with("did you mean `listen`?"), "{error}");
}

#[test]
fn a_wrong_value_is_refused_with_its_line() {
    let error = file_error("\nlisten = \"everywhere\"\n");
    assert!(error.starts_with("lara.toml:2: "), "{error}");
    let error = file_error("[channels.shop]\nkind = \"apps\"\nbrand = \"moc\"\n");
    assert!(error.contains("lara.toml:2") && error.contains("did you mean `app`?"), "{error}");
}

#[test]
fn an_unknown_variable_is_refused_with_the_nearest_name() {
    assert!(
        env_error("LARA_LISTN", "x").ends_with("unknown variable LARA_LISTN - did you mean LARA_LISTEN?")
    );
    assert!(env_error("LARA_LISTEN", "x").contains("is not an address and port"));
}

#[test]
fn an_unknown_database_is_refused_without_showing_the_password() {
    let file = Settings {
        database_url: Some(SecretString::from("mysql://me:secret@host/db")),
        ..Settings::default()
    };
    let error = format!("{:#}", Config::merge(file, Settings::default()).unwrap_err());
    assert!(error.contains("use sqlite:PATH or postgres://"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn an_app_channel_without_a_token_is_refused() {
    let file = file::parse("[channels.app]\nkind = \"app\"\nbrand = \"moc\"\n", "lara.toml").unwrap();
    let error = format!("{:#}", Config::merge(file, Settings::default()).unwrap_err());
    assert!(error.contains("[channels.app]") && error.contains("needs token"), "{error}");
}

#[test]
fn the_understanding_is_set_by_file_and_environment() {
    let text = "[understanding]\nengine = \"bert\"\nencoder = { en = \"a\", vi = \"b\" }\ncascade = 0.9\n";
    let file = file::parse(text, "lara.toml").unwrap();
    let variable = ("LARA_ENCODER_DEADLINE_MS".to_owned(), "300".to_owned());
    let env = env::read([variable].into_iter()).unwrap();
    let config = Config::merge(file, env).unwrap();
    assert!(config.understanding.wants_bert());
    assert_eq!((config.understanding.deadline_ms, config.understanding.cascade), (Some(300), Some(0.9)));
    assert!(!Config::merge(Settings::default(), Settings::default()).unwrap().understanding.wants_bert());
}

#[test]
fn a_wrong_setting_of_the_understanding_is_refused_with_the_nearest_name() {
    let error = file_error("[understanding]\nencodr = \"a\"\n");
    assert!(error.starts_with("lara.toml:2: ") && error.ends_with("did you mean `encoder`?"), "{error}");
    let error = file_error("[understanding]\nengine = \"brt\"\n");
    assert!(error.ends_with("did you mean `bert`?"), "{error}");
    assert!(env_error("LARA_ENGINE", "magic").ends_with("is not linear or bert"));
}

fn channels_error(text: &str) -> String {
    let whole = file::parse(text, "lara.toml").and_then(|file| Config::merge(file, Settings::default()));
    format!("{:#}", whole.unwrap_err())
}

#[test]
fn every_kind_of_channel_is_configured_in_its_own_words() {
    let text = r#"
        [channels.tg]
        kind = "telegram"
        brand = "moc"
        token = "env:TELEGRAM_TOKEN"
        mode = "webhook"
        [channels.dc]
        kind = "discord"
        brand = "moc"
        token = "file:/run/secrets/discord"
        guild = 1234567890123456789
        watched = [1, "2"]
        [channels.page]
        kind = "messenger"
        brand = "moc"
        account = 4711
        token = "EAAG"
        app_secret = "0123"
        verify_token = "moc"
    "#;
    let config = Config::merge(file::parse(text, "lara.toml").unwrap(), Settings::default()).unwrap();
    let settings = |name: &str| serde_json::Value::Object(config.channels[name].settings());
    assert_eq!(settings("tg"), serde_json::json!({ "mode": "webhook" }));
    assert_eq!(settings("dc"), serde_json::json!({ "guild": "1234567890123456789", "watched": ["1", "2"] }));
    assert_eq!(config.channels["page"].account.as_deref(), Some("4711"));
    let secrets: Vec<_> = config.channels["page"].secrets().map(|(name, _)| name).collect();
    assert_eq!(secrets, ["token", "app_secret", "verify_token"]);
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let text =
        "[channels.tg]\nkind = \"telegram\"\nbrand = \"moc\"\ntoken = \"1:a\"\ngraph_url = \"http://x\"\n";
    let error = channels_error(text);
    assert!(
        error.contains("[channels.tg]") && error.contains("graph_url is not known to kind = \"telegram\""),
        "{error}"
    );
    let error = channels_error("[channels.tg]\nkind = \"telegram\"\nbrand = \"moc\"\ntokn = \"1:a\"\n");
    assert!(error.starts_with("lara.toml:4: ") && error.ends_with("did you mean `token`?"), "{error}");
    let error = channels_error(
        "[channels.p]\nkind = \"messenger\"\nbrand = \"moc\"\ntoken = \"a\"\naccount = \"1\"\n",
    );
    assert!(error.contains("needs app_secret; docs/channels/messenger.md"), "{error}");
}

#[test]
fn no_mistake_puts_a_secret_into_the_error() {
    let secret = "8123456789";
    for line in [
        format!("token = {secret}"),
        format!("token = {secret}.5"),
        format!("token = \"{secret}"),
        format!("token = [\"{secret}\"]"),
        format!("token = {{ is = \"{secret}\" }}"),
        format!("token = \"{secret}\"\nbrnd = \"moc\""),
        format!("token = \"{secret}\"\nmode = \"push\""),
        format!("token = \"{secret}\"\ntoken = \"{secret}\""),
        format!("token = \"{secret}\"\nkind = 7"),
    ] {
        let error = channels_error(&format!("[channels.tg]\nkind = \"telegram\"\nbrand = \"moc\"\n{line}\n"));
        assert!(!error.contains(secret), "{line}: {error}");
    }
    let text = format!("[channels.tg]\nkind = \"telegram\"\nbrand = \"moc\"\ntoken = \"{secret}\"\n");
    let config = Config::merge(file::parse(&text, "lara.toml").unwrap(), Settings::default()).unwrap();
    assert!(!format!("{config:?}").contains(secret), "{config:?}");
}

#[test]
fn a_secret_is_read_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "123:abc\nsomething else\n").unwrap();
    let read = |text: &str| text.parse::<SecretRef>().and_then(|secret| secret.read());
    assert_eq!(clear(&read(&format!("file:{}", path.display())).unwrap()), "123:abc");
    assert_eq!(clear(&read("123:abc").unwrap()), "123:abc", "a token has a colon too");
    let error = format!("{:#}", read("env:LARA_NO_SUCH_VARIABLE").unwrap_err());
    assert!(error.contains("the environment has no LARA_NO_SUCH_VARIABLE"), "{error}");
    assert!(read("env:").is_err() && read("").is_err());
    std::fs::write(&path, "\n").unwrap();
    assert!(read(&format!("file:{}", path.display())).unwrap_err().to_string().contains("holds no secret"));
}

fn alert_error(table: &str) -> String {
    let file = file::parse(&format!("[alerts.night]\n{table}"), "lara.toml");
    match file.and_then(|file| Config::merge(file, Settings::default())) {
        Ok(_) => String::new(),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn a_target_that_could_wake_nobody_is_refused() {
    for (table, says) in [
        ("kind = \"telegram\"\ntoken = \"x\"", "[alerts.night]: a telegram alert needs chat_id"),
        ("kind = \"telegram\"\nchat_id = 1\ntoken = \"x\"\nchannel = \"y\"", "one of token and channel"),
        ("kind = \"discord\"\nuser_id = \"1\"", "give one of token and channel"),
        ("kind = \"email\"\nfrom = \"a@b.example\"", "needs smtp_url, from and to"),
        (
            "kind = \"email\"\nfrom = \"a@b.example\"\nto = [\"c@d.example\"]\nsmtp_url = \"smtp://me:hush@mail.example:587\"",
            "would send the password in the clear",
        ),
        ("kind = \"webhook\"\nurl = \"https://x.example\"\nsecret = \"short\"", "too short to sign with"),
        ("kind = \"email\"\nrules = []", "needs smtp_url"),
        ("kind = \"telegram\"\nchat_id = 1\ntoken = \"x\"\nrules = []", "rules is empty"),
        ("kind = \"telegram\"\nrules = [\"urgnt\"]", "did you mean `urgent`?"),
        ("kind = \"pigeon\"", "unknown variant `pigeon`"),
    ] {
        let error = alert_error(table);
        assert!(error.contains(says) && !error.contains("hush"), "{table}: {error}");
    }
}

#[test]
fn a_target_needs_no_more_than_it_says() {
    for table in [
        "kind = \"telegram\"\nchat_id = 1\ntoken = \"x\"",
        "kind = \"telegram\"\nchat_id = \"@night\"\nchannel = \"shop-bot\"",
        "kind = \"discord\"\nwebhook_url = \"https://discord.com/api/webhooks/1/x\"",
        "kind = \"email\"\nfrom = \"a@b.example\"\nto = [\"c@d.example\"]\nsmtp_url = \"smtps://me:hush@mail.example\"",
        "kind = \"email\"\nfrom = \"a@b.example\"\nto = [\"c@d.example\"]\nsmtp_url = \"smtp://127.0.0.1:25\"",
        "kind = \"webhook\"\nurl = \"https://x.example\"\nsecret = \"sixteen characters\"",
    ] {
        assert_eq!(alert_error(table), "", "{table}");
    }
}
