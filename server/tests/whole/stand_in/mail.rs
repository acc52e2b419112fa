//! A mail server: takes what it is given, or falls silent when it has it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One mail.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    /// Who it was for.
    pub(crate) to: Vec<String>,
    /// Headers and text, unfolded where lines were cut for the way.
    pub(crate) data: String,
}

/// The server and what it took.
#[derive(Debug, Clone)]
pub(crate) struct MailServer {
    /// The `smtp_url` of a target.
    pub(crate) url: String,
    mails: Arc<Mutex<Vec<Mail>>>,
    silent: Arc<AtomicBool>,
}

impl MailServer {
    /// Listens.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, mails: Arc::default(), silent: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(line).await });
            }
        });
        server
    }

    /// From now on it takes mails and says nothing.
    pub(crate) fn falls_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// What it took.
    pub(crate) fn took(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    async fn talk(&self, line: TcpStream) -> std::io::Result<()> {
        let mut line = BufReader::new(line);
        line.write_all(b"220 mail.example\r\n").await?;
        let mut mail = Mail::default();
        let mut said = String::new();
        while line.read_line(&mut said).await? > 0 {
            let word = said.trim_end().to_owned();
            said.clear();
            let upper = word.to_ascii_uppercase();
            if let Some(to) = upper.strip_prefix("RCPT TO:<") {
                mail.to.push(to.split('>').next().unwrap().to_lowercase());
            }
            if upper == "DATA" {
                line.write_all(b"354 go on\r\n").await?;
                while line.read_line(&mut said).await? > 0 && !said.ends_with("\r\n.\r\n") {}
                mail.data = std::mem::take(&mut said).replace("=\r\n", "");
                self.mails.lock().unwrap().push(std::mem::take(&mut mail));
                if self.silent.load(Ordering::SeqCst) {
                    std::future::pending::<()>().await;
                }
            }
            let answer: &[u8] = match upper.as_str() {
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            line.write_all(answer).await?;
        }
        Ok(())
    }
}
