use std::time::Instant;
use ontologies::*;
fn main(){ let t=Terms::builtin(); let s=Instant::now(); let mut n=0;
 for i in 0..200 { if matches!(t.resolve_in(&format!("some unknown microscopy {i}"), Scope::ImagingMethod), Resolution::Unknown{..}) {n+=1} }
 println!("method {n} {:?}", s.elapsed()/200);
 let s=Instant::now(); for i in 0..200 { t.resolve_in(&format!("Unknown organism {i}"), Scope::Organism); } println!("organism {:?}", s.elapsed()/200);
 let s=Instant::now(); for i in 0..200 { t.resolve(&format!("Unknown organism {i}")); } println!("any {:?}", s.elapsed()/200);
 let s=Instant::now(); for _ in 0..20000 { t.resolve("NCBITaxon_09606"); } println!("id {:?}", s.elapsed()/20000);
 let s=Instant::now(); for _ in 0..2000 { t.facets("http://purl.obolibrary.org/obo/FBbi_00000253"); } println!("facets {:?}", s.elapsed()/2000);
 let s=Instant::now(); for _ in 0..2000 { t.fits("http://purl.obolibrary.org/obo/FBbi_00000253","x"); } println!("fits {:?}", s.elapsed()/2000);
}
