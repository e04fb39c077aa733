//! Takes the scripts that `npm run build` made into the program. Where it was not run there are none: pages then have the
//! plain form that works without a script.

use std::path::Path;
use std::{env, fs};

/// The scripts that pages know, by the names of constants in `assets.rs`.
const SCRIPTS: [(&str, &str); 2] = [
    ("SPARQL_EDITOR", "sparql-editor.js"),
    ("IMAGE_VIEWER", "viewer.js"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("dist");
    // the folder is always there; a file that comes or goes changes its time
    println!("cargo:rerun-if-changed=dist");
    println!("cargo:rerun-if-changed=build.rs");
    let mut code = String::new();
    for (constant, name) in SCRIPTS {
        let path = folder.join(name);
        let value = if path.is_file() {
            println!("cargo:rerun-if-changed=dist/{name}");
            format!("Some(include_str!({:?}))", path.display().to_string())
        } else {
            "None".to_owned()
        };
        code += &format!("const {constant}: Option<&str> = {value};\n");
    }
    let made = Path::new(&env::var("OUT_DIR")?).join("scripts.rs");
    fs::write(made, code)?;
    Ok(())
}
