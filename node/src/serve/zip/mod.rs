//! `/id/<study>[.<version>]/files.zip`: some files of a study as one, by links (`?path=…&path=…`, where a path may be a folder's, and
//! `?image=…`) and by the form of its list of files.

mod layout;
mod stream;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use ::web::http::{DATA_POLICY, preflight};
use ::web::words;
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use protocol::identifier::Accession;
use url::form_urlencoded;

use self::layout::{Member, length};
pub(super) use self::stream::AT_ONCE;
use self::stream::{Open, Source};
use super::blocking::blocking;
use super::error::ServeError;
use super::files::refuse_withdrawn;
use super::name::Name;
use super::resolve::{Resolved, resolve};
use super::state::State;
use crate::database::Connection;
use crate::database::file::{self, FileRow};
use crate::relative_path::RelPath;
use crate::store::Key;

/// The largest form that is read, bytes: a thousand paths of the longest kind, each byte of which is written as three.
const MOST_ASKED: usize = 4 << 20;
/// What may be asked of this URL.
const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// What is asked for.
struct Asked {
    /// Files, and folders.
    paths: BTreeSet<String>,
    /// Images, of which all files are meant.
    images: BTreeSet<String>,
}

/// What is sent.
struct Zip {
    /// What its file is called: that of the only image, else of the study's version.
    called: String,
    length: u64,
    sources: Vec<Source>,
}

/// The resource at a path: read by links, asked by a form.
pub(super) fn resource(path: &str) -> Resource {
    web::resource(path)
        .app_data(web::PayloadConfig::new(MOST_ASKED))
        .route(web::get().to(linked))
        .route(web::head().to(linked))
        .route(web::post().to(chosen))
        .route(web::method(Method::OPTIONS).to(async || preflight(METHODS)))
        .default_service(web::to(another_method))
}

async fn another_method(request: HttpRequest) -> Result<HttpResponse, ::web::http::Refused> {
    Err(::web::http::Refused::method(&request, METHODS))
}

async fn linked(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let query = request.query_string().as_bytes().to_vec();
    answer(state, &name, &query).await
}

async fn chosen(
    state: web::Data<State>,
    name: web::Path<String>,
    form: web::Bytes,
) -> Result<HttpResponse, ServeError> {
    answer(state, &name, &form).await
}

async fn answer(
    state: web::Data<State>,
    name: &str,
    asked: &[u8],
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse_study(name, &state.archive.config().prefix)?;
    let values = |wanted: &str| -> BTreeSet<String> {
        let pairs = form_urlencoded::parse(asked).filter(|(name, _)| name == wanted);
        pairs.map(|(_, value)| value.into_owned()).collect()
    };
    let asked = Asked {
        paths: values("path"),
        images: values("image"),
    };
    let zip = blocking(&state, move |state| find(state, &name, &asked)).await?;
    Ok(respond(&state, zip))
}

fn respond(state: &web::Data<State>, zip: Zip) -> HttpResponse {
    let turns = Arc::clone(&state.zips);
    let state = web::Data::clone(state);
    let open: Open = Arc::new(move |key: &Key| {
        let opened = state.archive.store().open(key).map_err(io::Error::other)?;
        opened.map(|(reader, _)| reader).ok_or_else(|| {
            let gone = format!("{key} is not in the storage; run omma-node check");
            io::Error::new(io::ErrorKind::NotFound, gone)
        })
    });
    let disposition = format!("attachment; filename=\"{}-files.zip\"", zip.called);
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CONTENT_SECURITY_POLICY, DATA_POLICY))
        // made anew each time: a file may be withdrawn in between
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(SizedStream::new(
            zip.length,
            stream::bytes(open, turns, zip.sources),
        ))
}

/// Looks up what is asked for, and that it is not too much.
fn find(state: &State, name: &Name, asked: &Asked) -> Result<Zip, ServeError> {
    let config = state.archive.config();
    let (most_files, most_bytes) = (config.zip_files, config.zip_bytes);
    if most_files == 0 {
        return Err(ServeError::NotFound(
            "this archive makes no zips; fetch files one by one, or all by the commands on the study's page".to_owned(),
        ));
    }
    let count = asked.paths.len() + asked.images.len();
    if count == 0 {
        return Err(ServeError::Malformed(
            "no file is chosen; give the paths of some as ?path=…&path=…, an image as ?image=…, or choose them on the study's list of files".to_owned(),
        ));
    }
    if count > most_files {
        return Err(too_many(
            &words::count(count as u64, "file", "files"),
            most_files,
        ));
    }
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?;
    let stem = resolved.versioned();
    let rows = rows(&mut connection, &resolved, asked, most_files)?;
    let bytes = rows.values().map(|row| row.bytes.unsigned_abs());
    let bytes = bytes.fold(0, u64::saturating_add);
    let mut sources = Vec::with_capacity(rows.len());
    for (path, row) in &rows {
        refuse_withdrawn(state, &mut connection, row)?;
        let Some(content) = &row.content_key else {
            return Err(super::files::erased(row, name));
        };
        sources.push(Source {
            member: Member {
                name: format!("{stem}/{path}"),
                size: row.bytes.unsigned_abs(),
            },
            key: Key::parse(content)?,
        });
    }
    if bytes > most_bytes {
        return Err(ServeError::Malformed(format!(
            "the chosen files have {}, and one zip has at most {}; choose fewer, or fetch the whole study by the commands on its page",
            words::bytes(bytes),
            words::bytes(most_bytes)
        )));
    }
    let members: Vec<Member> = sources.iter().map(|source| source.member.clone()).collect();
    let only_image = asked.images.first().filter(|_| count == 1);
    Ok(Zip {
        called: only_image.cloned().unwrap_or(stem),
        length: length(&members),
        sources,
    })
}

/// The files that are asked for, by path.
fn rows(
    connection: &mut Connection,
    resolved: &Resolved,
    asked: &Asked,
    most_files: usize,
) -> Result<BTreeMap<String, FileRow>, ServeError> {
    let (id, version, stem) = (
        resolved.id.as_str(),
        resolved.version(),
        resolved.versioned(),
    );
    let one_more = most_files as u64 + 1;
    let mut found = BTreeMap::new();
    let mut add = |rows: Vec<FileRow>| {
        found.extend(rows.into_iter().map(|row| (row.path.clone(), row)));
        match found.len() > most_files {
            true => Err(too_many("these files", most_files)),
            false => Ok(()),
        }
    };
    for path in &asked.paths {
        let path = RelPath::parse(path).map_err(|error| ServeError::NotFound(error.to_string()))?;
        let rows = match file::find(connection, id, version, path.as_str())? {
            Some(row) => vec![row],
            None => file::below(connection, id, version, path.as_str(), one_more)?,
        };
        if rows.is_empty() {
            return Err(ServeError::NotFound(format!(
                "{stem} has no file {path}; {stem}/files.tsv lists all it has"
            )));
        }
        add(rows)?;
    }
    for image in &asked.images {
        let missing = || ServeError::NotFound(format!("{stem} has no files of an image {image}"));
        let image = Accession::parse(image).map_err(|_| missing())?;
        let rows = file::of_image_in(connection, id, version, image.as_str(), one_more)?;
        if rows.is_empty() {
            return Err(missing());
        }
        add(rows)?;
    }
    Ok(found)
}

fn too_many(these: &str, most_files: usize) -> ServeError {
    ServeError::Malformed(format!(
        "{these} are more than the {most_files} that are put into one zip; choose fewer, or fetch the whole study by the commands on its page"
    ))
}
