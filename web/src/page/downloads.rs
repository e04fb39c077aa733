//! How all files of a study are fetched with programs that people have: commands to be pasted into a shell.
//!
//! Addresses and digests alone stand in the commands, the former quoted; what a depositor wrote never does. What is fetched, and how each
//! file is checked, follows from the list whose SHA-256 the signed record states: it is looked at before anything else is believed.

use protocol::digest::Digest;
use protocol::identifier::Accession;

/// The commands for one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The program, as it is called; also the end of an anchor on the page.
    pub program: &'static str,
    /// What to paste.
    pub commands: String,
}

/// How a program wants to be told of the files.
struct Ways {
    program: &'static str,
    /// what awk prints of each file: its path is `$1`, the same as it stands in addresses `coded`, its SHA-256 `$3`
    line: &'static str,
    /// what fetches all files of the list into the folder
    command: String,
}

/// Commands for wget, aria2 and rclone. `home` is where a version of a study is at its institution, without a slash at the end; `stem` its
/// id and version; `manifest` the SHA-256 of its list of files.
pub fn downloads(home: &str, stem: &str, manifest: &Digest) -> Vec<Download> {
    all_ways(home, stem, manifest, None)
}

/// The same for the files of one image of the study: of the list those lines are taken that name it.
pub fn downloads_of_image(
    home: &str,
    stem: &str,
    manifest: &Digest,
    image: &Accession,
) -> Vec<Download> {
    all_ways(home, stem, manifest, Some(image))
}

fn all_ways(home: &str, stem: &str, manifest: &Digest, image: Option<&Accession>) -> Vec<Download> {
    // https://x.org/omma/id/DND-S1.2/files/…: what stands before the path of the file, without the host
    let folders = home.split('/').skip(3).count() + 1;
    let ways = [
        Ways {
            program: "wget",
            line: r#"home "/files/" coded"#,
            command: format!(
                "wget -nv -c -x -nH --cut-dirs={folders} --restrict-file-names=nocontrol -P {stem} -i {stem}.list"
            ),
        },
        Ways {
            program: "aria2",
            line: r#"home "/files/" coded "\n  out=" $1 "\n  checksum=sha-256=" $3"#,
            command: format!(
                "aria2c -c -j 4 --auto-file-renaming=false --console-log-level=warn --summary-interval=0 -d {stem} -i {stem}.list"
            ),
        },
        Ways {
            program: "rclone",
            line: "$1",
            command: format!(
                r#"rclone copy --http-url "$home/files/" --files-from-raw {stem}.list --no-traverse :http: {stem}"#
            ),
        },
    ];
    ways.iter()
        .map(|ways| Download {
            program: ways.program,
            commands: commands(home, stem, manifest, ways, image),
        })
        .collect()
}

fn commands(
    home: &str,
    stem: &str,
    manifest: &Digest,
    ways: &Ways,
    image: Option<&Accession>,
) -> String {
    let home = quoted(home);
    // whoever has wget may have no curl
    let list = match ways.program {
        "wget" => format!(r#"wget -q -O {stem}.tsv "$home/files.tsv""#),
        _ => format!(r#"curl -fsS "$home/files.tsv" -o {stem}.tsv"#),
    };
    let Ways { line, command, .. } = ways;
    // the list that is gone by, how it comes out of the whole one, and what its files are called
    let (chosen, choose, these) = match image {
        None => (stem.to_owned(), String::new(), "all files"),
        Some(image) => (
            image.to_string(),
            format!(
                r#"
  LC_ALL=C awk -F '\t' 'NR == 1 || index(" " $5 " ", " {image} ")' {stem}.tsv > {image}.tsv &&"#
            ),
            "all files of the image",
        ),
    };
    format!(
        r#"home={home}

# 1. The list of all files. The signed record states its SHA-256
{list}
echo '{manifest}  {stem}.tsv' | sha256sum -c &&{choose} LC_ALL=C awk -F '\t' -v home="$home" '
  BEGIN {{ for (i = 1; i < 256; i++) code[sprintf("%c", i)] = sprintf("%%%02X", i) }}
  NR > 1 && $1 !~ /(^|\/)\.\.?(\/|$)/ {{
    coded = ""
    for (i = 1; i <= length($1); i++) {{ c = substr($1, i, 1); coded = coded (c ~ /[A-Za-z0-9\/._~-]/ ? c : code[c]) }}
    print {line}
  }}' {chosen}.tsv > {stem}.list

# 2. Every file of the list; the same line again goes on where it stopped
{command}

# 3. Every byte is as it was signed
(cd {stem} && tail -n +2 ../{chosen}.tsv | awk -F '\t' '{{ print $3 "  ./" $1 }}' | sha256sum -c --quiet) && echo '{these} are as they were signed'
"#
    )
}

/// A text as one word of a POSIX shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::process::Command;

    use super::*;

    #[test]
    fn an_address_is_one_word_whatever_is_in_it() {
        for text in [
            "https://x.example/",
            "it's",
            "$(touch x)`id`\\\"",
            "'; exit 3; '",
        ] {
            let script = format!("printf %s {}", quoted(text));
            let said = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap(), text);
        }
    }

    #[test]
    fn of_an_image_those_lines_are_taken_that_name_it() {
        let (home, stem) = ("https://x.example/id/DND-S1.2", "DND-S1.2");
        let image = Accession::parse("DND-S1-I1").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let list = "path\tbytes\tsha256\tmedia_type\timage\twell\n\
            a\t1\tx\ty\tDND-S1-I1\t\nb\t1\tx\ty\tDND-S1-I10\t\nc\t1\tx\ty\t\tDND-S1-I1\nd\t1\tx\ty\tDND-S1-I3 DND-S1-I1\t\n";
        std::fs::write(folder.path().join("DND-S1.2.tsv"), list).unwrap();
        let all = downloads_of_image(home, stem, &Digest::of(list.as_bytes()), &image);
        let wget = &all[0].commands;
        let from = wget.find("echo '").unwrap();
        let to = wget.find("# 2.").unwrap();
        let script = format!("home={home}\n{}", &wget[from..to]);
        let ran = Command::new("sh")
            .current_dir(folder.path())
            .args(["-ec", &script])
            .status();
        assert!(ran.unwrap().success());
        assert_eq!(
            std::fs::read_to_string(folder.path().join("DND-S1.2.list")).unwrap(),
            format!("{home}/files/a\n{home}/files/d\n")
        );
        assert!(wget.contains("tail -n +2 ../DND-S1-I1.tsv"));
    }

    #[test]
    fn the_folders_before_a_files_path_are_counted() {
        for (home, folders) in [
            ("https://x.example/id/DND-S1.2", 3),
            ("http://127.0.0.1:8081/omma/node/id/DND-S1.2", 5),
        ] {
            let all = downloads(home, "DND-S1.2", &Digest::of(b""));
            assert!(all[0].commands.contains(&format!("--cut-dirs={folders} ")));
        }
    }
}
