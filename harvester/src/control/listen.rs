//! The side of the server: takes commands at a socket in DATA and does them, several at the same time.
//!
//! Talking is async, working is not: each command has a thread of its own, which hands its frames through a short channel to the task that
//! writes them. A result that is not read stops the thread at the channel, so that memory stays small however large the result is; progress
//! is dropped there, so that nobody who reads slowly delays a harvest.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::frames::{Frame, MOST_OUTPUT};
use super::say::one_line;
use super::{Asker, Interest, Operate, Request, place};

/// Commands at the same time.
const MOST_AT_ONCE: usize = 64;

/// How long a command may take to be sent: it comes from the same machine.
const SENDING: Duration = Duration::from_secs(10);

/// How long commands may take to end when the server does.
const ENDING: Duration = Duration::from_secs(10);

/// Frames that wait to be written to one asker: a mebibyte of result.
const WAITING_FRAMES: usize = 16;

/// A server's socket, until it is [closed](Listening::close).
#[derive(Debug)]
pub struct Listening {
    path: PathBuf,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Listening {
    /// Takes commands at this path from now on. Whoever calls has DATA's lock.
    ///
    /// # Errors
    /// When no socket can be made there.
    pub fn start(path: &Path, operator: Arc<dyn Operate>, runtime: &Handle) -> io::Result<Self> {
        let listener = place::listen(path)?;
        listener.set_nonblocking(true)?;
        let _inside = runtime.enter();
        let listener = UnixListener::from_std(listener)?;
        let (stop, stopped) = watch::channel(false);
        Ok(Self {
            path: path.to_owned(),
            stop,
            accepting: runtime.spawn(accept(listener, operator, stopped)),
        })
    }

    /// Takes no more commands, tells those under way that the server ends, and waits for them, though not for ever.
    ///
    /// # Errors
    /// When the socket cannot be removed.
    pub async fn close(self) -> io::Result<()> {
        self.stop.send_replace(true);
        let removed = place::remove(&self.path);
        self.accepting.await.map_err(io::Error::other)?;
        removed
    }
}

async fn accept(
    listener: UnixListener,
    operator: Arc<dyn Operate>,
    mut stopped: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MOST_AT_ONCE));
    let mut under_way = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            // one who has the sender is asked to stop, one who lost it has stopped
            _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
            Some(_) = under_way.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // no descriptor was free, most likely: whoever asks waits until there is one
                tracing::warn!("a command could not be taken: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            turn_away(&stream);
            continue;
        };
        let (operator, stopped) = (Arc::clone(&operator), stopped.clone());
        under_way.spawn(async move {
            attend(stream, operator, stopped).await;
            drop(place);
        });
    }
    drop(listener);
    let all = async { while under_way.join_next().await.is_some() {} };
    if tokio::time::timeout(ENDING, all).await.is_err() {
        tracing::warn!("commands under way are given up, as the server ends");
    }
}

fn turn_away(stream: &UnixStream) {
    let sentence =
        format!("the server has {MOST_AT_ONCE} commands under way; give this one again later");
    // a buffer that nobody has written to takes it; who has gone away already does not miss it
    let _ = stream.try_write(&Frame::Failed(sentence).encode());
}

/// Reads a command, does it, and sends what comes of it.
async fn attend(
    stream: UnixStream,
    operator: Arc<dyn Operate>,
    mut stopped: watch::Receiver<bool>,
) {
    let (mut reader, mut writer) = stream.into_split();
    let read = tokio::select! {
        // nothing was begun: whoever asks finds another way
        _ = stopped.wait_for(|is_stopped| *is_stopped) => return,
        read = request(&mut reader) => read,
    };
    let request = match read {
        Ok(request) => request,
        Err(sentence) => {
            // who has gone away already does not want to know
            let _ = writer.write_all(&Frame::Failed(sentence).encode()).await;
            return;
        }
    };
    let (sender, frames) = mpsc::channel(WAITING_FRAMES);
    let (interest, interested) = watch::channel(Interest::Waiting);
    let asker = Remote {
        frames: sender.clone(),
        interest: interested,
    };
    let working = async {
        let last = work(operator, request, asker).await;
        // fails when nobody reads any more
        let _ = sender.send(last).await;
        drop(sender);
    };
    tokio::select! {
        _ = async { tokio::join!(working, write(&mut writer, frames)) } => {}
        () = look_out(&mut reader, stopped, &interest) => {}
    }
}

async fn request(reader: &mut OwnedReadHalf) -> Result<Request, String> {
    let frame = tokio::time::timeout(SENDING, Frame::read_async(reader))
        .await
        .map_err(|_| {
            format!(
                "no command came within {} seconds; give it again",
                SENDING.as_secs()
            )
        })?
        .map_err(|error| error.to_string())?;
    let Frame::Request(json) = frame else {
        return Err("what came over the socket is no command".to_owned());
    };
    serde_json::from_slice(&json).map_err(|error| {
        format!("the server does not know this command ({error}); it may be of another version: start it again")
    })
}

/// Does the command in a thread; the frame that ends the answer.
async fn work(operator: Arc<dyn Operate>, request: Request, asker: Remote) -> Frame {
    let work = move || {
        asker.begin()?;
        operator.operate(&request, &asker)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(exit)) => Frame::Ended(exit),
        Ok(Err(error)) => Frame::Failed(one_line(&error)),
        Err(panicked) => {
            tracing::error!("a command broke: {panicked}");
            Frame::Failed("the command broke in the server, whose log says where".to_owned())
        }
    }
}

/// Writes frames until there are no more, or nobody reads them.
async fn write(writer: &mut OwnedWriteHalf, mut frames: mpsc::Receiver<Frame>) {
    while let Some(frame) = frames.recv().await {
        if writer.write_all(&frame.encode()).await.is_err() {
            return;
        }
    }
}

/// Notices when whoever asked goes away, and when the server is told to end. Does not come to an end itself.
async fn look_out(
    reader: &mut OwnedReadHalf,
    mut stopped: watch::Receiver<bool>,
    interest: &watch::Sender<Interest>,
) {
    let stopped = async {
        // one who lost the sender has stopped
        let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
    };
    tokio::pin!(stopped);
    tokio::select! {
        // an asker sends nothing more: whatever can be read, it is not one of ours any longer
        _ = reader.read_u8() => {
            interest.send_replace(Interest::Gone);
            stopped.await;
        }
        () = &mut stopped => {}
    }
    interest.send_replace(Interest::Stopping);
    std::future::pending().await
}

/// Whoever asked, at the other end of the socket.
struct Remote {
    frames: mpsc::Sender<Frame>,
    interest: watch::Receiver<Interest>,
}

impl Remote {
    fn begin(&self) -> io::Result<()> {
        self.send(Frame::Begun)
    }

    fn send(&self, frame: Frame) -> io::Result<()> {
        self.frames
            .blocking_send(frame)
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Asker for Remote {
    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        bytes
            .chunks(MOST_OUTPUT)
            .try_for_each(|part| self.send(Frame::Output(part.to_vec())))
    }

    fn tell(&self, line: &str) {
        // one who does not read, or has gone away, misses it
        let _ = self.frames.try_send(Frame::Progress(line.to_owned()));
    }

    fn interest(&self) -> watch::Receiver<Interest> {
        self.interest.clone()
    }
}
