//! With the feature `bert`, the binary finds libtorch by rpath: where it was linked, or in `libtorch/` beside itself.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Set by the build script of lara-nlu, so only with the feature.
    if let Ok(folder) = std::env::var("DEP_LARA_NLU_LIBTORCH") {
        println!("cargo::rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/libtorch:{folder}");
    }
}
