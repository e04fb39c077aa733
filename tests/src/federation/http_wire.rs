//! Requests and answers of HTTP/1.1 as bytes on a connection (RFC 9112), as far as a server of files needs them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use sha2::{Digest, Sha256};

/// The longest request head that is read.
const LONGEST_HEAD: u64 = 16 << 10;

/// What is understood of a request.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) is_get: bool,
    etag: Option<String>,
    /// the value of `Range`
    pub(super) range: Option<String>,
    if_range: Option<String>,
    pub(super) closes: bool,
}

/// Whether the connection goes on.
#[derive(PartialEq, Eq)]
pub(super) enum After {
    Open,
    Close,
}

pub(super) fn read_request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut head = reader.take(LONGEST_HEAD);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
    let mut request = Request {
        is_get: method == "GET",
        path: target
            .split('?')
            .next()
            .unwrap()
            .trim_start_matches('/')
            .to_owned(),
        etag: None,
        range: None,
        if_range: None,
        closes: false,
    };
    loop {
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            return Ok(Some(request));
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "if-none-match" => request.etag = Some(value.to_owned()),
            "range" => request.range = Some(value.to_owned()),
            "if-range" => request.if_range = Some(value.to_owned()),
            "connection" => request.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

/// The answer of an honest server.
pub(super) fn truth(
    connection: &TcpStream,
    request: &Request,
    body: Option<Vec<u8>>,
) -> io::Result<After> {
    let Some(body) = body else {
        return send(connection, "404 Not Found", "", b"there is nothing here\n");
    };
    let tag = tag_of(&body);
    if request.etag.as_ref() == Some(&tag) {
        let head = format!("HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n");
        (&mut &*connection).write_all(head.as_bytes())?;
        return Ok(After::Open);
    }
    let (status, headers, part) = part_of(request, &body, &tag);
    send(connection, status, &headers, part)
}

/// As much of an honest answer, range and all, as fits into so many bytes; what it declares is the truth.
pub(super) fn truth_until(
    connection: &TcpStream,
    request: &Request,
    body: &[u8],
    most: usize,
) -> io::Result<()> {
    let (status, headers, part) = part_of(request, body, &tag_of(body));
    let sent = &part[..most.min(part.len())];
    write(connection, status, &headers, part.len() as u64, sent)
}

fn tag_of(body: &[u8]) -> String {
    let tag: String = Sha256::digest(body)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{tag}\"")
}

/// Status, headers and bytes of what was asked for: one range of bytes from a first to a last, or the whole.
fn part_of<'b>(request: &Request, body: &'b [u8], tag: &str) -> (&'static str, String, &'b [u8]) {
    let applies = request.if_range.as_ref().is_none_or(|known| known == tag);
    let range = request.range.as_ref().filter(|_| applies);
    let bounds = range.and_then(|range| {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last && last < body.len()).then_some((first, last))
    });
    match bounds {
        None => ("200 OK", format!("ETag: {tag}\r\n"), body),
        Some((first, last)) => (
            "206 Partial Content",
            format!(
                "ETag: {tag}\r\nContent-Range: bytes {first}-{last}/{}\r\n",
                body.len()
            ),
            &body[first..=last],
        ),
    }
}

pub(super) fn send(
    connection: &TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
) -> io::Result<After> {
    write(connection, status, headers, body.len() as u64, body)?;
    Ok(After::Open)
}

/// A head that declares a length, and a body that may have another; the connection cannot be used again.
pub(super) fn cut(connection: &TcpStream, declared: u64, body: &[u8]) -> io::Result<After> {
    write(connection, "200 OK", "", declared, body)?;
    Ok(After::Close)
}

fn write(
    mut connection: &TcpStream,
    status: &str,
    headers: &str,
    declared: u64,
    body: &[u8],
) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {declared}\r\n\r\n");
    connection.write_all(&[head.as_bytes(), body].concat())
}
