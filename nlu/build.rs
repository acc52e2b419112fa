//! With the feature `bert`, tests and examples find libtorch by rpath; `server` hears where it lies and does the same.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Set by torch-sys, so only with the feature.
    if let Ok(folder) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
        println!("cargo::metadata=libtorch={folder}");
    }
}
